"""The transitions of an order, and the attempts that go with them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ppbillit.reasons import reason
from ppbillit.state import HAS_DOCUMENT, Stage, StateStore, dry_copy, transitions
from ppbillit.state.orders import WrongStage
from support.order_moves import begin, move
from support.order_stages import FACTS, KEY, SHOP, WHY, begin_token, lead_to, record, stage, stuck_orders

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

BEFORE_BILLIT = {Stage.WAITING, Stage.PARKED, Stage.SKIPPED, Stage.CREATING}
TRANSITIONS: dict[str, tuple[Callable[[StateStore], object], AbstractSet[Stage]]] = {
    "set aside": (lambda state: move(state, transitions.PARK, FACTS, WHY), BEFORE_BILLIT),
    "begin": (begin_token, BEFORE_BILLIT),
    "adopt": (lambda state: move(state, transitions.ADOPT, FACTS, billit_id=7), BEFORE_BILLIT),
    "created": (lambda state: move(state, transitions.CREATED, FACTS, billit_id=100), {Stage.CREATING}),
    "refused": (lambda state: move(state, transitions.REFUSED, FACTS, WHY), {Stage.CREATING}),
    "not sent": (lambda state: move(state, transitions.CREATE_NOT_SENT, FACTS, WHY), {Stage.CREATING}),
    "checked": (
        lambda state: move(state, transitions.CHECKED, FACTS, number="7"),
        {Stage.CREATED, Stage.HELD},
    ),
    "held": (lambda state: move(state, transitions.HELD, FACTS, WHY), {Stage.CREATED, Stage.CHECKED}),
    "sent elsewhere": (
        lambda state: move(state, transitions.SENT_ELSEWHERE, FACTS),
        {Stage.CHECKED, Stage.FAILED},
    ),
    "begin sending": (lambda state: begin(state, FACTS, transitions.SEND), {Stage.CHECKED}),
    "sent": (lambda state: move(state, transitions.SENT, FACTS), {Stage.SENDING}),
    "sending not sent": (lambda state: move(state, transitions.SEND_NOT_SENT, FACTS), {Stage.SENDING}),
    "sending refused": (lambda state: move(state, transitions.SEND_REFUSED, FACTS, WHY), {Stage.SENDING}),
    "delivered": (lambda state: move(state, transitions.DELIVERED, FACTS), {Stage.SENT}),
    "undelivered": (lambda state: move(state, transitions.UNDELIVERED, FACTS, WHY), {Stage.SENT}),
    "sending postponed": (
        lambda state: move(state, transitions.SEND_POSTPONED, FACTS, WHY),
        {Stage.SENDING},
    ),
    "sending missed": (lambda state: move(state, transitions.SEND_MISSED, FACTS, WHY), {Stage.SENDING}),
    "singled out": (lambda state: move(state, transitions.SINGLED_OUT, FACTS, billit_id=7), {Stage.PARKED}),
    "give up": (lambda state: move(state, transitions.GIVEN_UP, FACTS, WHY), {Stage.CREATING}),
    "renumber": (lambda state: state.orders.renumber(1, "2026009"), HAS_DOCUMENT - {Stage.DELETED}),
    "reopen": (lambda state: move(state, transitions.REOPEN, FACTS, failure=None), {Stage.FAILED}),
    "rechannel": (lambda state: state.orders.rechannel(1, "email"), {Stage.CHECKED}),
    "deleted": (lambda state: move(state, transitions.DELETED, FACTS, WHY), HAS_DOCUMENT - {Stage.DELETED}),
}


@pytest.mark.parametrize("start", Stage)
@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_transition_starts_only_where_it_may(name: str, start: Stage) -> None:
    """An order that has its document can never become one that is made anew."""
    transition, allowed = TRANSITIONS[name]
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        lead_to(state, start)
        if start in allowed:
            transition(state)
        else:
            with pytest.raises(WrongStage):
                transition(state)
            assert stage(state) is start


@pytest.mark.parametrize("name", TRANSITIONS.keys() - {"set aside", "begin", "adopt"})
def test_an_order_that_is_not_on_record_has_no_transition(state: StateStore, name: str) -> None:
    with pytest.raises(WrongStage, match="not on record"):
        TRANSITIONS[name][0](state)


def test_a_backfilled_order_cannot_be_given_a_channel(state: StateStore) -> None:
    """The database itself refuses it, whatever the code above it does."""
    with pytest.raises(sqlite3.IntegrityError):
        begin_token(state, "peppol", replace(FACTS, backfill=True))
    assert state.orders.get(1) is None


def test_an_order_without_a_channel_cannot_be_sent(state: StateStore) -> None:
    begin_token(state, "none", replace(FACTS, backfill=True))
    move(state, transitions.CREATED, FACTS, billit_id=100)
    move(state, transitions.CHECKED, FACTS, number="2026001")
    with pytest.raises(WrongStage, match="no channel"):
        begin(state, FACTS, transitions.SEND)
    with pytest.raises(sqlite3.IntegrityError):  # and the database itself refuses it
        state._database.execute("UPDATE orders SET stage = 'sending'")
    assert stage(state) is Stage.CHECKED


def test_an_adopted_document_has_no_channel(state: StateStore) -> None:
    move(state, transitions.ADOPT, FACTS, billit_id=7)
    record = state.orders.get(1)
    assert record
    assert (record.adopted, record.channel, record.billit_id) == (True, "none", 7)
    found = state.orders.of_document(7)
    assert found == record
    assert state.orders.of_document(8) is None


def test_one_document_cannot_belong_to_two_orders(state: StateStore) -> None:
    move(state, transitions.ADOPT, FACTS, billit_id=7)
    with pytest.raises(sqlite3.IntegrityError):
        move(state, transitions.ADOPT, replace(FACTS, order_id=2), billit_id=7)


def test_being_set_aside_for_the_same_reasons_again_is_no_news(state: StateStore) -> None:
    assert move(state, transitions.PARK, FACTS, WHY).is_news
    assert not move(state, transitions.PARK, FACTS, WHY).is_news
    assert move(state, transitions.PARK, FACTS, (reason("concept"),)).is_news


def test_reasons_and_amounts_come_back_as_they_went_in(state: StateStore) -> None:
    facts = replace(FACTS, total=Decimal("1234567.89"), invoice_day=None, number=None, kind="credit_note")
    move(state, transitions.PARK, facts, WHY)
    record = state.orders.get(1)
    assert record
    assert (record.total, record.invoice_day, record.number) == (facts.total, None, None)
    assert (record.kind, record.reasons) == ("credit_note", WHY)


def test_what_is_unknown_is_news_once(state: StateStore) -> None:
    begin_token(state)
    assert state.orders.note(1, WHY)
    assert not state.orders.note(1, WHY)


def test_what_is_said_of_an_order_that_stays_where_it_is_is_news_once(state: StateStore) -> None:
    lead_to(state, Stage.CHECKED)
    assert state.orders.note(1, WHY)
    assert not state.orders.note(1, WHY)
    assert not state.orders.note(2, WHY)
    assert stage(state) is Stage.CHECKED


def test_an_order_without_a_document_has_no_document_id(state: StateStore) -> None:
    lead_to(state, Stage.PARKED)
    record = state.orders.get(1)
    assert record
    with pytest.raises(ValueError, match="order_id=1"):
        _ = record.document_id


def test_the_version_that_was_looked_at_is_remembered(state: StateStore) -> None:
    lead_to(state, Stage.SENT)
    moment = datetime(2026, 10, 5, 12, 30, 1, 500000)  # noqa: DTZ001  (Billit's times have no zone)
    state.orders.note_modified(1, moment)
    record = state.orders.get(1)
    assert record
    assert record.modified == moment


def test_a_failed_sending_that_is_reopened_knows_what_failed(state: StateStore) -> None:
    lead_to(state, Stage.FAILED)
    move(state, transitions.REOPEN, FACTS, failure="2026-10-05T12:30:01")
    assert (record(state).stage, record(state).reasons) == (Stage.CHECKED, ())
    assert record(state).failure == "2026-10-05T12:30:01"
    token = begin(state, FACTS, transitions.SEND).token
    move(state, transitions.SEND_REFUSED, FACTS, WHY)
    move(state, transitions.REOPEN, FACTS, failure=None)
    assert record(state).failure is None
    assert begin(state, FACTS, transitions.SEND).token != token


def test_what_is_reopened_is_sent_under_a_key_of_its_own(state: StateStore) -> None:
    """Otherwise: Billit takes the second sending for the first one, and does nothing."""
    lead_to(state, Stage.SENDING)
    first = state.attempts.open("sending", KEY)
    assert first
    move(state, transitions.SENT, FACTS)
    move(state, transitions.UNDELIVERED, FACTS, WHY)
    move(state, transitions.REOPEN, FACTS, failure=None)
    second = begin(state, FACTS, transitions.SEND)
    assert (second.number, second.token == first.token) == (2, False)


def test_a_postponed_sending_is_over_and_waits_with_its_reason(state: StateStore) -> None:
    lead_to(state, Stage.SENDING)
    move(state, transitions.SEND_POSTPONED, FACTS, WHY)
    assert (record(state).stage, record(state).reasons) == (Stage.CHECKED, WHY)
    assert state.attempts.open("sending", KEY) is None
    assert begin(state, FACTS, transitions.SEND).number == 2
    assert record(state).reasons == ()


def test_a_missed_sending_keeps_its_token_for_the_next_try(state: StateStore) -> None:
    """Otherwise: the first one arrives late, and Billit takes the second for another one."""
    lead_to(state, Stage.SENDING)
    first = state.attempts.open("sending", KEY)
    assert first
    move(state, transitions.SEND_MISSED, FACTS, WHY)
    assert (record(state).stage, record(state).reasons) == (Stage.CHECKED, WHY)
    assert begin(state, FACTS, transitions.SEND, WHY).token == first.token
    assert record(state).reasons == WHY


def test_an_attempt_that_was_missed_is_over_when_somebody_else_sent_it(state: StateStore) -> None:
    """Otherwise: its old token serves for a later sending, and Billit says that it was made before."""
    lead_to(state, Stage.SENDING)
    move(state, transitions.SEND_MISSED, FACTS, WHY)
    move(state, transitions.SENT_ELSEWHERE, FACTS)
    assert state.attempts.open("sending", KEY) is None


def test_a_failure_takes_back_that_a_slow_one_was_dismissed(state: StateStore) -> None:
    """Otherwise: it did not arrive, and nobody is told, since somebody was patient once."""
    lead_to(state, Stage.SENT)
    state.orders.dismiss(1, "wait and see")
    move(state, transitions.UNDELIVERED, FACTS, WHY)
    assert (record(state).dismissed, stuck_orders(state)) == (None, [1])


def test_another_channel_takes_the_place_of_one_and_never_of_none(state: StateStore) -> None:
    """Otherwise: what was exported, or made before sending was switched on, is sent after all."""
    lead_to(state, Stage.CHECKED)
    state.orders.rechannel(1, "email")
    assert record(state).channel == "email"
    other = replace(FACTS, order_id=2)
    begin(state, other, channel="none")
    move(state, transitions.CREATED, other, billit_id=200)
    move(state, transitions.CHECKED, other, number="2026002")
    state.orders.rechannel(2, "email")
    unsent = state.orders.get(2)
    assert unsent
    assert unsent.channel == "none"


def test_what_the_directory_said_is_kept_with_its_date(state: StateStore) -> None:
    assert state.receivers.get("BE0123456749") is None
    state.receivers.put("BE0123456749", ["BISv3Invoice", "BISv3CreditNote"])
    known = state.receivers.get("BE0123456749")
    assert known
    assert known.takes == {"BISv3Invoice", "BISv3CreditNote"}
    assert abs((datetime.now(UTC) - known.asked_at).total_seconds()) < 60
    state.receivers.put("BE0123456749", [])
    unknown = state.receivers.get("BE0123456749")
    assert unknown
    assert (unknown.takes, unknown.asked_at >= known.asked_at) == (frozenset(), True)
    assert state.receivers.get("0123456749") is None
