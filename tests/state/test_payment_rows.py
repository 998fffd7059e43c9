"""Payments in the state file: how they change, and that each write is recorded before it is made."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ppbillit.reasons import Reason, reason
from ppbillit.state import Identity, OrderFacts, Stage, StateStore, create_state, transitions
from support.order_moves import move

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOP = Identity("4711", 588708, "https://api.billit.be")
PAID_AT = datetime(2026, 10, 5, 18, 43, tzinfo=UTC)
BANK_DAY = datetime(2026, 10, 7)  # noqa: DTZ001  (Billit's dates have no zone)
TOTAL = Decimal("97.00")
KEY = "plugandpay-4711-1"

ADOPTED = {
    Stage.CHECKED: transitions.ADOPT_CHECKED,
    Stage.HELD: transitions.ADOPT_HELD,
    Stage.DELETED: transitions.ADOPT_DELETED,
}


@pytest.fixture(name="state")
def _state(tmp_path: Path) -> Iterator[StateStore]:
    with create_state(tmp_path / "state.sqlite3", SHOP) as state:
        invoice(state, 1)
        yield state


def invoice(state: StateStore, order_id: int, *, kind: str = "invoice", stage: Stage = Stage.CHECKED) -> None:
    facts = OrderFacts(order_id, kind, str(order_id), date(2026, 10, order_id), TOTAL, backfill=False)  # type: ignore[arg-type]
    move(state, ADOPTED[stage], facts, billit_id=70 + order_id)


def shop_says(state: StateStore, status: str, paid_at: datetime | None = None) -> None:
    state.payments.note_shop(1, status, paid_at, "banktransfer", TOTAL)


def billit_says_paid(state: StateStore) -> None:
    state.payments.note_billit(1, "paid", BANK_DAY, TOTAL)


def events(state: StateStore) -> list[str]:
    return [row["what"] for row in state._database.rows("SELECT what FROM events WHERE order_id = 1")]


def test_a_payment_keeps_its_dates_its_amount_and_who_knew_it_first(state: StateStore) -> None:
    """Otherwise: the bank's date is lost, since Plug&Pay has no room for it."""
    billit_says_paid(state)
    shop_says(state, "paid", PAID_AT)
    payment = state.payments.of(1)
    assert (payment.stage, payment.source, payment.amount) == ("paid", "billit", TOTAL)
    assert (payment.shop_paid_at, payment.billit_paid_on) == (PAID_AT, BANK_DAY)
    [(detail,)] = state._database.rows("SELECT detail FROM events WHERE what = 'paid'")
    assert detail == (
        "known first in Billit, 97.00 EUR, Plug&Pay 2026-10-05T18:43:00+00:00, Billit 2026-10-07T00:00:00"
    )


def test_what_is_nothing_new_is_not_written(state: StateStore) -> None:
    shop_says(state, "paid", PAID_AT)
    billit_says_paid(state)
    before = state._database.rows("SELECT * FROM payments")[0]["updated_at"]
    state._database.now = lambda: datetime(2030, 1, 1, tzinfo=UTC)
    shop_says(state, "paid", PAID_AT)
    billit_says_paid(state)
    assert state._database.rows("SELECT * FROM payments")[0]["updated_at"] == before


def test_only_what_the_sides_do_not_agree_on_is_unsettled(state: StateStore) -> None:
    assert state.payments.to_reconcile() == []
    shop_says(state, "open")
    assert state.payments.to_reconcile() == []
    billit_says_paid(state)
    assert [payment.order_id for payment in state.payments.to_reconcile()] == [1]
    shop_says(state, "paid", PAID_AT)
    assert state.payments.to_reconcile() == []
    shop_says(state, "reversed", PAID_AT)
    assert [payment.order_id for payment in state.payments.to_reconcile()] == [1]


@pytest.mark.parametrize("kind, stage", [("credit_note", Stage.CHECKED), ("invoice", Stage.DELETED)])
def test_credit_notes_and_deleted_invoices_have_no_payment(
    state: StateStore, kind: str, stage: Stage
) -> None:
    """Otherwise: the settlement of a credit note sets an order to paid."""
    invoice(state, 2, kind=kind, stage=stage)
    state.payments.note_shop(2, "paid", PAID_AT, None, TOTAL)
    assert state.payments.to_reconcile() == []
    assert state.payments.unpaid_in_shop() == [1]
    assert state.payments.invoiced_since() == date(2026, 10, 1)


def test_a_charge_back_opens_a_payment_again_once_billit_says_unpaid(state: StateStore) -> None:
    billit_says_paid(state)
    shop_says(state, "paid", PAID_AT)
    shop_says(state, "reversed", PAID_AT)
    assert state.payments.of(1).stage == "paid"  # it is still to be said
    state.payments.record_reversed(1, (reason("payment_reversed"),), is_reopened=False)
    assert (state.payments.of(1).stage, state.payments.of(1).source) == ("reversed", None)
    state.payments.note_billit(1, "open", None, Decimal(0))
    assert state.payments.of(1).stage == "reopened"
    shop_says(state, "paid", PAID_AT)
    billit_says_paid(state)
    assert (state.payments.of(1).stage, state.payments.of(1).source) == ("paid", "plugandpay")
    assert [what for what in events(state) if what.startswith("pa")] == ["paid", "payment reversed", "paid"]


