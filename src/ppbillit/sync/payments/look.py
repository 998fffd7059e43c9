"""Ask both sides what they say of payments; it is all on record before anything is done about it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from ppbillit.billit.models import Document
from ppbillit.errors import WrongRequest
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import IN_BILLIT
from ppbillit.sync.payments.at_shop import payment_of
from ppbillit.sync.payments.learn import billit_says, learn_document, learn_orders
from ppbillit.sync.payments.steps import days_apart, next_step
from ppbillit.sync.payments.telling import tell
from ppbillit.sync.shown import document_of, unseen
from ppbillit.sync.since import last_read

if TYPE_CHECKING:
    from datetime import date

    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Job, Till

_DAY = timedelta(days=1)
_NOT_PAID = frozenset({"open", "processing", "reversed"})


def look_at_changes(till: Till, first: date) -> None:
    """Ask both sides what changed since the last time, and once a day look at all that is open in the shop.

    Billit goes first: what it says of an order that was charged back meanwhile, it said before that was known.
    `first` is the day of the first invoice.
    """
    job = till.job
    since = last_read(job, "payments_read")
    for listed in job.reader.documents_modified_since(since):
        record = job.state.orders.of_document(listed.order_id)
        if job.stopping():
            return
        if record and record.stage in IN_BILLIT:
            document = listed if isinstance(listed, Document) else document_of(job, record)
            if document:
                _learn(till, record, document)
    learn_orders(job, till.desk.paid_since(since or datetime.combine(first - _DAY, time(), UTC)))
    if job.state.remembered("payments_looked") != job.today.isoformat():
        _look_at_unseen(till)
        _look_at_open(till, first)


def look_at(till: Till, order_ids: list[int]) -> None:
    """A person asks about these orders: read both sides, and try and explain again what was tried before.

    What a person has dismissed stays so, which is said; `retry` takes it up first.  Raises WrongRequest, with
    nothing changed, where one of them has no invoice in Billit.
    """
    job = till.job
    for order_id in order_ids:
        if not has_invoice(job, order_id):
            raise WrongRequest(
                f"Order {order_id} has no invoice in Billit that ppbillit knows of. Nothing was changed.",
                f"Give the number of the order in Plug&Pay; `ppbillit sync --order {order_id}` invoices it.",
            )
    for order_id in order_ids:
        if job.stopping():
            return
        record, words = job.record(order_id), job.state.payments.of(order_id).dismissed
        if words is not None:
            tell(job, record, Outcome.SKIPPED, reason("payment_dismissed", words=words, order_id=order_id))
            continue
        job.state.payments.take_up_again(order_id)
        if document := document_of(job, record):
            _learn(till, record, document)
        payment_of(till, record)


def has_invoice(job: Job, order_id: int) -> bool:
    """Tell whether an order has an invoice in Billit."""
    record = job.state.orders.get(order_id)
    return record is not None and record.stage in IN_BILLIT and record.kind == "invoice"


def _learn(till: Till, record: OrderRecord, document: Document) -> None:
    """Learn from a document; where both sides would agree now, the shop is read first.

    It may have said paid weeks ago, and know of a charge-back since: then what Billit holds is another payment.
    """
    known = till.job.state.payments.of(record.order_id)
    is_new = known.stage != "paid" or days_apart(known.agreed_on, document.paid_date) != "none"
    if known.shop_status == "paid" and is_new and billit_says(document, record)[0] == "paid":
        payment_of(till, record)
    learn_document(till.job, record, document)


def _look_at_unseen(till: Till) -> None:
    """Read again what Billit did not show when it was read last: it may have been paid meanwhile.

    The list of what changed shows that once, and is past it when the document can be read again.
    """
    for record in till.job.state.orders.at(*IN_BILLIT):
        if till.job.stopping():
            return
        if unseen(record) and record.kind == "invoice" and (document := document_of(till.job, record)):
            _learn(till, record, document)


def _look_at_open(till: Till, first: date) -> None:
    """Look at all that is not paid, and at what was taken back: neither shows in a list of what was paid lately.

    What is listed neither as open nor as charged back, and is not known to be paid, is read by itself, and what
    could not be read that way.  Not what never was listed, and is read anyway, to be set to paid.
    """
    job = till.job
    listed = till.desk.with_payment(_NOT_PAID, first)
    learn_orders(job, listed)
    are_listed = {order.id for order in listed}
    for order_id in job.state.payments.awaited():
        if job.stopping():
            return
        record, payment = job.record(order_id), job.state.payments.of(order_id)
        is_to_be_paid = next_step(payment, record.total, job.settings) == "to_shop" and not payment.refused
        is_read_anyway = is_to_be_paid and payment.shop_status not in _NOT_PAID
        if (order_id not in are_listed or payment.unread) and not is_read_anyway:
            payment_of(till, record)
