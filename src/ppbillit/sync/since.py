"""From when on Billit and Plug&Pay are asked for what changed: the last time, less an overlap."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ppbillit.sync.job import Job

# Billit's times have no zone, the shop's filters none that is known, and both may lag; a day of overlap is cheap.
OVERLAP = timedelta(days=1)


def last_read(job: Job, what: Literal["debtors_read", "deliveries_read", "payments_read"]) -> datetime | None:
    """Give the time to ask from, None where it was never asked; our clock may have been ahead then."""
    read = job.state.remembered(what)
    return min(datetime.fromisoformat(read), job.now()) - OVERLAP if read else None
