"""On which line of a TOML text each key stands.

`tomllib` reads the values but forgets the lines.  This is no second parser: it is given only text that
`tomllib` has accepted, and steps over values without looking into them, except into inline tables.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.config.keys import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACES = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
# The long quotes first: `"""` begins with what looks like an empty string.  They may end with two more.
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Give the line (from 1) of every key and table in valid TOML, save below arrays of tables."""
    return _Scanner(text).scan()


class _Scanner:
    """One pass over the text; `at` is where it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.arrays: set[KeyPath] = set()

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath | None = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self._next() == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self.lines

    def _header(self) -> KeyPath | None:
        """Read a table's header; None for one that is, or is below, an array of tables."""
        start = self.at
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        path = self._key()
        self.at += 2 if is_array else 1
        if is_array:
            self._note(path, start)
            self.arrays.add(path)
        if any(path[: len(array)] == array for array in self.arrays):
            return None
        self._note(path, start)
        return path

    def _pair(self, table: KeyPath | None) -> None:
        start = self.at
        key = self._key()
        self.at += 1  # the equals sign
        self._skip(_SPACES)
        path = None if table is None else (*table, *key)
        if path is not None:
            self._note(path, start)
        self._value(path)

    def _key(self) -> KeyPath:
        parts: list[str] = []
        while True:
            self._skip(_SPACES)
            parts.append(self._key_part())
            self._skip(_SPACES)
            if self._next() != ".":
                return tuple(parts)
            self.at += 1

    def _key_part(self) -> str:
        if self._next() in {'"', "'"}:
            quoted = self._skip(_QUOTED_KEY)
            return str(tomllib.loads(f"key = {quoted}")["key"])  # it knows the escapes
        return self._skip(_BARE_KEY)

    def _value(self, path: KeyPath | None) -> None:
        match self._next():
            case "[":
                self._array()
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._skip(_STRING)
            case _:
                self._skip(_SCALAR)

    def _array(self) -> None:
        for _ in self._items("]"):
            self._value(None)

    def _inline_table(self, path: KeyPath | None) -> None:
        for _ in self._items("}"):
            self._pair(path)

    def _items(self, end: str) -> Iterator[None]:
        """Stop at the beginning of each item between brackets, and behind the closing one."""
        self.at += 1
        while True:
            self._skip(_BLANK)
            if self._next() == ",":
                self.at += 1
                self._skip(_BLANK)
            if self._next() == end:
                self.at += 1
                return
            yield

    def _note(self, path: KeyPath, position: int) -> None:
        line = self.text.count("\n", 0, position) + 1
        for length in range(1, len(path) + 1):  # `a.b.c = 1` is also the first word of `a` and `a.b`
            self.lines.setdefault(path[:length], line)

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"not TOML at character {self.at}")
        self.at = found.end()
        return found.group()
