"""Mark an invoice as paid in Billit whose order was paid in Plug&Pay, with its date and method.

Both sides are read right before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.billit.models import Accepted, KeyUsed, NotSent, Refused, Unknown
from ppbillit.mapping.header import paid_date, payment_method
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.sync.compare import difference
from ppbillit.sync.nameless import names_of_record
from ppbillit.sync.payments.at_shop import payment_of
from ppbillit.sync.payments.learn import billit_says, learn_document
from ppbillit.sync.payments.steps import next_step
from ppbillit.sync.payments.telling import left_alone, say, tell
from ppbillit.sync.refusals import taken_back, unreachable, words
from ppbillit.sync.shown import document_of

if TYPE_CHECKING:
    from datetime import datetime

    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Till
    from ppbillit.sync.payments.steps import Step


def mark_paid(till: Till, record: OrderRecord) -> None:
    """Read the invoice, and mark it if it is open and to the cent; else say what stands in the way."""
    job = till.job
    document = document_of(job, record)
    if document is None:
        job.state.payments.looked(record.order_id, job.today)
        return
    learn_document(job, record, document)
    step = _step(till, record)
    if step == "to_billit" and not difference(document, record):
        step = still_paid_in_shop(till, record)
    elif step == "to_billit":
        job.state.payments.looked(record.order_id, job.today)  # it shows no total, which is said elsewhere
        return
    if isinstance(step, Reason):
        left_alone(job, record, step)
    elif step == "to_billit":
        write(till, record)


def still_paid_in_shop(till: Till, record: OrderRecord) -> Step | Reason | None:
    """Read the order's payment, and give the step that follows from it: it may have been taken back since."""
    if payment_of(till, record) is None:
        till.job.state.payments.looked(record.order_id, till.job.today)
        return None
    return _step(till, record)


def _step(till: Till, record: OrderRecord) -> Step | Reason | None:
    return next_step(till.job.state.payments.of(record.order_id), record.total, till.job.settings)


def write(till: Till, record: OrderRecord) -> None:
    """Mark it; on record before it leaves."""
    job, key = till.job, till.job.rules.document_key(record.order_id)
    payments = job.state.payments
    known = payments.of(record.order_id)
    paid_on = paid_date(known.shop_paid_at or job.now(), job.rules)
    attempt = payments.begin(record.order_id, key, "billit")
    with taken_back(lambda _why: payments.record_not_sent(record.order_id, key, "billit")):
        outcome = till.marker.mark_paid(
            record.document_id, paid_on, payment_method(known.method), attempt.token
        )
    match outcome:
        case Accepted():
            is_paid(till, record, paid_on)
        case Refused():
            payments.record_refused(record.order_id, key, "billit")
            problems = words(outcome, names_of_record(job, record))
            why = reason("payment_refused", service="Billit", problems=problems, order_id=record.order_id)
            say(job, record, why, Outcome.FAILED)
        case NotSent(why=why_not):
            payments.record_not_sent(record.order_id, key, "billit")
            raise unreachable(why_not)
        case Unknown() | KeyUsed():
            payments.note_lost(key, "billit", contested=isinstance(outcome, KeyUsed))
            document = job.reader.document(record.document_id)
            if document is not None and billit_says(document, record)[0] == "paid":
                is_paid(till, record, document.paid_date)
            else:
                say(job, record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
        case _:
            assert_never(outcome)


def is_paid(till: Till, record: OrderRecord, paid_on: datetime | None) -> None:
    """The invoice is marked, by the answer or by what was read back."""
    job, key = till.job, till.job.rules.document_key(record.order_id)
    job.state.payments.learn_from_billit(record.order_id, "paid", paid_on, record.total)
    job.state.payments.record_done(record.order_id, key, "billit")
    day = paid_on.date() if paid_on else job.today
    tell(job, record, Outcome.PAID, reason("marked_in_billit", day=day))
