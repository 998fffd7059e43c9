"""The payments of orders, as both sides tell of them, and the writes that carry them over.

    open -> paid                       both sides say so, by themselves or since it was written there
    open | paid -> reversed            charged back in the shop, and Billit still says paid
    open | paid | reversed -> reopened charged back, and Billit says unpaid
    reversed | reopened -> paid        both sides say so again

What is learned moves a payment by itself; writes are recorded before they leave, like all others
(docs/exactly-once.md).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.money import cents
from ppbillit.state.records import (
    SERVICES,
    BillitSays,
    PaymentRecord,
    PaymentWrite,
    Subject,
    reasons_from_json,
    reasons_to_json,
)

if TYPE_CHECKING:
    from ppbillit.reasons import Reason
    from ppbillit.state.attempts import Attempts
    from ppbillit.state.database import Database
    from ppbillit.state.records import Attempt

_SUBJECTS: dict[PaymentWrite, Subject] = {
    "plugandpay": "shop_payment",
    "billit": "billit_payment",
    "reopening": "billit_payment",
}
# Said once, with nothing for a person to do: these settle by themselves, or become something else.
_WAITS = frozenset({"partly_paid", "payment_processing"})
_UNPAID_IN_SHOP = frozenset({"open", "processing", "reversed"})  # what was paid before is paid no longer
_UNPAID_IN_BILLIT = frozenset({"open", "open_differs", "partly"})
_PAID_IN_BILLIT = frozenset({"paid", "differs"})
# Invoices that are in Billit; a credit note's settlement is nobody's payment.
_INVOICES = "orders.kind = 'invoice' AND orders.billit_id IS NOT NULL AND orders.stage <> 'deleted'"


class Payments:
    """The payment of each order, by its Plug&Pay id."""

    def __init__(self, database: Database, attempts: Attempts) -> None:
        self._database = database
        self._attempts = attempts

    # --- asked -----------------------------------------------------------------------------------

    def of(self, order_id: int) -> PaymentRecord:
        """Give what is known of an order's payment, which may be nothing."""
        row = self._database.row("SELECT * FROM payments WHERE order_id = ?", order_id)
        return _payment(row) if row else PaymentRecord(order_id)

    def unsettled(self) -> list[PaymentRecord]:
        """Give the payments of invoices in Billit on which the sides disagree, or a write is pending, by id.

        Not those that a person has dismissed.
        """
        return self._where(
            "payments.dismissed IS NULL AND (pending IS NOT NULL OR NOT ("
            "   (payments.stage = 'paid' AND coalesce(shop_status, '') = 'paid'"
            "    AND coalesce(billit_status, '') = 'paid')"
            "   OR (payments.stage <> 'paid' AND coalesce(shop_status, 'open') = 'open'"
            "       AND coalesce(billit_status, 'open') IN ('open', 'open_differs'))))"
        )

    def stuck(self) -> list[PaymentRecord]:
        """Give those that need a person, or of which it is not known what is, by order."""
        return [
            payment
            for payment in self.told()
            if payment.pending or payment.unread or any(each.code not in _WAITS for each in payment.reasons)
        ]

    def told(self) -> list[PaymentRecord]:
        """Give those of which anything is said that still holds, also what settles by itself, by order."""
        return self._where(
            "payments.dismissed IS NULL AND (pending IS NOT NULL OR unread = 1 OR payments.reasons <> '[]')"
        )

    def dismissed(self) -> list[PaymentRecord]:
        """Give those that a person has dismissed, by order."""
        return self._where("payments.dismissed IS NOT NULL")

    def awaited(self) -> list[int]:
        """Give the orders with an invoice in Billit of which the shop may still say that they are paid, by id.

        And those that it did not show when they were looked at last.
        """
        sql = (
            f"SELECT order_id FROM orders LEFT JOIN payments USING (order_id) WHERE {_INVOICES}"  # noqa: S608
            " AND (coalesce(shop_status, '') NOT IN ('paid', 'credited', 'gone') OR unread = 1) ORDER BY order_id"
        )
        return [order_id for (order_id,) in self._database.rows(sql)]

    def invoiced_since(self) -> date | None:
        """Give the first invoice day of what is in Billit, None where nothing is."""
        [(day,)] = self._database.rows(f"SELECT min(invoice_day) FROM orders WHERE {_INVOICES}")  # noqa: S608
        return date.fromisoformat(day) if day else None

    def was_written(self, key: str) -> bool:
        """Tell whether an order was set to paid in the shop by us before."""
        return bool(
            self._database.row(
                "SELECT 1 FROM attempts WHERE subject = 'shop_payment' AND key = ? AND outcome = 'done'", key
            )
        )

    # --- learned ---------------------------------------------------------------------------------

    def learn_from_shop(
        self, order_id: int, status: str, paid_at: datetime | None, method: str | None, amount: Decimal | None
    ) -> None:
        """Take over what the shop says of an order's payment; nothing is written where it is nothing new."""
        known = self.of(order_id)
        if status in _UNPAID_IN_SHOP:  # so that the next payment is not taken for the one taken back
            paid_at = method = None
        else:
            paid_at, method = paid_at or known.shop_paid_at, method or known.method
        if (status, paid_at, method) != (known.shop_status, known.shop_paid_at, known.method):
            moment = paid_at.astimezone(UTC).isoformat() if paid_at else None
            with self._database.transaction():
                self._put(order_id, shop_status=status, shop_paid_at=moment, method=method)
                self._turned(known, amount, is_news=status != known.shop_status)

    def learn_from_billit(
        self,
        order_id: int,
        status: BillitSays,
        paid_on: datetime | None,
        amount: Decimal | None,
        total: Decimal | None = None,
    ) -> None:
        """Take over what Billit says of an invoice's payment; nothing is written where it is nothing new.

        `amount` is how much of its `total` is paid.
        """
        known = self.of(order_id)
        if status in _UNPAID_IN_BILLIT:
            paid_on = None
        else:
            paid_on = paid_on.replace(tzinfo=None) if paid_on else known.billit_paid_on
        total = known.billit_total if total is None else total
        was = (known.billit_status, known.billit_paid_on, known.billit_amount, known.billit_total)
        if (status, paid_on, amount, total) != was:
            with self._database.transaction():
                self._put(
                    order_id,
                    billit_status=status,
                    billit_cents=_whole(amount),
                    billit_total=_whole(total),
                    billit_paid_on=paid_on.isoformat() if paid_on else None,
                )
                self._turned(known, amount, is_news=status != known.billit_status)

    def note_unread(self, order_id: int, *, unread: bool = True) -> bool:
        """The shop does not show it when it is read by itself, or does so again; tell whether that is news."""
        if self.of(order_id).unread is unread:
            return False
        with self._database.transaction():
            self._put(order_id, unread=int(unread))
            self._database.event(order_id, "payment not readable" if unread else "payment readable")
        return True

    def take_up_again(self, order_id: int) -> None:
        """A person asks for this order: it is looked at, tried and explained again."""
        with self._database.transaction():
            self._put(order_id, looked_on=None, refused=0, reasons="[]", dismissed=None)

    def dismiss(self, order_id: int, why: str) -> None:
        """A person says that it needs nothing more: it is left alone until either side says something new."""
        with self._database.transaction():
            self._put(order_id, dismissed=why)
            self._database.event(order_id, "payment dismissed", detail=why)

    def note(self, order_id: int, reasons: tuple[Reason, ...]) -> bool:
        """Keep what is said of a payment; tell whether that is news."""
        if self.of(order_id).reasons == reasons:
            return False
        with self._database.transaction():
            self._put(order_id, reasons=reasons_to_json(reasons))
            self._database.event(order_id, "payment left alone", reasons)
        return True

    def forget_reasons(self, order_id: int) -> None:
        """What was said of it holds no longer, though neither side has changed: the config has."""
        with self._database.transaction():
            self._put(order_id, reasons="[]")

    def looked(self, order_id: int, day: date | None) -> None:
        """It was looked at that day, and nothing could be done; without a day it is looked at again."""
        with self._database.transaction():
            self._put(order_id, looked_on=day.isoformat() if day else None)

    # --- written ---------------------------------------------------------------------------------

    def begin(self, order_id: int, key: str, what: PaymentWrite) -> Attempt:
        """Record, before the call, that a payment is about to be carried over, or taken back."""
        with self._database.transaction():
            attempt = self._attempts.begin(_SUBJECTS[what], key, what)
            self._put(order_id, pending=what)
            self._database.event(order_id, "payment being written", detail=what)
        return attempt

    def attempt(self, key: str, what: PaymentWrite) -> Attempt | None:
        """Give the attempt of the write that is pending."""
        return self._attempts.open(_SUBJECTS[what], key)

    def note_lost(self, key: str, what: PaymentWrite, *, contested: bool = False) -> None:
        """No sound answer came; `contested`: but one that says that this attempt was made before."""
        note = self._attempts.note_contested if contested else self._attempts.note_lost
        note(_SUBJECTS[what], key)

    def record_done(self, order_id: int, key: str, what: PaymentWrite) -> None:
        """The pending write was done, by the answer or by what was read back; what it made has been learned."""
        with self._database.transaction():
            self._attempts.end(_SUBJECTS[what], key, "done")
            self._put(order_id, pending=None)
            self._database.event(order_id, "payment written", detail=what)

    def record_refused(self, order_id: int, key: str, what: PaymentWrite) -> None:
        """The other side said no: not tried again before something changes there, or a person asks."""
        with self._database.transaction():
            self._attempts.end(_SUBJECTS[what], key, "refused")
            self._put(order_id, pending=None, refused=1)
            self._database.event(order_id, "payment refused", detail=what)

    def record_forbidden(self, order_id: int, key: str, what: PaymentWrite, day: date) -> None:
        """The key may not do that; it may on another day, without anything changing there."""
        with self._database.transaction():
            self._attempts.end(_SUBJECTS[what], key, "refused")
            self._put(order_id, pending=None, looked_on=day.isoformat())
            self._database.event(order_id, "payment refused", detail=what)

    def record_not_needed(self, order_id: int, key: str, what: PaymentWrite) -> None:
        """The pending write was not done, and is no longer wanted."""
        with self._database.transaction():
            self._attempts.end(_SUBJECTS[what], key, "refused")
            self._put(order_id, pending=None, reasons="[]")

    def record_not_sent(self, order_id: int, key: str, what: PaymentWrite) -> None:
        """The call never left."""
        with self._database.transaction():
            self._attempts.strike(_SUBJECTS[what], key)
            self._put(order_id, pending=None, reasons="[]")

    def record_reversed(self, order_id: int, reasons: tuple[Reason, ...], *, is_reopened: bool) -> None:
        """A payment was charged back; `is_reopened`: and Billit does not say any more that it is paid."""
        with self._database.transaction():
            known = self.of(order_id)
            self._put(
                order_id,
                stage="reopened" if is_reopened else "reversed",
                source=None,
                reasons=reasons_to_json(reasons),
            )
            self._database.event(order_id, "payment reversed", reasons, detail=_told(known))

    # --- inside ----------------------------------------------------------------------------------

    def _turned(self, known: PaymentRecord, amount: Decimal | None, *, is_news: bool) -> None:
        """Draw the conclusions from what was just learned, in the transaction of the caller."""
        now = self.of(known.order_id)
        if is_news:
            self._put(known.order_id, looked_on=None, refused=0, reasons="[]", dismissed=None)
        is_paid = {"plugandpay": now.shop_status == "paid", "billit": now.billit_status == "paid"}
        first = next((side for side, says_paid in is_paid.items() if says_paid), None)
        if first and now.source is None:
            self._put(known.order_id, source=first, amount_cents=_whole(amount))
        if all(is_paid.values()):
            self._agreed(now)
        elif (
            now.shop_status == "reversed"
            and now.billit_status in _UNPAID_IN_BILLIT
            and now.stage != "reopened"
        ):
            self._put(known.order_id, stage="reopened", source=None)
            if now.stage != "reversed":
                self._database.event(known.order_id, "payment reversed", detail=_told(known))
        elif now.stage == "reversed" and now.billit_status not in _PAID_IN_BILLIT:
            self._put(known.order_id, stage="reopened")

    def _agreed(self, now: PaymentRecord) -> None:
        """Both sides say paid.  The date is not kept where the shop could not be asked whether it still does."""
        if not now.unread and now.agreed_on != now.billit_paid_on and now.billit_paid_on:
            self._put(now.order_id, agreed_on=now.billit_paid_on.isoformat())
        if now.stage != "paid":
            self._put(now.order_id, stage="paid")
            self._database.event(now.order_id, "paid", detail=_told(self.of(now.order_id)))

    def _where(self, condition: str) -> list[PaymentRecord]:
        sql = (
            f"SELECT payments.* FROM payments JOIN orders USING (order_id) WHERE {_INVOICES}"  # noqa: S608
            f" AND {condition} ORDER BY order_id"
        )
        return [_payment(row) for row in self._database.rows(sql)]

    def _put(self, order_id: int, **values: object) -> None:
        row = {"order_id": order_id, **values, "updated_at": self._database.at()}
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        updates = ", ".join(f"{name} = excluded.{name}" for name in row)
        self._database.execute(
            f"INSERT INTO payments ({names}) VALUES ({marks}) ON CONFLICT (order_id) DO UPDATE SET {updates}",  # noqa: S608  (our own column names)
            *row.values(),
        )


