"""What a person may have put right in Billit: held and failed documents are looked at again once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.report import Outcome
from ppbillit.state import Stage
from ppbillit.sync.delivery import has_failed, is_on_its_way
from ppbillit.sync.shown import document_of, record_sent_elsewhere
from ppbillit.sync.verify import verify

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Job


def reconsider(job: Job) -> None:
    """Let a held document go on whose total was mended, and follow a failed one that was sent by hand."""
    for record in job.state.orders.at(Stage.HELD):
        if record.dismissed is None:
            look_at_held(job, record)
    for record in job.state.orders.at(Stage.FAILED):
        if record.dismissed is None:
            still_failed(job, record)


def look_at_held(job: Job, record: OrderRecord) -> None:
    """Let a document go on whose total was mended; if it was sent by hand too, the sending finds that out."""
    if verify(job, record):
        job.found(record, Outcome.CHECKED)


def still_failed(job: Job, record: OrderRecord) -> Document | None:
    """Give the document of a failed sending that stands as it did; one that went by another hand is followed."""
    document = document_of(job, record)
    if document and is_on_its_way(document) and not has_failed(document):
        record_sent_elsewhere(job, record, document)
        return None
    return document
