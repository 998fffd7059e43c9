"""The three lists: documents, deleted documents, debtors (billit sheet §8.1, §8.5, §8.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ppbillit.emulator.billit import views
from ppbillit.emulator.billit.drift import drift
from ppbillit.emulator.billit.odata import (
    ORDER_PROPERTIES,
    ORDER_TYPE_NAME,
    PARTY_PROPERTIES,
    PARTY_TYPE_NAME,
    Type,
)
from ppbillit.emulator.billit.paging import Listing, is_findable, page

if TYPE_CHECKING:
    from ppbillit.emulator.billit.records import Document, Party
    from ppbillit.emulator.billit.store import BillitOffice
    from ppbillit.emulator.wire import Request


def documents(request: Request, office: BillitOffice, company: int) -> dict[str, Any]:
    """Answer GET /v1/orders; afterwards the books may move."""
    rows = [each for each in _documents(office, company) if each.deleted is None]
    rows = [each for each in rows if is_findable(each.created, office)]
    answer = page(request, office, _document_listing(office, rows, whole=False))
    drift(office, answer["Items"])
    return answer


def deleted(request: Request, office: BillitOffice, company: int) -> dict[str, Any]:
    """Answer GET /v1/orders/deleted: whole documents."""
    rows = [each for each in _documents(office, company) if each.deleted is not None]
    return page(request, office, _document_listing(office, rows, whole=True))


def parties(request: Request, office: BillitOffice, company: int) -> dict[str, Any]:
    """Answer GET /v1/parties."""
    rows = [each for each in office.parties.values() if each.company_id == company]

    def view(party: Party) -> dict[str, Any]:
        return views.finish(views.party_row(party, office), office.switches)

    listing = Listing(
        rows=[each for each in rows if is_findable(each.created, office)],
        properties=_party_properties(office),
        type_name=PARTY_TYPE_NAME,
        values=lambda each: views.filterable_party(each, office),
        text=lambda each: _party_text(each, office),
        view=view,
        key="PartyID",
    )
    return page(request, office, listing)


def _documents(office: BillitOffice, company: int) -> list[Document]:
    return [each for each in office.documents.values() if each.company_id == company]


def _document_listing(office: BillitOffice, rows: list[Document], *, whole: bool) -> Listing[Document]:
    def view(document: Document) -> dict[str, Any]:
        show = views.full if whole else views.summary
        return views.finish(show(document, office), office.switches)

    def text(document: Document) -> str:
        fields = document.fields
        names = (office.parties[document.party_id].name, document.number, document.external_id)
        return views.searchable((*names, fields.get("Reference"), fields.get("PaymentReference")))

    return Listing(
        rows=rows,
        properties=ORDER_PROPERTIES,
        type_name=ORDER_TYPE_NAME,
        values=lambda each: views.filterable(each, office),
        text=text,
        view=view,
        key="OrderID",
    )


def _party_properties(office: BillitOffice) -> dict[str, Type]:
    properties: dict[str, Type] = dict(PARTY_PROPERTIES)
    if office.switches.party_email_filter == "accept":
        properties["Email"] = "text"
    if office.switches.party_external_id_filter == "accept":
        properties |= {"ExternalProviderID": "text", "ExternalProviderTC": "text"}
    return properties


def _party_text(party: Party, office: BillitOffice) -> str:
    names = ["Name", "CommercialName", "ContactFirstName", "ContactLastName", "Nr", "VATNumber"]
    if office.switches.search_covers_email:
        names.append("Email")
    return views.searchable(party.fields.get(name) for name in names)
