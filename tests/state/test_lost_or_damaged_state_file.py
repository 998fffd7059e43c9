"""A state file that is lost, damaged or cannot be written stops the run, and nothing is made twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from support.shop_orders import day, sell, six_documents, three_documents
from support.world import SENDING, World, assert_refused, document_key

if TYPE_CHECKING:
    from pathlib import Path


def test_a_lost_state_file_is_no_licence_to_invoice_everything_again(world: World) -> None:
    """Otherwise: a new disk, and every customer of the last months gets a second invoice."""
    world.configure(sending=SENDING)
    six_documents(world)
    world.run("sync")
    written, books = world.writes(), world.totals()
    world.lose_state()
    for verb in (["sync"], ["sync", "--dry-run"], ["export-existing", "--since", day(30)]):
        assert_refused(world.run(*verb), 78, "no state file", "ppbillit rebuild-state")
        assert not world.state_file.exists()
    rebuilt = world.run("rebuild-state", "--json")
    assert rebuilt.returncode == 0
    assert list(rebuilt.outcomes.values()) == ["adopted"] * 6
    assert (world.writes(), world.totals()) == (written, books)
    after = world.run("sync")
    assert (after.returncode, after.stdout) == (0, "")
    assert (world.writes(), world.totals()) == (written, books)
    new = sell(world, days_ago=1)
    assert world.run("sync", "--json").outcomes == {new: "sent"}


@pytest.mark.parametrize("verb", ["rebuild-state", "sync"])
def test_the_journal_of_a_lost_state_file_does_not_get_into_the_next_one(world: World, verb: str) -> None:
    """Otherwise: SQLite rolls the last seconds of the old file back into the new one, and spoils it."""
    sell(world)
    world.run_in_process("sync")
    journal = world.state_file.with_name(world.state_file.name + "-journal")
    with closing(sqlite3.connect(world.state_file, isolation_level=None)) as database:
        database.execute(
            "CREATE TABLE filler AS SELECT hex(randomblob(3000)) AS x FROM events, events, events"
        )
        database.execute("PRAGMA cache_size = 2")
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE filler SET x = x || x")
        left_behind = journal.read_bytes()
        database.execute("ROLLBACK")
    assert left_behind[:4] == b"\xd9\xd5\x05\xf9"
    if verb == "sync":
        world.emulator.office.reset()
    world.state_file.unlink()
    journal.write_bytes(left_behind)
    assert_refused(world.run_in_process(verb), 78, str(journal))
    assert not world.state_file.exists()
    journal.rename(world.folder / "kept")
    assert world.run_in_process(verb).returncode == 0
    assert world.state_file.stat().st_size < len(left_behind)
    assert world.run_in_process("sync").returncode == 0
    assert len(world.totals()) == 1


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\x5a" * 8192
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 3])


def no_database(path: Path) -> None:
    path.write_text("state = 'none'\n" * 100)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def of_somebody_else(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE notes (note TEXT); PRAGMA user_version = 1;")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA user_version = 99")


def of_another_company(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE meta SET value = '574991' WHERE name = 'party_id'")


@pytest.mark.parametrize(
    "spoil, word",
    [
        (damaged, "damaged"),
        (cut_short, "damaged"),
        (no_database, "damaged"),
        (empty, "not a state file"),
        (of_somebody_else, "not a state file"),
        (newer, "newer"),
        (of_another_company, "party id"),
    ],
)
@pytest.mark.parametrize("flag", [None, "--dry-run"])
def test_a_state_file_that_is_not_sound_or_not_ours_stops_the_run(
    world: World, spoil: object, word: str, flag: str | None
) -> None:
    """Otherwise: the program guesses on, and its guesses become invoices."""
    assert callable(spoil)
    three_documents(world)
    world.run_in_process("sync")
    sell(world, days_ago=1)
    spoil(world.state_file)
    written, content = world.writes(), world.state_file.read_bytes()
    assert_refused(world.run("sync", *([flag] if flag else [])), 78, word, str(world.state_file))
    assert (world.writes(), world.state_file.read_bytes()) == (written, content)


def test_a_full_disk_stops_the_run_and_a_later_one_with_room_completes_it(world: World) -> None:
    """Otherwise: an invoice is made that nobody could write down, and made again when there is room."""
    world.configure(sending=SENDING)
    world.run("sync")  # makes the state file
    orders = [*six_documents(world), *(sell(world) for _ in range(20))]
    blocks = str(world.state_file.stat().st_size // 1024)  # the file may not grow by a byte
    # bash counts `ulimit -f` in blocks of 1024 bytes; writes beyond fail with EFBIG once SIGXFSZ is ignored.
    limited = ("bash", "-c", f'trap "" XFSZ; ulimit -f {blocks}; exec "$@"', "bash")
    # Without coverage, whose own files would not fit either.
    full = [world.run_installed("sync", wrap=limited) for _ in range(3)]
    assert 73 in [each.returncode for each in full], full
    for each in full:
        assert each.returncode in {0, 3, 73}
        if each.returncode == 73:
            assert "cannot be written" in each.stderr
            assert each.stderr.startswith("ppbillit: ")
            assert "Traceback" not in each.stderr
    for _ in range(3):
        if world.run("sync").returncode == 0:
            break
    assert set(world.totals()) == {document_key(each) for each in orders}
    assert len(world.emulator.office.deliveries) == len(orders)
    assert len(world.emulator.office.parties) == 4


def test_a_state_folder_that_cannot_be_made_is_named(world: World) -> None:
    """Otherwise: the run fails after its first invoice instead of before it."""
    sell(world)
    (world.folder / "state").write_text("a file where a folder should be")
    assert_refused(world.run("sync"), 73, str(world.state_file), "state_file")
    assert world.totals() == {}


@pytest.mark.parametrize("command", [["status"], ["history"], ["sync", "--dry-run"], ["explain", "1"]])
def test_a_state_file_out_of_reach_is_named_and_no_bug(world: World, command: list[str]) -> None:
    """Otherwise: who looks at what systemd keeps in a folder of its own reads that ppbillit is broken."""
    world.run("sync")
    # A closed folder would not keep root out; a name that is too long keeps everybody out.
    world.configure(state_file=str(world.state_file.with_name("x" * 300)))
    assert_refused(world.run(*command), 78, "cannot be read", "as the user who runs ppbillit")
