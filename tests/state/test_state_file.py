"""Making, opening and copying the state file."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ppbillit.errors import CannotWrite, SetupWrong
from ppbillit.state import (
    Identity,
    OrderFacts,
    Stage,
    StateStore,
    create_state,
    dry_copy,
    open_state,
    transitions,
)
from support.order_moves import move

if TYPE_CHECKING:
    from pathlib import Path

SHOP = Identity("4711", 588708, "https://api.billit.be")
FACTS = OrderFacts(1, "invoice", "2026001", date(2026, 10, 5), Decimal("97.00"), backfill=False)


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.sqlite3"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_state_file_is_for_its_owner_only(path: Path) -> None:
    create_state(path, SHOP).__exit__()
    assert (mode(path.parent), mode(path)) == (0o700, 0o600)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_state_file_that_others_could_read_is_closed_to_them_and_that_is_said(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise: names and addresses of customers stay open to everybody after one careless copy."""
    create_state(path, SHOP).__exit__()
    path.chmod(0o664)
    open_state(path, SHOP).__exit__()
    assert mode(path) == 0o600
    assert [record.getMessage() for record in caplog.records] == [
        f"others could read or change {path}; now only you can"
    ]
    open_state(path, SHOP).__exit__()
    assert len(caplog.records) == 1


def test_a_state_file_is_never_made_over_one_that_is_there(path: Path) -> None:
    with create_state(path, SHOP) as state:
        state.remember(mark="2026-10-05")
    with pytest.raises(CannotWrite, match="cannot be written"):
        create_state(path, SHOP)
    with open_state(path, SHOP) as state:
        assert state.remembered("mark") == "2026-10-05"


def test_what_a_killed_run_left_of_a_new_file_does_not_stand_in_the_way(path: Path) -> None:
    path.parent.mkdir()
    path.with_name(f"{path.name}.new").write_bytes(b"half")
    create_state(path, SHOP).__exit__()
    assert path.exists()


def test_a_folder_that_cannot_be_written_is_said_to_be_one(path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(CannotWrite) as caught:
        create_state(path, SHOP)
    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    "other, named",
    [
        (replace(SHOP, tenant_id="4712"), "tenant id"),
        (replace(SHOP, party_id=1), "party id"),
        (replace(SHOP, billit_url="https://api.sandbox.billit.be"), "billit url"),
    ],
)
def test_the_state_of_another_shop_company_or_billit_is_refused(
    path: Path, other: Identity, named: str
) -> None:
    create_state(path, SHOP).__exit__()
    with pytest.raises(SetupWrong, match=named):
        open_state(path, other)


def test_the_state_of_a_newer_ppbillit_is_refused(path: Path) -> None:
    create_state(path, SHOP).__exit__()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(SetupWrong, match="newer ppbillit"):
        open_state(path, SHOP)


@pytest.mark.parametrize("content", [b"", b"not a database, and longer than a header of one" * 10])
def test_what_is_no_state_file_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(SetupWrong, match=r"not a state file|damaged") as caught:
        open_state(path, SHOP)
    assert "rebuild-state" in caught.value.fix
    assert path.read_bytes() == content


def test_a_damaged_state_file_is_refused(path: Path) -> None:
    with create_state(path, SHOP) as state:
        for number in range(200):
            move(state, transitions.WAIT, replace(FACTS, order_id=number), ())
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(SetupWrong, match="damaged"):
        open_state(path, SHOP)


def test_a_commit_is_on_the_disk_before_anything_relies_on_it(path: Path) -> None:
    """SQLite's EXTRA (3) also syncs the directory after the journal is gone."""
    with create_state(path, SHOP) as state:
        assert state._database.row("PRAGMA synchronous")[0] == 3