def test_a_write_is_on_record_from_before_it_leaves_until_its_outcome_is_known(state: StateStore) -> None:
    attempt = state.payments.begin(1, KEY, "plugandpay")
    assert state.payments.of(1).pending == "plugandpay"
    assert state.attempts.open("shop_payment", KEY) == attempt
    assert [payment.order_id for payment in state.payments.to_reconcile()] == [1]
    assert not state.payments.was_written(KEY)
    state.payments.record_done(1, KEY, "plugandpay")
    assert state.payments.of(1).pending is None
    assert state.payments.was_written(KEY)


def test_a_write_that_never_left_leaves_no_trace(state: StateStore) -> None:
    first = state.payments.begin(1, KEY, "billit")
    state.payments.record_not_sent(1, KEY, "billit")
    assert state.payments.of(1).pending is None
    assert state.payments.begin(1, KEY, "billit").token == first.token


def test_marking_reopening_and_marking_again_have_keys_of_their_own(state: StateStore) -> None:
    """Otherwise: Billit takes the second marking for a repetition of the first, and does nothing."""
    tokens = set()
    for what in ("billit", "reopening", "billit"):
        tokens.add(state.payments.begin(1, KEY, what).token)
        state.payments.record_done(1, KEY, what)
    assert len(tokens) == 3


def test_a_refusal_stands_until_something_changes_there_or_a_person_asks(state: StateStore) -> None:
    for is_asked in (True, False):
        state.payments.begin(1, KEY, "plugandpay")
        state.payments.record_refused(1, KEY, "plugandpay")
        assert state.payments.of(1).refused
        if is_asked:
            state.payments.take_up_again(1)
        else:
            shop_says(state, "processing")
        assert not state.payments.of(1).refused


def test_what_was_said_is_news_again_once_something_changed(state: StateStore) -> None:
    said = (reason("payment_processing"),)
    assert state.payments.note(1, said)
    assert not state.payments.note(1, said)
    shop_says(state, "processing")
    assert state.payments.note(1, said)


def test_what_is_said_of_a_payment_is_stuck_until_either_side_says_something_new(state: StateStore) -> None:
    billit_says_paid(state)
    assert state.payments.stuck() == []
    state.payments.note(1, (reason("payment_status_unknown"),))
    assert [payment.order_id for payment in state.payments.stuck()] == [1]
    shop_says(state, "open")
    assert state.payments.stuck() == []
    state.payments.begin(1, KEY, "plugandpay")
    assert [payment.order_id for payment in state.payments.stuck()] == [1]
    state.payments.record_not_sent(1, KEY, "plugandpay")
    assert state.payments.stuck() == []


@pytest.mark.parametrize(
    "waits", [reason("payment_processing"), reason("partly_paid", paid="40.00", total="97.00")]
)
def test_what_settles_by_itself_is_told_and_not_stuck(state: StateStore, waits: Reason) -> None:
    """Otherwise: the list of what needs a person is full of what does not, and nobody reads it any more."""
    state.payments.note(1, (waits,))
    assert [payment.order_id for payment in state.payments.with_remarks()] == [1]
    assert state.payments.stuck() == []
    state.payments.note_unread(1)
    assert [payment.order_id for payment in state.payments.stuck()] == [1]


def test_a_payment_that_is_taken_back_takes_its_date_and_method_with_it(state: StateStore) -> None:
    """Otherwise: the next payment goes into the books with the date of the one that was charged back."""
    shop_says(state, "paid", PAID_AT)
    billit_says_paid(state)
    for status in ("reversed", "open", "processing"):
        shop_says(state, status, PAID_AT)
        state.payments.note_billit(1, "open", BANK_DAY, Decimal(0))
        payment = state.payments.of(1)
        assert (payment.shop_paid_at, payment.method, payment.billit_paid_on) == (None, None, None)
        shop_says(state, "paid")


def test_the_date_of_an_agreement_is_kept_until_both_sides_agree_on_another(state: StateStore) -> None:
    """Otherwise: what the bank brought after a charge-back cannot be told from what was taken back."""
    billit_says_paid(state)
    shop_says(state, "paid", PAID_AT)
    assert state.payments.of(1).agreed_on == BANK_DAY
    shop_says(state, "reversed")
    state.payments.note_billit(1, "paid", BANK_DAY.replace(day=20), TOTAL)
    assert state.payments.of(1).agreed_on == BANK_DAY
    shop_says(state, "paid")
    assert state.payments.of(1).agreed_on == BANK_DAY.replace(day=20)


def test_a_dismissed_payment_is_left_alone_until_either_side_says_something_new(state: StateStore) -> None:
    """Otherwise: a word about one matter silences the next, or no word helps against what cannot be mended."""
    billit_says_paid(state)
    for is_asked in (True, False):
        state.payments.note(1, (reason("payment_processing"),))
        state.payments.dismiss(1, "geregeld")
        assert (state.payments.stuck(), state.payments.to_reconcile()) == ([], [])
        assert [payment.dismissed for payment in state.payments.dismissed()] == ["geregeld"]
        if is_asked:
            state.payments.take_up_again(1)
        else:
            shop_says(state, "processing")
        assert state.payments.dismissed() == []
        assert [payment.order_id for payment in state.payments.to_reconcile()] == [1]
    assert "payment dismissed" in events(state)


def test_a_lost_write_that_is_not_needed_any_more_is_not_stuck(state: StateStore) -> None:
    """Otherwise: nothing is under way, and the next run is said to look it up for ever."""
    state.payments.begin(1, KEY, "plugandpay")
    state.payments.note(1, (reason("payment_unknown", service="Plug&Pay"),))
    state.payments.record_not_needed(1, KEY, "plugandpay")
    assert state.payments.stuck() == []
