"""Setting the switches of an emulated service by name, with a check of each value."""

from __future__ import annotations

import types
import typing
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal


@dataclass
class Switches:
    """The base of both services' switches: dataclasses whose every field has a default."""

    def update(self, **values: Any) -> None:
        """Set switches by name; raise ValueError, and set none, if a name or a value does not exist."""
        hints = typing.get_type_hints(type(self))
        unknown = sorted(set(values) - set(hints))
        if unknown:
            raise ValueError(f"no such switch: {', '.join(unknown)}")
        for name, value in values.items():
            if not _fits(value, hints[name]):
                raise ValueError(f"{name} {_choices(hints[name])}, not {value!r}")
        for name, value in values.items():
            setattr(self, name, tuple(value) if isinstance(value, list) else value)

    def as_dict(self) -> dict[str, Any]:
        """Return all switches as plain values."""
        return asdict(self)

    def reset(self) -> None:
        """Set every switch to its default."""
        for each in fields(self):
            setattr(self, each.name, each.default)


def _fits(value: Any, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin is Literal:
        return value in typing.get_args(hint) and not isinstance(value, bool)
    if origin is types.UnionType:
        return any(_fits(value, each) for each in typing.get_args(hint))
    if origin is tuple:
        return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


def _choices(hint: Any) -> str:
    if typing.get_origin(hint) is Literal:
        return f"is one of {', '.join(map(str, typing.get_args(hint)))}"
    return f"is of type {getattr(hint, '__name__', hint)}"
