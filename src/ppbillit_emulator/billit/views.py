"""How responses show documents and debtors, and the properties by which they can be filtered (billit.md §8)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit.peppol import IDENTIFIER_SCHEMES
from ppbillit_emulator.billit.records import invoice_address
from ppbillit_emulator.billit.request_body import FLAT_ADDRESS, PARTY, names
from ppbillit_emulator.billit.sending import delivery_details
from ppbillit_emulator.billit.times import stamp, to_brussels
from ppbillit_emulator.billit.validation import is_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit_emulator.billit.arithmetic import ComputedLine
    from ppbillit_emulator.billit.records import Document, File, Message, Party
    from ppbillit_emulator.billit.store import BillitOffice
    from ppbillit_emulator.billit.switches import BillitSwitches

_FIVE: Final = Decimal("0.00001")
_TWO: Final = Decimal("0.01")
_ECHOED: Final = names(
    "Reference OrderTitle PaymentReference PaymentTerms PaymentMethod AboutInvoiceNumber ExternalProviderID "
    "Comments InternalInfo Journal AnalyticCostCenter AnalyticCostBearer AccountCode Tags CustomFields "
    "PaymentDiscountPercentage PaymentDiscountAmount PaymentReductionDays"
)
_DATES: Final = ("PeriodFrom", "PeriodTill", "TaxPointDate")


def local_time(moment: datetime, switches: BillitSwitches) -> datetime:
    """Return a moment as zone-less time, Belgian or UTC by switch."""
    shown = to_brussels(moment) if switches.time_zone == "local" else moment.replace(tzinfo=None)
    # Rounded down to milliseconds, so that a printed time equals the same time in a filter.
    return shown.replace(microsecond=shown.microsecond // 1000 * 1000)


def order_status(document: Document, switches: BillitSwitches) -> str:
    """Return the OrderStatus: ToSend, then ToPay, then Paid or Credited (§8.3)."""
    if switches.unknown_enums:
        return "AwaitingGalaxy"
    if document.credited:
        return "Credited"
    if document.paid and (document.is_sent or switches.paid_unsent_status == "Paid"):
        return "Paid"
    return "ToPay" if document.is_sent else "ToSend"


def filter_values(document: Document, office: BillitOffice) -> dict[str, Any]:
    """Return the values of a document by which it can be filtered, see odata.ORDER_PROPERTIES."""
    switches, fields = office.switches, document.fields
    return {
        "OrderID": document.order_id,
        "CounterParty/PartyID": document.party_id,
        "CompanyID": document.company_id,
        "OrderDirection": document.direction,
        "OrderType": document.kind,
        "OrderDate": fields["OrderDate"],
        "OrderNumber": document.number,
        "ExpiryDate": fields["ExpiryDate"],
        "ExportedToConnector": False,
        "AccountantVerificationNeeded": fields.get("AccountantVerificationNeeded", False),
        "TotalExcl": document.totals.excl,
        "TotalVAT": document.totals.vat,
        "TotalIncl": document.totals.incl,
        "FXRateToForeign": Decimal(1),
        "Paid": document.paid,
        "OrderStatus": order_status(document, switches),
        "ExternalProviderID": document.external_id,
        "Currency": fields.get("Currency", "EUR"),
        "PaymentReference": fields.get("PaymentReference"),
        "LastModified": local_time(document.modified, switches),
        "Created": local_time(document.created, switches),
        "ApprovalStatus": fields.get("ApprovalStatus"),
        "PaidDate": document.paid_date,
        "PaymentMethod": fields.get("PaymentMethod"),
        "Reference": fields.get("Reference"),
        "RemindersSent": 0,
        "ExternalProvider": document.external_provider,
        "IsSent": document.is_sent,
    }


def party_filter_values(party: Party, office: BillitOffice) -> dict[str, Any]:
    """Return the values of a debtor by which it can be filtered (§8.6)."""
    names = ("PartyType", "VATNumber", "Name", "Nr", "Email", "ExternalProviderID", "ExternalProviderTC")
    return {
        **{name: party.fields.get(name) for name in names},
        "PartyID": party.party_id,
        "LastModified": local_time(party.modified, office.switches),
        "Created": local_time(party.created, office.switches),
    }


def document_row(document: Document, office: BillitOffice) -> dict[str, Any]:
    """Return a document as a row of a list: without lines and customer (§8.1)."""
    now = local_time(office.clock.now(), office.switches)
    due = document.fields["ExpiryDate"]
    overdue = not document.paid and now.date() > due.date()
    party = office.parties[document.party_id]
    values = filter_values(document, office)
    values.pop("CounterParty/PartyID")
    if not office.switches.summary_external_id:
        values.pop("ExternalProviderID")
    shown = {name: stamp(each) if isinstance(each, datetime) else each for name, each in values.items()}
    return {
        **shown,
        "TotalExcl": _money(document.totals.excl),
        "TotalVAT": _money(document.totals.vat),
        "TotalIncl": _money(document.totals.incl),
        "FXRateToForeign": Decimal("1.00000"),
        "CounterParty": {"PartyID": party.party_id, "DisplayName": party.name},
        "ToPay": _money(document.to_pay),
        "Overdue": overdue,
        "DaysOverdue": (now.date() - due.date()).days,
        "Invoiced": document.invoiced,
        "CurrentDocumentDeliveryDetails": {
            "IsDocumentDelivered": delivery_details(document, office.switches)["IsDocumentDelivered"]
        },
    }


def document_view(document: Document, office: BillitOffice) -> dict[str, Any]:
    """Return a whole document (§8.2, §13 G)."""
    switches, fields = office.switches, document.fields
    customer = party_view(office.parties[document.party_id], office)
    groups = [
        {
            "VentilationCode": group.code,
            "VATPercentage": _money(group.rate),
            "TotalExcl": _money(group.excl),
            "TotalVAT": _money(group.vat),
            "TotalIncl": _money(group.incl),
            "Mtvh": _money(group.excl),
            "FinancialReductionAmount": Decimal("0.00"),
        }
        for group in document.totals.groups
    ]
    return {
        **document_row(document, office),
        **{name: fields.get(name) for name in _ECHOED},
        **{name: stamp(fields[name]) if name in fields else None for name in _DATES},
        "DeliveryDate": stamp(fields.get("DeliveryDate", fields["OrderDate"])),
        "VentilationCode": _header_code(document),
        "OrderPDF": _file(document.pdf),
        "Attachments": [_file(each) for each in document.attachments],
        "Customer": customer,
        "CounterParty": customer,
        "Supplier": _supplier(office, document.company_id),
        "OrderLines": [
            _line(posted, computed)
            for posted, computed in zip(document.lines, document.totals.lines, strict=True)
        ],
        "VatGroups": groups,
        "PaymentLinks": [],
        "CurrentDocumentDeliveryDetails": delivery_details(document, switches),
        "Messages": [_message(each, office) for each in document.messages],
    }


def party_view(party: Party, office: BillitOffice) -> dict[str, Any]:
    """Return a debtor; the invoice address is there as flat members as well (§3.3)."""
    fields = party.fields
    addresses = fields.get("Addresses") or _flat_address(fields)
    first = invoice_address(fields) or {}
    return {
        **{name: fields.get(name) for name in PARTY},
        **{name: fields.get(name) or first.get(name) for name in FLAT_ADDRESS},
        "PartyID": party.party_id,
        "DisplayName": party.name,
        "Addresses": addresses,
        "Identifiers": [_identifier(each) for each in fields.get("Identifiers", [])],
        "CustomFields": fields.get("CustomFields", []),
        "VATLiable": fields.get("VATLiable", bool(party.vat_number)),
        "VATDeductable": fields.get("VATDeductable", bool(party.vat_number)),
        "Created": stamp(local_time(party.created, office.switches)),
        "LastModified": stamp(local_time(party.modified, office.switches)),
    }


def party_row(party: Party, office: BillitOffice) -> dict[str, Any]:
    """Return a debtor as a row of a list: whole, or with fewer members, by switch (§8.6)."""
    switches, shown = office.switches, party_view(party, office)
    if not switches.party_lists_addresses:
        shown = {name: value for name, value in shown.items() if name not in {"Addresses", *FLAT_ADDRESS}}
    if not switches.party_lists_external_id:
        shown = {name: value for name, value in shown.items() if not name.startswith("ExternalProvider")}
    return shown


def finish(value: dict[str, Any], switches: BillitSwitches) -> dict[str, Any]:
    """Drop the members without value (§8.2), or show them as null; add unknown members, by switch."""
    shown = value if switches.nulls else _without_nulls(value)
    if switches.unknown_fields:
        shown = {
            "FutureThing": {"Answer": 42, "Nested": [None, {"Deep": True}]},
            **shown,
            "futureFlag": None,
            "FutureAmount": Decimal("0.00001"),
        }
    return shown


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value


def _line(posted: dict[str, Any], computed: ComputedLine) -> dict[str, Any]:
    names = ("DescriptionExtended", "Reference", "Unit", "AccountCode", "ProductID")
    shown = {
        "OrderLineID": posted["OrderLineID"],
        "Description": posted.get("Description"),
        **{name: posted.get(name) for name in names},
        "AnalyticCostCenter": posted.get("AnalyticCostCenter"),
        "AnalyticCostBearer": posted.get("AnalyticCostBearer"),
        "CustomFields": posted.get("CustomFields", {}),
    }
    if is_text(posted):
        return shown
    return {
        **shown,
        "Quantity": computed.quantity.quantize(_FIVE),
        "UnitPriceExcl": computed.unit_price_excl.quantize(_FIVE),
        "ReductionPercentage": _money(computed.reduction) if computed.reduction else None,
        "TotalExcl": _money(computed.excl),
        "TotalVAT": _money(computed.vat),
        "TotalIncl": _money(computed.incl),
        "VATPercentage": _money(computed.rate),
        "VentilationCode": computed.code,
        "InclLeading": computed.incl_leading,
    }


def _header_code(document: Document) -> str | None:
    """Return the header's code: the posted one, else that of the only VAT group."""
    codes = {group.code for group in document.totals.groups}
    return document.fields.get("VentilationCode") or (codes.pop() if len(codes) == 1 else None)


