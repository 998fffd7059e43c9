"""What follows from what both sides say of a payment: a step to take, something to say, or nothing.  Pure."""

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

_SAYS_PAID = frozenset({"paid", "differs"})
# In which zone Billit gives back the day it was given is a guess (billit.md §8.2).
_SAME_DAY = timedelta(days=1)


def next_step(payment: PaymentRecord, total: Decimal, settings: Settings) -> Step | Reason | None:
    """Give what is to be done or said now; None where all is well, or nothing can be done."""
    match payment.stage:
        case "paid":
            return _after_agreement(payment)
        case "reversed":
            return _said_before(payment, settings)
    if payment.shop_status == "reversed":
        return _charged_back(payment)
    if payment.shop_status == "paid":
        return _towards_billit(payment, total) if settings.to_billit else None
    return _towards_shop(payment) if settings.to_plugandpay else None


def may_be_reopened(payment: PaymentRecord) -> bool:
    """Tell whether an invoice may be marked as unpaid: what Billit holds is the very payment that was taken back.

    It is where both sides called it paid, and Billit's date has not changed since.
    """
    is_charged_back = payment.stage in {"paid", "reversed"} and payment.shop_status == "reversed"
    is_the_same = days_apart(payment.agreed_on, payment.billit_paid_on) == "none"
    return is_charged_back and payment.billit_status == "paid" and is_the_same


def days_apart(agreed_on: datetime | None, paid_on: datetime | None) -> Literal["none", "some", "unknown"]:
    """Say how far the date that Billit gives is from the one that both sides agreed on."""
    if agreed_on is None or paid_on is None:
        return "unknown"
    return "none" if abs(paid_on.replace(tzinfo=None) - agreed_on) <= _SAME_DAY else "some"


def _is_another(payment: PaymentRecord) -> bool:
    return days_apart(payment.agreed_on, payment.billit_paid_on) == "some"


def _after_agreement(payment: PaymentRecord) -> Step | Reason | None:
    """Both sides said that it was paid; what a person turned back since is not turned again."""
    if payment.shop_status == "reversed":
        is_said = payment.billit_status in _SAYS_PAID and _is_another(payment)
        return reason("paid_after_reversal") if is_said else "reversal"
    if payment.shop_status in {"open", "processing"}:
        return reason("payment_undone_in_plugandpay", status=payment.shop_status)
    if payment.shop_status == "paid" and payment.billit_status in {"open", "open_differs", "partly"}:
        return reason("payment_undone_in_billit")
    return None


def _said_before(payment: PaymentRecord, settings: Settings) -> Step | Reason | None:
    """What Billit still holds is the payment that was taken back, whatever the shop says since: said once.

    And again to who asks; and undone where the owner wants that by now.
    """
    if payment.billit_status not in _SAYS_PAID or payment.shop_status == "paid":
        return None
    if payment.shop_status == "credited":
        return reason("payment_credited", order_id=payment.order_id)
    if _is_another(payment):
        return reason("paid_after_reversal")
    is_wanted = settings.reopen_reversed and may_be_reopened(payment)
    return "reversal" if is_wanted or not payment.reasons else None


def _charged_back(payment: PaymentRecord) -> Step | Reason | None:
    if payment.billit_status not in _SAYS_PAID:
        return None
    return reason("paid_after_reversal") if payment.stage == "reopened" else "reversal"


def _towards_billit(payment: PaymentRecord, total: Decimal) -> Step | Reason | None:
    whole = euros_text(payment.billit_total or ZERO)
    if payment.billit_status == "partly":
        return reason("partly_paid_in_billit", paid=euros_text(payment.billit_amount or ZERO), total=whole)
    if payment.billit_status == "open_differs":
        return reason("paid_unlike_invoice", billit=whole, total=euros_text(total))
    return "to_billit" if payment.billit_status in {None, "open"} else None


def _towards_shop(payment: PaymentRecord) -> Step | Reason | None:
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
