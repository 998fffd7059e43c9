"""Orders for the laws: every way a shop may price, discount, ship and credit, by hypothesis.

An order is made the way a shop makes one: from lines and their true amounts, which a drawn reading of
plugandpay.md §7.6 then tells per line or per unit, before or after discount, with shipping beside or inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ppbillit.mapping.amounts import READINGS, Reading
from ppbillit.money import ZERO, cents
from ppbillit.plugandpay.models import Order
from support.order_json import order_json

RATES = st.one_of(
    st.sampled_from([Decimal(rate) for rate in ("21", "12", "6", "0")]),
    st.decimals(0, 27, places=1, allow_nan=False, allow_infinity=False),
)
MONEY = st.one_of(
    st.sampled_from(
        [Decimal(price) for price in ("97.00", "49.00", "29.99", "297.00", "9.99", "0.01", "0.00")]
    ),
    st.decimals(Decimal("0.01"), 2000, places=2, allow_nan=False, allow_infinity=False),
)
LABELS = st.one_of(
    st.sampled_from([None, "Cursus", "Boek 🎨", "lang " * 200, "🎨" * 300]), st.text(max_size=20)
)


@dataclass(frozen=True)
class Sold:
    """A line as it truly was: what one costs before discount, how many, what came off the whole line."""

    net: Decimal
    gross: Decimal
    quantity: int
    off_net: Decimal
    off_gross: Decimal
    rate: Decimal
    label: str | None
    product_id: int


@st.composite
def sold(draw: st.DrawFn, *, gross_led: bool) -> Sold:
    """Draw a line of a shop that prices gross (nets are rounded) or net (grosses are)."""
    rate, quantity = draw(RATES), draw(st.integers(1, 12))

    def pair(price: Decimal) -> tuple[Decimal, Decimal]:
        return (
            (cents(price / (1 + rate / 100)), price)
            if gross_led
            else (price, cents(price * (1 + rate / 100)))
        )

    net, gross = pair(draw(MONEY))
    share = draw(st.sampled_from([0, 0, 0, 10, 25, 100]))
    off_net, off_gross = pair(cents((gross if gross_led else net) * quantity * share / 100))
    label, product_id = draw(LABELS), draw(st.integers(1, 3))
    return Sold(net, gross, quantity, off_net, off_gross, rate, label, product_id)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Draw a sale of a Belgian shop, told under a drawn reading."""
    reading, gross_led = draw(st.sampled_from(READINGS)), draw(st.booleans())
    lines = draw(st.lists(sold(gross_led=gross_led), min_size=1, max_size=8))
    raw = order_json(*(_told(one, reading) for one in lines), **draw(_buyers()))
    if reading.discounts == "on the order" and any(one.off_gross for one in lines):
        raw["total_discounts"] = [_discount(lines, "WELKOM")]
    elif draw(st.booleans()):  # the sum of what the lines name already
        raw["total_discounts"] = [_discount(lines, "CODE")]
    net = sum((one.net * one.quantity - one.off_net for one in lines), ZERO)
    gross = sum((one.gross * one.quantity - one.off_gross for one in lines), ZERO)
    if draw(st.booleans()):
        price = draw(MONEY)
        raw["shipping"] = {
            "amount": str(cents(price / Decimal("1.21"))),
            "amount_with_tax": str(price),
            "taxes": [_tax(Decimal(21))],
        }
        if reading.shipping == "extra":
            net, gross = net + cents(price / Decimal("1.21")), gross + price
    if draw(st.booleans()):
        raw["collection_costs"] = [{"amount": "12.50", "amount_with_tax": "12.50"}]
        if reading.collection == "inside":
            net, gross = net + Decimal("12.50"), gross + Decimal("12.50")
    astray = draw(st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1, 300]))
    raw |= {"amount": str(net), "amount_with_tax": str(gross + Decimal(astray) / 100)}
    raw["payment"] = {"status": draw(st.sampled_from(["paid", "open", "processing"]))}
    return Order.model_validate(raw)


def _discount(lines: list[Sold], code: str) -> dict[str, Any]:
    net, gross = sum((one.off_net for one in lines), ZERO), sum((one.off_gross for one in lines), ZERO)
    return {"amount": str(net), "amount_with_tax": str(gross), "code": code, "type": None}


def _told(one: Sold, reading: Reading) -> dict[str, Any]:
    times = Decimal(one.quantity if reading.amounts_per == "line" else 1)
    per = Decimal(1 if reading.amounts_per == "line" else one.quantity)
    net, gross = one.net * times, one.gross * times
    if reading.discounts == "taken off":
        # Per unit, a discount of the whole line may have more decimals than money has, as in a shop.
        net, gross = net - one.off_net / per, gross - one.off_gross / per
    discounts = [{"amount": str(one.off_net), "amount_with_tax": str(one.off_gross), "code": "CODE"}]
    return {
        "id": 1,
        "label": one.label,
        "quantity": one.quantity,
        "amount": f"{net:.6f}",
        "amount_with_tax": f"{gross:.6f}",
        "discounts": discounts if one.off_gross and reading.discounts != "on the order" else [],
        "tax": _tax(one.rate),
        "product_id": one.product_id,
        "product": {
            "id": one.product_id,
            "ledger": f"70000{one.product_id}",
            "sku": None,
            "is_physical": None,
        },
    }


def _tax(rate: Decimal) -> dict[str, Any]:
    return {"amount": "0.00", "rate": {"id": 1, "country": "BE", "percentage": f"{rate:.1f}"}}


@st.composite
def _buyers(draw: st.DrawFn) -> dict[str, Any]:
    country = draw(st.sampled_from(["BE", "BE", "NL", "CH", None]))
    contact = draw(
        st.sampled_from(
            [
                {},
                {"company": "Zaak", "vat_id_number": "BE0123456749"},
                {"company": "Klant", "vat_id_number": "NL000099998B57", "tax_exempt": "reverse"},
            ]
        )
    )
    return {"address": {"country": country}, "contact": contact}


def credited(order: Order) -> Order:
    """Return the credit invoice of an order, as the shop makes one: every amount negative."""
    items = tuple(
        item.model_copy(update={"amount": -item.amount, "amount_with_tax": -item.amount_with_tax})
        for item in order.items
    )
    shipping = order.shipping and order.shipping.model_copy(
        update={"amount": -order.shipping.amount, "amount_with_tax": -order.shipping.amount_with_tax}
    )
    costs = tuple(
        cost.model_copy(
            update={"amount": -(cost.amount or ZERO), "amount_with_tax": -(cost.amount_with_tax or ZERO)}
        )
        for cost in order.collection_costs
    )
    return order.model_copy(
        update={
            "id": order.id + 1,
            "invoice_number": "credit",
            "amount": -order.amount,
            "amount_with_tax": -order.amount_with_tax,
            "items": items,
            "shipping": shipping,
            "collection_costs": costs,
            "payment": order.payment.model_copy(update={"status": "credit_invoice"}),
        }
    )
