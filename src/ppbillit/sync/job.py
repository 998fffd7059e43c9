"""What one run works with: both services, the state, the rules, the report.  No step knows more than this."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from ppbillit.errors import Brake
from ppbillit.mapping.document import Mapped
from ppbillit.money import ZERO
from ppbillit.report import Finding, Outcome, RunReport
from ppbillit.state import OrderFacts, OrderRecord, StateStore
from ppbillit.sync.directory import Directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ppbillit.billit.gateway import (
        BillitReader,
        DebtorUpdater,
        DocumentCreator,
        DocumentSender,
        PaymentMarker,
    )
    from ppbillit.billit.models import Document
    from ppbillit.mapping.document import Mapping
    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.models import MarkOutcome, Order, Payment, Product, UnreadableOrder
    from ppbillit.reasons import Reason
    from ppbillit.state import BuyerKind, Channel


class OrderSource(Protocol):
    """Where orders come from; Plug&Pay's client is one."""

    def orders(self, since: date, until: date | None = None) -> list[Order | UnreadableOrder]:
        """Give the orders with an invoice date in these days, and some around them."""
        ...

    def order(self, order_id: int) -> Order | UnreadableOrder | None:
        """Give one order, None where there is none."""
        ...

    def products_of(self, ids: Sequence[int]) -> list[Product]:
        """Give the products with these ids, as far as there are any."""
        ...


class PaymentDesk(Protocol):
    """Where orders are paid; Plug&Pay's client is one."""

    def paid_since(self, moment: datetime) -> list[Order]:
        """Give the orders that were paid since an aware time, with their payment and little else."""
        ...

    def with_payment(self, statuses: Iterable[str], since: date) -> list[Order]:
        """Give the orders whose payment is at one of these, invoiced on a day or later."""
        ...

    def payment(self, order_id: int) -> Payment | None:
        """Give one order's payment, None where there is no such order (any more)."""
        ...

    def mark_paid(self, order_id: int) -> MarkOutcome:
        """Set an order to paid.  May raise KeysRefused and TryLater: then nothing was done."""
        ...


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
class Job:
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
    directory: Directory = field(default_factory=Directory)
    progress: Progress = field(default_factory=NoProgress)
    stopping: Callable[[], bool] = lambda: False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    desk: PaymentDesk | None = None
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


@dataclass(frozen=True)
class Till:
    """A run about payments: where they are read, and both places where they are written."""

    job: Job
    desk: PaymentDesk
    marker: PaymentMarker
    # The orders, one after another, that may not be set to paid; and those whose payment could not be read.
    forbidden: list[int] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, job: Job) -> Till:
        """Give the till of a run that has one; for any other it is a bug of ours to ask."""
        if job.desk is None or job.marker is None:
            raise ValueError(job.report.command)
        return cls(job, job.desk, job.marker)
