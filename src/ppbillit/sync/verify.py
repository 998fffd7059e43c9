"""Read a document back and compare it with what the customer paid, before anything else is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage
from ppbillit.sync.compare import difference
from ppbillit.sync.delivery import is_on_its_way
from ppbillit.sync.payments.learn import learn_document
from ppbillit.sync.shown import document_of

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.reasons import Reason
    from ppbillit.sync.job import Job


def verify_created(job: Job) -> None:
    """Compare the documents an earlier run made and did not get to read back."""
    for record in job.state.orders.at(Stage.CREATED):
        is_ours = record.backfill == job.backfill and record.dismissed is None
        if is_ours and job.concerns(record.order_id):
            verify(job, record)


def verify(job: Job, record: OrderRecord) -> Document | None:
    """Read one document back: to the cent it may go on, and is given; else it is held, or not shown.

    What is on its way already is not noted as verified, so that it is not sent without a further look: somebody
    may have sent it before we could compare it.
    """
    document = document_of(job, record)
    if document is None:
        return None
    learn_document(job, record, document)
    if differs := difference(document, record):
        _hold(job, record, differs)
        return None
    if record.stage is not Stage.CHECKED:
        job.state.orders.record_checked(record.order_id, document.order_number or record.number)
    if not is_on_its_way(document):
        job.verified[record.order_id] = job.now()
    return document


def _hold(job: Job, record: OrderRecord, differs: Reason) -> None:
    """It is told when it is news, and to who asks for it by number."""
    if record.stage is not Stage.HELD:
        job.state.orders.record_held(record.order_id, (differs,))
    elif not job.state.orders.note(record.order_id, (differs,)) and record.order_id not in job.asked_for:
        return
    job.found(record, Outcome.HELD, (differs,))
