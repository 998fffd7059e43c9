"""A crash before, during or after any write to the state file, then a resume: the end is the same."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import pytest

from ppbillit.state.database import Database
from support.shop_orders import six_documents, three_documents
from support.world import SENDING, EndState, World, new_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Moment = Literal["before", "inside", "after"]
MOMENTS: tuple[Moment, ...] = ("before", "inside", "after")
PARTS = 2


class Crash(BaseException):
    """What a power cut is to a process: nothing catches it."""


class CrashAt:
    """Stands in for Database.transaction: crashes at the nth write; counts them where nth is never reached."""

    def __init__(self, nth: int, moment: Moment) -> None:
        self.nth = nth
        self.moment = moment
        self.seen = 0
        self._transaction = Database.transaction

    @contextmanager
    def __call__(self, database: Database) -> Iterator[None]:
        self.seen += 1
        strikes = self.seen == self.nth
        if strikes and self.moment == "before":
            raise Crash
        with self._transaction(database):
            yield
            if strikes and self.moment == "inside":
                raise Crash  # rolled back, as SQLite does when it opens the file again
        if strikes:
            raise Crash


def crashing(crash: CrashAt) -> Callable[[Database], object]:
    """Make a method of it: an instance in a class's attribute is not bound by itself."""

    def transaction(database: Database) -> object:
        return crash(database)

    return transaction


def disturbed(world: World, crash: CrashAt, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run until the crash, then without it."""
    with monkeypatch.context() as patch:
        patch.setattr(Database, "transaction", crashing(crash))
        with pytest.raises(Crash):
            world.run_in_process("sync")
    for _ in range(2):
        if world.run_in_process("sync").returncode == 0:
            break


def peaceful(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[EndState, int]:
    """Run without a crash: how it ends, and how many writes it takes."""
    counting = CrashAt(-1, "before")
    with monkeypatch.context() as patch:
        patch.setattr(Database, "transaction", crashing(counting))
        assert world.run_in_process("sync").returncode == 0
    return world.end_state(), counting.seen


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_crash_at_any_write_to_the_state_file_is_made_good_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: Moment, part: int
) -> None:
    """Otherwise: between "on record" and "done" there is a moment in which an invoice gets lost or doubled."""
    with new_world(tmp_path / "undisturbed", sending=SENDING) as world:
        three_documents(world)
        wanted, writes = peaceful(world, monkeypatch)
    assert writes > 20
    differing = {}
    for nth in range(part + 1, writes + 1, PARTS):
        with new_world(tmp_path / str(nth), sending=SENDING) as world:
            three_documents(world)
            disturbed(world, CrashAt(nth, moment), monkeypatch)
            if world.end_state() != wanted:
                differing[nth] = world.end_state()
    assert not differing


def test_a_machine_that_crashes_at_every_run_still_gets_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise: an unlucky month of crashes makes doubles that one crash does not make."""
    with new_world(tmp_path / "undisturbed", sending=SENDING) as world:
        six_documents(world)
        wanted, _ = peaceful(world, monkeypatch)
    with new_world(tmp_path / "unlucky", sending=SENDING) as world:
        six_documents(world)
        for nth in range(1, 40):
            with monkeypatch.context() as patch:
                patch.setattr(Database, "transaction", crashing(CrashAt(1 + nth % 7, MOMENTS[nth % 3])))
                try:
                    world.run_in_process("sync")
                except Crash:
                    continue
        assert world.run_in_process("sync").returncode == 0
        assert world.end_state() == wanted
