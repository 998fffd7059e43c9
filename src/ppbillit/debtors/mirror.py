"""Billit's debtors, mirrored in the state file: refreshed by what changed, and once a day read anew.

It is not documented what Billit's lists show, nor how soon: a row may have no address and no key, and a debtor may
be missing for a while.  So what a row does not show is kept as it was known, and a debtor that ppbillit created is
not deleted from the mirror because a list does not show it.
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
from ppbillit.state import DebtorRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ppbillit.billit.models import Debtor
    from ppbillit.run import Run

# How long after its creation a debtor may be missing from Billit's lists.
_LATE = timedelta(days=1)


def refresh_debtors(run: Run, *, anew: bool = False) -> None:
    """Bring the mirror up to date: one request for what changed since the last time.

    `anew` reads all of them, and deletes those that are not listed.  But a debtor of ours that was created less
    than a day ago stays, since lists may lag.  An older one of ours is read by its id before it is deleted, which
    costs a request for each that somebody deleted or merged; where that fails it stays, so that the run goes on
    for the other buyers.
    """
    now = run.now()
    since = None if anew else run.changed_since("debtors_read")
    listed = run.billit.debtors(since)
    known = run.state.debtors.all()
    records = [record_of(debtor, known.get(debtor.party_id)) for debtor in listed]
    missing = {} if since else {each: known[each] for each in known.keys() - {row.party_id for row in listed}}
    gone = list(_gone(run, missing))
    with run.state.together():
        run.state.debtors.mirror(records, gone=gone)
        run.state.remember(
            debtors_read=now.isoformat(), **_addresses_listed(run, listed, is_whole=since is None)
        )


def refetch_debtor(run: Run, party_id: int) -> DebtorRecord | None:
    """Read one debtor in full, mirror it and return it; None where Billit has it no more."""
    debtor = run.billit.debtor(party_id)
    if debtor is None:
        run.state.debtors.forget(party_id)
        return None
    known = run.state.debtors.get(party_id)
    record = _record(debtor, card_of_debtor(debtor), known)
    run.state.debtors.mirror([record])
    return record


def addresses_are_listed(run: Run) -> bool:
    """Return whether Billit's lists show addresses; yes as long as no list showed otherwise."""
    return run.state.remembered("addresses_listed") != "no"


def record_of(debtor: Debtor, known: DebtorRecord | None = None) -> DebtorRecord:
    """Return the record of a row of a list; what the row does not show stays as `known`."""
    card = card_of_debtor(debtor)
    if known is not None:
        kept = [] if shows_address(debtor) else [*ADDRESS]
        kept += ["CBE"] if debtor.identifiers is None else []
        card = {name: known.card[name] for name in kept if name in known.card} | card
    return _record(debtor, card, known)


def _record(debtor: Debtor, card: Mapping[str, str], known: DebtorRecord | None) -> DebtorRecord:
    # Several e-mail addresses are in one field, separated by semicolons (billit.md §3.3).
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
    """Return whether ppbillit created a debtor, for this shop."""
    return (debtor.key or "").startswith(debtor_key_prefix(run.rules.tenant_id))


def _gone(run: Run, missing: Mapping[int, DebtorRecord]) -> Iterator[int]:
    """Yield those debtors missing from a list of all that are to be deleted from the mirror."""
    for party_id, record in sorted(missing.items()):
        if record.key is None or not is_ours(run, record):
            yield party_id
            continue
        created = run.state.attempts.last_begun("debtor", record.key)
        if created is None or run.now() - created >= _LATE:
            with suppress(Unavailable):
                refetch_debtor(run, party_id)


def _addresses_listed(run: Run, listed: list[Debtor], *, is_whole: bool) -> dict[str, str]:
    """Return what to remember of whether lists show addresses: one row with an address, or a list without any."""
    if any(shows_address(debtor) for debtor in listed):
        return {"addresses_listed": "yes"}
    if listed and (is_whole or run.state.remembered("addresses_listed") is None):
        return {"addresses_listed": "no"}
    return {}


# --- before there is a run ----------------------------------------------------------------------------


def debtors_with_number(debtors: Iterable[Debtor], number: str) -> list[int]:
    """Return the ids of debtors with this number, oldest first (the one a run would use)."""
    records = map(record_of, debtors)
    return sorted(record.party_id for record in records if record.nr == number.strip())
