"""What orders and documents say of payments, stored while they are read for another purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.invoicing.document_facts import total_difference
from ppbillit.money import ZERO, cents
from ppbillit.plugandpay.models import Order

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from ppbillit.billit.models import Document
    from ppbillit.plugandpay.models import Payment, UnreadableOrder
    from ppbillit.run import Run
    from ppbillit.state import BillitSays, OrderRecord

GONE = "gone"  # not a status of the shop: it has the order no more

# An invoice that a credit note settles shows as Credited (billit.md §12), whatever its Paid says.
_CLOSED = frozenset({"Credited", "Refused", "Canceled"})


def note_orders(run: Run, orders: Iterable[Order | UnreadableOrder]) -> None:
    """Store what orders say of their payments; the settlement of a credit is not a payment."""
    with run.state.together():
        for order in orders:
            if isinstance(order, Order) and order.kind == "invoice":
                note_payment(run, order.id, order.payment, cents(order.amount_with_tax))


def note_payment(run: Run, order_id: int, payment: Payment | None, amount: Decimal) -> None:
    """Store one payment as it was read; None where the shop has the order no more."""
    if payment is None:
        run.state.payments.note_shop(order_id, GONE, None, None, amount)
    elif payment.status:
        run.state.payments.note_shop(order_id, payment.status, payment.paid_at, payment.method, amount)


def note_document(run: Run, record: OrderRecord, document: Document) -> None:
    """Store what a document says of its payment, as a list or a single read shows it."""
    if record.kind == "invoice" and document.order_type != "CreditNote":
        status, amount = billit_payment_status(document, record)
        total = None if document.total_incl is None else cents(document.total_incl)
        run.state.payments.note_billit(record.order_id, status, document.paid_date, amount, total)


def billit_payment_status(document: Document, record: OrderRecord) -> tuple[BillitSays, Decimal | None]:
    """Return what Billit says of the payment of an invoice, and how much is paid (gross euros).

    `Paid` may come with any payment (billit.md §14.17), so what is still to pay decides.  Where part of an invoice
    is paid that is not marked, less than its total is to pay.  A difference that was accepted when the invoice was
    created stays to pay: the customer paid what the shop asked for.
    """
    total, to_pay = document.total_incl or ZERO, document.to_pay or ZERO
    if document.order_status in _CLOSED:
        return "closed", None
    is_partly = to_pay > ZERO and (document.paid or to_pay < total)
    if is_partly and to_pay > record.accepted_difference:
        return "partly", cents(total - to_pay)
    if is_partly or document.paid:
        return ("differs" if total_difference(document, record) else "paid"), cents(total)
    has_other_total = document.total_incl is not None and total_difference(document, record)
    return ("open_differs" if has_other_total else "open"), ZERO
