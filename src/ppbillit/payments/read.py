"""Step 1, read: what both sides say of payments, all of it on record before anything is done about it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from ppbillit.billit.models import Document
from ppbillit.errors import NotAllowed, Unavailable, WrongRequest
from ppbillit.invoicing.lookup import document_of, missing_reasons
from ppbillit.invoicing.payment_facts import (
    GONE,
    billit_payment_status,
    note_document,
    note_orders,
    note_payment,
)
from ppbillit.payments.decide import days_apart
from ppbillit.plugandpay.models import Payment
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import IN_BILLIT

if TYPE_CHECKING:
    from datetime import date

    from ppbillit.payments.decide import Step
    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.reasons import Reason
    from ppbillit.run import Run
    from ppbillit.state import OrderRecord

_DAY = timedelta(days=1)
_NOT_PAID = frozenset({"open", "processing", "reversed"})


def read_changes(run: PaymentRun, first: date) -> None:
    """Read what changed on both sides since the last run, and once a day all that is open in the shop.

    Billit is read first: where an order was charged back meanwhile, what Billit says of it is older than that.
    `first` is the day of the first invoice.
    """
    since = run.changed_since("payments_read")
    for listed in run.billit.documents_modified_since(since):
        record = run.state.orders.of_document(listed.order_id)
        if run.stopping():
            return
        if record and record.stage in IN_BILLIT:
            document = listed if isinstance(listed, Document) else document_of(run, record)
            if document:
                _note_document(run, record, document)
    note_orders(run, run.shop_payments.paid_since(since or datetime.combine(first - _DAY, time(), UTC)))
    if run.state.remembered("payments_looked") != run.today.isoformat():
        _read_missing_documents(run)
        _read_unpaid_orders(run, first)


def read_orders(run: PaymentRun, order_ids: list[int]) -> None:
    """Read both sides of the orders that a person asked for; what was tried or reported before is so again.

    What a person has skipped stays skipped, which is reported; `retry` takes it up first.  Raise WrongRequest,
    with nothing changed, where one of the orders has no invoice in Billit.
    """
    for order_id in order_ids:
        if not has_invoice(run, order_id):
            raise WrongRequest(
                f"Order {order_id} has no invoice in Billit that ppbillit knows of. Nothing was changed.",
                f"Give the number of the order in Plug&Pay; `ppbillit sync --order {order_id}` invoices it.",
            )
    for order_id in order_ids:
        if run.stopping():
            return
        record, words = run.order(order_id), run.state.payments.of(order_id).dismissed
        if words is not None:
            run.say_payment(
                record, Outcome.SKIPPED, reason("payment_dismissed", words=words, order_id=order_id)
            )
            continue
        run.state.payments.take_up_again(order_id)
        if document := document_of(run, record):
            _note_document(run, record, document)
        payment_of(run, record)


def has_invoice(run: Run, order_id: int) -> bool:
    """Return whether an order has an invoice in Billit."""
    record = run.state.orders.get(order_id)
    return record is not None and record.stage in IN_BILLIT and record.kind == "invoice"


def _note_document(run: PaymentRun, record: OrderRecord, document: Document) -> None:
    """Store what a document says of its payment; where both sides would agree now, the shop is read first.

    The shop may have said paid weeks ago, and have a charge-back since: then Billit holds another payment.
    """
    known = run.payment(record)
    is_new = known.stage != "paid" or days_apart(known.agreed_on, document.paid_date) != "none"
    if known.shop_status == "paid" and is_new and billit_payment_status(document, record)[0] == "paid":
        payment_of(run, record)
    note_document(run, record, document)


def _read_missing_documents(run: PaymentRun) -> None:
    """Read again each document that Billit did not show when it was read last: it may have been paid meanwhile.

    The list of what changed shows a payment once, and no longer when the document can be read again.
    """
    for record in run.state.orders.at(*IN_BILLIT):
        if run.stopping():
            return
        if missing_reasons(record) and record.kind == "invoice" and (document := document_of(run, record)):
            _note_document(run, record, document)


def _read_unpaid_orders(run: PaymentRun, first: date) -> None:
    """Read the orders that are not paid or were charged back: a list of what was paid lately shows neither.

    An order that is not in that list and not known to be paid is read by its id, and so is one that could not be
    read by its id before.  One that is about to be set to paid is left out: it is read right before that.
    """
    listed = run.shop_payments.with_payment(_NOT_PAID, first)
    note_orders(run, listed)
    are_listed = {order.id for order in listed}
    for order_id in run.state.payments.unpaid_in_shop():
        if run.stopping():
            return
        record = run.order(order_id)
        payment = run.payment(record)
        is_to_be_paid = run.next_step(record) == "to_shop" and not payment.refused
        is_read_anyway = is_to_be_paid and payment.shop_status not in _NOT_PAID
        if (order_id not in are_listed or payment.unread) and not is_read_anyway:
            payment_of(run, record)


def payment_of(run: PaymentRun, record: OrderRecord) -> Payment | None:
    """Return an order's payment as the shop shows it now, and store it; None where it cannot be read.

    That it cannot be read is stored too.  The payment of an order that the shop has no more is `GONE`.  Raise
    Unavailable or NotAllowed where it could be read the last time: that may be an outage, or a new key, with which
    no write is to begin.  In the day after such a run a few others are only left out (`Run.note_unreadable`).
    """
    if record.order_id in run.unread:
        return None
    try:
        payment = run.shop_payments.payment(record.order_id)
    except (Unavailable, NotAllowed):
        run.unread.add(record.order_id)
        is_news = run.state.payments.note_unread(record.order_id)
        if is_news or run.is_asked_for(record.order_id):
            run.say_payment(record, Outcome.UNKNOWN, reason("payment_not_readable"))
        if is_news and run.note_unreadable("unreadable_payments_at"):
            raise
        return None
    run.state.payments.note_unread(record.order_id, unread=False)
    note_payment(run, record.order_id, payment, record.total)
    return payment or Payment(status=GONE)


# --- once more, right before a write: a payment may have been taken back since ---------------------------


def next_step_after_shop(run: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    """Read the order's payment in the shop, and return the step that follows; None where it cannot be read."""
    if payment_of(run, record) is None:
        run.leave_for_today(record)
        return None
    return run.next_step(record)


def next_step_after_billit(run: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    """Read the invoice in Billit, and return the step that follows; None where it cannot be read."""
    document = document_of(run, record)
    if document is None:
        run.leave_for_today(record)
        return None
    note_document(run, record, document)
    return run.next_step(record)
