"""A payment that is stuck, in words and as JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ppbillit.money import euros_text
from ppbillit.reasons import translate
from ppbillit.reasons.words import phrase, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.invoicing.stuck import StuckPayment
    from ppbillit.reasons import Language
    from ppbillit.state import PaymentRecord

_BILLIT_SAYS = {
    "partly": "paid in part",
    "differs": "paid, with another total",
    "open_differs": "open, with another total",
}


def payments_in_language(stuck: Iterable[StuckPayment], language: Language) -> list[StuckPayment]:
    """Give payments with their reasons in a language."""
    return [replace(each, reasons=translate(each.reasons, language)) for each in stuck]


def sides_in_words(payment: PaymentRecord, language: Language = "en") -> str:
    """Say what either side says of it."""
    nothing = phrase("nothing yet", language)
    billit = payment.billit_status
    said = _BILLIT_SAYS.get(billit or "")
    return phrase(
        "{shop} in Plug&Pay, {billit} in Billit",
        language,
        shop=word(payment.shop_status, language) if payment.shop_status else nothing,
        billit=phrase(said, language) if said else word(billit, language) if billit else nothing,
    )


def payment_as_json(stuck: StuckPayment) -> dict[str, Any]:
    """Give whose it is, what either side says of it, and why it is stuck; Billit's date has no zone."""
    record, payment = stuck.record, stuck.payment
    return {
        "order_id": record.order_id,
        "number": record.number,
        "total": euros_text(record.total),
        "billit_id": record.billit_id,
        "in_plugandpay": payment.shop_status,
        "in_billit": payment.billit_status,
        "paid_in_billit": None if payment.billit_amount is None else euros_text(payment.billit_amount),
        "plugandpay_paid_at": payment.shop_paid_at.isoformat() if payment.shop_paid_at else None,
        "billit_paid_on": payment.billit_paid_on.isoformat() if payment.billit_paid_on else None,
        "known_first_in": payment.source,
        "is_unknown": payment.pending is not None,
        "reasons": [reason.json() for reason in stuck.reasons],
    }
