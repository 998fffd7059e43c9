"""What one run works with: both services, the state, the rules, the report.  No step knows more than this."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from ppbillit.errors import Brake
from ppbillit.invoicing.peppol_directory import PeppolDirectory
from ppbillit.mapping.mapper import Mapped
from ppbillit.money import ZERO
from ppbillit.report import Finding, Outcome, RunReport
from ppbillit.state import OrderFacts, OrderRecord, StateStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.billit.models import Document
    from ppbillit.billit.ports import (
        BillitReader,
        DebtorUpdater,
        DocumentCreator,
        DocumentSender,
        PaymentMarker,
    )
    from ppbillit.mapping.mapper import Mapping
    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.ports import OrderSource, PaymentSource
    from ppbillit.reasons import Reason
    from ppbillit.state import BuyerKind, Channel


class Progress(Protocol):
    """Who wants to know how far the run is."""

    def begin(self, what: str, total: int) -> None:
        """A stretch of work begins."""
        ...

    def advance(self) -> None:
        """One more done."""
        ...


class NoProgress:
    """Nobody wants to know."""

    def begin(self, what: str, total: int) -> None:
        """Say nothing."""

    def advance(self) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Settings:
    """What the config says about running; channels are per kind of buyer."""

    go_live: date
    overlap_days: int = 7
    deep_overlap_days: int = 62
    max_new_per_run: int = 250
    settle_seconds: float = 60
    send_businesses: Channel = "none"
    send_consumers: Channel = "none"
    strict_sending: bool = True
    match_email: bool = True
    default_debtor: str = ""
    default_debtor_for: Literal["all", "consumers"] = "all"
    adopt_by_number: bool = False
    to_plugandpay: bool = True
    to_billit: bool = True
    reopen_reversed: bool = False

    def channel_for(self, buyer: BuyerKind | None) -> Channel:
        """Give how documents of such a buyer are to be sent."""
        return self.send_businesses if buyer == "business" else self.send_consumers


@dataclass
class Run:
    """One run.  Without a `sender` nothing can be sent: an export of existing invoices has none.

    Only a run about payments has a `desk` and a `marker`.
    """

    shop: OrderSource
    reader: BillitReader
    creator: DocumentCreator
    sender: DocumentSender | None
    state: StateStore
    rules: Rules
    settings: Settings
    report: RunReport
    backfill: bool = False
    asked_for: frozenset[int] = frozenset()  # with --order: tried again, and explained again
    asks_for_all: bool = False  # by `retry --all`: then nobody named any of them
    is_rehearsal: bool = False
    updater: DebtorUpdater | None = None  # only with --update-debtors
    verified: dict[int, datetime] = field(default_factory=dict)  # when a document was compared, by order
    just_sent: set[int] = field(default_factory=set)  # and those that were sent in it
    debtors_read: set[int] = field(
        default_factory=set
    )  # those read by themselves in this run, to send to them
    newly_unreadable: Counter[str] = field(
        default_factory=Counter
    )  # how many documents, payments or debtors could be read before, and not in this run
    unread_debtors: int = 0  # how many could not be read by themselves in this run
    directory: PeppolDirectory = field(default_factory=PeppolDirectory)
    progress: Progress = field(default_factory=NoProgress)
    stopping: Callable[[], bool] = lambda: False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    desk: PaymentSource | None = None
    marker: PaymentMarker | None = None

    @cached_property
    def deleted_documents(self) -> list[Document]:
        """What was deleted in Billit, asked for once a run, and only if it matters."""
        return self.reader.deleted_documents()

    @property
    def today(self) -> date:
        """The shop's calendar day."""
        return self.now().astimezone(self.rules.zone).date()

    def found(
        self,
        facts: OrderFacts,
        outcome: Outcome,
        reasons: tuple[Reason, ...] = (),
        billit_id: int | None = None,
        *,
        beside: bool = False,
    ) -> None:
        """Put a finding in the report, or `beside` an earlier one; documents of a dry run have no id."""
        if billit_id is None and isinstance(facts, OrderRecord):
            billit_id = facts.billit_id
        add = self.report.add_beside if beside else self.report.add
        add(
            Finding(
                facts.order_id,
                facts.kind,
                outcome,
                facts.number,
                facts.total,
                billit_id if billit_id and billit_id > 0 else None,
                reasons,
            )
        )

    def facts(self, mapping: Mapping) -> OrderFacts:
        """Give what the state keeps of an order, whatever became of it."""
        return OrderFacts(
            mapping.order_id,
            mapping.kind,
            mapping.number,
            mapping.invoice_day,
            mapping.total,
            self.backfill,
            mapping.accepted_difference if isinstance(mapping, Mapped) else ZERO,
        )

    def record(self, order_id: int) -> OrderRecord:
        """Give an order that is on record."""
        record = self.state.orders.get(order_id)
        if record is None:
            raise KeyError(order_id)
        return record

    def concerns(self, order_id: int) -> bool:
        """Tell whether this run is about an order: about all, or with --order about those."""
        return not self.asked_for or order_id in self.asked_for

    def settled_by_now(self, unknown_since: datetime) -> bool:
        """Tell whether a search that finds nothing is to be believed: the attempt is old enough."""
        return (self.now() - unknown_since).total_seconds() >= self.settings.settle_seconds

    def brake(self, planned: int) -> Brake | None:
        """Give the error that a run ends with which would make more new documents than it may, and makes none."""
        allowed = self.settings.max_new_per_run
        if planned <= allowed:
            return None
        return Brake(
            f"This run would make {planned} new documents, and {allowed} are allowed "
            "(max_new_per_run, --max-new). No new document was made.",
            f"If that is right, run it with --max-new {planned}; else check go_live and the dates.",
        )


_A_DAY = timedelta(days=1)
_MANY = 3


def is_outage(run: Run, what: Literal["unreadable_at", "unreadable_payments_at"]) -> bool:
    """Take note of one more, and tell whether the run is to end over it, since nothing more is to be begun.

    The first one ends a run.  In the day that follows, only several in one run do: a few odd ones must not end as
    many runs.
    """
    run.newly_unreadable[what] += 1
    ended = run.state.remembered(what)
    # Either way round: a run may have ended while the clock was ahead.
    if ended and abs(run.now() - datetime.fromisoformat(ended)) < _A_DAY:
        return run.newly_unreadable[what] >= _MANY
    run.state.remember(what, run.now().isoformat())
    return True


# Billit's times have no zone, the shop's filters none that is known, and both may lag; a day of overlap is cheap.
OVERLAP = timedelta(days=1)


def changed_since(
    run: Run, what: Literal["debtors_read", "deliveries_read", "payments_read"]
) -> datetime | None:
    """Give the time to ask from, None where it was never asked; our clock may have been ahead then."""
    read = run.state.remembered(what)
    return min(datetime.fromisoformat(read), run.now()) - OVERLAP if read else None
