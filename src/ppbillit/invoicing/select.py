"""Step 1, select: which orders this run looks at: the window since the mark, and those on record as unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from ppbillit.errors import WrongRequest
from ppbillit.exactly_once.resolve import may_be_made
from ppbillit.plugandpay.models import Order, UnreadableOrder
from ppbillit.reasons import reason
from ppbillit.state import HAS_DOCUMENT, Stage, transitions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ppbillit.plugandpay.models import Product
    from ppbillit.run import Run, Settings
    from ppbillit.state import OrderRecord

# What is on record and may still become a document; read by id where the window does not show it.
_UNFINISHED = (Stage.WAITING, Stage.PARKED, Stage.CREATING)


@dataclass(frozen=True)
class Window:
    """The invoice days that a run looks at, both ends included; `until` None is open-ended.

    `deep`: the first run of a day, with the long overlap.
    """

    since: date
    until: date | None
    deep: bool = False


def sync_window(run: Run) -> Window:
    """Return the days that this run looks at."""
    return next_window(run.settings, run.state.remembered, run.today)


def next_window(
    settings: Settings,
    remembered: Callable[[Literal["mark", "go_live", "deep_read"]], str | None],
    today: date,
) -> Window:
    """Return the days since the mark less the overlap; on the first run of a day, less the long overlap.

    Plug&Pay has no "updated since", so what changes late is found by reading it again (plugandpay.md §13.8).
    """
    mark, marked_from = remembered("mark"), remembered("go_live")
    if mark is None or marked_from is None or settings.go_live < date.fromisoformat(marked_from):
        return Window(settings.go_live, None, deep=True)
    deep = remembered("deep_read") != today.isoformat()
    overlap = max(settings.overlap_days, settings.deep_overlap_days) if deep else settings.overlap_days
    since = min(date.fromisoformat(mark), today) - timedelta(days=overlap)
    return Window(max(settings.go_live, since), None, deep)


def read_window(run: Run, window: Window) -> list[Order | UnreadableOrder]:
    """Return the orders of the window, and the unfinished ones outside it, read by id; invoices first."""
    listed = {order.id: order for order in run.shop.orders(window.since, window.until)}
    orders = {
        order_id: order
        for order_id, order in listed.items()
        if isinstance(order, UnreadableOrder) or _is_inside(run, order, window)
    }
    for record in run.state.orders.at(*_UNFINISHED):
        # An unfinished backfill is left to the next `export-existing`.
        is_to_read = (
            record.backfill == run.scope.backfill and not run.scope.backfill and record.dismissed is None
        )
        if record.order_id not in orders and is_to_read:
            order = listed.get(record.order_id) or run.shop.order(record.order_id)
            if order is not None:
                orders[order.id] = order
            else:
                _record_gone(run, record)
    return _in_order(orders.values())


def read_on_record(run: Run, order_ids: Iterable[int]) -> list[Order | UnreadableOrder]:
    """Return these orders, which are on record; record it where the shop has one no more."""
    orders = []
    for order_id in order_ids:
        order = run.shop.order(order_id)
        if order is not None:
            orders.append(order)
        else:
            _record_gone(run, run.order(order_id))
    return _in_order(orders)


def read_by_id(run: Run, order_ids: list[int]) -> list[Order | UnreadableOrder]:
    """Return the orders asked for by number.  Raise WrongRequest where the shop does not have one of them."""
    orders = []
    for order_id in dict.fromkeys(order_ids):
        order = run.shop.order(order_id)
        if order is None:
            raise WrongRequest(
                f"Plug&Pay has no order {order_id}. Nothing was made.",
                "Give the number of the order in Plug&Pay, which is not the number of its invoice.",
            )
        orders.append(order)
    return _in_order(orders)


def remember_window(run: Run, window: Window) -> None:
    """Move the mark to today: every order up to now has its document or is on record (docs/exactly-once.md)."""
    today = run.today.isoformat()
    deep = {"deep_read": today} if window.deep else {}
    run.state.remember(mark=today, go_live=run.settings.go_live.isoformat(), **deep)


def _is_inside(run: Run, order: Order, window: Window) -> bool:
    """Return whether an order is in the window, whatever the server's filter did (plugandpay.md §6.1).

    An order without a readable date is.
    """
    try:
        day = order.invoice_day(run.rules.zone)
    except ValueError:
        return True
    return day is None or (window.since <= day and (window.until is None or day <= window.until))


def _record_gone(run: Run, record: OrderRecord) -> None:
    """Record that no document is created, since the shop has the order no more.

    Where an attempt is open, only once that is believed lost.
    """
    gone = (reason("gone_from_shop"),)
    if record.stage is not Stage.CREATING:
        run.record(record, transitions.SKIP, gone, digest=None)
    elif may_be_made(run, "document", run.rules.document_key(record.order_id)):
        run.record(record, transitions.GIVEN_UP, gone)


def _in_order(orders: Iterable[Order | UnreadableOrder]) -> list[Order | UnreadableOrder]:
    """Sort invoices first, so that a credit note finds its invoice in Billit; then by id, which is by time."""
    return sorted(
        orders, key=lambda order: (isinstance(order, Order) and order.kind == "credit_note", order.id)
    )


def with_products(run: Run, orders: Iterable[Order | UnreadableOrder]) -> list[Order | UnreadableOrder]:
    """Return the orders with the products that they do not carry; an order with a document needs none."""
    orders = list(orders)
    records = {order.id: run.state.orders.get(order.id) for order in orders}
    to_complete = [
        order
        for order in orders
        if isinstance(order, Order) and not ((record := records[order.id]) and record.stage in HAS_DOCUMENT)
    ]
    known = products_missing_in(run, to_complete)
    return [completed(order, known) if isinstance(order, Order) else order for order in orders]


def products_missing_in(run: Run, orders: Iterable[Order]) -> dict[int, Product]:
    """Return the products that these orders name and do not carry; without any, there is no request."""
    wanted = {
        item.product_id
        for order in orders
        for item in order.items
        if item.product is None and item.product_id is not None
    }
    return {product.id: product for product in run.shop.products_of(sorted(wanted))} if wanted else {}


def completed(order: Order, known: Mapping[int, Product]) -> Order:
    """Return the order with the products that it names and does not carry."""
    items = tuple(
        item.model_copy(update={"product": item.product or known.get(item.product_id or 0)})
        for item in order.items
    )
    return order.model_copy(update={"items": items})
