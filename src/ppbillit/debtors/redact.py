"""Billit's own texts without the names of the customer they are about: what runs print and mail names nobody.

Billit fills names into some of its texts, and a receiver writes what he likes where he refuses an invoice.  Taken
out is what the customer is known by; a name that nobody told us cannot be known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ppbillit.billit.models import Customer, DebtorDraft, Document
    from ppbillit.outcomes import Problem, Refused
    from ppbillit.run import Run
    from ppbillit.state import OrderRecord

_OUT = "…"
# Shorter words of a name are words of the language too: "van", "de", "BV".
_LONG_ENOUGH = 4


def redact(text: str, names: Iterable[str]) -> str:
    """Give the text without these names, and without the longer words of them, in whatever case."""
    parts = {name.strip() for name in names if len(name.strip()) >= _LONG_ENOUGH}
    parts |= {part for name in parts for part in _parts(name)}
    if not parts:
        return text
    longest_first = sorted(parts, key=len, reverse=True)
    return re.sub(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", _OUT, text, flags=re.IGNORECASE
    )


def names_of(who: DebtorDraft | Customer) -> list[str]:
    """Give what the buyer of an order, or the customer of a document, is called."""
    names = (who.name, who.contact_first_name, who.contact_last_name, who.email)
    return [name for name in names if name]


def names_of_debtor(run: Run, party_id: int | None) -> list[str]:
    """Give what a debtor of Billit is called, as far as its lists showed that."""
    known = run.state.debtors.get(party_id) if party_id is not None else None
    return [known.card[name] for name in ("Name", "Email") if name in known.card] if known else []


def names_of_record(run: Run, record: OrderRecord, document: Document | None = None) -> list[str]:
    """Give what the customer of an order's document is called, by its debtor and by the document itself."""
    shown = names_of(document.customer) if document and document.customer else []
    return [*names_of_debtor(run, record.party_id), *shown]


def _parts(name: str) -> Iterator[str]:
    """Give the longer words of a name, and each of several e-mail addresses, whole (billit.md §3.3)."""
    for piece in re.split(r"[\s;,<>]+", name):
        words = [piece] if "@" in piece else re.split(r"\W+", piece)
        yield from (word for word in words if len(word) >= _LONG_ENOUGH)


def redacted_problems(refused: Refused, names: Iterable[str]) -> str:
    """Name what Billit named: codes, with their texts where they have any, without these names."""
    named = [
        f"{text} ({problem.code})" if (text := _text(problem, names)) else problem.code
        for problem in refused.problems
    ]
    return "; ".join(named) or f"HTTP {refused.status}"


def _text(problem: Problem, names: Iterable[str]) -> str:
    is_filled_in = _FILLED_IN.search(problem.code) and problem.code.casefold() not in _NAME_NOBODY
    return "" if is_filled_in else redact(problem.text, names)


# A code with a place for something (`TheCustomer_0_…`) has a text with that filled in, which may be a name.  Of
# these it is a country or a kind of document.
_FILLED_IN = re.compile(r"_\d+(?:_|$)")


_NAME_NOBODY = frozenset({
    "invalidvatpercentagefortaxcountry_0_", "thecustomerdoesnotsupportpeppolfortype_0",
    "theordertypecode_0_isinvalid", "theorderdirectioncode_0_isinvalid",
})  # fmt: skip
