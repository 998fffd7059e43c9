"""The header of a document: its number, dates and references, and how it was paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ppbillit.billit.models import DocumentDraft
from ppbillit.mapping.document_texts import clean, fitted, word

if TYPE_CHECKING:
    from ppbillit.mapping.line_forms import LineContext, LineForm
    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.models import Order


def write_document(
    order: Order, rules: Rules, day: date, form: LineForm, context: LineContext, credited: str | None
) -> DocumentDraft:
    """Return the whole draft. `credited`: the number of the invoice that a credit note credits, if known."""
    is_credit = order.kind == "credit_note"
    is_paid = rules.tells_payment and not is_credit and _is_paid(order)
    return DocumentDraft(
        order_type="CreditNote" if is_credit else "Invoice",
        order_number=number_of(order, rules),
        order_date=day,
        # Required for credit notes too (billit.md §3.1). What is paid or credited is due at once.
        expiry_date=day if is_paid or is_credit else day + timedelta(days=rules.payment_term_days),
        external_provider_id=rules.document_key(order.id),
        # Peppol requires a buyer or order reference (PEPPOL-EN16931-R003): the order number is one.
        reference=_buyers_reference(order, rules.buyer_reference_question) or str(order.id),
        about_invoice_number=credited if is_credit else None,
        payment_reference=_payment_reference(order, rules),
        ventilation_code=context.code,
        payment_method=payment_method(order.payment.method) if is_paid else None,
        paid=True if is_paid else None,
        paid_date=_paid_date(order, rules, day) if is_paid else None,
        comments=f"{word('order', context.language)} {order.id}",
        order_lines=form.lines,
    )


def _buyers_reference(order: Order, question: str) -> str | None:
    """Return what the buyer answered to that question, with commas between several answers."""
    answers = [
        clean(field.input)
        for item in order.items
        for field in item.custom_fields
        if question and _same_question(field.label, question)
    ]
    return fitted(", ".join(dict.fromkeys(filter(None, answers)))) or None


def _same_question(asked: str | None, named: str) -> bool:
    # Labels often end in a colon or a star, which nobody copies into a config.
    asked, named = (clean(label).casefold().rstrip(" :?*") for label in (asked, named))
    return asked == named


def _payment_reference(order: Order, rules: Rules) -> str | None:
    # If it is left out, Billit makes a structured one. Nobody pays a credit note (billit.md §3.1, §12).
    if rules.payment_reference == "billit" or order.kind == "credit_note":
        return None
    return number_of(order, rules) or str(order.id)


def invoice_day(order: Order, rules: Rules) -> date | None:
    """Return the day of the invoice, None if the order has none that can be read."""
    try:
        return order.invoice_day(rules.zone)
    except ValueError:
        return None


def number_of(order: Order, rules: Rules) -> str | None:
    """Return the number of the document, None if Billit assigns it or the shop has not yet."""
    match rules.number:
        case "invoice_number":
            return order.invoice_number
        case "order_number":
            return str(order.id)
        case "billit":
            return None


# Plug&Pay's payment methods (plugandpay.md §8.1) in Billit (billit.md §3.1). Any other is "Online", even a direct
# debit: as "Domiciliation" it would need the mandate on the e-invoice (PEPPOL-EN16931-R061).
_PAYMENT_METHODS = {
    "bancontact": "Bancontact",
    "banktransfer": "Wired",
    "iban": "Wired",
    "giftcard": "Other",
}


def payment_method(method: str | None) -> str:
    """Return Billit's name for a payment method of Plug&Pay."""
    return _PAYMENT_METHODS.get(method or "", "Online")


def paid_date(paid_at: datetime, rules: Rules) -> datetime:
    """Return the shop's local time: Billit requires a time and knows no zone (billit.md §8.2, §8.4)."""
    return paid_at.astimezone(rules.zone).replace(tzinfo=None, microsecond=0)


def _paid_date(order: Order, rules: Rules, day: date) -> datetime:
    if order.payment.paid_at is None:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001  (zone-less on purpose)
    return paid_date(order.payment.paid_at, rules)


def _is_paid(order: Order) -> bool:
    payment = order.payment
    # An order that was paid and then credited counts as paid: nobody may be asked for the money again.
    return payment.status == "paid" or (payment.status == "credited" and payment.paid_at is not None)
