"""The Peppol directory, as one run asks it: its answers are kept for a week, and no question is put twice.

An unreachable receiver costs one question a week; an unreachable directory, a few questions a run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.sync.job import Job

ASKED_AGAIN_AFTER = timedelta(days=7)

# So many receivers in a row without an answer are not bad entries: the directory is out of order, and the rest of
# the run asks no more.  So many of those that had none in an earlier run are asked once more; they prove nothing,
# and must not keep new ones from being asked.
_MOST_UNANSWERED = 3
_MOST_ASKED_AGAIN = 3


@dataclass
class Directory:
    """What this run found out about the directory itself."""

    _unanswered: set[str] = field(default_factory=set)
    _in_a_row: int = 0
    _asked_again: int = 0

    def reaches(self, job: Job, identifiers: Sequence[str], document_type: str, *, anew: bool) -> bool | None:
        """Tell whether a receiver takes such documents under one of its identifiers; None: nobody knows.

        `anew`: what was answered before this run does not count, since a person says that it has changed.
        """
        earlier = _unanswered_before(job)
        before = set(self._unanswered)
        is_known, is_reached = True, False
        for identifier in identifiers:
            takes = self._takes(job, identifier, earlier, anew=anew)
            is_known = is_known and takes is not None
            is_reached = bool(takes and document_type in takes)
            if is_reached:
                break
        new_trouble = self._unanswered - before
        if new_trouble & earlier:
            self._asked_again += 1
        elif new_trouble:
            self._in_a_row += 1
        if new_trouble - earlier:
            _remember(job, earlier | new_trouble)
        return True if is_reached else (False if is_known else None)

    def _takes(self, job: Job, identifier: str, earlier: set[str], *, anew: bool) -> frozenset[str] | None:
        """Give what an identifier takes; None where that cannot be had.

        One entry that cannot be had must not keep all other documents from being sent; but where none can be had,
        not every document is to wait for it.
        """
        known = job.state.receivers.get(identifier)
        since = job.report.started_at if anew else job.now() - ASKED_AGAIN_AFTER
        if known is not None and known.asked_at > since:
            return known.takes
        is_known_trouble = identifier in earlier and not anew
        is_enough = (
            self._asked_again >= _MOST_ASKED_AGAIN if is_known_trouble else self._in_a_row >= _MOST_UNANSWERED
        )
        if identifier in self._unanswered or is_enough:
            return None
        try:
            takes = job.reader.receiver(identifier)
        except Unavailable:
            self._unanswered.add(identifier)
            return None
        if identifier in earlier:
            _remember(job, earlier - {identifier})
        self._in_a_row = 0
        job.state.receivers.put(identifier, takes)
        return takes


def _unanswered_before(job: Job) -> set[str]:
    return set(json.loads(job.state.remembered("unanswered_receivers") or "[]"))


def _remember(job: Job, unanswered: set[str]) -> None:
    job.state.remember("unanswered_receivers", json.dumps(sorted(unanswered)))
