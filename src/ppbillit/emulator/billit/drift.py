"""The books moving while somebody reads them page by page: rows are touched, inserted or deleted in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ppbillit.emulator.billit.documents import enter_by_hand
from ppbillit.emulator.clock import to_brussels

if TYPE_CHECKING:
    from ppbillit.emulator.billit.records import Document
    from ppbillit.emulator.billit.store import BillitOffice

_ID: Final = "OrderID"


def drift(office: BillitOffice, shown: list[dict[str, Any]]) -> None:
    """Do what the drift switch says, after a page of documents has been read."""
    switches = office.switches
    if switches.drift == "none" or switches.drift_times < 1 or not shown:
        return
    rows = [office.documents[each[_ID]] for each in shown]
    match switches.drift:
        case "touch":
            office.touch(rows[0])
        case "insert":
            _insert(office, rows[0])
        case "delete":
            _delete(office, rows)
    switches.drift_times -= 1


def _insert(office: BillitOffice, like: Document) -> None:
    """A colleague makes an invoice by hand, dated like the first row of the page."""
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
    """A colleague deletes a document of their own; never one that a client made."""
    for document in rows:
        if document.external_provider is None and not document.is_sent:
            document.deleted = office.clock.now()
            return
