"""What is odd among Billit's debtors: doubles, consumers that look like firms, debtors without a country.

Only looked at, never acted upon: whether two debtors are one is for a person to say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz, process, utils

from ppbillit.debtors.card import card_of_debtor, vat_number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ppbillit.billit.models import Debtor

What = Literal["same VAT number", "same e-mail address", "similar name", "looks like a firm", "no country"]

# Of 100; two people with one letter of difference in a long name are at about 95.
_SIMILAR = 93

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
    return [
        *doubles,
        *_similar(everybody, doubles),
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


def _similar(debtors: list[Debtor], doubles: Iterable[Oddity]) -> Iterator[Oddity]:
    """Give those with the same name together, and pairs of like names.

    Two firms with VAT numbers of their own are two firms; of several with the same name only the first stands for
    them beside a like one, since books can hold thousands of "Particuliere klant".
    """
    links = _links(doubles)
    called: dict[str, list[Debtor]] = defaultdict(list)
    for debtor in debtors:
        if name := utils.default_process(debtor.name or debtor.display_name or ""):
            called[" ".join(sorted(name.split()))].append(debtor)
    for alike in called.values():
        if _may_be_one(alike, links):
            yield Oddity("similar name", tuple(alike))
    names = list(called)
    for place, name in enumerate(names):
        like = process.extract(
            name, names[place + 1 :], scorer=fuzz.ratio, processor=None, score_cutoff=_SIMILAR, limit=None
        )
        for other, _, _ in sorted(like, key=lambda found: found[2]):
            pair = [called[name][0], called[other][0]]
            if _may_be_one(pair, links):
                yield Oddity("similar name", tuple(sorted(pair, key=lambda debtor: debtor.party_id)))


def _links(doubles: Iterable[Oddity]) -> dict[int, set[int]]:
    """Give for each debtor which of the doubles it is among."""
    links: dict[int, set[int]] = defaultdict(set)
    for place, double in enumerate(doubles):
        for debtor in double.debtors:
            links[debtor.party_id].add(place)
    return links


def _may_be_one(alike: list[Debtor], links: dict[int, set[int]]) -> bool:
    """Tell whether debtors with like names may be one, and something surer does not say so already."""
    is_linked = bool(set.intersection(*(links.get(debtor.party_id, set()) for debtor in alike)))
    are_several_firms = all(any(_vat_numbers(debtor)) for debtor in alike)
    return len(alike) > 1 and not is_linked and not are_several_firms


def _looks_like_a_firm(debtor: Debtor) -> bool:
    return not debtor.vat_number and bool(_FIRM.search(debtor.name or debtor.display_name or ""))
