"""Step 6c: the Peppol directory.  Its answers are kept for a week, and no question is put twice in a run.

A receiver that is not on Peppol costs one question a week; one of whom the directory says nothing, a few a day; a
directory that is out of order, a few a run.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ppbillit.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.run import Run

ASKED_AGAIN_AFTER = timedelta(days=7)

# So many receivers in a row without an answer are not bad entries: the directory is out of order, and the rest of
# the run asks no more.
_MOST_UNANSWERED = 3

# How long a receiver is left alone that had no answer once, twice, and so on; and how many of these are asked
# again in one run.  That they have none again says nothing of the directory: a few bad entries must not keep the
# others from being asked.
_PAUSES = (*(timedelta(0),) * 2, *(timedelta(minutes=10 << times) for times in range(5)), timedelta(hours=4))
_MOST_ASKED_AGAIN = 3

# The VAT number and the company number of a debtor.
Numbers = tuple[str | None, str | None]
_A_DAY = timedelta(days=1)


class PeppolDirectory:
    """The directory, and what this run found out about it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._unanswered: set[str] = set()
        self._in_a_row = 0
        self._asked_again = 0

    def reaches(self, identifiers: Sequence[str], document_type: str, *, anew: bool) -> bool | None:
        """Return whether a receiver takes such documents under one of its identifiers; None: not known.

        `anew`: what was found out before this run does not count, since a person says that it has changed.
        """
        before = len(self._unanswered)
        has_failed_before = any(self._run.state.receivers.failures(each) for each in identifiers)
        is_known = True
        for identifier in identifiers:
            takes = self._takes(identifier, anew=anew)
            if takes is None:
                is_known = False
            elif document_type in takes:
                return True
        if len(self._unanswered) > before:
            self._asked_again += has_failed_before
            self._in_a_row += not has_failed_before
        return False if is_known else None

    def _takes(self, identifier: str, *, anew: bool) -> frozenset[str] | None:
        """Return what an identifier takes; None where that cannot be had.

        One entry that cannot be had must not keep all other documents from being sent; but where none can be had,
        not every document is to wait for it.
        """
        run = self._run
        known = run.state.receivers.get(identifier)
        since = run.report.started_at if anew else run.now() - ASKED_AGAIN_AFTER
        if known is not None and known.asked_at > since:
            return known.takes
        if identifier in self._unanswered or not (anew or self._is_due(identifier)):
            return None
        try:
            takes = run.billit.receiver(identifier)
        except Unavailable:
            self._unanswered.add(identifier)
            run.state.receivers.note_failure(identifier)
            return None
        self._in_a_row = 0
        run.state.receivers.put(identifier, takes)
        return takes

    def _is_due(self, identifier: str) -> bool:
        failures = self._run.state.receivers.failures(identifier)
        if failures is None:
            return self._in_a_row < _MOST_UNANSWERED
        pause = _PAUSES[min(failures.times, len(_PAUSES)) - 1]
        return self._run.now() - failures.last >= pause and self._asked_again < _MOST_ASKED_AGAIN


# --- the numbers of debtors that were merged or deleted in Billit -------------------------------------


def merged_debtor_numbers(run: Run, party_id: int) -> Numbers | None:
    """Return the numbers that a document showed of its debtor within a day; None where the debtor is there again.

    So that each document of a merged debtor which waits for its receiver does not cost two or three requests in
    every run.
    """
    if run.state.debtors.get(party_id) is not None:
        return None
    kept = _kept(run).get(party_id)
    return kept[1] if kept else None


def keep_merged_debtor_numbers(run: Run, party_id: int, numbers: Numbers) -> None:
    """Store what a document says of its debtor for a day, and drop what is older."""
    kept = {**_kept(run), party_id: (run.now().isoformat(), numbers)}
    run.state.remember(merged_debtors=json.dumps(kept, sort_keys=True))


def _kept(run: Run) -> dict[int, tuple[str, Numbers]]:
    found = json.loads(run.state.remembered("merged_debtors") or "{}")
    return {
        int(party_id): (at, (vat_number, company))
        for party_id, (at, (vat_number, company)) in found.items()
        if abs(run.now() - datetime.fromisoformat(at)) < _A_DAY  # the clock may have been ahead
    }
