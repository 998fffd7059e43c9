"""`docs/reasons.md` and `docs/redenen.md`, made from the catalogues so that neither can be wrong about them.

`python -m ppbillit.reasons.page` prints the one, with the word `nl` behind it the other.
"""

from __future__ import annotations

import string
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ppbillit.reasons.dutch import DUTCH
from ppbillit.reasons.english import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.reasons import Language

# The chapters of the catalogue, by the code that each begins with.
CHAPTERS: dict[str, dict[Language, str]] = {
    "test_order": {"en": "The order itself", "nl": "De bestelling zelf"},
    "amounts_unexplained": {"en": "Amounts", "nl": "Bedragen"},
    "vat_rate_missing": {"en": "VAT", "nl": "Btw"},
    "ledger_not_a_number": {
        "en": "Ledger account, buyer, credited invoice",
        "nl": "Grootboekrekening, koper, gecrediteerde factuur",
    },
    "number_taken": {"en": "In Billit", "nl": "In Billit"},
    "not_on_peppol": {"en": "Sending", "nl": "Versturen"},
    "marked_in_plugandpay": {"en": "Payments", "nl": "Betalingen"},
}

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
class _Page:
    head: str
    columns: str
    number: str
    catalogue: dict[str, tuple[str, str]]


_PAGES: dict[Language, _Page] = {
    "en": _Page(_ENGLISH_HEAD, "| code | what it says | what to do |", "NUMBER", ENGLISH),
    "nl": _Page(_DUTCH_HEAD, "| code | wat er staat | wat te doen |", "NUMMER", DUTCH),
}


def page(language: Language) -> str:
    """Write the page: a table for each chapter of the catalogue."""
    return "".join(_parts(_PAGES[language], language))


def _parts(made_of: _Page, language: Language) -> Iterator[str]:
    yield made_of.head
    for code, (message, fix) in made_of.catalogue.items():
        if code in CHAPTERS:
            yield f"\n## {CHAPTERS[code][language]}\n\n{made_of.columns}\n|---|---|---|\n"
        yield f"| `{code}` | {_open(message, made_of)} | {_open(fix, made_of)} |\n"


def _open(text: str, made_of: _Page) -> str:
    """Leave the facts open; the order's number has a name, since it is there to be typed."""
    parts = []
    for literal, fact, _, _ in string.Formatter().parse(text):
        parts.append(literal.replace("|", "\\|").replace("<", "&lt;"))
        if fact:
            parts.append(made_of.number if fact == "order_id" else "…")
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page("nl" if "nl" in sys.argv[1:] else "en"))
