"""Create, open and copy the state file.

A damaged file, another shop's file and a full disk are reported with what to do; nothing is repaired.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ppbillit.errors import CannotWrite, SetupWrong
from ppbillit.files import put_in_place, restrict_to_owner, write_draft
from ppbillit.state.database import REBUILD, Database, named_errors, why
from ppbillit.state.migrations import migrate
from ppbillit.state.schema import APPLICATION_ID, SCHEMA, VERSION
from ppbillit.state.store import StateStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.state.records import Account, Identity

logger = logging.getLogger("ppbillit.state")

# What to do where the file belongs to another set-up.  Never: start a new file, which would create every invoice
# again under another key.
_FIXES = {
    "tenant_id": 'If it is the same shop, write shop = "{}" under [plugandpay]; else use that shop\'s own config.',
    "party_id": "If it is the same company, write party_id = {} under [billit]; else use that company's config.",
    "billit_url": "Point [billit] environment or base_url back to {}, or use the config for this Billit.",
}


def is_there(path: Path) -> bool:
    """Return whether there is a state file.  Raise SetupWrong where its folder may not be read."""
    with _named_read_errors(path):
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
    return True


def create_state(path: Path, identity: Identity) -> StateStore:
    """Create a new state file, readable by its owner only.

    It is created under another name and renamed when it is complete, so that a crash leaves no incomplete file.
    Raise CannotWrite, also where there is a file already.
    """
    draft = path.with_name(f"{path.name}.new")
    refuse_stale_journal(path)
    with named_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _journal_of(draft).unlink(missing_ok=True)
        write_draft(draft, b"")  # SQLite would create it for all to read; its journals take over its mode
        with closing(_connect(draft)) as database:
            _create_tables(database, identity)
        if path.exists():  # not raced for: the run's lock keeps others away
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        put_in_place(draft, path)
    return open_state(path, identity)


def refuse_stale_journal(path: Path) -> None:
    """Raise SetupWrong where the journal of a state file is there, and that file is not.

    SQLite would apply it to the next file of that name, and damage it.
    """
    journal = _journal_of(path)
    if journal.exists() and not path.exists():
        raise SetupWrong(
            f"{journal} belongs to a state file that is not there any more.",
            f"Put that file back beside it, or move {journal.name} away too.",
        )


def _journal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def open_state(path: Path, identity: Identity | Account) -> StateStore:
    """Open the state file of this shop and company, and bring one of an older version up to date.

    Its permissions are restricted to its owner, with a warning.  Raise SetupWrong where it belongs to another shop
    or company, or is damaged.
    """
    with named_errors(path):
        database = _connect(path)
        try:
            _check(database, path, identity)
            _restrict_to_owner(path)
            migrate(database)
        except BaseException:
            database.close()
            raise
    return StateStore(Database(database, path))


def _restrict_to_owner(path: Path) -> None:
    """Take others' permissions away: the file holds names and addresses; SQLite's journals take over its mode."""
    # Closing the descriptor drops this process's locks on the file: no transaction may be open here.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if restrict_to_owner(descriptor):
            logger.warning("others could read or change %s; now only you can", path)
    finally:
        os.close(descriptor)


def dry_copy(path: Path, identity: Identity | Account) -> StateStore:
    """Return a copy of the state in memory, for a run that must leave the file unchanged, byte for byte.

    Where there is no file yet, return a new state.
    """
    memory = _connect(":memory:")
    with _named_read_errors(path):
        if is_there(path):
            _copy(path, identity, memory)
            migrate(memory)
        else:
            _create_tables(memory, identity)
    return StateStore(Database(memory, path))


def _copy(path: Path, identity: Identity | Account, memory: sqlite3.Connection) -> None:
    """Copy the file into memory without changing it.

    An unfinished transaction of a killed run has to be rolled back first, which a read-only connection cannot do:
    then it is rolled back in a temporary copy.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source:
            _check(source, path, identity)
            source.backup(memory)
    except sqlite3.OperationalError:
        with tempfile.TemporaryDirectory(prefix="ppbillit-") as folder:
            copy = Path(folder) / path.name
            for each in (path, _journal_of(path)):
                if each.exists():
                    shutil.copyfile(each, copy.with_name(each.name))
            with closing(_connect(copy)) as source:
                _check(source, path, identity)
                source.backup(memory)


def _connect(path: Path | str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.row_factory = sqlite3.Row
    # EXTRA: a commit is on disk, directory entry included, before the POST that relies on it leaves.
    database.execute("PRAGMA synchronous = EXTRA")
    database.execute("PRAGMA foreign_keys = ON")
    return database


def _create_tables(database: sqlite3.Connection, identity: Identity | Account) -> None:
    database.executescript(
        f"BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;"
    )
    for name, value in vars(identity).items():
        database.execute("INSERT INTO meta VALUES (?, ?)", (name, str(value)))


def _check(database: sqlite3.Connection, path: Path, identity: Identity | Account) -> None:
    if database.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise SetupWrong(f"The file {path} is not a state file of ppbillit.", f"If it was one: {REBUILD}.")
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise SetupWrong(
            f"The state file {path} is of a newer ppbillit (version {version}, this one knows {VERSION}).",
            "Run that newer ppbillit.",
        )
    [(sound,)] = database.execute("PRAGMA quick_check(1)").fetchall()
    if sound != "ok":
        what = " ".join(sound.split())  # SQLite spreads it over several lines
        raise SetupWrong(f"The state file {path} is damaged ({what}).", f"Keep a copy, {REBUILD}.")
    meta = {row[0]: row[1] for row in database.execute("SELECT name, value FROM meta")}
    for name, value in vars(identity).items():
        if meta.get(name) != str(value):
            raise SetupWrong(
                f"The state file {path} belongs to another set-up: its {name.replace('_', ' ')} is "
                f"{meta.get(name)}, this run's is {value}.",
                _FIXES[name].format(meta.get(name)),
            )


@contextmanager
def _named_read_errors(path: Path) -> Iterator[None]:
    """Do the same where nothing was to be written: an error is SetupWrong."""
    try:
        with named_errors(path):
            yield
    except CannotWrite as error:
        raise SetupWrong(
            f"The state file {path} cannot be read ({why(error.__cause__)}).",
            "Run it as the user who runs ppbillit, or check the rights of the file and of its folders.",
        ) from error
