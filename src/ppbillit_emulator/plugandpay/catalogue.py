"""The routes for products, tax rates, tenant, countries and the merchant's own invoices (§1, §3, §9)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay import formats
from ppbillit_emulator.plugandpay.render import requested_product_relations
from ppbillit_emulator.plugandpay.responses import (
    RefusedError,
    json_response,
    message_response,
    not_found,
    paginate,
    single_response,
)

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.shop import Shop
    from ppbillit_emulator.wire import Request, Response

COUNTRIES = {"BE": "Belgium", "CH": "Switzerland", "DE": "Germany", "FR": "France", "GB": "United Kingdom"}
COUNTRIES |= {"LU": "Luxembourg", "NL": "Netherlands"}


def products(shop: Shop, request: Request) -> Response:
    """Handle GET /v2/products with product_ids, is_deleted, type and q; deleted ones only if asked for."""
    wanted = requested_product_relations(request, shop.switches)
    ids = {each.strip() for each in (request.parameter("product_ids") or "").split(",")} - {""}
    deleted = request.parameter("is_deleted") in {"1", "true"}
    kind, text = request.parameter("type"), (request.parameter("q") or "").lower()
    rows = [
        each
        for _, each in sorted(shop.products.items())
        if (each.get("deleted_at") is not None) == deleted
        and (not ids or str(each["id"]) in ids)
        and (not kind or each.get("type") == kind)
        and text in str(each.get("title", "")).lower()
    ]
    return json_response(
        200, paginate(request, rows, shop.switches, lambda each: _product(shop, each, wanted))
    )


def product(shop: Shop, request: Request, key: str) -> Response:
    """Handle GET /v2/products/{id}, also of a deleted product (§9)."""
    known = shop.products.get(int(key))
    if known is None:
        raise not_found("Product", key)
    return single_response(shop, _product(shop, known, requested_product_relations(request, shop.switches)))


def _product(shop: Shop, stored: dict[str, Any], wanted: frozenset[str]) -> dict[str, Any]:
    shown = {"product": copy.deepcopy(stored)}
    pricing = shown["product"].get("_pricing")
    if "pricing" in wanted:
        shown["product"]["pricing"] = pricing
        # The rates of a tax profile are a relation of their own.
        profile = ((pricing or {}).get("tax") or {}).get("profile")
        if profile and "tax_rates" not in wanted:
            del profile["rates"]
    shown["product"]["ledger"] = formats.format_ledger(
        stored.get("ledger"), number=shop.switches.ledger != "text"
    )
    formats.finish(shown, shop.switches)
    return shown["product"]


def tax_rates(shop: Shop, request: Request) -> Response:
    """Handle GET /v2/tax-rates, with or without a country."""
    country = request.parameter("country")
    rates = [each for _, each in sorted(shop.tax_rates.items()) if not country or each["country"] == country]
    return json_response(200, {"data": rates})


def tenant(shop: Shop, _request: Request) -> Response:
    """Handle GET /v2/auth/tenants/me, which a key may not be allowed to call (§3)."""
    if shop.switches.tenants_me == "forbidden":
        raise RefusedError(message_response(403, "This action is unauthorized."))
    if shop.switches.tenants_me == "missing":
        raise RefusedError(message_response(404, "The route v2/auth/tenants/me could not be found."))
    return single_response(shop, dict(shop.tenant))


def countries(_shop: Shop, _request: Request) -> Response:
    """Handle GET /v2/countries, the one route without a key."""
    return json_response(
        200, {"data": [{"code": code, "name": name} for code, name in sorted(COUNTRIES.items())]}
    )


def own_invoices(shop: Shop, request: Request) -> Response:
    """Handle GET /v2/invoices: Plug&Pay's invoices to the merchant, not those of the shop (§13.18)."""
    bill = {
        "id": 77,
        "invoice_number": "PP-2026-0077",
        "amount": "59.00",
        "amount_with_tax": "71.39",
        "paid_at": None,
    }
    return json_response(200, paginate(request, [bill], shop.switches, dict))
