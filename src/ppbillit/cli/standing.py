"""Where orders stand, in the words that runs use for their outcomes; for `status`, `history` and `doctor`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ppbillit.state import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.state import OrderRecord, Tally

_STANDING: dict[Stage, str] = {
    Stage.PARKED: "parked",
    Stage.HELD: "held",
    Stage.CHECKED: "unsent",
    Stage.FAILED: "failed",
    Stage.SENT: "pending",
    Stage.CREATING: "unknown",
    Stage.CREATED: "unknown",
    Stage.SENDING: "unknown",
}

# What is counted of orders that nothing is to be said of, in words that stand in no list of outcomes.
_AT_REST = {Stage.WAITING: "not final yet in Plug&Pay", Stage.SKIPPED: "never to be made"}


def standing(record: OrderRecord) -> str:
    """Give the word for where an order stands that something is said of: of a stuck one, as runs call it."""
    if record.stage is Stage.CHECKED and record.channel == "none":
        return "unknown"  # Billit does not show it
    return _STANDING.get(record.stage, record.stage.value)


def counted(tallies: Iterable[Tally]) -> dict[str, int]:
    """Count all orders by where they stand, so that the same word means the same as in the list of the stuck."""
    counts: Counter[str] = Counter()
    for tally in tallies:
        counts[_word(tally)] += tally.count
    return dict(counts)


def _word(tally: Tally) -> str:
    if tally.is_dismissed:
        return "skipped by hand"
    if tally.stage is Stage.CHECKED and not tally.has_channel:
        return "unknown" if tally.has_reasons else "in Billit and not to be sent"
    if tally.stage is Stage.SENT and not tally.has_reasons:
        return "sent"
    return _AT_REST.get(tally.stage) or _STANDING.get(tally.stage, tally.stage.value)
