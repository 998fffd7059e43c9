"""From an order to a draft, or to the reasons why not: the way of one order through the mapping.

order -> is it to be invoiced at all? -> buyer -> amounts -> VAT, ledger -> lines -> draft
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from ppbillit.billit.models import DocumentDraft
from ppbillit.mapping.amounts import Amounts, Part, Reading, read_amounts
from ppbillit.mapping.debtor import Buyer, read_buyer
from ppbillit.mapping.ledger import accounts_for
from ppbillit.mapping.lines import Form, Letterhead, TreatedPart, accepted_difference, write_lines
from ppbillit.mapping.texts import language_of, word
from ppbillit.mapping.vat import Decision, Treatment, decide_all, header_code
from ppbillit.money import ZERO, cents, plain
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from decimal import Decimal

    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.models import Order

Kind = Literal["invoice", "credit_note"]


@dataclass(frozen=True)
class Findings:
    """How far the mapping came and what it found there, to be explained: None or empty where it did not come.

    A credit's parts are positive, like its document.  `decisions` has one for each of the parts.
    """

    buyer: Buyer | None = None
    amounts: Amounts | None = None
    parts: tuple[Part, ...] = ()
    decisions: tuple[Decision, ...] = ()
    accounts: tuple[int | Reason | None, ...] = ()


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
    form: Form
    notes: tuple[Reason, ...] = ()
    accepted_difference: Decimal = ZERO
    findings: Findings = field(default=Findings(), compare=False)

    @property
    def number(self) -> str | None:
        """The number the document will have, None where Billit gives it one."""
        return self.draft.order_number


@dataclass(frozen=True)
class Parked:
    """An order that should become a document and cannot, with every reason found."""

    order_id: int
    kind: Kind
    invoice_day: date | None
    total: Decimal
    reasons: tuple[Reason, ...]
    number: str | None = None
    findings: Findings = field(default=Findings(), compare=False)


@dataclass(frozen=True)
class Waiting:
    """An order that is not finished in the shop; it is read again by its id."""

    order_id: int
    kind: Kind
    invoice_day: date | None
    total: Decimal
    reasons: tuple[Reason, ...]
    number: str | None = None


@dataclass(frozen=True)
class Ignored:
    """An order that never becomes a document."""

    order_id: int
    kind: Kind
    invoice_day: date | None
    total: Decimal
    reasons: tuple[Reason, ...]
    number: str | None = None


Mapping = Mapped | Parked | Waiting | Ignored


@dataclass(frozen=True)
class Original:
    """What is known of the invoice a credit note credits: its number, once it is in Billit."""

    order_id: int
    number: str | None


def map_order(order: Order, rules: Rules, original: Original | None = None) -> Mapping:
    """Give what becomes of an order.  `original` matters to credit notes only, and may be unknown."""
    day = _invoice_day(order, rules)
    number = _number(order, rules)
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
    # A number ending in -T is a test's even where `mode` were to say otherwise (plugandpay sheet, trap 3).
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
    head = Letterhead(code, language_of(buyer.country))
    form = write_lines(lines, total, head, rules)
    if isinstance(form, Reason):
        return _Stuck((form,), found)
    return Mapped(
        order_id=order.id,
        kind=order.kind,
        invoice_day=day,
        total=total,
        draft=_document(order, rules, day, form, head, original),
        buyer=buyer,
        reading=amounts.reading,
        form=form,
        notes=(*_notes(order, buyer, original, lines), *_cents_off(form, total)),
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
    """Turn a credit's negative amounts positive: credit notes carry positive ones (billit sheet §12)."""
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


def _document(
    order: Order, rules: Rules, day: date, form: Form, head: Letterhead, original: Original | None
) -> DocumentDraft:
    is_credit = order.kind == "credit_note"
    is_paid = not is_credit and order.payment.status == "paid"
    return DocumentDraft(
        order_type="CreditNote" if is_credit else "Invoice",
        order_number=_number(order, rules),
        order_date=day,
        # Compulsory for credit notes too (billit sheet §3.1); what is paid or given back is due at once.
        expiry_date=day if is_paid or is_credit else day + timedelta(days=rules.payment_term_days),
        external_provider_id=rules.document_key(order.id),
        # Peppol wants a buyer or order reference (PEPPOL-EN16931-R003): the order number is one.
        reference=str(order.id),
        about_invoice_number=original.number if is_credit and original else None,
        ventilation_code=head.code,
        payment_method=_payment_method(order) if is_paid else None,
        paid=True if is_paid else None,
        paid_date=_paid_date(order, rules, day) if is_paid else None,
        comments=f"{word('order', head.language)} {order.id}",
        order_lines=form.lines,
    )


def _notes(
    order: Order, buyer: Buyer, original: Original | None, lines: list[TreatedPart]
) -> tuple[Reason, ...]:
    notes = []
    abroad = next((line.treatment.country for line in lines if line.treatment.name == "oss"), None)
    if abroad and buyer.vat_number:
        notes.append(reason("oss_for_business", country=abroad))
    if buyer.vat_number_given and buyer.vat_number is None:
        notes.append(reason("vat_number_left_off"))
    if order.kind == "credit_note" and (original is None or original.number is None):
        notes.append(reason("original_unknown"))
    return tuple(notes)


def _cents_off(form: Form, total: Decimal) -> tuple[Reason, ...]:
    """Name the cents of a form that is not right under any rounding, and was accepted all the same."""
    made = dict.fromkeys(totals.gross for totals in form.predicted.values())
    if total in made:
        return ()
    return (
        reason(
            "cents_accepted",
            gross=plain(total),
            made=" or ".join(plain(gross) for gross in made),
            difference=" or ".join(f"{gross - total:+f}" for gross in made),
        ),
    )


def _invoice_day(order: Order, rules: Rules) -> date | None:
    try:
        return order.invoice_day(rules.zone)
    except ValueError:
        return None


def _number(order: Order, rules: Rules) -> str | None:
    match rules.number:
        case "invoice_number":
            return order.invoice_number
        case "order_number":
            return str(order.id)
        case "billit":
            return None


# Billit's payment methods (billit sheet §3.1) for Plug&Pay's (plugandpay sheet §8.1); others are online ones, also
# a direct debit: as Domiciliation it would need the mandate on the e-invoice (PEPPOL-EN16931-R061).
_PAYMENT_METHODS = {
    "bancontact": "Bancontact",
    "banktransfer": "Wired",
    "iban": "Wired",
    "giftcard": "Other",
}


def _payment_method(order: Order) -> str:
    return _PAYMENT_METHODS.get(order.payment.method or "", "Online")


def _paid_date(order: Order, rules: Rules, day: date) -> datetime:
    """Billit wants a time part and knows no zone (billit sheet §8.4): local time of the shop."""
    if order.payment.paid_at is None:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001  (zone-less on purpose)
    return order.payment.paid_at.astimezone(rules.zone).replace(tzinfo=None, microsecond=0)
