"""Billit's debtors, mirrored in the state file: refreshed by what changed, once a day read anew.

What Billit's lists show is not written down anywhere, nor how soon: a row may be without address and key, and a
debtor may be missing for a while.  So what a row does not show at all is kept as it was known, and no debtor of
ours is forgotten on the word of a list alone.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.debtors.card import (
    ADDRESS,
    address_key,
    card_of_debtor,
    is_firm,
    shows_address,
    vat_number_of,
    vat_shown,
)
from ppbillit.errors import Unavailable
from ppbillit.mapping.buyer import debtor_key_prefix
from ppbillit.run import changed_since
from ppbillit.state import DebtorRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ppbillit.billit.models import Debtor
    from ppbillit.run import Run

# How long after its making a debtor may be missing from Billit's lists.
_LATE = timedelta(days=1)


def refresh_debtors(run: Run, *, anew: bool = False) -> None:
    """Bring the mirror up to date: one request for what changed since the last time.

    `anew` reads all of them, and forgets those that Billit has no more: what is not listed is gone.  But a debtor
    of ours that was made less than a day ago stays, since lists may lag; and an older one is looked at by its id
    before it is forgotten, which costs a request for each that somebody deleted or merged.  One that cannot be
    looked at stays too: it must not keep everybody else from being invoiced.
    """
    now = run.now()
    since = None if anew else changed_since(run, "debtors_read")
    listed = run.reader.debtors(since)
    known = run.state.debtors.all()
    records = [record_of(debtor, known.get(debtor.party_id)) for debtor in listed]
    missing = {} if since else {each: known[each] for each in known.keys() - {row.party_id for row in listed}}
    run.state.debtors.mirror(records, gone=list(_gone(run, missing)))
    _note_addresses(run, listed, is_whole=since is None)
    run.state.remember("debtors_read", now.isoformat())


def refetch_debtor(run: Run, party_id: int) -> DebtorRecord | None:
    """Read one debtor in full, and mirror it; one that Billit shows no more is forgotten, and None."""
    debtor = run.reader.debtor(party_id)
    if debtor is None:
        run.state.debtors.forget(party_id)
        return None
    known = run.state.debtors.get(party_id)
    record = _record(debtor, card_of_debtor(debtor), known)
    run.state.debtors.mirror([record])
    return record


def addresses_are_listed(run: Run) -> bool:
    """Tell whether Billit's lists show addresses; where nobody was listed yet, nothing speaks against it."""
    return run.state.remembered("addresses_listed") != "no"


def record_of(debtor: Debtor, known: DebtorRecord | None = None) -> DebtorRecord:
    """Reduce a row of a list to what recognises a debtor, and its card; what it does not show stays as `known`."""
    card = card_of_debtor(debtor)
    if known is not None:
        kept = [] if shows_address(debtor) else [*ADDRESS]
        kept += ["CBE"] if debtor.identifiers is None else []
        card = {name: known.card[name] for name in kept if name in known.card} | card
    return _record(debtor, card, known)


def _record(debtor: Debtor, card: Mapping[str, str], known: DebtorRecord | None) -> DebtorRecord:
    """Several e-mail addresses stand in one field, parted by semicolons (billit.md §3.3)."""
    emails = [email.strip().casefold() for email in (debtor.email or "").split(";")]
    was_firm = known is not None and known.is_firm and debtor.vat_liable is None
    return DebtorRecord(
        party_id=debtor.party_id,
        key=debtor.external_provider_id or (known.key if known else None),
        vat_number=vat_number_of(debtor, card.get("CountryCode")),
        emails=tuple(email for email in emails if email),
        nr=(debtor.nr or "").strip() or None,
        card=card,
        address=address_key(card),
        vat_shown=vat_shown(debtor),
        is_firm=is_firm(debtor) or was_firm,
    )


def is_ours(run: Run, debtor: DebtorRecord) -> bool:
    """Tell whether ppbillit made a debtor, for this shop."""
    return (debtor.key or "").startswith(debtor_key_prefix(run.rules.tenant_id))


def _gone(run: Run, missing: Mapping[int, DebtorRecord]) -> Iterator[int]:
    """Give those of the debtors missing from a list of all that Billit has no more."""
    for party_id, record in sorted(missing.items()):
        if record.key is None or not is_ours(run, record):
            yield party_id
            continue
        made = run.state.attempts.last_begun("debtor", record.key)
        if made is None or run.now() - made >= _LATE:
            with suppress(Unavailable):
                refetch_debtor(run, party_id)


def _note_addresses(run: Run, listed: list[Debtor], *, is_whole: bool) -> None:
    """Take note of whether lists show addresses: one that does is proof, and a whole list without any, too."""
    if any(shows_address(debtor) for debtor in listed):
        run.state.remember("addresses_listed", "yes")
    elif listed and (is_whole or run.state.remembered("addresses_listed") is None):
        run.state.remember("addresses_listed", "no")


def debtors_with_number(debtors: Iterable[Debtor], number: str) -> list[int]:
    """Give the debtors with this number as a run's mirror would: read alike, oldest first, which a run takes."""
    records = map(record_of, debtors)
    return sorted(record.party_id for record in records if record.nr == number.strip())
