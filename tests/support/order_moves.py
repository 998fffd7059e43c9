"""Move orders of a state file by rows of the table, with what a test does not care about filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ppbillit.state import transitions

if TYPE_CHECKING:
    from ppbillit.reasons import Reason
    from ppbillit.state import Applied, Attempt, OrderFacts, StateStore, Transition

FILLED_IN: dict[str, object] = {"digest": None, "number": "2026001", "billit_id": 100, "failure": None}
CREATING: dict[str, object] = {"digest": "digest", "channel": "peppol", "buyer": "business", "party_id": None}


def key(facts: OrderFacts) -> str:
    return f"plugandpay-4711-{facts.order_id}"


def move(
    state: StateStore,
    transition: Transition,
    facts: OrderFacts,
    reasons: tuple[Reason, ...] = (),
    *,
    detail: str = "",
    **columns: Any,
) -> Applied:
    filled_in = {**FILLED_IN, **(CREATING if transition is transitions.CREATE else {}), **columns}
    given = {name: filled_in[name] for name in transition.gives}
    return state.orders.apply(transition, facts, reasons, key=key(facts), detail=detail, **given)


def begin(
    state: StateStore,
    facts: OrderFacts,
    transition: Transition = transitions.CREATE,
    reasons: tuple[Reason, ...] = (),
    **columns: Any,
) -> Attempt:
    """Move an order by a row that opens an attempt, and return the attempt."""
    attempt = move(state, transition, facts, reasons, **columns).attempt
    assert attempt
    return attempt
