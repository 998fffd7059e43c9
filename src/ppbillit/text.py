"""What comes from outside, made fit to be printed: on one line, and without what a terminal would obey.

A customer, or whoever can write into the shop, decides on names, labels and numbers.  An escape sequence repaints
the terminal, a line break forges a finding, a mark of writing direction turns a sentence around.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError

# Marks of writing direction: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069 (Unicode TR 9).
_DIRECTIONS = frozenset({0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)})
# Controls, halves of characters, line and paragraph separators.
_OBEYED = frozenset({"Cc", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    """Give a text with a space in place of every character that does something; its length stays the same."""
    return "".join(" " if _does_something(character) else character for character in text)


def _does_something(character: str) -> bool:
    return unicodedata.category(character) in _OBEYED or ord(character) in _DIRECTIONS


_MOST = 3
_OUR_WORDS = {"is not an amount"}  # what our own validators say; others may quote the value


def describe_validation_error(error: ValidationError) -> str:
    """Name the fields and what is wrong with each: "items.0.amount: is not an amount"; three at most."""
    found = [
        f"{'.'.join(str(part) for part in detail['loc']) or 'the whole'}: {_words(detail['type'], detail['msg'])}"
        for detail in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return "; ".join(found[:_MOST] + more)


def _words(kind: str, message: str) -> str:
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        own = message.removeprefix("Value error, ")
        return own if own in _OUR_WORDS else "cannot be read"
    return message[:1].lower() + message[1:]
