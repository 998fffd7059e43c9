"""What `explain` shows of an order, gathered as values: the mapping's findings, the state, the debtor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from ppbillit.debtors import MatchedDebtor, NoDebtor, match_debtor, refresh_debtors
from ppbillit.errors import WrongRequest
from ppbillit.invoicing.credit_notes import Planned, known_original, possible_originals, waits_for_original
from ppbillit.invoicing.select import completed, products_missing_in, sync_window
from ppbillit.mapping.amounts import Tried, tried_readings
from ppbillit.mapping.billit_totals import Rounding
from ppbillit.mapping.ledger import account_for
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
from ppbillit.reasons import Language, Reason, reason, translate
from ppbillit.state import HAS_DOCUMENT, IN_BILLIT, OrderRecord, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.buyer import Buyer
    from ppbillit.mapping.line_forms import LineForm
    from ppbillit.mapping.mapper import Mapping
    from ppbillit.mapping.rules import Rules
    from ppbillit.run import Run, Settings

Verdict = Literal["document", "parked", "waiting", "ignored", "unreadable"]


@dataclass(frozen=True)
class Recognised:
    """The debtor the document is for: an existing one and by what it was recognised, or a new one.

    Or none, where the default debtor is missing in Billit.
    """

    party_id: int | None
    by: str
    notes: tuple[Reason, ...] = ()
    is_missing: bool = False
    is_default: bool = False


@dataclass(frozen=True)
class Explanation:
    """Everything there is to say about one order; `order` is None where it cannot be read."""

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
    debtor: Recognised | None = None
    language: Language = "en"

    def told(self, reasons: Iterable[Reason]) -> tuple[Reason, ...]:
        """Give reasons in the language of who asked."""
        return translate(reasons, self.language)

    @property
    def findings(self) -> Findings:
        """What the mapping found on its way, as far as it came."""
        return self.mapping.findings if isinstance(self.mapping, Mapped | Parked) else Findings()

    @property
    def notes(self) -> tuple[Reason, ...]:
        """What is to be said of a document that is made all the same."""
        of_mapping = self.mapping.notes if isinstance(self.mapping, Mapped) else ()
        return of_mapping + (self.debtor.notes if self.debtor else ())

    @property
    def buyer(self) -> Buyer | None:
        """Who bought, where that was read."""
        return self.findings.buyer

    @property
    def is_in_billit(self) -> bool:
        """Tell whether the document is made already, or was, and is not made again."""
        return self.record is not None and self.record.stage in HAS_DOCUMENT

    @property
    def is_backfill(self) -> bool:
        """Tell whether it is of before the go-live date: the business of an export, and never sent."""
        day = self.mapping.invoice_day if self.mapping else None
        return day is not None and day < self.settings.go_live


def explain_order(run: Run, order_id: int) -> Explanation:
    """Read the order and all that decides about it; raises WrongRequest where the shop has none of that number."""
    order = run.shop.order(order_id)
    if order is None:
        raise WrongRequest(
            f"Plug&Pay has no order {order_id}.",
            "Give the number of the order in Plug&Pay, which is not the number of its invoice.",
        )
    record = run.state.orders.get(order_id)
    if isinstance(order, UnreadableOrder):
        trouble = reason("unreadable", problem=order.problem)
        return Explanation(
            order_id=order_id,
            order=None,
            verdict="unreadable",
            reasons=(trouble,),
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
    """Map it as a run would; one that is odder than anything foreseen is parked there, and here."""
    try:
        return map_order(order, rules, original), tried_readings(order)
    except ODD as odd:
        return odder_than_foreseen(order, odd), ()


def _originals(run: Run, order: Order) -> tuple[int, ...]:
    """Give what a credit may credit; where it does not say, among the orders that a run would read with it."""
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
    """Give those of the invoices that the run which makes the credit note would make before it."""
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
    """By a sync, that is; what Billit refused is not made again as it is."""
    was_refused = record is not None and record.digest == mapped.digest()
    return mapped.invoice_day >= run.settings.go_live and not was_refused


# --- the debtor ---------------------------------------------------------------------------------


def _debtor(run: Run, buyer: Buyer) -> Recognised:
    """Recognise the buyer among Billit's debtors, as a run would; the mirror is brought up to date in memory."""
    refresh_debtors(run)
    match match_debtor(run, buyer):
        case None:
            return Recognised(None, "")
        case NoDebtor(reason=why):
            return Recognised(None, "", (why,), is_missing=True)
        case MatchedDebtor() as found:
            return Recognised(found.party_id, _by(found), found.notes, is_default=not found.is_the_buyer)


