"""Reasons: everything the tool says about a single order, as a code, a message and a fix.

A reason stands in the report, in the state file and in `--json`. It is made and stored in English, together with
its facts, and translated where it is shown. Errors that end a whole run are in `errors`.

To add a reason, add one entry with its texts in both languages to the module of its topic (see `catalogue`), and
print both pages anew (see `page`). If a fact can hold English words of ours, such as "an unknown total", add their
Dutch to `words`. A code never changes; its texts may improve.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ppbillit.reasons.catalogue import CATALOGUE
from ppbillit.reasons.words import Language, fact_in_dutch
from ppbillit.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Language", "Reason", "reason", "translate"]


@dataclass(frozen=True)
class Reason:
    """Why an order is where it is, and what a person can do about it.

    `facts` are the values that the texts were filled in with. They do not count when two reasons are compared.
    """

    code: str
    message: str
    fix: str
    facts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def json(self) -> dict[str, str]:
        """Return the members that `--json` shows."""
        return {"code": self.code, "message": self.message, "fix": self.fix}


def reason(code: str, **facts: Any) -> Reason:
    """Return a reason of the catalogue, in English, filled in with its facts.

    Raise KeyError for an unknown code or a missing fact: either is a bug.
    """
    shown = {name: printable(str(value)) for name, value in facts.items()}
    message, fix = CATALOGUE[code].texts("en")
    return Reason(code, message.format(**shown), fix.format(**shown), shown)


def translate(reasons: Iterable[Reason], language: Language) -> tuple[Reason, ...]:
    """Return reasons in a language.

    A reason with a code that is not in the catalogue, or without a fact that its text needs, stays in English:
    another version stored it.
    """
    return tuple(map(_in_dutch, reasons)) if language == "nl" else tuple(reasons)


def _in_dutch(english: Reason) -> Reason:
    if english.code not in CATALOGUE:
        return english
    message, fix = CATALOGUE[english.code].texts("nl")
    facts = {name: fact_in_dutch(name, value) for name, value in english.facts.items()}
    try:
        return Reason(english.code, message.format(**facts), fix.format(**facts), english.facts)
    except KeyError:
        return english
