"""Find what is odd among Billit's debtors: doubles, firms without a VAT number, debtors without a country.

Nothing is changed: a person decides whether two debtors are the same.
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

OddityKind = Literal[
    "same VAT number", "same e-mail address", "similar name", "looks like a firm", "no country"
]

# Of 100. Two long names that differ in one letter score about 95.
_SIMILAR = 93

# Legal forms of Belgium and its neighbours. Those that are also names or words count only in capitals.
_FIRM = re.compile(
    r"(?<!\w)(?:(?i:b\.?v\.?b\.?a\.?|b\.v\.|bv|n\.v\.|nv|v\.?o\.?f\.?|v\.?z\.?w\.?|c\.?v\.?b\.?a\.?|comm\.?v\.?|"
    r"s\.?r\.?l\.?|s\.?p\.?r\.?l\.?|s\.a\.|a\.?s\.?b\.?l\.?|gmbh|ltd\.?|s\.?a\.?r\.?l\.?|stichting|vereniging)"
    r"|SA|AG|KG|UG|CV|SNC|SCS|LLC|Inc\.?)(?!\w)"
)


@dataclass(frozen=True)
class Oddity:
    """Debtors that a person should look at, and the number or address that they share, if any."""

    what: OddityKind
    debtors: tuple[Debtor, ...]
    shared: str = ""


def find_oddities(debtors: Iterable[Debtor], *, countries_are_shown: bool = True) -> list[Oddity]:
    """Return everything odd, doubles first. A similar name is only a hint, left out for debtors that share more.

    If the list leaves countries out, nobody counts as being without one.
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


def _sharing(
    what: OddityKind, debtors: list[Debtor], facts: Callable[[Debtor], Iterable[str]]
) -> Iterator[Oddity]:
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
    """Yield the debtors with the same name together, and pairs with similar names.

    Of several debtors with the same name only the first is compared with similar names: Billit can hold thousands
    called "Particuliere klant".
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
    """Return for each debtor the positions of the doubles that it is in."""
    links: dict[int, set[int]] = defaultdict(set)
    for place, double in enumerate(doubles):
        for debtor in double.debtors:
            links[debtor.party_id].add(place)
    return links


def _may_be_one(alike: list[Debtor], links: dict[int, set[int]]) -> bool:
    """Check whether debtors with similar names may be the same, and are not linked already by something surer."""
    is_linked = bool(set.intersection(*(links.get(debtor.party_id, set()) for debtor in alike)))
    # Firms that all have a VAT number of their own are different firms.
    are_several_firms = all(any(_vat_numbers(debtor)) for debtor in alike)
    return len(alike) > 1 and not is_linked and not are_several_firms


def _looks_like_a_firm(debtor: Debtor) -> bool:
    return not debtor.vat_number and bool(_FIRM.search(debtor.name or debtor.display_name or ""))
