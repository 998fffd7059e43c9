"""What follows from what both sides say of a payment: a step to take, something to say, or nothing.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ppbillit.money import ZERO, plain
from ppbillit.reasons import Reason, reason
from ppbillit.sync.payments.learn import GONE

if TYPE_CHECKING:
    from decimal import Decimal

    from ppbillit.state import PaymentRecord
    from ppbillit.sync.job import Settings

Step = Literal["to_shop", "to_billit", "reversal"]


def next_step(payment: PaymentRecord, total: Decimal, settings: Settings) -> Step | Reason | None:
    """Give what is to be done or said now; None where all is well, or nothing can be done."""
    match payment.stage:
        case "paid":
            return _after_agreement(payment)
        case "reversed":
            return None  # it was said; what Billit still holds is the payment that was taken back
    if payment.shop_status == "reversed":
        return _charged_back(payment)
    if payment.shop_status == "paid":
        return _towards_billit(payment, total) if settings.to_billit else None
    return _towards_shop(payment, total) if settings.to_plugandpay else None


def _after_agreement(payment: PaymentRecord) -> Step | Reason | None:
    """Both sides said that it was paid; what a person turned back since is not turned again."""
    if payment.shop_status == "reversed":
        return "reversal"
    if payment.shop_status in {"open", "processing"}:
        return reason("payment_undone_in_plugandpay", status=payment.shop_status)
    if payment.shop_status == "paid" and payment.billit_status in {"open", "partly"}:
        return reason("payment_undone_in_billit")
    return None


def _charged_back(payment: PaymentRecord) -> Step | Reason | None:
    if payment.billit_status != "paid":
        return None
    return reason("paid_after_reversal") if payment.stage == "reopened" else "reversal"


def _towards_billit(payment: PaymentRecord, total: Decimal) -> Step | Reason | None:
    if payment.billit_status == "partly":
        paid = plain(payment.billit_amount or ZERO)
        return reason("partly_paid_in_billit", paid=paid, total=plain(total))
    return "to_billit" if payment.billit_status in {None, "open"} else None


def _towards_shop(payment: PaymentRecord, total: Decimal) -> Step | Reason | None:
    match payment.billit_status:
        case "partly" if payment.shop_status not in {"credited", GONE}:
            return reason("partly_paid", paid=plain(payment.billit_amount or ZERO), total=plain(total))
        case "differs" if payment.shop_status not in {"credited", GONE}:
            return reason("paid_other_total")
        case "paid" if payment.shop_status == GONE:
            return reason("payment_order_gone")
        case "paid" if payment.shop_status == "credited":
            # What was paid before it was credited was paid, and its invoice may say so.
            return None if payment.shop_paid_at else reason("payment_credited")
        case "paid":
            return "to_shop"
    return None
