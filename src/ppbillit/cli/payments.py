"""A payment that is stuck, in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ppbillit.money import plain

if TYPE_CHECKING:
    from ppbillit.state import PaymentRecord
    from ppbillit.sync.stuck import StuckPayment

_BILLIT_SAYS = {
    "partly": "paid in part",
    "differs": "paid, with another total",
    "open_differs": "open, with another total",
}


def sides_in_words(payment: PaymentRecord) -> str:
    """Say what either side says of it."""
    billit = payment.billit_status or "nothing yet"
    return f"{payment.shop_status or 'nothing yet'} in Plug&Pay, {_BILLIT_SAYS.get(billit, billit)} in Billit"


def payment_as_json(stuck: StuckPayment) -> dict[str, Any]:
    """Give whose it is, what either side says of it, and why it is stuck; Billit's date has no zone."""
    record, payment = stuck.record, stuck.payment
    return {
        "order_id": record.order_id,
        "number": record.number,
        "total": plain(record.total),
        "billit_id": record.billit_id,
        "in_plugandpay": payment.shop_status,
        "in_billit": payment.billit_status,
        "paid_in_billit": None if payment.billit_amount is None else plain(payment.billit_amount),
        "plugandpay_paid_at": payment.shop_paid_at.isoformat() if payment.shop_paid_at else None,
        "billit_paid_on": payment.billit_paid_on.isoformat() if payment.billit_paid_on else None,
        "known_first_in": payment.source,
        "is_unknown": payment.pending is not None,
        "reasons": [vars(reason) for reason in stuck.reasons],
    }
