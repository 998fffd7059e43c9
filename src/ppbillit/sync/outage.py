"""Whether what could be read before, and cannot be read now, is odd by itself or the beginning of an outage."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ppbillit.sync.job import Job

_A_DAY = timedelta(days=1)
_MANY = 3


def may_be_an_outage(job: Job, what: Literal["unreadable_at", "unreadable_payments_at"]) -> bool:
    """Take note of one more, and tell whether the run is to end over it, since nothing more is to be begun.

    The first one ends a run.  In the day that follows, only several in one run do: a few odd ones must not end as
    many runs.
    """
    job.newly_unreadable[what] += 1
    ended = job.state.remembered(what)
    # Either way round: a run may have ended while the clock was ahead.
    if ended and abs(job.now() - datetime.fromisoformat(ended)) < _A_DAY:
        return job.newly_unreadable[what] >= _MANY
    job.state.remember(what, job.now().isoformat())
    return True
