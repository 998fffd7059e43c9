"""What follows from the payment on both sides: laws over all combinations, and single cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, get_args

import pytest

from ppbillit.invoicing.payment_facts import GONE
from ppbillit.payments.decide import days_apart, may_be_reopened, next_step
from ppbillit.reasons import Reason, reason
from ppbillit.state import PaymentRecord
from ppbillit.state.records import BillitSays, PaymentStage
from support.schema_defaults import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.payments.decide import Step

TOTAL = Decimal("97.00")
AGREED = datetime(2026, 3, 5, 12)  # noqa: DTZ001  (as Billit gives it)
LATER = AGREED + timedelta(days=1, seconds=1)
SHOP_SAYS = (None, "open", "processing", "paid", "credited", "credit_invoice", "reversed", GONE)
BILLIT_SAYS = (None, *get_args(BillitSays))
SAID = (reason("payment_reversed", order_id=1),)

BOTH = settings()
REOPENING = replace(BOTH, reopen_reversed=True)


def payments() -> Iterator[PaymentRecord]:
    """Every combination of what can be on record."""
    for stage, shop, billit, agreed, paid_on, said in product(
        get_args(PaymentStage), SHOP_SAYS, BILLIT_SAYS, (None, AGREED), (None, AGREED, LATER), ((), SAID)
    ):
        yield PaymentRecord(
            1,
            stage=stage,
            shop_status=shop,
            billit_status=billit,
            billit_amount=TOTAL,
            billit_total=TOTAL,
            agreed_on=agreed,
            billit_paid_on=paid_on,
            reasons=said,
        )


def code(step: Step | Reason | None) -> str | None:
    return step.code if isinstance(step, Reason) else step


def test_an_order_is_set_to_paid_only_on_billits_word_and_never_against_the_shops() -> None:
    for payment in payments():
        if next_step(payment, TOTAL, REOPENING) == "to_shop":
            assert payment.billit_status == "paid"
            assert payment.shop_status not in {"paid", "credited", "reversed", GONE}
            assert payment.stage in {"open", "reopened"}


def test_an_invoice_is_marked_only_on_the_shops_word_and_while_it_is_open() -> None:
    for payment in payments():
        if next_step(payment, TOTAL, REOPENING) == "to_billit":
            assert payment.shop_status == "paid"
            assert payment.billit_status in {None, "open"}
            assert payment.stage in {"open", "reopened"}


def test_a_direction_that_is_switched_off_is_not_gone() -> None:
    for payment in payments():
        assert next_step(payment, TOTAL, replace(BOTH, to_plugandpay=False)) != "to_shop"
        assert next_step(payment, TOTAL, replace(BOTH, to_billit=False)) != "to_billit"


def test_what_both_sides_agreed_on_is_never_carried_over_again() -> None:
    """Otherwise: what a person set back by hand comes back by itself."""
    for payment in payments():
        if payment.stage == "paid":
            assert next_step(payment, TOTAL, REOPENING) not in {"to_shop", "to_billit"}


def test_an_invoice_may_be_reopened_only_for_the_very_payment_that_was_taken_back() -> None:
    """Otherwise: a second payment, by bank, is wiped from the books."""
    for payment in payments():
        assert may_be_reopened(payment) == (
            payment.stage in {"paid", "reversed"}
            and payment.shop_status == "reversed"
            and payment.billit_status == "paid"
            and payment.agreed_on == payment.billit_paid_on == AGREED
        )


@pytest.mark.parametrize(
    "paid_on, apart",
    [
        (AGREED - timedelta(days=1), "none"),
        (AGREED + timedelta(days=1), "none"),
        (AGREED - timedelta(days=1, seconds=1), "some"),
        (LATER, "some"),
        (None, "unknown"),
    ],
)
def test_a_day_may_be_written_in_another_zone(paid_on: datetime | None, apart: str) -> None:
    assert days_apart(AGREED, paid_on) == apart
    assert days_apart(None, paid_on) == "unknown"


@pytest.mark.parametrize("billit", BILLIT_SAYS)
@pytest.mark.parametrize("paid_on, is_new", [(AGREED, False), (LATER, True), (None, False)])
def test_a_charge_back_of_what_both_sides_agreed_on_is_told_unless_it_was_paid_anew(
    paid_on: datetime | None, billit: BillitSays | None, *, is_new: bool
) -> None:
    agreed = PaymentRecord(
        1,
        stage="paid",
        shop_status="reversed",
        billit_status=billit,
        agreed_on=AGREED,
        billit_paid_on=paid_on,
    )
    is_paid_anew = is_new and billit in {"paid", "differs"}
    wanted = "paid_after_reversal" if is_paid_anew else "reversal"
    assert code(next_step(agreed, TOTAL, BOTH)) == wanted


@pytest.mark.parametrize("shop", ["open", "processing"])
def test_what_was_set_back_in_the_shop_is_said(shop: str) -> None:
    agreed = PaymentRecord(1, stage="paid", shop_status=shop, billit_status="paid")
    assert code(next_step(agreed, TOTAL, BOTH)) == "payment_undone_in_plugandpay"


@pytest.mark.parametrize("billit", BILLIT_SAYS)
@pytest.mark.parametrize("shop", ["paid", "credited", None])
def test_what_was_set_back_in_billit_is_said_while_the_shop_says_paid(
    shop: str | None, billit: BillitSays | None
) -> None:
    """Otherwise: a credited order's invoice, rightly open, is complained of for ever."""
    agreed = PaymentRecord(1, stage="paid", shop_status=shop, billit_status=billit)
    is_open = billit in {"open", "open_differs", "partly"}
    wanted = "payment_undone_in_billit" if shop == "paid" and is_open else None
    assert code(next_step(agreed, TOTAL, BOTH)) == wanted


