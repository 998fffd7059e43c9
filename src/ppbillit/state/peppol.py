"""What the Peppol directory answered about receivers, and how often it gave no answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ppbillit.state.records import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.state.database import Database


@dataclass(frozen=True)
class Failures:
    """How often in a row the directory gave no answer about a receiver, and when last (UTC)."""

    times: int
    last: datetime


class Receivers:
    """Receivers, by the identifier that the directory was asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, identifier: str) -> Receiver | None:
        """Return what is known of one receiver; None where the directory never gave an answer."""
        row = self._database.row("SELECT * FROM receivers WHERE identifier = ?", identifier)
        if row is None or row["asked_at"] is None:
            return None
        return Receiver(identifier, frozenset(row["takes"].split()), datetime.fromisoformat(row["asked_at"]))

    def failures(self, identifier: str) -> Failures | None:
        """Return the failures since the last answer; None where there was none."""
        row = self._database.row(
            "SELECT failures, failed_at FROM receivers WHERE identifier = ? AND failures > 0", identifier
        )
        return Failures(row["failures"], datetime.fromisoformat(row["failed_at"])) if row else None

    def put(self, identifier: str, takes: Iterable[str]) -> None:
        """Store the directory's answer: the document types that a receiver takes, none if it is not listed."""
        with self._database.transaction():
            self._database.upsert(
                "receivers",
                {
                    "identifier": identifier,
                    "takes": " ".join(sorted(takes)),
                    "asked_at": self._database.at(),
                    "failures": 0,
                    "failed_at": None,
                },
            )

    def note_failure(self, identifier: str) -> None:
        """Store that the directory gave no answer; its last answer stays."""
        known = self.failures(identifier)
        with self._database.transaction():
            self._database.upsert(
                "receivers",
                {
                    "identifier": identifier,
                    "failures": (known.times if known else 0) + 1,
                    "failed_at": self._database.at(),
                },
            )
