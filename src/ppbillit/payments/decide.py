"""Step 2, decide: what follows from what both sides say of a payment: a step, a reason to report, or nothing.

Pure: reads and writes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from ppbillit.invoicing.payment_facts import GONE
from ppbillit.money import ZERO, euros_text
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from ppbillit.run import Settings
    from ppbillit.state import PaymentRecord

Step = Literal["to_shop", "to_billit", "reversal"]

_PAID_IN_BILLIT = frozenset({"paid", "differs"})
# Which zone Billit uses when it returns the day it was given is a guess (billit.md §8.2).
_SAME_DAY = timedelta(days=1)


def next_step(payment: PaymentRecord, total: Decimal, settings: Settings) -> Step | Reason | None:
    """Return the step to take or the reason to report now; None where both agree or nothing can be done."""
    match payment.stage:
        case "paid":
            return _after_agreement(payment)
        case "reversed":
            return _after_charge_back(payment, settings)
    if payment.shop_status == "reversed":
        return _on_charge_back(payment)
    if payment.shop_status == "paid":
        return _to_billit(payment, total) if settings.to_billit else None
    return _to_shop(payment) if settings.to_plugandpay else None


def may_be_reopened(payment: PaymentRecord) -> bool:
    """Return whether an invoice may be marked as unpaid: Billit holds the same payment that was charged back.

    It is the same where both sides said paid, and Billit's date has not changed since.
    """
    is_charged_back = payment.stage in {"paid", "reversed"} and payment.shop_status == "reversed"
    is_the_same = days_apart(payment.agreed_on, payment.billit_paid_on) == "none"
    return is_charged_back and payment.billit_status == "paid" and is_the_same


def days_apart(agreed_on: datetime | None, paid_on: datetime | None) -> Literal["none", "some", "unknown"]:
    """Return whether the date that Billit gives differs from the one that both sides agreed on."""
    if agreed_on is None or paid_on is None:
        return "unknown"
    return "none" if abs(paid_on.replace(tzinfo=None) - agreed_on) <= _SAME_DAY else "some"


def _is_another_payment(payment: PaymentRecord) -> bool:
    return days_apart(payment.agreed_on, payment.billit_paid_on) == "some"


def _after_agreement(payment: PaymentRecord) -> Step | Reason | None:
    """Return what to do after both sides said paid; what a person undid since is not done again."""
    if payment.shop_status == "reversed":
        has_another = payment.billit_status in _PAID_IN_BILLIT and _is_another_payment(payment)
        return reason("paid_after_reversal") if has_another else "reversal"
    if payment.shop_status in {"open", "processing"}:
        return reason("payment_undone_in_plugandpay", status=payment.shop_status)
    if payment.shop_status == "paid" and payment.billit_status in {"open", "open_differs", "partly"}:
        return reason("payment_undone_in_billit")
    return None


def _after_charge_back(payment: PaymentRecord, settings: Settings) -> Step | Reason | None:
    """Return what to do about a charge-back that was reported already, while Billit still says paid.

    It is reported once, whatever the shop says since, and again to a person who asks.  The invoice is marked as
    unpaid where the config says so by now.
    """
    if payment.billit_status not in _PAID_IN_BILLIT or payment.shop_status == "paid":
        return None
    if payment.shop_status == "credited":
        return reason("payment_credited", order_id=payment.order_id)
    if _is_another_payment(payment):
        return reason("paid_after_reversal")
    is_wanted = settings.reopen_reversed and may_be_reopened(payment)
    return "reversal" if is_wanted or not payment.reasons else None


def _on_charge_back(payment: PaymentRecord) -> Step | Reason | None:
    if payment.billit_status not in _PAID_IN_BILLIT:
        return None
    return reason("paid_after_reversal") if payment.stage == "reopened" else "reversal"


def _to_billit(payment: PaymentRecord, total: Decimal) -> Step | Reason | None:
    whole = euros_text(payment.billit_total or ZERO)
    if payment.billit_status == "partly":
        return reason("partly_paid_in_billit", paid=euros_text(payment.billit_amount or ZERO), total=whole)
    if payment.billit_status == "open_differs":
        return reason("paid_unlike_invoice", billit=whole, total=euros_text(total))
    return "to_billit" if payment.billit_status in {None, "open"} else None


def _to_shop(payment: PaymentRecord) -> Step | Reason | None:
    match payment.billit_status:
        case "partly" if payment.shop_status not in {"credited", GONE}:
            paid, total = euros_text(payment.billit_amount or ZERO), euros_text(payment.billit_total or ZERO)
            return reason("partly_paid", paid=paid, total=total)
        case "differs" if payment.shop_status not in {"credited", GONE}:
            return reason("paid_other_total")
        case "paid" if payment.shop_status == GONE:
            return reason("payment_order_gone", order_id=payment.order_id)
        case "paid" if payment.shop_status == "credited":
            # What was paid before it was credited was paid, and its invoice may say so.
            return None if payment.shop_paid_at else reason("payment_credited", order_id=payment.order_id)
        case "paid":
            return "to_shop"
    return None
