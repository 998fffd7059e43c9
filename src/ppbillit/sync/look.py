"""Look before create: one paged list of Billit's documents over the days of the plan (DESIGN §4)."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.mapping.rules import document_key_prefix
from ppbillit.money import plain
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import Stage
from ppbillit.sync.keys import shows_keys
from ppbillit.sync.plan import set_aside
from ppbillit.sync.settle import several, take_as_created
from ppbillit.sync.verify import verify

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.mapping.document import Mapped
    from ppbillit.sync.job import Job
    from ppbillit.sync.plan import Planned

# A document made by hand or by another connector may bear another day than the order's invoice.
_MARGIN = timedelta(days=7)


def look_before_create(job: Job, plan: list[Planned]) -> list[Planned]:
    """Give what is still to be made, after adopting or parking what Billit already has."""
    if not plan:
        return []
    days = [planned.mapped.invoice_day for planned in plan]
    documents = job.reader.documents_between(min(days) - _MARGIN, max(days) + _MARGIN)
    by_key: dict[str, list[Document]] = defaultdict(list)
    by_number: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for document in documents:
        if document.external_provider_id:
            by_key[document.external_provider_id].append(document)
        if document.order_number and document.order_type:
            by_number[document.order_type, document.order_number].append(document)
    keys_are_shown = not documents or shows_keys(documents)
    remaining = []
    for planned in plan:
        mapped = planned.mapped
        key = job.rules.document_key(mapped.order_id)
        ours = by_key[key] if keys_are_shown else job.reader.documents_by_key(key)
        namesakes = by_number[mapped.draft.order_type, mapped.number] if mapped.number else []
        if ours:
            _take_ours(job, mapped, ours)
        elif namesakes:
            meet_namesake(job, mapped, namesakes[0])
        else:
            remaining.append(planned)
    return remaining


def _take_ours(job: Job, mapped: Mapped, ours: list[Document]) -> None:
    """Our key is on it: an attempt of this state made it, or one this state does not know of."""
    record = job.state.orders.get(mapped.order_id)
    if len(ours) > 1:
        set_aside(job, job.facts(mapped), Stage.PARKED, (several(ours),))
    elif record and record.stage is Stage.CREATING:
        take_as_created(job, record, ours[0])
    else:
        _adopt(job, mapped, ours[0])


def meet_namesake(job: Job, mapped: Mapped, namesake: Document) -> None:
    """The number is taken by a document that is not this order's: take it over if told to, else park.

    A document of another order is never taken over, whether the state or its key says whose it is.
    """
    key = namesake.external_provider_id or ""  # another connector may have put one of its own there
    is_ours = key.startswith(document_key_prefix(job.rules.tenant_id))
    is_free = not is_ours and job.state.orders.of_document(namesake.order_id) is None
    if job.settings.adopt_by_number and is_free:
        _adopt(job, mapped, namesake)
        return
    taken = reason(
        "number_taken",
        what="a credit note" if namesake.order_type == "CreditNote" else "an invoice",
        number=namesake.order_number,
        total="an unknown total" if namesake.total_incl is None else plain(namesake.total_incl),
        order_id=mapped.order_id,
    )
    set_aside(job, job.facts(mapped), Stage.PARKED, (taken,))


def _adopt(job: Job, mapped: Mapped, document: Document) -> None:
    job.state.orders.adopt(job.facts(mapped), document.order_id, Stage.CREATED)
    job.found(job.facts(mapped), Outcome.ADOPTED, billit_id=document.order_id)
    verify(job, job.record(mapped.order_id))
