"""Attempts: their numbers and keys, and how each of them ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.state import Stage, StateStore, create_state, transitions
from support.order_moves import begin, move
from support.order_stages import FACTS, KEY, SHOP, WHY, begin_token, lead_to

if TYPE_CHECKING:
    from pathlib import Path


def test_the_key_of_an_attempt_is_the_same_on_every_machine(tmp_path: Path) -> None:
    """A second machine that does not know of the first is stopped by Billit with 409."""
    tokens = []
    for name in ("one", "two"):
        with create_state(tmp_path / name / "state.sqlite3", SHOP) as state:
            tokens.append(begin_token(state))
    assert tokens[0] == tokens[1]
    assert tokens[0].isalnum()


def test_document_debtor_and_sending_have_keys_of_their_own(state: StateStore) -> None:
    lead_to(state, Stage.CHECKED)
    tokens = {
        begin(state, FACTS, transitions.SEND).token,
        state.debtors.begin(KEY, "digest").token,
        *(row["token"] for row in state._database.rows("SELECT token FROM attempts")),
    }
    assert len(tokens) == 3


def test_an_attempt_that_never_left_is_made_again_with_its_number_and_key(state: StateStore) -> None:
    first = begin_token(state)
    move(state, transitions.CREATE_NOT_SENT, FACTS, WHY)
    assert begin_token(state) == first


def test_after_a_refusal_the_next_attempt_has_the_next_key(state: StateStore) -> None:
    first = begin_token(state)
    move(state, transitions.REFUSED, FACTS, WHY)
    attempt = begin(state, FACTS, digest="digest")
    assert (attempt.number, attempt.token == first, attempt.misses) == (2, False, 0)


def test_an_attempt_that_was_missed_is_made_again_under_its_own_key(state: StateStore) -> None:
    """If the first one did arrive, Billit itself stops the second."""
    first = begin_token(state)
    state.attempts.note_miss("document", KEY)
    attempt = begin(state, FACTS, digest="other digest")
    assert (attempt.number, attempt.token, attempt.misses) == (1, first, 0)
    assert attempt.digest == "other digest"


def test_a_key_that_billit_says_was_used_is_given_up_by_the_attempt_after_that(state: StateStore) -> None:
    """A key can be stuck in Billit without a document (billit.md §9.1)."""
    first = begin_token(state)
    state.attempts.note_miss("document", KEY)
    state.attempts.note_contested("document", KEY)
    contested = state.attempts.open("document", KEY)
    assert contested
    assert (contested.contested, contested.misses) == (True, 0)
    attempt = begin(state, FACTS, digest="digest")
    assert (attempt.number, attempt.token == first, attempt.contested) == (2, False, False)


def test_misses_are_counted_on_the_open_attempt(state: StateStore) -> None:
    begin_token(state)
    state.attempts.note_miss("document", KEY)
    attempt = state.attempts.open("document", KEY)
    assert attempt
    assert attempt.misses == 1
    move(state, transitions.CREATED, FACTS, billit_id=100)
    assert state.attempts.open("document", KEY) is None
