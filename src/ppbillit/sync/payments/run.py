"""Payments from top to bottom: learn what both sides say, then carry over what only one of them knows.

A quiet run asks the shop for what was paid since the last time, and Billit for what changed since then: no request
per invoice.  Once a day it also looks for charge-backs, and at all that the shop still has to be paid for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.errors import Brake
from ppbillit.reasons import Reason
from ppbillit.sync.job import Till
from ppbillit.sync.payments.limits import brake_on, side_of_write, too_many
from ppbillit.sync.payments.look import has_invoice, look_at, look_at_changes
from ppbillit.sync.payments.pending import resume
from ppbillit.sync.payments.reversal import reverse
from ppbillit.sync.payments.steps import next_step
from ppbillit.sync.payments.telling import say
from ppbillit.sync.payments.to_billit import mark_paid
from ppbillit.sync.payments.to_shop import set_paid
from ppbillit.sync.retry import retry
from ppbillit.sync.run import sync

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.state import PaymentRecord
    from ppbillit.sync.job import Job


def sync_payments(job: Job, order_ids: list[int] | None = None) -> None:
    """Carry payments over, both ways as far as the config says; with `order_ids`, only those of these orders.

    Raises WrongRequest where one of them has no invoice in Billit, and Brake where too many would be written to a
    side: then none is, there.
    """
    till = Till.of(job)
    job.asked_for = frozenset(order_ids or ())
    now = job.now()
    first = job.state.payments.invoiced_since()
    if order_ids is not None:
        look_at(till, order_ids)
    elif first is None:
        return  # nothing of ours is in Billit
    else:
        look_at_changes(till, first)
    unsettled = [each for each in job.state.payments.unsettled() if job.concerns(each.order_id)]
    held_back = too_many(job, unsettled)
    for payment in unsettled:
        if job.stopping():
            return
        if job.is_rehearsal or not held_back or side_of_write(job, payment) not in held_back:
            _act(till, payment)
    if order_ids is None and not job.stopping():
        job.state.remember("payments_read", now.isoformat())
        job.state.remember("payments_looked", job.today.isoformat())
    if held_back:
        raise brake_on(job, held_back)


def sync_with_payments(job: Job, order_ids: list[int] | None = None) -> None:
    """Invoice what is new, then carry payments over; the brake on new invoices does not stop payments."""
    _both(lambda: sync(job, order_ids), lambda: _go_on(job, order_ids))


def retry_with_payments(job: Job, order_ids: list[int] | None = None) -> None:
    """Try again what is stuck of these orders, or of all, and of their payments; see `retry`.

    Only payments that are stuck, of which something was said, or that a person has dismissed: this is no run that
    carries payments over.
    """
    payments = job.state.payments
    chosen = [payment.order_id for payment in payments.stuck()]
    if order_ids is not None:
        known = {payment.order_id for payment in (*payments.told(), *payments.dismissed())}
        chosen = [order_id for order_id in order_ids if order_id in known]
        order_ids = _with_more_to_retry(job, order_ids, chosen)
    _both(lambda: retry(job, order_ids), lambda: _take_up(job, chosen))


def _with_more_to_retry(job: Job, order_ids: list[int], chosen: list[int]) -> list[int]:
    """Leave out the orders of which the payment alone is stuck: nothing is to be said of their documents."""
    stuck = {record.order_id for record in (*job.state.orders.stuck(), *job.state.orders.dismissed())}
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


def _go_on(job: Job, order_ids: list[int] | None) -> None:
    """Go on with the payments of these orders, as far as they have an invoice, or with all."""
    invoiced = None if order_ids is None else [each for each in order_ids if has_invoice(job, each)]
    if not job.stopping() and invoiced != []:  # none of those asked for is not all of them
        sync_payments(job, invoiced)


def _take_up(job: Job, order_ids: list[int]) -> None:
    """Go on with these payments, also with those that a person has dismissed."""
    for order_id in order_ids:
        job.state.payments.take_up_again(order_id)
    _go_on(job, order_ids)


def _act(till: Till, payment: PaymentRecord) -> None:
    job, record = till.job, till.job.record(payment.order_id)
    if payment.pending:
        resume(till, record, payment.pending)
        return
    step = next_step(payment, record.total, job.settings)
    if isinstance(step, Reason):
        say(job, record, step)
    elif step is None:
        if payment.reasons and payment.stage != "reversed":
            job.state.payments.forget_reasons(payment.order_id)  # the config says otherwise now
    elif not payment.refused and payment.looked_on != job.today:
        {"to_shop": set_paid, "to_billit": mark_paid, "reversal": reverse}[step](till, record)
