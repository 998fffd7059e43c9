"""Make a lost state file anew from what Billit holds: by key, then by number.  Creates and sends nothing there.

What was deleted in Billit on purpose stays deleted.  Nothing rebuilt is ever sent by itself, since nobody knows
any more what was to be sent.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.invoicing.document_facts import total_difference
from ppbillit.invoicing.document_keys import is_our_key, read_with_keys
from ppbillit.invoicing.payment_facts import note_document, note_orders
from ppbillit.invoicing.resolve import several_documents
from ppbillit.mapping.mapper import map_order
from ppbillit.mapping.rules import parts_of_key
from ppbillit.money import ZERO, cents
from ppbillit.plugandpay.models import Order
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import OrderFacts, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.billit.models import Document
    from ppbillit.run import Run

_DAY = timedelta(days=1)


def rebuild_state(run: Run) -> None:
    """Put every document of this shop on record, in an empty state."""
    living = read_with_keys(run.reader, list(run.reader.all_documents()))
    by_order = _ours(run, living)
    orders = _shop_orders(run, living)
    for order_id, documents in sorted(by_order.items()):
        if run.stopping():
            return
        facts = _facts(run, order_id, documents[0], orders.get(order_id))
        if len(documents) > 1:
            run.state.orders.set_aside(facts, Stage.PARKED, (several_documents(documents),))
            run.found(facts, Outcome.PARKED, (several_documents(documents),))
        else:
            _adopt(run, facts, documents[0])
    _rebuild_deleted(run, set(by_order))
    _rebuild_by_number(run, living, orders)


def _ours(run: Run, documents: Iterable[Document]) -> dict[int, list[Document]]:
    """Group the documents that carry a key of this shop by the order in the key."""
    found: dict[int, list[Document]] = defaultdict(list)
    for document in documents:
        key = parts_of_key(document.external_provider_id)
        if key and key[0] == run.rules.tenant_id:
            found[key[1]].append(document)
    return found


def _shop_orders(run: Run, documents: list[Document]) -> dict[int, Order]:
    """Give the shop's orders over the days of Billit's documents."""
    days = [document.order_date.date() for document in documents if document.order_date]
    since = min([*days, run.settings.go_live])
    orders = run.shop.orders(since - _DAY)
    note_orders(run, orders)
    return {order.id: order for order in orders if isinstance(order, Order)}


def _facts(run: Run, order_id: int, document: Document, order: Order | None) -> OrderFacts:
    """Say what the order is: as the shop has it, or where the shop has it no more, as Billit has it."""
    if order is not None:
        facts = run.facts(map_order(order, run.rules))
    else:
        facts = OrderFacts(
            order_id,
            "credit_note" if document.order_type == "CreditNote" else "invoice",
            document.order_number,
            document.order_date.date() if document.order_date else None,
            cents(document.total_incl or ZERO),
            backfill=False,
        )
    is_old = facts.invoice_day is not None and facts.invoice_day < run.settings.go_live
    return replace(facts, number=document.order_number, backfill=is_old)


def _adopt(run: Run, facts: OrderFacts, document: Document) -> None:
    if differs := total_difference(document, facts):
        run.state.orders.adopt(facts, document.order_id, Stage.HELD, (differs,))
        run.found(facts, Outcome.HELD, (differs,), document.order_id)
    else:
        run.state.orders.adopt(facts, document.order_id, Stage.CHECKED)
        notes = () if facts.backfill or document.is_sent else (reason("adopted_unsent"),)
        run.found(facts, Outcome.ADOPTED, notes, document.order_id)
    note_document(run, run.record(facts.order_id), document)


def _rebuild_deleted(run: Run, living: set[int]) -> None:
    """A document somebody deleted is remembered, so that it is not made again."""
    for order_id, documents in sorted(_ours(run, run.reader.deleted_documents()).items()):
        if order_id in living:
            continue
        newest = max(documents, key=lambda document: document.order_id)
        facts = _facts(run, order_id, newest, None)
        gone = reason("vanished", billit_id=newest.order_id)
        run.state.orders.adopt(facts, newest.order_id, Stage.DELETED, (gone,))
        run.found(facts, Outcome.DELETED, (gone,), newest.order_id)


def _rebuild_by_number(run: Run, documents: list[Document], orders: dict[int, Order]) -> None:
    """Documents without our key that bear an order's number and total were taken over with --adopt once."""
    free = {
        (document.order_type, document.order_number): document
        for document in documents
        if document.order_number and not is_our_key(document.external_provider_id)
    }
    for order_id, order in sorted(orders.items()):
        if run.state.orders.get(order_id) is not None:
            continue
        mapped = map_order(order, run.rules)
        order_type = "CreditNote" if mapped.kind == "credit_note" else "Invoice"
        # Taken out: of two orders with the same number only one can have had it.
        document = free.pop((order_type, mapped.number), None) if mapped.number else None
        if document and document.total_incl is not None and cents(document.total_incl) == mapped.total:
            _adopt(run, _facts(run, order_id, document, order), document)
