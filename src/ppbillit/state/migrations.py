"""Bring the state file of an older version up to date: one step per version, unchanged once it is released.

There is no step yet: version 1 is the first that is released.  A step runs in the transaction that also raises the
version, so that it is done whole or not at all.  SQLite cannot change a CHECK: create such a table beside the old
one, fill it from that, and rename it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.state.schema import VERSION

if TYPE_CHECKING:
    import sqlite3

STEPS: dict[int, str] = {}  # SQL, by the version that it starts from


def migrate(database: sqlite3.Connection, to: int = VERSION) -> None:
    """Bring a database to this version, one step at a time."""
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    while version < to:
        try:
            database.executescript(
                f"BEGIN IMMEDIATE; {STEPS[version]} PRAGMA user_version = {version + 1}; COMMIT;"
            )
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        version += 1
