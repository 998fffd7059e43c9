"""The one rule by which an unanswered attempt is believed lost.

A search that finds nothing within `settle_seconds` means nothing: Billit may list late, and the request may still
be at work.  Past it, it is a miss.  Two misses, a delay apart, and the attempt is lost: it may be made again,
under its own idempotency key first, so that Billit itself stops it if the first one did arrive after all.

What can be read by its id (a sending, a payment) shows for itself whether it was done: one look past the delay is
enough for these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppbillit.run import Run
    from ppbillit.state import Subject

_MISSES = 2


def delay_is_over(run: Run, subject: Subject, key: str) -> bool:
    """Return whether a search that finds nothing is to be believed: the open attempt, if any, is old enough."""
    attempt = run.state.attempts.open(subject, key)
    if attempt is None:
        return True
    return (run.now() - attempt.unknown_since).total_seconds() >= run.settings.settle_seconds


def note_miss(run: Run, subject: Subject, key: str) -> None:
    """Record that a search did not find what the open attempt was to make, where that is to be believed."""
    if run.state.attempts.open(subject, key) and delay_is_over(run, subject, key):
        run.state.attempts.note_miss(subject, key)


def may_be_made(run: Run, subject: Subject, key: str) -> bool:
    """Return whether a write may be made: no attempt is open, or the open one was missed often enough."""
    attempt = run.state.attempts.open(subject, key)
    return attempt is None or attempt.misses >= _MISSES
