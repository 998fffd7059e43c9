"""The open state file: its orders, debtors and attempts, its runs, and what one run tells the next."""

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

    from ppbillit.state.database import Database

# mark: the day up to which every order of the shop is settled or on record, from `go_live` on.  deep_read: the
# local day of the last long look back.  debtors_read, deliveries_read: when Billit was last asked for changed
# debtors, and for what became of what was sent.  addresses_listed: whether lists of debtors show addresses.
# payments_read: when both sides were last asked for payments; payments_looked: the local day of the last look at
# all that is still open.  settled: what a probe found out about the shop's orders, as JSON.
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
    "unanswered_receivers",
    "departed_debtors",
    "unreadable_at",
    "unreadable_payments_at",
]


class StateStore:
    """The state file, open; a context manager, for one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.attempts = Attempts(database)
        self.orders = Orders(database, self.attempts)
        self.debtors = Debtors(database, self.attempts)
        self.receivers = Receivers(database)
        self.payments = Payments(database, self.attempts)

    def __enter__(self) -> Self:
        """It is open already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._database.close()

    def begin_run(self, run_id: str, command: str) -> None:
        """Note that a run began; all that follows is on its account."""
        self._database.run_id = run_id
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO runs (run_id, command, started_at) VALUES (?, ?, ?)",
                run_id,
                command,
                self._database.at(),
            )

    def finish_run(self, exit_code: int, counts: Mapping[str, int]) -> None:
        """Note how the run ended."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE runs SET finished_at = ?, exit_code = ?, counts = ? WHERE run_id = ?",
                self._database.at(),
                exit_code,
                json.dumps(counts),
                self._database.run_id,
            )

    def last_runs(self, most: int) -> list[RunRecord]:
        """Give the latest runs, newest first, as they were entered: the clock may have been wrong."""
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
        """Say when this command last came to its end, whatever it found; UTC."""
        row = self._database.row(
            "SELECT finished_at FROM runs WHERE command = ? AND exit_code IN (0, 3) ORDER BY rowid DESC LIMIT 1",
            command,
        )
        return datetime.fromisoformat(row["finished_at"]) if row else None

    def events(self, order_id: int | None = None, most: int = -1) -> list[Event]:
        """Give the latest events, of one order or of all, in the order in which they happened."""
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
        """Give a value kept between runs."""
        row = self._database.row("SELECT value FROM meta WHERE name = ?", name)
        return row["value"] if row else None

    def remember(self, name: Remembered, value: str) -> None:
        """Keep a value for the next run."""
        with self._database.transaction():
            self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)
