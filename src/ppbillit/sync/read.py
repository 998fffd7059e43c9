"""Which orders this run looks at: the window since the mark, and those on record as unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from ppbillit.errors import WrongRequest
from ppbillit.plugandpay.models import Order, UnreadableOrder
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import Stage
from ppbillit.sync.plan import set_aside
from ppbillit.sync.settle import is_lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Job, Settings

# What is on record and may still become a document; read by id where the window does not show it.
_UNFINISHED = (Stage.WAITING, Stage.PARKED, Stage.CREATING)


@dataclass(frozen=True)
class Window:
    """The invoice days a run looks at, both ends included; `until` None is open-ended."""

    since: date
    until: date | None
    deep: bool = False


def sync_window(job: Job) -> Window:
    """Give the days that this run looks at."""
    return next_window(job.settings, job.state.remembered, job.today)


def next_window(
    settings: Settings,
    remembered: Callable[[Literal["mark", "go_live", "deep_read"]], str | None],
    today: date,
) -> Window:
    """Give the days since the mark less the overlap; on the first run of a day, the long look back.

    Plug&Pay has no "updated since", so what changes late is found by reading again (DESIGN §10).
    """
    mark, looked_since = remembered("mark"), remembered("go_live")
    if mark is None or looked_since is None or settings.go_live < date.fromisoformat(looked_since):
        return Window(settings.go_live, None, deep=True)
    deep = remembered("deep_read") != today.isoformat()
    overlap = max(settings.overlap_days, settings.deep_overlap_days) if deep else settings.overlap_days
    since = min(date.fromisoformat(mark), today) - timedelta(days=overlap)
    return Window(max(settings.go_live, since), None, deep)


def read_window(job: Job, window: Window) -> list[Order | UnreadableOrder]:
    """Give the window's orders, and by id the unfinished ones it does not show; originals before their credits."""
    listed = {order.id: order for order in job.shop.orders(window.since, window.until)}
    orders = {
        order_id: order
        for order_id, order in listed.items()
        if isinstance(order, UnreadableOrder) or _inside(job, order, window)
    }
    for record in job.state.orders.at(*_UNFINISHED):
        # An unfinished backfill is the business of the next export, not of every sync.
        is_ours = record.backfill == job.backfill and not job.backfill and record.dismissed is None
        if record.order_id not in orders and is_ours:
            order = listed.get(record.order_id) or job.shop.order(record.order_id)
            if order is not None:
                orders[order.id] = order
            else:
                _gone_from_shop(job, record)
    return _in_turn(orders.values())


def read_on_record(job: Job, order_ids: Iterable[int]) -> list[Order | UnreadableOrder]:
    """Give orders that are on record; one that the shop has no more keeps none of the others back."""
    orders = []
    for order_id in order_ids:
        order = job.shop.order(order_id)
        if order is not None:
            orders.append(order)
        else:
            _gone_from_shop(job, job.record(order_id))
    return _in_turn(orders)


def read_by_id(job: Job, order_ids: list[int]) -> list[Order | UnreadableOrder]:
    """Give the orders asked for by number; raises WrongRequest where the shop does not know one."""
    orders = []
    for order_id in dict.fromkeys(order_ids):
        order = job.shop.order(order_id)
        if order is None:
            raise WrongRequest(
                f"Plug&Pay has no order {order_id}. Nothing was made.",
                "Give the number of the order in Plug&Pay, which is not the number of its invoice.",
            )
        orders.append(order)
    return _in_turn(orders)


def remember_window(job: Job, window: Window) -> None:
    """Move the mark: every order of the window is settled or on record (DESIGN §4)."""
    job.state.remember("mark", job.today.isoformat())
    job.state.remember("go_live", job.settings.go_live.isoformat())
    if window.deep:
        job.state.remember("deep_read", job.today.isoformat())


def _inside(job: Job, order: Order, window: Window) -> bool:
    """The server's idea of the days is not relied on (plugandpay sheet §6.1); undated orders are let in."""
    try:
        day = order.invoice_day(job.rules.zone)
    except ValueError:
        return True
    return day is None or (window.since <= day and (window.until is None or day <= window.until))


def _gone_from_shop(job: Job, record: OrderRecord) -> None:
    """It will not be made; unless it is being made, which has to turn out first."""
    gone = (reason("gone_from_shop"),)
    if record.stage is not Stage.CREATING:
        set_aside(job, record, Stage.SKIPPED, gone)
        return
    key = job.rules.document_key(record.order_id)
    attempt = job.state.attempts.open("document", key)
    if attempt is None or is_lost(attempt):
        job.state.orders.give_up(record.order_id, key, gone)
        job.found(record, Outcome.SKIPPED, gone)


def _in_turn(orders: Iterable[Order | UnreadableOrder]) -> list[Order | UnreadableOrder]:
    """Invoices first, so that a credit note finds its original in Billit; then by id, which is by time."""
    return sorted(
        orders, key=lambda order: (isinstance(order, Order) and order.kind == "credit_note", order.id)
    )
