"""Properties of every order that the builder returns (plugandpay.md §7.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ppbillit_emulator.plugandpay.builder import as_api, build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_NL
from ppbillit_emulator.plugandpay.defaults import refuse_floats
from ppbillit_emulator.plugandpay.lines import READINGS, Line, Reading, Shipping
from ppbillit_emulator.plugandpay.render import RECOMMENDED

CENTS = st.integers(min_value=0, max_value=99_999).map(lambda cents: Decimal(cents) / 100)
RATES = st.sampled_from(["0", "6", "9", "12", "21"])
READING = st.sampled_from(READINGS)
SHIPPING = st.none() | st.builds(Shipping, CENTS, RATES)


@st.composite
def sold(draw: st.DrawFn) -> Line:
    price, quantity = draw(CENTS), draw(st.integers(1, 7))
    share = draw(st.sampled_from([0, 0, 10, 33, 100]))
    discount = (price * quantity * share / 100).quantize(Decimal("0.01"))
    return Line("x", price, draw(RATES), "BE", quantity, discount, "CODE" if discount else None)


LINES = st.lists(sold(), min_size=1, max_size=4)


def reconciled(order: dict[str, Any], reading: Reading, key: str) -> Decimal:
    """Return the total of an order in a reading, from what the API shows."""
    total = Decimal(0)
    for item in order["items"]:
        total += Decimal(item[key]) * (item["quantity"] if reading.per_unit else 1)
        if reading.before_discount:
            total -= sum(Decimal(each[key]) for each in item["discounts"])
    if order["shipping"] and not reading.shipping_inside:
        total += Decimal(order["shipping"][key])
    if reading.collection_inside:
        total += sum(Decimal(each[key]) for each in order["collection_costs"])
    return total


@given(lines=LINES, reading=READING, shipping=SHIPPING, gross_led=st.booleans(), costs=CENTS)
@settings(max_examples=150)
def test_the_parts_add_up_to_the_order_in_the_chosen_reading(
    lines: list[Line], reading: Reading, shipping: Shipping | None, gross_led: bool, costs: Decimal
) -> None:
    order = build_order(
        lines, reading=reading, shipping=shipping, gross_led=gross_led, collection_costs=costs
    )
    shown = as_api(order, f"{RECOMMENDED},collection_costs")
    for key in ("amount", "amount_with_tax"):
        assert reconciled(shown, reading, key) == Decimal(shown[key])


@given(lines=LINES, shipping=SHIPPING)
@settings(max_examples=80)
def test_with_gross_prices_the_customer_pays_the_listed_price(
    lines: list[Line], shipping: Shipping | None
) -> None:
    order = build_order(lines, shipping=shipping)
    typed = sum((Decimal(each.price) * each.quantity - Decimal(each.discount) for each in lines), Decimal(0))
    assert Decimal(order["amount_with_tax"]) == typed + Decimal(shipping.price if shipping else 0)


@given(lines=LINES)
@settings(max_examples=80)
def test_with_net_prices_the_net_amount_is_exact(lines: list[Line]) -> None:
    order = build_order(lines, gross_led=False)
    typed = sum(Decimal(each.price) * each.quantity - Decimal(each.discount) for each in lines)
    assert Decimal(order["amount"]) == typed


@given(lines=LINES, shipping=SHIPPING, gross_led=st.booleans())
@settings(max_examples=80)
def test_taxes_per_rate_add_up_to_the_difference_of_the_totals(
    lines: list[Line], shipping: Shipping | None, gross_led: bool
) -> None:
    order = build_order(lines, shipping=shipping, gross_led=gross_led)
    vat = sum(Decimal(each["amount"]) for each in order["taxes"])
    assert vat == Decimal(order["amount_with_tax"]) - Decimal(order["amount"])
    assert len({each["rate"]["id"] for each in order["taxes"]}) == len(order["taxes"])


@given(lines=LINES, reading=READING, gross_led=st.booleans(), normal=st.booleans())
@settings(max_examples=80)
def test_under_reverse_charge_nobody_pays_vat(
    lines: list[Line], reading: Reading, gross_led: bool, normal: bool
) -> None:
    reverse_rate = "normal" if normal else "zero"
    order = build_order(lines, FIRM_NL, reading=reading, gross_led=gross_led, reverse_rate=reverse_rate)  # type: ignore[arg-type]
    assert order["amount"] == order["amount_with_tax"]
    assert all(each["amount"] == each["amount_with_tax"] for each in order["items"])
    rates = {each["tax"]["rate"]["percentage"] for each in order["items"]}
    assert normal or rates == {"0.0"}


@given(lines=LINES, reading=READING, shipping=SHIPPING)
@settings(max_examples=60)
def test_no_order_holds_a_float_and_amounts_have_two_decimals(
    lines: list[Line], reading: Reading, shipping: Shipping | None
) -> None:
    order = build_order(lines, CONSUMER_BE, reading=reading, shipping=shipping)
    refuse_floats(order)
    for each in [order, *order["items"], *order["taxes"]]:
        assert Decimal(each["amount"]).as_tuple().exponent == -2


@given(lines=LINES)
@settings(max_examples=60)
def test_loose_units_are_half_a_cent_off_per_piece_at_most(lines: list[Line]) -> None:
    reading = Reading(per_unit=True, loose_units=True)
    shown = as_api(build_order(lines, reading=reading))
    pieces = sum(each.quantity for each in lines)
    for key in ("amount", "amount_with_tax"):
        assert abs(reconciled(shown, reading, key) - Decimal(shown[key])) <= Decimal("0.005") * pieces


def test_a_line_differs_between_readings() -> None:
    line = [Line("x", "29.99", quantity=3, discount="9.00", code="C")]
    default = build_order(line)["items"][0]
    unit = build_order(line, reading=Reading(per_unit=True))["items"][0]
    before = build_order(line, reading=Reading(before_discount=True))["items"][0]
    assert [each["amount_with_tax"] for each in (default, unit, before)] == ["80.97", "26.99", "89.97"]