def _supplier(office: BillitOffice, company_id: int) -> dict[str, Any]:
    company = next((each for each in office.companies if each.party_id == company_id), office.companies[0])
    return {
        "PartyID": company.party_id,
        "DisplayName": company.name,
        "Name": company.name,
        "VATNumber": company.vat_number,
        "CountryCode": company.country,
    }


def _flat_address(fields: dict[str, Any]) -> list[dict[str, Any]]:
    flat: dict[str, Any] = {name: fields[name] for name in FLAT_ADDRESS if name in fields}
    return [{"AddressType": "InvoiceAddress", **flat}] if flat else []


def _identifier(fields: dict[str, Any]) -> dict[str, Any]:
    return {"SchemeID": IDENTIFIER_SCHEMES.get(fields["IdentifierType"]), "Preferred": False, **fields}


def _file(file: File | None) -> dict[str, Any] | None:
    return {"FileID": file.file_id, "FileName": file.name} if file else None


def _message(message: Message, office: BillitOffice) -> dict[str, Any]:
    return {
        "Description": message.description,
        "CreationDate": stamp(local_time(message.created, office.switches)),
        "TransportType": message.transport,
        "Success": message.success,
        "Trials": 1,
        "Destination": message.destination,
        "MessageDirection": message.direction,
    }


def _money(amount: Decimal) -> Decimal:
    """Return an amount with at least two decimals."""
    return amount.quantize(_TWO) if amount == amount.quantize(_TWO) else amount


def searchable(texts: Iterable[Any]) -> str:
    """Return the texts that fullTextSearch searches, joined."""
    return "\n".join(str(each).casefold() for each in texts if each)
