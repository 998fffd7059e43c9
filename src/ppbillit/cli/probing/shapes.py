"""What JSON is made of: its key names and the kinds of its values, and never a value; pure.

A report of shapes can be sent to a stranger.  So the names of keys are shown only where they are the service's
own: below the members that hold keys of the user's making they are hidden, and so is whatever looks unlike a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

HIDDEN = "…"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_OWN_KEYS = {"customfields", "meta", "utm", "tags", "headers"}  # of members whose keys are the user's words
_KINDS = (
    (re.compile(r"-?\d+"), "text, whole number"),
    (re.compile(r"-?\d+\.\d"), "text, 1 decimal"),
    (re.compile(r"-?\d+\.\d\d"), "text, 2 decimals"),
    (re.compile(r"-?\d+\.\d{3,}"), "text, more decimals"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "text, date"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "text, time in UTC"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:?\d\d"), "text, time with offset"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+"), "text, time without zone"),
)

_KINDS_OF_VALUES = {
    type(None): "null",
    bool: "true/false",
    int: "number",
    Decimal: "number with decimals",
}

Shapes = dict[str, set[str]]


def add_shapes(shapes: Shapes, value: Any, path: str, *, own_keys: bool = False) -> None:
    """Add what is at `path` and below it."""
    shapes.setdefault(path, set()).add(kind_of(value))
    if isinstance(value, Mapping):
        for key, item in value.items():
            is_shown = not own_keys and _NAME.fullmatch(str(key))
            name = str(key) if is_shown else HIDDEN
            add_shapes(shapes, item, f"{path}.{name}", own_keys=own_keys or _holds_own_keys(path, name))
    elif isinstance(value, list):
        for item in value:
            add_shapes(shapes, item, f"{path}[]", own_keys=own_keys)


def _holds_own_keys(path: str, name: str) -> bool:
    # `meta` is the page's own beside a list, and nobody knows what inside a row of it.
    return name.lower() in _OWN_KEYS and (name != "meta" or "." in path)


def kind_of(value: Any) -> str:
    """Name the kind of a value."""
    if isinstance(value, str):
        return _kind_of_text(value)
    if isinstance(value, list):
        return "list" if value else "empty list"
    return _KINDS_OF_VALUES.get(type(value), "object")


def _kind_of_text(text: str) -> str:
    if not text:
        return "empty text"
    return next((kind for pattern, kind in _KINDS if pattern.fullmatch(text)), "text")


def rate_limits(headers: Mapping[str, str]) -> dict[str, str]:
    """Give the headers that speak of a rate limit; their numbers are nobody's secret."""
    return {
        name: value
        for name, value in headers.items()
        if ("ratelimit" in name.replace("-", "") or name == "retry-after")
        and re.fullmatch(r"\d{1,12}", value)
    }


def header_names(headers: Mapping[str, str]) -> list[str]:
    """Give the names of headers."""
    return sorted(name if re.fullmatch(r"[a-z][a-z0-9-]{0,59}", name) else HIDDEN for name in headers)
