"""Billit's debtors as last read, and the attempts at making new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ppbillit.state.records import Attempt, DebtorRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.state.attempts import Attempts
    from ppbillit.state.database import Database


class Debtors:
    """A mirror of Billit's debtors, by what recognises them."""

    def __init__(self, database: Database, attempts: Attempts) -> None:
        self._database = database
        self._attempts = attempts

    def mirror(self, debtors: Iterable[DebtorRecord], *, all_of_them: bool = False) -> None:
        """Take over what Billit says of these debtors; where they are all there are, forget the others."""
        known = list(debtors)  # read before the transaction: it may take a while
        with self._database.transaction():
            if all_of_them:
                self._database.execute("DELETE FROM debtors")
            for debtor in known:
                self._put(debtor)

    def by(self, what: Literal["key", "vat_number", "email"], value: str) -> list[DebtorRecord]:
        """Give the debtors with this key, VAT number or (case-folded) e-mail address, oldest first."""
        condition = {
            "key": "key = ?",
            "vat_number": "vat_number = ?",
            "email": "party_id IN (SELECT party_id FROM debtor_emails WHERE email = ?)",
        }[what]
        sql = f"SELECT * FROM debtors WHERE {condition} ORDER BY party_id"  # noqa: S608  (one of the three)
        return [
            DebtorRecord(row["party_id"], row["key"], row["vat_number"])
            for row in self._database.rows(sql, value)
        ]

    def forget(self, party_id: int) -> None:
        """Billit knows this debtor no more: it was deleted or merged."""
        with self._database.transaction():
            self._database.execute("DELETE FROM debtors WHERE party_id = ?", party_id)

    def begin(self, key: str, digest: str) -> Attempt:
        """Record, before its POST, that this debtor is about to be made."""
        with self._database.transaction():
            return self._attempts.begin("debtor", key, digest)

    def record_created(self, debtor: DebtorRecord, key: str) -> None:
        """The debtor of the open attempt exists, by Billit's answer or by a search."""
        with self._database.transaction():
            self._attempts.end("debtor", key, "done")
            self._put(debtor)

    def record_refused(self, key: str) -> None:
        """Billit did not make it."""
        with self._database.transaction():
            self._attempts.end("debtor", key, "refused")

    def record_not_sent(self, key: str) -> None:
        """The POST never left."""
        with self._database.transaction():
            self._attempts.strike("debtor", key)

    def _put(self, debtor: DebtorRecord) -> None:
        self._database.execute("DELETE FROM debtors WHERE party_id = ?", debtor.party_id)
        self._database.execute(
            "INSERT INTO debtors VALUES (?, ?, ?)", debtor.party_id, debtor.key, debtor.vat_number
        )
        for email in dict.fromkeys(debtor.emails):
            self._database.execute("INSERT INTO debtor_emails VALUES (?, ?)", email, debtor.party_id)
