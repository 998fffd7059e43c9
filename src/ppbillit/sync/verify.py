"""Read a document back and compare it with what the customer paid, before anything else is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.money import cents, plain
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage

if TYPE_CHECKING:
    from decimal import Decimal

    from ppbillit.billit.models import Document
    from ppbillit.sync.job import Job


def verify_created(job: Job) -> None:
    """Compare the documents an earlier run made and did not get to read back."""
    for record in job.state.orders.at(Stage.CREATED):
        if record.backfill == job.backfill:
            verify(job, record)


def verify(job: Job, record: OrderRecord) -> None:
    """Read one document back: to the cent it may go on, else it is held and said so."""
    if record.billit_id is None:
        raise ValueError(record)
    document = job.reader.document(record.billit_id)
    if document is None:
        gone = reason("vanished", billit_id=record.billit_id)
        job.state.orders.record_deleted(record.order_id, (gone,))
        job.found(record, Outcome.DELETED, (gone,))
        return
    if differs := difference(document, record.total):
        job.state.orders.record_held(record.order_id, (differs,))
        job.found(record, Outcome.HELD, (differs,))
    else:
        job.state.orders.record_checked(record.order_id, document.order_number or record.number)


def difference(document: Document, total: Decimal) -> Reason | None:
    """Say by how much Billit's gross total is not `total` (euros), or None where it is, to the cent."""
    made = document.total_incl
    if made is not None and cents(made) == total:
        return None
    return reason(
        "totals_differ",
        billit="no total" if made is None else plain(made),
        shop=plain(total),
        difference="unknown" if made is None else f"{cents(made - total):+f}",
    )
