"""Reasons: everything the tool says about a single order, as code, sentence and fix.

A reason belongs to an order in a report, in the state file and in `--json`.  It is made and kept in English, with
its facts, and said in the language of who reads it: `in_words`, at the edge.  The catalogues are `english` and
`dutch`.  Trouble that ends a whole run is in `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ppbillit.reasons.dutch import DUTCH, in_dutch
from ppbillit.reasons.english import ENGLISH
from ppbillit.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Language = Literal["en", "nl"]


@dataclass(frozen=True)
class Reason:
    """Why an order is where it is, and what a person can do about it; two are the same if they say the same.

    `facts` are what the catalogue's line was filled in with.
    """

    code: str
    message: str
    fix: str
    facts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def json(self) -> dict[str, str]:
        """Give what others are told of it."""
        return {"code": self.code, "message": self.message, "fix": self.fix}


def reason(code: str, **facts: Any) -> Reason:
    """Fill in a line of the catalogue; an unknown code or a missing fact is a bug (KeyError)."""
    message, fix = ENGLISH[code]
    told = {name: printable(str(value)) for name, value in facts.items()}
    return Reason(code, message.format(**told), fix.format(**told), told)


def in_words(reasons: Iterable[Reason], language: Language) -> tuple[Reason, ...]:
    """Give reasons in a language; one that an older version kept without its facts stays as it was kept."""
    return tuple(map(_in_dutch, reasons)) if language == "nl" else tuple(reasons)


def _in_dutch(said: Reason) -> Reason:
    message, fix = DUTCH.get(said.code, (said.message, said.fix))
    facts = {name: in_dutch(name, fact) for name, fact in said.facts.items()}
    try:
        return Reason(said.code, message.format(**facts), fix.format(**facts), said.facts)
    except KeyError:
        return said
