"""What is wrong with JSON that does not fit a model, in words that hold none of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError

_MOST = 3
_OUR_WORDS = {"is not an amount"}  # what our own validators say; others may quote the value


def problems(error: ValidationError) -> str:
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
