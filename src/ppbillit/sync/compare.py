"""Whether a document says what the customer paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.money import cents, plain
from ppbillit.reasons import Reason, reason
from ppbillit.sync.delivery import is_on_its_way

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.state import OrderFacts


def difference(document: Document, facts: OrderFacts) -> Reason | None:
    """Say by how much Billit's gross total is not the order's, or None where it is, to the cent.

    Or to the cent or two that `on_cent_difference` accepts.
    """
    made, total = document.total_incl, facts.total
    if made is not None and abs(cents(made) - total) <= facts.accepted_difference:
        return None
    figures = {
        "billit": "no total" if made is None else plain(made),
        "shop": plain(total),
        "difference": "unknown" if made is None else f"{cents(made - total):+f}",
    }
    if is_on_its_way(document):
        return reason("sent_with_other_total", order_id=facts.order_id, **figures)
    return reason("totals_differ", **figures)
