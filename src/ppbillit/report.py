"""What a run did, order by order, as values: for the screen, for `--json`, and for the exit code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ppbillit.errors import ExitCode
from ppbillit.money import euros_text
from ppbillit.reasons import Language, translate

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from ppbillit.reasons import Reason


class Outcome(StrEnum):
    """What became of an order in this run."""

    CREATED = "created"
    ADOPTED = "adopted"
    CHECKED = "checked"
    UPDATED = "updated"
    NOT_UPDATED = "not_updated"
    UNSENT = "unsent"
    SENT = "sent"
    PENDING = "pending"
    DELIVERED = "delivered"
    HELD = "held"
    PARKED = "parked"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DELETED = "deleted"
    PAID = "paid"
    REVERSED = "reversed"
    SKIPPED = "skipped"
    UNCHANGED = "unchanged"


# News of these kinds needs a person, and makes the run end with 3.
NEEDS_A_PERSON = frozenset({
    Outcome.HELD, Outcome.PARKED, Outcome.UNKNOWN, Outcome.UNSENT, Outcome.PENDING, Outcome.FAILED,
    Outcome.REVERSED, Outcome.NOT_UPDATED,
})  # fmt: skip

# What is said with these stays true of an order, whatever happens to it later in the run.
_STAYS_TRUE = frozenset({Outcome.CREATED, Outcome.ADOPTED, Outcome.UPDATED, Outcome.NOT_UPDATED})


@dataclass(frozen=True)
class Finding:
    """One order's line in the report; `total` is gross euros, positive."""

    order_id: int
    kind: str
    outcome: Outcome
    number: str | None
    total: Decimal
    billit_id: int | None = None
    reasons: tuple[Reason, ...] = ()

    def json(self) -> dict[str, Any]:
        """Give the finding as one object of `orders` in the JSON output."""
        return {
            "order_id": self.order_id,
            "kind": self.kind,
            "outcome": self.outcome.value,
            "number": self.number,
            "total": euros_text(self.total),
            "billit_id": self.billit_id,
            "reasons": [reason.json() for reason in self.reasons],
        }


@dataclass
class RunReport:
    """A run's findings.  An order appears once, with the last thing that happened to it; counts hold them all."""

    command: str
    run_id: str
    started_at: datetime
    dry_run: bool = False
    stuck: int = 0
    language: Language = "en"
    _findings: dict[int, Finding] = field(default_factory=dict)
    _counts: Counter[Outcome] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        """Note what happened to an order; a later finding takes the place of an earlier one."""
        earlier = self._findings.get(finding.order_id)
        is_news = finding.outcome is not Outcome.UNCHANGED
        if earlier and is_news and Outcome.UNKNOWN in {earlier.outcome, finding.outcome}:
            self._counts[earlier.outcome] -= 1  # what was not known turned out, and is not counted twice
        if earlier and earlier.outcome in _STAYS_TRUE:
            finding = replace(finding, reasons=(*earlier.reasons, *finding.reasons))
        self._counts[finding.outcome] += 1
        if is_news:
            self._findings[finding.order_id] = finding

    def add_beside(self, finding: Finding) -> None:
        """Note something more about an order, which does not hide what needs a person; both are counted."""
        earlier = self._findings.get(finding.order_id)
        if earlier is None:
            self.add(finding)
            return
        self._counts[finding.outcome] += 1
        shown = earlier if earlier.outcome in NEEDS_A_PERSON else finding
        reasons = tuple(dict.fromkeys((*earlier.reasons, *finding.reasons)))
        self._findings[finding.order_id] = replace(shown, reasons=reasons)

    @property
    def findings(self) -> list[Finding]:
        """All news, by order, in the language of who reads the report."""
        return [
            replace(finding, reasons=translate(finding.reasons, self.language))
            for _, finding in sorted(self._findings.items())
        ]

    def counts(self) -> dict[str, int]:
        """Give how often each outcome came about, and how many orders are stuck, old and new."""
        return {**{outcome.value: self._counts[outcome] for outcome in Outcome}, "stuck": self.stuck}

    def exit_code(self) -> ExitCode:
        """Only news makes a run end with 3; what was stuck before is counted, not shouted."""
        news = {finding.outcome for finding in self._findings.values()}
        news |= {outcome for outcome in _STAYS_TRUE if self._counts[outcome]}
        return ExitCode.UNSETTLED if news & NEEDS_A_PERSON else ExitCode.DONE
