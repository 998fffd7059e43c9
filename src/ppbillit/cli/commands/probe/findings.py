"""What `probe` reports of a service: answers to open questions, and the keys and kinds of values of its JSON.

A report holds no value of the shop's, so that it can be sent to anybody. The names of keys are shown only where
the service defines them: below members whose keys the user makes up they are hidden, as is all that does not look
like a name.
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
    """Add the kind of a value at `path`, and of all values below it."""
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
    # Beside a list, `meta` describes the page; inside a row its keys may be anybody's.
    return name.lower() in _OWN_KEYS and (name != "meta" or "." in path)


def kind_of(value: Any) -> str:
    """Return the kind of a value."""
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
    """Return the headers about rate limits; their numbers are no secret."""
    return {
        name: value
        for name, value in headers.items()
        if ("ratelimit" in name.replace("-", "") or name == "retry-after")
        and re.fullmatch(r"\d{1,12}", value)
    }


def header_names(headers: Mapping[str, str]) -> list[str]:
    """Return the names of headers, sorted; a name that looks unlike one is hidden."""
    return sorted(name if re.fullmatch(r"[a-z][a-z0-9-]{0,59}", name) else HIDDEN for name in headers)


@dataclass
class ProbeReport:
    """The findings at one service; `answers` are those to the questions that its documentation leaves open."""

    service: str
    answers: dict[str, str] = field(default_factory=dict)
    shapes: Shapes = field(default_factory=dict)
    headers: set[str] = field(default_factory=set)
    limits: dict[str, str] = field(default_factory=dict)

    def note_shape(self, name: str, value: Any) -> None:
        """Note the keys and kinds of an answer."""
        add_shapes(self.shapes, value, name)

    def note_headers(self, headers: Mapping[str, str]) -> None:
        """Note the headers of an answer."""
        self.headers |= set(header_names(headers))
        self.limits |= rate_limits(headers)

    def lines(self, *, whole: bool) -> Iterator[Text]:
        """Yield the lines to print: the answers, and if `whole` also headers, keys and kinds."""
        yield Text(f"== {self.service}: what its documentation leaves open", style="bold")
        yield from (Text(f"{question}: {answer}") for question, answer in self.answers.items())
        if not whole:
            return
        yield Text(f"== {self.service}: headers", style="bold")
        yield Text(", ".join(sorted(self.headers)))
        yield Text(f"== {self.service}: keys and types", style="bold")
        yield from (Text(f"{path}: {' | '.join(sorted(kinds))}") for path, kinds in self.shapes.items())

    def as_json(self) -> dict[str, Any]:
        """Return the report as a member of the JSON document."""
        return {
            "answers": [{"question": each, "answer": answer} for each, answer in self.answers.items()],
            "headers": sorted(self.headers),
            "rate_limits": self.limits,
            "shapes": {path: sorted(kinds) for path, kinds in self.shapes.items()},
        }


def first_line() -> Text:
    """Return the first line to print."""
    return Text(
        f"ppbillit {__version__} probe: names of keys, kinds of values, counts of orders; no names, no amounts, "
        "no keys of yours. It can be sent to anybody."
    )
