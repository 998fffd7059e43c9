"""From an order to a draft of its document, or to the reasons why there is none.

order -> is it invoiced at all? -> buyer -> amounts -> VAT and ledger account of each part -> lines -> draft
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from ppbillit.mapping.amounts import Amounts, Part, Reading, read_amounts
from ppbillit.mapping.buyer import Buyer, read_buyer
from ppbillit.mapping.document_texts import language_of
from ppbillit.mapping.header import invoice_day, number_of, write_document
from ppbillit.mapping.ledger import accounts_for
from ppbillit.mapping.line_forms import LineContext, LineForm, TreatedPart, all_forms
from ppbillit.mapping.lines import accepted_difference, write_lines
from ppbillit.mapping.shop_profile import contradiction
from ppbillit.mapping.vat import decide_all, header_code
from ppbillit.mapping.vat_facts import EU_COUNTRIES
from ppbillit.mapping.vat_table import Decision, Treatment
from ppbillit.money import ZERO, cents, euros_text
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from ppbillit.billit.models import DocumentDraft
    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.models import Order

Kind = Literal["invoice", "credit_note"]

# Errors that an order can cause which is stranger than anything foreseen.
ODD = (ArithmeticError, ValueError, TypeError, LookupError)


@dataclass(frozen=True)
class Findings:
    """What the mapping found, for `explain`: None or empty from where it stopped.

    The amounts of a credit's parts are positive, like those of its document. `decisions` and `accounts` have one
    entry for each part.
    """

    buyer: Buyer | None = None
    amounts: Amounts | None = None
    parts: tuple[Part, ...] = ()
    decisions: tuple[Decision, ...] = ()
    accounts: tuple[int | Reason | None, ...] = ()
    treated: tuple[TreatedPart, ...] = ()
    context: LineContext | None = None

    @property
    def forms(self) -> tuple[LineForm, ...]:
        """Every form the lines can take, with its predicted totals, the plainest first."""
        return tuple(all_forms(self.treated, self.context)) if self.context else ()


@dataclass(frozen=True)
class Mapped:
    """An order that becomes a document: its draft, its buyer, and the total Billit should compute.

    `total` is what the customer paid or gets back: gross euros, positive. Billit's total may differ from it by
    `accepted_difference` euros.
    """

    order_id: int
    kind: Kind
    invoice_day: date
    total: Decimal
    draft: DocumentDraft
    buyer: Buyer
    reading: Reading
    form: LineForm
    notes: tuple[Reason, ...] = ()
    accepted_difference: Decimal = ZERO
    findings: Findings = field(default=Findings(), compare=False)

    def digest(self) -> str:
        """Return a hash that changes if the document or its buyer does."""
        return sha256(f"{self.draft.digest()} {self.buyer.draft.digest()}".encode()).hexdigest()

    @property
    def number(self) -> str | None:
        """The number the document will have, None if Billit assigns it."""
        return self.draft.order_number


@dataclass(frozen=True)
class NotMapped:
    """An order that does not become a document now, with every reason found."""

    order_id: int
    kind: Kind
    invoice_day: date | None
    total: Decimal
    reasons: tuple[Reason, ...]
    number: str | None = None
    findings: Findings = field(default=Findings(), compare=False)


class Parked(NotMapped):
    """It should become a document, and cannot."""


class Waiting(NotMapped):
    """It is not final in the shop yet. It is read again by its id."""


class Ignored(NotMapped):
    """It never becomes a document, unless it changes."""


Mapping = Mapped | Parked | Waiting | Ignored


@dataclass(frozen=True)
class Original:
    """The order that a credit note credits, and the number of its invoice once that is in Billit."""

    order_id: int
    number: str | None


def map_or_park(order: Order, rules: Rules, original: Original | None = None) -> Mapping:
    """Return what becomes of an order. An order that causes an error is parked, so that the others go on."""
    try:
        return map_order(order, rules, original)
    except ODD as odd:
        return odder_than_foreseen(order, odd)


def odder_than_foreseen(order: Order, odd: Exception) -> Parked:
    """Return an order that caused an error in the mapping as parked."""
    trouble = reason("unreadable", problem=type(odd).__name__)
    return Parked(order.id, order.kind, None, ZERO, (trouble,), order.invoice_number)


def map_order(order: Order, rules: Rules, original: Original | None = None) -> Mapping:
    """Return what becomes of an order. `original` matters to credit notes only, and may be unknown."""
    day, number = invoice_day(order, rules), number_of(order, rules)
    total = abs(cents(order.amount_with_tax))
    if never := _never_a_document(order, rules):
        return Ignored(order.id, order.kind, day, total, (never,), number)
    if order.invoice_status != "final":
        return Waiting(order.id, order.kind, day, total, (reason("concept"),), number)
    drafted = _draft(order, rules, original, day, total)
    if isinstance(drafted, Mapped):
        return drafted
    return Parked(order.id, order.kind, day, total, drafted.reasons, number, drafted.findings)


def _never_a_document(order: Order, rules: Rules) -> Reason | None:
    # A number that ends in -T is that of a test, whatever `mode` says (plugandpay.md §13.3).
    if order.mode != "live" or (order.invoice_number or "").upper().endswith("-T"):
        return reason("test_order")
    if order.deleted_at is not None:
        return reason("deleted_order")
    if order.amount_with_tax == ZERO and order.invoice_status == "final" and rules.zero_total == "skip":
        return reason("zero_total")
    return None


@dataclass(frozen=True)
class _NoDraft:
    """Why there is no draft, and what was found before that."""

    reasons: tuple[Reason, ...]
    findings: Findings


def _draft(
    order: Order, rules: Rules, original: Original | None, day: date | None, total: Decimal
) -> Mapped | _NoDraft:
    """Return the draft, or all reasons against it at once: nobody should have to mend them one run at a time."""
    buyer, amounts = read_buyer(order, rules), read_amounts(order)
    obstacles = _obstacles(order, rules, day, buyer, amounts)
    found = Findings(
        None if isinstance(buyer, Reason) else buyer, None if isinstance(amounts, Reason) else amounts
    )
    if obstacles or isinstance(buyer, Reason) or isinstance(amounts, Reason) or day is None:
        return _NoDraft(obstacles, found)

    parts = tuple(_negated(part) for part in amounts.parts) if order.kind == "credit_note" else amounts.parts
    found = replace(
        found,
        parts=parts,
        decisions=tuple(decide_all(parts, buyer, rules.vat)),
        accounts=tuple(accounts_for(parts, rules.ledger)),
    )
    treated = _treated(found)
    if isinstance(treated, _NoDraft):
        return treated
    code = header_code([line.treatment for line in treated])
    if isinstance(code, Reason):
        return _NoDraft((code,), found)

    context = LineContext(code, language_of(buyer.country, order.billing.address.zipcode))
    found = replace(found, treated=treated, context=context)
    form = write_lines(treated, total, context, rules)
    if isinstance(form, Reason):
        return _NoDraft((form,), found)
    notes = (
        *_notes(order, buyer, original, treated),
        _cents_off(form, total),
        contradiction(order, amounts, rules.shop_profile) if rules.shop_profile else None,
    )
    return Mapped(
        order_id=order.id,
        kind=order.kind,
        invoice_day=day,
        total=total,
        draft=write_document(order, rules, day, form, context, original.number if original else None),
        buyer=buyer,
        reading=amounts.reading,
        form=form,
        notes=tuple(filter(None, notes)),
        accepted_difference=accepted_difference(form, rules),
        findings=found,
    )


def _obstacles(
    order: Order, rules: Rules, day: date | None, buyer: Buyer | Reason, amounts: Amounts | Reason
) -> tuple[Reason, ...]:
    obstacles = [found for found in (buyer, amounts) if isinstance(found, Reason)]
    if day is None:
        obstacles.append(reason("date_missing"))
    if rules.number == "invoice_number" and order.invoice_number is None:
        obstacles.append(reason("number_missing"))
    if (order.amount_with_tax < 0) is not (order.kind == "credit_note") and order.amount_with_tax:
        obstacles.append(
            reason("signs_mixed", kind=order.kind.replace("_", " "), gross=cents(order.amount_with_tax))
        )
    return tuple(obstacles)


def _negated(part: Part) -> Part:
    """Return a part of a credit with positive amounts, as credit notes have them (billit.md §12)."""
    return replace(part, net=-part.net, gross=-part.gross)


def _treated(found: Findings) -> tuple[TreatedPart, ...] | _NoDraft:
    """Return every part with its treatment and account, or every reason against one."""
    treatments = [decision.outcome for decision in found.decisions]
    if obstacles := [each for each in (*treatments, *found.accounts) if isinstance(each, Reason)]:
        return _NoDraft(tuple(dict.fromkeys(obstacles)), found)
    return tuple(
        TreatedPart(part, treatment, account)
        for part, treatment, account in zip(found.parts, treatments, found.accounts, strict=True)
        if isinstance(treatment, Treatment)
        and not isinstance(account, Reason)  # always; for the type checker
    )


def _notes(
    order: Order, buyer: Buyer, original: Original | None, treated: tuple[TreatedPart, ...]
) -> list[Reason]:
    notes = []
    abroad = next((line.treatment.country for line in treated if line.treatment.name == "oss"), None)
    if abroad and buyer.vat_number:
        notes.append(reason("oss_for_business", country=abroad))
    if buyer.vat_number_given and buyer.vat_number is None:
        may_be_checked = buyer.country is None or buyer.country in EU_COUNTRIES
        notes.append(reason("vat_number_left_off") if may_be_checked else reason("vat_number_not_checked"))
    if order.kind == "credit_note" and (original is None or original.number is None):
        notes.append(reason("original_unknown"))
    return notes


def _cents_off(form: LineForm, total: Decimal) -> Reason | None:
    """Return a note of the cents if the form hits the total with no rounding, and was accepted all the same."""
    made = dict.fromkeys(totals.gross for totals in form.predicted.values())
    if total in made:
        return None
    return reason(
        "cents_accepted",
        gross=euros_text(total),
        made=" or ".join(euros_text(gross) for gross in made),
        difference=" or ".join(f"{gross - total:+f}" for gross in made),
    )
