"""Products that orders name and do not carry: fetched once per run, for their ledger account and kind.

An order's answer may leave its products out (the relation is not the official SDK's, plugandpay sheet §6.2), and
without them a line would be booked on the default account, and goods taxed as a service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.plugandpay.models import Order, UnreadableOrder
from ppbillit.state import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ppbillit.plugandpay.models import Product
    from ppbillit.sync.job import Job


def with_products(job: Job, orders: Iterable[Order | UnreadableOrder]) -> list[Order | UnreadableOrder]:
    """Give the orders, with the products that were left out; what has its document needs none."""
    orders = list(orders)
    records = {order.id: job.state.orders.get(order.id) for order in orders}
    unsettled = [
        order
        for order in orders
        if isinstance(order, Order) and not ((record := records[order.id]) and record.stage in SETTLED)
    ]
    known = products_missing_in(job, unsettled)
    return [completed(order, known) if isinstance(order, Order) else order for order in orders]


def products_missing_in(job: Job, orders: Iterable[Order]) -> dict[int, Product]:
    """Ask for the products that these orders name and do not carry; none missing, nothing asked."""
    wanted = {
        item.product_id
        for order in orders
        for item in order.items
        if item.product is None and item.product_id is not None
    }
    return {product.id: product for product in job.shop.products_of(sorted(wanted))} if wanted else {}


def completed(order: Order, known: Mapping[int, Product]) -> Order:
    """Give the order with the products that it names and does not carry."""
    items = tuple(
        item.model_copy(update={"product": item.product or known.get(item.product_id or 0)})
        for item in order.items
    )
    return order.model_copy(update={"items": items})
