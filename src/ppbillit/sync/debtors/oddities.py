"""What is odd among Billit's debtors: doubles, consumers that look like firms, debtors without a country.

Only looked at, never acted upon: whether two debtors are one is for a person to say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz, process, utils

from ppbillit.mapping.debtor_card import card_of_debtor, vat_number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ppbillit.billit.models import Debtor

What = Literal["same VAT number", "same e-mail address", "similar name", "looks like a firm", "no country"]

# Of 100; two people with one letter of difference in a long name are at about 95.
_SIMILAR = 93
_TWO = 2

# Legal forms of Belgium and its neighbours.  Those that are also a name or a word count in capitals alone.
_FIRM = re.compile(
    r"(?<!\w)(?:(?i:b\.?v\.?b\.?a\.?|b\.v\.|bv|n\.v\.|nv|v\.?o\.?f\.?|v\.?z\.?w\.?|c\.?v\.?b\.?a\.?|comm\.?v\.?|"
    r"s\.?r\.?l\.?|s\.?p\.?r\.?l\.?|s\.a\.|a\.?s\.?b\.?l\.?|gmbh|ltd\.?|s\.?a\.?r\.?l\.?|stichting|vereniging)"
    r"|SA|AG|KG|UG|CV|SNC|SCS|LLC|Inc\.?)(?!\w)"
)


@dataclass(frozen=True)
class Oddity:
    """Something to look at: the debtors concerned, and what they share where they share something."""

    what: What
    debtors: tuple[Debtor, ...]
    shared: str = ""


def oddities(debtors: Iterable[Debtor], *, countries_are_shown: bool = True) -> list[Oddity]:
    """Give everything odd, doubles first; names are only a hint, and not given where something surer links two.

    Where the list leaves countries out, nobody can be said to be without one.
    """
    everybody = sorted(debtors, key=lambda debtor: debtor.party_id)
    doubles = [
        *_sharing("same VAT number", everybody, _vat_numbers),
        *_sharing("same e-mail address", everybody, _emails),
    ]
    linked = {
        frozenset((one.party_id, other.party_id))
        for double in doubles
        for one in double.debtors
        for other in double.debtors
    }
    return [
        *doubles,
        *_similar(everybody, linked),
        *(Oddity("looks like a firm", (debtor,)) for debtor in everybody if _looks_like_a_firm(debtor)),
        *(
            Oddity("no country", (debtor,))
            for debtor in everybody
            if countries_are_shown and "CountryCode" not in card_of_debtor(debtor)
        ),
    ]


def _sharing(what: What, debtors: list[Debtor], facts: Callable[[Debtor], Iterable[str]]) -> Iterator[Oddity]:
    sharing: dict[str, list[Debtor]] = defaultdict(list)
    for debtor in debtors:
        for fact in dict.fromkeys(facts(debtor)):
            sharing[fact].append(debtor)
    for fact, alike in sorted(sharing.items()):
        if len(alike) > 1:
            yield Oddity(what, tuple(alike), fact)


def _vat_numbers(debtor: Debtor) -> Iterable[str]:
    number = vat_number_of(debtor, card_of_debtor(debtor).get("CountryCode"))
    return [number] if number else []


def _emails(debtor: Debtor) -> Iterable[str]:
    return [email.strip().casefold() for email in (debtor.email or "").split(";") if email.strip()]


def _similar(debtors: list[Debtor], linked: set[frozenset[int]]) -> Iterator[Oddity]:
    """Give pairs of like names; two firms with VAT numbers of their own are two firms."""
    names = [utils.default_process(debtor.name or debtor.display_name or "") for debtor in debtors]
    for place, name in enumerate(names):
        if not name:
            continue
        alike = process.extract(
            name, names[place + 1 :], scorer=fuzz.token_sort_ratio, score_cutoff=_SIMILAR, limit=None
        )
        for _, _, further in sorted(alike, key=lambda found: found[2]):
            one, other = debtors[place], debtors[place + 1 + further]
            numbers = {*_vat_numbers(one), *_vat_numbers(other)}
            if len(numbers) < _TWO and frozenset((one.party_id, other.party_id)) not in linked:
                yield Oddity("similar name", (one, other))


def _looks_like_a_firm(debtor: Debtor) -> bool:
    return not debtor.vat_number and bool(_FIRM.search(debtor.name or debtor.display_name or ""))
