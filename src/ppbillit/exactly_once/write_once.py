"""Make a write: the two functions that do.  Callers match one of three endings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ppbillit.errors import KeysRefused, Stopped, TryLater, Unavailable
from ppbillit.outcomes import Done, KeyUsed, NotSent, Refused, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.exactly_once.writes import Write
    from ppbillit.state import Attempt, Attempts, Subject

T = TypeVar("T")


@dataclass(frozen=True)
class Unanswered:
    """No sound answer came: it may or may not have been done, and has to be looked up before anything is repeated.

    `why` continues a sentence: "Billit …".  `key_used`: it says that this attempt was made before (409).
    """

    why: str
    key_used: bool = False


Ending = Done[T] | Refused | Unanswered


@dataclass(frozen=True)
class Intent:
    """What goes on disk before the request leaves, and how it is taken back where the request never left.

    `begin` opens the attempt, in a transaction of its own; `forget` is told why nothing was done.
    """

    subject: Subject
    key: str
    begin: Callable[[], Attempt]
    forget: Callable[[str], object]


def write_once(attempts: Attempts, intent: Intent, write: Write[T]) -> Ending[T]:
    """Record the attempt, make the request once, and return how it ended.

    A refusal or an answer leaves the attempt open: the caller records, in one transaction, what came of it.
    Raise Unavailable where the request could not leave this machine, and TryLater, Stopped or KeysRefused where it
    was not let out: then the attempt is forgotten, and the run ends.  Raise WithinTransaction where one is open:
    the attempt would not be on disk before the request leaves.
    """
    attempts.refuse_within_transaction()
    attempt = intent.begin()
    try:
        outcome = write.perform(attempt.token)
    except TryLater:
        intent.forget("takes no more requests for now")
        raise
    except Stopped:
        intent.forget("was not asked again, since the run was stopped")
        raise
    except KeysRefused:
        intent.forget("does not accept the key")
        raise
    match outcome:
        case NotSent(why=why):
            intent.forget(why)
        case KeyUsed():
            attempts.note_contested(intent.subject, intent.key)
        case Unknown():
            attempts.note_lost(intent.subject, intent.key)
    return _ending(outcome, write)


def write_again(write: Write[T], idempotency_key: str) -> Ending[T]:
    """Make a write that does no harm when it is made twice: nothing is recorded, and the caller reads back.

    Raise Unavailable where the request could not leave this machine.
    """
    return _ending(write.perform(idempotency_key), write)


def _ending(outcome: Done[T] | Refused | KeyUsed | NotSent | Unknown, write: Write[T]) -> Ending[T]:
    match outcome:
        case NotSent(why=why):
            raise Unavailable(f"{write.service} {why}.", "Nothing is lost: the next run goes on from here.")
        case KeyUsed():
            return Unanswered("says that this attempt was made before", key_used=True)
        case Unknown(why=why):
            return Unanswered(why)
    return outcome