def _told(payment: PaymentRecord) -> str:
    """Say of a payment what neither side keeps for ever: who knew it first, how much, and both dates."""
    words = (
        payment.source and f"known first in {SERVICES[payment.source]}",
        payment.amount is not None and f"{payment.amount} EUR",
        payment.shop_paid_at and f"Plug&Pay {payment.shop_paid_at.isoformat()}",
        payment.billit_paid_on and f"Billit {payment.billit_paid_on.isoformat()}",
    )
    return ", ".join(str(word) for word in words if word)


def _whole(amount: Decimal | None) -> int | None:
    return None if amount is None else int(cents(amount) * 100)


def _euros(whole: int | None) -> Decimal | None:
    return None if whole is None else cents(Decimal(whole) / 100)


def _payment(row: Any) -> PaymentRecord:
    return PaymentRecord(
        order_id=row["order_id"],
        stage=row["stage"],
        source=row["source"],
        amount=_euros(row["amount_cents"]),
        shop_status=row["shop_status"],
        shop_paid_at=datetime.fromisoformat(row["shop_paid_at"]) if row["shop_paid_at"] else None,
        method=row["method"],
        billit_status=row["billit_status"],
        billit_amount=_euros(row["billit_cents"]),
        billit_total=_euros(row["billit_total"]),
        billit_paid_on=datetime.fromisoformat(row["billit_paid_on"]) if row["billit_paid_on"] else None,
        agreed_on=datetime.fromisoformat(row["agreed_on"]) if row["agreed_on"] else None,
        pending=row["pending"],
        looked_on=date.fromisoformat(row["looked_on"]) if row["looked_on"] else None,
        unread=bool(row["unread"]),
        refused=bool(row["refused"]),
        reasons=reasons_from_json(row["reasons"]),
        dismissed=row["dismissed"],
    )
