"""Set an order to paid in Plug&Pay whose invoice was paid in Billit.

What that sets off there (access to a course, mails) cannot be taken back, so both sides are read right before it,
only a payment that is `open` is written, and no order is written twice (plugandpay.md §8.3).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, assert_never

from ppbillit.debtors.redact import redacted_problems
from ppbillit.errors import NotAllowed
from ppbillit.exactly_once.write import taken_back, unreachable
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.payment_facts import note_document, note_payment
from ppbillit.outcomes import Done, KeyUsed, NotSent, Refused, Unknown
from ppbillit.payments.decide import next_step
from ppbillit.payments.payment_run import left_alone, say, tell
from ppbillit.payments.read import payment_of
from ppbillit.payments.to_billit import reverse
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome

if TYPE_CHECKING:
    from ppbillit.payments.decide import Step
    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.plugandpay.models import Payment
    from ppbillit.state import OrderRecord

_A_KEY_S_FAULT = 3  # so many that may not be written, one after another: no order of them is to blame


def set_paid(till: PaymentRun, record: OrderRecord) -> None:
    """Read the order's payment, and set it to paid if it is open; else say what stands in the way."""
    run = till.run
    payment = payment_of(till, record)
    if payment is None:
        run.state.payments.looked(record.order_id, run.today)
        return
    step = _step(till, record)
    if step == "to_shop" and not (step := _obstacle(till, record, payment)):
        step = still_paid_in_billit(till, record)
    if isinstance(step, Reason):
        left_alone(run, record, step)
    elif step == "reversal":
        reverse(till, record)
    elif step == "to_shop":
        write_paid(till, record)


def still_paid_in_billit(till: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    """Read the invoice, and give the step that follows from it: its payment may have been taken back since."""
    document = document_of(till.run, record)
    if document is None:
        till.run.state.payments.looked(record.order_id, till.run.today)
        return None
    note_document(till.run, record, document)
    return _step(till, record)


def _step(till: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    return next_step(till.run.state.payments.of(record.order_id), record.total, till.run.settings)


def _obstacle(till: PaymentRun, record: OrderRecord, payment: Payment) -> Reason | None:
    """Give what stands in the way of a payment that is neither paid nor credited nor charged back."""
    if payment.status == "processing":
        return reason("payment_processing")
    if payment.status != "open":
        return reason("payment_status_unknown")
    if till.run.state.payments.was_written(till.run.rules.document_key(record.order_id)):
        return reason("payment_undone_in_plugandpay", status=payment.status)
    return None


def write_paid(till: PaymentRun, record: OrderRecord) -> None:
    """Make the one write there is; it is on record before it leaves."""
    run, key = till.run, till.run.rules.document_key(record.order_id)
    payments = run.state.payments
    payments.begin(record.order_id, key, "plugandpay")
    with taken_back(lambda _why: payments.record_not_sent(record.order_id, key, "plugandpay")):
        outcome = till.desk.mark_paid(record.order_id)
    is_forbidden = isinstance(outcome, Refused) and outcome.status == HTTPStatus.FORBIDDEN
    if not is_forbidden:
        till.forbidden.clear()
    match outcome:
        case Done(payment):
            record_paid(till, record, payment)
        case Refused() if is_forbidden:
            payments.record_forbidden(record.order_id, key, "plugandpay", run.today)
            _forbidden(till, record)
        case Refused():
            payments.record_refused(record.order_id, key, "plugandpay")
            _refused(till, record, redacted_problems(outcome, ()))
        case NotSent(why=why):
            payments.record_not_sent(record.order_id, key, "plugandpay")
            raise unreachable(why, "Plug&Pay")
        case Unknown() | KeyUsed():
            payments.note_lost(key, "plugandpay")
            now = payment_of(till, record)
            if now is not None and now.status == "paid":
                record_paid(till, record, now)
            else:
                say(run, record, reason("payment_unknown", service="Plug&Pay"), Outcome.UNKNOWN)
        case _:
            assert_never(outcome)


def record_paid(till: PaymentRun, record: OrderRecord, payment: Payment) -> None:
    """The order is paid, by the answer or by what was read back."""
    run, key = till.run, till.run.rules.document_key(record.order_id)
    note_payment(run, record.order_id, payment, record.total)
    run.state.payments.record_done(record.order_id, key, "plugandpay")
    paid_on = run.state.payments.of(record.order_id).billit_paid_on
    day = paid_on.date() if paid_on else "without a date"
    tell(run, record, Outcome.PAID, reason("marked_in_plugandpay", day=day))


def _forbidden(till: PaymentRun, record: OrderRecord) -> None:
    """Say it of the order; of several one after another it is the key that is to blame, and no more are tried.

    Those are then tried first by the next run too, instead of three others in each.
    """
    say(till.run, record, reason("payment_forbidden"), Outcome.FAILED)
    till.forbidden.append(record.order_id)
    if len(till.forbidden) < _A_KEY_S_FAULT:
        return
    for order_id in till.forbidden:
        till.run.state.payments.looked(order_id, None)
    raise NotAllowed(
        f"Plug&Pay knows the key, but does not let it set orders to paid: not one of {_A_KEY_S_FAULT} in a row.",
        "Make the key with a login that may change orders, in the shop that is to be synced; or set "
        "to_plugandpay = false in [payments].",
    )


def _refused(till: PaymentRun, record: OrderRecord, problems: str) -> None:
    """It may have changed in the moment between: then it is that which is said."""
    run = till.run
    payment = payment_of(till, record)
    step = _step(till, record) if payment else "to_shop"
    if step == "to_shop" and payment:
        step = _obstacle(till, record, payment) or step
    if isinstance(step, Reason):
        left_alone(run, record, step)
    elif step == "to_shop":
        why = reason("payment_refused", service="Plug&Pay", problems=problems, order_id=record.order_id)
        say(run, record, why, Outcome.FAILED)
