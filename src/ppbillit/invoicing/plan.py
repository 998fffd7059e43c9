"""What becomes of each order: nothing new, set aside with its reasons, or planned as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ppbillit.exactly_once.resolve import is_lost
from ppbillit.invoicing.credit_notes import Planned, known_original, originals_of, waits_for_original
from ppbillit.mapping.mapper import (
    Ignored,
    Mapped,
    Parked,
    Waiting,
    map_or_park,
)
from ppbillit.money import ZERO
from ppbillit.plugandpay.models import Order, UnreadableOrder
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import HAS_DOCUMENT, OrderFacts, OrderRecord, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.mapping.mapper import Mapping
    from ppbillit.run import Run


def make_plan(run: Run, orders: Iterable[Order | UnreadableOrder]) -> list[Planned]:
    """Give the documents to make, in the order of `orders`; everything else is put on record."""
    plan: dict[int, Planned] = {}
    orders = list(orders)
    for order in orders:
        record = run.state.orders.get(order.id)
        if record and (record.stage in HAS_DOCUMENT or record.dismissed is not None):
            _leave_alone(run, record)
        elif record and record.stage is Stage.CREATING and not _missed(run, record):
            continue  # `settle` has said what there is to say
        elif isinstance(order, UnreadableOrder):
            _set_aside_unreadable(run, order, record)
        else:
            _plan_one(run, order, record, plan, originals_of(order, orders))
    return list(plan.values())


def _leave_alone(run: Run, record: OrderRecord) -> None:
    """It has its document, or a person has said that it needs none."""
    if record.dismissed is not None and record.order_id in run.asked_for:
        why = reason("dismissed", words=record.dismissed, order_id=record.order_id)
        run.found(record, Outcome.SKIPPED, (why,))
    else:
        run.found(record, Outcome.UNCHANGED)


def _plan_one(
    run: Run, order: Order, record: OrderRecord | None, plan: dict[int, Planned], originals: tuple[int, ...]
) -> None:
    mapping = map_or_park(order, run.rules, known_original(run, originals, plan))
    if isinstance(mapping, Mapped) and (waits := waits_for_original(run, order.id, originals, plan)):
        mapping = Parked(order.id, mapping.kind, mapping.invoice_day, mapping.total, (waits,), mapping.number)
    if elsewhere := _other_side_of_go_live(run, mapping):
        _leave(run, mapping, elsewhere)
        return
    match mapping:
        case Mapped():
            if record and _refused_as_it_is(run, record, mapping):
                run.found(record, Outcome.UNCHANGED)
            else:
                plan[order.id] = Planned(order, mapping, originals)
        case Parked():
            set_aside(run, run.facts(mapping), Stage.PARKED, mapping.reasons)
        case Waiting():
            set_aside(run, run.facts(mapping), Stage.WAITING, mapping.reasons)
        case Ignored():
            set_aside(run, run.facts(mapping), Stage.SKIPPED, mapping.reasons)


def _refused_as_it_is(run: Run, record: OrderRecord, mapped: Mapped) -> bool:
    """Billit refused this very draft, and nobody asks to try it again, or to adopt what has its number."""
    is_the_same = record.stage is Stage.PARKED and record.digest == mapped.digest()
    return is_the_same and record.order_id not in run.asked_for and not run.settings.adopt_by_number


def _other_side_of_go_live(run: Run, mapping: Mapping) -> Reason | None:
    """Old orders are the business of an export alone, which cannot send, and new ones that of a sync.

    The window sees to that for what it lists, but not for what is read by its id: an order asked for, or a
    concept that was given an old date.
    """
    go_live, day = run.settings.go_live, mapping.invoice_day
    if day is None or (day < go_live) is run.backfill or not isinstance(mapping, Mapped | Parked):
        return None
    if run.backfill:
        return reason("not_existing", go_live=go_live)
    return reason("before_go_live", go_live=go_live, day=day, order_id=mapping.order_id)


def _leave(run: Run, mapping: Mapping, why: Reason) -> None:
    """Leave an order to the other verb; what that one has on record of it stays."""
    if mapping.order_id in run.asked_for:
        run.found(run.facts(mapping), Outcome.SKIPPED, (why,))
    else:
        set_aside(run, run.facts(mapping), Stage.SKIPPED, (why,))


def set_aside(
    run: Run,
    facts: OrderFacts,
    stage: Literal[Stage.WAITING, Stage.PARKED, Stage.SKIPPED],
    reasons: tuple[Reason, ...],
    digest: str | None = None,
) -> None:
    """Put an order on record without a document, and in the report if that is news or was asked for."""
    news = run.state.orders.set_aside(facts, stage, reasons, digest) or facts.order_id in run.asked_for
    outcome = Outcome.PARKED if stage is Stage.PARKED else Outcome.SKIPPED
    run.found(facts, outcome if news else Outcome.UNCHANGED, reasons)


def _set_aside_unreadable(run: Run, order: UnreadableOrder, record: OrderRecord | None) -> None:
    facts = record or OrderFacts(order.id, "invoice", None, None, ZERO, run.backfill)
    set_aside(run, facts, Stage.PARKED, (reason("unreadable", problem=order.problem),))


def _missed(run: Run, record: OrderRecord) -> bool:
    attempt = run.state.attempts.open("document", run.rules.document_key(record.order_id))
    return attempt is None or is_lost(attempt)
