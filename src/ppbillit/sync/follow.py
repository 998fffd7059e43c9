"""What became of what was sent: accepted is not delivered (billit sheet §6.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.billit.models import Document
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage
from ppbillit.sync.delivery import (
    has_failed,
    has_failed_again,
    has_gone,
    is_delivered,
    leaves_no_trace,
    was_handed_over,
)
from ppbillit.sync.nameless import names_of_record
from ppbillit.sync.send_refusals import why_not_delivered
from ppbillit.sync.shown import UNSEEN, document_of, find_deleted, record_sent_elsewhere
from ppbillit.sync.since import OVERLAP, last_read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ppbillit.billit.models import UnreadableDocument
    from ppbillit.sync.job import Job

SLOW_AFTER = timedelta(days=1)


def follow_deliveries(job: Job, *, daily: bool = False) -> None:
    """Ask once for every document modified since the last time, and read those of ours that it may concern.

    Those that are under way, and those that could not be sent: somebody may have sent them from Billit.  What was
    sent in this very run is left to the next one: nobody delivers within a second.  `daily`: those that were told
    to be slow are looked at once more.
    """
    if daily and not job.stopping():
        find_deleted(job)
    if job.stopping():
        return
    watched = {record.document_id: record for record in (*job.state.orders.at(Stage.SENT), *_unsent(job))}
    now = job.now()
    if any(record.order_id not in job.just_sent for record in watched.values()):
        for listed in job.reader.documents_modified_since(last_read(job, "deliveries_read") or now - OVERLAP):
            record = watched.get(listed.order_id)
            # What was read in this very state says nothing new.
            is_new = record and (record.modified is None or record.modified != _modified(listed))
            if record and is_new and record.order_id not in job.just_sent:
                # Lists say whether it was delivered (billit sheet §8.1), but not why not.
                document = listed if isinstance(listed, Document) and is_delivered(listed) else None
                _follow(job, record, document or document_of(job, record))
    if watched:
        job.state.remember("deliveries_read", now.isoformat())
    _look_at_the_slow(job, now, daily=daily)


def _modified(listed: Document | UnreadableDocument) -> datetime | None:
    return listed.last_modified if isinstance(listed, Document) else None


def _unsent(job: Job) -> Iterator[OrderRecord]:
    """Give the documents that are to be sent, and were not for a reason that was told."""
    for record in job.state.orders.at(Stage.CHECKED):
        if record.channel != "none" and record.reasons and record.dismissed is None:
            yield record


def _follow(job: Job, record: OrderRecord, document: Document | None) -> None:
    if document is None:
        return
    if record.stage is Stage.CHECKED and has_gone(document, record):
        record_sent_elsewhere(job, record, document)
    elif record.stage is Stage.SENT and is_delivered(document):
        job.state.orders.record_delivered(record.order_id)
        job.found(record, Outcome.DELIVERED)
    elif record.stage is Stage.SENT and has_failed_again(document, record):
        _failed(job, record, document)
    elif document.last_modified:
        job.state.orders.note_modified(record.order_id, document.last_modified)


def _failed(job: Job, record: OrderRecord, document: Document) -> None:
    failure = why_not_delivered(document, record.order_id, names_of_record(job, record, document))
    job.state.orders.record_undelivered(record.order_id, (failure,))
    job.found(record, Outcome.FAILED, (failure,))


def _look_at_the_slow(job: Job, now: datetime, *, daily: bool) -> None:
    """Read by itself what has been under way for a day, and say once where it still is."""
    for record in job.state.orders.at(Stage.SENT):
        is_slow = record.sent_at is not None and now - record.sent_at >= SLOW_AFTER
        was_told = any(each.code not in UNSEEN for each in record.reasons)
        if not is_slow or (was_told and not daily) or record.dismissed is not None or job.stopping():
            continue
        document = document_of(job, record)
        if document is None:
            continue
        if has_failed(document):
            _failed(job, record, document)
        elif is_delivered(document) or was_handed_over(document, record):
            job.state.orders.record_delivered(record.order_id)
            job.found(record, Outcome.DELIVERED)
        else:
            slow = _why_slow(job, record, document)
            if job.state.orders.note(record.order_id, (slow,)):
                job.found(record, Outcome.PENDING, (slow,))


def _why_slow(job: Job, record: OrderRecord, document: Document) -> Reason:
    if leaves_no_trace(document):
        return reason("sent_without_trace", order_id=record.order_id)
    day = record.sent_at.astimezone(job.rules.zone).date() if record.sent_at else "?"
    return reason("delivery_slow", day=day)