def _by(found: MatchedDebtor) -> str:
    """Say by what it was recognised."""
    if not found.is_the_buyer:
        return f"default_debtor in [customers], number {found.value}"
    return f"our own key {found.value}" if found.by == "key" else f"the {found.by} {found.value}"


# --- reasons for what was decided ---------------------------------------------------------------


def why_kind(order: Order) -> str:
    """Say why it is an invoice or a credit note."""
    if order.payment.status == "credit_invoice":
        return "its payment status is credit_invoice"
    if order.amount_with_tax < 0:
        return "its total is negative"
    return "its total is not negative, and its payment status is not credit_invoice"


def why_day(order: Order, rules: Rules) -> str:
    """Say where the invoice's day comes from."""
    if order.invoice_date and len(order.invoice_date) == len("2026-10-05"):
        return "the order's invoice_date"
    zone = rules.zone.key
    if order.invoice_date:
        return f"the day of the order's invoice_date {order.invoice_date} in {zone}"
    return f"the order has no invoice_date; it was placed on that day in {zone}"


def why_number(rules: Rules) -> str:
    """Say where the document's number comes from."""
    source = {
        "invoice_number": "the order's invoice number",
        "order_number": "the order's own number",
        "billit": "Billit gives it one",
    }[rules.number]
    return f'{source} ([invoice] number = "{rules.number}")'


def why_account(part: Part, account: int | Reason | None, explained: Explanation) -> str:
    """Say where the ledger account of a line comes from."""
    rules = explained.rules
    if isinstance(account, Reason):
        [told] = explained.told([account])
        return told.message
    if account != account_for(part, rules.ledger):
        return "as of the lines it is taken off"
    if account is None:
        return "neither the product nor [ledger] names one: Billit books it as it is set up there"
    if part.product_id is not None and part.product_id in rules.ledger.products:
        return f"[ledger.products] names it for product {part.product_id}"
    if rules.ledger.from_product and part.product and part.product.ledger:
        return f"the ledger code of product {part.product.id} in Plug&Pay"
    return "default in [ledger]"


def why_form(form: LineForm, total: Decimal) -> str:
    """Say why the lines are written this way."""
    if form.name == "net lines and a rounding line":
        return (
            "no form is sure to give the total, whichever way Billit rounds, "
            'and on_cent_difference = "rounding_line"'
        )
    right = [rounding for rounding in Rounding if form.hits(total, rounding)]
    if len(right) == len(Rounding):
        return "the plainest form that gives the total, whichever way Billit rounds"
    if right:
        how = {
            Rounding.KEPT: "keeps amounts with VAT as they are",
            Rounding.RECOMPUTED: "works out the VAT again from amounts without",
        }[right[0]]
        return f"no form is sure to give the total; this is the plainest that does if Billit {how}"
    return 'no form gives the total; this one comes closest, and on_cent_difference = "accept"'


def is_made_as_now(explanation: Explanation) -> bool | None:
    """Tell whether the document in Billit is what would be made now; None where that is not on record."""
    record, mapping = explanation.record, explanation.mapping
    if record is None or record.stage not in IN_BILLIT or record.digest is None:
        return None
    return isinstance(mapping, Mapped) and record.digest == mapping.digest()
