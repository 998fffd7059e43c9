"""What is written together is one transaction: all of it or nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ppbillit.state import Identity, dry_copy

SHOP = Identity("4711", 588708, "https://api.billit.be")


def test_what_is_written_together_is_there_afterwards() -> None:
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        with state.together():
            state.remember(mark="2026-10-05")
            state.remember(go_live="2026-10-01")
        assert (state.remembered("mark"), state.remembered("go_live")) == ("2026-10-05", "2026-10-01")


def test_where_a_part_fails_nothing_of_it_is_there() -> None:
    """Otherwise: a document counts as compared whose payment was never noted."""
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:

        def write() -> None:
            with state.together():
                state.remember(mark="2026-10-05")
                state.remember(go_live=None)  # type: ignore[arg-type]  # what the schema refuses

        with pytest.raises(sqlite3.IntegrityError):
            write()
        assert state.remembered("mark") is None
        state.remember(mark="2026-10-06")
        assert state.remembered("mark") == "2026-10-06"
