"""Billit's debtors, mirrored in the state file: refreshed by what changed, once a day read anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.mapping.debtor import valid_vat_number
from ppbillit.mapping.debtor_card import address_key, card_of_debtor
from ppbillit.state import DebtorRecord
from ppbillit.sync.since import last_read

if TYPE_CHECKING:
    from ppbillit.billit.models import Debtor
    from ppbillit.sync.job import Job


def refresh_debtors(job: Job, *, anew: bool = False) -> None:
    """Bring the mirror up to date: one request for what changed since the last time.

    `anew` reads all of them, and forgets those that Billit has no more.
    """
    now = job.now()
    since = None if anew else last_read(job, "debtors_read")
    job.state.debtors.mirror(
        (record_of(debtor) for debtor in job.reader.debtors(since)), all_of_them=since is None
    )
    job.state.remember("debtors_read", now.isoformat())


def look_again(job: Job, party_id: int) -> DebtorRecord | None:
    """Read one debtor in full, and mirror it; one that Billit shows no more is forgotten, and None."""
    debtor = job.reader.debtor(party_id)
    if debtor is None:
        job.state.debtors.forget(party_id)
        return None
    record = record_of(debtor)
    job.state.debtors.mirror([record])
    return record


def record_of(debtor: Debtor) -> DebtorRecord:
    """Reduce a debtor to what recognises it and its card; several e-mail addresses are parted by semicolons."""
    card = card_of_debtor(debtor)
    emails = [email.strip().casefold() for email in (debtor.email or "").split(";")]
    return DebtorRecord(
        party_id=debtor.party_id,
        key=debtor.external_provider_id,
        vat_number=valid_vat_number(debtor.vat_number, None),
        emails=tuple(email for email in emails if email),
        nr=(debtor.nr or "").strip() or None,
        card=card,
        address=address_key(card),
    )
