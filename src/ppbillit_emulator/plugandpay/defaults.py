"""Completing an order: defaults for all members that were not given (plugandpay.md §7)."""

from __future__ import annotations

import copy
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay.money import CENT, rate_object
from ppbillit_emulator.plugandpay.times import local_day, stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

FIRST_ORDER = 810_001
PAYMENT_LINK = "https://shop.example.org/orders/payment-link/"
_NAMESPACE = uuid.UUID("7b3d9c54-52f1-4a51-8d0a-3f6d3d5c8e10")

ADDRESS = dict.fromkeys(("city", "country", "street", "housenumber", "zipcode"))
CONTACT: dict[str, Any] = {
    "company": None,
    "email": "koper@example.org",
    "firstname": "Kim",
    "invoice_email": None,
    "lastname": "Koper",
    "tax_exempt": "none",
    "telephone": None,
    "website": None,
    "vat_id_number": None,
}
PAYMENT: dict[str, Any] = {
    "customer_id": None,
    "mandate_id": None,
    "method": None,
    "order_id": None,
    "paid_at": None,
    "provider": None,
    "status": "open",
    "transaction_id": None,
    "type": "mail",
    "url": None,
    "is_cancelable": False,
    "transaction_status": None,
}
ITEM: dict[str, Any] = {
    "id": None,
    "order_id": None,
    "product_id": None,
    "label": "",
    "quantity": 1,
    "type": None,
    "interval": None,
    "amount": "0.00",
    "amount_with_tax": "0.00",
    "discounts": [],
    "custom_fields": [],
}


ORDER: dict[str, Any] = {
    "invoice_number": None,
    "invoice_status": "final",
    "is_tax_included": True,
    "mode": "live",
    "source": "checkout",
    "is_first": False,
    "is_hidden": False,
    "deleted_at": None,
    "customer_id": None,
    "product_group": None,
    "total_discounts": [],
    "shipping": None,
    "related_orders": [],
    "comments": [],
    "tags": [],
    "collection_costs": [],
    "commissions": [],
    "checkout": None,
    "is_collectible": True,
    "note": None,
    "utm": None,
}


def reference_of(order_id: int) -> str:
    """Return an order's UUID, always the same for an id."""
    return str(uuid.uuid5(_NAMESPACE, str(order_id)))


def refuse_floats(value: Any, path: str = "order") -> None:
    """Raise TypeError for a float anywhere in an order: an amount must never be one."""
    if isinstance(value, float):
        raise TypeError(f"{path} is a float")
    if isinstance(value, dict):
        for key, each in value.items():
            refuse_floats(each, f"{path}.{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            refuse_floats(each, f"{path}.{index}")


def complete_order(
    given: dict[str, Any], order_id: int, now: datetime, next_item: Callable[[], int]
) -> dict[str, Any]:
    """Return an order with all members and relations of the documented samples (§11)."""
    refuse_floats(given)
    order = copy.deepcopy(given)
    created = order.get("created_at") or stamp(now)
    items = [_item(each, order_id, next_item) for each in order.get("items", [])]
    final = order.get("invoice_status", "final") == "final"
    full = {
        **copy.deepcopy(ORDER),
        "invoice_date": local_day(created).isoformat() if final else None,
        "amount": _sum(items, order.get("shipping"), "amount"),
        "amount_with_tax": _sum(items, order.get("shipping"), "amount_with_tax"),
        "updated_at": created,
        "taxes": _taxes(items),
        **order,
        "id": order_id,
        "reference": order.get("reference") or reference_of(order_id),
        "created_at": created,
        "items": items,
        "billing": _billing(order.get("billing") or {}),
    }
    full["payment"] = _payment(order.get("payment") or {}, full)
    return full


def _item(given: dict[str, Any], order_id: int, next_item: Callable[[], int]) -> dict[str, Any]:
    item = {**copy.deepcopy(ITEM), **given, "order_id": order_id}
    if item["id"] is None:
        item["id"] = next_item()
    if "tax" not in item:
        vat = Decimal(item["amount_with_tax"]) - Decimal(item["amount"])
        rate = rate_object("NL", "21" if vat else "0")
        item["tax"] = {"amount": str(vat), "_base": item["amount"], "rate": rate}
    return item


def _billing(given: dict[str, Any]) -> dict[str, Any]:
    return {
        **given,
        "address": {**ADDRESS, **(given.get("address") or {})},
        "contact": {**CONTACT, **(given.get("contact") or {})},
        "external_reference": given.get("external_reference"),
    }


def _payment(given: dict[str, Any], order: dict[str, Any]) -> dict[str, Any]:
    payment = {**PAYMENT, **given, "order_id": order["id"]}
    if "url" not in given and payment["status"] != "credit_invoice":
        payment["url"] = PAYMENT_LINK + order["reference"]
    return payment


def _sum(items: list[dict[str, Any]], shipping: dict[str, Any] | None, key: str) -> str:
    """Return the sum of line totals and shipping, as in the samples of §11."""
    parts = [*items, *([shipping] if shipping else [])]
    return str(sum((Decimal(each[key]) for each in parts), Decimal(0)).quantize(CENT))


def _taxes(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the taxes of the items, added up per rate."""
    rates: dict[int, dict[str, Any]] = {}
    for item in items:
        tax = item["tax"]
        known = rates.setdefault(tax["rate"]["id"], {"amount": "0.00", "_base": "0.00", "rate": tax["rate"]})
        known["amount"] = str(Decimal(known["amount"]) + Decimal(tax["amount"]))
        known["_base"] = str(Decimal(known["_base"]) + Decimal(item["amount"]))
    return list(rates.values())
