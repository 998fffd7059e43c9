"""The routes below /v2/orders (plugandpay.md §6, §8)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay import filters, payments
from ppbillit_emulator.plugandpay.render import render_order, render_payment, requested_relations
from ppbillit_emulator.plugandpay.responses import (
    json_response,
    not_found,
    paginate,
    single_response,
    validation_error,
)
from ppbillit_emulator.plugandpay.times import stamp
from ppbillit_emulator.wire import Response

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.shop import Shop
    from ppbillit_emulator.wire import Request

    Order = dict[str, Any]


def read_body(request: Request) -> dict[str, Any]:
    """Return the body as a JSON object; like Laravel, take anything else as empty."""
    if "json" not in request.headers.get("content-type", ""):
        return {}
    try:
        value = request.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def find_order(shop: Shop, key: str) -> dict[str, Any]:
    """Return an order; raise 404 for an unknown or deleted one (§5)."""
    order = shop.orders.get(int(key))
    if order is None or order["deleted_at"] is not None:
        raise not_found("Order", key)
    return order


def index(shop: Shop, request: Request) -> Response:
    """Handle GET /v2/orders: filter, sort, page; afterwards orders may move, by switch."""
    switches = shop.switches
    wanted = requested_relations(request, switches)
    conditions = filters.conditions(request, switches)
    rows = [each for each in shop.orders.values() if all(holds(each) for holds in conditions)]
    rows = _sorted(shop, rows, request)
    page = paginate(request, rows, switches, lambda order: render_order(order, wanted, switches))
    is_first = page["meta"]["current_page"] == 1 < page["meta"]["last_page"]
    if is_first and switches.drift != "none" and switches.drift_times > 0:
        switches.drift_times -= 1
        _drift(shop, rows[0], rows[-1])
    return json_response(200, page)


def _sorted(shop: Shop, rows: list[Order], request: Request) -> list[Order]:
    """Sort; ties by id, or at random on each request, by switch, since none is documented (§6.3)."""
    by = request.parameter("sort")
    down = (request.parameter("direction") or shop.switches.default_direction) == "desc"

    def key(order: Order) -> tuple[str, int]:
        # Nulls come first and invoice numbers are text, as in a database.
        value = order["payment"]["paid_at"] if by == "paid_at" else order.get(by or "")
        return (str(value or ""), order["id"])

    if not shop.switches.shuffle_ties:
        return sorted(rows, key=key, reverse=down)
    shuffled = shop.random.sample(rows, len(rows))
    return sorted(shuffled, key=lambda order: key(order)[0], reverse=down)


def _drift(shop: Shop, first: Order, last: Order) -> None:
    """Change orders after page one was read: insert one on it, or move its first to the end (§6.3)."""
    if shop.switches.drift == "move":
        first["invoice_date"] = last["invoice_date"]
        first["payment"]["paid_at"] = last["payment"]["paid_at"]
        shop.touch(first["id"])
        return
    joined = copy.deepcopy({key: value for key, value in first.items() if key not in {"id", "reference"}})
    del joined["invoice_number"]
    joined["payment"].pop("url")
    for item in joined["items"]:
        item["id"] = None
    shop.add(joined)


def show(shop: Shop, request: Request, key: str) -> Response:
    """Handle GET /v2/orders/{id}."""
    wanted = requested_relations(request, shop.switches)
    return single_response(shop, render_order(find_order(shop, key), wanted, shop.switches))


def create(shop: Shop, request: Request) -> Response:
    """Handle POST /v2/orders, as far as needed to add an order over HTTP."""
    wanted = requested_relations(request, shop.switches)
    body = read_body(request)
    items = body.get("items")
    if not isinstance(items, list) or not items:
        raise validation_error({"items": ["The items field is required."]})
    for number, item in enumerate(items):
        if not isinstance(item, dict) or not {"label", "amount", "amount_with_tax"} <= set(item):
            raise validation_error({f"items.{number}.label": ["The label field is required."]})
        item.update(amount=str(item["amount"]), amount_with_tax=str(item["amount_with_tax"]))
    order_id = shop.add({"source": "api", **body, "id": None})
    return single_response(shop, render_order(shop.orders[order_id], wanted, shop.switches), 201)


def update(shop: Shop, request: Request, key: str) -> Response:
    """Handle PATCH /v2/orders/{id} with the writable members (§6.4); all others are ignored."""
    wanted = requested_relations(request, shop.switches)
    order, body = find_order(shop, key), read_body(request)
    if isinstance(body.get("payment"), dict):
        payments.change_payment(shop, order, body["payment"], request.path)
    if isinstance(body.get("is_hidden"), bool):
        order["is_hidden"] = body["is_hidden"]
    billing = body.get("billing")
    for part in ("address", "contact") if isinstance(billing, dict) else ():
        given = body["billing"].get(part) or {}
        own = order["billing"][part]
        own.update({name: value for name, value in given.items() if name in own})
    _update_lists(shop, order, body)
    if "payment" not in body:
        payments.log_write(shop, order, request.path, body, order["payment"]["status"])
    shop.touch(order["id"])
    return single_response(shop, render_order(order, wanted, shop.switches))


def _update_lists(shop: Shop, order: dict[str, Any], body: dict[str, Any]) -> None:
    append = shop.switches.lists_on_patch == "append"
    if isinstance(body.get("tags"), list):
        order["tags"] = (order["tags"] if append else []) + [str(each) for each in body["tags"]]
    if isinstance(body.get("comments"), list):
        kept = order["comments"] if append else []
        at = stamp(shop.now())
        made = [
            {"id": len(kept) + number, "value": each.get("value"), "created_at": at, "updated_at": at}
            for number, each in enumerate(body["comments"], start=1)
        ]
        order["comments"] = kept + made


def remove(shop: Shop, _request: Request, key: str) -> Response:
    """Handle DELETE /v2/orders/{id}: the order is only marked as deleted."""
    shop.delete(find_order(shop, key)["id"])
    return Response(204)


def show_payment(shop: Shop, _request: Request, key: str) -> Response:
    """Handle GET /v2/orders/{id}/payment."""
    return single_response(shop, render_payment(find_order(shop, key), shop.switches))


def update_payment(shop: Shop, request: Request, key: str) -> Response:
    """Handle PATCH /v2/orders/{id}/payment."""
    order = find_order(shop, key)
    payments.change_payment(shop, order, read_body(request), request.path)
    return single_response(shop, render_payment(order, shop.switches))
