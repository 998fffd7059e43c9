"""One run: what every step may read, and the one way in which a step says what it did.

A step that writes to Plug&Pay or Billit is given the port for it as an argument: a `Run` alone cannot write there.
What one step remembers lives in that step.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol, Self

from ppbillit.errors import Brake
from ppbillit.mapping.mapper import Mapped
from ppbillit.money import ZERO
from ppbillit.report import Finding, Outcome, RunReport
from ppbillit.state import OrderFacts, OrderRecord, StateStore

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ppbillit.billit.models import Document
    from ppbillit.billit.ports import BillitReader
    from ppbillit.mapping.mapper import Mapping
    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.ports import OrderSource
    from ppbillit.reasons import Reason
    from ppbillit.state import Applied, BuyerKind, Channel, Remembered, Transition


class Progress(Protocol):
    """Who wants to know how far the run is."""

    def begin(self, what: str, total: int) -> None:
        """Begin to count: so many of these are to be done."""
        ...

    def advance(self) -> None:
        """Count one more as done."""
        ...


class NoProgress:
    """Nobody wants to know."""

    def begin(self, what: str, total: int) -> None:
        """Do nothing."""

    def advance(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Settings:
    """What config and flags say about running; the schema of the config alone has defaults for it."""

    go_live: date
    overlap_days: int
    deep_overlap_days: int
    max_new_per_run: int
    settle_seconds: float
    send_businesses: Channel
    send_consumers: Channel
    strict_sending: bool
    match_email: bool
    default_debtor: str
    default_debtor_for: Literal["all", "consumers"]
    adopt_by_number: bool
    to_plugandpay: bool
    to_billit: bool
    reopen_reversed: bool

    def channel_for(self, buyer: BuyerKind | None) -> Channel:
        """Return how documents of such a buyer are to be sent."""
        return self.send_businesses if buyer == "business" else self.send_consumers


@dataclass(frozen=True)
class Scope:
    """Which orders a run is about, and how.

    `asked_for` are the orders that a person named, or all that are stuck (`asks_for_all`): they are tried again,
    and explained again where nothing is new.  Empty: the run is about all orders.
    """

    backfill: bool = False  # orders before the go-live date, whose documents are never sent
    dry_run: bool = False
    asked_for: frozenset[int] = frozenset()
    asks_for_all: bool = False


@dataclass(frozen=True)
class Run:
    """One run: both services to read from, the state, the rules, the report."""

    shop: OrderSource
    billit: BillitReader
    state: StateStore
    rules: Rules
    settings: Settings
    report: RunReport
    scope: Scope = Scope()
    progress: Progress = field(default_factory=NoProgress)
    stopping: Callable[[], bool] = lambda: False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    unreadable: Counter[str] = field(default_factory=Counter)  # by kind: what could be read before, not now
    # Filled once; a list, since `about` returns another Run that is the same run.
    _deleted: list[list[Document]] = field(default_factory=list)

    # --- what the run is about -------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The shop's calendar day."""
        return self.now().astimezone(self.rules.zone).date()

    def about(self, order_ids: Collection[int] | None, *, all_stuck: bool = False) -> Self:
        """Return the same run, but about these orders; None: about all."""
        scope = replace(self.scope, asked_for=frozenset(order_ids or ()), asks_for_all=all_stuck)
        return replace(self, scope=scope)

    def concerns(self, order_id: int) -> bool:
        """Return whether the run is about an order."""
        return not self.scope.asked_for or order_id in self.scope.asked_for

    def is_asked_for(self, order_id: int) -> bool:
        """Return whether a person asked for this order."""
        return order_id in self.scope.asked_for

    def order(self, order_id: int) -> OrderRecord:
        """Return an order that is on record."""
        record = self.state.orders.get(order_id)
        if record is None:
            raise KeyError(order_id)
        return record

    def facts(self, mapping: Mapping) -> OrderFacts:
        """Return what the state keeps of an order, whatever became of it."""
        return OrderFacts(
            mapping.order_id,
            mapping.kind,
            mapping.number,
            mapping.invoice_day,
            mapping.total,
            self.scope.backfill,
            mapping.accepted_difference if isinstance(mapping, Mapped) else ZERO,
        )

    @property
    def deleted_documents(self) -> list[Document]:
        """What was deleted in Billit, asked for once a run, and only if it matters."""
        if not self._deleted:
            self._deleted.append(self.billit.deleted_documents())
        return self._deleted[0]

    # --- what is said of an order ------------------------------------------------------------------
    # `record` moves an order and reports it; `note` stores a remark and reports it where it is news; `say` only
    # reports.

    def record(
        self,
        order: OrderFacts,
        transition: Transition,
        reasons: tuple[Reason, ...] = (),
        *,
        notes: tuple[Reason, ...] = (),
        detail: str = "",
        **columns: object,
    ) -> Applied:
        """Move an order by one row of `state.transitions`, and report it.

        `notes` are reported and not stored.  What is no news is reported to a person who asked for the order, and
        counted as unchanged otherwise.
        """
        key = self.rules.document_key(order.order_id)
        applied = self.state.orders.apply(transition, order, reasons, key=key, detail=detail, **columns)
        if outcome := transition.outcome:
            is_said = applied.is_news or self.is_asked_for(order.order_id)
            billit_id = columns.get("billit_id")
            self.say(
                order,
                outcome if is_said else Outcome.UNCHANGED,
                (*notes, *reasons),
                billit_id if isinstance(billit_id, int) else None,
            )
        return applied

    def note(
        self,
        order: OrderFacts,
        outcome: Outcome,
        reasons: tuple[Reason, ...],
        said: tuple[Reason, ...] | None = None,
    ) -> bool:
        """Store what is said of an order that stays where it is, and return whether that is news.

        It is reported where it is news or was asked for: all of it, or only what is `said`.
        """
        is_news = self.state.orders.note(order.order_id, reasons)
        if is_news or self.is_asked_for(order.order_id):
            self.say(order, outcome, reasons if said is None else said)
        return is_news

    def say(
        self,
        order: OrderFacts,
        outcome: Outcome,
        reasons: tuple[Reason, ...] = (),
        billit_id: int | None = None,
        *,
        beside: bool = False,
    ) -> None:
        """Report an order, or add to what is reported of it already; documents of a dry run have no id."""
        if billit_id is None and isinstance(order, OrderRecord):
            billit_id = order.billit_id
        add = self.report.add_beside if beside else self.report.add
        shown_id = billit_id if billit_id and billit_id > 0 else None
        add(Finding(order.order_id, order.kind, outcome, order.number, order.total, shown_id, reasons))

    # --- how far it goes ---------------------------------------------------------------------------

    def brake(self, planned: int) -> Brake | None:
        """Return the error that ends a run which would make more new documents than it may, and makes none."""
        allowed = self.settings.max_new_per_run
        if planned <= allowed:
            return None
        return Brake(
            f"This run would make {planned} new documents, and {allowed} are allowed "
            "(max_new_per_run, --max-new). No new document was made.",
            f"If that is right, run it with --max-new {planned}; else check go_live and the dates.",
        )

    def changed_since(self, what: Remembered) -> datetime | None:
        """Return the time from which on a service is asked for what changed; None where it was never asked.

        That is the last time less an overlap.  Our clock may have been ahead then.
        """
        read = self.state.remembered(what)
        return min(datetime.fromisoformat(read), self.now()) - OVERLAP if read else None

    def note_unreadable(self, what: Literal["unreadable_at", "unreadable_payments_at"]) -> bool:
        """Count one more thing that could be read before and cannot be now, and return whether to end the run.

        The first one ends a run, since it may be an outage, in which nothing more is to be begun.  In the day that
        follows, only several in one run do: a few odd things must not end as many runs.
        """
        self.unreadable[what] += 1
        ended = self.state.remembered(what)
        # Either way round: a run may have ended while the clock was ahead.
        if ended and abs(self.now() - datetime.fromisoformat(ended)) < _A_DAY:
            return self.unreadable[what] >= _MANY
        self.state.remember(**{what: self.now().isoformat()})
        return True


# Billit's times have no zone, the shop's filters none that is known, and both may lag; a day of overlap is cheap.
OVERLAP = timedelta(days=1)
_A_DAY = timedelta(days=1)
_MANY = 3
