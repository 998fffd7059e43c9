"""What became of what was sent: accepted is not delivered (billit sheet §6.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage
from ppbillit.sync.send_refusals import why_not_delivered
from ppbillit.sync.since import OVERLAP, last_read

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ppbillit.billit.models import Document
    from ppbillit.sync.job import Job

SLOW_AFTER = timedelta(days=1)

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
    _look_at_the_slow(job, job.state.orders.at(Stage.SENT), now)
    job.state.remember("deliveries_read", now.isoformat())


def _follow(job: Job, record: OrderRecord, document: Document | None) -> None:
    if document is None:
        return
    if _is_delivered(document):
        job.state.orders.record_delivered(record.order_id)
        job.found(record, Outcome.DELIVERED)
    elif has_failed(document):
        failure = why_not_delivered(document, record.order_id)
        job.state.orders.record_undelivered(record.order_id, (failure,))
        job.found(record, Outcome.FAILED, (failure,))
    elif document.last_modified:
        job.state.orders.note_modified(record.order_id, document.last_modified)


def _look_at_the_slow(job: Job, under_way: Iterable[OrderRecord], now: datetime) -> None:
    """Read once by itself what has been under way for a day, and say so where it still is."""
    for record in under_way:
        is_slow = record.sent_at is not None and now - record.sent_at >= SLOW_AFTER
        if not is_slow or record.reasons or record.dismissed is not None or job.stopping():
            continue
        document = job.reader.document(record.document_id)
        if document and (has_failed(document) or _is_delivered(document) or _was_handed_over(document)):
            _settle(job, record, document)
        elif record.sent_at:
            day = record.sent_at.astimezone(job.rules.zone).date()
            slow = reason("delivery_slow", day=day)
            job.state.orders.note(record.order_id, (slow,))
            job.found(record, Outcome.PENDING, (slow,))


def _settle(job: Job, record: OrderRecord, document: Document) -> None:
    if _was_handed_over(document) and not has_failed(document):
        job.state.orders.record_delivered(record.order_id)
        job.found(record, Outcome.DELIVERED)
    else:
        _follow(job, record, document)


def _is_delivered(document: Document) -> bool:
    return bool(document.delivery and document.delivery.is_document_delivered)


def _was_handed_over(document: Document) -> bool:
    """Tell whether an e-mail or a letter left: nobody answers those, so Billit may never say "delivered"."""
    return any(
        message.success
        and message.message_direction == "Outgoing"
        and message.transport_type in {"SMTP", "Letter"}
        for message in document.messages or ()
    )


def has_failed(document: Document) -> bool:
    """Tell whether Billit has given up delivering the document."""
    return bool(document.delivery and document.delivery.document_delivery_status in _FINAL_TROUBLE)
