"""Set an order to paid in Plug&Pay whose invoice was paid in Billit.

What that sets off there (access to a course, mails) cannot be taken back, so the payment is read right before it,
only one that is `open` is written, and no order is written twice (plugandpay sheet §8.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.plugandpay.models import Marked, NotAsked, NotMarked, Unanswered
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.sync.payments.learn import learn_payment
from ppbillit.sync.payments.reversal import reverse
from ppbillit.sync.payments.steps import next_step
from ppbillit.sync.payments.telling import left_alone, say, tell
from ppbillit.sync.refusals import taken_back, unreachable

if TYPE_CHECKING:
    from ppbillit.plugandpay.models import Payment
    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Till


def set_paid(till: Till, record: OrderRecord) -> None:
    """Read the order's payment, and set it to paid if it is open; else say what stands in the way."""
    job = till.job
    payment = till.desk.payment(record.order_id)
    learn_payment(job, record.order_id, payment, record.total)
    step = next_step(job.state.payments.of(record.order_id), record.total, job.settings)
    if isinstance(step, Reason):
        left_alone(job, record, step)
    elif step == "reversal":
        reverse(till, record)
    elif step == "to_shop" and payment is not None:
        if obstacle := _obstacle(till, record, payment):
            left_alone(job, record, obstacle)
        else:
            write(till, record)


def _obstacle(till: Till, record: OrderRecord, payment: Payment) -> Reason | None:
    """Give what stands in the way of a payment that is neither paid nor credited nor charged back."""
    if payment.status == "processing":
        return reason("payment_processing")
    if payment.status != "open":
        return reason("payment_status_unknown")
    if till.job.state.payments.was_written(till.job.rules.document_key(record.order_id)):
        return reason("payment_undone_in_plugandpay", status=payment.status)
    return None


def write(till: Till, record: OrderRecord) -> None:
    """Make the one write there is; it is on record before it leaves."""
    job, key = till.job, till.job.rules.document_key(record.order_id)
    payments = job.state.payments
    payments.begin(record.order_id, key, "plugandpay")
    with taken_back(lambda _why: payments.record_not_sent(record.order_id, key, "plugandpay")):
        outcome = till.desk.mark_paid(record.order_id)
    match outcome:
        case Marked(payment=payment):
            is_paid(till, record, payment)
        case NotMarked(problems=problems):
            payments.record_refused(record.order_id, key, "plugandpay")
            _refused(till, record, problems)
        case NotAsked(why=why):
            payments.record_not_sent(record.order_id, key, "plugandpay")
            raise unreachable(why, "Plug&Pay")
        case Unanswered():
            payments.note_lost(key, "plugandpay")
            now = till.desk.payment(record.order_id)
            if now is not None and now.status == "paid":
                is_paid(till, record, now)
            else:
                say(job, record, reason("payment_unknown", service="Plug&Pay"), Outcome.UNKNOWN)
        case _:
            assert_never(outcome)


def is_paid(till: Till, record: OrderRecord, payment: Payment) -> None:
    """The order is paid, by the answer or by what was read back."""
    job, key = till.job, till.job.rules.document_key(record.order_id)
    learn_payment(job, record.order_id, payment, record.total)
    job.state.payments.record_done(record.order_id, key, "plugandpay")
    paid_on = job.state.payments.of(record.order_id).billit_paid_on
    day = paid_on.date() if paid_on else "without a date"
    tell(job, record, Outcome.PAID, reason("marked_in_plugandpay", day=day))


def _refused(till: Till, record: OrderRecord, problems: str) -> None:
    """It may have changed in the moment between: then it is that which is said."""
    job = till.job
    payment = till.desk.payment(record.order_id)
    learn_payment(job, record.order_id, payment, record.total)
    step = next_step(job.state.payments.of(record.order_id), record.total, job.settings)
    if step == "to_shop" and payment is not None:
        step = _obstacle(till, record, payment) or step
    if isinstance(step, Reason):
        left_alone(job, record, step)
    elif step == "to_shop":
        why = reason("payment_refused", service="Plug&Pay", problems=problems, order_id=record.order_id)
        say(job, record, why, Outcome.FAILED)
