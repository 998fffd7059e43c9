"""Which relations of an order the shop gives: the SDK's, and those only seen elsewhere (plugandpay.md §6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ppbillit.http import Answered

if TYPE_CHECKING:
    from ppbillit.http import HttpClient, Refused

# All relations we model.  Some of them are only known from integrations; the second set is the official SDK's,
# without which nothing can be invoiced.
INCLUDES = (
    "billing,items,payment,taxes,discounts,products,shipping,collection_costs,related_orders,custom_fields"
)
SDK_INCLUDES = "billing,items,payment,taxes,discounts"

# Where a relation appears in an order: its own member, or a member of each item.
MEMBERS = {"discounts": "total_discounts"}
OF_ITEMS = {"products": "product", "custom_fields": "custom_fields"}

_BAD_REQUEST = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}


@dataclass(frozen=True)
class Relations:
    """Whether the shop accepts a request for all relations we model, and which of them it leaves out.

    `absent` is None if there is no order to look at.
    """

    are_refused: bool = False
    absent: tuple[str, ...] | None = None


def relations_taken(transport: HttpClient) -> Relations | Refused:
    """Request one order with every relation.  Return a refusal for any other reason to the caller.

    Raise Unavailable, also if the answer is no list of orders.
    """
    response = transport.read("/v2/orders", {"limit": 1, "include": INCLUDES})
    if not isinstance(response, Answered):
        is_token = "error" in response.text[:40]
        return Relations(are_refused=True) if response.status in _BAD_REQUEST and not is_token else response
    body = response.json()
    rows = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise transport.unavailable("gave something that is no list of orders")
    return Relations(absent=absent_in(rows[0], INCLUDES.split(",")) if rows else None)


def absent_in(order: Mapping[str, Any], relations: list[str]) -> tuple[str, ...]:
    """Return the requested relations that an order lacks although it would have to show them."""
    return tuple(relation for relation in relations if not _shows(order, relation))


def _shows(order: Mapping[str, Any], relation: str) -> bool:
    member = OF_ITEMS.get(relation)
    if member is None:
        return MEMBERS.get(relation, relation) in order
    found = order.get("items")
    items = [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []
    if relation == "products":  # a line of free text has no product
        items = [item for item in items if item.get("product_id") is not None]
    return all(member in item for item in items)
