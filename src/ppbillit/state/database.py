"""The open database: transactions that are on the disk when they end, reading, and the log of events."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ppbillit.errors import CannotWrite, SetupWrong
from ppbillit.state.records import reasons_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from ppbillit.reasons import Reason


REBUILD = "move it away and run `ppbillit rebuild-state`, which reads everything back from Billit"


class Database:
    """One connection, used in one thread; `now` is the clock of everything written."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self.run_id = ""
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing, and on the disk before this returns; trouble with the disk is CannotWrite."""
        with named_trouble(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def execute(self, sql: str, *values: object) -> None:
        """Run a statement of a transaction."""
        self._connection.execute(sql, values)

    def upsert(self, table: str, row: Mapping[str, object]) -> None:
        """Write a row, new or not, in a transaction; its first column is the key.

        Not OR REPLACE: that would delete another order which has the same document, without a word.
        """
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        updates = ", ".join(f"{name} = excluded.{name}" for name in row)
        self.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  (our own table and column names)
            f" ON CONFLICT ({next(iter(row))}) DO UPDATE SET {updates}",
            *row.values(),
        )

    def update(self, table: str, row: Mapping[str, object]) -> None:
        """Write these columns of a row that is there, in a transaction; its first column is the key."""
        (key, value), *rest = row.items()
        sets = ", ".join(f"{name} = ?" for name, _ in rest)
        self.execute(f"UPDATE {table} SET {sets} WHERE {key} = ?", *(each for _, each in rest), value)  # noqa: S608

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Give all rows of a query."""
        with named_trouble(self._path):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Any:
        """Give the first row of a query, or None."""
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    def at(self) -> str:
        """Give the time of writing: UTC, ISO 8601."""
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds")

    def event(self, order_id: int, what: str, reasons: tuple[Reason, ...] = (), *, detail: str = "") -> None:
        """Append to the log what happens in this transaction."""
        self.execute(
            "INSERT INTO events (at, run_id, order_id, what, detail, reasons) VALUES (?, ?, ?, ?, ?, ?)",
            self.at(),
            self.run_id,
            order_id,
            what,
            detail,
            reasons_to_json(reasons),
        )


@contextmanager
def named_trouble(path: Path) -> Iterator[None]:
    """Turn what the disk and SQLite say into words for the owner."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a rule of the schema was about to be broken: that is a bug of ours, not trouble with the file
    except (sqlite3.OperationalError, OSError) as error:
        raise CannotWrite(
            f"The state file {path} cannot be written ({why(error)}).",
            "Check the disk space and the rights of its folder; nothing is lost, the next run goes on from here.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise SetupWrong(
            f"The state file {path} is damaged ({error}).", f"Keep a copy, {REBUILD}."
        ) from error


def why(error: BaseException | None) -> str:
    """Return what the operating system or SQLite says."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
