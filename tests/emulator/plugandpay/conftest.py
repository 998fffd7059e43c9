"""A shop, and a client that calls its API without a socket."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from ppbillit_emulator.plugandpay.api import PlugAndPayApi
from ppbillit_emulator.plugandpay.shop import Shop
from ppbillit_emulator.wire import Request, Response

KEY = "test-key"
HEADERS = {
    "authorization": f"Bearer {KEY}",
    "accept": "application/json",
    "user-agent": "CustomApiCall/2",
    "host": "127.0.0.1:9",
    "content-type": "application/json",
}


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 12, 7, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class ShopClient:
    """A client of the API; `json` and `data` return the content of a successful response."""

    def __init__(self, shop: Shop) -> None:
        self.api = PlugAndPayApi(shop)

    def __call__(self, target: str, method: str = "GET", body: Any = None, **headers: str | None) -> Response:
        path, _, query = target.partition("?")
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in {**HEADERS, **own}.items() if value is not None}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        return self.api.handle(Request(method, path, parse_qs(query, keep_blank_values=True), sent, raw))

    def json(self, target: str, **options: Any) -> Any:
        response = self(target, **options)
        assert response.status in {200, 201}, response
        return json.loads(response.body)

    def data(self, target: str, **options: Any) -> Any:
        return self.json(target, **options)["data"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(clock: Clock) -> Shop:
    return Shop(clock=clock, key=KEY)


@pytest.fixture
def ask(shop: Shop) -> ShopClient:
    return ShopClient(shop)
