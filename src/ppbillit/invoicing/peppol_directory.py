"""The Peppol directory, as one run asks it: its answers are kept for a week, and no question is put twice.

An unreachable receiver costs one question a week; one of whom the directory says nothing, a few a day; a directory
that is out of order, a few a run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ppbillit.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.run import Run

ASKED_AGAIN_AFTER = timedelta(days=7)

# Receivers in a row without an answer are not bad entries: the directory is out of order, and the rest of the run
# asks no more.
_MOST_UNANSWERED = 3

# One that had no answer is left alone for so long: after the first time, the second, and so on.  And not many are
# asked again in one run.  That they have none again says nothing of the directory: a few bad entries must not keep
# the others from being asked.
_PAUSES = (*(timedelta(0),) * 2, *(timedelta(minutes=10 << times) for times in range(5)), timedelta(hours=4))
_MOST_ASKED_AGAIN = 3


@dataclass
class PeppolDirectory:
    """What this run found out about the directory itself."""

    _unanswered: set[str] = field(default_factory=set)
    _in_a_row: int = 0
    _asked_again: int = 0

    def reaches(self, run: Run, identifiers: Sequence[str], document_type: str, *, anew: bool) -> bool | None:
        """Tell whether a receiver takes such documents under one of its identifiers; None: nobody knows.

        `anew`: what was found out before this run does not count, since a person says that it has changed.
        """
        before = len(self._unanswered)
        is_old_trouble = any(_times(run, identifier) for identifier in identifiers)
        is_known = True
        for identifier in identifiers:
            takes = self._takes(run, identifier, anew=anew)
            if takes is None:
                is_known = False
            elif document_type in takes:
                return True
        if len(self._unanswered) > before and is_old_trouble:
            self._asked_again += 1
        elif len(self._unanswered) > before:
            self._in_a_row += 1
        return False if is_known else None

    def _takes(self, run: Run, identifier: str, *, anew: bool) -> frozenset[str] | None:
        """Give what an identifier takes; None where that cannot be had.

        One entry that cannot be had must not keep all other documents from being sent; but where none can be had,
        not every document is to wait for it.
        """
        known = run.state.receivers.get(identifier)
        since = run.report.started_at if anew else run.now() - ASKED_AGAIN_AFTER
        if known is not None and known.asked_at > since:
            return known.takes
        if identifier in self._unanswered or not (anew or self._is_due(run, identifier)):
            return None
        try:
            takes = run.reader.receiver(identifier)
        except Unavailable:
            self._unanswered.add(identifier)
            _note_trouble(run, identifier)
            return None
        _forget_trouble(run, identifier)
        self._in_a_row = 0
        run.state.receivers.put(identifier, takes)
        return takes

    def _is_due(self, run: Run, identifier: str) -> bool:
        times, asked_at = _troubled(run).get(identifier, (0, ""))
        if not times:
            return self._in_a_row < _MOST_UNANSWERED
        is_over = run.now() - datetime.fromisoformat(asked_at) >= _pause_after(times)
        return is_over and self._asked_again < _MOST_ASKED_AGAIN


# --- identifiers without an answer: how often in a row, and when last ---------------------------------


def _pause_after(times: int) -> timedelta:
    """Give how long one is left alone that had no answer so many times in a row."""
    return _PAUSES[min(times, len(_PAUSES)) - 1]


def _times(run: Run, identifier: str) -> int:
    return _troubled(run).get(identifier, (0, ""))[0]


def _note_trouble(run: Run, identifier: str) -> None:
    troubled = _troubled(run)
    times, _ = troubled.get(identifier, (0, ""))
    _remember(run, {**troubled, identifier: (times + 1, run.now().isoformat())})


def _forget_trouble(run: Run, identifier: str) -> None:
    troubled = _troubled(run)
    if identifier in troubled:
        _remember(run, {each: what for each, what in troubled.items() if each != identifier})


def _troubled(run: Run) -> dict[str, tuple[int, str]]:
    found = json.loads(run.state.remembered("unanswered_receivers") or "{}")
    return {identifier: (int(times), str(asked_at)) for identifier, (times, asked_at) in found.items()}


def _remember(run: Run, troubled: dict[str, tuple[int, str]]) -> None:
    run.state.remember("unanswered_receivers", json.dumps(troubled, sort_keys=True))


# VAT number and company number.
Numbers = tuple[str | None, str | None]

_A_DAY = timedelta(days=1)


def merged_debtor_numbers(run: Run, party_id: int) -> Numbers | None:
    """Give what was found out within a day, None where that is nothing, or the debtor is there again."""
    if run.state.debtors.get(party_id) is not None:
        return None
    kept = _kept(run).get(party_id)
    return kept[1] if kept else None


def keep_merged_debtor_numbers(run: Run, party_id: int, numbers: Numbers) -> None:
    """Keep what a document says of its debtor, and forget what is a day old."""
    kept = {**_kept(run), party_id: (run.now().isoformat(), numbers)}
    run.state.remember("departed_debtors", json.dumps(kept, sort_keys=True))


def _kept(run: Run) -> dict[int, tuple[str, Numbers]]:
    found = json.loads(run.state.remembered("departed_debtors") or "{}")
    return {
        int(party_id): (at, (vat_number, company))
        for party_id, (at, (vat_number, company)) in found.items()
        if abs(run.now() - datetime.fromisoformat(at)) < _A_DAY  # the clock may have been ahead
    }
