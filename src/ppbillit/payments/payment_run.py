"""What is said of payments: news once, and never in the place of what needs a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ppbillit.report import Outcome

if TYPE_CHECKING:
    from ppbillit.billit.ports import (
        PaymentMarker,
    )
    from ppbillit.plugandpay.ports import PaymentSource
    from ppbillit.reasons import Reason
    from ppbillit.run import Run
    from ppbillit.state import OrderRecord


def say(run: Run, record: OrderRecord, why: Reason, outcome: Outcome = Outcome.SKIPPED) -> None:
    """Say why a payment is left alone, if that was not said before."""
    if run.state.payments.note(record.order_id, (why,)):
        tell(run, record, outcome, why)


def tell(run: Run, record: OrderRecord, outcome: Outcome, why: Reason) -> None:
    """Put it in the report."""
    run.found(record, outcome, (why,), beside=True)


def left_alone(run: Run, record: OrderRecord, why: Reason, outcome: Outcome = Outcome.SKIPPED) -> None:
    """Say it, and do not look again today."""
    say(run, record, why, outcome)
    run.state.payments.looked(record.order_id, run.today)


@dataclass(frozen=True)
class PaymentRun:
    """A run about payments: where they are read, and both places where they are written."""

    run: Run
    desk: PaymentSource
    marker: PaymentMarker
    # The orders, one after another, that may not be set to paid; and those whose payment could not be read.
    forbidden: list[int] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, run: Run) -> PaymentRun:
        """Give the till of a run that has one; for any other it is a bug of ours to ask."""
        if run.desk is None or run.marker is None:
            raise ValueError(run.report.command)
        return cls(run, run.desk, run.marker)
