"""What became of what was sent: accepted is not delivered (billit sheet §6.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage
from ppbillit.sync.delivery import has_failed, is_delivered, is_on_its_way, was_handed_over
from ppbillit.sync.gone import not_shown
from ppbillit.sync.send_refusals import why_not_delivered
from ppbillit.sync.since import OVERLAP, last_read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ppbillit.billit.models import Document
    from ppbillit.sync.job import Job

SLOW_AFTER = timedelta(days=1)


def follow_deliveries(job: Job) -> None:
    """Ask once for every document modified since the last time, and read those of ours that it may concern.

    Those that are under way, and those that could not be sent: somebody may have sent them from Billit.  What was
    sent in this very run is left to the next one: nobody delivers within a second.
    """
    if job.stopping():
        return
    watched = {record.document_id: record for record in (*job.state.orders.at(Stage.SENT), *_unsent(job))}
    now = job.now()
    if any(record.order_id not in job.just_sent for record in watched.values()):
        for listed in job.reader.documents_modified_since(last_read(job, "deliveries_read") or now - OVERLAP):
            record = watched.get(listed.order_id)
            # What was read in this very state says nothing new.
            if record and (record.modified is None or record.modified != listed.last_modified):
                # Lists say whether it was delivered (billit sheet §8.1), but not why not.
                document = listed if is_delivered(listed) else job.reader.document(listed.order_id)
                _follow(job, record, document)
    if watched:
        job.state.remember("deliveries_read", now.isoformat())
    _look_at_the_slow(job, now)


def _unsent(job: Job) -> Iterator[OrderRecord]:
    """Give the documents that are to be sent, and were not for a reason that was told."""
    for record in job.state.orders.at(Stage.CHECKED):
        if record.channel != "none" and record.reasons and record.dismissed is None:
            yield record


def _follow(job: Job, record: OrderRecord, document: Document | None) -> None:
    if document is None:
        return
    if record.stage is Stage.CHECKED and is_on_its_way(document):
        job.state.orders.record_sent_elsewhere(record.order_id, job.rules.document_key(record.order_id))
        job.found(record, Outcome.SENT)
    elif record.stage is Stage.SENT and is_delivered(document):
        job.state.orders.record_delivered(record.order_id)
        job.found(record, Outcome.DELIVERED)
    elif record.stage is Stage.SENT and has_failed(document):
        failure = why_not_delivered(document, record.order_id)
        job.state.orders.record_undelivered(record.order_id, (failure,))
        job.found(record, Outcome.FAILED, (failure,))
    elif document.last_modified:
        job.state.orders.note_modified(record.order_id, document.last_modified)


def _look_at_the_slow(job: Job, now: datetime) -> None:
    """Read once by itself what has been under way for a day, and say so where it still is."""
    for record in job.state.orders.at(Stage.SENT):
        is_slow = record.sent_at is not None and now - record.sent_at >= SLOW_AFTER
        if not is_slow or record.reasons or record.dismissed is not None or job.stopping():
            continue
        document = job.reader.document(record.document_id)
        if document is None:
            not_shown(job, record)
        elif is_delivered(document) or has_failed(document):
            _follow(job, record, document)
        elif was_handed_over(document):
            job.state.orders.record_delivered(record.order_id)
            job.found(record, Outcome.DELIVERED)
        elif record.sent_at:
            day = record.sent_at.astimezone(job.rules.zone).date()
            slow = reason("delivery_slow", day=day)
            job.state.orders.note(record.order_id, (slow,))
            job.found(record, Outcome.PENDING, (slow,))
