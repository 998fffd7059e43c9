"""What is stuck, orders and payments alike: for `status`, for the count of every run, for who is told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ppbillit.reasons import Reason, reason
from ppbillit.state.records import SERVICES

if TYPE_CHECKING:
    from ppbillit.state import OrderRecord, PaymentRecord, StateStore


@dataclass(frozen=True)
class StuckPayment:
    """A payment that needs a person, or whose write got no answer; whose it is, and why."""

    record: OrderRecord
    payment: PaymentRecord
    reasons: tuple[Reason, ...]


def stuck_payments(state: StateStore) -> list[StuckPayment]:
    """Give the payments that are stuck, by order."""
    return [_why(state, payment) for payment in state.payments.stuck()]


def dismissed_payments(state: StateStore) -> list[StuckPayment]:
    """Give the payments that a person has dismissed, by order."""
    return [_why(state, payment) for payment in state.payments.dismissed()]


def all_stuck(state: StateStore) -> list[OrderRecord]:
    """Give the orders of which anything is stuck, by id, each with all that is said of it."""
    found = {record.order_id: record for record in state.orders.stuck()}
    for stuck in stuck_payments(state):
        record = found.get(stuck.record.order_id)
        said = record.reasons if record else ()
        found[stuck.record.order_id] = replace(stuck.record, reasons=(*said, *stuck.reasons))
    return [found[order_id] for order_id in sorted(found)]


def _why(state: StateStore, payment: PaymentRecord) -> StuckPayment:
    record = state.orders.get(payment.order_id)
    if record is None:
        raise KeyError(payment.order_id)
    reasons = payment.reasons
    if payment.pending and not reasons:  # the run was cut off before it could say so
        reasons = (reason("payment_unknown", service=SERVICES[payment.pending]),)
    if payment.unread:
        reasons = (*reasons, reason("payment_not_readable"))
    return StuckPayment(record, payment, reasons)
