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
    order: Order, rules: Rules, day: date, form: LineForm, head: LineContext, credited: str | None
) -> DocumentDraft:
    """Give the whole draft; `credited` is the number of the invoice a credit note credits, where it is known."""
    is_credit = order.kind == "credit_note"
    is_paid = rules.tells_payment and not is_credit and _is_paid(order)
    return DocumentDraft(
        order_type="CreditNote" if is_credit else "Invoice",
        order_number=number_of(order, rules),
        order_date=day,
        # Compulsory for credit notes too (billit.md §3.1); what is paid or given back is due at once.
        expiry_date=day if is_paid or is_credit else day + timedelta(days=rules.payment_term_days),
        external_provider_id=rules.document_key(order.id),
        # Peppol wants a buyer or order reference (PEPPOL-EN16931-R003): the order number is one.
        reference=_buyers_reference(order, rules.buyer_reference_question) or str(order.id),
        about_invoice_number=credited if is_credit else None,
        payment_reference=_payment_reference(order, rules),
        ventilation_code=head.code,
        payment_method=payment_method(order.payment.method) if is_paid else None,
        paid=True if is_paid else None,
        paid_date=_paid_date(order, rules, day) if is_paid else None,
        comments=f"{word('order', head.language)} {order.id}",
        order_lines=form.lines,
    )


def _buyers_reference(order: Order, question: str) -> str | None:
    """Give what the buyer answered to that question; several answers are all said."""
    answers = [
        clean(field.input)
        for item in order.items
        for field in item.custom_fields
        if question and _same_question(field.label, question)
    ]
    return fitted(", ".join(dict.fromkeys(filter(None, answers)))) or None


def _same_question(asked: str | None, named: str) -> bool:
    """Labels often end in a colon or a star, which nobody copies into a config."""
    asked, named = (clean(label).casefold().rstrip(" :?*") for label in (asked, named))
    return asked == named


def _payment_reference(order: Order, rules: Rules) -> str | None:
    """Left out, Billit makes a structured one; a credit note is not paid (billit.md §3.1, §12)."""
    if rules.payment_reference == "billit" or order.kind == "credit_note":
        return None
    return number_of(order, rules) or str(order.id)


def invoice_day(order: Order, rules: Rules) -> date | None:
    """Give the day of the invoice, None where the order has none that can be read."""
    try:
        return order.invoice_day(rules.zone)
    except ValueError:
        return None


def number_of(order: Order, rules: Rules) -> str | None:
    """Give the number the document gets, None where Billit gives it or the shop has not."""
    match rules.number:
        case "invoice_number":
            return order.invoice_number
        case "order_number":
            return str(order.id)
        case "billit":
            return None


# Billit's payment methods (billit.md §3.1) for Plug&Pay's (plugandpay.md §8.1); others are online ones, also
# a direct debit: as Domiciliation it would need the mandate on the e-invoice (PEPPOL-EN16931-R061).
_PAYMENT_METHODS = {
    "bancontact": "Bancontact",
    "banktransfer": "Wired",
    "iban": "Wired",
    "giftcard": "Other",
}


def payment_method(method: str | None) -> str:
    """Give Billit's word for the way an order was paid."""
    return _PAYMENT_METHODS.get(method or "", "Online")


def paid_date(paid_at: datetime, rules: Rules) -> datetime:
    """Billit wants a time part and knows no zone (billit.md §8.2, §8.4): local time of the shop."""
    return paid_at.astimezone(rules.zone).replace(tzinfo=None, microsecond=0)


def _paid_date(order: Order, rules: Rules, day: date) -> datetime:
    if order.payment.paid_at is None:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001  (zone-less on purpose)
    return paid_date(order.payment.paid_at, rules)


def _is_paid(order: Order) -> bool:
    """An order that was paid and credited since was paid: its customer must not be asked for the money again."""
    payment = order.payment
    return payment.status == "paid" or (payment.status == "credited" and payment.paid_at is not None)
