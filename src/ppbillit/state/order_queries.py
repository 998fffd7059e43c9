"""The orders as they are asked for: one, those in some stages, those that are stuck."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.money import cents
from ppbillit.state.records import STUCK, OrderRecord, Stage, Tally, reasons_from_json

if TYPE_CHECKING:
    from ppbillit.state.database import Database


class OrderQueries:
    """Every order on record; only asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, order_id: int) -> OrderRecord | None:
        """Give what is known of one order."""
        row = self._database.row("SELECT * FROM orders WHERE order_id = ?", order_id)
        return _order(row) if row else None

    def of_document(self, billit_id: int) -> OrderRecord | None:
        """Give the order a document of Billit belongs to."""
        row = self._database.row("SELECT * FROM orders WHERE billit_id = ?", billit_id)
        return _order(row) if row else None

    def at(self, *stages: Stage) -> list[OrderRecord]:
        """Give the orders in these stages, by id."""
        marks = ", ".join("?" for _ in stages)
        sql = f"SELECT * FROM orders WHERE stage IN ({marks}) ORDER BY order_id"  # noqa: S608  (marks only)
        return [_order(row) for row in self._database.rows(sql, *stages)]

    def stuck(self) -> list[OrderRecord]:
        """Give the orders that need a person, or that wait for something outside, by id.

        Not those that a person has dismissed.  What is in Billit is stuck where something is said of it: Billit
        does not show it, or its delivery takes too long.  What is checked, also wherever it is to be sent: a run
        sends it, or says why not, or was cut off before.
        """
        marks = ", ".join("?" for _ in STUCK)
        sql = (
            f"SELECT * FROM orders WHERE dismissed IS NULL AND (stage IN ({marks})"  # noqa: S608  (marks only)
            " OR (stage = 'checked' AND channel <> 'none')"
            " OR (stage IN ('created', 'checked', 'sent') AND reasons <> '[]')) ORDER BY order_id"
        )
        return [_order(row) for row in self._database.rows(sql, *STUCK)]

    def counted(self) -> dict[Stage, int]:
        """Give how many orders are in each stage, those without any left out."""
        rows = self._database.rows("SELECT stage, count(*) FROM orders GROUP BY stage ORDER BY stage")
        return {Stage(stage): count for stage, count in rows}

    def tallied(self) -> list[Tally]:
        """Give how many orders stand where, told apart by what decides what is said of them."""
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

    def dismissed(self) -> list[OrderRecord]:
        """Give the orders that a person has dismissed, by id."""
        rows = self._database.rows("SELECT * FROM orders WHERE dismissed IS NOT NULL ORDER BY order_id")
        return [_order(row) for row in rows]


def _order(row: Any) -> OrderRecord:
    return OrderRecord(
        order_id=row["order_id"],
        kind=row["kind"],
        stage=Stage(row["stage"]),
        number=row["number"],
        invoice_day=date.fromisoformat(row["invoice_day"]) if row["invoice_day"] else None,
        total=cents(Decimal(row["total_cents"]) / 100),
        accepted_difference=cents(Decimal(row["slack_cents"]) / 100),
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
