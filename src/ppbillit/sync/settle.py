"""Attempts whose outcome is not known: look the document up, and believe that it is not there only slowly.

A search that finds nothing within the settle delay means nothing: Billit may list late.  Past it, it is a miss;
two misses, a settle delay apart, and the attempt is made again: under its own token first, so that Billit itself
stops it if the first one did arrive after all (DESIGN §4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.money import plain
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import OrderFacts, OrderRecord, Stage
from ppbillit.sync.verify import verify

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.state import Attempt
    from ppbillit.sync.job import Job

_MISSES = 2


def settle_attempts(job: Job) -> None:
    """Look up every document whose create was not answered, of the orders that this run concerns."""
    for record in job.state.orders.at(Stage.CREATING):
        if record.backfill == job.backfill and job.concerns(record.order_id):
            settle(job, record, reason("outcome_unknown", why="the last run was cut off"))


def settle(job: Job, record: OrderRecord, unknown: Reason) -> None:
    """Look one up by its key: there, it is ours; not there, it stays unknown until that can be believed."""
    key = job.rules.document_key(record.order_id)
    found = job.reader.documents_by_key(key)
    if len(found) == 1:
        take_as_created(job, record, found[0])
    elif found:
        job.state.orders.record_refused(record.order_id, key, (several(found),))
        job.found(record, Outcome.PARKED, (several(found),))
    else:
        attempt = job.state.attempts.open("document", key)
        if attempt and job.settled_by_now(attempt.unknown_since):
            job.state.attempts.note_miss("document", key)
        is_news = job.state.orders.record_unknown(record.order_id, (unknown,))
        if is_news or record.order_id in job.asked_for:
            job.found(record, Outcome.UNKNOWN, (unknown,))


def is_lost(attempt: Attempt) -> bool:
    """Tell whether an attempt was missed often enough to be made again."""
    return attempt.misses >= _MISSES


def take_as_created(job: Job, facts: OrderFacts, document: Document) -> None:
    """An attempt of ours turns out to have made this document: go on as if it had been answered."""
    job.state.orders.record_created(facts.order_id, job.rules.document_key(facts.order_id), document.order_id)
    job.found(facts, Outcome.CREATED, billit_id=document.order_id)
    verify(job, job.record(facts.order_id))


def several(documents: list[Document]) -> Reason:
    """Say that one order has several documents, which only a person can put right."""
    return reason(
        "key_taken_twice",
        count=len(documents),
        documents=", ".join(
            f"{document.order_number or document.order_id} ({plain(document.total_incl)})"
            if document.total_incl is not None
            else str(document.order_number or document.order_id)
            for document in documents
        ),
        order_id=(documents[0].external_provider_id or "").rpartition("-")[2],
    )
