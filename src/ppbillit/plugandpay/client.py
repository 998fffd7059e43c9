"""Asks the Plug&Pay API v2 for the shop and its orders; what comes out is typed, or said to be unreadable."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from ppbillit.errors import KeysRefused, NotAllowed, PpbillitError
from ppbillit.http import Answered, HttpClient, NotJson, Refused, Service
from ppbillit.plugandpay.models import Order, PricedProduct, Product, Shop, UnreadableOrder, UnreadableProduct
from ppbillit.plugandpay.pages import ListChanged, NotAList, read_all, row_id
from ppbillit.text import describe_validation_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

logger = logging.getLogger("ppbillit.plugandpay")


USER_AGENT = "CustomApiCall/2"  # exactly this, nothing appended (plugandpay.md §2)
PRODUCTS_PER_QUESTION = 40  # so that the address stays short
PER_PAGE = 25  # in proven use; what the most is, nobody knows (plugandpay.md §6.3)
ONE_DAY = timedelta(days=1)

# What we model (plugandpay.md §6.2): the first set holds relations that only integrations are known to use, the
# second is the official SDK's, without which nothing can be invoiced.
INCLUDES = (
    "billing,items,payment,taxes,discounts,products,shipping,collection_costs,related_orders,custom_fields"
)
SDK_INCLUDES = "billing,items,payment,taxes,discounts"

PRODUCT_INCLUDES = "pricing,tax_rates"

_REFUSED_QUESTION = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
_EVER_SINCE = datetime.min.replace(tzinfo=UTC)


def plug_and_pay(
    api_key: str,
    base_url: str = "https://api.plugandpay.com",
    *,
    requests_per_second: float = 2.0,
    timeout_seconds: float = 30.0,
) -> Service:
    """Give the service to make a `Transport` for."""
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


class PlugAndPayClient:
    """The shop, read only.

    All methods may raise KeysRefused, Unavailable and TryLater, and nothing else.  `zone` is the shop's.
    """

    def __init__(self, transport: HttpClient, zone: ZoneInfo | None = None) -> None:
        self._transport = transport
        self._zone = zone or ZoneInfo("Europe/Brussels")
        self._includes = INCLUDES

    def __enter__(self) -> Self:
        """It is open already."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the transport, whatever happened."""
        self._transport.close()

    def shop(self) -> Shop | None:
        """Say whose orders the key opens; None where the key is good, but may not ask that (plugandpay.md §3)."""
        answer = self._transport.read("/v2/auth/tenants/me")
        if isinstance(answer, Refused):
            if answer.status == HTTPStatus.UNAUTHORIZED:
                raise self._key_refused()
            if self._judged(self._transport.read("/v2/orders", {"limit": 1})) is None:
                raise self._transport.unavailable("knows no orders at this address")
            return None
        body = _unwrapped(answer)
        if not isinstance(body, Mapping) or not isinstance(body.get("id"), int | str):
            raise self._transport.unavailable("gave no shop where its shop was asked for")
        plan = body.get("plan")
        return Shop(str(body["id"]), str(body.get("name") or ""), str(plan) if plan else None)

    def orders(self, since: date, until: date | None = None) -> list[Order | UnreadableOrder]:
        """Give the live orders whose invoice date lies in that span, and some around it, by date and id.

        One day more is asked for on both sides, since the zone of the filter is unknown (plugandpay.md §6.1); the
        caller cuts.  Orders in test mode and deleted ones are left out, even where the filters let them through.
        Hidden orders are asked for too: whether the plain list has them is not known (plugandpay.md §14 i), and
        they have invoices like all others.
        """
        params: dict[str, str | int] = {
            "mode": "live",
            "since_invoice_date": (since - ONE_DAY).isoformat(),
            "sort": "invoice_number",  # the one sort key without ties: they may come in another order each time
            "direction": "asc",
            "limit": PER_PAGE,
        }
        if until is not None:
            params["until_invoice_date"] = (until + ONE_DAY).isoformat()
        return self._listed(params)

    def order(self, order_id: int) -> Order | UnreadableOrder | None:
        """Give one order, also in test mode or deleted; None where there is none with this id (any more)."""
        answer = self._ask_with_includes("/v2/orders/{id}", {}, id=order_id)
        if answer is None:
            return None
        body = _unwrapped(answer)
        if not isinstance(body, Mapping):
            raise self._transport.unavailable("gave something that is no order")
        return _order(order_id, body)

    def products(self) -> list[PricedProduct | UnreadableProduct]:
        """Give every product that is not deleted, once, by its id, with its prices."""
        try:
            params: dict[str, str | int] = {"limit": PER_PAGE, "include": PRODUCT_INCLUDES}
            pages = read_all(lambda page: self._page_of_products(page, params))
            rows = {row_id(row): row for row in pages}
        except NotAList:
            raise self._transport.unavailable("gave something that is no list of products") from None
        except ListChanged:
            raise self._transport.unavailable("changed its list of products each time it was read") from None
        # Deleted ones are not asked for; that the server leaves them out is not relied on.
        return [_product(number, row) for number, row in sorted(rows.items()) if not row.get("deleted_at")]

    def products_of(self, ids: Sequence[int]) -> list[Product]:
        """Give these products, deleted ones too, some forty to a question; those nobody knows are left out."""
        found: dict[int, Product] = {}
        for is_deleted in ({}, {"is_deleted": 1}):
            missing = [number for number in ids if number not in found]
            for first in range(0, len(missing), PRODUCTS_PER_QUESTION):
                some = missing[first : first + PRODUCTS_PER_QUESTION]
                found |= self._products_among(set(some), is_deleted)
        return list(found.values())

    def _products_among(self, ids: set[int], is_deleted: Mapping[str, int]) -> dict[int, Product]:
        params: dict[str, str | int] = {
            "product_ids": ",".join(map(str, sorted(ids))),
            "limit": PRODUCTS_PER_QUESTION,
            **is_deleted,
        }
        try:
            rows = list(read_all(lambda page: self._page_of_products(page, params)))
        except NotAList:
            raise self._transport.unavailable("gave something that is no list of products") from None
        except ListChanged:
            raise self._transport.unavailable("changed its list of products each time it was read") from None
        # That the server keeps to the ids is not relied on; what cannot be read is as good as not there.
        products = (_product_behind(row) for row in rows if row_id(row) in ids)
        return {product.id: product for product in products if product}

    # --- asking -----------------------------------------------------------------------------------

    def _listed(self, params: Mapping[str, str | int]) -> list[Order | UnreadableOrder]:
        """Give all live orders of a list, the hidden ones too, each once, by date and id."""
        try:
            rows = [
                *read_all(lambda page: self._page(params, page)),
                *read_all(lambda page: self._page({**params, "is_hidden": 1}, page)),
            ]
            return sorted(self._latest(rows), key=self._by_date)
        except NotAList:
            raise self._transport.unavailable("gave something that is no list of orders") from None
        except ListChanged:
            raise self._transport.unavailable("changed its list of orders each time it was read") from None

    def _page(self, params: Mapping[str, str | int], number: int) -> Any:
        question = {**params, "page": number}
        if "include" in params:  # no more than what every server gives
            answer = self._judged(self._transport.read("/v2/orders", question))
        else:
            answer = self._ask_with_includes("/v2/orders", question)
        if answer is None:
            raise NotAList  # 404: at this address there is no such thing as orders
        return answer.json()

    def _page_of_products(self, number: int, params: Mapping[str, str | int]) -> Any:
        question = {"sort": "id", "direction": "asc", **params, "page": number}
        answer = self._judged(self._transport.read("/v2/products", question))
        if answer is None:
            raise NotAList
        return answer.json()

    def _ask_with_includes(
        self, template: str, params: Mapping[str, str | int], **fields: int
    ) -> Answered | None:
        """Ask; where the relations we want are refused, ask for the SDK's from then on (plugandpay.md §6.2)."""
        answer = self._transport.read(template, {**params, "include": self._includes}, **fields)
        if answer.status not in _REFUSED_QUESTION or self._includes == SDK_INCLUDES or _is_oauth(answer):
            return self._judged(answer)
        # Only if this is taken, it was the relations that were refused.
        sure = self._judged(self._transport.read(template, {**params, "include": SDK_INCLUDES}, **fields))
        self._includes = SDK_INCLUDES
        logger.warning(
            "Plug&Pay refuses some of the relations asked for: in this run there is no shipping, no answer to a "
            "checkout question, and no link between an order and its credit invoice"
        )
        return sure

    def _judged(self, answer: Answered | Refused) -> Answered | None:
        """Give the answer, None for 404; everything else refused ends the run."""
        if isinstance(answer, Answered):
            return answer
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        raise self.refusal(answer)

    def refusal(self, refused: Refused) -> PpbillitError:
        """Say what a refused question to read means."""
        is_page = "html" in refused.content_type  # the CDN's, or a filter's (plugandpay.md §5)
        if refused.status == HTTPStatus.UNAUTHORIZED or _is_oauth(refused):
            return self._key_refused()
        if refused.status == HTTPStatus.FORBIDDEN and not is_page:
            return NotAllowed(
                "Plug&Pay knows the key, but does not let it read what was asked for.",
                "Make the key with a login that may see orders and products, in the shop that is to be synced.",
            )
        fields = f", for {', '.join(named)}" if (named := named_fields(refused)) else ""
        return self._transport.unavailable(f"refused the question ({refused.status}{fields})")

    @staticmethod
    def _key_refused() -> KeysRefused:
        return KeysRefused(
            "Plug&Pay does not accept the key.",
            "Make a new key in Plug&Pay under Settings → Developers (it is not the webhook key) and run "
            "`ppbillit connect plugandpay`, which asks for it.",
        )

    # --- reading ----------------------------------------------------------------------------------

    def _latest(self, rows: Iterable[Mapping[str, Any]]) -> Iterable[Order | UnreadableOrder]:
        """Give each live order once, as it was when it was changed last; rows come in the order of reading."""
        found: dict[int, tuple[Order | UnreadableOrder, bool]] = {}
        for row in rows:
            order = _order(row_id(row), row)
            known = found.get(order.id)
            if known is None or _changed(order) >= _changed(known[0]):
                found[order.id] = order, _is_live(row)
        return [order for order, is_live in found.values() if is_live]

    def _by_date(self, order: Order | UnreadableOrder) -> tuple[date, int]:
        try:
            day = order.invoice_day(self._zone) if isinstance(order, Order) else None
        except ValueError:
            day = None
        return day or date.max, order.id


