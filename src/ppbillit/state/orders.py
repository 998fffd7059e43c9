"""The orders on record: asked for, moved by a row of the table in `transitions`, and remarked upon.

Each public method that changes something is one transaction.  What may move where stands in `transitions`; here is
only how such a row is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.money import cents
from ppbillit.state.records import (
    IN_BILLIT,
    STUCK,
    OrderRecord,
    Stage,
    Tally,
    reasons_from_json,
    reasons_to_json,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from ppbillit.reasons import Reason
    from ppbillit.state.attempts import Attempts
    from ppbillit.state.database import Database
    from ppbillit.state.records import Attempt, Channel, OrderFacts
    from ppbillit.state.transitions import Transition


class WrongStage(Exception):  # noqa: N818  (says what is wrong)
    """A transition was asked of an order that may not make it: a bug of ours."""


@dataclass(frozen=True)
class Applied:
    """What a transition led to: whether it changed anything, and the attempt that it opened."""

    is_news: bool = True
    attempt: Attempt | None = None


class Orders:
    """Every order on record, by its Plug&Pay id."""

    def __init__(self, database: Database, attempts: Attempts) -> None:
        self._database = database
        self._attempts = attempts

    # --- asked for -------------------------------------------------------------------------------

    def get(self, order_id: int) -> OrderRecord | None:
        """Return what is known of one order."""
        row = self._database.row("SELECT * FROM orders WHERE order_id = ?", order_id)
        return _order(row) if row else None

    def of_document(self, billit_id: int) -> OrderRecord | None:
        """Return the order that a document of Billit belongs to."""
        row = self._database.row("SELECT * FROM orders WHERE billit_id = ?", billit_id)
        return _order(row) if row else None

    def at(self, *stages: Stage) -> list[OrderRecord]:
        """Return the orders in these stages, by id."""
        marks = ", ".join("?" for _ in stages)
        sql = f"SELECT * FROM orders WHERE stage IN ({marks}) ORDER BY order_id"  # noqa: S608  (marks only)
        return [_order(row) for row in self._database.rows(sql, *stages)]

    def stuck(self) -> list[OrderRecord]:
        """Return the orders that need a person, or that wait for something outside, by id.

        Those that a person has skipped are left out.  An order with a document is stuck where it has reasons:
        Billit does not show the document, or its delivery takes too long.  One that is checked and has a channel
        is stuck too: a run sends it, or says why not, or was cut off before.
        """
        marks = ", ".join("?" for _ in STUCK)
        sql = (
            f"SELECT * FROM orders WHERE dismissed IS NULL AND (stage IN ({marks})"  # noqa: S608  (marks only)
            " OR (stage = 'checked' AND channel <> 'none')"
            " OR (stage IN ('created', 'checked', 'sent') AND reasons <> '[]')) ORDER BY order_id"
        )
        return [_order(row) for row in self._database.rows(sql, *STUCK)]

    def dismissed(self) -> list[OrderRecord]:
        """Return the orders that a person has skipped, by id."""
        rows = self._database.rows("SELECT * FROM orders WHERE dismissed IS NOT NULL ORDER BY order_id")
        return [_order(row) for row in rows]

    def tallied(self) -> list[Tally]:
        """Return how many orders are in each stage, split by what decides how `status` names them."""
        rows = self._database.rows(
            "SELECT stage, channel <> 'none' AS has_channel, reasons <> '[]' AS has_reasons, "
            "dismissed IS NOT NULL AS is_dismissed, count(*) AS count FROM orders GROUP BY 1, 2, 3, 4 ORDER BY 1"
        )
        return [
            Tally(
                Stage(row["stage"]),
                bool(row["has_channel"]),
                bool(row["has_reasons"]),
                bool(row["is_dismissed"]),
                row["count"],
            )
            for row in rows
        ]

    def counted(self) -> dict[Stage, int]:
        """Return how many orders are in each stage; stages without any are left out."""
        rows = self._database.rows("SELECT stage, count(*) FROM orders GROUP BY stage ORDER BY stage")
        return {Stage(stage): count for stage, count in rows}

    def last_sent_by(self, order_id: int) -> str:
        """Return how a document was sent last, in words; empty where that is not known."""
        sent = self._database.row(
            "SELECT detail FROM events WHERE order_id = ? AND what = 'sent' ORDER BY event_id DESC", order_id
        )
        return sent["detail"] if sent else ""

    # --- moved -----------------------------------------------------------------------------------

    def apply(
        self,
        transition: Transition,
        order: OrderFacts,
        reasons: tuple[Reason, ...] = (),
        *,
        key: str = "",
        detail: str = "",
        **columns: object,
    ) -> Applied:
        """Move an order by one row of the table, in one transaction.

        `key` is the document key, for a row that opens or ends an attempt; `detail` goes into the history.
        Raise WrongStage where the order is in no stage that the row leaves, or is to be sent without a channel.
        """
        if set(columns) != set(transition.gives):
            raise TypeError(f"{transition.name} takes {transition.gives}, not {tuple(columns)}")
        order_id, stage = order.order_id, transition.enters
        known = self.get(order_id)
        if known and transition.sets_aside and (known.stage, known.reasons) == (stage, reasons):
            return Applied(is_news=False)
        is_old_news = transition.repeats and bool(reasons) and known is not None and known.reasons == reasons
        with self._database.transaction():
            self._require(order_id, transition.leaves, may_be_new=transition.whole_row)
            if transition.sends and known and known.channel == "none":
                raise WrongStage(f"order {order_id} has no channel")
            attempt = self._change_attempt(transition, key, str(columns.get("digest") or ""))
            values: dict[str, object] = {**columns, **dict.fromkeys(transition.clears)}
            if stage is Stage.SENT:
                values["sent_at"] = self._database.at()
            if transition.whole_row:
                values = {**_BLANK, **_columns_of(order), **values, "adopted": transition.adopts}
            self._write(order_id, {**values, "stage": stage, "reasons": reasons_to_json(reasons)})
            if not is_old_news:
                self._database.event(
                    order_id, "adopted" if transition.adopts else stage, reasons, detail=detail
                )
        return Applied(attempt=attempt)

    def _change_attempt(self, transition: Transition, key: str, digest: str) -> Attempt | None:
        if transition.attempt is None:
            return None
        subject, change = transition.attempt
        match change:
            case "begin":
                return self._attempts.begin(subject, key, digest)
            case "forget":
                self._attempts.forget(subject, key)
            case _:
                self._attempts.end(subject, key, change)
        return None

    def _require(self, order_id: int, stages: Collection[Stage], *, may_be_new: bool = False) -> None:
        row = self._database.row("SELECT stage FROM orders WHERE order_id = ?", order_id)
        if row is None and may_be_new:
            return
        if row is None or row["stage"] not in stages:
            raise WrongStage(f"order {order_id} is {row['stage'] if row else 'not on record'}")

    # --- remarked upon, while it stays where it is -----------------------------------------------

    def note(self, order_id: int, reasons: tuple[Reason, ...]) -> bool:
        """Store what is said of an order, and return whether that is news."""
        known = self.get(order_id)
        if known is None or known.reasons == reasons:
            return False
        with self._database.transaction():
            self._write(order_id, {"reasons": reasons_to_json(reasons)})
            self._database.event(order_id, known.stage, reasons)
        return True

    def dismiss(self, order_id: int, why: str) -> None:
        """Store that a person says that it needs nothing more: it is stuck no longer."""
        self._note_event(order_id, "dismissed", why, dismissed=why)

    def take_up_again(self, order_id: int) -> None:
        """Store that a person wants it tried again after all."""
        self._note_event(order_id, "taken up again", dismissed=None)

    def note_retry(self, order_id: int) -> None:
        """Store that a person wants it tried again, also where nothing comes of it."""
        self._note_event(order_id, "tried again")

    def renumber(self, order_id: int, number: str) -> None:
        """Store that somebody gave the document another number in Billit."""
        with self._database.transaction():
            self._require(order_id, IN_BILLIT)
            self._write(order_id, {"number": number})
            self._database.event(order_id, "renumbered", detail=number)

    def rechannel(self, order_id: int, channel: Channel) -> None:
        """Send it by another channel than it was made for; an order without a channel never gets one."""
        with self._database.transaction():
            self._require(order_id, {Stage.CHECKED})
            self._database.execute(
                "UPDATE orders SET channel = ? WHERE order_id = ? AND channel NOT IN ('none', ?)",
                *(channel, order_id, channel),
            )

    def let_try_again(self, order_id: int) -> None:
        """Drop the digest of a refused draft, so that the next run tries it as it is: its cause is mended here."""
        with self._database.transaction():
            self._require(order_id, {Stage.PARKED})
            self._write(order_id, {"digest": None})

    def note_modified(self, order_id: int, modified: datetime) -> None:
        """Store which version of the document was read, so that it is not read again."""
        with self._database.transaction():
            self._write(order_id, {"modified": modified.isoformat()})

    def note_party(self, order_id: int, party_id: int) -> None:
        """Store whose the document is now: debtors are merged in Billit."""
        with self._database.transaction():
            self._write(order_id, {"party_id": party_id})

    def _note_event(self, order_id: int, what: str, detail: str = "", **columns: object) -> None:
        with self._database.transaction():
            if columns:
                self._write(order_id, columns)
            self._database.event(order_id, what, detail=detail)

    def _write(self, order_id: int, columns: dict[str, object]) -> None:
        """Write these columns of an order, new or not, in the transaction of the caller."""
        row = {"order_id": order_id, **columns, "updated_at": self._database.at()}
        if "kind" in row:  # a whole row
            self._database.upsert("orders", row)
        else:
            self._database.update("orders", row)


# What a whole row holds where its transition gives nothing: what an earlier try left there holds no longer.
_BLANK: dict[str, object] = dict.fromkeys(("buyer", "billit_id", "party_id", "digest")) | {"channel": "none"}


def _columns_of(facts: OrderFacts) -> dict[str, object]:
    return {
        "kind": facts.kind,
        "number": facts.number,
        "invoice_day": facts.invoice_day.isoformat() if facts.invoice_day else None,
        "total_cents": int(cents(facts.total) * 100),
        "slack_cents": int(cents(facts.accepted_difference) * 100),
        "backfill": facts.backfill,
    }


def _order(row: Any) -> OrderRecord:
    return OrderRecord(
        order_id=row["order_id"],
        kind=row["kind"],
        stage=Stage(row["stage"]),
        number=row["number"],
        invoice_day=date.fromisoformat(row["invoice_day"]) if row["invoice_day"] else None,
        total=Decimal(row["total_cents"]).scaleb(-2),
        accepted_difference=Decimal(row["slack_cents"]).scaleb(-2),
        backfill=bool(row["backfill"]),
        channel=row["channel"],
        buyer=row["buyer"],
        adopted=bool(row["adopted"]),
        billit_id=row["billit_id"],
        digest=row["digest"],
        reasons=reasons_from_json(row["reasons"]),
        modified=datetime.fromisoformat(row["modified"]) if row["modified"] else None,
        party_id=row["party_id"],
        sent_at=datetime.fromisoformat(row["sent_at"]) if row["sent_at"] else None,
        dismissed=row["dismissed"],
        failure=row["failure"],
    )
