"""What became of what was sent: accepted is not delivered (billit sheet §6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage
from ppbillit.sync.since import OVERLAP, last_read

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.sync.job import Job

# "Failed" is only in one integrator's types; every other word, known or not, counts as pending.
_FINAL_TROUBLE = frozenset({"Error", "Failed"})


def follow_deliveries(job: Job) -> None:
    """Ask once for every document modified since the last time, and read those of ours that are under way.

    What was sent in this very run is left to the next one: nobody delivers within a second.
    """
    under_way = {record.billit_id: record for record in job.state.orders.at(Stage.SENT)}
    if not under_way or job.stopping():
        return
    now = job.now()
    if any(record.order_id not in job.just_sent for record in under_way.values()):
        for listed in job.reader.documents_modified_since(last_read(job, "deliveries_read") or now - OVERLAP):
            record = under_way.get(listed.order_id)
            # What was read in this very state says nothing new.
            if record and (record.modified is None or record.modified != listed.last_modified):
                # Lists say whether it was delivered (billit sheet §8.1), but not why not.
                document = listed if _is_delivered(listed) else job.reader.document(listed.order_id)
                _follow(job, record, document)
    job.state.remember("deliveries_read", now.isoformat())


def _follow(job: Job, record: OrderRecord, document: Document | None) -> None:
    if document is None:
        return
    if _is_delivered(document):
        job.state.orders.record_delivered(record.order_id)
        job.found(record, Outcome.DELIVERED)
    elif has_failed(document):
        failure = reason("delivery_failed", problems=_trouble(document))
        job.state.orders.record_undelivered(record.order_id, (failure,))
        job.found(record, Outcome.FAILED, (failure,))
    elif document.last_modified:
        job.state.orders.note_modified(record.order_id, document.last_modified)


def _is_delivered(document: Document) -> bool:
    return bool(document.delivery and document.delivery.is_document_delivered)


def has_failed(document: Document) -> bool:
    """Tell whether Billit has given up delivering the document."""
    return bool(document.delivery and document.delivery.document_delivery_status in _FINAL_TROUBLE)


def _trouble(document: Document) -> str:
    delivery = document.delivery
    said = (delivery.document_refused_info, delivery.document_refused_reason) if delivery else ()
    return " ".join(filter(None, said)) or "Billit gives no reason"
