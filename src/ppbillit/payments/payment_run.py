"""A run about payments: a run, the two ports through which payments are written, and what is said of payments."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeVar

from ppbillit.exactly_once.write_once import Ending, Intent, write_once
from ppbillit.report import Outcome
from ppbillit.run import Run
from ppbillit.state.records import PAYMENT_SUBJECTS

if TYPE_CHECKING:
    from ppbillit.billit.ports import PaymentMarker
    from ppbillit.exactly_once.writes import Write
    from ppbillit.plugandpay.ports import PaymentSource
    from ppbillit.reasons import Reason
    from ppbillit.state import OrderRecord, PaymentWrite

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class PaymentRun(Run):
    """One run about payments."""

    shop_payments: PaymentSource
    billit_payments: PaymentMarker
    # The orders, one after another, that may not be set to paid; and those whose payment could not be read.
    forbidden: list[int] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, run: Run, shop_payments: PaymentSource, billit_payments: PaymentMarker) -> PaymentRun:
        """Return the run with the ports through which payments are written."""
        parts = {each.name: getattr(run, each.name) for each in fields(Run)}
        return cls(**parts, shop_payments=shop_payments, billit_payments=billit_payments)

    def write(self, record: OrderRecord, what: PaymentWrite, write: Write[T]) -> Ending[T]:
        """Make a write about an order's payment, exactly once."""
        payments, key = self.state.payments, self.rules.document_key(record.order_id)
        intent = Intent(
            PAYMENT_SUBJECTS[what],
            key,
            begin=lambda: payments.begin(record.order_id, key, what),
            forget=lambda _why: payments.record_not_sent(record.order_id, key, what),
        )
        return write_once(self.state.attempts, intent, write)

    def say_payment(self, record: OrderRecord, outcome: Outcome, *reasons: Reason) -> None:
        """Report what happened to a payment, without hiding what needs a person about its order."""
        self.say(record, outcome, reasons, beside=True)

    def say_once(self, record: OrderRecord, why: Reason, outcome: Outcome = Outcome.SKIPPED) -> None:
        """Report why a payment is left alone, if that was not said before."""
        if self.state.payments.note(record.order_id, (why,)):
            self.say_payment(record, outcome, why)

    def leave_alone(self, record: OrderRecord, why: Reason) -> None:
        """Report why a payment is left alone, and do not look at it again today."""
        self.say_once(record, why)
        self.look_no_more(record)

    def look_no_more(self, record: OrderRecord) -> None:
        """Do not look at a payment again today: nothing could be done."""
        self.state.payments.looked(record.order_id, self.today)
