"""A document that Billit does not show: gone for good only where Billit itself lists it as deleted.

One 404, or a 401 that may mean anything (billit sheet §8.2), is no proof; an invoice must not be written off
because Billit stumbled once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.reasons import reason
from ppbillit.report import Outcome

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Job


def not_shown(job: Job, record: OrderRecord) -> None:
    """Put on record that a document cannot be read: deleted, or not shown for now, and then left as it is."""
    if record.billit_id in {document.order_id for document in job.deleted_documents}:
        gone = reason("vanished", billit_id=record.billit_id)
        job.state.orders.record_deleted(record.order_id, (gone,))
        job.found(record, Outcome.DELETED, (gone,))
        return
    unseen = reason("not_shown", billit_id=record.billit_id)
    if job.state.orders.note(record.order_id, (unseen,)) or record.order_id in job.asked_for:
        job.found(record, Outcome.UNKNOWN, (unseen,))


def deleted_document(job: Job, key: str) -> Document | None:
    """Give the deleted document with this key, if there is one."""
    return next((each for each in job.deleted_documents if each.external_provider_id == key), None)
