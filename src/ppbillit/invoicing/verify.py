"""Read a document back and compare it with what the customer paid, before anything else is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.invoicing.document_facts import is_on_its_way, total_difference
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.payment_facts import note_document
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.reasons import Reason
    from ppbillit.run import Run


def verify_created(run: Run) -> None:
    """Compare the documents an earlier run made and did not get to read back."""
    for record in run.state.orders.at(Stage.CREATED):
        is_ours = record.backfill == run.backfill and record.dismissed is None
        if is_ours and run.concerns(record.order_id):
            verify(run, record)


def verify(run: Run, record: OrderRecord) -> Document | None:
    """Read one document back: to the cent it may go on, and is given; else it is held, or not shown.

    What is on its way already is not noted as verified, so that it is not sent without a further look: somebody
    may have sent it before we could compare it.
    """
    document = document_of(run, record)
    if document is None:
        return None
    note_document(run, record, document)
    if differs := total_difference(document, record):
        _hold(run, record, differs)
        return None
    if record.stage is not Stage.CHECKED:
        run.state.orders.record_checked(record.order_id, document.order_number or record.number)
    if not is_on_its_way(document):
        run.verified[record.order_id] = run.now()
    return document


def _hold(run: Run, record: OrderRecord, differs: Reason) -> None:
    """It is told when it is news, and to who asks for it by number."""
    if record.stage is not Stage.HELD:
        run.state.orders.record_held(record.order_id, (differs,))
    elif not run.state.orders.note(record.order_id, (differs,)) and record.order_id not in run.asked_for:
        return
    run.found(record, Outcome.HELD, (differs,))
