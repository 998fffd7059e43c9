"""How a write at Plug&Pay or Billit ended.  Every port that writes returns one of these.

`http.outcomes` says how an exchange of bytes ended; these say what that means for what was to be written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Problem:
    """One error that a service names.  Branch on `code` alone: `text` is in the user's language."""

    code: str
    text: str = ""


@dataclass(frozen=True)
class Done(Generic[T_co]):
    """The service did it.  `value` is the id of what it created, or the payment it shows, or None."""

    value: T_co


@dataclass(frozen=True)
class Refused:
    """The service said no (4xx), and did nothing."""

    status: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class KeyUsed:
    """The idempotency key was used before (409).  Whether the document exists has to be looked up."""


@dataclass(frozen=True)
class NotSent:
    """The request never left this machine: nothing happened.  `why` continues a sentence: "Billit …"."""

    why: str


@dataclass(frozen=True)
class Unknown:
    """The request left and no sound answer came: it may or may not have been done.  `why` as in `NotSent`."""

    why: str


WriteOutcome = Done[T_co] | Refused | KeyUsed | NotSent | Unknown
