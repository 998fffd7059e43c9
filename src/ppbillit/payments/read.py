"""Ask both sides what they say of payments; it is all on record before anything is done about it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from ppbillit.billit.models import Document
from ppbillit.errors import NotAllowed, Unavailable, WrongRequest
from ppbillit.invoicing.lookup import document_of, missing_reasons
from ppbillit.invoicing.payment_facts import GONE, billit_says, note_document, note_orders, note_payment
from ppbillit.payments.decide import days_apart, next_step
from ppbillit.payments.payment_run import tell
from ppbillit.plugandpay.models import Payment
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.run import changed_since, is_outage
from ppbillit.state import IN_BILLIT

if TYPE_CHECKING:
    from datetime import date

    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.run import Run
    from ppbillit.state import OrderRecord

_DAY = timedelta(days=1)
_NOT_PAID = frozenset({"open", "processing", "reversed"})


def read_changes(till: PaymentRun, first: date) -> None:
    """Ask both sides what changed since the last time, and once a day look at all that is open in the shop.

    Billit goes first: what it says of an order that was charged back meanwhile, it said before that was known.
    `first` is the day of the first invoice.
    """
    run = till.run
    since = changed_since(run, "payments_read")
    for listed in run.reader.documents_modified_since(since):
        record = run.state.orders.of_document(listed.order_id)
        if run.stopping():
            return
        if record and record.stage in IN_BILLIT:
            document = listed if isinstance(listed, Document) else document_of(run, record)
            if document:
                _learn(till, record, document)
    note_orders(run, till.desk.paid_since(since or datetime.combine(first - _DAY, time(), UTC)))
    if run.state.remembered("payments_looked") != run.today.isoformat():
        _look_at_unseen(till)
        _look_at_open(till, first)


def read_orders(till: PaymentRun, order_ids: list[int]) -> None:
    """A person asks about these orders: read both sides, and try and explain again what was tried before.

    What a person has dismissed stays so, which is said; `retry` takes it up first.  Raises WrongRequest, with
    nothing changed, where one of them has no invoice in Billit.
    """
    run = till.run
    for order_id in order_ids:
        if not has_invoice(run, order_id):
            raise WrongRequest(
                f"Order {order_id} has no invoice in Billit that ppbillit knows of. Nothing was changed.",
                f"Give the number of the order in Plug&Pay; `ppbillit sync --order {order_id}` invoices it.",
            )
    for order_id in order_ids:
        if run.stopping():
            return
        record, words = run.record(order_id), run.state.payments.of(order_id).dismissed
        if words is not None:
            tell(run, record, Outcome.SKIPPED, reason("payment_dismissed", words=words, order_id=order_id))
            continue
        run.state.payments.take_up_again(order_id)
        if document := document_of(run, record):
            _learn(till, record, document)
        payment_of(till, record)


def has_invoice(run: Run, order_id: int) -> bool:
    """Tell whether an order has an invoice in Billit."""
    record = run.state.orders.get(order_id)
    return record is not None and record.stage in IN_BILLIT and record.kind == "invoice"


def _learn(till: PaymentRun, record: OrderRecord, document: Document) -> None:
    """Learn from a document; where both sides would agree now, the shop is read first.

    It may have said paid weeks ago, and know of a charge-back since: then what Billit holds is another payment.
    """
    known = till.run.state.payments.of(record.order_id)
    is_new = known.stage != "paid" or days_apart(known.agreed_on, document.paid_date) != "none"
    if known.shop_status == "paid" and is_new and billit_says(document, record)[0] == "paid":
        payment_of(till, record)
    note_document(till.run, record, document)


def _look_at_unseen(till: PaymentRun) -> None:
    """Read again what Billit did not show when it was read last: it may have been paid meanwhile.

    The list of what changed shows that once, and is past it when the document can be read again.
    """
    for record in till.run.state.orders.at(*IN_BILLIT):
        if till.run.stopping():
            return
        if (
            missing_reasons(record)
            and record.kind == "invoice"
            and (document := document_of(till.run, record))
        ):
            _learn(till, record, document)


def _look_at_open(till: PaymentRun, first: date) -> None:
    """Look at all that is not paid, and at what was taken back: neither shows in a list of what was paid lately.

    What is listed neither as open nor as charged back, and is not known to be paid, is read by itself, and what
    could not be read that way.  Not what never was listed, and is read anyway, to be set to paid.
    """
    run = till.run
    listed = till.desk.with_payment(_NOT_PAID, first)
    note_orders(run, listed)
    are_listed = {order.id for order in listed}
    for order_id in run.state.payments.awaited():
        if run.stopping():
            return
        record, payment = run.record(order_id), run.state.payments.of(order_id)
        is_to_be_paid = next_step(payment, record.total, run.settings) == "to_shop" and not payment.refused
        is_read_anyway = is_to_be_paid and payment.shop_status not in _NOT_PAID
        if (order_id not in are_listed or payment.unread) and not is_read_anyway:
            payment_of(till, record)


def payment_of(till: PaymentRun, record: OrderRecord) -> Payment | None:
    """Learn an order's payment as the shop shows it now, and give it; None where it cannot be read, on record.

    The payment of an order that the shop does not have any more is `GONE`.  Raises Unavailable or NotAllowed where
    it could be read the last time: that may be an outage, or a new key, with which nothing more is to be begun.
    In the day after one such run others are only left out, up to a few.
    """
    run = till.run
    if record.order_id in till.unread:
        return None
    try:
        payment = till.desk.payment(record.order_id)
    except (Unavailable, NotAllowed):
        till.unread.add(record.order_id)
        is_news = run.state.payments.note_unread(record.order_id)
        if is_news or record.order_id in run.asked_for:
            tell(run, record, Outcome.UNKNOWN, reason("payment_not_readable"))
        if is_news and is_outage(run, "unreadable_payments_at"):
            raise
        return None
    run.state.payments.note_unread(record.order_id, unread=False)
    note_payment(run, record.order_id, payment, record.total)
    return payment or Payment(status=GONE)
