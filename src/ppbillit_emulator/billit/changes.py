"""Changing documents: PATCH, DELETE, payments (billit.md §8.4, §8.5)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit.debtors import refuse_unpatchable, wrong_id
from ppbillit_emulator.billit.errors import generic_error, refusal
from ppbillit_emulator.billit.request_body import BAD_DATE, ORDER_PATCH, PAYMENT, PAYMENT_METHODS, bind
from ppbillit_emulator.billit.times import to_brussels

if TYPE_CHECKING:
    from ppbillit_emulator.billit.records import Document
    from ppbillit_emulator.billit.store import BillitOffice

_ZERO: Final = Decimal("0.00")
_HAS_TIME: Final = re.compile(r"T\d{2}:\d{2}")


def get_document(office: BillitOffice, order_id: int, company: int) -> Document:
    """Return a document of this company that is not deleted; raise the error of a wrong id (§8.2)."""
    document = office.documents.get(order_id)
    if document is None or document.company_id != company or document.deleted is not None:
        raise wrong_id(office.switches)
    return document


def patch_document(office: BillitOffice, document: Document, raw: dict[str, Any]) -> None:
    """Change the properties that PATCH can change."""
    refuse_unpatchable(raw, ORDER_PATCH, office.switches)
    sent = bind(raw, ORDER_PATCH, office.switches, nulls=True)
    _check_paid_date(office, raw, sent)
    if "PaymentMethod" in sent and office.switches.patch_payment_method == "reject":
        raise generic_error("Property PaymentMethod is not patchable.")
    if sent.get("PaymentMethod") is not None and sent["PaymentMethod"] not in PAYMENT_METHODS:
        raise generic_error("The payment method is invalid.")
    for name in ("Paid", "IsSent", "Invoiced"):
        if name in sent and sent[name] is None:
            raise generic_error(f"Error converting value of '{name}'.")
    if "Paid" in sent:
        _set_paid(office, document, sent)
    elif "PaidDate" in sent:
        document.paid_date = sent["PaidDate"]
    document.is_sent = sent.get("IsSent", document.is_sent)
    document.invoiced = sent.get("Invoiced", document.invoiced)
    for name in (
        "ApprovalStatus",
        "AccountCode",
        "InternalInfo",
        "AccountantVerificationNeeded",
        "PaymentMethod",
    ):
        if name in sent:
            document.fields[name] = sent[name]
    office.touch(document)
    office.revision += 1


def delete_document(office: BillitOffice, document: Document) -> None:
    """Mark a document as deleted; refuse one that was sent, by switch (§8.5)."""
    if document.is_sent and office.switches.delete_sent == "reject":
        raise refusal(office.switches.delete_sent_code)
    document.deleted = office.clock.now()
    office.touch(document)
    office.revision += 1


def pay(office: BillitOffice, document: Document, raw: dict[str, Any]) -> None:
    """Add a payment: it lowers the amount to pay, and at zero the document is paid."""
    sent = bind(raw, PAYMENT, office.switches)
    amount = sent.get("Amount", _ZERO)
    if amount <= 0 or sent.get("Date") == BAD_DATE:
        raise generic_error("The payment is not valid.")
    if amount > document.to_pay and office.switches.overpayment == "reject":
        raise generic_error("The payment is more than what is open.")
    now = to_brussels(office.clock.now())
    document.payments.append(sent)
    document.to_pay = max(document.to_pay - amount, _ZERO)
    if document.to_pay == 0 and not document.paid:
        document.paid = True
        given = sent.get("Date") if office.switches.payment_paid_date == "given" else None
        document.paid_date = given or now
    office.touch(document)
    office.revision += 1


def _check_paid_date(office: BillitOffice, raw: dict[str, Any], sent: dict[str, Any]) -> None:
    if sent.get("PaidDate") is None:
        return
    text = next(str(value) for name, value in raw.items() if name.lower() == "paiddate")
    if sent["PaidDate"] == BAD_DATE or (office.switches.paid_date_needs_time and not _HAS_TIME.search(text)):
        raise generic_error("Invalid date: PaidDate")


def _set_paid(office: BillitOffice, document: Document, sent: dict[str, Any]) -> None:
    document.paid = sent["Paid"]
    if document.paid:
        document.to_pay = _ZERO
        document.paid_date = sent.get("PaidDate") or document.paid_date or to_brussels(office.clock.now())
    else:
        paid = sum((each["Amount"] for each in document.payments), _ZERO)
        document.to_pay = max(document.totals.incl - paid, _ZERO)
        document.paid_date = None
