"""Set an order to paid in Plug&Pay whose invoice was paid in Billit.

What that sets off there (access to a course, mails) cannot be taken back, so both sides are read right before it,
only a payment that is `open` is written, and no order is written twice (plugandpay.md §8.3).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from ppbillit.debtors.redact import redacted_problems
from ppbillit.errors import NotAllowed
from ppbillit.exactly_once.write_once import Unanswered
from ppbillit.exactly_once.writes import SetOrderPaid
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.payment_facts import note_document, note_payment
from ppbillit.outcomes import Done, Refused
from ppbillit.payments.decide import next_step
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


def set_paid(run: PaymentRun, record: OrderRecord) -> None:
    """Read the order's payment, and set it to paid if it is open; else say what stands in the way."""
    payment = payment_of(run, record)
    if payment is None:
        run.look_no_more(record)
        return
    step = _step(run, record)
    if step == "to_shop" and not (step := _obstacle(run, record, payment)):
        step = still_paid_in_billit(run, record)
    if isinstance(step, Reason):
        run.leave_alone(record, step)
    elif step == "reversal":
        reverse(run, record)
    elif step == "to_shop":
        write_paid(run, record)


def still_paid_in_billit(run: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    """Read the invoice, and give the step that follows from it: its payment may have been taken back since."""
    document = document_of(run, record)
    if document is None:
        run.look_no_more(record)
        return None
    note_document(run, record, document)
    return _step(run, record)


def _step(run: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    return next_step(run.state.payments.of(record.order_id), record.total, run.settings)


def _obstacle(run: PaymentRun, record: OrderRecord, payment: Payment) -> Reason | None:
    """Return what stands in the way of a payment that is neither paid nor credited nor charged back."""
    if payment.status == "processing":
        return reason("payment_processing")
    if payment.status != "open":
        return reason("payment_status_unknown")
    if run.state.payments.was_written(run.rules.document_key(record.order_id)):
        return reason("payment_undone_in_plugandpay", status=payment.status)
    return None


def write_paid(run: PaymentRun, record: OrderRecord) -> None:
    """Set the order to paid."""
    payments, key = run.state.payments, run.rules.document_key(record.order_id)
    ending = run.write(record, "plugandpay", SetOrderPaid(run.shop_payments, record.order_id))
    is_forbidden = isinstance(ending, Refused) and ending.status == HTTPStatus.FORBIDDEN
    if not is_forbidden:
        run.forbidden.clear()
    match ending:
        case Done(value=payment):
            record_paid(run, record, payment)
        case Refused() if is_forbidden:
            payments.record_forbidden(record.order_id, key, "plugandpay", run.today)
            _forbidden(run, record)
        case Refused():
            payments.record_refused(record.order_id, key, "plugandpay")
            _refused(run, record, redacted_problems(ending, ()))
        case Unanswered():
            now = payment_of(run, record)
            if now is not None and now.status == "paid":
                record_paid(run, record, now)
            else:
                run.say_once(record, reason("payment_unknown", service="Plug&Pay"), Outcome.UNKNOWN)


def record_paid(run: PaymentRun, record: OrderRecord, payment: Payment) -> None:
    """The order is paid, by the answer or by what was read back."""
    key = run.rules.document_key(record.order_id)
    note_payment(run, record.order_id, payment, record.total)
    run.state.payments.record_done(record.order_id, key, "plugandpay")
    paid_on = run.state.payments.of(record.order_id).billit_paid_on
    day = paid_on.date() if paid_on else "without a date"
    run.say_payment(record, Outcome.PAID, reason("marked_in_plugandpay", day=day))


def _forbidden(run: PaymentRun, record: OrderRecord) -> None:
    """Say it of the order; of several one after another it is the key that is to blame, and no more are tried.

    Those are then tried first by the next run too, instead of three others in each.
    """
    run.say_once(record, reason("payment_forbidden"), Outcome.FAILED)
    run.forbidden.append(record.order_id)
    if len(run.forbidden) < _A_KEY_S_FAULT:
        return
    for order_id in run.forbidden:
        run.state.payments.looked(order_id, None)
    raise NotAllowed(
        f"Plug&Pay knows the key, but does not let it set orders to paid: not one of {_A_KEY_S_FAULT} in a row.",
        "Make the key with a login that may change orders, in the shop that is to be synced; or set "
        "to_plugandpay = false in [payments].",
    )


def _refused(run: PaymentRun, record: OrderRecord, problems: str) -> None:
    """It may have changed in the moment between: then it is that which is said."""
    payment = payment_of(run, record)
    step = _step(run, record) if payment else "to_shop"
    if step == "to_shop" and payment:
        step = _obstacle(run, record, payment) or step
    if isinstance(step, Reason):
        run.leave_alone(record, step)
    elif step == "to_shop":
        why = reason("payment_refused", service="Plug&Pay", problems=problems, order_id=record.order_id)
        run.say_once(record, why, Outcome.FAILED)
