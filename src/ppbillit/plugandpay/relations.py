"""Which relations of an order the shop gives: the SDK's, and those only seen elsewhere (plugandpay.md §6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ppbillit.http import Answered
from ppbillit.plugandpay.client import INCLUDES

if TYPE_CHECKING:
    from ppbillit.http import HttpClient, Refused

# Where a relation shows in an order: its own member, or one of each of the order's items.
MEMBERS = {"discounts": "total_discounts"}
OF_ITEMS = {"products": "product", "custom_fields": "custom_fields"}

_REFUSED_QUESTION = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}


@dataclass(frozen=True)
class Relations:
    """How the shop takes the question for all relations we model; `absent` are those it passes over.

    Without an order to look at, `absent` is None.
    """

    are_refused: bool = False
    absent: tuple[str, ...] | None = None


def relations_taken(transport: HttpClient) -> Relations | Refused:
    """Ask for one order with every relation; a refusal for any other reason is the caller's to judge.

    Raises Unavailable, also where what comes is no list of orders.
    """
    answer = transport.read("/v2/orders", {"limit": 1, "include": INCLUDES})
    if not isinstance(answer, Answered):
        is_token = "error" in answer.text[:40]
        return Relations(are_refused=True) if answer.status in _REFUSED_QUESTION and not is_token else answer
    body = answer.json()
    rows = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise transport.unavailable("gave something that is no list of orders")
    return Relations(absent=absent_in(rows[0], INCLUDES.split(",")) if rows else None)


def absent_in(order: Mapping[str, Any], relations: list[str]) -> tuple[str, ...]:
    """Name the relations that were asked for and do not show in an order, where they would have to."""
    return tuple(relation for relation in relations if not _shows(order, relation))


def _shows(order: Mapping[str, Any], relation: str) -> bool:
    member = OF_ITEMS.get(relation)
    if member is None:
        return MEMBERS.get(relation, relation) in order
    found = order.get("items")
    items = [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []
    if relation == "products":  # a line of free text has none
        items = [item for item in items if item.get("product_id") is not None]
    return all(member in item for item in items)
