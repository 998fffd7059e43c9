"""The open state file: its parts, its runs, its history, and what one run keeps for the next."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from ppbillit.state.attempts import Attempts
from ppbillit.state.debtors import Debtors
from ppbillit.state.orders import Orders
from ppbillit.state.payments import Payments
from ppbillit.state.peppol import Receivers
from ppbillit.state.records import Event, RunRecord, reasons_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from ppbillit.state.database import Database

# mark: the day up to which every order of the shop has its document or is on record, from `go_live` on.
# deep_read: the local day on which the long overlap was last read.
# debtors_read, deliveries_read: when Billit was last asked for changed debtors, and for deliveries.
# addresses_listed: whether lists of debtors show addresses ("yes" or "no").
# payments_read: when both sides were last asked for payments; payments_looked: the local day on which all unpaid
# orders were last read.
# settled: what `probe` found out about the shop's orders, as JSON.
# merged_debtors: numbers of debtors that were merged in Billit, as JSON.
# unreadable_at, unreadable_payments_at: when a run last ended because something could be read no longer.
Remembered = Literal[
    "mark",
    "go_live",
    "deep_read",
    "debtors_read",
    "deliveries_read",
    "addresses_listed",
    "payments_read",
    "payments_looked",
    "settled",
    "merged_debtors",
    "unreadable_at",
    "unreadable_payments_at",
]


class StateStore:
    """The open state file: a context manager, for use in one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.attempts = Attempts(database)
        self.orders = Orders(database, self.attempts)
        self.debtors = Debtors(database, self.attempts)
        self.receivers = Receivers(database)
        self.payments = Payments(database, self.attempts)

    def __enter__(self) -> Self:
        """Return the open file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._database.close()

    def together(self) -> AbstractContextManager[None]:
        """Make what is written within one transaction.  No request to a service may be made within."""
        return self._database.transaction()

    def begin_run(self, run_id: str, command: str) -> None:
        """Record that a run began; the events that follow belong to it."""
        self._database.run_id = run_id
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO runs (run_id, command, started_at) VALUES (?, ?, ?)",
                run_id,
                command,
                self._database.at(),
            )

    def finish_run(self, exit_code: int, counts: Mapping[str, int]) -> None:
        """Record how the run ended."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE runs SET finished_at = ?, exit_code = ?, counts = ? WHERE run_id = ?",
                self._database.at(),
                exit_code,
                json.dumps(counts),
                self._database.run_id,
            )

    def last_runs(self, most: int) -> list[RunRecord]:
        """Return the latest runs, the last recorded first: the clock may have been wrong."""
        rows = self._database.rows("SELECT * FROM runs ORDER BY rowid DESC LIMIT ?", most)
        return [
            RunRecord(
                row["run_id"],
                row["command"],
                datetime.fromisoformat(row["started_at"]),
                datetime.fromisoformat(row["finished_at"]) if row["finished_at"] else None,
                row["exit_code"],
                json.loads(row["counts"]) if row["counts"] else {},
            )
            for row in rows
        ]

    def last_good_run(self, command: str) -> datetime | None:
        """Return when this command last ended with exit code 0 or 3 (UTC), or None."""
        row = self._database.row(
            "SELECT finished_at FROM runs WHERE command = ? AND exit_code IN (0, 3) ORDER BY rowid DESC LIMIT 1",
            command,
        )
        return datetime.fromisoformat(row["finished_at"]) if row else None

    def events(self, order_id: int | None = None, most: int = -1) -> list[Event]:
        """Return the latest events, of one order or of all, the oldest first."""
        rows = self._database.rows(
            "SELECT * FROM events WHERE ? IS NULL OR order_id = ? ORDER BY event_id DESC LIMIT ?",
            order_id,
            order_id,
            most,
        )
        return [
            Event(
                datetime.fromisoformat(row["at"]),
                row["run_id"],
                row["order_id"],
                row["what"],
                row["detail"],
                reasons_from_json(row["reasons"]),
            )
            for row in reversed(rows)
        ]

    def remembered(self, name: Remembered) -> str | None:
        """Return a value that an earlier run stored, or None."""
        row = self._database.row("SELECT value FROM meta WHERE name = ?", name)
        return row["value"] if row else None

    def remember(self, **values: str) -> None:
        """Store these values for the next run, all or none; the names are those of `Remembered`."""
        with self._database.transaction():
            for name, value in values.items():
                self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)
