"""The order that is a credit invoice: the original, every amount negative (plugandpay sheet §8.4, §11 D)."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.emulator.plugandpay.times import stamp

if TYPE_CHECKING:
    from datetime import datetime

AMOUNTS = ("amount", "amount_with_tax", "_base")


def credit_order(original: dict[str, Any], number: str, now: datetime) -> dict[str, Any]:
    """Give the credit order of a whole order; there are no partial ones."""
    copied = copy.deepcopy({key: original[key] for key in ("billing", "collection_costs", "items")})
    copied.update(copy.deepcopy({key: original[key] for key in ("taxes", "total_discounts", "shipping")}))
    for item in copied["items"]:
        item.update(id=None, order_id=None, type=None)
    credit: dict[str, Any] = {
        "invoice_number": number,
        "invoice_status": "final",
        "amount": original["amount"],
        "amount_with_tax": original["amount_with_tax"],
        "is_tax_included": original["is_tax_included"],
        "mode": original["mode"],
        "source": None,
        "created_at": stamp(now),
        "related_orders": [{"id": original["id"], "invoice_number": original["invoice_number"]}],
        "payment": {"status": "credit_invoice", "type": "unknown"},
        **copied,
    }
    negate(credit)
    return credit


def negate(value: Any) -> None:
    """Turn the sign of every amount below a value, in place; the products' own prices are not touched."""
    if isinstance(value, list):
        for each in value:
            negate(each)
        return
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        if key in AMOUNTS:
            value[key] = str(0 - Decimal(each))
        elif key not in {"product", "payment", "billing"}:
            negate(each)
