"""Billit's debtors as last read, and the attempts at creating new ones."""

from __future__ import annotations

import json
from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from ppbillit.state.records import Attempt, DebtorRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.reasons import Reason
    from ppbillit.state.attempts import Attempts
    from ppbillit.state.database import Database


class Debtors:
    """A mirror of Billit's debtors, found by what identifies them."""

    def __init__(self, database: Database, attempts: Attempts) -> None:
        self._database = database
        self._attempts = attempts

    def mirror(self, debtors: Iterable[DebtorRecord], gone: Iterable[int] = ()) -> None:
        """Store these debtors as Billit shows them, and delete those that Billit has no more."""
        read = list(debtors)  # before the transaction: an iterable may take a while
        with self._database.transaction():
            for party_id in gone:
                self._database.execute("DELETE FROM debtors WHERE party_id = ?", party_id)
            for debtor in read:
                self._write(debtor)

    def all(self) -> dict[int, DebtorRecord]:
        """Return all debtors, by PartyID."""
        emails: dict[int, list[str]] = defaultdict(list)
        for email, party_id in self._database.rows(
            "SELECT email, party_id FROM debtor_emails ORDER BY email"
        ):
            emails[party_id].append(email)
        rows = self._database.rows("SELECT * FROM debtors ORDER BY party_id")
        return {row["party_id"]: _record(row, emails[row["party_id"]]) for row in rows}

    def by(
        self, what: Literal["key", "vat_number", "email", "nr", "address"], value: str
    ) -> list[DebtorRecord]:
        """Return the debtors with this key, VAT number, (case-folded) e-mail address …, oldest first."""
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
        """Return one debtor, or None."""
        row = self._database.row("SELECT * FROM debtors WHERE party_id = ?", party_id)
        return self._record(row) if row else None

    def note(self, party_id: int, said: Reason, shown: str, about: str) -> bool:
        """Store what is said of a debtor, and return whether that is news.

        `shown` and `about` are fingerprints of the debtor as Billit shows it, and of whatever else it is said
        about: where either has changed it is news again.
        """
        fingerprint = sha256(f"{said.message}|{about}".encode()).hexdigest()
        row = self._database.row(
            "SELECT 1 FROM debtor_notes WHERE party_id = ? AND code = ? AND shown = ? AND said = ?",
            party_id,
            said.code,
            shown,
            fingerprint,
        )
        if row:
            return False
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO debtor_notes VALUES (?, ?, ?, ?)", party_id, said.code, shown, fingerprint
            )
        return True

    def drop_notes(self, party_id: int, code: str, shown: str) -> None:
        """Delete what was said while the debtor showed something else: should that come back, it is news again."""
        stale = "party_id = ? AND code = ? AND shown <> ?"
        if self._database.row(f"SELECT 1 FROM debtor_notes WHERE {stale}", party_id, code, shown):  # noqa: S608
            with self._database.transaction():
                self._database.execute(f"DELETE FROM debtor_notes WHERE {stale}", party_id, code, shown)  # noqa: S608

    def note_given(self, party_id: int, what: str, shown: str) -> None:
        """Store that a debtor was given what an order says, and what it shows since, both as fingerprints.

        With an empty `shown` whatever the debtor shows counts as a correction by somebody; see `was_corrected`.
        """
        with self._database.transaction():
            self._note_given(party_id, what, shown)

    def _note_given(self, party_id: int, what: str, shown: str) -> None:
        self._database.execute(
            "UPDATE OR REPLACE debtor_notes SET shown = '' WHERE party_id = ? AND code = 'given'", party_id
        )
        self._database.execute(
            "INSERT OR IGNORE INTO debtor_notes VALUES (?, 'given', ?, ?)", party_id, shown, what
        )

    def was_corrected(self, party_id: int, what: str, shown: str) -> bool:
        """Return whether a debtor was given this once, and somebody changed it since."""
        given = self._database.rows(
            "SELECT shown, said FROM debtor_notes WHERE party_id = ? AND code = 'given'", party_id
        )
        return any(row["said"] == what for row in given) and all(row["shown"] != shown for row in given)

    def forget(self, party_id: int) -> None:
        """Delete a debtor that Billit has no more: it was deleted or merged there."""
        with self._database.transaction():
            self._database.execute("DELETE FROM debtors WHERE party_id = ?", party_id)

    def begin(self, key: str, digest: str) -> Attempt:
        """Record, before its POST, that this debtor is about to be created."""
        with self._database.transaction():
            return self._attempts.begin("debtor", key, digest)

    def record_created(self, debtor: DebtorRecord, key: str, given: str) -> None:
        """Record that the debtor of the open attempt was created, with this content (a fingerprint)."""
        with self._database.transaction():
            self._attempts.end("debtor", key, "done")
            self._write(debtor)
            self._note_given(debtor.party_id, given, given)

    def record_refused(self, key: str) -> None:
        """Record that Billit did not create it."""
        with self._database.transaction():
            self._attempts.end("debtor", key, "refused")

    def record_not_sent(self, key: str) -> None:
        """Record that the POST never left."""
        with self._database.transaction():
            self._attempts.forget("debtor", key)

    def _write(self, debtor: DebtorRecord) -> None:
        self._database.execute("DELETE FROM debtors WHERE party_id = ?", debtor.party_id)
        self._database.execute(
            "INSERT INTO debtors (party_id, key, vat_number, nr, card, address, vat_shown, is_firm)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            debtor.party_id,
            debtor.key,
            debtor.vat_number,
            debtor.nr,
            json.dumps(dict(debtor.card), ensure_ascii=False, sort_keys=True),
            debtor.address,
            debtor.vat_shown,
            debtor.is_firm,
        )
        for email in dict.fromkeys(debtor.emails):
            self._database.execute("INSERT INTO debtor_emails VALUES (?, ?)", email, debtor.party_id)

    def _record(self, row: Any) -> DebtorRecord:
        emails = self._database.rows(
            "SELECT email FROM debtor_emails WHERE party_id = ? ORDER BY email", row["party_id"]
        )
        return _record(row, [email for (email,) in emails])


def _record(row: Any, emails: list[str]) -> DebtorRecord:
    return DebtorRecord(
        party_id=row["party_id"],
        key=row["key"],
        vat_number=row["vat_number"],
        emails=tuple(emails),
        nr=row["nr"],
        card=json.loads(row["card"]),
        address=row["address"],
        vat_shown=row["vat_shown"],
        is_firm=bool(row["is_firm"]),
    )
