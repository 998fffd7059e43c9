"""What is known of one order, as values: the findings of the mapping, the state, the debtor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from ppbillit.debtors import MatchedDebtor, NoDebtor, match_debtor, refresh_debtors
from ppbillit.errors import WrongRequest
from ppbillit.invoicing.credit_notes import Planned, known_original, possible_originals, waits_for_original
from ppbillit.invoicing.select import completed, products_missing_in, sync_window
from ppbillit.mapping.amounts import Tried, tried_readings
from ppbillit.mapping.mapper import (
    ODD,
    Findings,
    Ignored,
    Mapped,
    Original,
    Parked,
    Waiting,
    map_order,
    odder_than_foreseen,
)
from ppbillit.plugandpay.models import Order, UnreadableOrder
from ppbillit.reasons import Language, Reason, reason
from ppbillit.state import HAS_DOCUMENT, OrderRecord, Stage

if TYPE_CHECKING:
    from ppbillit.mapping.buyer import Buyer
    from ppbillit.mapping.mapper import Mapping
    from ppbillit.mapping.rules import Rules
    from ppbillit.run import Run, Settings

Verdict = Literal["document", "parked", "waiting", "ignored", "unreadable"]


@dataclass(frozen=True)
class ExplainedDebtor:
    """The debtor of the document: an existing one, with what it was recognised by, or a new one.

    There is none where the default debtor is missing in Billit.
    """

    party_id: int | None
    by: str
    notes: tuple[Reason, ...] = ()
    is_missing: bool = False
    is_default: bool = False


@dataclass(frozen=True)
class Explanation:
    """Everything known of one order; `order` is None where it cannot be read."""

    order_id: int
    order: Order | None
    verdict: Verdict
    reasons: tuple[Reason, ...]
    record: OrderRecord | None
    rules: Rules
    settings: Settings
    mapping: Mapping | None = None
    tried: tuple[Tried, ...] = ()
    original: Original | None = None
    debtor: ExplainedDebtor | None = None
    language: Language = "en"

    @property
    def findings(self) -> Findings:
        """What the mapping found until it had a draft or stopped."""
        return self.mapping.findings if isinstance(self.mapping, Mapped | Parked) else Findings()

    @property
    def notes(self) -> tuple[Reason, ...]:
        """The remarks on a document that is made all the same."""
        of_mapping = self.mapping.notes if isinstance(self.mapping, Mapped) else ()
        return of_mapping + (self.debtor.notes if self.debtor else ())

    @property
    def buyer(self) -> Buyer | None:
        """The buyer, if the mapping came so far."""
        return self.findings.buyer

    @property
    def is_in_billit(self) -> bool:
        """Check whether the document was made already, which is then not made again."""
        return self.record is not None and self.record.stage in HAS_DOCUMENT

    @property
    def is_backfill(self) -> bool:
        """Check whether the document is from before the go-live date: only exported, and never sent."""
        day = self.mapping.invoice_day if self.mapping else None
        return day is not None and day < self.settings.go_live


def explain_order(run: Run, order_id: int) -> Explanation:
    """Read the order and everything that decides about it; raise WrongRequest where the shop does not have it."""
    order = run.shop.order(order_id)
    if order is None:
        raise WrongRequest(
            f"Plug&Pay has no order {order_id}.",
            "Give the number of the order in Plug&Pay, which is not the number of its invoice.",
        )
    record = run.state.orders.get(order_id)
    if isinstance(order, UnreadableOrder):
        unreadable = reason("unreadable", problem=order.problem)
        return Explanation(
            order_id=order_id,
            order=None,
            verdict="unreadable",
            reasons=(unreadable,),
            record=record,
            rules=run.rules,
            settings=run.settings,
            language=run.report.language,
        )
    order = completed(order, products_missing_in(run, [order]))
    originals = _originals(run, order)
    plan = _to_come(run, originals)
    original = known_original(run, originals, plan)
    mapping, tried = _mapped(order, run.rules, original)
    reasons = () if isinstance(mapping, Mapped) else mapping.reasons
    if isinstance(mapping, Mapped) and (waits := waits_for_original(run, order.id, originals, plan)):
        reasons = (waits,)
    buyer = mapping.findings.buyer if isinstance(mapping, Mapped | Parked) else None
    return Explanation(
        order_id=order_id,
        order=order,
        verdict=_verdict(mapping, reasons),
        reasons=reasons,
        record=record,
        rules=run.rules,
        settings=run.settings,
        mapping=mapping,
        tried=tried,
        original=original,
        debtor=_debtor(run, buyer) if buyer else None,
        language=run.report.language,
    )


def _verdict(mapping: Mapping, reasons: tuple[Reason, ...]) -> Verdict:
    match mapping:
        case Mapped():
            return "parked" if reasons else "document"
        case Parked():
            return "parked"
        case Waiting():
            return "waiting"
        case Ignored():
            return "ignored"


def _mapped(order: Order, rules: Rules, original: Original | None) -> tuple[Mapping, tuple[Tried, ...]]:
    """Map the order as a run would, which parks an order that the mapping did not foresee."""
    try:
        return map_order(order, rules, original), tried_readings(order)
    except ODD as odd:
        return odder_than_foreseen(order, odd), ()


def _originals(run: Run, order: Order) -> tuple[int, ...]:
    """Return the orders that a credit may credit: those it names, else those a run would read with it."""
    if order.kind != "credit_note" or order.related_orders:
        return possible_originals(order, ())
    since = sync_window(run).since
    try:
        day = order.invoice_day(run.rules.zone)
    except ValueError:
        day = None
    if day and day < since:
        since = day - timedelta(days=run.settings.deep_overlap_days)
    return possible_originals(order, run.shop.orders(since))


def _to_come(run: Run, originals: tuple[int, ...]) -> dict[int, Planned]:
    """Return the credited invoices that a run would make before it makes the credit note."""
    plan = {}
    for order_id in originals:
        record = run.state.orders.get(order_id)
        if record and record.stage in HAS_DOCUMENT | {Stage.CREATING, Stage.SKIPPED}:
            continue
        original = run.shop.order(order_id)
        if not isinstance(original, Order) or original.kind != "invoice":
            continue
        mapping, _ = _mapped(original, run.rules, None)
        if isinstance(mapping, Mapped) and _would_be_made(run, mapping, record):
            plan[order_id] = Planned(original, mapping)
    return plan


def _would_be_made(run: Run, mapped: Mapped, record: OrderRecord | None) -> bool:
    """Check whether a sync would make it; what Billit refused is not made again unchanged."""
    was_refused = record is not None and record.digest == mapped.digest()
    return mapped.invoice_day >= run.settings.go_live and not was_refused


# --- the debtor ---------------------------------------------------------------------------------


def _debtor(run: Run, buyer: Buyer) -> ExplainedDebtor:
    """Match the buyer with Billit's debtors, as a run would; the mirror is refreshed in memory only."""
    refresh_debtors(run)
    match match_debtor(run, buyer):
        case None:
            return ExplainedDebtor(None, "")
        case NoDebtor(reason=why):
            return ExplainedDebtor(None, "", (why,), is_missing=True)
        case MatchedDebtor() as found:
            return ExplainedDebtor(found.party_id, _by(found), found.notes, is_default=not found.is_the_buyer)


def _by(found: MatchedDebtor) -> str:
    """Return by what the debtor was recognised."""
    if not found.is_the_buyer:
        return f"default_debtor in [customers], number {found.value}"
    return f"our own key {found.value}" if found.by == "key" else f"the {found.by} {found.value}"
