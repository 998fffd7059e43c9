"""A charge-back: the customer took the money back, weeks later (plugandpay sheet §8.2).

It is said, once.  Only where the config says so is the invoice marked as unpaid again, and only one of which both
sides had said that it was paid, and on the same day: what Billit calls paid since may be another payment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.billit.models import Accepted, KeyUsed, NotSent, Refused, Unknown
from ppbillit.money import ZERO
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.sync.nameless import names_of_record
from ppbillit.sync.payments.at_shop import payment_of
from ppbillit.sync.payments.learn import learn_document
from ppbillit.sync.payments.steps import may_be_reopened
from ppbillit.sync.payments.telling import say, tell
from ppbillit.sync.refusals import taken_back, unreachable, words
from ppbillit.sync.shown import document_of

if TYPE_CHECKING:
    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Till


def reverse(till: Till, record: OrderRecord) -> None:
    """Say that a payment was charged back, or take it back in Billit too."""
    job = till.job
    known = job.state.payments.of(record.order_id)
    if known.billit_status not in {"paid", "differs"}:
        job.state.payments.record_reversed(record.order_id, (), is_reopened=False)
    elif job.settings.reopen_reversed and may_be_reopened(known):
        _reopen(till, record)
    else:
        why = reason("payment_reversed")
        job.state.payments.record_reversed(record.order_id, (why,), is_reopened=False)
        tell(job, record, Outcome.REVERSED, why)


def _reopen(till: Till, record: OrderRecord) -> None:
    """Look at both sides once more, then mark the invoice as unpaid."""
    job = till.job
    if payment_of(till, record) is None or (document := document_of(job, record)) is None:
        job.state.payments.looked(record.order_id, job.today)
        return
    learn_document(job, record, document)
    if may_be_reopened(job.state.payments.of(record.order_id)):  # else it is another matter, for the next run
        write(till, record)


def write(till: Till, record: OrderRecord) -> None:
    """Mark the invoice as unpaid; on record before it leaves."""
    job, key = till.job, till.job.rules.document_key(record.order_id)
    payments = job.state.payments
    attempt = payments.begin(record.order_id, key, "reopening")
    with taken_back(lambda _why: payments.record_not_sent(record.order_id, key, "reopening")):
        outcome = till.marker.mark_unpaid(record.document_id, attempt.token)
    match outcome:
        case Accepted():
            is_reopened(till, record)
        case Refused():
            payments.record_refused(record.order_id, key, "reopening")
            _refused(till, record, words(outcome, names_of_record(job, record)))
        case NotSent(why=why):
            payments.record_not_sent(record.order_id, key, "reopening")
            raise unreachable(why)
        case Unknown() | KeyUsed():
            payments.note_lost(key, "reopening", contested=isinstance(outcome, KeyUsed))
            document = job.reader.document(record.document_id)
            if document is not None and not document.paid:
                is_reopened(till, record)
            else:
                say(job, record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
        case _:
            assert_never(outcome)


def is_reopened(till: Till, record: OrderRecord) -> None:
    """The invoice is unpaid again, by the answer or by what was read back."""
    job, key = till.job, till.job.rules.document_key(record.order_id)
    why = reason("payment_reopened")
    job.state.payments.record_reversed(record.order_id, (why,), is_reopened=True)
    job.state.payments.learn_from_billit(record.order_id, "open", None, ZERO)
    job.state.payments.record_done(record.order_id, key, "reopening")
    tell(job, record, Outcome.REVERSED, why)


def _refused(till: Till, record: OrderRecord, problems: str) -> None:
    """The charge-back is said all the same, with why the invoice still says paid."""
    reasons: tuple[Reason, ...] = (
        reason("payment_reversed"),
        reason("payment_refused", service="Billit", problems=problems, order_id=record.order_id),
    )
    till.job.state.payments.record_reversed(record.order_id, reasons, is_reopened=False)
    till.job.found(record, Outcome.REVERSED, reasons, beside=True)
