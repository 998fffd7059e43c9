"""From an order to a draft, or to the reasons why not: the way of one order through the mapping.

order -> is it to be invoiced at all? -> buyer -> amounts -> VAT, ledger -> lines -> draft
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from ppbillit.billit.models import DocumentDraft
from ppbillit.mapping.amounts import Part, Reading, read_amounts
from ppbillit.mapping.debtor import Buyer, read_buyer
from ppbillit.mapping.ledger import account_for
from ppbillit.mapping.lines import Form, TreatedPart, write_lines
from ppbillit.mapping.texts import language_of, word
from ppbillit.mapping.vat import Treatment, header_code, treat_all
from ppbillit.money import ZERO, cents
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from decimal import Decimal

    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.models import Order

Kind = Literal["invoice", "credit_note"]


@dataclass(frozen=True)
class Mapped:
    """An order that becomes a document: the draft, its debtor, and what Billit should make of it.

    `total` is what the customer paid (or gets back), gross euros, positive.
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
    return Parked(order.id, order.kind, day, total, attempt, number)


def _never_a_document(order: Order, rules: Rules) -> Reason | None:
    # A number ending in -T is a test's even where `mode` were to say otherwise (plugandpay sheet, trap 3).
    if order.mode != "live" or (order.invoice_number or "").upper().endswith("-T"):
        return reason("test_order")
    if order.deleted_at is not None:
        return reason("deleted_order")
    if order.amount_with_tax == ZERO and order.invoice_status == "final" and rules.zero_total == "skip":
        return reason("zero_total")
    return None


def _draft(
    order: Order, rules: Rules, original: Original | None, day: date | None
) -> Mapped | tuple[Reason, ...]:
    """Collect every reason there is before giving up, so that nobody mends them one run at a time."""
    buyer, amounts = read_buyer(order, rules), read_amounts(order)
    obstacles = [found for found in (buyer, amounts) if isinstance(found, Reason)]
    if day is None:
        obstacles.append(reason("date_missing"))
    if rules.number == "invoice_number" and order.invoice_number is None:
        obstacles.append(reason("number_missing"))
    if (order.amount_with_tax < 0) is not (order.kind == "credit_note") and order.amount_with_tax:
        obstacles.append(
            reason("signs_mixed", kind=order.kind.replace("_", " "), gross=cents(order.amount_with_tax))
        )
    if obstacles or isinstance(buyer, Reason) or isinstance(amounts, Reason) or day is None:
        return tuple(obstacles)

    parts = tuple(_mirrored(part) for part in amounts.parts) if order.kind == "credit_note" else amounts.parts
    lines = _treated(parts, buyer, rules)
    if isinstance(lines, tuple):
        return lines
    code = header_code([line.treatment for line in lines])
    if isinstance(code, Reason):
        return (code,)
    total = abs(cents(order.amount_with_tax))
    form = write_lines(lines, total, code, language_of(buyer.country))
    if isinstance(form, Reason):
        return (form,)
    return Mapped(
        order_id=order.id,
        kind=order.kind,
        invoice_day=day,
        total=total,
        draft=_document(order, rules, day, form, code, original, language_of(buyer.country)),
        buyer=buyer,
        reading=amounts.reading,
        form=form,
        notes=_notes(order, buyer, original),
    )


def _mirrored(part: Part) -> Part:
    """Turn a credit's negative amounts positive: credit notes carry positive ones (billit sheet §12)."""
    return replace(part, net=-part.net, gross=-part.gross)


def _treated(parts: tuple[Part, ...], buyer: Buyer, rules: Rules) -> list[TreatedPart] | tuple[Reason, ...]:
    """Give every part its treatment and account, or every reason against it."""
    treatments = treat_all(parts, buyer, rules.vat)
    accounts = [account_for(part, rules.ledger) for part in parts]
    if obstacles := [found for found in (*treatments, *accounts) if isinstance(found, Reason)]:
        return tuple(dict.fromkeys(obstacles))
    return [
        TreatedPart(part, treatment, account)
        for part, treatment, account in zip(parts, treatments, accounts, strict=True)
        if isinstance(treatment, Treatment) and not isinstance(account, Reason)  # said for the type checker
    ]


def _document(  # noqa: PLR0913, PLR0917  (each is a decision made above)
    order: Order,
    rules: Rules,
    day: date,
    form: Form,
    code: str | None,
    original: Original | None,
    language: Literal["NL", "FR", "DE", "EN"],
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
        ventilation_code=code,
        payment_method=_payment_method(order) if is_paid else None,
        paid=True if is_paid else None,
        paid_date=_paid_date(order, rules, day) if is_paid else None,
        comments=f"{word('order', language)} {order.id}",
        order_lines=form.lines,
    )


def _notes(order: Order, buyer: Buyer, original: Original | None) -> tuple[Reason, ...]:
    notes = []
    if buyer.vat_number_given and buyer.vat_number is None:
        notes.append(reason("vat_number_left_off"))
    if order.kind == "credit_note" and (original is None or original.number is None):
        notes.append(reason("original_unknown"))
    return tuple(notes)


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
