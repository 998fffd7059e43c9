"""Payments from top to bottom: learn what both sides say, then carry over what only one of them knows.

A quiet run asks the shop for what was paid since the last time, and Billit for what changed since then: no request
per invoice.  Once a day it also looks for charge-backs, and at all that the shop still has to be paid for.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from ppbillit.errors import Brake, WrongRequest
from ppbillit.reasons import Reason
from ppbillit.state import IN_BILLIT
from ppbillit.sync.job import Till
from ppbillit.sync.payments.learn import learn_document, learn_orders, learn_payment
from ppbillit.sync.payments.pending import resume
from ppbillit.sync.payments.reversal import reverse
from ppbillit.sync.payments.steps import next_step
from ppbillit.sync.payments.telling import say
from ppbillit.sync.payments.to_billit import mark_paid
from ppbillit.sync.payments.to_shop import set_paid
from ppbillit.sync.run import sync
from ppbillit.sync.since import last_read

if TYPE_CHECKING:
    from datetime import date

    from ppbillit.state import PaymentRecord
    from ppbillit.sync.job import Job

_DAY = timedelta(days=1)


def sync_payments(job: Job, order_ids: list[int] | None = None) -> None:
    """Carry payments over, both ways as far as the config says; with `order_ids`, only those of these orders.

    Raises WrongRequest where one of them has no invoice in Billit.
    """
    till = Till.of(job)
    job.asked_for = frozenset(order_ids or ())
    now = job.now()
    first = job.state.payments.invoiced_since()
    if order_ids is not None:
        for order_id in order_ids:
            _look_at(till, order_id)
    elif first is None:
        return  # nothing of ours is in Billit
    else:
        _learn(till, first)
    for payment in job.state.payments.unsettled():
        if job.stopping():
            return
        if job.concerns(payment.order_id):
            _act(till, payment)
    if order_ids is None and not job.stopping():
        job.state.remember("payments_read", now.isoformat())
        job.state.remember("payments_looked", job.today.isoformat())


def sync_with_payments(job: Job, order_ids: list[int] | None = None) -> None:
    """Invoice what is new, then carry payments over; the brake on new invoices does not stop payments."""
    brake: Brake | None = None
    try:
        sync(job, order_ids)
    except Brake as stopped:
        brake = stopped
    invoiced = None if order_ids is None else [each for each in order_ids if _has_invoice(job, each)]
    if not job.stopping() and invoiced != []:  # none of those asked for is not all of them
        sync_payments(job, invoiced)
    if brake:
        raise brake


def _learn(till: Till, first: date) -> None:
    """Ask both sides what changed since the last time; what either says is on record before anything is done."""
    job = till.job
    since = last_read(job, "payments_read")
    learn_orders(job, till.desk.paid_since(since or datetime.combine(first - _DAY, time(), UTC)))
    if job.state.remembered("payments_looked") != job.today.isoformat():
        _look_at_open(till, first)
    changed = job.reader.documents_modified_since(since) if since else job.reader.all_documents()
    for document in changed:
        record = job.state.orders.of_document(document.order_id)
        if record and record.stage in IN_BILLIT:
            learn_document(job, record, document)


def _look_at_open(till: Till, first: date) -> None:
    """Look at all that is not paid, and at what was taken back: neither shows in a list of what was paid lately.

    What is listed neither as open nor as charged back, and is not known to be paid, is read by itself.
    """
    job = till.job
    listed = till.desk.with_payment({"open", "processing", "reversed"}, first)
    learn_orders(job, listed)
    for order_id in set(job.state.payments.awaited()) - {order.id for order in listed}:
        if job.stopping():
            return
        learn_payment(job, order_id, till.desk.payment(order_id), job.record(order_id).total)


def _look_at(till: Till, order_id: int) -> None:
    """A person asks about this order: read both sides, and try and explain again what was tried before."""
    job = till.job
    if not _has_invoice(job, order_id):
        raise WrongRequest(
            f"Order {order_id} has no invoice in Billit that ppbillit knows of. Nothing was changed.",
            f"Give the number of the order in Plug&Pay; `ppbillit sync --order {order_id}` invoices it.",
        )
    record = job.record(order_id)
    job.state.payments.take_up_again(order_id)
    learn_payment(job, order_id, till.desk.payment(order_id), record.total)
    document = job.reader.document(record.document_id)
    if document is not None:
        learn_document(job, record, document)


def _has_invoice(job: Job, order_id: int) -> bool:
    record = job.state.orders.get(order_id)
    return record is not None and record.stage in IN_BILLIT and record.kind == "invoice"


def _act(till: Till, payment: PaymentRecord) -> None:
    job, record = till.job, till.job.record(payment.order_id)
    if payment.pending:
        resume(till, record, payment.pending)
        return
    step = next_step(payment, record.total, job.settings)
    if isinstance(step, Reason):
        say(job, record, step)
    elif step and not payment.refused and payment.looked_on != job.today:
        {"to_shop": set_paid, "to_billit": mark_paid, "reversal": reverse}[step](till, record)
