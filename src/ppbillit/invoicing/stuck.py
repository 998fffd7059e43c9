"""What is stuck, orders and payments: for `status`, for the count of every run, and for notifications."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ppbillit.reasons import Reason, reason
from ppbillit.state.records import SERVICES

if TYPE_CHECKING:
    from ppbillit.state import OrderRecord, PaymentRecord, StateStore


@dataclass(frozen=True)
class StuckPayment:
    """A payment that needs a person or whose write got no answer, with its order and why."""

    record: OrderRecord
    payment: PaymentRecord
    reasons: tuple[Reason, ...]


def stuck_payments(state: StateStore) -> list[StuckPayment]:
    """Return the payments that are stuck, by order."""
    return [_with_reasons(state, payment) for payment in state.payments.stuck()]


def skipped_payments(state: StateStore) -> list[StuckPayment]:
    """Return the payments that a person has skipped, by order."""
    return [_with_reasons(state, payment) for payment in state.payments.dismissed()]


def all_stuck(state: StateStore) -> list[OrderRecord]:
    """Return the orders of which the order or its payment is stuck, by id, with the reasons of both."""
    found = {record.order_id: record for record in state.orders.stuck()}
    for stuck in stuck_payments(state):
        record = found.get(stuck.record.order_id)
        reasons = record.reasons if record else ()
        found[stuck.record.order_id] = replace(stuck.record, reasons=(*reasons, *stuck.reasons))
    return [found[order_id] for order_id in sorted(found)]


def _with_reasons(state: StateStore, payment: PaymentRecord) -> StuckPayment:
    record = state.orders.get(payment.order_id)
    if record is None:
        raise KeyError(payment.order_id)
    reasons = payment.reasons
    if payment.pending and not reasons:  # the run was cut off before it stored one
        reasons = (reason("payment_unknown", service=SERVICES[payment.pending]),)
    if payment.unread:
        reasons = (*reasons, reason("payment_not_readable"))
    return StuckPayment(record, payment, reasons)
