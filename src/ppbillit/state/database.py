"""The open database: transactions that are on the disk when they end, reading, and the log of events."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ppbillit.state.records import reasons_to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from ppbillit.reasons import Reason


class Database:
    """One connection, used in one thread; `now` is the clock of everything written."""

    def __init__(
        self, connection: sqlite3.Connection, named_trouble: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._connection = connection
        self._named_trouble = named_trouble
        self.run_id = ""
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing, and on the disk before this returns; trouble with the disk is CannotWrite."""
        with self._named_trouble():
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

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Give all rows of a query."""
        with self._named_trouble():
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
