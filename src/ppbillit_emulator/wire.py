"""What goes over the wire, as plain values: the emulated APIs are functions from request to response."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
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


JSON_TYPE = "application/json; charset=utf-8"


def encode(value: Any) -> str:
    """Write a value as compact JSON; a Decimal keeps every digit it has (50.00000 stays 50.00000)."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode(str(name))}:{encode(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(encode(member) for member in value) + "]"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("JSON has no numbers that are not finite")
        return format(value, "f")
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"{type(value).__name__} has no place in an answer: money is Decimal, time is text")


def answer(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Give a JSON answer."""
    return Response(status, encode(value).encode(), {"Content-Type": JSON_TYPE, **(headers or {})})
