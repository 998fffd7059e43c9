"""What is said of payments: news once, and never in the place of what needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.report import Outcome

if TYPE_CHECKING:
    from ppbillit.reasons import Reason
    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Job


def say(job: Job, record: OrderRecord, why: Reason, outcome: Outcome = Outcome.SKIPPED) -> None:
    """Say why a payment is left alone, if that was not said before."""
    if job.state.payments.note(record.order_id, (why,)):
        tell(job, record, outcome, why)


def tell(job: Job, record: OrderRecord, outcome: Outcome, why: Reason) -> None:
    """Put it in the report."""
    job.found(record, outcome, (why,), beside=True)


def left_alone(job: Job, record: OrderRecord, why: Reason, outcome: Outcome = Outcome.SKIPPED) -> None:
    """Say it, and do not look again today."""
    say(job, record, why, outcome)
    job.state.payments.looked(record.order_id, job.today)
