"""Showing a stored order: the requested relations, in the format that the switches say (§6.2, §7)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay import formats
from ppbillit_emulator.plugandpay.responses import validation_error
from ppbillit_emulator.plugandpay.shop import negate

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.switches import ShopSwitches
    from ppbillit_emulator.wire import Request


ALWAYS = (
    *("id", "reference", "invoice_number", "invoice_status", "invoice_date", "amount", "amount_with_tax"),
    *("is_tax_included", "mode", "source", "is_first", "is_hidden", "created_at", "updated_at", "deleted_at"),
    *("customer_id", "product_group"),
)
"""Members that need no include (§7.1)."""

RELATIONS = {
    "billing": "billing",
    "items": "items",
    "discounts": "total_discounts",
    "taxes": "taxes",
    "shipping": "shipping",
    "related_orders": "related_orders",
    "payment": "payment",
    "comments": "comments",
    "tags": "tags",
    "collection_costs": "collection_costs",
    "commissions": "commissions",
    "checkout": "checkout",
    "is_collectible": "is_collectible",
    "note": "note",
    "utm": "utm",
}
"""Include: member of the order (§6.2, §7.4)."""

NESTED = {
    "discounts": "discounts",
    "taxes": "tax",
    "products": "product",
    "subscriptions": "subscription",
    "custom_fields": "custom_fields",
}
"""Include: member of each item, if the items are included too (§7.3)."""

SDK_RELATIONS = frozenset({"billing", "comments", "discounts", "items", "payment", "tags", "taxes"})
OTHER_RELATIONS = frozenset(
    {"products", "subscriptions", "shipping", "custom_fields", "related_orders", "collection_costs"}
    | {"checkout", "commissions", "is_collectible", "note", "utm"}
)
RECOMMENDED = "billing,items,payment,taxes,discounts,products,shipping,related_orders,custom_fields"
"""The relations that an invoice needs."""
SDK_PRODUCT_RELATIONS = frozenset({"pricing", "tax_rates"})
OTHER_PRODUCT_RELATIONS = frozenset({"custom_fields", "statistics"})


def requested_relations(request: Request, switches: ShopSwitches) -> frozenset[str]:
    """Return the relations of orders that a request includes; raise 422 for an unknown one, by switch."""
    return _requested(request, switches, SDK_RELATIONS, OTHER_RELATIONS)


def requested_product_relations(request: Request, switches: ShopSwitches) -> frozenset[str]:
    """Return the relations of products that a request includes; raise 422 for an unknown one, by switch."""
    return _requested(request, switches, SDK_PRODUCT_RELATIONS, OTHER_PRODUCT_RELATIONS)


def _requested(
    request: Request, switches: ShopSwitches, sdk: frozenset[str], others: frozenset[str]
) -> frozenset[str]:
    known = sdk if switches.known_includes == "sdk" else sdk | others
    asked = {each.strip() for each in (request.parameter("include") or "").split(",")} - {""}
    if asked - known and switches.unknown_include == "refuse":
        raise validation_error(
            {"include": [f"The selected include is invalid: {name}." for name in sorted(asked - known)]}
        )
    return frozenset(asked & known)


def render_order(order: dict[str, Any], wanted: frozenset[str], switches: ShopSwitches) -> dict[str, Any]:
    """Return an order as the API shows it; a relation that is not in `wanted` is absent, not null."""
    full = copy.deepcopy(order)
    _apply_meaning(full, switches)
    shown = {key: full[key] for key in ALWAYS}
    for include, key in RELATIONS.items():
        if include in wanted:
            shown[key] = full[key]
    if "items" in wanted:
        hidden = {member for include, member in NESTED.items() if include not in wanted}
        shown["items"] = [_item(item, hidden) for item in full["items"]]
    _apply_values(shown, switches)
    formats.finish(shown, switches)
    return shown


def render_payment(order: dict[str, Any], switches: ShopSwitches) -> dict[str, Any]:
    """Return a payment as GET /v2/orders/{id}/payment and `include=payment` show it."""
    shown: dict[str, dict[str, Any]] = {"payment": copy.deepcopy(order["payment"])}
    _payment_values(shown["payment"], switches)
    formats.finish(shown, switches)
    return shown["payment"]


def _item(item: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
    if "subscription" not in hidden:
        item.setdefault("subscription", None)
    return {key: value for key, value in item.items() if key not in hidden}


def _apply_meaning(order: dict[str, Any], switches: ShopSwitches) -> None:
    """Apply the switches for the meaning of numbers: decimals, then taxes, then the sign of credits."""
    if switches.extra_decimals != "none":
        formats.add_decimals(order, totals=switches.extra_decimals == "all")
    formats.format_taxes(order, switches)
    is_credit = order["payment"]["status"] == "credit_invoice"
    if is_credit and switches.credit_form != "negative_amount":
        for item in order["items"]:
            item["quantity"] = -item["quantity"]
            if switches.credit_form == "negative_quantity":
                negate(item)
    if switches.related_orders == "credit" and not is_credit:
        order["related_orders"] = []


def _apply_values(shown: dict[str, Any], switches: ShopSwitches) -> None:
    """Apply the switches for nulls and undocumented values (§13.17, §13.22)."""
    if switches.null_source or switches.unknown_source:
        shown["source"] = switches.unknown_source
    if switches.related_orders == "absent":
        shown.pop("related_orders", None)
    formats.format_invoice_date(shown, switches)
    if "billing" in shown:
        _billing_values(shown["billing"], switches)
    for item in shown.get("items", []):
        _item_values(item, switches)
    if "payment" in shown:
        _payment_values(shown["payment"], switches)


def _billing_values(billing: dict[str, Any], switches: ShopSwitches) -> None:
    if switches.null_address:
        billing["address"] = dict.fromkeys(billing["address"])
    if switches.unknown_tax_exempt:
        billing["contact"]["tax_exempt"] = switches.unknown_tax_exempt
    if switches.sparse_contact:
        for name in ("tax_exempt", "invoice_email", "website"):
            billing["contact"].pop(name, None)


def _item_values(item: dict[str, Any], switches: ShopSwitches) -> None:
    if switches.null_item_type or switches.unknown_item_type:
        item["type"] = switches.unknown_item_type
    if switches.quantities == "text":
        item["quantity"] = f"{item['quantity']}.00"
    if "product" in item and switches.null_product:
        item["product"] = None
    if item.get("product"):
        ledger = item["product"].get("ledger")
        item["product"]["ledger"] = formats.format_ledger(ledger, number=switches.ledger == "number")


def _payment_values(payment: dict[str, Any], switches: ShopSwitches) -> None:
    payment["status"] = switches.unknown_payment_status or payment["status"]
    payment["method"] = switches.unknown_method or payment["method"]
    payment["provider"] = switches.unknown_provider or payment["provider"]
    if switches.empty_paid_at and payment["paid_at"] is None:
        payment["paid_at"] = ""
