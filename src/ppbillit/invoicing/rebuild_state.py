"""Rebuild a lost state file from what Billit holds: by key, then by number.  Nothing is created or sent there.

What was deleted in Billit stays deleted.  A rebuilt order is never sent by ppbillit, since it is not known any
more what was to be sent.
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
from ppbillit.state import OrderFacts, transitions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.billit.models import Document
    from ppbillit.run import Run

_DAY = timedelta(days=1)


def rebuild_state(run: Run) -> None:
    """Record every document of this shop, in an empty state."""
    listed = read_with_keys(run.billit, list(run.billit.all_documents()))
    by_order = _by_order(run, listed)
    orders = _shop_orders(run, listed)
    for order_id, documents in sorted(by_order.items()):
        if run.stopping():
            return
        facts = _facts(run, order_id, documents[0], orders.get(order_id))
        if len(documents) > 1:
            run.record(facts, transitions.PARK, (several_documents(documents),), digest=None)
        else:
            _adopt(run, facts, documents[0])
    _rebuild_deleted(run, set(by_order))
    _rebuild_by_number(run, listed, orders)


def _by_order(run: Run, documents: Iterable[Document]) -> dict[int, list[Document]]:
    """Group the documents that carry a key of this shop by the order in the key."""
    found: dict[int, list[Document]] = defaultdict(list)
    for document in documents:
        key = parts_of_key(document.external_provider_id)
        if key and key[0] == run.rules.tenant_id:
            found[key[1]].append(document)
    return found


def _shop_orders(run: Run, documents: list[Document]) -> dict[int, Order]:
    """Return the shop's orders over the days of Billit's documents."""
    days = [document.order_date.date() for document in documents if document.order_date]
    since = min([*days, run.settings.go_live])
    orders = run.shop.orders(since - _DAY)
    note_orders(run, orders)
    return {order.id: order for order in orders if isinstance(order, Order)}


def _facts(run: Run, order_id: int, document: Document, order: Order | None) -> OrderFacts:
    """Return the facts of an order from the shop, or where the shop has it no more, from its document."""
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
        run.record(facts, transitions.ADOPT_HELD, (differs,), billit_id=document.order_id)
    else:
        notes = () if facts.backfill or document.is_sent else (reason("adopted_unsent"),)
        run.record(facts, transitions.ADOPT_CHECKED, notes=notes, billit_id=document.order_id)
    note_document(run, run.order(facts.order_id), document)


def _rebuild_deleted(run: Run, with_document: set[int]) -> None:
    """Record the documents that somebody deleted, so that they are not created again."""
    for order_id, documents in sorted(_by_order(run, run.billit.deleted_documents()).items()):
        if order_id in with_document:
            continue
        newest = max(documents, key=lambda document: document.order_id)
        facts = _facts(run, order_id, newest, None)
        gone = reason("vanished", billit_id=newest.order_id)
        run.record(facts, transitions.ADOPT_DELETED, (gone,), billit_id=newest.order_id)


def _rebuild_by_number(run: Run, documents: list[Document], orders: dict[int, Order]) -> None:
    """Adopt the documents without our key that have an order's number and total, as `--adopt` did before."""
    unclaimed = {
        (document.order_type, document.order_number): document
        for document in documents
        if document.order_number and not is_our_key(document.external_provider_id)
    }
    for order_id, order in sorted(orders.items()):
        if run.state.orders.get(order_id) is not None:
            continue
        mapped = map_order(order, run.rules)
        order_type = "CreditNote" if mapped.kind == "credit_note" else "Invoice"
        # Popped: of two orders with the same number only one can have the document.
        document = unclaimed.pop((order_type, mapped.number), None) if mapped.number else None
        if document and document.total_incl is not None and cents(document.total_incl) == mapped.total:
            _adopt(run, _facts(run, order_id, document, order), document)
