"""Which invoice a credit order credits: named by the shop, or found by e-mail address and total.

Plug&Pay presumably names it in `related_orders`.  Where it does not, it is the credited order with the same e-mail
address and the same total, if there is exactly one (plugandpay.md §8.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ppbillit.mapping.mapper import Mapped, Original
from ppbillit.plugandpay.models import Order, UnreadableOrder
from ppbillit.reasons import Reason, reason
from ppbillit.state import IN_BILLIT, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ppbillit.run import Run

_MAY_BE_CREATED = frozenset({Stage.PARKED, Stage.WAITING, Stage.CREATING})


def possible_originals(order: Order, orders: Iterable[Order | UnreadableOrder]) -> tuple[int, ...]:
    """Return the ids of the orders that an order may credit; none for an order that is no credit."""
    if order.kind != "credit_note":
        return ()
    if order.related_orders:
        return tuple(related.id for related in order.related_orders)
    alike = [other.id for other in orders if isinstance(other, Order) and _may_be_credited_by(other, order)]
    return tuple(alike) if len(alike) == 1 else ()


def known_original(run: Run, originals: tuple[int, ...], plan: Mapping[int, Planned]) -> Original | None:
    """Return the credited invoice, if it is in Billit or is to be created in this run."""
    for order_id in originals:
        record = run.state.orders.get(order_id)
        if record and record.kind == "invoice" and record.stage in IN_BILLIT:
            return Original(order_id, record.number)
        if order_id in plan and plan[order_id].mapped.kind == "invoice":
            return Original(order_id, plan[order_id].mapped.number)
    return None


def waits_for_original(
    run: Run, credit_id: int, originals: tuple[int, ...], plan: Mapping[int, Planned]
) -> Reason | None:
    """Return why a credit note is not created yet: its invoice is on record as still to be created.

    Where a person has skipped that invoice, the credit note is only created if a person asks for it by its number.
    """
    if known_original(run, originals, plan):
        return None
    for order_id in originals:
        record = run.state.orders.get(order_id)
        if record is None or record.kind != "invoice" or record.stage not in _MAY_BE_CREATED:
            continue
        if record.dismissed is None:
            return reason("original_unsettled", original=order_id)
        if not run.is_asked_for(credit_id) or run.scope.asks_for_all:
            return reason("original_dismissed", original=order_id, order_id=credit_id)
    return None


def _may_be_credited_by(other: Order, credit: Order) -> bool:
    email, credits_email = other.billing.contact.email, credit.billing.contact.email
    return (
        other.kind == "invoice"
        and other.payment.status == "credited"
        and other.id < credit.id
        and other.amount_with_tax == -credit.amount_with_tax
        and email is not None
        and credits_email is not None
        and email.casefold() == credits_email.casefold()
    )


@dataclass(frozen=True)
class Planned:
    """An order that is to become a document in this run; a credit with the orders that it may credit."""

    order: Order
    mapped: Mapped
    originals: tuple[int, ...] = ()
