"""Creating documents: POST /v1/orders (billit.md §3, §5, §9.2, §12)."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit.arithmetic import Totals, compute_totals
from ppbillit_emulator.billit.changes import get_document
from ppbillit_emulator.billit.debtors import get_party, resolve_customer
from ppbillit_emulator.billit.errors import BillitError, Error, generic_error, refusal
from ppbillit_emulator.billit.records import Document
from ppbillit_emulator.billit.times import to_brussels
from ppbillit_emulator.billit.validation import Draft, posted_line, read_draft

if TYPE_CHECKING:
    from ppbillit_emulator.billit.store import BillitOffice, Company

_NUMBER_TAKEN: Final = "The order number already exists."


def post_document(office: BillitOffice, raw: dict[str, Any], company: Company, body: bytes = b"") -> int:
    """Create a document (or, by switch, replace one that was not sent) and return its OrderID."""
    switches = office.switches
    draft = read_draft(raw, office, company.country)
    replaced = _document_to_replace(office, draft, company)
    totals, errors = _compute(office, draft, company)
    errors += _number_errors(office, draft.header, company, replaced)
    errors += _about_errors(office, draft.header, company)
    if draft.customer is not None and "PartyID" in draft.customer:
        get_party(office, draft.customer["PartyID"], company.party_id)
    if errors:
        raise BillitError(400, *errors)
    if "OrderNumber" not in draft.header and switches.omitted_order_number == "sequence":
        draft.header["OrderNumber"] = _next_free_number(office, draft.header, company)
    document = _store(office, draft, totals, company, replaced)
    _attach(office, document, draft, body)
    _mark_credited(office, document)
    office.revision += 1
    return document.order_id


def enter_by_hand(office: BillitOffice, raw: dict[str, Any]) -> int:
    """Create a document as a person does in Billit's screens: without provider, and not a write of a client."""
    revision = office.revision
    order_id = post_document(office, raw, office.companies[0])
    office.revision = revision
    office.documents[order_id].external_provider = None
    return order_id


def _document_to_replace(office: BillitOffice, draft: Draft, company: Company) -> Document | None:
    order_id = draft.header.pop("OrderID", None)
    if order_id is None or office.switches.post_with_order_id == "ignore":
        return None
    if office.switches.post_with_order_id == "reject":
        raise generic_error("An order that exists cannot be posted again.")
    document = get_document(office, order_id, company.party_id)
    if document.is_sent:
        raise refusal(office.switches.delete_sent_code)
    return document


def _compute(office: BillitOffice, draft: Draft, company: Company) -> tuple[Totals, list[Error]]:
    """Compute the totals; posted totals are ignored (§3.1)."""
    if draft.errors:
        return Totals((), ()), list(draft.errors)
    code = draft.header.get("VentilationCode", "")
    posted = [posted_line(line, code, company.country) for line in draft.lines]
    totals = compute_totals(posted, office.switches)
    return totals, _total_errors(office, draft, totals)


def _total_errors(office: BillitOffice, draft: Draft, totals: Totals) -> list[Error]:
    switches, header = office.switches, draft.header
    errors: list[Error] = []
    is_credit = header["OrderType"] == "CreditNote"
    if totals.incl < 0 and (is_credit or switches.negative_invoice_total == "reject"):
        errors.append(("GenericError", "The total of a document cannot be negative."))
    if totals.incl == 0 and switches.zero_total == "reject":
        errors.append(("GenericError", "The total of a document cannot be zero."))
    if "ToPay" in header:
        if header.get("Paid") and switches.paid_with_to_pay == "reject":
            errors.append(("GenericError", "Paid and ToPay cannot be combined."))
        if not 0 <= header["ToPay"] <= max(totals.incl, 0):
            errors.append(("GenericError", "ToPay is more than the total."))
    return errors


def _number_errors(
    office: BillitOffice, header: dict[str, Any], company: Company, replaced: Document | None
) -> list[Error]:
    number = header.get("OrderNumber", "")
    if not number.strip():
        missing = "OrderNumber" in header or office.switches.omitted_order_number == "reject"
        return [("GenericError", "The order number is required.")] if missing else []
    if office.switches.duplicate_order_number == "accept":
        return []
    taken = _is_taken(office, number, header, company, replaced)
    return [(office.switches.duplicate_order_number_code, _NUMBER_TAKEN)] if taken else []


