"""Every way in which a write can end: what becomes of its attempt on record, and what the caller is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from ppbillit.errors import ExitCode, KeysRefused, NotAllowed, PpbillitError, Stopped, TryLater, Unavailable
from ppbillit.exactly_once.write_once import Intent, Unanswered, write_again, write_once
from ppbillit.outcomes import Done, KeyUsed, NotSent, Problem, Refused, Unknown
from ppbillit.state import Identity, dry_copy
from ppbillit.state.database import WithinTransaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.outcomes import WriteOutcome
    from ppbillit.state import Attempt, StateStore

SHOP = Identity("4711", 588708, "https://api.billit.be")
REFUSED = Refused(400, (Problem("GenericError"),))


@dataclass
class Write:
    """A write that ends as it is told, and remembers under which keys it was made."""

    service: ClassVar[str] = "Billit"
    ends: WriteOutcome[int] | PpbillitError
    keys: list[str] = field(default_factory=list)

    def perform(self, idempotency_key: str) -> WriteOutcome[int]:
        self.keys.append(idempotency_key)
        if isinstance(self.ends, PpbillitError):
            raise self.ends
        return self.ends


@pytest.fixture
def state() -> Iterator[StateStore]:
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        yield state


def intent(state: StateStore) -> Intent:
    def begin() -> Attempt:
        return state.attempts.begin("document", "pnp-1", "digest")

    def forget(why: str) -> None:
        state.attempts.forget("document", "pnp-1")
        state.remember(mark=why)

    return Intent("document", "pnp-1", begin, forget)


@pytest.mark.parametrize("ends", [Done(1), REFUSED])
def test_an_answer_is_given_to_the_caller_and_leaves_the_attempt_open(
    state: StateStore, ends: Done[int] | Refused
) -> None:
    """Otherwise: a crash before the caller records it forgets that anything was made."""
    write = Write(ends)
    assert write_once(state.attempts, intent(state), write) == ends
    assert write.keys == [state.attempts.token("document", "pnp-1")]


@pytest.mark.parametrize(
    "ends, told",
    [
        (Unknown("closed the connection"), Unanswered("closed the connection")),
        (KeyUsed(), Unanswered("says that this attempt was made before", key_used=True)),
    ],
)
def test_without_a_sound_answer_the_attempt_stays_open_and_is_to_be_looked_up(
    state: StateStore, ends: WriteOutcome[int], told: Unanswered
) -> None:
    """Otherwise: it is made a second time."""
    assert write_once(state.attempts, intent(state), Write(ends)) == told
    attempt = state.attempts.open("document", "pnp-1")
    assert attempt is not None
    assert attempt.contested == told.key_used


@pytest.mark.parametrize(
    "ends, raised, why",
    [
        (NotSent("cannot be reached"), Unavailable, "cannot be reached"),
        (TryLater("Wait.", "Wait."), TryLater, "takes no more requests for now"),
        (
            Stopped("Stop.", "Go.", ExitCode.TRY_LATER),
            Stopped,
            "was not asked again, since the run was stopped",
        ),
        (KeysRefused("No.", "Ask."), KeysRefused, "does not accept the key"),
        (NotAllowed("No.", "Ask."), NotAllowed, "does not accept the key"),
    ],
)
def test_what_was_not_let_out_is_forgotten_with_the_reason_and_ends_the_run(
    state: StateStore, ends: WriteOutcome[int] | PpbillitError, raised: type[PpbillitError], why: str
) -> None:
    """Otherwise: the next run waits for a document that nobody ever asked for."""
    with pytest.raises(raised):
        write_once(state.attempts, intent(state), Write(ends))
    assert state.attempts.open("document", "pnp-1") is None
    assert state.remembered("mark") == why


def test_no_write_is_made_while_a_transaction_is_open(state: StateStore) -> None:
    """Otherwise: a crash leaves an invoice in Billit, and no attempt of it in the state file."""
    write = Write(Done(1))
    with state.together(), pytest.raises(WithinTransaction):
        write_once(state.attempts, intent(state), write)
    assert (write.keys, state.attempts.open("document", "pnp-1")) == ([], None)


@pytest.mark.parametrize("ends", [Done(1), REFUSED])
def test_a_write_that_may_be_made_twice_is_made_and_not_recorded(
    state: StateStore, ends: Done[int] | Refused
) -> None:
    write = Write(ends)
    assert write_again(write, "a key") == ends
    assert (write.keys, state.attempts.open("document", "pnp-1")) == (["a key"], None)


def test_a_write_that_may_be_made_twice_and_was_never_sent_ends_the_run() -> None:
    with pytest.raises(Unavailable, match="Billit cannot be reached"):
        write_again(Write(NotSent("cannot be reached")), "a key")
