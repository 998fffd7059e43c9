"""Billit's debtors as last read, and the attempts at making new ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from ppbillit.state.records import Attempt, DebtorRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.reasons import Reason
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

    def by(
        self, what: Literal["key", "vat_number", "email", "nr", "address"], value: str
    ) -> list[DebtorRecord]:
        """Give the debtors with this key, VAT number, (case-folded) e-mail address …, oldest first."""
        condition = {
            "key": "key = ?",
            "vat_number": "vat_number = ?",
            "nr": "nr = ?",
            "address": "address = ?",
            "email": "party_id IN (SELECT party_id FROM debtor_emails WHERE email = ?)",
        }[what]
        sql = f"SELECT * FROM debtors WHERE {condition} ORDER BY party_id"  # noqa: S608  (one of these)
        return [self._record(row) for row in self._database.rows(sql, value)]

    def get(self, party_id: int) -> DebtorRecord | None:
        """Give one debtor."""
        row = self._database.row("SELECT * FROM debtors WHERE party_id = ?", party_id)
        return self._record(row) if row else None

    def addresses_are_shown(self, prefix: str) -> bool:
        """Tell whether Billit's lists show addresses, going by the debtors whose key has not this prefix (ours).

        Where there are no such debtors, nothing speaks against it.
        """
        [(others, with_address)] = self._database.rows(
            "SELECT count(*), count(address) FROM debtors WHERE key IS NULL OR substr(key, 1, ?) <> ?",
            len(prefix),
            prefix,
        )
        return bool(with_address) or not others

    def is_news(self, party_id: int, said: Reason) -> bool:
        """Take note of what is said of a debtor, and tell whether that was not said the last time."""
        row = self._database.row(
            "SELECT message FROM debtor_notes WHERE party_id = ? AND code = ?", party_id, said.code
        )
        if row and row["message"] == said.message:
            return False
        with self._database.transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO debtor_notes VALUES (?, ?, ?)", party_id, said.code, said.message
            )
        return True

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
            "INSERT INTO debtors (party_id, key, vat_number, nr, card, address) VALUES (?, ?, ?, ?, ?, ?)",
            debtor.party_id,
            debtor.key,
            debtor.vat_number,
            debtor.nr,
            json.dumps(dict(debtor.card), ensure_ascii=False, sort_keys=True),
            debtor.address,
        )
        for email in dict.fromkeys(debtor.emails):
            self._database.execute("INSERT INTO debtor_emails VALUES (?, ?)", email, debtor.party_id)

    def _record(self, row: Any) -> DebtorRecord:
        emails = self._database.rows(
            "SELECT email FROM debtor_emails WHERE party_id = ? ORDER BY email", row["party_id"]
        )
        return DebtorRecord(
            party_id=row["party_id"],
            key=row["key"],
            vat_number=row["vat_number"],
            emails=tuple(email for (email,) in emails),
            nr=row["nr"],
            card=json.loads(row["card"]),
            address=row["address"],
        )
