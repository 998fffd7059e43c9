"""Making, opening and copying the state file; damage, strangers and full disks are named, never repaired."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ppbillit.errors import CannotWrite, SetupWrong
from ppbillit.state.database import Database
from ppbillit.state.schema import SCHEMA, VERSION
from ppbillit.state.store import StateStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ppbillit.state.records import Identity

_REBUILD = "move it away and run `ppbillit rebuild-state`, which reads everything back from Billit"


def create_state(path: Path, identity: Identity) -> StateStore:
    """Make a new state file, readable by its owner only.

    The database is made beside its place and put there whole, so that a crash leaves no half-made file.
    Raises CannotWrite, also where a file is there already.
    """
    draft = path.with_name(f"{path.name}.new")
    with _named_trouble(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        # SQLite would create it for everybody to read; its journals take over the mode of the file.
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(_connect(draft)) as database:
            _lay_out(database, identity)
        os.link(draft, path)  # unlike a rename, never onto a file that is there
        draft.unlink()
        _sync_directory(path.parent)
    return open_state(path, identity)


def open_state(path: Path, identity: Identity) -> StateStore:
    """Open the state file of this shop and company; raises SetupWrong where it is another's or not sound."""
    with _named_trouble(path):
        database = _connect(path)
        try:
            _check(database, path, identity)
        except BaseException:
            database.close()
            raise
    return StateStore(Database(database, lambda: _named_trouble(path)))


def dry_copy(path: Path, identity: Identity) -> StateStore:
    """Give the state in memory, for a run that must leave the file as it is, byte for byte.

    Where there is no file yet, the copy is a new one.
    """
    memory = _connect(":memory:")
    with _named_trouble(path):
        if path.exists():
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source:
                _check(source, path, identity)
                source.backup(memory)
        else:
            _lay_out(memory, identity)
    return StateStore(Database(memory, lambda: _named_trouble(path)))


def _connect(path: Path | str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.row_factory = sqlite3.Row
    # EXTRA: a commit is on the disk, directory entry included, before the POST that relies on it leaves.
    database.execute("PRAGMA synchronous = EXTRA")
    database.execute("PRAGMA foreign_keys = ON")
    return database


def _lay_out(database: sqlite3.Connection, identity: Identity) -> None:
    database.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    for name, value in vars(identity).items():
        database.execute("INSERT INTO meta VALUES (?, ?)", (name, str(value)))


def _check(database: sqlite3.Connection, path: Path, identity: Identity) -> None:
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise SetupWrong(
            f"The state file {path} is of a newer ppbillit (version {version}, this one knows {VERSION}).",
            "Run that newer ppbillit.",
        )
    if version != VERSION:
        raise SetupWrong(f"The file {path} is not a state file of ppbillit.", f"If it was one: {_REBUILD}.")
    [(sound,)] = database.execute("PRAGMA quick_check(1)").fetchall()
    if sound != "ok":
        raise SetupWrong(f"The state file {path} is damaged ({sound}).", f"Keep a copy, {_REBUILD}.")
    meta = {row[0]: row[1] for row in database.execute("SELECT name, value FROM meta")}
    for name, value in vars(identity).items():
        if meta.get(name) != str(value):
            raise SetupWrong(
                f"The state file {path} belongs to another set-up: its {name.replace('_', ' ')} is "
                f"{meta.get(name)}, this run's is {value}.",
                "Check the keys and party_id in config.toml, or name another state_file.",
            )


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _named_trouble(path: Path) -> Iterator[None]:
    """Turn what the disk and SQLite say into words for the owner."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise CannotWrite(
            f"The state file {path} cannot be written ({error}).",
            "Check the disk space and the rights of its folder; nothing is lost, the next run goes on from here.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise SetupWrong(
            f"The state file {path} is damaged ({error}).", f"Keep a copy, {_REBUILD}."
        ) from error
