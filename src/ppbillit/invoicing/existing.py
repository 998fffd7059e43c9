"""Step 3, existing: what Billit already has of the plan, by our keys and by the numbers.

One paged list over the days of the plan shows our own documents.  Numbers are asked for apart, some forty at a
time, since a document made by hand or by another connector may bear any day.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.invoicing.document_keys import is_our_key, read_with_keys, shows_keys
from ppbillit.invoicing.lookup import deleted_document
from ppbillit.invoicing.plan import park
from ppbillit.invoicing.resolve import several_documents, take_as_created
from ppbillit.money import cents, euros_text
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Stage, transitions

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.invoicing.credit_notes import Planned
    from ppbillit.mapping.mapper import Mapped
    from ppbillit.run import Run
    from ppbillit.state import OrderRecord

# Somebody may have changed the day of a document of ours.
_MARGIN = timedelta(days=7)
_AFTER_AN_ATTEMPT = frozenset({"key_taken_twice", "not_sent_to_billit"})


def find_existing(run: Run, plan: list[Planned]) -> list[Planned]:
    """Return what is still to be created, after adopting or parking what Billit already has."""
    if not plan:
        return []
    ours = _ours(run, plan)
    with_number = _with_number(run, plan)
    remaining: dict[tuple[str, str | int], Planned] = {}
    for planned in plan:
        mapped = planned.mapped
        key = run.rules.document_key(mapped.order_id)
        name = (mapped.draft.order_type, mapped.number or mapped.order_id)
        if ours[key]:
            _take_ours(run, mapped, ours[key])
        elif _was_deleted(run, mapped, key):
            continue
        elif with_number[name]:
            _adopt_or_park(run, mapped, with_number[name][0])
        elif name in remaining:
            park(
                run,
                mapped,
                reason("number_twice", number=mapped.number, other=remaining[name].mapped.order_id),
            )
        else:
            remaining[name] = planned
    return list(remaining.values())


def _ours(run: Run, plan: list[Planned]) -> dict[str, list[Document]]:
    """Return Billit's documents by our keys; where lists show no keys, each is asked for by itself."""
    days = [planned.mapped.invoice_day for planned in plan]
    documents = run.billit.documents_between(min(days) - _MARGIN, max(days) + _MARGIN)
    by_key: dict[str, list[Document]] = defaultdict(list)
    if documents and not shows_keys(documents):
        for planned in plan:
            key = run.rules.document_key(planned.mapped.order_id)
            by_key[key] = run.billit.documents_by_key(key)
        return by_key
    for document in documents:
        by_key[document.external_provider_id or ""].append(document)
    return by_key


def _with_number(run: Run, plan: list[Planned]) -> dict[tuple[str, str | int], list[Document]]:
    """Return Billit's documents by type and number, for the numbers of the plan."""
    numbers = [planned.mapped.number for planned in plan if planned.mapped.number]
    found: dict[tuple[str, str | int], list[Document]] = defaultdict(list)
    for document in run.billit.documents_by_number(*numbers):
        found[document.order_type or "", document.order_number or ""].append(document)
    return found


def _take_ours(run: Run, mapped: Mapped, ours: list[Document]) -> None:
    """Record a document with our key: an attempt of this state file made it, or one that it does not know."""
    record = run.state.orders.get(mapped.order_id)
    if len(ours) > 1:
        _park_several(run, mapped, record, several_documents(ours))
    elif record and record.stage is Stage.CREATING:
        take_as_created(run, record, ours[0])
    elif record and record.channel != "none" and _was_attempted(record):
        run.record(record, transitions.SINGLED_OUT, billit_id=ours[0].order_id)
    else:
        adopt(run, mapped, ours[0])


def _park_several(run: Run, mapped: Mapped, record: OrderRecord | None, why: Reason) -> None:
    """Park it.  What its own attempt made keeps its channel, for when the others are deleted."""
    if record and record.stage is Stage.CREATING:
        run.record(record, transitions.REFUSED, (why,))
    elif record and _was_attempted(record):
        run.note(record, Outcome.PARKED, (why,))
    else:
        park(run, mapped, why)


def _was_attempted(record: OrderRecord) -> bool:
    """Return whether an order is parked after an attempt of its own that may have made a document.

    An attempt that could not be sent may have been the second one, after the first was believed lost.
    """
    return record.stage is Stage.PARKED and any(each.code in _AFTER_AN_ATTEMPT for each in record.reasons)


def _was_deleted(run: Run, mapped: Mapped, document_key: str) -> bool:
    """Return whether what an unanswered attempt made was deleted since: then it is not made again.

    Nor is an order that is parked after an attempt, and whose documents were all deleted.
    """
    record = run.state.orders.get(mapped.order_id)
    if record is None or not (record.stage is Stage.CREATING or _was_attempted(record)):
        return False
    deleted = deleted_document(run, document_key)
    if deleted:
        gone = reason("vanished", billit_id=deleted.order_id)
        run.record(run.facts(mapped), transitions.ADOPT_DELETED, (gone,), billit_id=deleted.order_id)
    return deleted is not None


def _adopt_or_park(run: Run, mapped: Mapped, document: Document) -> None:
    """Its number is taken by a document that is not this order's: adopt it if told to, else park the order."""
    if may_adopt(run, mapped, document):
        adopt(run, mapped, document)
    else:
        park(run, mapped, number_taken(run, mapped, document))


def may_adopt(run: Run, mapped: Mapped, document: Document) -> bool:
    """Return whether a document with an order's number may be adopted.

    Only one that says what the customer paid, and is no other order's: neither by the state nor by a key of
    ppbillit's on it.  Another connector may have put a key of its own there.
    """
    if not run.settings.adopt_by_number or run.state.orders.of_document(document.order_id):
        return False
    [whole] = read_with_keys(run.billit, [document])
    is_equal = whole.total_incl is not None and cents(whole.total_incl) == mapped.total
    return is_equal and not is_our_key(whole.external_provider_id)


def number_taken(run: Run, mapped: Mapped, document: Document) -> Reason:
    """Return by what the number of an order is taken; where that was to be adopted, why it was not."""
    total = "an unknown total" if document.total_incl is None else euros_text(document.total_incl)
    if run.settings.adopt_by_number:
        return reason("not_adopted", number=document.order_number, total=total, paid=euros_text(mapped.total))
    verb = f"export-existing --since {mapped.invoice_day}" if run.scope.backfill else "sync"
    return reason(
        "number_taken",
        what="a credit note" if document.order_type == "CreditNote" else "an invoice",
        number=document.order_number,
        total=total,
        verb=verb,
        order_id=mapped.order_id,
    )


def adopt(run: Run, mapped: Mapped, document: Document) -> None:
    """Record a document as this order's, with the note that ppbillit never sends it."""
    notes = () if run.scope.backfill or document.is_sent else (reason("adopted_unsent"),)
    run.record(run.facts(mapped), transitions.ADOPT, notes=notes, billit_id=document.order_id)
