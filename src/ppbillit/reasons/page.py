"""The pages `docs/reasons.md` and `docs/redenen.md`, made from the catalogue so that they agree with it.

`python -m ppbillit.reasons.page` prints the English page, and with the argument `nl` the Dutch one.
"""

from __future__ import annotations

import string
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ppbillit.reasons.catalogue import TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.reasons.words import Language

_ENGLISH_HEAD = """\
# What is said of an order

<!-- Made from the catalogue: do not edit. `python -m ppbillit.reasons.page > docs/reasons.md` -->

*[In het Nederlands](redenen.md)*

Each order that has news comes with the reason and with what to do about it: on the screen after a run, in
`ppbillit status`, `ppbillit history` and `ppbillit explain`, in messages, and with `--json` together with its
code. The codes stay the same, the words may improve. With `language = "nl"` at the top of the config the words
are Dutch.

Most reasons say why an order is stuck; some are only remarks about an invoice that was made. Here, … stands for
what belongs to the order: its amounts, its numbers, Billit's own words.
"""

_DUTCH_HEAD = """\
# Wat er van een bestelling gezegd wordt

<!-- Made from the catalogue: do not edit. `python -m ppbillit.reasons.page nl > docs/redenen.md` -->

*[In English](reasons.md)*

Bij elke bestelling waarover er nieuws is, staat waarom en wat u eraan kunt doen: op het scherm na een run, in
`ppbillit status`, `ppbillit history` en `ppbillit explain`, in berichten, en met `--json` samen met de code. De
codes blijven dezelfde, de woorden kunnen beter worden. Ze zijn Nederlands met `language = "nl"` bovenaan in de
config.

De meeste redenen zeggen waarom een bestelling vastzit; sommige zijn alleen een opmerking bij een factuur die
gemaakt is. "ze" en "haar" zijn de bestelling of haar factuur. Hier staat … voor wat bij de bestelling hoort: haar
bedragen, haar nummers, de eigen woorden van Billit.
"""


@dataclass(frozen=True)
class _Frame:
    """What stands around the entries: the head of the page, that of each table, the word for an order's number."""

    head: str
    columns: str
    number: str


_FRAMES: dict[Language, _Frame] = {
    "en": _Frame(_ENGLISH_HEAD, "| code | what it says | what to do |", "NUMBER"),
    "nl": _Frame(_DUTCH_HEAD, "| code | wat er staat | wat te doen |", "NUMMER"),
}


def page(language: Language) -> str:
    """Return the page in a language: a table for each topic."""
    return "".join(_parts(language))


def _parts(language: Language) -> Iterator[str]:
    frame = _FRAMES[language]
    yield frame.head
    for topic in TOPICS:
        yield f"\n## {topic.title(language)}\n\n{frame.columns}\n|---|---|---|\n"
        for code, entry in topic.entries.items():
            message, fix = entry.texts(language)
            yield f"| `{code}` | {_cell(message, frame)} | {_cell(fix, frame)} |\n"


def _cell(text: str, frame: _Frame) -> str:
    """Return a text as Markdown, with … for each fact.

    The order's number gets a word instead, since it stands in commands that the reader types.
    """
    parts = []
    for literal, fact, _, _ in string.Formatter().parse(text):
        parts.append(literal.replace("|", "\\|").replace("<", "&lt;"))
        if fact:
            parts.append(frame.number if fact == "order_id" else "…")
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page("nl" if "nl" in sys.argv[1:] else "en"))
