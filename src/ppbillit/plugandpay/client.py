"""The shop's orders, products and payments: everything the ports in `ports` describe."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ppbillit.http import HttpClient, Refused, Service
from ppbillit.plugandpay.api import PlugAndPayApi, key_refused
from ppbillit.plugandpay.models import Order, Payment, PricedProduct, Product, Shop, UnreadableOrder
from ppbillit.plugandpay.pages import row_id
from ppbillit.plugandpay.responses import (
    parse_or_none,
    parse_order,
    parse_payment,
    parse_priced_product,
    parse_set_paid,
    unwrap,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ppbillit.outcomes import WriteOutcome
    from ppbillit.plugandpay.models import UnreadableProduct

USER_AGENT = "CustomApiCall/2"  # exactly this, nothing appended (plugandpay.md §2)
PER_PAGE = 25  # known to work; the maximum is not known (plugandpay.md §6.3)
_PRODUCTS_PER_REQUEST = 40  # keeps the URL short
_ONE_DAY = timedelta(days=1)
_EVER_SINCE = datetime.min.replace(tzinfo=UTC)
_PAYMENT = "/v2/orders/{id}/payment"

# By invoice number, the one sort key without ties: rows with equal keys may come in another order each time.
_LIST: dict[str, str | int] = {
    "mode": "live",
    "sort": "invoice_number",
    "direction": "asc",
    "limit": PER_PAGE,
}


def plug_and_pay(
    api_key: str,
    base_url: str = "https://api.plugandpay.com",
    *,
    requests_per_second: float = 2.0,
    timeout_seconds: float = 30.0,
) -> Service:
    """Return the service for the shop that the key gives access to."""
    secrets = {"Authorization": f"Bearer {api_key.strip()}"}
    return Service(
        name="Plug&Pay",
        section="plugandpay",
        base_url=base_url,
        secrets=lambda: secrets,
        headers={"User-Agent": USER_AGENT, "Accept-Language": "en"},
        requests_per_second=requests_per_second,
        timeout_seconds=timeout_seconds,
    )


class PlugAndPayClient(AbstractContextManager["PlugAndPayClient"]):
    """Satisfies every port of Plug&Pay.  The only write is `set_paid`.  `zone` is the shop's."""

    def __init__(self, transport: HttpClient, zone: ZoneInfo | None = None) -> None:
        self.api = PlugAndPayApi(transport)
        self._zone = zone or ZoneInfo("Europe/Brussels")

    def __exit__(self, *error: object) -> None:
        """Close the transport."""
        self.api.transport.close()

    def shop(self) -> Shop | None:
        """Return the shop of the key; None if the key is good but may not read it (plugandpay.md §3)."""
        response = self.api.transport.read("/v2/auth/tenants/me")
        if isinstance(response, Refused):
            if response.status == HTTPStatus.UNAUTHORIZED:
                raise key_refused()
            if self.api.get("/v2/orders", {"limit": 1}) is None:
                raise self.api.transport.unavailable("knows no orders at this address")
            return None
        body = unwrap(response)
        if not isinstance(body, Mapping) or not isinstance(body.get("id"), int | str):
            raise self.api.transport.unavailable("gave no shop where its shop was asked for")
        plan = body.get("plan")
        return Shop(str(body["id"]), str(body.get("name") or ""), str(plan) if plan else None)

    # --- orders -----------------------------------------------------------------------------------

    def orders(self, since: date, until: date | None = None) -> list[Order | UnreadableOrder]:
        """Return the live orders whose invoice date is in this span, and some around it, by date and id.

        The request covers a day more on both sides, since the zone of the filter is unknown (plugandpay.md §6.1).
        The caller selects the exact days.
        """
        params = {"since_invoice_date": (since - _ONE_DAY).isoformat()}
        if until is not None:
            params["until_invoice_date"] = (until + _ONE_DAY).isoformat()
        return self._live_orders(params, relations=True)

    def order(self, order_id: int) -> Order | UnreadableOrder | None:
        """Return one order, also a test order or a deleted one; None if it does not exist (any more)."""
        answer = self.api.get_with_relations("/v2/orders/{id}", {}, id=order_id)
        if answer is None:
            return None
        body = unwrap(answer)
        if not isinstance(body, Mapping):
            raise self.api.transport.unavailable("gave something that is no order")
        return parse_order(order_id, body)

    def _live_orders(self, params: Mapping[str, str], *, relations: bool) -> list[Order | UnreadableOrder]:
        """Return the live orders of a list, each once as it was changed last, by date and id.

        Test orders and deleted ones are left out, even if the filters let them through.  Hidden orders have
        invoices like all others; whether the plain list contains them is not known (plugandpay.md §14 i).
        """
        rows = [
            *self.api.get_all("orders", {**_LIST, **params}, relations=relations),
            *self.api.get_all("orders", {**_LIST, **params, "is_hidden": 1}, relations=relations),
        ]
        latest: dict[int, tuple[Order | UnreadableOrder, bool]] = {}
        for row in rows:
            order = parse_order(row_id(row), row)
            known = latest.get(order.id)
            if known is None or _changed_at(order) >= _changed_at(known[0]):
                latest[order.id] = order, _is_live(row)
        return sorted((order for order, is_live in latest.values() if is_live), key=self._by_date)

    def _by_date(self, order: Order | UnreadableOrder) -> tuple[date, int]:
        try:
            day = order.invoice_day(self._zone) if isinstance(order, Order) else None
        except ValueError:
            day = None
        return day or date.max, order.id

    # --- products ---------------------------------------------------------------------------------

    def products(self) -> list[PricedProduct | UnreadableProduct]:
        """Return every product that is not deleted, with its prices, by id."""
        rows = self._products({"limit": PER_PAGE, "include": "pricing,tax_rates"})
        # Deleted products are not requested, but the server might include them.
        return [
            parse_priced_product(id_, row) for id_, row in sorted(rows.items()) if not row.get("deleted_at")
        ]

    def products_of(self, ids: Sequence[int]) -> list[Product]:
        """Return the existing products with these ids, including deleted ones."""
        found: dict[int, Product] = {}
        for deleted in ({}, {"is_deleted": 1}):
            missing = [id_ for id_ in ids if id_ not in found]
            for first in range(0, len(missing), _PRODUCTS_PER_REQUEST):
                some = sorted(set(missing[first : first + _PRODUCTS_PER_REQUEST]))
                wanted: dict[str, str | int] = {
                    "product_ids": ",".join(map(str, some)),
                    "limit": _PRODUCTS_PER_REQUEST,
                }
                for id_, row in self._products({**wanted, **deleted}).items():
                    product = parse_or_none(row, Product)
                    if product and id_ in some:  # the server might ignore the filter
                        found[id_] = product
        return list(found.values())

    def _products(self, params: Mapping[str, str | int]) -> dict[int, Mapping[str, Any]]:
        rows = self.api.get_all("products", {"sort": "id", "direction": "asc", **params})
        return {row_id(row): row for row in rows}

    # --- payments ---------------------------------------------------------------------------------

    def paid_since(self, moment: datetime) -> list[Order]:
        """Return the live orders paid since an aware time, with their payment and few other members.

        In which zone the filter is read is unknown (plugandpay.md §6.1).  The time is sent in UTC, so that some
        hours before it may be included.
        """
        since = self.api.transport.by_its_clock(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        return self._orders_with_payment({"since_paid_at": since})

    def with_payment(self, statuses: Iterable[str], since: date) -> list[Order]:
        """Return the live, final orders invoiced since a day whose payment has one of these statuses."""
        wanted = frozenset(statuses)
        found = self._orders_with_payment({
            "payment_status": ",".join(sorted(wanted)),
            "invoice_status": "final",
            "since_invoice_date": (since - _ONE_DAY).isoformat(),
        })  # fmt: skip
        return [
            order for order in found if order.payment.status in wanted
        ]  # the server might ignore the filter

    def payment(self, order_id: int) -> Payment | None:
        """Return the payment of one order; None if the order does not exist (any more)."""
        answer = self.api.get(_PAYMENT, id=order_id)
        if answer is None:
            return None
        found = parse_payment(answer)
        if found is None:
            raise self.api.transport.unavailable("gave something that is no payment")
        return found

    def set_paid(self, order_id: int) -> WriteOutcome[Payment]:
        """Set an order to paid, as if by hand (plugandpay.md §8.3)."""
        return parse_set_paid(self.api.patch(_PAYMENT, order_id, {"status": "paid", "type": "manual"}))

    def _orders_with_payment(self, params: Mapping[str, str]) -> list[Order]:
        """Return the readable orders of a list: an unreadable one does not show its payment either."""
        found = self._live_orders({**params, "include": "payment"}, relations=False)
        return [order for order in found if isinstance(order, Order)]


def _is_live(row: Mapping[str, Any]) -> bool:
    """Check the row itself, so that a test order is not reported as unreadable."""
    return row.get("mode") in {None, "", "live"} and not row.get("deleted_at")


def _changed_at(order: Order | UnreadableOrder) -> datetime:
    """Return the time of the last change; an unreadable order counts as changed last."""
    if isinstance(order, UnreadableOrder):
        return datetime.max.replace(tzinfo=UTC)
    return order.updated_at or _EVER_SINCE
