"""Which orders this run looks at: the window since the mark, and those on record as unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from ppbillit.errors import WrongRequest
from ppbillit.exactly_once.resolve import is_lost
from ppbillit.invoicing.plan import set_aside
from ppbillit.plugandpay.models import Order, UnreadableOrder
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import HAS_DOCUMENT, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ppbillit.plugandpay.models import Product
    from ppbillit.run import Run, Settings
    from ppbillit.state import OrderRecord

# What is on record and may still become a document; read by id where the window does not show it.
_UNFINISHED = (Stage.WAITING, Stage.PARKED, Stage.CREATING)


@dataclass(frozen=True)
class Window:
    """The invoice days a run looks at, both ends included; `until` None is open-ended."""

    since: date
    until: date | None
    deep: bool = False


def sync_window(run: Run) -> Window:
    """Give the days that this run looks at."""
    return next_window(run.settings, run.state.remembered, run.today)


def next_window(
    settings: Settings,
    remembered: Callable[[Literal["mark", "go_live", "deep_read"]], str | None],
    today: date,
) -> Window:
    """Give the days since the mark less the overlap; on the first run of a day, the long look back.

    Plug&Pay has no "updated since", so what changes late is found by reading again (plugandpay.md §13.8).
    """
    mark, looked_since = remembered("mark"), remembered("go_live")
    if mark is None or looked_since is None or settings.go_live < date.fromisoformat(looked_since):
        return Window(settings.go_live, None, deep=True)
    deep = remembered("deep_read") != today.isoformat()
    overlap = max(settings.overlap_days, settings.deep_overlap_days) if deep else settings.overlap_days
    since = min(date.fromisoformat(mark), today) - timedelta(days=overlap)
    return Window(max(settings.go_live, since), None, deep)


def read_window(run: Run, window: Window) -> list[Order | UnreadableOrder]:
    """Give the window's orders, and by id the unfinished ones it does not show; originals before their credits."""
    listed = {order.id: order for order in run.shop.orders(window.since, window.until)}
    orders = {
        order_id: order
        for order_id, order in listed.items()
        if isinstance(order, UnreadableOrder) or _inside(run, order, window)
    }
    for record in run.state.orders.at(*_UNFINISHED):
        # An unfinished backfill is the business of the next export, not of every sync.
        is_ours = record.backfill == run.backfill and not run.backfill and record.dismissed is None
        if record.order_id not in orders and is_ours:
            order = listed.get(record.order_id) or run.shop.order(record.order_id)
            if order is not None:
                orders[order.id] = order
            else:
                _gone_from_shop(run, record)
    return _in_turn(orders.values())


def read_on_record(run: Run, order_ids: Iterable[int]) -> list[Order | UnreadableOrder]:
    """Give orders that are on record; one that the shop has no more keeps none of the others back."""
    orders = []
    for order_id in order_ids:
        order = run.shop.order(order_id)
        if order is not None:
            orders.append(order)
        else:
            _gone_from_shop(run, run.record(order_id))
    return _in_turn(orders)


def read_by_id(run: Run, order_ids: list[int]) -> list[Order | UnreadableOrder]:
    """Give the orders asked for by number; raises WrongRequest where the shop does not know one."""
    orders = []
    for order_id in dict.fromkeys(order_ids):
        order = run.shop.order(order_id)
        if order is None:
            raise WrongRequest(
                f"Plug&Pay has no order {order_id}. Nothing was made.",
                "Give the number of the order in Plug&Pay, which is not the number of its invoice.",
            )
        orders.append(order)
    return _in_turn(orders)


def remember_window(run: Run, window: Window) -> None:
    """Move the mark: every order of the window is settled or on record (docs/exactly-once.md)."""
    run.state.remember("mark", run.today.isoformat())
    run.state.remember("go_live", run.settings.go_live.isoformat())
    if window.deep:
        run.state.remember("deep_read", run.today.isoformat())


def _inside(run: Run, order: Order, window: Window) -> bool:
    """The server's idea of the days is not relied on (plugandpay.md §6.1); undated orders are let in."""
    try:
        day = order.invoice_day(run.rules.zone)
    except ValueError:
        return True
    return day is None or (window.since <= day and (window.until is None or day <= window.until))


def _gone_from_shop(run: Run, record: OrderRecord) -> None:
    """It will not be made; unless it is being made, which has to turn out first."""
    gone = (reason("gone_from_shop"),)
    if record.stage is not Stage.CREATING:
        set_aside(run, record, Stage.SKIPPED, gone)
        return
    key = run.rules.document_key(record.order_id)
    attempt = run.state.attempts.open("document", key)
    if attempt is None or is_lost(attempt):
        run.state.orders.give_up(record.order_id, key, gone)
        run.found(record, Outcome.SKIPPED, gone)


def _in_turn(orders: Iterable[Order | UnreadableOrder]) -> list[Order | UnreadableOrder]:
    """Invoices first, so that a credit note finds its original in Billit; then by id, which is by time."""
    return sorted(
        orders, key=lambda order: (isinstance(order, Order) and order.kind == "credit_note", order.id)
    )


def with_products(run: Run, orders: Iterable[Order | UnreadableOrder]) -> list[Order | UnreadableOrder]:
    """Give the orders, with the products that were left out; what has its document needs none."""
    orders = list(orders)
    records = {order.id: run.state.orders.get(order.id) for order in orders}
    unsettled = [
        order
        for order in orders
        if isinstance(order, Order) and not ((record := records[order.id]) and record.stage in HAS_DOCUMENT)
    ]
    known = products_missing_in(run, unsettled)
    return [completed(order, known) if isinstance(order, Order) else order for order in orders]


def products_missing_in(run: Run, orders: Iterable[Order]) -> dict[int, Product]:
    """Ask for the products that these orders name and do not carry; none missing, nothing asked."""
    wanted = {
        item.product_id
        for order in orders
        for item in order.items
        if item.product is None and item.product_id is not None
    }
    return {product.id: product for product in run.shop.products_of(sorted(wanted))} if wanted else {}


def completed(order: Order, known: Mapping[int, Product]) -> Order:
    """Give the order with the products that it names and does not carry."""
    items = tuple(
        item.model_copy(update={"product": item.product or known.get(item.product_id or 0)})
        for item in order.items
    )
    return order.model_copy(update={"items": items})
