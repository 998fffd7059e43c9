"""Text from outside made safe to show, and validation errors in words without the values.

Customers, and whoever can write into the shop, choose names, labels and numbers. An escape sequence could repaint
the terminal, a line break could forge a finding, a mark of writing direction could turn a sentence around.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError

# Marks of writing direction: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069 (Unicode TR 9).
_DIRECTIONS = frozenset({0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)})
# Controls, surrogates, line and paragraph separators.
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    """Return the text with a space in place of every control character; its length stays the same."""
    return "".join(" " if _is_control(character) else character for character in text)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in _CONTROLS or ord(character) in _DIRECTIONS


_MOST_FIELDS = 3
_SAFE_MESSAGES = {"is not an amount"}  # of our own validators; others may quote the value


def describe_validation_error(error: ValidationError) -> str:
    """Return at most three fields and what is wrong with each: "items.0.amount: is not an amount"."""
    found = [
        f"{'.'.join(str(part) for part in detail['loc']) or 'the whole'}: {_words(detail['type'], detail['msg'])}"
        for detail in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    more = [f"and {len(found) - _MOST_FIELDS} more"] if len(found) > _MOST_FIELDS else []
    return "; ".join(found[:_MOST_FIELDS] + more)


def _words(kind: str, message: str) -> str:
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        own = message.removeprefix("Value error, ")
        return own if own in _SAFE_MESSAGES else "cannot be read"
    return message[:1].lower() + message[1:]
