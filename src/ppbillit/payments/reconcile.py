"""Payments from top to bottom: learn what both sides say, then carry over what only one of them knows.

A quiet run asks the shop for what was paid since the last time, and Billit for what changed since then: no request
per invoice.  Once a day it also looks for charge-backs, and at all that the shop still has to be paid for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.errors import Brake
from ppbillit.invoicing.pipeline import sync
from ppbillit.invoicing.retry import retry
from ppbillit.payments.decide import next_step
from ppbillit.payments.limits import brake_on, side_of_write, too_many
from ppbillit.payments.payment_run import PaymentRun, say
from ppbillit.payments.read import has_invoice, read_changes, read_orders
from ppbillit.payments.resume import resume
from ppbillit.payments.to_billit import mark_paid, reverse
from ppbillit.payments.to_shop import set_paid
from ppbillit.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.run import Run
    from ppbillit.state import PaymentRecord


def sync_payments(run: Run, order_ids: list[int] | None = None) -> None:
    """Carry payments over, both ways as far as the config says; with `order_ids`, only those of these orders.

    Raises WrongRequest where one of them has no invoice in Billit, and Brake where too many would be written to a
    side: then none is, there.
    """
    till = PaymentRun.of(run)
    run.asked_for = frozenset(order_ids or ())
    now = run.now()
    first = run.state.payments.invoiced_since()
    if order_ids is not None:
        read_orders(till, order_ids)
    elif first is None:
        return  # nothing of ours is in Billit
    else:
        read_changes(till, first)
    unsettled = [each for each in run.state.payments.unsettled() if run.concerns(each.order_id)]
    held_back = too_many(run, unsettled)
    for payment in unsettled:
        if run.stopping():
            return
        if run.is_rehearsal or not held_back or side_of_write(run, payment) not in held_back:
            _act(till, payment)
    if order_ids is None and not run.stopping():
        run.state.remember("payments_read", now.isoformat())
        run.state.remember("payments_looked", run.today.isoformat())
    if held_back:
        raise brake_on(run, held_back)


def sync_with_payments(run: Run, order_ids: list[int] | None = None) -> None:
    """Invoice what is new, then carry payments over; the brake on new invoices does not stop payments."""
    _both(lambda: sync(run, order_ids), lambda: _go_on(run, order_ids))


def retry_with_payments(run: Run, order_ids: list[int] | None = None) -> None:
    """Try again what is stuck of these orders, or of all, and of their payments; see `retry`.

    Only payments that are stuck, of which something was said, or that a person has dismissed: this is no run that
    carries payments over.
    """
    payments = run.state.payments
    chosen = [payment.order_id for payment in payments.stuck()]
    if order_ids is not None:
        known = {payment.order_id for payment in (*payments.told(), *payments.dismissed())}
        chosen = [order_id for order_id in order_ids if order_id in known]
        order_ids = _with_more_to_retry(run, order_ids, chosen)
    _both(lambda: retry(run, order_ids), lambda: _take_up(run, chosen))


def _with_more_to_retry(run: Run, order_ids: list[int], chosen: list[int]) -> list[int]:
    """Leave out the orders of which the payment alone is stuck: nothing is to be said of their documents."""
    stuck = {record.order_id for record in (*run.state.orders.stuck(), *run.state.orders.dismissed())}
    return [order_id for order_id in order_ids if order_id in stuck or order_id not in chosen]


def _both(invoices: Callable[[], None], payments: Callable[[], None]) -> None:
    """Do both, though either may be braked; raise what they were braked with at the end, as one."""
    brakes = [brake for brake in (_braked(invoices), _braked(payments)) if brake]
    if brakes:
        raise Brake(
            *(" ".join(words) for words in zip(*((each.message, each.fix) for each in brakes), strict=True))
        )


def _braked(work: Callable[[], None]) -> Brake | None:
    try:
        work()
    except Brake as brake:
        return brake
    return None


def _go_on(run: Run, order_ids: list[int] | None) -> None:
    """Go on with the payments of these orders, as far as they have an invoice, or with all."""
    invoiced = None if order_ids is None else [each for each in order_ids if has_invoice(run, each)]
    if not run.stopping() and invoiced != []:  # none of those asked for is not all of them
        sync_payments(run, invoiced)


def _take_up(run: Run, order_ids: list[int]) -> None:
    """Go on with these payments, also with those that a person has dismissed."""
    for order_id in order_ids:
        run.state.payments.take_up_again(order_id)
    _go_on(run, order_ids)


def _act(till: PaymentRun, payment: PaymentRecord) -> None:
    run, record = till.run, till.run.record(payment.order_id)
    if payment.pending:
        resume(till, record, payment.pending)
        return
    step = next_step(payment, record.total, run.settings)
    if isinstance(step, Reason):
        say(run, record, step)
    elif step is None:
        if payment.reasons and payment.stage != "reversed":
            run.state.payments.forget_reasons(payment.order_id)  # the config says otherwise now
    elif not payment.refused and payment.looked_on != run.today:
        {"to_shop": set_paid, "to_billit": mark_paid, "reversal": reverse}[step](till, record)
