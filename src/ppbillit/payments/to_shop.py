"""Step 3, to_shop: set an order to paid in Plug&Pay whose invoice was paid in Billit.

What that starts in the shop (access to a course, mails) cannot be undone.  So both sides are read right before it,
only a payment that is `open` is written, and no order is written twice (plugandpay.md §8.3).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from ppbillit.debtors.redact import redacted_problems
from ppbillit.errors import NotAllowed
from ppbillit.exactly_once.write_once import Unanswered
from ppbillit.exactly_once.writes import SetOrderPaid
from ppbillit.invoicing.payment_facts import note_payment
from ppbillit.outcomes import Done, Refused
from ppbillit.payments.read import next_step_after_billit, payment_of
from ppbillit.payments.to_billit import reverse
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome

if TYPE_CHECKING:
    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.plugandpay.models import Payment
    from ppbillit.state import OrderRecord

# After so many orders in a row that may not be written, the key is to blame, and no more are tried.
_MOST_FORBIDDEN = 3


def set_paid(run: PaymentRun, record: OrderRecord) -> None:
    """Read the order's payment, and set it to paid if it is open; else report why not."""
    payment = payment_of(run, record)
    if payment is None:
        run.leave_for_today(record)
        return
    step = run.next_step(record)
    if step == "to_shop" and not (step := _obstacle(run, record, payment)):
        step = next_step_after_billit(run, record)
    if isinstance(step, Reason):
        run.leave_alone(record, step)
    elif step == "reversal":
        reverse(run, record)
    elif step == "to_shop":
        write_paid(run, record)


def _obstacle(run: PaymentRun, record: OrderRecord, payment: Payment) -> Reason | None:
    """Return why a payment may not be set to paid that is not paid, credited or charged back; None if it may."""
    if payment.status == "processing":
        return reason("payment_processing")
    if payment.status != "open":
        return reason("payment_status_unknown")
    if run.state.payments.was_written(run.rules.document_key(record.order_id)):
        return reason("payment_undone_in_plugandpay", status=payment.status)
    return None


def write_paid(run: PaymentRun, record: OrderRecord) -> None:
    """Set the order to paid."""
    ending = run.write(record, "plugandpay", SetOrderPaid(run.shop_payments, record.order_id))
    is_forbidden = isinstance(ending, Refused) and ending.status == HTTPStatus.FORBIDDEN
    if not is_forbidden:
        run.forbidden.clear()
    match ending:
        case Done(value=payment):
            record_paid(run, record, payment)
        case Refused() if is_forbidden:
            _record_forbidden(run, record)
        case Refused():
            _record_refused(run, record, ending)
        case Unanswered():
            now = payment_of(run, record)
            if now is not None and now.status == "paid":
                record_paid(run, record, now)
            else:
                run.say_unknown(record, "plugandpay")


def record_paid(run: PaymentRun, record: OrderRecord, payment: Payment) -> None:
    """Record and report that the order is paid, as the answer said or as it was read back."""
    note_payment(run, record.order_id, payment, record.total)
    run.record_done(record, "plugandpay")
    paid_on = run.payment(record).billit_paid_on
    day = paid_on.date() if paid_on else "without a date"
    run.say_payment(record, Outcome.PAID, reason("marked_in_plugandpay", day=day))


def _record_forbidden(run: PaymentRun, record: OrderRecord) -> None:
    """Record and report that the key may not set this order to paid; raise NotAllowed after several in a row.

    These orders are then the first that the next run tries, instead of others in each run.
    """
    key = run.rules.document_key(record.order_id)
    run.state.payments.record_forbidden(record.order_id, key, "plugandpay", run.today)
    run.say_once(record, reason("payment_forbidden"), Outcome.FAILED)
    run.forbidden.append(record.order_id)
    if len(run.forbidden) < _MOST_FORBIDDEN:
        return
    for order_id in run.forbidden:
        run.state.payments.set_looked_on(order_id, None)
    raise NotAllowed(
        f"Plug&Pay knows the key, but does not let it set orders to paid: not one of {_MOST_FORBIDDEN} in a row.",
        "Make the key with a login that may change orders, in the shop that is to be synced; or set "
        "to_plugandpay = false in [payments].",
    )


def _record_refused(run: PaymentRun, record: OrderRecord, refused: Refused) -> None:
    """Record the refusal, and report it; or, where the payment changed in between, what follows from that."""
    run.record_refused(record, "plugandpay")
    payment = payment_of(run, record)
    step = run.next_step(record) if payment else "to_shop"
    if step == "to_shop" and payment:
        step = _obstacle(run, record, payment) or step
    if isinstance(step, Reason):
        run.leave_alone(record, step)
    elif step == "to_shop":
        problems = redacted_problems(refused, ())
        why = reason("payment_refused", service="Plug&Pay", problems=problems, order_id=record.order_id)
        run.say_once(record, why, Outcome.FAILED)
