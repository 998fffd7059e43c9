"""What goes over the wire, as plain values: the emulated APIs are functions from request to response."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Request:
    """One request as it arrived; `number` counts all requests to both APIs from 1."""

    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    number: int = 0

    def parameter(self, name: str) -> str | None:
        """Give the last value of a query parameter, None where it is absent."""
        values = self.query.get(name)
        return values[-1] if values else None

    def json(self) -> Any:
        """Give the body as JSON with exact numbers (Decimal); raises ValueError."""
        from decimal import Decimal  # noqa: PLC0415  (kept next to its one use)

        return json.loads(self.body.decode("utf-8"), parse_float=Decimal)


@dataclass(frozen=True)
class Response:
    """One answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def html(status: int, text: str, **headers: str) -> Response:
    """Give an HTML page, as gateways and login pages do."""
    page = f"<!doctype html><html><body><h1>{text}</h1></body></html>".encode()
    return Response(status, page, {"Content-Type": "text/html; charset=UTF-8", **headers})
