"""How a transition of an order is written: which stages it may leave, its new row, the event that tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.money import cents
from ppbillit.state.on_record import OnRecord
from ppbillit.state.records import BuyerKind, Channel, OrderFacts, Stage
from ppbillit.state.told import text_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from ppbillit.reasons import Reason
    from ppbillit.state.attempts import Attempts
    from ppbillit.state.database import Database


class WrongStage(Exception):  # noqa: N818  (says what is wrong)
    """A transition was asked of an order that is not in a stage it starts from."""


class OrderRows(OnRecord):
    """The rows of the orders; each method here is a part of a transaction of the caller."""

    def __init__(self, database: Database, attempts: Attempts) -> None:
        super().__init__(database)
        self._attempts = attempts

    def _leave(self, order_id: int, stages: Collection[Stage], *, may_be_new: bool = False) -> None:
        row = self._database.row("SELECT stage FROM orders WHERE order_id = ?", order_id)
        if row is None and may_be_new:
            return
        if row is None or row["stage"] not in stages:
            raise WrongStage(f"order {order_id} is {row['stage'] if row else 'not on record'}")

    def _enter_sent(self, order_id: int, way: str) -> None:
        self._database.execute(
            "UPDATE orders SET sent_at = ? WHERE order_id = ?", self._database.at(), order_id
        )
        self._enter(order_id, Stage.SENT, detail=way)

    def _enter(
        self,
        order_id: int,
        stage: Stage,
        reasons: tuple[Reason, ...] = (),
        *,
        detail: str = "",
        is_news: bool = True,
    ) -> None:
        """Write that it is in this stage, and tell of it in its history where that is news."""
        self._database.execute(
            "UPDATE orders SET stage = ?, reasons = ?, updated_at = ? WHERE order_id = ?",
            stage,
            text_of(reasons),
            self._database.at(),
            order_id,
        )
        if is_news:
            self._database.event(order_id, stage, reasons, detail=detail)

    def _put(  # noqa: PLR0913  (a row has columns)
        self,
        facts: OrderFacts,
        stage: Stage,
        reasons: tuple[Reason, ...],
        *,
        channel: Channel,
        digest: str | None,
        buyer: BuyerKind | None = None,
        billit_id: int | None = None,
        party_id: int | None = None,
    ) -> None:
        """Write the whole row of an order that has no document yet, or just got an adopted one."""
        row = {
            "order_id": facts.order_id,
            "kind": facts.kind,
            "stage": stage,
            "number": facts.number,
            "invoice_day": facts.invoice_day.isoformat() if facts.invoice_day else None,
            "total_cents": int(cents(facts.total) * 100),
            "slack_cents": int(cents(facts.accepted_difference) * 100),
            "backfill": facts.backfill,
            "channel": channel,
            "buyer": buyer,
            "adopted": billit_id is not None,
            "billit_id": billit_id,
            "party_id": party_id,
            "digest": digest,
            "reasons": text_of(reasons),
            "updated_at": self._database.at(),
        }
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        # Not OR REPLACE: that would throw out another order which has the same document, without a word.
        updates = ", ".join(f"{name} = excluded.{name}" for name in row)
        self._database.execute(
            f"INSERT INTO orders ({names}) VALUES ({marks}) "  # noqa: S608  (our own column names)
            f"ON CONFLICT (order_id) DO UPDATE SET {updates}",
            *row.values(),
        )
        self._database.event(facts.order_id, "adopted" if billit_id else stage, reasons)
