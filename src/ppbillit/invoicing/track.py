"""What became of what was sent: accepted is not delivered (billit.md §6.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.billit.models import Document
from ppbillit.debtors.redact import names_of_record
from ppbillit.invoicing.delivery_errors import why_not_delivered
from ppbillit.invoicing.document_facts import (
    has_failed,
    has_failed_again,
    has_gone,
    is_delivered,
    is_on_its_way,
    leaves_no_trace,
    was_handed_over,
)
from ppbillit.invoicing.lookup import MISSING, document_of, find_deleted, record_sent_elsewhere
from ppbillit.invoicing.verify import verify
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.run import OVERLAP, changed_since
from ppbillit.state import OrderRecord, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ppbillit.billit.models import UnreadableDocument
    from ppbillit.run import Run

SLOW_AFTER = timedelta(days=1)


def track_deliveries(run: Run, *, daily: bool = False) -> None:
    """Ask once for every document modified since the last time, and read those of ours that it may concern.

    Those that are under way, and those that could not be sent: somebody may have sent them from Billit.  What was
    sent in this very run is left to the next one: nobody delivers within a second.  `daily`: those that were told
    to be slow are looked at once more.
    """
    if daily and not run.stopping():
        find_deleted(run)
    if run.stopping():
        return
    watched = {record.document_id: record for record in (*run.state.orders.at(Stage.SENT), *_unsent(run))}
    now = run.now()
    if any(record.order_id not in run.just_sent for record in watched.values()):
        for listed in run.reader.documents_modified_since(
            changed_since(run, "deliveries_read") or now - OVERLAP
        ):
            record = watched.get(listed.order_id)
            # What was read in this very state says nothing new.
            is_new = record and (record.modified is None or record.modified != _modified(listed))
            if record and is_new and record.order_id not in run.just_sent:
                # Lists say whether it was delivered (billit.md §8.1), but not why not.
                document = listed if isinstance(listed, Document) and is_delivered(listed) else None
                _follow(run, record, document or document_of(run, record))
    if watched:
        run.state.remember("deliveries_read", now.isoformat())
    _look_at_the_slow(run, now, daily=daily)


def _modified(listed: Document | UnreadableDocument) -> datetime | None:
    return listed.last_modified if isinstance(listed, Document) else None


def _unsent(run: Run) -> Iterator[OrderRecord]:
    """Give the documents that are to be sent, and were not for a reason that was told."""
    for record in run.state.orders.at(Stage.CHECKED):
        if record.channel != "none" and record.reasons and record.dismissed is None:
            yield record


def _follow(run: Run, record: OrderRecord, document: Document | None) -> None:
    if document is None:
        return
    if record.stage is Stage.CHECKED and has_gone(document, record):
        record_sent_elsewhere(run, record, document)
    elif record.stage is Stage.SENT and is_delivered(document):
        run.state.orders.record_delivered(record.order_id)
        run.found(record, Outcome.DELIVERED)
    elif record.stage is Stage.SENT and has_failed_again(document, record):
        _failed(run, record, document)
    elif document.last_modified:
        run.state.orders.note_modified(record.order_id, document.last_modified)


def _failed(run: Run, record: OrderRecord, document: Document) -> None:
    failure = why_not_delivered(document, record.order_id, names_of_record(run, record, document))
    run.state.orders.record_undelivered(record.order_id, (failure,))
    run.found(record, Outcome.FAILED, (failure,))


def _look_at_the_slow(run: Run, now: datetime, *, daily: bool) -> None:
    """Read by itself what has been under way for a day, and say once where it still is."""
    for record in run.state.orders.at(Stage.SENT):
        is_slow = record.sent_at is not None and now - record.sent_at >= SLOW_AFTER
        was_told = any(each.code not in MISSING for each in record.reasons)
        if not is_slow or (was_told and not daily) or record.dismissed is not None or run.stopping():
            continue
        document = document_of(run, record)
        if document is None:
            continue
        if has_failed(document):
            _failed(run, record, document)
        elif is_delivered(document) or was_handed_over(document, record):
            run.state.orders.record_delivered(record.order_id)
            run.found(record, Outcome.DELIVERED)
        else:
            slow = _why_slow(run, record, document)
            if run.state.orders.note(record.order_id, (slow,)):
                run.found(record, Outcome.PENDING, (slow,))


def _why_slow(run: Run, record: OrderRecord, document: Document) -> Reason:
    if leaves_no_trace(document):
        return reason("sent_without_trace", order_id=record.order_id)
    day = record.sent_at.astimezone(run.rules.zone).date() if record.sent_at else "?"
    return reason("delivery_slow", day=day)


def recheck(run: Run) -> None:
    """Let a held document go on whose total was mended, and follow a failed one that was sent by hand."""
    for record in run.state.orders.at(Stage.HELD):
        if record.dismissed is None:
            recheck_held(run, record)
    for record in run.state.orders.at(Stage.FAILED):
        if record.dismissed is None:
            still_failed(run, record)


def recheck_held(run: Run, record: OrderRecord) -> None:
    """Let a document go on whose total was mended; if it was sent by hand too, the sending finds that out."""
    if verify(run, record):
        run.found(record, Outcome.CHECKED)


def still_failed(run: Run, record: OrderRecord) -> Document | None:
    """Give the document of a failed sending that stands as it did; one that went by another hand is followed."""
    document = document_of(run, record)
    if document and is_on_its_way(document) and not has_failed(document):
        record_sent_elsewhere(run, record, document)
        return None
    return document
