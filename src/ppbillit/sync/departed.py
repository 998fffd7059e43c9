"""Debtors that Billit has no more, though documents are theirs: what such a document says of them, kept for a day.

So that each of their documents which waits for its receiver does not cost two or three requests in every run.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppbillit.sync.job import Job

# VAT number and company number.
Numbers = tuple[str | None, str | None]

_A_DAY = timedelta(days=1)


def numbers_kept(job: Job, party_id: int) -> Numbers | None:
    """Give what was found out within a day, None where that is nothing, or the debtor is there again."""
    if job.state.debtors.get(party_id) is not None:
        return None
    kept = _kept(job).get(party_id)
    return kept[1] if kept else None


def keep_numbers(job: Job, party_id: int, numbers: Numbers) -> None:
    """Keep what a document says of its debtor, and forget what is a day old."""
    kept = {**_kept(job), party_id: (job.now().isoformat(), numbers)}
    job.state.remember("departed_debtors", json.dumps(kept, sort_keys=True))


def _kept(job: Job) -> dict[int, tuple[str, Numbers]]:
    found = json.loads(job.state.remembered("departed_debtors") or "{}")
    return {
        int(party_id): (at, (vat_number, company))
        for party_id, (at, (vat_number, company)) in found.items()
        if abs(job.now() - datetime.fromisoformat(at)) < _A_DAY  # the clock may have been ahead
    }