def test_a_dry_copy_can_be_changed_and_leaves_the_file_as_it_is(path: Path) -> None:
    create_state(path, SHOP).__exit__()
    before = path.read_bytes()
    with dry_copy(path, SHOP) as state:
        move(state, transitions.WAIT, FACTS, ())
        assert state.orders.get(1)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_dry_copy_of_no_file_makes_none(path: Path) -> None:
    with dry_copy(path, SHOP) as state:
        assert state.orders.at(*Stage) == []
    assert not path.parent.exists()


def test_a_dry_copy_of_another_shops_state_is_refused(path: Path) -> None:
    create_state(path, SHOP).__exit__()
    with pytest.raises(SetupWrong):
        dry_copy(path, replace(SHOP, tenant_id="9"))


def test_a_run_is_on_record_with_how_it_ended(path: Path) -> None:
    with create_state(path, SHOP) as state:
        state.begin_run("r1", "sync")
        move(state, transitions.WAIT, FACTS, ())
        state.finish_run(3, {"parked": 1})
        row = state._database.row("SELECT * FROM runs")
        assert (row["run_id"], row["command"], row["exit_code"]) == ("r1", "sync", 3)
        assert row["started_at"].endswith("+00:00")
        assert state._database.row("SELECT run_id, what FROM events")["run_id"] == "r1"


def test_trouble_in_the_middle_of_a_transaction_leaves_nothing_of_it(path: Path) -> None:
    def half(state: StateStore) -> None:
        with state._database.transaction():
            state._database.execute("INSERT INTO meta VALUES ('mark', '2026-10-05')")
            raise ZeroDivisionError

    with create_state(path, SHOP) as state:
        with pytest.raises(ZeroDivisionError):
            half(state)
        assert state.remembered("mark") is None


KILLED = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_size = 1")  # so that pages are written before the commit
database.execute("BEGIN IMMEDIATE")
for number in range(2000):
    database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (str(number), "x" * 200))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(name="killed")
def _killed(path: Path) -> Path:
    """A state file whose run was killed in the middle of a commit, its journal beside it."""
    with create_state(path, SHOP) as state:
        state.remember(mark="2026-10-05")
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert path.with_name(f"{path.name}-journal").exists()
    return path


@pytest.mark.system
def test_a_killed_commit_is_rolled_back_when_the_file_is_opened(killed: Path) -> None:
    with open_state(killed, SHOP) as state:
        assert state.remembered("mark") == "2026-10-05"
        assert state._database.row("SELECT count(*) FROM meta WHERE name = '7'")[0] == 0


@pytest.mark.system
def test_a_dry_copy_of_a_killed_commit_is_rolled_back_and_the_file_left_as_it_is(killed: Path) -> None:
    before = {each.name: each.read_bytes() for each in killed.parent.iterdir()}
    with dry_copy(killed, SHOP) as state:
        assert state.remembered("mark") == "2026-10-05"
        assert state._database.row("SELECT count(*) FROM meta WHERE name = '7'")[0] == 0
    assert {each.name: each.read_bytes() for each in killed.parent.iterdir()} == before


@pytest.mark.system
def test_the_journal_of_a_file_that_was_moved_away_does_not_damage_the_next_one(killed: Path) -> None:
    killed.rename(killed.with_name("moved-away"))
    with pytest.raises(SetupWrong, match="journal"):
        create_state(killed, SHOP)
    killed.with_name(f"{killed.name}-journal").rename(killed.with_name("moved-away-journal"))
    create_state(killed, SHOP).__exit__()


@pytest.mark.parametrize("change", ["DELETE FROM events", "UPDATE events SET what = 'sent'"])
def test_what_happened_can_be_added_to_and_never_changed(path: Path, change: str) -> None:
    """Otherwise: a history that can be rewritten proves nothing to a bookkeeper."""
    with create_state(path, SHOP) as state:
        move(state, transitions.PARK, FACTS, ())
    with sqlite3.connect(path) as database, pytest.raises(sqlite3.IntegrityError, match="events are never"):
        database.execute(change)
    database.close()
