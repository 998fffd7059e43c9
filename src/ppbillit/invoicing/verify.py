"""Step 5, verify: read documents back and compare them with what the customer paid, before anything else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from ppbillit.invoicing.document_facts import is_on_its_way, total_difference
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.payment_facts import note_document
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage, transitions

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.run import Run


# When this run found each document that it read back to be right, by order id; None: it was not, or not shown.
Compared = Mapping[int, datetime | None]


def verify(run: Run, compared: Compared = MappingProxyType({})) -> Compared:
    """Compare every document that is created and was not compared, by this run or by one that was cut off.

    Return what was compared with what `compared` says already, which is not read again.  A document that is on its
    way already counts as not compared: somebody may have sent it before, so it is read again before sending.
    """
    found: dict[int, datetime | None] = {}
    for record in run.state.orders.at(Stage.CREATED):
        is_wanted = record.dismissed is None and run.concerns(record.order_id)
        if is_wanted and record.order_id not in compared:
            found[record.order_id] = when_right(run, verify_one(run, record))
    return {**compared, **found}


def verify_one(run: Run, record: OrderRecord) -> Document | None:
    """Read one document back, and return it if it is right to the cent; else it is held, or not shown."""
    document = document_of(run, record)
    if document is None:
        return None
    differs = total_difference(document, record)
    if differs:
        note_document(run, record, document)
        if record.stage is Stage.HELD:
            run.note(record, Outcome.HELD, (differs,))
        else:
            run.record(record, transitions.HELD, (differs,))
        return None
    with run.state.together():
        note_document(run, record, document)
        if record.stage is not Stage.CHECKED:
            run.record(record, transitions.CHECKED, number=document.order_number or record.number)
    return document


def when_right(run: Run, document: Document | None) -> datetime | None:
    """Return the time of now for a document that was found right; None for one that is on its way already."""
    return None if document is None or is_on_its_way(document) else run.now()
