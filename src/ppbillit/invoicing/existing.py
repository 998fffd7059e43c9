"""Look before create: what Billit already has of the plan, by our keys and by the numbers (docs/exactly-once.md).

One paged list over the days of the plan shows our own documents.  Numbers are asked for by themselves, some forty
at a time, since a document made by hand or by another connector may bear any day.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.invoicing.document_keys import is_our_key, read_with_keys, shows_keys
from ppbillit.invoicing.lookup import deleted_document
from ppbillit.invoicing.plan import set_aside
from ppbillit.invoicing.resolve import several_documents, take_as_created
from ppbillit.invoicing.verify import verify
from ppbillit.money import cents, euros_text
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Stage

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.invoicing.credit_notes import Planned
    from ppbillit.mapping.mapper import Mapped
    from ppbillit.run import Run
    from ppbillit.state import OrderRecord

# Somebody may have changed the day of a document of ours.
_MARGIN = timedelta(days=7)


def find_existing(run: Run, plan: list[Planned]) -> list[Planned]:
    """Give what is still to be made, after adopting or parking what Billit already has."""
    if not plan:
        return []
    ours = _ours(run, plan)
    namesakes = _namesakes(run, plan)
    remaining: dict[tuple[str, str | int], Planned] = {}
    for planned in plan:
        mapped = planned.mapped
        key = run.rules.document_key(mapped.order_id)
        name = (mapped.draft.order_type, mapped.number or mapped.order_id)
        if ours[key]:
            _take_ours(run, mapped, ours[key])
        elif _was_deleted(run, mapped, key):
            continue
        elif namesakes[name]:
            _meet_namesake(run, mapped, namesakes[name][0])
        elif name in remaining:
            twin = reason("number_twice", number=mapped.number, other=remaining[name].mapped.order_id)
            set_aside(run, run.facts(mapped), Stage.PARKED, (twin,))
        else:
            remaining[name] = planned
    return list(remaining.values())


def _ours(run: Run, plan: list[Planned]) -> dict[str, list[Document]]:
    """Give Billit's documents by our keys; where lists show no keys, each is asked for by itself."""
    days = [planned.mapped.invoice_day for planned in plan]
    documents = run.reader.documents_between(min(days) - _MARGIN, max(days) + _MARGIN)
    by_key: dict[str, list[Document]] = defaultdict(list)
    if documents and not shows_keys(documents):
        for planned in plan:
            key = run.rules.document_key(planned.mapped.order_id)
            by_key[key] = run.reader.documents_by_key(key)
        return by_key
    for document in documents:
        by_key[document.external_provider_id or ""].append(document)
    return by_key


def _namesakes(run: Run, plan: list[Planned]) -> dict[tuple[str, str | int], list[Document]]:
    """Give Billit's documents by type and number, for the numbers of the plan."""
    numbers = [planned.mapped.number for planned in plan if planned.mapped.number]
    found: dict[tuple[str, str | int], list[Document]] = defaultdict(list)
    for document in run.reader.documents_by_number(*numbers):
        found[document.order_type or "", document.order_number or ""].append(document)
    return found


def _take_ours(run: Run, mapped: Mapped, ours: list[Document]) -> None:
    """Our key is on it: an attempt of this state made it, or one this state does not know of."""
    record = run.state.orders.get(mapped.order_id)
    if len(ours) > 1:
        _park_several(run, mapped, record, several_documents(ours))
    elif record and record.stage is Stage.CREATING:
        take_as_created(run, record, ours[0])
    elif (
        record and record.channel != "none" and _has_several(record)
    ):  # its own attempt made the one that is left
        run.state.orders.record_singled_out(mapped.order_id, ours[0].order_id)
        run.found(record, Outcome.CREATED, billit_id=ours[0].order_id)
        verify(run, run.record(mapped.order_id))
    else:
        adopt(run, mapped, ours[0])


def _park_several(run: Run, mapped: Mapped, record: OrderRecord | None, why: Reason) -> None:
    """Park it; what its own attempt made keeps its channel, for when the others are deleted."""
    if record and record.stage is Stage.CREATING:
        key = run.rules.document_key(mapped.order_id)
        run.state.orders.record_refused(mapped.order_id, key, (why,))
        run.found(record, Outcome.PARKED, (why,))
    elif record and _has_several(record):
        if run.state.orders.note(mapped.order_id, (why,)) or mapped.order_id in run.asked_for:
            run.found(record, Outcome.PARKED, (why,))
    else:
        set_aside(run, run.facts(mapped), Stage.PARKED, (why,))


def _has_several(record: OrderRecord) -> bool:
    return record.stage is Stage.PARKED and any(each.code == "key_taken_twice" for each in record.reasons)


def _was_deleted(run: Run, mapped: Mapped, key: str) -> bool:
    """What an unanswered attempt made may be deleted since, and then is not made again (docs/exactly-once.md).

    Nor is an order that had several documents, all of which were deleted.
    """
    record = run.state.orders.get(mapped.order_id)
    if record is None or not (record.stage is Stage.CREATING or _has_several(record)):
        return False
    deleted = deleted_document(run, key)
    if deleted:
        gone = reason("vanished", billit_id=deleted.order_id)
        run.state.orders.adopt(run.facts(mapped), deleted.order_id, Stage.DELETED, (gone,))
        run.found(run.facts(mapped), Outcome.DELETED, (gone,), deleted.order_id)
    return deleted is not None


def _meet_namesake(run: Run, mapped: Mapped, namesake: Document) -> None:
    """The number is taken by a document that is not this order's: take it over if told to, else park."""
    if may_adopt(run, mapped, namesake):
        adopt(run, mapped, namesake)
    else:
        set_aside(run, run.facts(mapped), Stage.PARKED, (number_taken(run, mapped, namesake),))


def may_adopt(run: Run, mapped: Mapped, namesake: Document) -> bool:
    """Tell whether a document with an order's number may be taken over.

    Only one that says what the customer paid, and is no other order's: neither by the state nor by a key of
    ppbillit's on it.  Another connector may have put a key of its own there.
    """
    if not run.settings.adopt_by_number or run.state.orders.of_document(namesake.order_id):
        return False
    [whole] = read_with_keys(run.reader, [namesake])
    is_equal = whole.total_incl is not None and cents(whole.total_incl) == mapped.total
    return is_equal and not is_our_key(whole.external_provider_id)


def number_taken(run: Run, mapped: Mapped, namesake: Document) -> Reason:
    """Say by what the number of an order is taken, and where it was to be taken over, why it was not."""
    total = "an unknown total" if namesake.total_incl is None else euros_text(namesake.total_incl)
    if run.settings.adopt_by_number:
        return reason("not_adopted", number=namesake.order_number, total=total, paid=euros_text(mapped.total))
    verb = f"export-existing --since {mapped.invoice_day}" if run.backfill else "sync"
    return reason(
        "number_taken",
        what="a credit note" if namesake.order_type == "CreditNote" else "an invoice",
        number=namesake.order_number,
        total=total,
        verb=verb,
        order_id=mapped.order_id,
    )


def adopt(run: Run, mapped: Mapped, document: Document) -> None:
    """Take a document over as this order's, and compare its total; it is never sent by us, which is said."""
    run.state.orders.adopt(run.facts(mapped), document.order_id, Stage.CREATED)
    notes = () if run.backfill or document.is_sent else (reason("adopted_unsent"),)
    run.found(run.facts(mapped), Outcome.ADOPTED, notes, document.order_id)
    verify(run, run.record(mapped.order_id))
