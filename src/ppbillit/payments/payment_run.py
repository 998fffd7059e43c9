"""A run about payments: a run, the two ports that write payments, and what the steps have in common."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeVar

from ppbillit.exactly_once.write_once import Ending, Intent, write_once
from ppbillit.payments.decide import next_step
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.run import Run
from ppbillit.state.records import PAYMENT_SUBJECTS, SERVICES

if TYPE_CHECKING:
    from ppbillit.billit.ports import PaymentMarker
    from ppbillit.exactly_once.writes import Write
    from ppbillit.payments.decide import Step
    from ppbillit.plugandpay.ports import PaymentSource
    from ppbillit.reasons import Reason
    from ppbillit.state import OrderRecord, PaymentRecord, PaymentWrite

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class PaymentRun(Run):
    """One run about payments.

    `forbidden` are the orders, one after another, that the key may not set to paid; `unread` are the orders whose
    payment could not be read in this run.
    """

    shop_payments: PaymentSource
    billit_payments: PaymentMarker
    forbidden: list[int] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, run: Run, shop_payments: PaymentSource, billit_payments: PaymentMarker) -> PaymentRun:
        """Return the run with the ports that write payments."""
        parts = {each.name: getattr(run, each.name) for each in fields(Run)}
        return cls(**parts, shop_payments=shop_payments, billit_payments=billit_payments)

    # --- what to do --------------------------------------------------------------------------------

    def payment(self, record: OrderRecord) -> PaymentRecord:
        """Return what is on record of an order's payment."""
        return self.state.payments.of(record.order_id)

    def next_step(self, record: OrderRecord) -> Step | Reason | None:
        """Return what follows from what is on record of an order's payment; see `decide`."""
        return next_step(self.payment(record), record.total, self.settings)

    # --- a write and its ending --------------------------------------------------------------------

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

    def record_done(self, record: OrderRecord, what: PaymentWrite) -> None:
        """Record that the pending write was done."""
        self.state.payments.record_done(record.order_id, self.rules.document_key(record.order_id), what)

    def record_refused(self, record: OrderRecord, what: PaymentWrite) -> None:
        """Record that the pending write was refused."""
        self.state.payments.record_refused(record.order_id, self.rules.document_key(record.order_id), what)

    # --- what is said of a payment -----------------------------------------------------------------

    def say_payment(self, record: OrderRecord, outcome: Outcome, *reasons: Reason) -> None:
        """Report what happened to a payment, without hiding what needs a person about its order."""
        self.say(record, outcome, reasons, beside=True)

    def say_once(self, record: OrderRecord, why: Reason, outcome: Outcome = Outcome.SKIPPED) -> None:
        """Report why a payment is left alone, if that was not reported before."""
        if self.state.payments.note(record.order_id, (why,)):
            self.say_payment(record, outcome, why)

    def say_unknown(self, record: OrderRecord, what: PaymentWrite) -> None:
        """Report that it is not known whether a write was done, if that was not reported before."""
        self.say_once(record, reason("payment_unknown", service=SERVICES[what]), Outcome.UNKNOWN)

    def leave_alone(self, record: OrderRecord, why: Reason) -> None:
        """Report why a payment is left alone, and do not read it again today."""
        self.say_once(record, why)
        self.leave_for_today(record)

    def leave_for_today(self, record: OrderRecord) -> None:
        """Do not read a payment again today: nothing could be done."""
        self.state.payments.set_looked_on(record.order_id, self.today)
