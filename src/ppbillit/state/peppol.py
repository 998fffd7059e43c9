"""What the Peppol directory said of receivers, so that it is asked about each of them once a week at most."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ppbillit.state.records import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.state.database import Database


class Receivers:
    """The answers, by the identifier that was asked for (a VAT or company number)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, identifier: str) -> Receiver | None:
        """Give the last answer about an identifier."""
        row = self._database.row("SELECT * FROM receivers WHERE identifier = ?", identifier)
        if row is None:
            return None
        return Receiver(
            row["identifier"], frozenset(row["takes"].split()), datetime.fromisoformat(row["asked_at"])
        )

    def put(self, identifier: str, takes: Iterable[str]) -> None:
        """Take over an answer given now: the document types the identifier takes, none where it is not there."""
        with self._database.transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO receivers VALUES (?, ?, ?)",
                identifier,
                " ".join(sorted(takes)),
                self._database.at(),
            )
