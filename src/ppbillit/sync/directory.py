"""The Peppol directory, as one run asks it: its answers are kept for a week, and no question is put twice.

An unreachable receiver costs one question a week; an unreachable directory, a few questions a run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.sync.job import Job

ASKED_AGAIN_AFTER = timedelta(days=7)

# Receivers in a row without an answer: then it is not one bad entry, and the rest of the run asks no more.
_MOST_UNANSWERED = 3


@dataclass
class Directory:
    """What this run found out about the directory itself."""

    _unanswered: set[str] = field(default_factory=set)
    _in_a_row: int = 0

    def reaches(self, job: Job, identifiers: Sequence[str], document_type: str, *, anew: bool) -> bool | None:
        """Tell whether a receiver takes such documents under one of its identifiers; None: nobody knows.

        `anew`: what was answered before this run does not count, since a person says that it has changed.
        """
        before = len(self._unanswered)
        is_known = True
        for identifier in identifiers:
            takes = self._takes(job, identifier, anew=anew)
            if takes is None:
                is_known = False
            elif document_type in takes:
                return True
        if len(self._unanswered) > before:
            self._in_a_row += 1
        return False if is_known else None

    def _takes(self, job: Job, identifier: str, *, anew: bool) -> frozenset[str] | None:
        """Give what an identifier takes; None where that cannot be had.

        One entry that cannot be had must not keep all other documents from being sent; but where none can be had,
        not every document is to wait for it.
        """
        known = job.state.receivers.get(identifier)
        since = job.report.started_at if anew else job.now() - ASKED_AGAIN_AFTER
        if known is not None and known.asked_at > since:
            return known.takes
        if identifier in self._unanswered or self._in_a_row >= _MOST_UNANSWERED:
            return None
        try:
            takes = job.reader.receiver(identifier)
        except Unavailable:
            self._unanswered.add(identifier)
            return None
        self._in_a_row = 0
        job.state.receivers.put(identifier, takes)
        return takes
