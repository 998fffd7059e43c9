"""Look before create: what Billit already has of the plan, by our keys and by the numbers (DESIGN §4).

One paged list over the days of the plan shows our own documents.  Numbers are asked for by themselves, some forty
at a time, since a document made by hand or by another connector may bear any day.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.money import cents, plain
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Stage
from ppbillit.sync.keys import is_our_key, read_with_keys, shows_keys
from ppbillit.sync.plan import set_aside
from ppbillit.sync.settle import several, take_as_created
from ppbillit.sync.shown import deleted_document
from ppbillit.sync.verify import verify

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.mapping.document import Mapped
    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Job
    from ppbillit.sync.plan import Planned

# Somebody may have changed the day of a document of ours.
_MARGIN = timedelta(days=7)


def look_before_create(job: Job, plan: list[Planned]) -> list[Planned]:
    """Give what is still to be made, after adopting or parking what Billit already has."""
    if not plan:
        return []
    ours = _ours(job, plan)
    namesakes = _namesakes(job, plan)
    remaining: dict[tuple[str, str | int], Planned] = {}
    for planned in plan:
        mapped = planned.mapped
        key = job.rules.document_key(mapped.order_id)
        name = (mapped.draft.order_type, mapped.number or mapped.order_id)
        if ours[key]:
            _take_ours(job, mapped, ours[key])
        elif _was_deleted(job, mapped, key):
            continue
        elif namesakes[name]:
            _meet_namesake(job, mapped, namesakes[name][0])
        elif name in remaining:
            twin = reason("number_twice", number=mapped.number, other=remaining[name].mapped.order_id)
            set_aside(job, job.facts(mapped), Stage.PARKED, (twin,))
        else:
            remaining[name] = planned
    return list(remaining.values())


def _ours(job: Job, plan: list[Planned]) -> dict[str, list[Document]]:
    """Give Billit's documents by our keys; where lists show no keys, each is asked for by itself."""
    days = [planned.mapped.invoice_day for planned in plan]
    documents = job.reader.documents_between(min(days) - _MARGIN, max(days) + _MARGIN)
    by_key: dict[str, list[Document]] = defaultdict(list)
    if documents and not shows_keys(documents):
        for planned in plan:
            key = job.rules.document_key(planned.mapped.order_id)
            by_key[key] = job.reader.documents_by_key(key)
        return by_key
    for document in documents:
        by_key[document.external_provider_id or ""].append(document)
    return by_key


def _namesakes(job: Job, plan: list[Planned]) -> dict[tuple[str, str | int], list[Document]]:
    """Give Billit's documents by type and number, for the numbers of the plan."""
    numbers = [planned.mapped.number for planned in plan if planned.mapped.number]
    found: dict[tuple[str, str | int], list[Document]] = defaultdict(list)
    for document in job.reader.documents_by_number(*numbers):
        found[document.order_type or "", document.order_number or ""].append(document)
    return found


def _take_ours(job: Job, mapped: Mapped, ours: list[Document]) -> None:
    """Our key is on it: an attempt of this state made it, or one this state does not know of."""
    record = job.state.orders.get(mapped.order_id)
    if len(ours) > 1:
        _park_several(job, mapped, record, several(ours))
    elif record and record.stage is Stage.CREATING:
        take_as_created(job, record, ours[0])
    elif (
        record and record.channel != "none" and _has_several(record)
    ):  # its own attempt made the one that is left
        job.state.orders.record_singled_out(mapped.order_id, ours[0].order_id)
        job.found(record, Outcome.CREATED, billit_id=ours[0].order_id)
        verify(job, job.record(mapped.order_id))
    else:
        adopt(job, mapped, ours[0])


def _park_several(job: Job, mapped: Mapped, record: OrderRecord | None, why: Reason) -> None:
    """Park it; what its own attempt made keeps its channel, for when the others are deleted."""
    if record and record.stage is Stage.CREATING:
        key = job.rules.document_key(mapped.order_id)
        job.state.orders.record_refused(mapped.order_id, key, (why,))
        job.found(record, Outcome.PARKED, (why,))
    elif record and _has_several(record):
        if job.state.orders.note(mapped.order_id, (why,)) or mapped.order_id in job.asked_for:
            job.found(record, Outcome.PARKED, (why,))
    else:
        set_aside(job, job.facts(mapped), Stage.PARKED, (why,))


def _has_several(record: OrderRecord) -> bool:
    return record.stage is Stage.PARKED and any(each.code == "key_taken_twice" for each in record.reasons)


def _was_deleted(job: Job, mapped: Mapped, key: str) -> bool:
    """What an unanswered attempt made may have been deleted since, and then is not made again (DESIGN §4).

    Nor is an order that had several documents, all of which were deleted.
    """
    record = job.state.orders.get(mapped.order_id)
    if record is None or not (record.stage is Stage.CREATING or _has_several(record)):
        return False
    deleted = deleted_document(job, key)
    if deleted:
        gone = reason("vanished", billit_id=deleted.order_id)
        job.state.orders.adopt(job.facts(mapped), deleted.order_id, Stage.DELETED, (gone,))
        job.found(job.facts(mapped), Outcome.DELETED, (gone,), deleted.order_id)
    return deleted is not None


def _meet_namesake(job: Job, mapped: Mapped, namesake: Document) -> None:
    """The number is taken by a document that is not this order's: take it over if told to, else park."""
    if may_adopt(job, mapped, namesake):
        adopt(job, mapped, namesake)
    else:
        set_aside(job, job.facts(mapped), Stage.PARKED, (number_taken(job, mapped, namesake),))


def may_adopt(job: Job, mapped: Mapped, namesake: Document) -> bool:
    """Tell whether a document with an order's number may be taken over.

    Only one that says what the customer paid, and is no other order's: neither by the state nor by a key of
    ppbillit's on it.  Another connector may have put a key of its own there.
    """
    if not job.settings.adopt_by_number or job.state.orders.of_document(namesake.order_id):
        return False
    [whole] = read_with_keys(job.reader, [namesake])
    is_equal = whole.total_incl is not None and cents(whole.total_incl) == mapped.total
    return is_equal and not is_our_key(whole.external_provider_id)


def number_taken(job: Job, mapped: Mapped, namesake: Document) -> Reason:
    """Say by what the number of an order is taken, and where it was to be taken over, why it was not."""
    total = "an unknown total" if namesake.total_incl is None else plain(namesake.total_incl)
    if job.settings.adopt_by_number:
        return reason("not_adopted", number=namesake.order_number, total=total, paid=plain(mapped.total))
    verb = f"export-existing --since {mapped.invoice_day}" if job.backfill else "sync"
    return reason(
        "number_taken",
        what="a credit note" if namesake.order_type == "CreditNote" else "an invoice",
        number=namesake.order_number,
        total=total,
        verb=verb,
        order_id=mapped.order_id,
    )


def adopt(job: Job, mapped: Mapped, document: Document) -> None:
    """Take a document over as this order's, and compare its total; it is never sent by us, which is said."""
    job.state.orders.adopt(job.facts(mapped), document.order_id, Stage.CREATED)
    notes = () if job.backfill or document.is_sent else (reason("adopted_unsent"),)
    job.found(job.facts(mapped), Outcome.ADOPTED, notes, document.order_id)
    verify(job, job.record(mapped.order_id))
