"""The check at the end of the demo: the orders of the emulated shop against the documents of the emulated Billit.

It reads both emulators directly and shares nothing with the code that made the invoices: neither the mapping nor
the state file, nor the rule which orders get an invoice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from ppbillit_emulator import Emulator, LedgerRow


@dataclass(frozen=True)
class Comparison:
    """A number of documents or orders in Billit: what it should be, and what it is."""

    question: str
    expected: int
    found: int

    @property
    def holds(self) -> bool:
        """Check whether Billit holds what it should."""
        return self.expected == self.found


def check_result(world: Emulator, parked: Collection[int], old: Collection[int]) -> list[Comparison]:
    """Compare shop and Billit; `parked` orders have no document, those of `old` orders must not be sent."""
    documents: dict[int, list[LedgerRow]] = {}
    of_no_order = 0
    for row in world.office.ledger():
        _, _, order_id = row.external_id.rpartition("-") if row.external_id else ("", "", "")
        if order_id.isdigit() and int(order_id) in world.shop.orders:
            documents.setdefault(int(order_id), []).append(row)
        else:
            of_no_order += 1
    due = [order for order in world.shop.orders.values() if _is_due(order) and order["id"] not in parked]
    sendings = Counter(sent.document_id for sent in world.office.deliveries)
    rows = [row for found in documents.values() for row in found]
    return [
        Comparison("orders with exactly one document", len(due), _count(due, documents, _has_one)),
        Comparison(
            "documents with the customer's total, to the cent", len(due), _count(due, documents, _to_the_cent)
        ),
        Comparison(
            "documents of test orders, concepts, zero or parked orders", 0, len(documents.keys() - _ids(due))
        ),
        Comparison("documents that belong to no order", 0, of_no_order),
        Comparison("documents sent more than once", 0, sum(times > 1 for times in sendings.values())),
        Comparison(
            "documents of before the go-live date that were sent",
            0,
            sum(sendings[row.order_id] for row in rows if _order_id(row) in old),
        ),
    ]


def _is_due(order: dict[str, Any]) -> bool:
    return (
        order["mode"] == "live"
        and order["invoice_status"] == "final"
        and order["deleted_at"] is None
        and Decimal(order["amount_with_tax"]) != 0
    )


def _count(due: list[dict[str, Any]], documents: dict[int, list[LedgerRow]], test: Any) -> int:
    return sum(test(order, documents.get(order["id"], [])) for order in due)


def _has_one(_order: dict[str, Any], found: list[LedgerRow]) -> bool:
    return len(found) == 1


def _to_the_cent(order: dict[str, Any], found: list[LedgerRow]) -> bool:
    paid = Decimal(order["amount_with_tax"])
    kind = "CreditNote" if paid < 0 else "Invoice"
    return [(row.kind, row.incl) for row in found] == [(kind, abs(paid))]


def _ids(orders: list[dict[str, Any]]) -> set[int]:
    return {order["id"] for order in orders}


def _order_id(row: LedgerRow) -> int:
    return int((row.external_id or "-0").rpartition("-")[2])
