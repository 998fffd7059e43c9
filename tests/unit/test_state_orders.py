"""The transitions of an order, and the attempts that go with them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ppbillit.reasons import reason
from ppbillit.state import (
    HAS_DOCUMENT,
    DebtorRecord,
    Identity,
    OrderFacts,
    OrderRecord,
    Stage,
    StateStore,
    create_state,
    dry_copy,
)
from ppbillit.state.orders import WrongStage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

SHOP = Identity("4711", 588708, "https://api.billit.be")
FACTS = OrderFacts(1, "invoice", "2026001", date(2026, 10, 5), Decimal("97.00"), backfill=False)
KEY = "plugandpay-4711-1"
WHY = (reason("outcome_unknown", why="gives no answer"),)


@pytest.fixture(name="state")
def _state(tmp_path: Path) -> Iterator[StateStore]:
    with create_state(tmp_path / "state.sqlite3", SHOP) as state:
        yield state


def begin(state: StateStore, channel: str = "peppol", facts: OrderFacts = FACTS) -> str:
    return state.orders.begin(facts, KEY, "digest", channel=channel, buyer="business").token  # type: ignore[arg-type]


def stage(state: StateStore) -> Stage:
    record = state.orders.get(1)
    assert record
    return record.stage


def lead_to(state: StateStore, wanted: Stage) -> None:
    """Take order 1 the ordinary way to a stage."""
    orders = state.orders
    ways: dict[Stage, list[Callable[[], object]]] = {
        Stage.WAITING: [lambda: orders.set_aside(FACTS, Stage.WAITING, ())],
        Stage.PARKED: [lambda: orders.set_aside(FACTS, Stage.PARKED, ())],
        Stage.SKIPPED: [lambda: orders.set_aside(FACTS, Stage.SKIPPED, ())],
        Stage.CREATING: [lambda: begin(state)],
    }
    ways[Stage.CREATED] = [*ways[Stage.CREATING], lambda: orders.record_created(1, KEY, 100)]
    ways[Stage.HELD] = [*ways[Stage.CREATED], lambda: orders.record_held(1, WHY)]
    ways[Stage.CHECKED] = [*ways[Stage.CREATED], lambda: orders.record_checked(1, "2026001")]
    ways[Stage.SENDING] = [*ways[Stage.CHECKED], lambda: orders.begin_sending(1, KEY)]
    ways[Stage.SENT] = [*ways[Stage.SENDING], lambda: orders.record_sent(1, KEY)]
    ways[Stage.DELIVERED] = [*ways[Stage.SENT], lambda: orders.record_delivered(1)]
    ways[Stage.FAILED] = [*ways[Stage.SENT], lambda: orders.record_undelivered(1, WHY)]
    ways[Stage.DELETED] = [*ways[Stage.CHECKED], lambda: orders.record_deleted(1, WHY)]
    for step in ways[wanted]:
        step()
    assert stage(state) is wanted


BEFORE_BILLIT = {Stage.WAITING, Stage.PARKED, Stage.SKIPPED, Stage.CREATING}
TRANSITIONS: dict[str, tuple[Callable[[StateStore], object], AbstractSet[Stage]]] = {
    "set aside": (lambda state: state.orders.set_aside(FACTS, Stage.PARKED, WHY), BEFORE_BILLIT),
    "begin": (begin, BEFORE_BILLIT),
    "adopt": (lambda state: state.orders.adopt(FACTS, 7, Stage.CREATED), BEFORE_BILLIT),
    "created": (lambda state: state.orders.record_created(1, KEY, 100), {Stage.CREATING}),
    "refused": (lambda state: state.orders.record_refused(1, KEY, WHY), {Stage.CREATING}),
    "not sent": (lambda state: state.orders.record_not_sent(1, KEY, WHY), {Stage.CREATING}),
    "unknown": (lambda state: state.orders.record_unknown(1, WHY), {Stage.CREATING}),
    "checked": (lambda state: state.orders.record_checked(1, "7"), {Stage.CREATED, Stage.HELD}),
    "held": (lambda state: state.orders.record_held(1, WHY), {Stage.CREATED, Stage.CHECKED}),
    "sent elsewhere": (
        lambda state: state.orders.record_sent_elsewhere(1, KEY),
        {Stage.CHECKED, Stage.FAILED},
    ),
    "begin sending": (lambda state: state.orders.begin_sending(1, KEY), {Stage.CHECKED}),
    "sent": (lambda state: state.orders.record_sent(1, KEY), {Stage.SENDING}),
    "sending not sent": (lambda state: state.orders.record_sending_not_sent(1, KEY), {Stage.SENDING}),
    "sending refused": (lambda state: state.orders.record_sending_refused(1, KEY, WHY), {Stage.SENDING}),
    "delivered": (lambda state: state.orders.record_delivered(1), {Stage.SENT}),
    "undelivered": (lambda state: state.orders.record_undelivered(1, WHY), {Stage.SENT}),
    "sending postponed": (
        lambda state: state.orders.record_sending_postponed(1, KEY, WHY),
        {Stage.SENDING},
    ),
    "sending missed": (lambda state: state.orders.record_sending_missed(1, WHY), {Stage.SENDING}),
    "singled out": (lambda state: state.orders.record_singled_out(1, 7), {Stage.PARKED}),
    "give up": (lambda state: state.orders.give_up(1, KEY, WHY), {Stage.CREATING}),
    "renumber": (lambda state: state.orders.renumber(1, "2026009"), HAS_DOCUMENT - {Stage.DELETED}),
    "reopen": (lambda state: state.orders.reopen(1, None), {Stage.FAILED}),
    "rechannel": (lambda state: state.orders.rechannel(1, "email"), {Stage.CHECKED}),
    "deleted": (lambda state: state.orders.record_deleted(1, WHY), HAS_DOCUMENT - {Stage.DELETED}),
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
        begin(state, "peppol", replace(FACTS, backfill=True))
    assert state.orders.get(1) is None


def test_an_order_without_a_channel_cannot_be_sent(state: StateStore) -> None:
    begin(state, "none", replace(FACTS, backfill=True))
    state.orders.record_created(1, KEY, 100)
    state.orders.record_checked(1, "2026001")
    with pytest.raises(sqlite3.IntegrityError):
        state.orders.begin_sending(1, KEY)
    assert stage(state) is Stage.CHECKED


def test_an_adopted_document_has_no_channel(state: StateStore) -> None:
    state.orders.adopt(FACTS, 7, Stage.CREATED)
    record = state.orders.get(1)
    assert record
    assert (record.adopted, record.channel, record.billit_id) == (True, "none", 7)
    found = state.orders.of_document(7)
    assert found == record
    assert state.orders.of_document(8) is None


def test_one_document_cannot_belong_to_two_orders(state: StateStore) -> None:
    state.orders.adopt(FACTS, 7, Stage.CREATED)
    with pytest.raises(sqlite3.IntegrityError):
        state.orders.adopt(replace(FACTS, order_id=2), 7, Stage.CREATED)


def test_being_set_aside_for_the_same_reasons_again_is_no_news(state: StateStore) -> None:
    assert state.orders.set_aside(FACTS, Stage.PARKED, WHY)
    assert not state.orders.set_aside(FACTS, Stage.PARKED, WHY)
    assert state.orders.set_aside(FACTS, Stage.PARKED, (reason("concept"),))


def test_reasons_and_amounts_come_back_as_they_went_in(state: StateStore) -> None:
    facts = replace(FACTS, total=Decimal("1234567.89"), invoice_day=None, number=None, kind="credit_note")
    state.orders.set_aside(facts, Stage.PARKED, WHY)
    record = state.orders.get(1)
    assert record
    assert (record.total, record.invoice_day, record.number) == (facts.total, None, None)
    assert (record.kind, record.reasons) == ("credit_note", WHY)


def test_what_is_unknown_is_news_once(state: StateStore) -> None:
    begin(state)
    assert state.orders.record_unknown(1, WHY)
    assert not state.orders.record_unknown(1, WHY)


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


# --- what a person does, and what waits for one -----------------------------------------------------


def record(state: StateStore) -> OrderRecord:
    found = state.orders.get(1)
    assert found
    return found


def stuck(state: StateStore) -> list[int]:
    return [each.order_id for each in state.orders.stuck()]


def test_a_failed_sending_that_is_reopened_knows_what_failed(state: StateStore) -> None:
    lead_to(state, Stage.FAILED)
    state.orders.reopen(1, "2026-10-05T12:30:01")
    assert (record(state).stage, record(state).reasons) == (Stage.CHECKED, ())
    assert record(state).failure == "2026-10-05T12:30:01"
    token = state.orders.begin_sending(1, KEY).token
    state.orders.record_sending_refused(1, KEY, WHY)
    state.orders.reopen(1, None)
    assert record(state).failure is None
    assert state.orders.begin_sending(1, KEY).token != token


def test_what_is_reopened_is_sent_under_a_key_of_its_own(state: StateStore) -> None:
    """Otherwise: Billit takes the second sending for the first one, and does nothing."""
    lead_to(state, Stage.SENDING)
    first = state.attempts.open("sending", KEY)
    assert first
    state.orders.record_sent(1, KEY)
    state.orders.record_undelivered(1, WHY)
    state.orders.reopen(1, None)
    second = state.orders.begin_sending(1, KEY)
    assert (second.number, second.token == first.token) == (2, False)


def test_a_postponed_sending_is_over_and_waits_with_its_reason(state: StateStore) -> None:
    lead_to(state, Stage.SENDING)
    state.orders.record_sending_postponed(1, KEY, WHY)
    assert (record(state).stage, record(state).reasons) == (Stage.CHECKED, WHY)
    assert state.attempts.open("sending", KEY) is None
    assert state.orders.begin_sending(1, KEY).number == 2
    assert record(state).reasons == ()


def test_a_missed_sending_keeps_its_token_for_the_next_try(state: StateStore) -> None:
    """Otherwise: the first one arrives late, and Billit takes the second for another one."""
    lead_to(state, Stage.SENDING)
    first = state.attempts.open("sending", KEY)
    assert first
    state.orders.record_sending_missed(1, WHY)
    assert (record(state).stage, record(state).reasons) == (Stage.CHECKED, WHY)
    assert state.orders.begin_sending(1, KEY, WHY).token == first.token
    assert record(state).reasons == WHY


def test_an_attempt_that_was_missed_is_over_when_somebody_else_sent_it(state: StateStore) -> None:
    """Otherwise: its old token serves for a later sending, and Billit says that it was made before."""
    lead_to(state, Stage.SENDING)
    state.orders.record_sending_missed(1, WHY)
    state.orders.record_sent_elsewhere(1, KEY)
    assert state.attempts.open("sending", KEY) is None


def test_a_failure_takes_back_that_a_slow_one_was_dismissed(state: StateStore) -> None:
    """Otherwise: it did not arrive, and nobody is told, since somebody was patient once."""
    lead_to(state, Stage.SENT)
    state.orders.dismiss(1, "wait and see")
    state.orders.record_undelivered(1, WHY)
    assert (record(state).dismissed, stuck(state)) == (None, [1])


def test_another_channel_takes_the_place_of_one_and_never_of_none(state: StateStore) -> None:
    """Otherwise: what was exported, or made before sending was switched on, is sent after all."""
    lead_to(state, Stage.CHECKED)
    state.orders.rechannel(1, "email")
    assert record(state).channel == "email"
    other = replace(FACTS, order_id=2)
    state.orders.begin(other, "plugandpay-4711-2", "digest", channel="none", buyer="business")
    state.orders.record_created(2, "plugandpay-4711-2", 200)
    state.orders.record_checked(2, "2026002")
    state.orders.rechannel(2, "email")
    unsent = state.orders.get(2)
    assert unsent
    assert unsent.channel == "none"


@pytest.mark.parametrize("start", Stage)
def test_what_is_dismissed_stays_where_it_is_and_is_stuck_no_longer(start: Stage) -> None:
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        lead_to(state, start)
        before = record(state)
        state.orders.dismiss(1, "made by hand")
        assert record(state) == replace(before, dismissed="made by hand")
        assert (stuck(state), state.orders.dismissed()) == ([], [record(state)])
        state.orders.take_up_again(1)
        assert record(state) == before
        assert state.orders.dismissed() == []


@pytest.mark.parametrize("start", Stage)
def test_stuck_is_what_needs_a_person_or_waits_for_something_outside(start: Stage) -> None:
    waits = {Stage.PARKED, Stage.CREATING, Stage.HELD, Stage.CHECKED, Stage.SENDING, Stage.FAILED}
    waits_if_something_is_said = {Stage.CREATED, Stage.SENT}
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        lead_to(state, start)
        assert stuck(state) == ([1] if start in waits else [])
        state.orders.note(1, WHY)
        assert stuck(state) == ([1] if start in waits | waits_if_something_is_said else [])


def test_what_is_never_to_be_sent_does_not_wait_for_its_sending(state: StateStore) -> None:
    begin(state, "none", replace(FACTS, backfill=True))
    state.orders.record_created(1, KEY, 100)
    state.orders.record_checked(1, "2026001")
    assert stuck(state) == []
    state.orders.note(1, WHY)  # Billit does not show it
    assert stuck(state) == [1]


def test_orders_are_counted_by_where_they_stand(state: StateStore) -> None:
    assert state.orders.counted() == {}
    for order_id in (1, 2):
        state.orders.set_aside(replace(FACTS, order_id=order_id), Stage.PARKED, ())
    state.orders.set_aside(replace(FACTS, order_id=3), Stage.SKIPPED, ())
    assert state.orders.counted() == {Stage.PARKED: 2, Stage.SKIPPED: 1}
    state.orders.dismiss(1, "no")
    assert state.orders.counted() == {Stage.PARKED: 2, Stage.SKIPPED: 1}


def test_what_a_person_did_is_in_the_log(state: StateStore) -> None:
    lead_to(state, Stage.PARKED)
    state.orders.dismiss(1, "made by hand")
    state.orders.take_up_again(1)
    rows = state._database.rows("SELECT what, detail FROM events WHERE order_id = 1 ORDER BY event_id")
    events = [(row["what"], row["detail"]) for row in rows]
    assert events == [("parked", ""), ("dismissed", "made by hand"), ("taken up again", "")]


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


# --- attempts ------------------------------------------------------------------------------------


def test_the_key_of_an_attempt_is_the_same_on_every_machine(tmp_path: Path) -> None:
    """A second machine that does not know of the first is stopped by Billit with 409."""
    tokens = []
    for name in ("one", "two"):
        with create_state(tmp_path / name / "state.sqlite3", SHOP) as state:
            tokens.append(begin(state))
    assert tokens[0] == tokens[1]
    assert tokens[0].isalnum()


def test_document_debtor_and_sending_have_keys_of_their_own(state: StateStore) -> None:
    lead_to(state, Stage.CHECKED)
    tokens = {
        state.orders.begin_sending(1, KEY).token,
        state.debtors.begin(KEY, "digest").token,
        *(row["token"] for row in state._database.rows("SELECT token FROM attempts")),
    }
    assert len(tokens) == 3


def test_an_attempt_that_never_left_is_made_again_with_its_number_and_key(state: StateStore) -> None:
    first = begin(state)
    state.orders.record_not_sent(1, KEY, WHY)
    assert begin(state) == first


def test_after_a_refusal_the_next_attempt_has_the_next_key(state: StateStore) -> None:
    first = begin(state)
    state.orders.record_refused(1, KEY, WHY)
    attempt = state.orders.begin(FACTS, KEY, "digest", channel="peppol", buyer="business")
    assert (attempt.number, attempt.token == first, attempt.misses) == (2, False, 0)


def test_an_attempt_that_was_missed_is_made_again_under_its_own_key(state: StateStore) -> None:
    """If the first one did arrive, Billit itself stops the second."""
    first = begin(state)
    state.attempts.note_miss("document", KEY)
    attempt = state.orders.begin(FACTS, KEY, "other digest", channel="peppol", buyer="business")
    assert (attempt.number, attempt.token, attempt.misses) == (1, first, 0)
    assert attempt.digest == "other digest"


def test_a_key_that_billit_says_was_used_is_given_up_by_the_attempt_after_that(state: StateStore) -> None:
    """A key can be stuck in Billit without a document (billit.md §9.1)."""
    first = begin(state)
    state.attempts.note_miss("document", KEY)
    state.attempts.note_contested("document", KEY)
    contested = state.attempts.open("document", KEY)
    assert contested
    assert (contested.contested, contested.misses) == (True, 0)
    attempt = state.orders.begin(FACTS, KEY, "digest", channel="peppol", buyer="business")
    assert (attempt.number, attempt.token == first, attempt.contested) == (2, False, False)


def test_misses_are_counted_on_the_open_attempt(state: StateStore) -> None:
    begin(state)
    state.attempts.note_miss("document", KEY)
    attempt = state.attempts.open("document", KEY)
    assert attempt
    assert attempt.misses == 1
    state.orders.record_created(1, KEY, 100)
    assert state.attempts.open("document", KEY) is None


# --- debtors -------------------------------------------------------------------------------------


def test_the_mirror_finds_debtors_by_key_vat_number_and_each_address(state: StateStore) -> None:
    state.debtors.mirror(
        [
            DebtorRecord(2, "k2", "BE0123456749", ("a@x.example", "b@x.example")),
            DebtorRecord(1, None, "BE0123456749", ("a@x.example", "a@x.example")),
        ]
    )

    def ids(what: str, value: str) -> list[int]:
        return [debtor.party_id for debtor in state.debtors.by(what, value)]  # type: ignore[arg-type]

    assert ids("key", "k2") == [2]
    assert ids("vat_number", "BE0123456749") == [1, 2]
    assert ids("email", "a@x.example") == [1, 2]
    assert ids("email", "b@x.example") == [2]
    assert ids("email", "c@x.example") == []


def test_a_debtor_that_changed_in_billit_changes_in_the_mirror(state: StateStore) -> None:
    state.debtors.mirror([DebtorRecord(1, "k", "BE0123456749", ("old@x.example",))])
    state.debtors.mirror([DebtorRecord(1, "k", None, ("new@x.example",))])
    assert state.debtors.by("email", "old@x.example") == []
    assert state.debtors.by("vat_number", "BE0123456749") == []
    assert [debtor.party_id for debtor in state.debtors.by("email", "new@x.example")] == [1]


def test_a_debtor_that_billit_knows_no_more_is_forgotten(state: StateStore) -> None:
    state.debtors.mirror([DebtorRecord(1, "k", None, ("a@x.example",)), DebtorRecord(2, "l", None)])
    state.debtors.forget(2)
    assert state.debtors.by("key", "l") == []
    state.debtors.mirror([DebtorRecord(3, "m", None)], gone=[1])
    assert (state.debtors.by("key", "k"), state.debtors.by("email", "a@x.example")) == ([], [])
    assert [debtor.party_id for debtor in state.debtors.by("key", "m")] == [3]


def test_the_attempts_at_a_debtor_end_as_those_at_a_document_do(state: StateStore) -> None:
    first = state.debtors.begin("k", "digest")
    state.debtors.record_not_sent("k")
    assert state.debtors.begin("k", "digest").token == first.token
    state.debtors.record_refused("k")
    second = state.debtors.begin("k", "digest")
    assert second.number == 2
    state.debtors.record_created(DebtorRecord(5, "k", None), "k")
    assert state.attempts.open("debtor", "k") is None
    assert [debtor.party_id for debtor in state.debtors.by("key", "k")] == [5]
