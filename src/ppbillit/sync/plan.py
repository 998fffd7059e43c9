"""What becomes of each order: nothing new, set aside with its reasons, or planned as a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ppbillit.mapping.document import Ignored, Mapped, Original, Parked, Waiting, map_order
from ppbillit.money import ZERO
from ppbillit.plugandpay.models import Order, UnreadableOrder
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import SETTLED, OrderFacts, OrderRecord, Stage
from ppbillit.sync.originals import known_original, originals_of, waits_for_original
from ppbillit.sync.settle import is_lost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.mapping.document import Mapping
    from ppbillit.mapping.rules import Rules
    from ppbillit.sync.job import Job

# What the mapping may stumble over in an order that is odder than anything foreseen.
ODD = (ArithmeticError, ValueError, TypeError, LookupError)


@dataclass(frozen=True)
class Planned:
    """An order that is to become a document in this run; a credit with the orders it may credit."""

    order: Order
    mapped: Mapped
    originals: tuple[int, ...] = ()


def make_plan(job: Job, orders: Iterable[Order | UnreadableOrder]) -> list[Planned]:
    """Give the documents to make, in the order of `orders`; everything else is put on record."""
    plan: dict[int, Planned] = {}
    orders = list(orders)
    for order in orders:
        record = job.state.orders.get(order.id)
        if record and (record.stage in SETTLED or record.dismissed is not None):
            _leave_alone(job, record)
        elif record and record.stage is Stage.CREATING and not _missed(job, record):
            continue  # `settle` has said what there is to say
        elif isinstance(order, UnreadableOrder):
            _set_aside_unreadable(job, order, record)
        else:
            _plan_one(job, order, record, plan, originals_of(order, orders))
    return list(plan.values())


def _leave_alone(job: Job, record: OrderRecord) -> None:
    """It has its document, or a person has said that it needs none."""
    if record.dismissed is not None and record.order_id in job.asked_for:
        why = reason("dismissed", words=record.dismissed, order_id=record.order_id)
        job.found(record, Outcome.SKIPPED, (why,))
    else:
        job.found(record, Outcome.UNCHANGED)


def _plan_one(
    job: Job, order: Order, record: OrderRecord | None, plan: dict[int, Planned], originals: tuple[int, ...]
) -> None:
    mapping = map_or_park(order, job.rules, known_original(job, originals, plan))
    if isinstance(mapping, Mapped) and (waits := waits_for_original(job, order.id, originals, plan)):
        mapping = Parked(order.id, mapping.kind, mapping.invoice_day, mapping.total, (waits,), mapping.number)
    if elsewhere := _other_side_of_go_live(job, mapping):
        _leave(job, mapping, elsewhere)
        return
    match mapping:
        case Mapped():
            if record and _refused_as_it_is(job, record, mapping):
                job.found(record, Outcome.UNCHANGED)
            else:
                plan[order.id] = Planned(order, mapping, originals)
        case Parked():
            set_aside(job, job.facts(mapping), Stage.PARKED, mapping.reasons)
        case Waiting():
            set_aside(job, job.facts(mapping), Stage.WAITING, mapping.reasons)
        case Ignored():
            set_aside(job, job.facts(mapping), Stage.SKIPPED, mapping.reasons)


def map_or_park(order: Order, rules: Rules, original: Original | None = None) -> Mapping:
    """Map one order; one that is odder than anything foreseen must not stop the shop."""
    try:
        return map_order(order, rules, original)
    except ODD as odd:
        return odder_than_foreseen(order, odd)


def odder_than_foreseen(order: Order, odd: Exception) -> Parked:
    """Park an order that the mapping stumbled over."""
    trouble = reason("unreadable", problem=type(odd).__name__)
    return Parked(order.id, order.kind, None, ZERO, (trouble,), order.invoice_number)


def _refused_as_it_is(job: Job, record: OrderRecord, mapped: Mapped) -> bool:
    """Billit refused this very draft, and nobody asks to try it again, or to adopt what has its number."""
    is_the_same = record.stage is Stage.PARKED and record.digest == mapped.digest()
    return is_the_same and record.order_id not in job.asked_for and not job.settings.adopt_by_number


def _other_side_of_go_live(job: Job, mapping: Mapping) -> Reason | None:
    """Old orders are the business of an export alone, which cannot send, and new ones that of a sync.

    The window sees to that for what it lists, but not for what is read by its id: an order asked for, or a
    concept that was given an old date.
    """
    go_live, day = job.settings.go_live, mapping.invoice_day
    if day is None or (day < go_live) is job.backfill or not isinstance(mapping, Mapped | Parked):
        return None
    if job.backfill:
        return reason("not_existing", go_live=go_live)
    return reason("before_go_live", go_live=go_live, day=day, order_id=mapping.order_id)


def _leave(job: Job, mapping: Mapping, why: Reason) -> None:
    """Leave an order to the other verb; what that one has on record of it stays."""
    if mapping.order_id in job.asked_for:
        job.found(job.facts(mapping), Outcome.SKIPPED, (why,))
    else:
        set_aside(job, job.facts(mapping), Stage.SKIPPED, (why,))


def set_aside(
    job: Job,
    facts: OrderFacts,
    stage: Literal[Stage.WAITING, Stage.PARKED, Stage.SKIPPED],
    reasons: tuple[Reason, ...],
    digest: str | None = None,
) -> None:
    """Put an order on record without a document, and in the report if that is news or was asked for."""
    news = job.state.orders.set_aside(facts, stage, reasons, digest) or facts.order_id in job.asked_for
    outcome = Outcome.PARKED if stage is Stage.PARKED else Outcome.SKIPPED
    job.found(facts, outcome if news else Outcome.UNCHANGED, reasons)


def _set_aside_unreadable(job: Job, order: UnreadableOrder, record: OrderRecord | None) -> None:
    facts = record or OrderFacts(order.id, "invoice", None, None, ZERO, job.backfill)
    set_aside(job, facts, Stage.PARKED, (reason("unreadable", problem=order.problem),))


def _missed(job: Job, record: OrderRecord) -> bool:
    attempt = job.state.attempts.open("document", job.rules.document_key(record.order_id))
    return attempt is None or is_lost(attempt)
