"""The line of each key in a TOML text, for messages: `tomllib` reads the values and forgets the lines.

This is no second parser: it gets only text that `tomllib` has accepted, and steps over values token by token.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppbillit.config.keys import KeyPath

# The long quotes first: `"""` begins with what looks like an empty string. They may end with two more.
_TOKEN = re.compile(
    r'(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*')"
    r"|(?P<bare>[A-Za-z0-9_-]+)"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<mark>.)",
    re.DOTALL,
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every key and table in valid TOML, except below arrays of tables."""
    return _Scanner().scan(text)


class _Scanner:
    """One pass over the text."""

    def __init__(self) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.line = 1
        self.is_value = False
        self.key: list[str] = []  # the parts, so far, of the key or header being read
        self.header = ""  # the brackets that opened that header
        self.arrays: list[KeyPath] = []  # of tables
        # What is open, innermost last: the table of the last header, then inline tables and arrays.
        # Each has its bracket, and its path if it is a table whose keys have a line.
        self.open: list[tuple[str, KeyPath | None]] = [("", ())]
        self.path: KeyPath | None = None  # of the value being read

    def scan(self, text: str) -> dict[KeyPath, int]:
        for token in _TOKEN.finditer(text):
            if self.is_value:
                self._value_part(token.group())
            elif token.lastgroup in {"bare", "string"}:
                self.key.append(_decoded(token.group()))
            else:
                self._key_mark(token.group())
            self.line += token.group().count("\n")
        if len(self.open) > 1:
            raise ValueError("not TOML: a bracket is not closed")
        return self.lines

    def _key_mark(self, mark: str) -> None:
        if mark == "[":
            self.header += mark
        elif mark == "]" and self.key:
            self._end_header()
        elif mark == "=":
            table = self.open[-1][1]
            self.path = None if table is None else (*table, *self.key)
            self._note(self.path or ())
            self.key, self.is_value = [], True
        elif mark == "}":
            self.open.pop()
            self.is_value = True

    def _end_header(self) -> None:
        path = tuple(self.key)
        is_array = self.header == "[["
        is_below = any(path[: len(array)] == array for array in self.arrays)
        if not is_below:
            self._note(path)
        if is_array:
            self.arrays.append(path)
        self.open = [("", None if is_array or is_below else path)]
        self.key, self.header = [], ""

    def _value_part(self, part: str) -> None:
        if part == "[":
            self.path = None
            self.open.append((part, None))
        elif part == "{":
            self.open.append((part, self.path))
            self.is_value = False
        elif part in {"]", "}"}:
            self.open.pop()
        elif (part == "," and self.open[-1][0] == "{") or (part == "\n" and len(self.open) == 1):
            self.is_value = False

    def _note(self, path: KeyPath) -> None:
        for length in range(1, len(path) + 1):  # `a.b.c = 1` is also the first word of `a` and `a.b`
            self.lines.setdefault(path[:length], self.line)


def _decoded(key: str) -> str:
    return str(tomllib.loads(f"key = {key}")["key"]) if key[0] in "\"'" else key
