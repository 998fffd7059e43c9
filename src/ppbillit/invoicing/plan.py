"""Step 2, plan: what becomes of each order: nothing new, set aside with its reasons, or planned as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.exactly_once.resolve import may_be_made
from ppbillit.invoicing.credit_notes import Planned, known_original, possible_originals, waits_for_original
from ppbillit.mapping.mapper import Ignored, Mapped, Parked, Waiting, map_or_park
from ppbillit.money import ZERO
from ppbillit.plugandpay.models import Order, UnreadableOrder
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import HAS_DOCUMENT, OrderFacts, OrderRecord, Stage, transitions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.mapping.mapper import Mapping
    from ppbillit.run import Run


def make_plan(run: Run, orders: Iterable[Order | UnreadableOrder]) -> list[Planned]:
    """Return the documents to create, in the order of `orders`; everything else is put on record."""
    plan: dict[int, Planned] = {}
    orders = list(orders)
    for order in orders:
        record = run.state.orders.get(order.id)
        if record and (record.stage in HAS_DOCUMENT or record.dismissed is not None):
            _leave_alone(run, record)
        elif record and record.stage is Stage.CREATING and not _may_be_made(run, record):
            continue  # `resolve` has said what there is to say
        elif isinstance(order, UnreadableOrder):
            facts = record or OrderFacts(order.id, "invoice", None, None, ZERO, run.scope.backfill)
            run.record(facts, transitions.PARK, (reason("unreadable", problem=order.problem),), digest=None)
        else:
            _plan_one(run, order, record, plan, possible_originals(order, orders))
    return list(plan.values())


def park(run: Run, mapping: Mapping, why: Reason, digest: str | None = None) -> None:
    """Park an order that was to become a document."""
    run.record(run.facts(mapping), transitions.PARK, (why,), digest=digest)


def _leave_alone(run: Run, record: OrderRecord) -> None:
    """It has its document, or a person has said that it needs none."""
    if record.dismissed is not None and run.is_asked_for(record.order_id):
        why = reason("dismissed", words=record.dismissed, order_id=record.order_id)
        run.say(record, Outcome.SKIPPED, (why,))
    else:
        run.say(record, Outcome.UNCHANGED)


def _plan_one(
    run: Run, order: Order, record: OrderRecord | None, plan: dict[int, Planned], originals: tuple[int, ...]
) -> None:
    mapping = map_or_park(order, run.rules, known_original(run, originals, plan))
    if isinstance(mapping, Mapped) and (waits := waits_for_original(run, order.id, originals, plan)):
        mapping = Parked(order.id, mapping.kind, mapping.invoice_day, mapping.total, (waits,), mapping.number)
    facts = run.facts(mapping)
    if elsewhere := _other_side_of_go_live(run, mapping):
        # Left to the other command; what that one has on record of it stays.
        if run.is_asked_for(order.id):
            run.say(facts, Outcome.SKIPPED, (elsewhere,))
        else:
            run.record(facts, transitions.SKIP, (elsewhere,), digest=None)
        return
    match mapping:
        case Mapped():
            if record and _was_refused_as_it_is(run, record, mapping):
                run.say(record, Outcome.UNCHANGED)
            else:
                plan[order.id] = Planned(order, mapping, originals)
        case Parked():
            run.record(facts, transitions.PARK, mapping.reasons, digest=None)
        case Waiting():
            run.record(facts, transitions.WAIT, mapping.reasons, digest=None)
        case Ignored():
            run.record(facts, transitions.SKIP, mapping.reasons, digest=None)
        case _:
            assert_never(mapping)


def _was_refused_as_it_is(run: Run, record: OrderRecord, mapped: Mapped) -> bool:
    """Return whether Billit refused this very draft, and nobody asks to try it again or to adopt by number."""
    is_the_same = record.stage is Stage.PARKED and record.digest == mapped.digest()
    return is_the_same and not run.is_asked_for(record.order_id) and not run.settings.adopt_by_number


def _other_side_of_go_live(run: Run, mapping: Mapping) -> Reason | None:
    """Return why an order is left to the other command, if it is.

    Old orders are for an export alone, which cannot send, and new ones for a sync.  The window sees to that for
    what it lists, but not for what is read by its id: an order asked for, or a concept that was given an old date.
    """
    go_live, day = run.settings.go_live, mapping.invoice_day
    if day is None or (day < go_live) is run.scope.backfill or not isinstance(mapping, Mapped | Parked):
        return None
    if run.scope.backfill:
        return reason("not_existing", go_live=go_live)
    return reason("before_go_live", go_live=go_live, day=day, order_id=mapping.order_id)


def _may_be_made(run: Run, record: OrderRecord) -> bool:
    return may_be_made(run, "document", run.rules.document_key(record.order_id))
