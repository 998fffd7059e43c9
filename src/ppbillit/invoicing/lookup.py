"""What Billit shows of an order's document; gone for good is one only where Billit itself lists it as deleted.

One 404, or a 401 that may mean anything (billit.md §8.2), is no proof; an invoice must not be written off
because Billit stumbled once.  And one document that cannot be read must not keep all others from being made.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ppbillit.errors import KeysRefused, Unavailable
from ppbillit.invoicing.document_facts import channel_of
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.run import is_outage
from ppbillit.state import IN_BILLIT

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.run import Run
    from ppbillit.state import OrderRecord

logger = logging.getLogger("ppbillit.sync")

# What is said beside an order's other reasons, and taken back once its document can be read again.
MISSING = frozenset({"not_shown", "not_readable"})


def document_of(run: Run, record: OrderRecord) -> Document | None:
    """Give an order's document as Billit shows it now, or None, and put on record why there is none.

    Raises Unavailable where it cannot be read and could the last time: that may be an outage, in which nothing
    more is to be begun.  The next time it is only left out; and after one such run, in the day that follows it,
    so are others, up to a few.
    """
    try:
        document = run.reader.document(record.document_id)
    except Unavailable:
        is_news = _say(run, record, reason("not_readable", billit_id=record.billit_id))
        if is_news and is_outage(run, "unreadable_at"):
            raise
        return None
    if document is not None:
        _take_back(run, record)
    elif _is_deleted(run, record):
        record_deleted(run, record)
    else:
        _say(run, record, reason("not_shown", billit_id=record.billit_id))
    return document


def missing_reasons(record: OrderRecord) -> tuple[Reason, ...]:
    """Give what is said of an order's document not being shown."""
    return tuple(each for each in record.reasons if each.code in MISSING)


def record_deleted(run: Run, record: OrderRecord) -> None:
    """Put on record that Billit lists the document as deleted."""
    gone = reason("vanished", billit_id=record.billit_id)
    run.state.orders.record_deleted(record.order_id, (gone,))
    run.found(record, Outcome.DELETED, (gone,))


def record_sent_elsewhere(run: Run, record: OrderRecord, document: Document) -> None:
    """Put on record that the document shows to be sent by another hand; from now on it is followed."""
    key = run.rules.document_key(record.order_id)
    run.state.orders.record_sent_elsewhere(record.order_id, key, channel_of(document))
    run.found(record, Outcome.SENT)


def find_deleted(run: Run) -> None:
    """One list tells of all documents; none else does, since lists leave deleted ones out.

    Nothing depends on it: where it cannot be had, the invoices were made and sent all the same.
    """
    records = run.state.orders.at(*IN_BILLIT)
    try:
        deleted = {document.order_id for document in run.deleted_documents} if records else set()
    except (Unavailable, KeysRefused) as error:
        logger.warning("Billit's list of deleted documents cannot be had today: %s", error.message)
        return
    for record in records:
        if record.billit_id in deleted:
            record_deleted(run, record)


def _is_deleted(run: Run, record: OrderRecord) -> bool:
    try:
        return record.billit_id in {deleted.order_id for deleted in run.deleted_documents}
    except (Unavailable, KeysRefused):
        return False  # not proven


def deleted_document(run: Run, key: str) -> Document | None:
    """Give the deleted document with this key, if there is one."""
    return next((each for each in run.deleted_documents if each.external_provider_id == key), None)


def _say(run: Run, record: OrderRecord, why: Reason) -> bool:
    """Say it beside what is said already, which stays true; tell whether it is news.

    Nothing is said of what a person has settled.
    """
    if record.dismissed is not None:
        return False
    is_news = run.state.orders.note(record.order_id, (*_others(run, record), why))
    if is_news or record.order_id in run.asked_for:
        run.found(record, Outcome.UNKNOWN, (why,))
    return is_news


def _take_back(run: Run, record: OrderRecord) -> None:
    run.state.orders.note(record.order_id, _others(run, record))


def _others(run: Run, record: OrderRecord) -> tuple[Reason, ...]:
    return tuple(each for each in run.record(record.order_id).reasons if each.code not in MISSING)
