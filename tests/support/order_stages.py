"""One order in a state file, and the way to each of its stages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from ppbillit.reasons import reason
from ppbillit.state import Identity, OrderFacts, OrderRecord, Stage, StateStore, transitions
from support.order_moves import begin, move

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = Identity("4711", 588708, "https://api.billit.be")
FACTS = OrderFacts(1, "invoice", "2026001", date(2026, 10, 5), Decimal("97.00"), backfill=False)
KEY = "plugandpay-4711-1"
WHY = (reason("outcome_unknown", why="gives no answer"),)


def begin_token(state: StateStore, channel: str = "peppol", facts: OrderFacts = FACTS) -> str:
    return begin(state, facts, channel=channel).token


def stage(state: StateStore) -> Stage:
    record = state.orders.get(1)
    assert record
    return record.stage


def lead_to(state: StateStore, wanted: Stage) -> None:
    """Take order 1 the ordinary way to a stage."""
    ways: dict[Stage, list[Callable[[], object]]] = {
        Stage.WAITING: [lambda: move(state, transitions.WAIT, FACTS, ())],
        Stage.PARKED: [lambda: move(state, transitions.PARK, FACTS, ())],
        Stage.SKIPPED: [lambda: move(state, transitions.SKIP, FACTS, ())],
        Stage.CREATING: [lambda: begin_token(state)],
    }
    ways[Stage.CREATED] = [
        *ways[Stage.CREATING],
        lambda: move(state, transitions.CREATED, FACTS, billit_id=100),
    ]
    ways[Stage.HELD] = [*ways[Stage.CREATED], lambda: move(state, transitions.HELD, FACTS, WHY)]
    ways[Stage.CHECKED] = [
        *ways[Stage.CREATED],
        lambda: move(state, transitions.CHECKED, FACTS, number="2026001"),
    ]
    ways[Stage.SENDING] = [*ways[Stage.CHECKED], lambda: begin(state, FACTS, transitions.SEND)]
    ways[Stage.SENT] = [*ways[Stage.SENDING], lambda: move(state, transitions.SENT, FACTS)]
    ways[Stage.DELIVERED] = [*ways[Stage.SENT], lambda: move(state, transitions.DELIVERED, FACTS)]
    ways[Stage.FAILED] = [*ways[Stage.SENT], lambda: move(state, transitions.UNDELIVERED, FACTS, WHY)]
    ways[Stage.DELETED] = [*ways[Stage.CHECKED], lambda: move(state, transitions.DELETED, FACTS, WHY)]
    for step in ways[wanted]:
        step()
    assert stage(state) is wanted


def record(state: StateStore) -> OrderRecord:
    found = state.orders.get(1)
    assert found
    return found


def stuck_orders(state: StateStore) -> list[int]:
    return [each.order_id for each in state.orders.stuck()]
