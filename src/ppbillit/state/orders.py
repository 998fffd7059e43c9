"""How a transition of an order is written: which stages it may leave, its new row, the event that tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ppbillit.money import cents
from ppbillit.state.order_queries import OrderQueries
from ppbillit.state.records import IN_BILLIT, Attempt, BuyerKind, Channel, OrderFacts, Stage, reasons_to_json

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from ppbillit.reasons import Reason
    from ppbillit.state.attempts import Attempts
    from ppbillit.state.database import Database


class WrongStage(Exception):  # noqa: N818  (says what is wrong)
    """A transition was asked of an order that is not in a stage it starts from."""


class OrderRows(OrderQueries):
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
            reasons_to_json(reasons),
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
            "reasons": reasons_to_json(reasons),
            "updated_at": self._database.at(),
        }
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        # Not OR REPLACE: that would throw out another order which has the same document, without a word.
        updates = ", ".join(f"{name} = excluded.{name}" for name in row)
        self._database.execute(
            f"INSERT INTO orders ({names}) VALUES ({marks}) ON CONFLICT (order_id) DO UPDATE SET {updates}",  # noqa: S608  (our own column names)
            *row.values(),
        )
        self._database.event(facts.order_id, "adopted" if billit_id else stage, reasons)


_BEFORE_BILLIT = frozenset({Stage.WAITING, Stage.PARKED, Stage.SKIPPED, Stage.CREATING})


class Orders(OrderRows):
    """Every order on record, by its Plug&Pay id: asked for as `OnRecord` says, changed by these transitions."""

    # --- by a person -----------------------------------------------------------------------------

    def dismiss(self, order_id: int, why: str) -> None:
        """A person says that it needs nothing more: it stays where it is, and is stuck no longer."""
        self._note_dismissal(order_id, "dismissed", why)

    def take_up_again(self, order_id: int) -> None:
        """A person wants it tried again after all."""
        self._note_dismissal(order_id, "taken up again", None)

    def note_retry(self, order_id: int) -> None:
        """A person wants it tried again: on record, also where nothing comes of it."""
        with self._database.transaction():
            self._database.event(order_id, "tried again")

    def _note_dismissal(self, order_id: int, what: str, why: str | None) -> None:
        with self._database.transaction():
            self._database.execute("UPDATE orders SET dismissed = ? WHERE order_id = ?", why, order_id)
            self._database.event(order_id, what, detail=why or "")

    def rechannel(self, order_id: int, channel: Channel) -> None:
        """Send it another way than it was made for; what has no channel cannot be given one."""
        with self._database.transaction():
            self._leave(order_id, {Stage.CHECKED})
            self._database.execute(
                "UPDATE orders SET channel = ? WHERE order_id = ? AND channel NOT IN ('none', ?)",
                channel,
                order_id,
                channel,
            )

    def reopen(self, order_id: int, failure: str | None) -> None:
        """A person wants a failed sending tried again; `failure` is how its failed delivery is known, if any."""
        with self._database.transaction():
            self._leave(order_id, {Stage.FAILED})
            self._database.execute("UPDATE orders SET failure = ? WHERE order_id = ?", failure, order_id)
            self._enter(order_id, Stage.CHECKED)

    # --- before Billit ---------------------------------------------------------------------------

    def set_aside(
        self,
        facts: OrderFacts,
        stage: Literal[Stage.WAITING, Stage.PARKED, Stage.SKIPPED],
        reasons: tuple[Reason, ...],
        digest: str | None = None,
    ) -> bool:
        """Put an order on record that does not become a document now; tell whether that is news.

        With a `digest` it was refused in this very form, and is not tried again before that changes.
        """
        known = self.get(facts.order_id)
        if known and known.stage == stage and known.reasons == reasons:
            return False
        with self._database.transaction():
            self._leave(facts.order_id, _BEFORE_BILLIT, may_be_new=True)
            self._put(facts, stage, reasons, channel="none", digest=digest)
        return True

    # --- into Billit -----------------------------------------------------------------------------

    def begin(
        self,
        facts: OrderFacts,
        key: str,
        digest: str,
        *,
        channel: Channel,
        buyer: BuyerKind,
        party_id: int | None = None,
    ) -> Attempt:
        """Record, before its POST, that this document is about to be made; give the attempt with its token.

        `channel` is how it will be sent, `buyer` what it was sold to, `party_id` the debtor it is made for.
        """
        with self._database.transaction():
            self._leave(facts.order_id, _BEFORE_BILLIT, may_be_new=True)
            attempt = self._attempts.begin("document", key, digest)
            self._put(
                facts,
                Stage.CREATING,
                (),
                channel=channel,
                buyer=buyer,
                digest=digest,
                party_id=party_id,
            )
        return attempt

    def record_created(self, order_id: int, key: str, billit_id: int) -> None:
        """The document of the open attempt exists, by Billit's answer or by a search."""
        with self._database.transaction():
            self._leave(order_id, {Stage.CREATING})
            self._attempts.end("document", key, "done")
            self._database.execute(
                "UPDATE orders SET billit_id = ?, stage = 'created' WHERE order_id = ?", billit_id, order_id
            )
            self._enter(order_id, Stage.CREATED)

    def record_refused(
        self, order_id: int, key: str, reasons: tuple[Reason, ...], *, may_change: bool = False
    ) -> None:
        """Billit said no: the attempt is over, the order is parked until it or the config changes.

        `may_change`: or at once, since what Billit named is mended on our side.
        """
        with self._database.transaction():
            self._leave(order_id, {Stage.CREATING})
            self._attempts.end("document", key, "refused")
            if may_change:
                self._database.execute("UPDATE orders SET digest = NULL WHERE order_id = ?", order_id)
            self._enter(order_id, Stage.PARKED, reasons)

    def let_try_again(self, order_id: int) -> None:
        """What it was refused for is mended on our side: the next run tries it in the same form."""
        with self._database.transaction():
            self._leave(order_id, {Stage.PARKED})
            self._database.execute("UPDATE orders SET digest = NULL WHERE order_id = ?", order_id)

    def record_not_sent(self, order_id: int, key: str, reasons: tuple[Reason, ...]) -> None:
        """The POST never left: parked without a digest, so that the next run tries again."""
        with self._database.transaction():
            self._leave(order_id, {Stage.CREATING})
            self._attempts.strike("document", key)
            self._database.execute("UPDATE orders SET digest = NULL WHERE order_id = ?", order_id)
            self._enter(order_id, Stage.PARKED, reasons)

    def record_unknown(self, order_id: int, reasons: tuple[Reason, ...]) -> bool:
        """No sound answer came: the attempt stays open and says why; tell whether that is news."""
        with self._database.transaction():
            self._leave(order_id, {Stage.CREATING})
            known = self.get(order_id)
            if known and known.reasons:
                return False
            self._enter(order_id, Stage.CREATING, reasons)
        return True

    def adopt(
        self,
        facts: OrderFacts,
        billit_id: int,
        stage: Literal[Stage.CREATED, Stage.CHECKED, Stage.HELD, Stage.DELETED],
        reasons: tuple[Reason, ...] = (),
    ) -> None:
        """Take over a document that no attempt of this file made; it gets no channel, so it is never sent."""
        with self._database.transaction():
            self._leave(facts.order_id, _BEFORE_BILLIT, may_be_new=True)
            self._put(facts, stage, reasons, channel="none", digest=None, billit_id=billit_id)

    def record_singled_out(self, order_id: int, billit_id: int) -> None:
        """Of several documents with its key one is left: the one that its attempt made, whatever is sent of it."""
        with self._database.transaction():
            self._leave(order_id, {Stage.PARKED})
            self._database.execute(
                "UPDATE orders SET billit_id = ?, stage = 'created' WHERE order_id = ?", billit_id, order_id
            )
            self._enter(order_id, Stage.CREATED)

    def give_up(self, order_id: int, key: str, reasons: tuple[Reason, ...]) -> None:
        """It was missed as often as it takes, and is not wanted any more: the shop has no such order."""
        with self._database.transaction():
            self._leave(order_id, {Stage.CREATING})
            self._attempts.end("document", key, "lost")
            self._enter(order_id, Stage.SKIPPED, reasons)

    # --- in Billit -------------------------------------------------------------------------------

    def record_checked(self, order_id: int, number: str | None) -> None:
        """Billit's total is the order's; `number` is the one Billit shows."""
        with self._database.transaction():
            self._leave(order_id, {Stage.CREATED, Stage.HELD})
            self._database.execute("UPDATE orders SET number = ? WHERE order_id = ?", number, order_id)
            self._enter(order_id, Stage.CHECKED)

    def record_held(self, order_id: int, reasons: tuple[Reason, ...]) -> None:
        """Billit's total is not the order's, or not any more: it is not sent."""
        with self._database.transaction():
            self._leave(order_id, {Stage.CREATED, Stage.CHECKED})
            self._enter(order_id, Stage.HELD, reasons)

    def note(self, order_id: int, reasons: tuple[Reason, ...]) -> bool:
        """Say something about an order that stays where it is; tell whether that is news."""
        with self._database.transaction():
            known = self.get(order_id)
            if known is None or known.reasons == reasons:
                return False
            self._enter(order_id, known.stage, reasons)
        return True

    def record_sent_elsewhere(self, order_id: int, key: str, way: str = "") -> None:
        """Somebody sent it from Billit, or Billit by itself, that `way`: it is followed like one that we sent."""
        with self._database.transaction():
            self._leave(order_id, {Stage.CHECKED, Stage.FAILED})
            self._attempts.end("sending", key, "done")  # one that was missed may still be open
            self._enter_sent(order_id, way)

    def begin_sending(self, order_id: int, key: str, reasons: tuple[Reason, ...] = ()) -> Attempt:
        """Record, before the call, that this document is about to be sent.

        `reasons` are still true: it is sent once more since no answer came, maybe in every run.  Its history tells
        of that once.
        """
        with self._database.transaction():
            self._leave(order_id, {Stage.CHECKED})
            attempt = self._attempts.begin("sending", key)
            self._enter(order_id, Stage.SENDING, reasons, is_news=not reasons)
        return attempt

    def record_sent(self, order_id: int, key: str, way: str = "") -> None:
        """Billit took it for sending that `way`, by its answer or by what the document shows."""
        with self._database.transaction():
            self._leave(order_id, {Stage.SENDING})
            self._attempts.end("sending", key, "done")
            self._enter_sent(order_id, way)

    def record_sending_not_sent(self, order_id: int, key: str) -> None:
        """The call never left: back to where it was."""
        with self._database.transaction():
            self._leave(order_id, {Stage.SENDING})
            self._attempts.strike("sending", key)
            self._enter(order_id, Stage.CHECKED)

    def record_sending_missed(self, order_id: int, reasons: tuple[Reason, ...]) -> None:
        """No answer came, and the document shows that it did not go: back to where it was.

        The attempt stays open: its token serves again, so that Billit itself stops a second sending if the first
        did arrive after all.
        """
        with self._database.transaction():
            self._leave(order_id, {Stage.SENDING})
            known = self.get(order_id)
            self._enter(
                order_id, Stage.CHECKED, reasons, is_news=known is not None and known.reasons != reasons
            )

    def record_sending_postponed(self, order_id: int, key: str, reasons: tuple[Reason, ...]) -> None:
        """Billit did not send it, for a cause that can vanish by itself: back to where it was."""
        with self._database.transaction():
            self._leave(order_id, {Stage.SENDING})
            self._attempts.end("sending", key, "refused")
            self._enter(order_id, Stage.CHECKED, reasons)

    def record_sending_refused(self, order_id: int, key: str, reasons: tuple[Reason, ...]) -> None:
        """Billit did not send it, and will not by itself."""
        with self._database.transaction():
            self._leave(order_id, {Stage.SENDING})
            self._attempts.end("sending", key, "refused")
            self._enter(order_id, Stage.FAILED, reasons)

    def record_delivered(self, order_id: int) -> None:
        """It arrived, the way that it was sent last."""
        with self._database.transaction():
            self._leave(order_id, {Stage.SENT})
            sent = self._database.row(
                "SELECT detail FROM events WHERE order_id = ? AND what = 'sent' ORDER BY event_id DESC",
                order_id,
            )
            self._enter(order_id, Stage.DELIVERED, detail=sent["detail"] if sent else "")

    def record_undelivered(self, order_id: int, reasons: tuple[Reason, ...]) -> None:
        """It did not arrive, and Billit tries no more."""
        with self._database.transaction():
            self._leave(order_id, {Stage.SENT})
            # Who said that a slow one needs nothing more did not speak of one that failed.
            self._database.execute("UPDATE orders SET dismissed = NULL WHERE order_id = ?", order_id)
            self._enter(order_id, Stage.FAILED, reasons)

    def note_modified(self, order_id: int, modified: datetime) -> None:
        """Remember which version of the document was looked at, so that it is not looked at again."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE orders SET modified = ? WHERE order_id = ?", modified.isoformat(), order_id
            )

    def note_party(self, order_id: int, party_id: int) -> None:
        """Remember whose the document is now: debtors are merged in Billit."""
        with self._database.transaction():
            self._database.execute("UPDATE orders SET party_id = ? WHERE order_id = ?", party_id, order_id)

    def renumber(self, order_id: int, number: str) -> None:
        """Somebody gave the document another number in Billit."""
        with self._database.transaction():
            self._leave(order_id, IN_BILLIT)
            self._database.execute("UPDATE orders SET number = ? WHERE order_id = ?", number, order_id)
            self._database.event(order_id, "renumbered", detail=number)

    def record_deleted(self, order_id: int, reasons: tuple[Reason, ...]) -> None:
        """The document is not in Billit any more; it is never made again by itself."""
        with self._database.transaction():
            self._leave(order_id, IN_BILLIT)
            self._enter(order_id, Stage.DELETED, reasons)
