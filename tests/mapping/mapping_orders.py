"""Orders for the tests of the mapping, in few words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ppbillit.mapping.mapper import Mapped, Mapping, Parked, map_order
from ppbillit.mapping.rules import Rules
from ppbillit.plugandpay.models import Order

RULES = Rules(tenant_id="4711", zone=ZoneInfo("Europe/Brussels"))


def line(
    net: str, gross: str, rate: str | None = "21.0", country: str | None = "BE", **other: Any
) -> dict[str, Any]:
    """Give an order line; `rate=None` leaves its tax out."""
    tax = {"tax": {"amount": "0", "rate": {"id": 1, "country": country, "percentage": rate}}} if rate else {}
    return {
        "id": 1,
        "label": "Cursus",
        "quantity": 1,
        "amount": net,
        "amount_with_tax": gross,
        **tax,
        **other,
    }


def discount(net: str, gross: str, code: str | None = "CODE") -> dict[str, Any]:
    return {"amount": net, "amount_with_tax": gross, "code": code, "type": "promotion"}


def shipping(net: str, gross: str, *rates: str) -> dict[str, Any]:
    taxes = [{"amount": "0", "rate": {"id": 1, "country": "BE", "percentage": rate}} for rate in rates]
    return {"amount": net, "amount_with_tax": gross, "taxes": taxes}


def product(product_id: int = 311, **other: Any) -> dict[str, Any]:
    return {"product_id": product_id, "product": {"id": product_id, **other}}


def order_json(*lines: dict[str, Any], **other: Any) -> dict[str, Any]:
    """Give a final, live, paid order of a Belgian consumer; its totals are the sums of its lines."""
    address = {"country": "BE"} | other.pop("address", {})
    contact = {"email": "an@example.be", "firstname": "An"} | other.pop("contact", {})
    charged = (*lines, other["shipping"]) if other.get("shipping") else lines
    return {
        "id": 810001,
        "invoice_number": "20260417",
        "invoice_status": "final",
        "invoice_date": "2026-10-05",
        "amount": str(sum((Decimal(one["amount"]) for one in charged), Decimal("0.00"))),
        "amount_with_tax": str(sum((Decimal(one["amount_with_tax"]) for one in charged), Decimal("0.00"))),
        "mode": "live",
        "billing": {"address": address, "contact": contact},
        "items": lines,
        "payment": {"status": "paid", "method": "ideal", "paid_at": "2026-10-05T18:43:00.000000Z"},
    } | other


def order(*lines: dict[str, Any], **other: Any) -> Order:
    return Order.model_validate(order_json(*lines, **other))


def mapped(given: Order, rules: Rules = RULES) -> Mapped:
    mapping = map_order(given, rules)
    assert isinstance(mapping, Mapped), mapping
    return mapping


def parked(given: Order, rules: Rules = RULES) -> Parked:
    mapping = map_order(given, rules)
    assert isinstance(mapping, Parked), mapping
    return mapping


def codes(mapping: Mapping) -> list[str]:
    """Give the codes of the reasons an order was parked for."""
    assert isinstance(mapping, Parked), mapping
    return [reason.code for reason in mapping.reasons]
