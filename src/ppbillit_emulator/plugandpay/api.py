"""The Plug&Pay API as a function from request to response: access, rate limit, routes (plugandpay.md §2 to §5)."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay import catalogue, orders
from ppbillit_emulator.plugandpay.responses import RefusedError, message_response
from ppbillit_emulator.wire import Response, html_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit_emulator.plugandpay.shop import Shop
    from ppbillit_emulator.wire import Request

    Handler = Callable[..., Response]

USER_AGENT = "CustomApiCall/2"
LOGIN_PAGE = "https://admin.plugandpay.com/login"
OPEN_ROUTES = {"/v2/countries"}  # routes without a key (§1)
MINUTE = 60
ROUTES: list[tuple[str, dict[str, Handler]]] = [
    (r"/v2/orders", {"GET": orders.index, "POST": orders.create}),
    (r"/v2/orders/(\d{1,18})", {"GET": orders.show, "PATCH": orders.update, "DELETE": orders.remove}),
    (r"/v2/orders/(\d{1,18})/payment", {"GET": orders.show_payment, "PATCH": orders.update_payment}),
    (r"/v2/products", {"GET": catalogue.products}),
    (r"/v2/products/(\d{1,18})", {"GET": catalogue.product}),
    (r"/v2/tax-rates", {"GET": catalogue.tax_rates}),
    (r"/v2/auth/tenants/me", {"GET": catalogue.tenant}),
    (r"/v2/countries", {"GET": catalogue.countries}),
    (r"/v2/invoices", {"GET": catalogue.own_invoices}),
]


class PlugAndPayApi:
    """The API of one shop; it handles one request at a time."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._throttle = Throttle()

    def handle(self, request: Request) -> Response:
        """Handle a request."""
        with self.shop.lock:
            self._throttle.count(self.shop.now())
            try:
                _check_access(self.shop, request)
                self._throttle.check(self.shop)
                response = self._route(request)
            except RefusedError as refused:
                response = refused.response
            return self._throttle.with_headers(self.shop, response)

    def _route(self, request: Request) -> Response:
        for pattern, methods in ROUTES:
            match = re.fullmatch(pattern, request.path)
            if match and request.method in methods:
                return methods[request.method](self.shop, request, *match.groups())
            if match:
                raise RefusedError(_wrong_method(request, methods))
        raise RefusedError(message_response(404, f"The route {request.path.strip('/')} could not be found."))


def _wrong_method(request: Request, methods: dict[str, Any]) -> Response:
    allowed = ", ".join(sorted(methods))
    text = f"The {request.method} method is not supported for route {request.path.strip('/')}."
    return message_response(405, f"{text} Supported methods: {allowed}.", Allow=allowed)


def _check_access(shop: Shop, request: Request) -> None:
    """Raise RefusedError for a wrong user agent, Accept header or key, checked in this order."""
    refuse = shop.switches.wrong_user_agent == "refuse"
    if refuse and request.headers.get("user-agent") != USER_AGENT:
        raise RefusedError(html_response(403, "Sorry, you have been blocked"))
    if not _wants_json(request.headers.get("accept", "")):
        raise RefusedError(html_response(302, "Redirecting to login", Location=LOGIN_PAGE))
    if request.path not in OPEN_ROUTES and request.headers.get("authorization") != f"Bearer {shop.key}":
        raise RefusedError(message_response(401, "Unauthenticated."))


def _wants_json(accept: str) -> bool:
    """Check whether the first type in an Accept header is JSON, as Laravel does; `*/*` is not."""
    first = re.split("[,;]", accept)[0].strip().lower()
    return first.endswith(("/json", "+json"))


class Throttle:
    """A limit of requests per minute of the shop's clock, as in Laravel (a guess, plugandpay.md §4)."""

    def __init__(self) -> None:
        self._minute = datetime.min.replace(tzinfo=UTC)
        self._count = 0

    def count(self, now: datetime) -> None:
        """Count one request."""
        minute = now.replace(second=0, microsecond=0)
        self._count = self._count + 1 if minute == self._minute else 1
        self._minute = minute

    def check(self, shop: Shop) -> None:
        """Raise 429 if the limit is enforced and exceeded."""
        switches = shop.switches
        if not switches.rate_limit_enforced or self._count <= switches.rate_limit_per_minute:
            return
        now = shop.now()
        reset = datetime.fromtimestamp((now.timestamp() // MINUTE + 1) * MINUTE, UTC)
        headers = {"X-RateLimit-Reset": str(int(reset.timestamp()))}
        if switches.retry_after == "seconds":
            headers["Retry-After"] = str(math.ceil((reset - now).total_seconds()))
        elif switches.retry_after == "date":
            headers["Retry-After"] = format_datetime(reset, usegmt=True)
        raise RefusedError(message_response(429, "Too Many Attempts.", **headers))

    def with_headers(self, shop: Shop, response: Response) -> Response:
        """Return the response with the headers of the rate limit."""
        if not shop.switches.rate_limit_headers:
            return response
        limit = shop.switches.rate_limit_per_minute
        left = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, limit - self._count))}
        return Response(response.status, response.body, {**left, **response.headers})
