"""Requests and responses as plain values, and the JSON in them.

The emulated APIs are functions from `Request` to `Response`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON_TYPE = "application/json; charset=utf-8"
_encode = json.JSONEncoder(ensure_ascii=False).encode  # made once: json.dumps would make one for each call


@dataclass(frozen=True)
class Request:
    """One request as received; `number` counts all requests to both APIs from 1."""

    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    number: int = 0

    def parameter(self, name: str) -> str | None:
        """Return the last value of a query parameter, None if it is absent."""
        values = self.query.get(name)
        return values[-1] if values else None

    def json(self) -> Any:
        """Return the body as JSON with exact numbers (Decimal); raise ValueError if it is none."""
        return json.loads(self.body.decode("utf-8"), parse_float=Decimal)


@dataclass(frozen=True)
class Response:
    """One response."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def html_response(status: int, text: str, **headers: str) -> Response:
    """Return an HTML page, as gateways and login pages do."""
    page = f"<!doctype html><html><body><h1>{text}</h1></body></html>".encode()
    return Response(status, page, {"Content-Type": "text/html; charset=UTF-8", **headers})


def json_response(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON response."""
    return Response(status, to_json(value).encode(), {"Content-Type": JSON_TYPE, **(headers or {})})


def to_json(value: Any) -> str:
    """Return a value as compact JSON; a Decimal keeps every digit it has (50.00000 stays 50.00000)."""
    if isinstance(value, dict):
        return "{" + ",".join([f"{_encode(str(name))}:{to_json(each)}" for name, each in value.items()]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([to_json(each) for each in value]) + "]"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("JSON has only finite numbers")
        return format(value, "f")
    if value is None or isinstance(value, bool | int | str):
        return _encode(value)
    raise TypeError(f"{type(value).__name__} cannot be part of a response: money is Decimal, time is text")
