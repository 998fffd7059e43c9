"""JSON as the emulated services write it: exact numbers, never by way of a float."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.emulator.wire import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

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