def _order(order_id: int, row: Mapping[str, Any]) -> Order | UnreadableOrder:
    try:
        order = Order.model_validate(row)
    except ValidationError as error:
        return UnreadableOrder(order_id, describe_validation_error(error))
    # An order that does not say whether it is a test is neither dropped nor invoiced.
    return order if order.mode else UnreadableOrder(order_id, "mode: is missing")


def _product(product_id: int, row: Mapping[str, Any]) -> PricedProduct | UnreadableProduct:
    try:
        return PricedProduct.model_validate(row)
    except ValidationError as error:
        return UnreadableProduct(product_id, describe_validation_error(error))


def _product_behind(row: Mapping[str, Any]) -> Product | None:
    try:
        return Product.model_validate(row)
    except ValidationError:
        return None


def _is_live(row: Mapping[str, Any]) -> bool:
    """Tell from the bare row, so that a test order is not reported as unreadable."""
    return row.get("mode") in {None, "", "live"} and not row.get("deleted_at")


def _changed(order: Order | UnreadableOrder) -> datetime:
    """Give the time of the last change; what cannot be read is no older than anything."""
    if isinstance(order, UnreadableOrder):
        return datetime.max.replace(tzinfo=UTC)
    return order.updated_at or _EVER_SINCE


def _unwrapped(answer: Answered | Refused) -> Any:
    """Give a single object, with or without `data` around it (plugandpay.md §5)."""
    body = answer.json()
    return body["data"] if isinstance(body, Mapping) and isinstance(body.get("data"), Mapping) else body


def _is_oauth(answer: Answered | Refused) -> bool:
    """Tell whether a 400 is about the token: `{"error": …, "error_description": …}` (plugandpay.md §5)."""
    return answer.status == HTTPStatus.BAD_REQUEST and "error" in _object(answer)


def named_fields(refused: Refused) -> list[str]:
    """Name the fields a 422 complains about; messages are in somebody's language and may quote values."""
    errors = _object(refused).get("errors")
    return (
        [name for name in errors if re.fullmatch(r"[\w.]{1,60}", name)] if isinstance(errors, Mapping) else []
    )


def _object(answer: Answered | Refused) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except NotJson:
        return {}
    return body if isinstance(body, Mapping) else {}
