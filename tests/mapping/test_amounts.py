"""What was sold for how much: each reading of plugandpay.md §7.6, and when none or several fit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ppbillit.mapping.amounts import READINGS, Amounts, Part, Reading, read_amounts
from ppbillit.plugandpay.models import Order
from ppbillit.reasons import Reason
from support.order_json import codes, discount, line, mapped, order, order_json, parked, shipping


def read(given: Order) -> Amounts:
    found = read_amounts(given)
    assert isinstance(found, Amounts), found
    return found


def refused(given: Order) -> Reason:
    found = read_amounts(given)
    assert isinstance(found, Reason), found
    return found


def figures(parts: tuple[Part, ...]) -> list[tuple[str, str, str]]:
    return [(part.origin, str(part.net), str(part.gross)) for part in parts]


def test_the_likely_reading_is_tried_first_and_every_reading_once() -> None:
    assert READINGS[0] == Reading()
    assert len(set(READINGS)) == len(READINGS) == 24


def test_a_plain_order_is_read_in_the_likely_way() -> None:
    found = read(order(line("80.17", "97.00")))
    assert found.reading == Reading()
    assert figures(found.parts) == [("item", "80.17", "97.00")]


def test_the_vat_of_a_part_is_gross_less_net_whatever_the_tax_amount_says() -> None:
    assert read(order(line("80.17", "97.00"))).parts[0].vat == Decimal("16.83")


def test_amounts_per_unit_are_multiplied() -> None:
    found = read(order(line("33.00", "39.93", quantity=3), amount="99.00", amount_with_tax="119.79"))
    assert found.reading == Reading(amounts_per="unit")
    assert figures(found.parts) == [("item", "99.00", "119.79")]


def test_discounts_are_taken_off_where_the_amounts_are_before_them() -> None:
    given = line("100.00", "121.00", discounts=[discount("10.00", "12.10")])
    found = read(order(given, amount="90.00", amount_with_tax="108.90"))
    assert found.reading == Reading(discounts="to take off")
    assert figures(found.parts) == [("item", "90.00", "108.90")]


def test_a_discount_on_a_credit_takes_off_whatever_its_sign() -> None:
    for off in (discount("10.00", "12.10"), discount("-10.00", "-12.10")):
        given = line("-100.00", "-121.00", discounts=[off])
        found = read(order(given, amount="-90.00", amount_with_tax="-108.90"))
        assert figures(found.parts) == [("item", "-90.00", "-108.90")]


def test_a_discount_on_the_order_is_a_part_where_the_lines_alone_do_not_meet_the_total() -> None:
    given = order(
        line("100.00", "121.00"),
        total_discounts=[discount("10.00", "12.10", "HERFST10")],
        amount="90.00",
        amount_with_tax="108.90",
    )
    found = read(given)
    assert found.reading == Reading(discounts="on the order")
    assert figures(found.parts) == [("item", "100.00", "121.00"), ("discount", "-10.00", "-12.10")]
    assert (found.parts[1].label, found.parts[1].rate) == ("HERFST10", found.parts[0].rate)


def test_a_discount_on_the_order_that_the_lines_explain_is_not_taken_off_again() -> None:
    off = [discount("10.00", "12.10")]
    after = order(line("90.00", "108.90", discounts=off), total_discounts=off)
    before = order(
        line("100.00", "121.00", discounts=off),
        total_discounts=off,
        amount="90.00",
        amount_with_tax="108.90",
    )
    for given in (after, before):
        assert figures(read(given).parts) == [("item", "90.00", "108.90")]


def test_only_what_no_line_names_is_taken_off_the_order() -> None:
    sale, code = discount("5.00", "6.05", "SALE"), discount("10.00", "12.10", "HERFST10")
    given = order(
        line("100.00", "121.00", discounts=[sale]),
        total_discounts=[sale, code],
        amount="90.00",
        amount_with_tax="108.90",
    )
    assert figures(read(given).parts)[1:] == [("discount", "-10.00", "-12.10")]


def test_a_discount_on_a_credited_order_takes_off_too() -> None:
    for off in (discount("10.00", "12.10"), discount("-10.00", "-12.10")):
        given = order(
            line("-100.00", "-121.00"), total_discounts=[off], amount="-90.00", amount_with_tax="-108.90"
        )
        assert figures(read(given).parts)[1:] == [("discount", "10.00", "12.10")]


def test_two_discounts_on_the_order_are_two_parts() -> None:
    given = order(
        line("100.00", "121.00"),
        total_discounts=[discount("10.00", "12.10", "A"), discount("20.00", "24.20", "B")],
        amount="70.00",
        amount_with_tax="84.70",
    )
    assert [part.label for part in read(given).parts[1:]] == ["A", "B"]


def test_a_discount_over_lines_of_several_rates_has_no_rate_but_free_lines_do_not_count() -> None:
    off = [discount("10.00", "12.10")]
    totals = {"amount": "100.00", "amount_with_tax": "119.50"}
    several = order(line("100.00", "121.00"), line("10.00", "10.60", "6.0"), total_discounts=off, **totals)
    assert read(several).parts[-1].rate is None
    totals = {"amount": "90.00", "amount_with_tax": "108.90"}
    gift = order(line("100.00", "121.00"), line("0.00", "0.00", "6.0"), total_discounts=off, **totals)
    assert read(gift).parts[-1].rate == read(gift).parts[0].rate


def test_shipping_is_a_part_of_its_own_with_its_one_rate() -> None:
    found = read(order(line("80.17", "97.00"), shipping=shipping("5.00", "6.05", "21.0")))
    assert figures(found.parts) == [("item", "80.17", "97.00"), ("shipping", "5.00", "6.05")]
    assert found.parts[1].rate is not None


def test_shipping_of_two_rates_has_none() -> None:
    found = read(order(line("80.17", "97.00"), shipping=shipping("5.00", "5.68", "21.0", "6.0")))
    assert found.parts[1].rate is None


def test_shipping_may_be_inside_the_lines() -> None:
    given = order(
        line("30.00", "31.80"),
        shipping=shipping("6.00", "6.36", "6.0"),
        amount="30.00",
        amount_with_tax="31.80",
    )
    assert read(given).reading == Reading(shipping="inside")
    assert len(read(given).parts) == 1


def test_free_shipping_is_no_part() -> None:
    found = read(order(line("80.17", "97.00"), shipping=shipping("0.00", "0.00", "21.0")))
    assert len(found.parts) == 1


def test_collection_costs_may_be_inside_the_total() -> None:
    costs = [{"amount": "12.50", "amount_with_tax": "12.50"}, {"amount": None, "amount_with_tax": None}]
    found = read(
        order(line("100.00", "121.00"), collection_costs=costs, amount="112.50", amount_with_tax="133.50")
    )
    assert found.reading == Reading(collection="inside")
    assert figures(found.parts)[1:] == [("collection", "12.50", "12.50")]


def test_collection_costs_outside_the_total_are_left_out() -> None:
    costs = [{"amount": "12.50", "amount_with_tax": "12.50"}]
    assert len(read(order(line("100.00", "121.00"), collection_costs=costs)).parts) == 1


def test_more_decimals_than_money_has_are_rounded() -> None:
    assert figures(read(order(line("40.4959", "49.0000"))).parts) == [("item", "40.50", "49.00")]


def test_the_quantity_of_a_part_is_positive_and_never_zero() -> None:
    assert read(order(line("-10.00", "-12.10", quantity=-2))).parts[0].quantity == 2
    assert read(order(line("10.00", "12.10", quantity=0))).parts[0].quantity == 1


def test_an_order_without_lines_has_no_amounts() -> None:
    assert refused(order(amount="0.00", amount_with_tax="0.00")).code == "no_lines"


def test_null_lists_are_empty_ones() -> None:
    raw = order_json(line("10.00", "12.10", discounts=None), collection_costs=None, total_discounts=None)
    assert read(Order.model_validate(raw)).parts[0].discounts == ()


def test_amounts_that_meet_no_total_are_refused_with_the_figures_tried() -> None:
    found = refused(order(line("80.17", "97.00", quantity=2), amount="90.00", amount_with_tax="108.90"))
    assert found.code == "amounts_unexplained"
    assert "80.17 net, 97.00 gross; amounts per unit" in found.message
    assert "160.34 net, 194.00 gross" in found.message


def test_a_net_total_that_differs_is_refused_though_the_gross_total_fits() -> None:
    assert refused(order(line("80.17", "97.00"), amount="79.00")).code == "amounts_unexplained"


def test_two_readings_with_other_lines_are_refused() -> None:
    given = order(
        line("10.00", "12.10", quantity=2),
        line("-10.00", "-12.10"),
        shipping=shipping("-10.00", "-12.10", "21.0"),
        amount="0.00",
        amount_with_tax="0.00",
    )
    found = refused(given)
    assert found.code == "amounts_ambiguous"
    assert found.message.count("collection costs outside") == 2


# --- at the limits ------------------------------------------------------------------------------


def test_units_rounded_before_they_were_multiplied_may_be_a_cent_off_each() -> None:
    """80.17 × 4 is 320.68, and the shop says 320.66; the gross total is exact."""
    sold = order(line("80.17", "97.00", quantity=4), amount="320.66", amount_with_tax="388.00")
    found = read_amounts(sold)
    assert isinstance(found, Amounts)
    assert found.reading.amounts_per == "unit"
    assert mapped(sold).total == Decimal("388.00")


def test_units_may_not_be_more_than_a_cent_off_each() -> None:
    sold = order(line("80.17", "97.00", quantity=4), amount="320.63", amount_with_tax="388.00")
    assert codes(parked(sold)) == ["amounts_unexplained"]


@pytest.mark.parametrize("off, fits", [("0.01", True), ("0.02", False)])
def test_a_line_may_be_a_cent_off_and_no_more(off: str, *, fits: bool) -> None:
    sold = order(line("100.00", "121.00"), amount=str(Decimal("100.00") + Decimal(off)))
    assert isinstance(read_amounts(sold), Amounts) is fits


def test_a_discount_of_cents_on_a_line_of_cents_takes_off() -> None:
    """Otherwise: below one euro a discount is added."""
    sold = order(
        line("0.50", "0.61", discounts=[discount("0.10", "0.12")]), amount="0.40", amount_with_tax="0.49"
    )
    found = read_amounts(sold)
    assert isinstance(found, Amounts)
    assert [(part.net, part.gross) for part in found.parts] == [(Decimal("0.40"), Decimal("0.49"))]


def test_a_discount_of_cents_on_an_order_of_cents_takes_off() -> None:
    sold = order(
        line("0.50", "0.61"),
        total_discounts=[discount("0.10", "0.12")],
        amount="0.40",
        amount_with_tax="0.49",
    )
    found = read_amounts(sold)
    assert isinstance(found, Amounts)
    assert sum(part.gross for part in found.parts) == Decimal("0.49")


def test_a_reminder_fee_that_names_half_its_amount_is_left_out() -> None:
    sold = order(line("100.00", "121.00"), collection_costs=[{"amount": "10.00", "amount_with_tax": None}])
    assert mapped(sold).total == Decimal("121.00")
