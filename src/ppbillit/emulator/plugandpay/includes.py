"""The `include` parameter (plugandpay sheet §6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.emulator.plugandpay.answers import invalid

if TYPE_CHECKING:
    from ppbillit.emulator.plugandpay.switches import ShopSwitches
    from ppbillit.emulator.wire import Request

SDK = frozenset({"billing", "comments", "discounts", "items", "payment", "tags", "taxes"})
SEEN = frozenset(
    {"products", "subscriptions", "shipping", "custom_fields", "related_orders", "collection_costs"}
    | {"checkout", "commissions", "is_collectible", "note", "utm"}
)
RECOMMENDED = "billing,items,payment,taxes,discounts,products,shipping,related_orders,custom_fields"
OF_PRODUCTS_SDK = frozenset({"pricing", "tax_rates"})
OF_PRODUCTS = OF_PRODUCTS_SDK | {"custom_fields", "statistics"}
"""§9: the relations of a product."""


def wanted(request: Request, switches: ShopSwitches) -> frozenset[str]:
    """Give the relations of orders a request asks for, or raise 422 where an unknown one is refused."""
    return _wanted(request, switches, SDK if switches.known_includes == "sdk" else SDK | SEEN)


def wanted_of_product(request: Request, switches: ShopSwitches) -> frozenset[str]:
    """Give the relations of products a request asks for, or raise 422 where an unknown one is refused."""
    return _wanted(request, switches, OF_PRODUCTS_SDK if switches.known_includes == "sdk" else OF_PRODUCTS)


def _wanted(request: Request, switches: ShopSwitches, known: frozenset[str]) -> frozenset[str]:
    asked = {each.strip() for each in (request.parameter("include") or "").split(",")} - {""}
    if asked - known and switches.unknown_include == "refuse":
        raise invalid(
            {"include": [f"The selected include is invalid: {name}." for name in sorted(asked - known)]}
        )
    return frozenset(asked & known)
