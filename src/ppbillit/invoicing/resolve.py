"""Attempts whose outcome is not known: look the document up, and believe that it is not there only slowly.

A search that finds nothing within the settle delay means nothing: Billit may list late.  Past it, it is a miss;
two misses, a settle delay apart, and the attempt is made again: under its own token first, so that Billit itself
stops it if the first one did arrive after all (docs/exactly-once.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.invoicing.verify import verify
from ppbillit.money import euros_text
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import OrderFacts, OrderRecord, Stage

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.run import Run


def resolve_attempts(run: Run) -> None:
    """Look up every document whose create was not answered, of the orders that this run concerns."""
    for record in run.state.orders.at(Stage.CREATING):
        if record.backfill == run.backfill and run.concerns(record.order_id):
            resolve(run, record, reason("outcome_unknown", why="the last run was cut off"))


def resolve(run: Run, record: OrderRecord, unknown: Reason) -> None:
    """Look one up by its key: there, it is ours; not there, it stays unknown until that can be believed."""
    key = run.rules.document_key(record.order_id)
    found = run.reader.documents_by_key(key)
    if len(found) == 1:
        take_as_created(run, record, found[0])
    elif found:
        run.state.orders.record_refused(record.order_id, key, (several_documents(found),))
        run.found(record, Outcome.PARKED, (several_documents(found),))
    else:
        attempt = run.state.attempts.open("document", key)
        if attempt and run.settled_by_now(attempt.unknown_since):
            run.state.attempts.note_miss("document", key)
        is_news = run.state.orders.record_unknown(record.order_id, (unknown,))
        if is_news or record.order_id in run.asked_for:
            run.found(record, Outcome.UNKNOWN, (unknown,))


def take_as_created(run: Run, facts: OrderFacts, document: Document) -> None:
    """An attempt of ours turns out to have made this document: go on as if it had been answered."""
    run.state.orders.record_created(facts.order_id, run.rules.document_key(facts.order_id), document.order_id)
    run.found(facts, Outcome.CREATED, billit_id=document.order_id)
    verify(run, run.record(facts.order_id))


def several_documents(documents: list[Document]) -> Reason:
    """Say that one order has several documents, which only a person can put right."""
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
