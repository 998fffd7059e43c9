"""How an older state file becomes today's: one step per version, frozen once that version has been released.

There is no step yet: version 1 is the first that is released.  A step is whole or not at all, since it runs in the
transaction that also raises the version.  SQLite cannot change a CHECK: such a table is made anew beside the old
one, filled from it, and given its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.state.schema import VERSION

if TYPE_CHECKING:
    import sqlite3

STEPS: dict[int, str] = {}  # SQL, by the version that it starts from


def migrate(database: sqlite3.Connection, to: int = VERSION) -> None:
    """Bring the database of an older version to today's, a step at a time."""
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
