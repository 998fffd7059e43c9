"""What Billit shows of an order's document, and why it is missing where it is not shown.

A document counts as deleted only where Billit itself lists it as deleted.  One 404, or a 401 that may mean
anything (billit.md §8.2), is no proof: an invoice must not be written off because Billit stumbled once.  And one
document that cannot be read must not keep all others from being made.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ppbillit.errors import KeysRefused, Unavailable
from ppbillit.invoicing.document_facts import channel_of
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import IN_BILLIT, transitions

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.run import Run
    from ppbillit.state import OrderRecord

logger = logging.getLogger("ppbillit.sync")

# Said beside an order's other reasons, and taken back once its document can be read again.
MISSING = frozenset({"not_shown", "not_readable"})


def document_of(run: Run, record: OrderRecord) -> Document | None:
    """Return an order's document as Billit shows it now; None where it does not, and record why.

    Raise Unavailable where it cannot be read and could the last time: that may be an outage, in which nothing more
    is to be begun.  The next time it is only left out; and after one such run, in the day that follows, so are
    others, up to a few.
    """
    try:
        document = run.billit.document(record.document_id)
    except Unavailable:
        is_news = _say_missing(run, record, reason("not_readable", billit_id=record.billit_id))
        if is_news and run.note_unreadable("unreadable_at"):
            raise
        return None
    if document is not None:
        run.state.orders.note(record.order_id, _other_reasons(run, record))
    elif _is_deleted(run, record):
        record_deleted(run, record)
    else:
        _say_missing(run, record, reason("not_shown", billit_id=record.billit_id))
    return document


def missing_reasons(record: OrderRecord) -> tuple[Reason, ...]:
    """Return what is said of an order's document not being shown."""
    return tuple(each for each in record.reasons if each.code in MISSING)


def record_deleted(run: Run, record: OrderRecord) -> None:
    """Record that Billit lists the document as deleted."""
    run.record(record, transitions.DELETED, (reason("vanished", billit_id=record.billit_id),))


def record_sent_elsewhere(run: Run, record: OrderRecord, document: Document) -> None:
    """Record that the document was sent by a person or by Billit itself; from now on it is tracked."""
    run.record(record, transitions.SENT_ELSEWHERE, detail=channel_of(document))


def find_deleted(run: Run) -> None:
    """Record which documents were deleted in Billit; one list shows them all, and no other list shows any.

    Nothing depends on it: where the list cannot be had, the invoices were made and sent all the same.
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


def deleted_document(run: Run, document_key: str) -> Document | None:
    """Return the deleted document with this key, if there is one."""
    return next((each for each in run.deleted_documents if each.external_provider_id == document_key), None)


def _is_deleted(run: Run, record: OrderRecord) -> bool:
    try:
        return record.billit_id in {deleted.order_id for deleted in run.deleted_documents}
    except (Unavailable, KeysRefused):
        return False  # not proven


def _say_missing(run: Run, record: OrderRecord, why: Reason) -> bool:
    """Add why it is missing to the order's reasons, and return whether that is news; not of a skipped order."""
    if record.dismissed is not None:
        return False
    return run.note(record, Outcome.UNKNOWN, (*_other_reasons(run, record), why), said=(why,))


def _other_reasons(run: Run, record: OrderRecord) -> tuple[Reason, ...]:
    return tuple(each for each in run.order(record.order_id).reasons if each.code not in MISSING)
