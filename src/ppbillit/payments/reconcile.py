"""A run about payments from top to bottom: read what both sides say, then carry over what only one of them says.

A run asks the shop for what was paid since the last run, and Billit for what changed since then: no request per
invoice.  Once a day it also asks for charge-backs, and for all that is not paid in the shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.errors import Brake
from ppbillit.invoicing.retry import retry
from ppbillit.payments.decide import next_step
from ppbillit.payments.limits import brake_on, side_of_write, too_many
from ppbillit.payments.payment_run import PaymentRun
from ppbillit.payments.read import has_invoice, read_changes, read_orders
from ppbillit.payments.resume import resume
from ppbillit.payments.to_billit import mark_paid, reverse
from ppbillit.payments.to_shop import set_paid
from ppbillit.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.billit.ports import DocumentCreator, DocumentSender
    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.run import Run
    from ppbillit.state import PaymentRecord


def sync_payments(run: PaymentRun, order_ids: list[int] | None = None) -> None:
    """Carry payments over, in the directions that the config allows; with `order_ids`, only those of these orders.

    Raise WrongRequest where one of them has no invoice in Billit.  Raise Brake where more would be written to a
    side than a run may write: then nothing is written to that side.
    """
    run = run.about(order_ids)
    now = run.now()
    first = run.state.payments.invoiced_since()
    if order_ids is not None:
        read_orders(run, order_ids)
    elif first is None:
        return  # no invoice of ours is in Billit
    else:
        read_changes(run, first)
    payments = [each for each in run.state.payments.to_reconcile() if run.concerns(each.order_id)]
    held_back = too_many(run, payments)
    for payment in payments:
        if run.stopping():
            return
        if run.scope.dry_run or not held_back or side_of_write(run, payment) not in held_back:
            _reconcile_one(run, payment)
    if order_ids is None and not run.stopping():
        run.state.remember(payments_read=now.isoformat(), payments_looked=run.today.isoformat())
    if held_back:
        raise brake_on(run, held_back)


def and_then_payments(invoicing: Callable[[], None], run: PaymentRun, order_ids: list[int] | None) -> None:
    """Create and send documents, then carry payments over; the brake on new invoices does not stop payments."""
    _run_both(invoicing, lambda: _sync_invoiced(run, order_ids))


def retry_with_payments(
    run: PaymentRun, creator: DocumentCreator, sender: DocumentSender, order_ids: list[int] | None = None
) -> None:
    """Try again what is stuck of these orders, or of all orders, and of their payments; see `retry`.

    Of payments only those that are stuck, have a remark, or were skipped by a person: `retry` does not carry other
    payments over.
    """
    payments = run.state.payments
    chosen = [payment.order_id for payment in payments.stuck()]
    if order_ids is not None:
        known = {payment.order_id for payment in (*payments.with_remarks(), *payments.dismissed())}
        chosen = [order_id for order_id in order_ids if order_id in known]
        order_ids = _without_payments_only(run, order_ids, chosen)
    _run_both(lambda: retry(run, creator, sender, order_ids), lambda: _take_up_again(run, chosen))


def _without_payments_only(run: Run, order_ids: list[int], chosen: list[int]) -> list[int]:
    """Leave out the orders of which only the payment is stuck: nothing is to be reported of their documents."""
    stuck = {record.order_id for record in (*run.state.orders.stuck(), *run.state.orders.dismissed())}
    return [order_id for order_id in order_ids if order_id in stuck or order_id not in chosen]


def _run_both(invoices: Callable[[], None], payments: Callable[[], None]) -> None:
    """Run both, also where the first raises Brake; raise the brakes of both at the end, as one."""
    brakes = [brake for brake in (_brake_of(invoices), _brake_of(payments)) if brake]
    if brakes:
        raise Brake(
            *(" ".join(words) for words in zip(*((each.message, each.fix) for each in brakes), strict=True))
        )


def _brake_of(work: Callable[[], None]) -> Brake | None:
    try:
        work()
    except Brake as brake:
        return brake
    return None


def _sync_invoiced(run: PaymentRun, order_ids: list[int] | None) -> None:
    """Carry over the payments of these orders, as far as they have an invoice, or of all."""
    invoiced = None if order_ids is None else [each for each in order_ids if has_invoice(run, each)]
    if not run.stopping() and invoiced != []:  # none of those asked for is not all of them
        sync_payments(run, invoiced)


def _take_up_again(run: PaymentRun, order_ids: list[int]) -> None:
    """Carry over these payments, also those that a person has skipped."""
    for order_id in order_ids:
        run.state.payments.take_up_again(order_id)
    _sync_invoiced(run, order_ids)


def _reconcile_one(run: PaymentRun, payment: PaymentRecord) -> None:
    record = run.order(payment.order_id)
    if payment.pending:
        resume(run, record, payment.pending)
        return
    step = next_step(payment, record.total, run.settings)
    if isinstance(step, Reason):
        run.say_once(record, step)
    elif step is None:
        if payment.reasons and payment.stage != "reversed":
            run.state.payments.forget_reasons(payment.order_id)  # the config has changed since
    elif not payment.refused and payment.looked_on != run.today:
        {"to_shop": set_paid, "to_billit": mark_paid, "reversal": reverse}[step](run, record)
