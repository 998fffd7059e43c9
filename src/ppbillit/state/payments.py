"""The payments of orders, as both sides show them, and the writes that carry them over.

    open -> paid                       both sides say paid, also after a write
    open | paid -> reversed            charged back in the shop, and Billit still says paid
    open | paid | reversed -> reopened charged back, and Billit says unpaid
    reversed | reopened -> paid        both sides say so again

What a side says moves a payment's stage by itself (`note_shop`, `note_billit`).  Writes are on record before they
leave, like all others (docs/exactly-once.md).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.money import cents
from ppbillit.state.records import (
    PAYMENT_SUBJECTS,
    SERVICES,
    BillitSays,
    PaymentRecord,
    PaymentWrite,
    reasons_from_json,
    reasons_to_json,
)

if TYPE_CHECKING:
    from ppbillit.reasons import Reason
    from ppbillit.state.attempts import Attempts
    from ppbillit.state.database import Database
    from ppbillit.state.records import Attempt

# Reasons with nothing for a person to do: they pass by themselves, or another reason follows.
_WAITS = frozenset({"partly_paid", "payment_processing"})
_UNPAID_IN_SHOP = frozenset({"open", "processing", "reversed"})  # also where it was paid before
_UNPAID_IN_BILLIT = frozenset({"open", "open_differs", "partly"})
_PAID_IN_BILLIT = frozenset({"paid", "differs"})
# Invoices that are in Billit; the settlement of a credit note is not a payment.
_INVOICES = "orders.kind = 'invoice' AND orders.billit_id IS NOT NULL AND orders.stage <> 'deleted'"


class Payments:
    """The payment of each order, by its Plug&Pay id."""

    def __init__(self, database: Database, attempts: Attempts) -> None:
        self._database = database
        self._attempts = attempts

    # --- read ------------------------------------------------------------------------------------

    def of(self, order_id: int) -> PaymentRecord:
        """Return what is known of an order's payment, which may be nothing."""
        row = self._database.row("SELECT * FROM payments WHERE order_id = ?", order_id)
        return _payment(row) if row else PaymentRecord(order_id)

    def to_reconcile(self) -> list[PaymentRecord]:
        """Return the payments of invoices in Billit on which the sides disagree, or with a pending write, by id.

        Those that a person has skipped are left out.
        """
        return self._where(
            "payments.dismissed IS NULL AND (pending IS NOT NULL OR NOT ("
            "   (payments.stage = 'paid' AND coalesce(shop_status, '') = 'paid'"
            "    AND coalesce(billit_status, '') = 'paid')"
            "   OR (payments.stage <> 'paid' AND coalesce(shop_status, 'open') = 'open'"
            "       AND coalesce(billit_status, 'open') IN ('open', 'open_differs'))))"
        )

    def stuck(self) -> list[PaymentRecord]:
        """Return those that need a person, could not be read, or have a pending write, by order."""
        return [
            payment
            for payment in self.with_remarks()
            if payment.pending or payment.unread or any(each.code not in _WAITS for each in payment.reasons)
        ]

    def with_remarks(self) -> list[PaymentRecord]:
        """Return those that are stuck, and those with a reason that needs no person, by order."""
        return self._where(
            "payments.dismissed IS NULL AND (pending IS NOT NULL OR unread = 1 OR payments.reasons <> '[]')"
        )

    def dismissed(self) -> list[PaymentRecord]:
        """Return those that a person has skipped, by order."""
        return self._where("payments.dismissed IS NOT NULL")

    def unpaid_in_shop(self) -> list[int]:
        """Return the orders with an invoice in Billit that may still become paid in the shop, by id.

        With them those that could not be read in the shop the last time.
        """
        sql = (
            f"SELECT order_id FROM orders LEFT JOIN payments USING (order_id) WHERE {_INVOICES}"  # noqa: S608
            " AND (coalesce(shop_status, '') NOT IN ('paid', 'credited', 'gone') OR unread = 1) ORDER BY order_id"
        )
        return [order_id for (order_id,) in self._database.rows(sql)]

    def invoiced_since(self) -> date | None:
        """Return the first invoice day of the invoices in Billit, None where there are none."""
        [(day,)] = self._database.rows(f"SELECT min(invoice_day) FROM orders WHERE {_INVOICES}")  # noqa: S608
        return date.fromisoformat(day) if day else None

    def was_written(self, key: str) -> bool:
        """Return whether ppbillit set an order to paid in the shop before."""
        return bool(
            self._database.row(
                "SELECT 1 FROM attempts WHERE subject = 'shop_payment' AND key = ? AND outcome = 'done'", key
            )
        )

    # --- what is known, and said ------------------------------------------------------------------

    def note_shop(
        self, order_id: int, status: str, paid_at: datetime | None, method: str | None, amount: Decimal | None
    ) -> None:
        """Store what the shop says of an order's payment, if that is news."""
        known = self.of(order_id)
        if status in _UNPAID_IN_SHOP:  # else the next payment would get the date of this one
            paid_at = method = None
        else:
            paid_at, method = paid_at or known.shop_paid_at, method or known.method
        if (status, paid_at, method) != (known.shop_status, known.shop_paid_at, known.method):
            moment = paid_at.astimezone(UTC).isoformat() if paid_at else None
            with self._database.transaction():
                self._write(order_id, shop_status=status, shop_paid_at=moment, method=method)
                self._draw_conclusions(known, amount, is_news=status != known.shop_status)

    def note_billit(
        self,
        order_id: int,
        status: BillitSays,
        paid_on: datetime | None,
        amount: Decimal | None,
        total: Decimal | None = None,
    ) -> None:
        """Store what Billit says of an invoice's payment, if that is news.

        `amount` is how much of its `total` is paid, in gross euros.
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
                self._write(
                    order_id,
                    billit_status=status,
                    billit_cents=_to_cents(amount),
                    billit_total=_to_cents(total),
                    billit_paid_on=paid_on.isoformat() if paid_on else None,
                )
                self._draw_conclusions(known, amount, is_news=status != known.billit_status)

    def note_unread(self, order_id: int, *, unread: bool = True) -> bool:
        """Store that the shop could not be read for it, or could again, and return whether that is news."""
        if self.of(order_id).unread is unread:
            return False
        with self._database.transaction():
            self._write(order_id, unread=int(unread))
            self._database.event(order_id, "payment not readable" if unread else "payment readable")
        return True

    def take_up_again(self, order_id: int) -> None:
        """Store that a person asks for this order: it is read, tried and explained again."""
        with self._database.transaction():
            self._write(order_id, looked_on=None, refused=0, reasons="[]", dismissed=None)

    def dismiss(self, order_id: int, why: str) -> None:
        """Store that a person skips it: it is left alone until either side says something new."""
        with self._database.transaction():
            self._write(order_id, dismissed=why)
            self._database.event(order_id, "payment dismissed", detail=why)

    def note(self, order_id: int, reasons: tuple[Reason, ...]) -> bool:
        """Store what is said of a payment, and return whether that is news."""
        if self.of(order_id).reasons == reasons:
            return False
        with self._database.transaction():
            self._write(order_id, reasons=reasons_to_json(reasons))
            self._database.event(order_id, "payment left alone", reasons)
        return True

    def forget_reasons(self, order_id: int) -> None:
        """Delete what was said of it: that holds no longer, since the config has changed."""
        with self._database.transaction():
            self._write(order_id, reasons="[]")

    def set_looked_on(self, order_id: int, day: date | None) -> None:
        """Store that it was read on this day and nothing could be done; None: that it is to be read again."""
        with self._database.transaction():
            self._write(order_id, looked_on=day.isoformat() if day else None)

    # --- writes ----------------------------------------------------------------------------------

    def begin(self, order_id: int, key: str, what: PaymentWrite) -> Attempt:
        """Record, before the request, that a payment is about to be written."""
        with self._database.transaction():
            attempt = self._attempts.begin(PAYMENT_SUBJECTS[what], key, what)
            self._write(order_id, pending=what)
            self._database.event(order_id, "payment being written", detail=what)
        return attempt

    def record_done(self, order_id: int, key: str, what: PaymentWrite) -> None:
        """Record that the pending write was done; what it led to was stored before."""
        with self._database.transaction():
            self._attempts.end(PAYMENT_SUBJECTS[what], key, "done")
            self._write(order_id, pending=None)
            self._database.event(order_id, "payment written", detail=what)

    def record_refused(self, order_id: int, key: str, what: PaymentWrite) -> None:
        """Record a refusal: it is not tried again before something changes there, or a person asks."""
        with self._database.transaction():
            self._attempts.end(PAYMENT_SUBJECTS[what], key, "refused")
            self._write(order_id, pending=None, refused=1)
            self._database.event(order_id, "payment refused", detail=what)

    def record_forbidden(self, order_id: int, key: str, what: PaymentWrite, day: date) -> None:
        """Record that the key may not do this: it is tried again another day, also if nothing changes there."""
        with self._database.transaction():
            self._attempts.end(PAYMENT_SUBJECTS[what], key, "refused")
            self._write(order_id, pending=None, looked_on=day.isoformat())
            self._database.event(order_id, "payment refused", detail=what)

    def record_not_needed(self, order_id: int, key: str, what: PaymentWrite) -> None:
        """Record that the pending write was not done, and is not wanted any more."""
        with self._database.transaction():
            self._attempts.end(PAYMENT_SUBJECTS[what], key, "refused")
            self._write(order_id, pending=None, reasons="[]")

    def record_not_sent(self, order_id: int, key: str, what: PaymentWrite) -> None:
        """Record that the request never left."""
        with self._database.transaction():
            self._attempts.forget(PAYMENT_SUBJECTS[what], key)
            self._write(order_id, pending=None, reasons="[]")

    def record_reversed(self, order_id: int, reasons: tuple[Reason, ...], *, is_reopened: bool) -> None:
        """Record a charge-back; `is_reopened`: Billit does not say paid any more."""
        with self._database.transaction():
            known = self.of(order_id)
            self._write(
                order_id,
                stage="reopened" if is_reopened else "reversed",
                source=None,
                reasons=reasons_to_json(reasons),
            )
            self._database.event(order_id, "payment reversed", reasons, detail=_facts_in_words(known))

    # --- helpers ---------------------------------------------------------------------------------

    def _draw_conclusions(self, known: PaymentRecord, amount: Decimal | None, *, is_news: bool) -> None:
        """Update source and stage from what both sides say now, in the transaction of the caller."""
        now = self.of(known.order_id)
        if is_news:
            self._write(known.order_id, looked_on=None, refused=0, reasons="[]", dismissed=None)
        is_paid = {"plugandpay": now.shop_status == "paid", "billit": now.billit_status == "paid"}
        first = next((side for side, is_side_paid in is_paid.items() if is_side_paid), None)
        if first and now.source is None:
            self._write(known.order_id, source=first, amount_cents=_to_cents(amount))
        if all(is_paid.values()):
            self._record_agreement(now)
        elif (
            now.shop_status == "reversed"
            and now.billit_status in _UNPAID_IN_BILLIT
            and now.stage != "reopened"
        ):
            self._write(known.order_id, stage="reopened", source=None)
            if now.stage != "reversed":
                self._database.event(known.order_id, "payment reversed", detail=_facts_in_words(known))
        elif now.stage == "reversed" and now.billit_status not in _PAID_IN_BILLIT:
            self._write(known.order_id, stage="reopened")

    def _record_agreement(self, now: PaymentRecord) -> None:
        """Record that both sides say paid; the date only where the shop could be read for it the last time."""
        if not now.unread and now.agreed_on != now.billit_paid_on and now.billit_paid_on:
            self._write(now.order_id, agreed_on=now.billit_paid_on.isoformat())
        if now.stage != "paid":
            self._write(now.order_id, stage="paid")
            self._database.event(now.order_id, "paid", detail=_facts_in_words(self.of(now.order_id)))

    def _where(self, condition: str) -> list[PaymentRecord]:
        sql = (
            f"SELECT payments.* FROM payments JOIN orders USING (order_id) WHERE {_INVOICES}"  # noqa: S608
            f" AND {condition} ORDER BY order_id"
        )
        return [_payment(row) for row in self._database.rows(sql)]

    def _write(self, order_id: int, **values: object) -> None:
        row = {"order_id": order_id, **values, "updated_at": self._database.at()}
        self._database.upsert("payments", row)


def _facts_in_words(payment: PaymentRecord) -> str:
    """Return, for the history, what neither side keeps for ever: who said paid first, how much, and both dates."""
    words = (
        payment.source and f"known first in {SERVICES[payment.source]}",
        payment.amount is not None and f"{payment.amount} EUR",
        payment.shop_paid_at and f"Plug&Pay {payment.shop_paid_at.isoformat()}",
        payment.billit_paid_on and f"Billit {payment.billit_paid_on.isoformat()}",
    )
    return ", ".join(str(word) for word in words if word)


def _to_cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(cents(amount) * 100)


def _from_cents(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number).scaleb(-2)


def _payment(row: Any) -> PaymentRecord:
    return PaymentRecord(
        order_id=row["order_id"],
        stage=row["stage"],
        source=row["source"],
        amount=_from_cents(row["amount_cents"]),
        shop_status=row["shop_status"],
        shop_paid_at=datetime.fromisoformat(row["shop_paid_at"]) if row["shop_paid_at"] else None,
        method=row["method"],
        billit_status=row["billit_status"],
        billit_amount=_from_cents(row["billit_cents"]),
        billit_total=_from_cents(row["billit_total"]),
        billit_paid_on=datetime.fromisoformat(row["billit_paid_on"]) if row["billit_paid_on"] else None,
        agreed_on=datetime.fromisoformat(row["agreed_on"]) if row["agreed_on"] else None,
        pending=row["pending"],
        looked_on=date.fromisoformat(row["looked_on"]) if row["looked_on"] else None,
        unread=bool(row["unread"]),
        refused=bool(row["refused"]),
        reasons=reasons_from_json(row["reasons"]),
        dismissed=row["dismissed"],
    )
