"""The emulated Plug&Pay API v2: a function from request to response."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ppbillit.emulator.plugandpay import catalogue, gate, orders
from ppbillit.emulator.plugandpay.answers import RefusedError, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.emulator.plugandpay.shop import Shop
    from ppbillit.emulator.wire import Request, Response

    Handler = Callable[..., Response]

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
    """The routes of one shop, one request at a time."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._throttle = gate.Throttle()

    def handle(self, request: Request) -> Response:
        """Answer a request as Plug&Pay would."""
        with self.shop.lock:
            self._throttle.count(self.shop.now())
            try:
                gate.check(self.shop, request)
                self._throttle.check(self.shop)
                response = self._route(request)
            except RefusedError as refused:
                response = refused.response
            return self._throttle.mark(self.shop, response)

    def _route(self, request: Request) -> Response:
        for pattern, methods in ROUTES:
            match = re.fullmatch(pattern, request.path)
            if match and request.method in methods:
                return methods[request.method](self.shop, request, *match.groups())
            if match:
                raise RefusedError(_wrong_method(request, methods))
        raise RefusedError(message(404, f"The route {request.path.strip('/')} could not be found."))


def _wrong_method(request: Request, methods: dict[str, Any]) -> Response:
    allowed = ", ".join(sorted(methods))
    text = f"The {request.method} method is not supported for route {request.path.strip('/')}."
    return message(405, f"{text} Supported methods: {allowed}.", Allow=allowed)
