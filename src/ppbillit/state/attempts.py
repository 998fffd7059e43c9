"""Attempts: a write is on record, with its idempotency key, before it leaves (docs/exactly-once.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from ppbillit.state.database import WithinTransaction
from ppbillit.state.records import Attempt, Subject

if TYPE_CHECKING:
    from ppbillit.state.database import Database

Ending = Literal["done", "refused", "lost"]


class Attempts:
    """The attempts at creating documents and debtors, at sending, and at writing payments.

    At most one attempt for each subject and key is open.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def refuse_within_transaction(self) -> None:
        """Raise WithinTransaction where one is open: what is recorded in it is not on disk before it ends."""
        if self._database.is_in_transaction:
            raise WithinTransaction

    def open(self, subject: Subject, key: str) -> Attempt | None:
        """Return the attempt whose outcome is not known; None where none is open."""
        row = self._database.row(
            "SELECT * FROM attempts WHERE subject = ? AND key = ? AND outcome = 'open'", subject, key
        )
        return _attempt(row) if row else None

    def token(self, subject: Subject, key: str) -> str:
        """Return the idempotency key of the open attempt; raise KeyError where none is open."""
        attempt = self.open(subject, key)
        if attempt is None:
            raise KeyError(key)
        return attempt.token

    def last_begun(self, subject: Subject, key: str) -> datetime | None:
        """Return when the last attempt began or lost its answer (UTC); None where there was no attempt."""
        row = self._database.row(
            "SELECT max(unknown_since) FROM attempts WHERE subject = ? AND key = ?", subject, key
        )
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def note_lost(self, subject: Subject, key: str) -> None:
        """Store that no usable answer came: the settle delay counts from now, for the request may still arrive."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE attempts SET unknown_since = ? WHERE subject = ? AND key = ? AND outcome = 'open'",
                self._database.at(),
                subject,
                key,
            )

    def note_contested(self, subject: Subject, key: str) -> None:
        """Store that Billit knows the token: its result exists, or the token is stuck (billit.md §9.1)."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE attempts SET contested = 1, misses = 0, missed_at = NULL, unknown_since = ?"
                " WHERE subject = ? AND key = ? AND outcome = 'open'",
                self._database.at(),
                subject,
                key,
            )

    def note_miss(self, subject: Subject, key: str) -> None:
        """Store that a search after the settle delay did not find what the open attempt was to make."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE attempts SET misses = misses + 1, missed_at = ?"
                " WHERE subject = ? AND key = ? AND outcome = 'open'",
                self._database.at(),
                subject,
                key,
            )

    def begin(self, subject: Subject, key: str, digest: str = "") -> Attempt:
        """Open an attempt, in the transaction of the caller.

        An attempt that is still open is believed lost (`exactly_once.resolve`): it is made again under its own
        token, so that Billit itself stops the second request if the first did arrive.  Only where Billit said that
        the token was used, and still nothing is found, the token is given up and the next number taken.
        """
        now, still_open = self._database.at(), self.open(subject, key)
        if still_open and not still_open.contested:
            self._database.execute(
                "UPDATE attempts SET digest = ?, unknown_since = ?, misses = 0, missed_at = NULL WHERE token = ?",
                *(digest, now, still_open.token),
            )
            return replace(still_open, digest=digest, unknown_since=datetime.fromisoformat(now), misses=0)
        self.end(subject, key, "lost")
        [(last,)] = self._database.rows(
            "SELECT coalesce(max(number), 0) FROM attempts WHERE subject = ? AND key = ?", subject, key
        )
        number = last + 1
        # The same on every machine that knows the same; `key` names shop and order.  Hex digits only.
        token = sha256(f"{key} {subject} {number}".encode()).hexdigest()
        self._database.execute(
            "INSERT INTO attempts (subject, key, number, token, digest, unknown_since) VALUES (?, ?, ?, ?, ?, ?)",
            *(subject, key, number, token, digest, now),
        )
        since = datetime.fromisoformat(now)
        return Attempt(subject, key, number, token, digest, since, misses=0, contested=False)

    def end(self, subject: Subject, key: str, outcome: Ending) -> None:
        """Close the open attempt, in the transaction of the caller."""
        self._database.execute(
            "UPDATE attempts SET outcome = ? WHERE subject = ? AND key = ? AND outcome = 'open'",
            outcome,
            subject,
            key,
        )

    def forget(self, subject: Subject, key: str) -> None:
        """Delete the open attempt, in the transaction of the caller: its last request never left.

        An earlier one may have, which was believed lost: what it made is found by its document key.
        Its number and token serve the next try, so that two machines which could not connect use the same token.
        """
        self._database.execute(
            "DELETE FROM attempts WHERE subject = ? AND key = ? AND outcome = 'open'", subject, key
        )


def _attempt(row: Any) -> Attempt:
    return Attempt(
        subject=row["subject"],
        key=row["key"],
        number=row["number"],
        token=row["token"],
        digest=row["digest"],
        unknown_since=datetime.fromisoformat(row["missed_at"] or row["unknown_since"]),
        misses=row["misses"],
        contested=bool(row["contested"]),
    )
