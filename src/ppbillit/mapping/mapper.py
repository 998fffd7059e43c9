"""From an order to a draft, or to the reasons why not: the way of one order through the mapping.

order -> is it to be invoiced at all? -> buyer -> amounts -> VAT, ledger -> lines -> draft
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
from ppbillit.mapping.line_forms import LineContext, LineForm, TreatedPart, forms_of
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


@dataclass(frozen=True)
class Findings:
    """How far the mapping came and what it found there, to be explained: None or empty where it did not come.

    A credit's parts are positive, like its document.  `decisions` and `accounts` have one for each of the parts.
    """

    buyer: Buyer | None = None
    amounts: Amounts | None = None
    parts: tuple[Part, ...] = ()
    decisions: tuple[Decision, ...] = ()
    accounts: tuple[int | Reason | None, ...] = ()
    treated: tuple[TreatedPart, ...] = ()
    head: LineContext | None = None

    @property
    def forms(self) -> tuple[LineForm, ...]:
        """Every form the lines could take, with its predictions, the plainest first."""
        return tuple(forms_of(self.treated, self.head)) if self.head else ()


@dataclass(frozen=True)
class Mapped:
    """An order that becomes a document: the draft, its debtor, and what Billit should make of it.

    `total` is what the customer paid (or gets back), gross euros, positive; Billit's may be `accepted_difference`
    euros off.
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
        """Tell two forms of the same order apart: the document, and whom it is for."""
        return sha256(f"{self.draft.digest()} {self.buyer.draft.digest()}".encode()).hexdigest()

    @property
    def number(self) -> str | None:
        """The number the document will have, None where Billit gives it one."""
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
    """It should become one, and cannot."""


class Waiting(NotMapped):
    """It is not finished in the shop; it is read again by its id."""


class Ignored(NotMapped):
    """It never becomes one, as things are."""


Mapping = Mapped | Parked | Waiting | Ignored


@dataclass(frozen=True)
class Original:
    """What is known of the invoice a credit note credits: its number, once it is in Billit."""

    order_id: int
    number: str | None


def map_order(order: Order, rules: Rules, original: Original | None = None) -> Mapping:
    """Give what becomes of an order.  `original` matters to credit notes only, and may be unknown."""
    day = invoice_day(order, rules)
    number = number_of(order, rules)
    total = abs(cents(order.amount_with_tax))
    if not_for_billit := _never_a_document(order, rules):
        return Ignored(order.id, order.kind, day, total, (not_for_billit,), number)
    if order.invoice_status != "final":
        return Waiting(order.id, order.kind, day, total, (reason("concept"),), number)
    attempt = _draft(order, rules, original, day)
    if isinstance(attempt, Mapped):
        return attempt
    return Parked(order.id, order.kind, day, total, attempt.reasons, number, attempt.findings)


@dataclass(frozen=True)
class _Stuck:
    """Where the way to a draft ended, and why."""

    reasons: tuple[Reason, ...]
    findings: Findings


def _never_a_document(order: Order, rules: Rules) -> Reason | None:
    # A number ending in -T is a test's even where `mode` were to say otherwise (plugandpay.md §13.3).
    if order.mode != "live" or (order.invoice_number or "").upper().endswith("-T"):
        return reason("test_order")
    if order.deleted_at is not None:
        return reason("deleted_order")
    if order.amount_with_tax == ZERO and order.invoice_status == "final" and rules.zero_total == "skip":
        return reason("zero_total")
    return None