@pytest.mark.parametrize("billit", BILLIT_SAYS)
@pytest.mark.parametrize("stage, again", [("open", "reversal"), ("reopened", "paid_after_reversal")])
def test_a_charge_back_of_what_the_books_call_paid_is_told(
    stage: PaymentStage, again: str, billit: BillitSays | None
) -> None:
    charged_back = PaymentRecord(1, stage=stage, shop_status="reversed", billit_status=billit)
    wanted = again if billit in {"paid", "differs"} else None
    assert code(next_step(charged_back, TOTAL, BOTH)) == wanted


@pytest.mark.parametrize("billit", BILLIT_SAYS)
@pytest.mark.parametrize(
    "shop, paid_on, said, wanted",
    [
        ("reversed", AGREED, (), "reversal"),
        ("reversed", AGREED, SAID, None),  # once
        ("reversed", LATER, SAID, "paid_after_reversal"),
        ("credited", AGREED, (), "payment_credited"),
        ("paid", AGREED, (), None),
        ("open", AGREED, SAID, None),
    ],
)
def test_a_charge_back_that_was_told_is_told_again_only_where_something_is_new(
    shop: str, paid_on: datetime, said: tuple[Reason, ...], wanted: str | None, billit: BillitSays | None
) -> None:
    told = PaymentRecord(
        1,
        stage="reversed",
        shop_status=shop,
        billit_status=billit,
        agreed_on=AGREED,
        billit_paid_on=paid_on,
        reasons=said,
    )
    wanted = wanted if billit in {"paid", "differs"} else None
    assert code(next_step(told, TOTAL, BOTH)) == wanted


def test_a_charge_back_that_was_told_is_made_good_once_the_owner_wants_it() -> None:
    """Otherwise: reopen_reversed, switched on after the first charge-back, does nothing for it."""
    told = PaymentRecord(
        1,
        stage="reversed",
        shop_status="reversed",
        billit_status="paid",
        agreed_on=AGREED,
        billit_paid_on=AGREED,
        reasons=SAID,
    )
    assert next_step(told, TOTAL, REOPENING) == "reversal"
    assert next_step(told, TOTAL, BOTH) is None
    another = replace(told, billit_status="differs")
    assert next_step(another, TOTAL, REOPENING) is None


@pytest.mark.parametrize(
    "shop, billit, wanted",
    [
        ("paid", "partly", "partly_paid_in_billit"),
        ("paid", "open_differs", "paid_unlike_invoice"),
        ("paid", "paid", None),
        ("paid", "differs", None),
        ("open", "partly", "partly_paid"),
        ("open", "differs", "paid_other_total"),
        ("credited", "partly", None),
        ("credited", "differs", None),
        (GONE, "partly", None),
        (GONE, "differs", None),
        (GONE, "paid", "payment_order_gone"),
        ("credited", "paid", "payment_credited"),
        ("open", "open", None),
        (None, "paid", "to_shop"),
    ],
)
def test_what_is_not_plainly_paid_in_full_is_told_and_not_carried_over(
    shop: str | None, billit: BillitSays, wanted: str | None
) -> None:
    payment = PaymentRecord(1, shop_status=shop, billit_status=billit, billit_total=TOTAL)
    assert code(next_step(payment, TOTAL, BOTH)) == wanted


def test_what_was_paid_in_part_is_told_with_both_amounts() -> None:
    part = PaymentRecord(1, billit_status="partly", billit_amount=Decimal("40.00"), billit_total=TOTAL)
    for payment in (part, replace(part, shop_status="paid")):
        told = next_step(payment, TOTAL, BOTH)
        assert isinstance(told, Reason)
        assert (told.facts["paid"], told.facts["total"]) == ("40.00", "97.00")
    other = PaymentRecord(1, shop_status="paid", billit_status="open_differs", billit_total=Decimal("90.00"))
    told = next_step(other, TOTAL, BOTH)
    assert isinstance(told, Reason)
    assert (told.facts["billit"], told.facts["total"]) == ("90.00", "97.00")


def test_what_was_paid_before_it_was_credited_may_be_called_paid() -> None:
    payment = PaymentRecord(1, shop_status="credited", shop_paid_at=AGREED, billit_status="paid")
    assert next_step(payment, TOTAL, BOTH) is None
