"""What either side says of a payment, put on record.  Reading an order or a document teaches this by the way."""

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

GONE = "gone"  # no word of the shop's: it does not have the order any more

# An invoice that a credit note settles shows as Credited (billit.md §12), whatever its Paid says.
_CLOSED = frozenset({"Credited", "Refused", "Canceled"})


def note_orders(run: Run, orders: Iterable[Order | UnreadableOrder]) -> None:
    """Learn from orders that were read; a credit's settlement is nobody's payment."""
    for order in orders:
        if isinstance(order, Order) and order.kind == "invoice":
            note_payment(run, order.id, order.payment, cents(order.amount_with_tax))


def note_payment(run: Run, order_id: int, payment: Payment | None, amount: Decimal) -> None:
    """Learn from one payment as it was read, None where the shop does not have the order any more."""
    if payment is None:
        run.state.payments.learn_from_shop(order_id, GONE, None, None, amount)
    elif payment.status:
        run.state.payments.learn_from_shop(order_id, payment.status, payment.paid_at, payment.method, amount)


def note_document(run: Run, record: OrderRecord, document: Document) -> None:
    """Learn from a document of ours, as a list or a single read shows it."""
    if record.kind == "invoice" and document.order_type != "CreditNote":
        says, amount = billit_says(document, record)
        total = None if document.total_incl is None else cents(document.total_incl)
        run.state.payments.learn_from_billit(record.order_id, says, document.paid_date, amount, total)


def billit_says(document: Document, record: OrderRecord) -> tuple[BillitSays, Decimal | None]:
    """Say what Billit holds of the payment of an invoice, and how much of it is paid.

    `Paid` alone may come with any payment (billit.md §14.17): what is still to pay decides.  Where something
    was paid on a document that is not marked, less is to pay than its total.  The cent or two that were accepted
    when it was made stay open for ever: the customer paid what the shop asked for.
    """
    total, to_pay = document.total_incl or ZERO, document.to_pay or ZERO
    if document.order_status in _CLOSED:
        return "closed", None
    is_begun = to_pay > ZERO and (document.paid or to_pay < total)
    if is_begun and to_pay > record.accepted_difference:
        return "partly", cents(total - to_pay)
    if is_begun or document.paid:
        return ("differs" if total_difference(document, record) else "paid"), cents(total)
    is_unlike = document.total_incl is not None and total_difference(document, record)
    return ("open_differs" if is_unlike else "open"), ZERO
