"""Step 7, track: what became of what was sent.  Accepted is not delivered (billit.md §6.1)."""

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
from ppbillit.invoicing.verify import Compared, verify_one, when_right
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.run import OVERLAP
from ppbillit.state import OrderRecord, Stage, transitions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from ppbillit.billit.models import UnreadableDocument
    from ppbillit.run import Run

SLOW_AFTER = timedelta(days=1)


def track(run: Run, just_sent: Collection[int] = (), *, daily: bool = False) -> None:
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
    if any(record.order_id not in just_sent for record in watched.values()):
        since = run.changed_since("deliveries_read") or now - OVERLAP
        for listed in run.billit.documents_modified_since(since):
            record = watched.get(listed.order_id)
            # What was read in this very state says nothing new.
            is_new = record and (record.modified is None or record.modified != _modified(listed))
            if record and is_new and record.order_id not in just_sent:
                # Lists say whether it was delivered (billit.md §8.1), but not why not.
                document = listed if isinstance(listed, Document) and is_delivered(listed) else None
                _track_one(run, record, document or document_of(run, record))
    if watched:
        run.state.remember(deliveries_read=now.isoformat())
    _look_at_the_slow(run, now, daily=daily)


def _modified(listed: Document | UnreadableDocument) -> datetime | None:
    return listed.last_modified if isinstance(listed, Document) else None


def _unsent(run: Run) -> Iterator[OrderRecord]:
    """Yield the documents that are to be sent, and were not for a reason that was told."""
    for record in run.state.orders.at(Stage.CHECKED):
        if record.channel != "none" and record.reasons and record.dismissed is None:
            yield record


def _track_one(run: Run, record: OrderRecord, document: Document | None) -> None:
    if document is None:
        return
    if record.stage is Stage.CHECKED and has_gone(document, record):
        record_sent_elsewhere(run, record, document)
    elif record.stage is Stage.SENT and is_delivered(document):
        _delivered(run, record)
    elif record.stage is Stage.SENT and has_failed_again(document, record):
        _undelivered(run, record, document)
    elif document.last_modified:
        run.state.orders.note_modified(record.order_id, document.last_modified)


def _delivered(run: Run, record: OrderRecord) -> None:
    run.record(record, transitions.DELIVERED, detail=run.state.orders.last_sent_by(record.order_id))


def _undelivered(run: Run, record: OrderRecord, document: Document) -> None:
    failure = why_not_delivered(document, record.order_id, names_of_record(run, record, document))
    run.record(record, transitions.UNDELIVERED, (failure,))


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
            _undelivered(run, record, document)
        elif is_delivered(document) or was_handed_over(document, record):
            _delivered(run, record)
        else:
            slow = _why_slow(run, record, document)
            if run.state.orders.note(record.order_id, (slow,)):
                run.say(record, Outcome.PENDING, (slow,))


def _why_slow(run: Run, record: OrderRecord, document: Document) -> Reason:
    if leaves_no_trace(document):
        return reason("sent_without_trace", order_id=record.order_id)
    day = record.sent_at.astimezone(run.rules.zone).date() if record.sent_at else "?"
    return reason("delivery_slow", day=day)


# --- once a day: what a person may have put right in Billit -------------------------------------------


def recheck(run: Run) -> Compared:
    """Check held documents again, whose total may be corrected, and failed ones, which may be sent by hand.

    Return what was compared.
    """
    held = [record for record in run.state.orders.at(Stage.HELD) if record.dismissed is None]
    compared = {record.order_id: recheck_held(run, record) for record in held}
    for record in run.state.orders.at(Stage.FAILED):
        if record.dismissed is None:
            still_failed(run, record)
    return compared


def recheck_held(run: Run, record: OrderRecord) -> datetime | None:
    """Check a held document again, and return when it was found right, as `verify` does."""
    document = verify_one(run, record)
    if document:
        run.say(record, Outcome.CHECKED)
    return when_right(run, document)


def still_failed(run: Run, record: OrderRecord) -> Document | None:
    """Return the document of a failed sending that stands as it did; one sent by somebody else is tracked."""
    document = document_of(run, record)
    if document and is_on_its_way(document) and not has_failed(document):
        record_sent_elsewhere(run, record, document)
        return None
    return document
