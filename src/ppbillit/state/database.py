"""The open database: transactions that are on disk when they end, queries, and the history of events."""

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


class WithinTransaction(Exception):  # noqa: N818  (says what is wrong)
    """A write was to be made while a transaction is open: its attempt would not be on disk.  A bug of ours."""


class Database:
    """One connection, used in one thread.

    `path` is the file's, for messages; `now` is the clock of everything that is written.
    """

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
        """Run a transaction: all of it or nothing, on disk when this ends.  Raise CannotWrite where that fails.

        One within another is a part of it.
        """
        if self.is_in_transaction:
            yield
            return
        with named_errors(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back already, as on a full disk.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @property
    def is_in_transaction(self) -> bool:
        """Whether a transaction is open, which is not on disk yet."""
        return self._connection.in_transaction

    def execute(self, sql: str, *values: object) -> None:
        """Run a statement, in the transaction of the caller."""
        self._connection.execute(sql, values)

    def upsert(self, table: str, row: Mapping[str, object]) -> None:
        """Insert or update a row, in the transaction of the caller; its first column is the key.

        Not by OR REPLACE, which would silently delete another order that has the same document.
        """
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        updates = ", ".join(f"{name} = excluded.{name}" for name in row)
        self.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  (our own table and column names)
            f" ON CONFLICT ({next(iter(row))}) DO UPDATE SET {updates}",
            *row.values(),
        )

    def update(self, table: str, row: Mapping[str, object]) -> None:
        """Update columns of an existing row, in the transaction of the caller; the first column is the key."""
        (key, value), *rest = row.items()
        sets = ", ".join(f"{name} = ?" for name, _ in rest)
        self.execute(f"UPDATE {table} SET {sets} WHERE {key} = ?", *(given for _, given in rest), value)  # noqa: S608

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Return all rows of a query."""
        with named_errors(self._path):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Any:
        """Return the first row of a query, or None."""
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    def at(self) -> str:
        """Return the time of writing: UTC, ISO 8601."""
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds")

    def event(self, order_id: int, what: str, reasons: tuple[Reason, ...] = (), *, detail: str = "") -> None:
        """Append an event to the history, in the transaction of the caller."""
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
def named_errors(path: Path) -> Iterator[None]:
    """Turn errors of the disk and of SQLite into CannotWrite or SetupWrong, with what to do."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a CHECK of the schema: a bug of ours, and nothing is wrong with the file
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
