"""An older state file is brought up to date without losing anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from ppbillit.state.migrations import STEPS, migrate
from ppbillit.state.schema import VERSION


def version(database: sqlite3.Connection) -> int:
    [(number,)] = database.execute("PRAGMA user_version").fetchall()
    assert isinstance(number, int)
    return number


def tables(database: sqlite3.Connection) -> set[str]:
    return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_every_released_version_has_a_step_to_the_next() -> None:
    """Otherwise: who skips a release cannot open the state file any more."""
    assert sorted(STEPS) == list(range(1, VERSION))


def test_the_steps_that_are_missing_are_taken_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STEPS, 1, "CREATE TABLE first (a TEXT) STRICT;")
    monkeypatch.setitem(STEPS, 2, "ALTER TABLE first RENAME TO second;")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute("PRAGMA user_version = 1")
        migrate(database, to=3)
        assert (version(database), tables(database)) == (3, {"second"})
        migrate(database, to=3)
        assert version(database) == 3


def test_a_step_that_cannot_be_taken_leaves_the_file_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise: a full disk leaves a file that no version can open."""
    monkeypatch.setitem(STEPS, 1, "CREATE TABLE first (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute("PRAGMA user_version = 1")
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            migrate(database, to=2)
        assert (version(database), tables(database)) == (1, set())
