"""GET /v2/orders: which orders, in which order, and what moves while they are read (plugandpay sheet §6)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from ppbillit.emulator.plugandpay import filters, includes, paging
from ppbillit.emulator.plugandpay.render import render_order

if TYPE_CHECKING:
    from ppbillit.emulator.plugandpay.shop import Shop
    from ppbillit.emulator.wire import Request

    Order = dict[str, Any]


def list_orders(shop: Shop, request: Request) -> dict[str, Any]:
    """Give one page of the orders asked for."""
    switches = shop.switches
    wanted = includes.wanted(request, switches)
    checks = filters.tests(request, switches)
    rows = [each for each in shop.orders.values() if all(passes(each) for passes in checks)]
    rows = _sorted(shop, rows, request)
    page = paging.envelope(request, rows, switches, lambda order: render_order(order, wanted, switches))
    meta = page["meta"]
    if (
        switches.drift != "none"
        and switches.drift_times > 0
        and meta["current_page"] == 1 < meta["last_page"]
    ):
        switches.drift_times -= 1
        _drift(shop, rows[0], rows[-1])
    return page


def _sorted(shop: Shop, rows: list[Order], request: Request) -> list[Order]:
    """Sort; ties by id, or by chance on every request, since no tie-breaker is promised (§6.3)."""
    by = request.parameter("sort")
    down = (request.parameter("direction") or shop.switches.default_direction) == "desc"

    def key(order: Order) -> tuple[str, int]:
        # Nulls first and numbers as text, as a database sorts its columns.
        value = order["payment"]["paid_at"] if by == "paid_at" else order.get(by or "")
        return (str(value or ""), order["id"])

    if not shop.switches.shuffle_ties:
        return sorted(rows, key=key, reverse=down)
    shuffled = shop.random.sample(rows, len(rows))
    return sorted(shuffled, key=lambda order: key(order)[0], reverse=down)


def _drift(shop: Shop, first: Order, last: Order) -> None:
    """Move the world between two pages: one order joins page one, or one leaves it for the end (§6.3)."""
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
