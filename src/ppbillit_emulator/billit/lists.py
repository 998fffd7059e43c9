"""The lists of documents, deleted documents and debtors: filter, sort, page (billit.md §8.1, §8.5, §8.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from ppbillit_emulator.billit import views
from ppbillit_emulator.billit.documents import enter_by_hand
from ppbillit_emulator.billit.errors import generic_error
from ppbillit_emulator.billit.odata import (
    ORDER_PROPERTIES,
    ORDER_TYPE_NAME,
    PARTY_PROPERTIES,
    PARTY_TYPE_NAME,
    Type,
    check_property,
    parse_filter,
    sort_key,
)
from ppbillit_emulator.billit.times import to_brussels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ppbillit_emulator.billit.records import Document, Party
    from ppbillit_emulator.billit.store import BillitOffice
    from ppbillit_emulator.billit.switches import BillitSwitches
    from ppbillit_emulator.wire import Request

_OPTIONS: Final = frozenset({"$filter", "$orderby", "$top", "$skip", "$inlinecount"})
Item = TypeVar("Item")


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """One list: its rows, the properties and texts to find them by, and how a row is shown."""

    rows: list[Item]
    properties: Mapping[str, Type]
    type_name: str
    values: Callable[[Item], dict[str, Any]]
    text: Callable[[Item], str]
    view: Callable[[Item], dict[str, Any]]
    key: str


def documents(request: Request, office: BillitOffice, company: int) -> dict[str, Any]:
    """Return a page of GET /v1/orders; afterwards rows may move, by switch."""
    rows = [each for each in _documents(office, company) if each.deleted is None]
    rows = [each for each in rows if _is_findable(each.created, office)]
    found = _page(request, office, _document_listing(office, rows, whole=False))
    _drift(office, found["Items"])
    return found


def deleted(request: Request, office: BillitOffice, company: int) -> dict[str, Any]:
    """Return a page of GET /v1/orders/deleted, which shows whole documents."""
    rows = [each for each in _documents(office, company) if each.deleted is not None]
    return _page(request, office, _document_listing(office, rows, whole=True))


def parties(request: Request, office: BillitOffice, company: int) -> dict[str, Any]:
    """Return a page of GET /v1/parties."""
    rows = [each for each in office.parties.values() if each.company_id == company]

    def view(party: Party) -> dict[str, Any]:
        return views.finish(views.party_row(party, office), office.switches)

    listing = Listing(
        rows=[each for each in rows if _is_findable(each.created, office)],
        properties=_party_properties(office),
        type_name=PARTY_TYPE_NAME,
        values=lambda each: views.party_filter_values(each, office),
        text=lambda each: _party_text(each, office),
        view=view,
        key="PartyID",
    )
    return _page(request, office, listing)


def _documents(office: BillitOffice, company: int) -> list[Document]:
    return [each for each in office.documents.values() if each.company_id == company]


def _document_listing(office: BillitOffice, rows: list[Document], *, whole: bool) -> Listing[Document]:
    def view(document: Document) -> dict[str, Any]:
        show = views.document_view if whole else views.document_row
        return views.finish(show(document, office), office.switches)

    def text(document: Document) -> str:
        fields = document.fields
        names = (office.parties[document.party_id].name, document.number, document.external_id)
        return views.searchable((*names, fields.get("Reference"), fields.get("PaymentReference")))

    return Listing(
        rows=rows,
        properties=ORDER_PROPERTIES,
        type_name=ORDER_TYPE_NAME,
        values=lambda each: views.filter_values(each, office),
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


# --- pages ------------------------------------------------------------------------------------


def _page(request: Request, office: BillitOffice, listing: Listing[Item]) -> dict[str, Any]:
    """Return the page that a request asks for: {"Items": […], "NextPageLink"?, "Count"?}."""
    switches = office.switches
    for name in request.query:
        if name.startswith("$") and name not in _OPTIONS:
            raise generic_error(f"The query parameter '{name}' is not supported.")
    rows = _ordered(_found(request, switches, listing), request, office, listing)
    top = _count(request, "$top")
    skip = _count(request, "$skip") or 0
    size = switches.page_size if top is None else min(top, switches.page_size)
    shown = rows[skip : skip + size]
    page: dict[str, Any] = {"Items": [listing.view(each) for each in shown]}
    ends = top is not None and top <= switches.page_size and switches.top_ends_paging
    more = skip + size < len(rows) and bool(shown) and not ends
    link = _link(request, office, skip + size) if more else None
    if link is not None or switches.nulls:
        page["NextPageLink"] = link
    if request.parameter("$inlinecount") == "allpages" and switches.inline_count:
        page["Count"] = len(rows)
    return page


def _is_findable(created: datetime, office: BillitOffice) -> bool:
    """Check whether a list shows what was created at this time: the search index may lag behind."""
    return created + timedelta(seconds=office.switches.search_lag_seconds) <= office.clock.now()


def _found(request: Request, switches: BillitSwitches, listing: Listing[Item]) -> list[Item]:
    rows = listing.rows
    wanted = request.parameter("$filter")
    if wanted:
        holds = parse_filter(wanted, listing.properties, listing.type_name, switches)
        rows = [each for each in rows if holds(listing.values(each))]
    search = (request.parameter("fullTextSearch") or "").casefold()
    return [each for each in rows if search in listing.text(each)] if search else rows


def _ordered(rows: list[Item], request: Request, office: BillitOffice, listing: Listing[Item]) -> list[Item]:
    """Sort by $orderby, or by id; rows with equal keys keep their order, or get a new one each time."""
    rows = list(rows)
    if office.switches.equal_keys == "shuffled":
        office.random.shuffle(rows)
    for part in reversed((request.parameter("$orderby") or listing.key).split(",")):
        words = part.split()
        if not words or len(words) > 2 or (words[1:] and words[1] not in ("asc", "desc")):  # noqa: PLR2004
            raise generic_error(f"Syntax error in '{part}'.")
        name = words[0]
        check_property(name, listing.properties, listing.type_name)
        rows.sort(key=_key(listing, name), reverse=words[1:] == ["desc"])
    return rows


def _key(listing: Listing[Item], name: str) -> Callable[[Item], tuple[bool, Any]]:
    return lambda each: sort_key(listing.values(each)[name])


def _count(request: Request, name: str) -> int | None:
    text = request.parameter(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise generic_error(f"The value '{text}' of {name} is not a non-negative integer.")
    return int(text)


def _link(request: Request, office: BillitOffice, skip: int) -> str | None:
    """Return the link to the next page, in the form that the switch says."""
    kept = {name: values for name, values in request.query.items() if name != "$skip"}
    target = f"{request.path}?{urlencode({**kept, '$skip': skip}, doseq=True)}"
    match office.switches.next_page_link:
        case "full":
            host = request.headers.get("host")
            return f"http://{host}{target}" if host else f"{office.base_url}{target}"
        case "relative":
            return target
        case "foreign":
            return f"{office.foreign_url}{target}"
        case "absent":
            return None


# --- rows that move between two pages ---------------------------------------------------------


def _drift(office: BillitOffice, shown: list[dict[str, Any]]) -> None:
    """Touch, insert or delete a document after a page was read, as the `drift` switch says."""
    switches = office.switches
    if switches.drift == "none" or switches.drift_times < 1 or not shown:
        return
    rows = [office.documents[each["OrderID"]] for each in shown]
    match switches.drift:
        case "touch":
            office.touch(rows[0])
        case "insert":
            _insert(office, rows[0])
        case "delete":
            _delete(office, rows)
    switches.drift_times -= 1


def _insert(office: BillitOffice, like: Document) -> None:
    """Create an invoice by hand with the date of the first row of the page."""
    date = like.fields["OrderDate"].date().isoformat()
    enter_by_hand(
        office,
        {
            "OrderType": "Invoice",
            "OrderDirection": "Income",
            "OrderNumber": f"HAND-{to_brussels(office.clock.now()):%H%M%S%f}-{len(office.documents)}",
            "OrderDate": date,
            "ExpiryDate": date,
            "Customer": {"Name": "Klant aan de balie"},
            "OrderLines": [
                {"Description": "Balie", "Quantity": 1, "UnitPriceExcl": 10, "VATPercentage": 21},
            ],
        },
    )


def _delete(office: BillitOffice, rows: list[Document]) -> None:
    """Delete a document that was created by hand; never one of a client."""
    for document in rows:
        if document.external_provider is None and not document.is_sent:
            document.deleted = office.clock.now()
            return