def _is_taken(
    office: BillitOffice,
    number: str,
    header: dict[str, Any],
    company: Company,
    replaced: Document | None = None,
) -> bool:
    switches = office.switches
    return any(
        other.number.casefold() == number.casefold()
        and other is not replaced
        and other.company_id == company.party_id
        and (other.deleted is None or switches.duplicate_counts_deleted)
        and other.direction == header.get("OrderDirection")
        and (switches.duplicate_number_scope == "direction" or other.kind == header.get("OrderType"))
        for other in office.documents.values()
    )


def _next_free_number(office: BillitOffice, header: dict[str, Any], company: Company) -> str:
    kind = f"{header['OrderDirection']}-{header['OrderType']}"
    while True:
        number = office.sequence(kind, consume=True)
        if not _is_taken(office, number, header, company):
            return number


def _about_errors(office: BillitOffice, header: dict[str, Any], company: Company) -> list[Error]:
    if header.get("OrderType") != "CreditNote" or "AboutInvoiceNumber" not in header:
        return []  # on an invoice it is an error of its own (validation)
    if _credited_invoice(office, header, company.party_id):
        return []
    return [("TheAboutInvoiceNumberCouldNotBeFound", "")]


def _credited_invoice(office: BillitOffice, header: dict[str, Any], company_id: int) -> Document | None:
    for other in office.by_number(header["AboutInvoiceNumber"]):
        same = other.company_id == company_id and other.direction == header.get("OrderDirection")
        if same and other.kind == "Invoice":
            return other
    return None


def _store(
    office: BillitOffice, draft: Draft, totals: Totals, company: Company, replaced: Document | None
) -> Document:
    header = dict(draft.header)
    now = office.clock.now()
    party = resolve_customer(office, draft.customer or {}, company.party_id)
    paid = bool(header.pop("Paid", False))
    paid_date = header.pop("PaidDate", None)
    to_pay = header.pop("ToPay", None)
    order_id = replaced.order_id if replaced else office.next_order_id()
    for line in draft.lines:
        line["OrderLineID"] = office.next_line_id()
    header.setdefault("PaymentReference", _structured_reference(order_id))
    document = Document(
        order_id=order_id,
        company_id=company.party_id,
        party_id=party.party_id,
        number=header.pop("OrderNumber"),
        fields=header,
        lines=draft.lines,
        totals=totals,
        created=replaced.created if replaced else now,
        modified=now,
        to_pay=totals.incl if to_pay is None else to_pay,
        paid=paid,
    )
    if paid:
        document.to_pay = totals.incl * 0
        document.paid_date = paid_date or to_brussels(now)
    office.documents[order_id] = document
    return document


def _attach(office: BillitOffice, document: Document, draft: Draft, body: bytes) -> None:
    """Store the files, with the posted JSON as one of them (§3.5)."""
    when = to_brussels(document.created).strftime("%d_%m_%Y %H_%M_%S")
    document.attachments = [
        office.add_file(each["FileName"], each.get("MimeType", "application/octet-stream"), _content(each))
        for each in draft.files
    ]
    if body:
        name = f"{document.number}__{when}.json"
        document.attachments.append(office.add_file(name, "application/json", body))
    customer = office.parties[document.party_id].name.replace(" ", "_")
    pdf_name = f"{document.kind}_{document.number}_{customer}.pdf"
    content = _content(draft.pdf) if draft.pdf is not None else b"%PDF-1.4 emulated"
    document.pdf = office.add_file(pdf_name, "application/pdf", content)


def _content(file: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(file["FileContent"], validate=True)
    except binascii.Error:
        return b""


def _mark_credited(office: BillitOffice, document: Document) -> None:
    """Mark the invoice that a credit note credits (§12)."""
    if "AboutInvoiceNumber" not in document.fields:
        return
    about = _credited_invoice(office, document.fields, document.company_id)
    if about is None:
        return
    about.credited = office.switches.credited_status
    if office.switches.credit_settles:
        about.paid, about.to_pay = True, about.to_pay * 0
    office.touch(about)


def _structured_reference(order_id: int) -> str:
    """Return a Belgian structured reference: ten digits and two check digits (§3.1)."""
    digits = f"{order_id % 10**10:010d}"
    check = int(digits) % 97 or 97
    text = f"{digits}{check:02d}"
    return f"+++{text[:3]}/{text[3:7]}/{text[7:]}+++"
