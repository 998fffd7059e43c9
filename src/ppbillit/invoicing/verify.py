"""Step 5, verify: read documents back and compare them with what the customer paid, before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.invoicing.document_facts import is_on_its_way, total_difference
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.payment_facts import note_document
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage, transitions

if TYPE_CHECKING:
    from datetime import datetime

    from ppbillit.billit.models import Document
    from ppbillit.run import Run


def verify(run: Run) -> dict[int, datetime]:
    """Compare every document that is created and was not compared, by this run or by one that was cut off.

    Return when each was found to be right to the cent, by order id, for `send`.  A document that is on its way
    already is left out: somebody may have sent it before it could be compared, so it is read again before sending.
    """
    compared: dict[int, datetime] = {}
    for record in run.state.orders.at(Stage.CREATED):
        if run.stopping():
            break
        is_ours = record.backfill == run.scope.backfill and record.dismissed is None
        if is_ours and run.concerns(record.order_id):
            document = verify_one(run, record)
            if document is not None and not is_on_its_way(document):
                compared[record.order_id] = run.now()
    return compared


def verify_one(run: Run, record: OrderRecord) -> Document | None:
    """Read one document back, and return it if it is right to the cent; else it is held, or not shown."""
    document = document_of(run, record)
    if document is None:
        return None
    note_document(run, record, document)
    if differs := total_difference(document, record):
        if record.stage is Stage.HELD:
            run.note(record, Outcome.HELD, (differs,))
        else:
            run.record(record, transitions.HELD, (differs,))
        return None
    if record.stage is not Stage.CHECKED:
        run.record(record, transitions.CHECKED, number=document.order_number or record.number)
    return document
