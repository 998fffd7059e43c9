"""Orders for the tests of the mapping."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.mapping.mapper import Mapped, Mapping, Parked, map_order
from ppbillit.plugandpay.models import Order
from support.schema_defaults import RULES

if TYPE_CHECKING:
    from ppbillit.mapping.line_forms import LineForm
    from ppbillit.mapping.rules import Rules

__all__ = ["RULES"]


def line(
    net: str, gross: str, rate: str | None = "21.0", country: str | None = "BE", **other: Any
) -> dict[str, Any]:
    """Return an order line; `rate=None` leaves its tax out."""
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
    """Return a final, live, paid order of a Belgian consumer; its totals are the sums of its lines."""
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
    """Return the codes of the reasons an order was parked for."""
    assert isinstance(mapping, Parked), mapping
    return [reason.code for reason in mapping.reasons]


def sale(**other: Any) -> Order:
    return order(line("100.00", "121.00"), **other)


def credit_note(**other: Any) -> Order:
    return order(line("-100.00", "-121.00"), **({"payment": {"status": "credit_invoice"}} | other))


def draft_body(given: Order, **rules: Any) -> dict[str, Any]:
    return mapped(given, replace(RULES, **rules)).draft.body()


# 8.26 and 30.58 net by themselves, 38.83 for their sum: together they would shift a cent from net to VAT.
SHIFTING = (
    line("8.26", "9.99", label="A", **product(1, ledger="700001")),
    line("30.58", "37.00", label="B", **product(1, ledger="700001")),
)

# With this beside them, Billit's total is the same however it rounds.
CERTAIN = (*SHIFTING, line("1.00", "1.20", label="C", **product(2, ledger="700002")))


def written_lines(form: LineForm) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """Return text, net price and gross total of each line."""
    return [(one.description, one.unit_price_excl, one.total_incl) for one in form.lines]
