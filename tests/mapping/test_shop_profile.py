"""What `probe` found out about a shop, and orders that contradict it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.mapping.shop_profile import ShopProfile, agreed_profile, count_answers
from support.order_json import RULES, discount, line, mapped, order, shipping

if TYPE_CHECKING:
    from ppbillit.plugandpay.models import Order

ONE = line("40.50", "49.00")


def undated() -> Order:
    return order(ONE, invoice_date=None, created_at="2026-10-05T10:00:00Z")


def per_unit() -> Order:
    return order(line("40.50", "49.00", quantity=3), amount="121.50", amount_with_tax="147.00")


def per_line() -> Order:
    return order(line("121.50", "147.00", quantity=3))


def to_take_off() -> Order:
    lines = line("100.00", "121.00", discounts=[discount("10.00", "12.10")])
    return order(lines, amount="90.00", amount_with_tax="108.90")


def taken_off() -> Order:
    return order(line("90.00", "108.90", discounts=[discount("10.00", "12.10")]))


def taxed(amount: str) -> Order:
    tax = {"amount": amount, "rate": {"id": 1, "country": "BE", "percentage": "21.0"}}
    return order({**ONE, "tax": tax})


def with_shipping(*, inside: bool) -> Order:
    sent = shipping("5.00", "6.05", "21.0")
    totals = {"amount": "40.50", "amount_with_tax": "49.00"} if inside else {}
    return order(ONE, shipping=sent, **totals)


@pytest.mark.parametrize(
    "name, said, first, second",
    [
        ("amounts_per", "unit", per_unit(), per_line()),
        ("discounts", "to take off", to_take_off(), taken_off()),
        ("shipping", "inside", with_shipping(inside=True), with_shipping(inside=False)),
        ("tax_amount", "the VAT", taxed("8.50"), taxed("40.50")),
        ("tax_amount", "the base", taxed("40.50"), taxed("8.50")),
        ("invoice_date", "a date", order(ONE), order(ONE, invoice_date="2026-10-05T00:00:00Z")),
        (
            "invoice_date",
            "not given",
            undated(),
            order(ONE),
        ),
    ],
)
def test_an_order_settles_a_question_and_its_opposite_contradicts_it(
    name: str, said: str, first: Order, second: Order
) -> None:
    """Otherwise: the day the shop changes what it means by an amount goes by unseen."""
    settled = ShopProfile({name: agreed_profile(count_answers([first])).answers[name]})
    assert settled.answers == {name: said}
    rules = replace(RULES, shop_profile=settled)
    assert notes(first, rules) == []
    assert notes(second, rules) == ["unlike_probe"]
    assert notes(second, RULES) == []
    assert agreed_profile(count_answers([first, second])).answers.get(name) is None


def notes(given: Order, rules: Any) -> list[str]:
    return [note.code for note in mapped(given, rules).notes if note.code == "unlike_probe"]


def test_an_order_that_can_be_read_both_ways_says_nothing_and_contradicts_nothing() -> None:
    assert not count_answers([order(ONE)])["amounts_per"]
    everything = ShopProfile({"amounts_per": "unit", "discounts": "to take off", "shipping": "inside"})
    assert notes(order(ONE), replace(RULES, shop_profile=everything)) == []


def test_an_order_nobody_can_read_says_nothing_about_amounts() -> None:
    counted = count_answers([order(ONE, amount="1.00", amount_with_tax="1.21")])
    assert [name for name, words in counted.items() if words] == ["invoice_date"]


def test_the_note_names_both_and_what_to_do() -> None:
    rules = replace(RULES, shop_profile=ShopProfile({"amounts_per": "line"}))
    [note] = mapped(per_unit(), rules).notes
    assert "in this order amounts are per unit" in note.message
    assert "amounts are per line" in note.message
    assert "ppbillit probe" in note.fix


def test_what_is_settled_goes_through_the_state_file_and_back() -> None:
    settled = agreed_profile(
        {"amounts_per": Counter({"line": 3}), "shipping": Counter({"extra": 1, "inside": 1})}
    )
    assert settled.answers == {"amounts_per": "line"}
    assert ShopProfile.from_text(settled.as_text()) == settled
    assert ShopProfile.from_text('{"colour": "red"}').answers == {}