def _draft(order: Order, rules: Rules, original: Original | None, day: date | None) -> Mapped | _Stuck:
    """Collect every reason there is before giving up, so that nobody mends them one run at a time."""
    buyer, amounts = read_buyer(order, rules), read_amounts(order)
    obstacles = _obstacles(order, rules, day, buyer, amounts)
    found = Findings(
        None if isinstance(buyer, Reason) else buyer, None if isinstance(amounts, Reason) else amounts
    )
    if obstacles or isinstance(buyer, Reason) or isinstance(amounts, Reason) or day is None:
        return _Stuck(obstacles, found)

    parts = tuple(_mirrored(part) for part in amounts.parts) if order.kind == "credit_note" else amounts.parts
    found = replace(
        found,
        parts=parts,
        decisions=tuple(decide_all(parts, buyer, rules.vat)),
        accounts=tuple(accounts_for(parts, rules.ledger)),
    )
    lines = _treated(found)
    if isinstance(lines, tuple):
        return _Stuck(lines, found)
    code = header_code([line.treatment for line in lines])
    if isinstance(code, Reason):
        return _Stuck((code,), found)
    total = abs(cents(order.amount_with_tax))
    head = LineContext(code, language_of(buyer.country, order.billing.address.zipcode))
    found = replace(found, treated=tuple(lines), head=head)
    form = write_lines(lines, total, head, rules)
    if isinstance(form, Reason):
        return _Stuck((form,), found)
    return Mapped(
        order_id=order.id,
        kind=order.kind,
        invoice_day=day,
        total=total,
        draft=write_document(order, rules, day, form, head, original.number if original else None),
        buyer=buyer,
        reading=amounts.reading,
        form=form,
        notes=(
            *_notes(order, buyer, original, lines),
            *_cents_off(form, total),
            *_unlike_others(order, amounts, rules),
        ),
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


def _mirrored(part: Part) -> Part:
    """Turn a credit's negative amounts positive: credit notes carry positive ones (billit.md §12)."""
    return replace(part, net=-part.net, gross=-part.gross)


def _treated(found: Findings) -> list[TreatedPart] | tuple[Reason, ...]:
    """Give every part its treatment and account, or every reason against it."""
    treatments = [decision.outcome for decision in found.decisions]
    if obstacles := [each for each in (*treatments, *found.accounts) if isinstance(each, Reason)]:
        return tuple(dict.fromkeys(obstacles))
    return [
        TreatedPart(part, treatment, account)
        for part, treatment, account in zip(found.parts, treatments, found.accounts, strict=True)
        if isinstance(treatment, Treatment) and not isinstance(account, Reason)  # said for the type checker
    ]


def _notes(
    order: Order, buyer: Buyer, original: Original | None, lines: list[TreatedPart]
) -> tuple[Reason, ...]:
    notes = []
    abroad = next((line.treatment.country for line in lines if line.treatment.name == "oss"), None)
    if abroad and buyer.vat_number:
        notes.append(reason("oss_for_business", country=abroad))
    if buyer.vat_number_given and buyer.vat_number is None:
        may_be_checked = buyer.country is None or buyer.country in EU_COUNTRIES
        notes.append(reason("vat_number_left_off") if may_be_checked else reason("vat_number_not_checked"))
    if order.kind == "credit_note" and (original is None or original.number is None):
        notes.append(reason("original_unknown"))
    return tuple(notes)


def _unlike_others(order: Order, amounts: Amounts, rules: Rules) -> tuple[Reason, ...]:
    """Warn of an order that contradicts what a probe settled about its shop."""
    unlike = contradiction(order, amounts, rules.settled) if rules.settled else None
    return (unlike,) if unlike else ()


def _cents_off(form: LineForm, total: Decimal) -> tuple[Reason, ...]:
    """Name the cents of a form that is not right under any rounding, and was accepted all the same."""
    made = dict.fromkeys(totals.gross for totals in form.predicted.values())
    if total in made:
        return ()
    return (
        reason(
            "cents_accepted",
            gross=euros_text(total),
            made=" or ".join(euros_text(gross) for gross in made),
            difference=" or ".join(f"{gross - total:+f}" for gross in made),
        ),
    )


def map_or_park(order: Order, rules: Rules, original: Original | None = None) -> Mapping:
    """Map one order; one that is odder than anything foreseen must not stop the shop."""
    try:
        return map_order(order, rules, original)
    except ODD as odd:
        return odder_than_foreseen(order, odd)


def odder_than_foreseen(order: Order, odd: Exception) -> Parked:
    """Park an order that the mapping stumbled over."""
    trouble = reason("unreadable", problem=type(odd).__name__)
    return Parked(order.id, order.kind, None, ZERO, (trouble,), order.invoice_number)


# What the mapping may stumble over in an order that is odder than anything foreseen.
ODD = (ArithmeticError, ValueError, TypeError, LookupError)
