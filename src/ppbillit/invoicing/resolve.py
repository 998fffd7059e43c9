"""Step 0, resolve: look up what was created without an answer; `exactly_once.resolve` says when it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.exactly_once.resolve import note_miss
from ppbillit.money import euros_text
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import OrderFacts, OrderRecord, Stage, transitions

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.run import Run


def resolve_attempts(run: Run) -> None:
    """Look up every document whose create was not answered, of the orders that this run concerns."""
    for record in run.state.orders.at(Stage.CREATING):
        if record.backfill == run.scope.backfill and run.concerns(record.order_id):
            resolve(run, record, reason("outcome_unknown", why="the last run was cut off"))


def resolve(run: Run, record: OrderRecord, unknown: Reason) -> None:
    """Look one up by its key: there, it is ours; not there, it stays unknown until it is believed lost."""
    key = run.rules.document_key(record.order_id)
    found = run.billit.documents_by_key(key)
    if len(found) == 1:
        take_as_created(run, record, found[0])
    elif found:
        run.record(record, transitions.REFUSED, (several_documents(found),))
    else:
        note_miss(run, "document", key)
        run.note(record, Outcome.UNKNOWN, record.reasons or (unknown,), said=(unknown,))


def take_as_created(run: Run, order: OrderFacts, document: Document) -> None:
    """Record that an attempt of ours made this document, as if it had been answered."""
    run.record(order, transitions.CREATED, billit_id=document.order_id)


def several_documents(documents: list[Document]) -> Reason:
    """Return that one order has several documents, which only a person can put right."""
    return reason(
        "key_taken_twice",
        count=len(documents),
        documents=", ".join(
            f"{document.order_number or document.order_id} ({euros_text(document.total_incl)})"
            if document.total_incl is not None
            else str(document.order_number or document.order_id)
            for document in documents
        ),
        order_id=(documents[0].external_provider_id or "").rpartition("-")[2],
    )
