"""What JSON is made of: its key names and the kinds of its values, and never a value; pure.

A report of shapes can be sent to a stranger.  So the names of keys are shown only where they are the service's
own: below the members that hold keys of the user's making they are hidden, and so is whatever looks unlike a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ppbillit import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@dataclass(frozen=True)
class Found:
    """One question that the documentation leaves open, and what the service showed."""

    question: str
    answer: str


@dataclass
class Report:
    """The findings at one service."""

    service: str
    answers: list[Found] = field(default_factory=list)
    shapes: Shapes = field(default_factory=dict)
    headers: set[str] = field(default_factory=set)
    limits: dict[str, str] = field(default_factory=dict)

    def answer(self, question: str, answer: str) -> None:
        """Note an answer."""
        self.answers.append(Found(question, answer))

    def look(self, name: str, value: Any) -> None:
        """Note what an answer is made of."""
        add_shapes(self.shapes, value, name)

    def note_headers(self, headers: Mapping[str, str]) -> None:
        """Note which headers an answer carries."""
        self.headers |= set(header_names(headers))
        self.limits |= rate_limits(headers)

    def words(self, *, whole: bool) -> Iterator[Text]:
        """Write it line by line: the answers, and if it is to be `whole`, what they were found in."""
        yield Text(f"== {self.service}: what its documentation leaves open", style="bold")
        yield from (Text(f"{each.question}: {each.answer}") for each in self.answers)
        if not whole:
            return
        yield Text(f"== {self.service}: headers", style="bold")
        yield Text(", ".join(sorted(self.headers)))
        yield Text(f"== {self.service}: keys and types", style="bold")
        yield from (Text(f"{path}: {' | '.join(sorted(kinds))}") for path, kinds in self.shapes.items())

    def document(self) -> dict[str, Any]:
        """Give it as a part of the JSON document."""
        return {
            "answers": [vars(each) for each in self.answers],
            "headers": sorted(self.headers),
            "rate_limits": self.limits,
            "shapes": {path: sorted(kinds) for path, kinds in self.shapes.items()},
        }


def opening() -> Text:
    """Write the first line."""
    return Text(
        f"ppbillit {__version__} probe: names of keys, kinds of values, counts of orders; no names, no amounts, "
        "no keys of yours. It can be sent to anybody."
    )
