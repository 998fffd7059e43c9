"""Billit's arithmetic: computed examples, and properties."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppbillit_emulator.billit.arithmetic import PostedLine, Totals, compute_totals, round2
from ppbillit_emulator.billit.switches import BillitSwitches

CENT = Decimal("0.01")
RATES = st.sampled_from([Decimal(each) for each in ("0", "6", "12", "21", "19", "5.5")])
CENTS = st.integers(-(10**7), 10**7).map(lambda cents: cents * CENT)
PRICES = st.integers(-(10**9), 10**9).map(lambda units: units * Decimal("0.00001"))
QUANTITIES = st.integers(1, 10**5).map(lambda units: units * CENT)
NET = st.builds(
    PostedLine,
    rate=RATES,
    quantity=QUANTITIES,
    unit_price_excl=PRICES,
    reduction=st.integers(0, 100).map(Decimal),
)
GROSS = st.builds(
    PostedLine, rate=RATES, quantity=QUANTITIES, total_incl=CENTS, incl_leading=st.just(value=True)
)
LINES = st.lists(NET | GROSS, min_size=1, max_size=8)
Mode = Literal["difference", "recomputed"]


def computed(*lines: PostedLine, mode: Mode = "difference", **switches: object) -> Totals:
    return compute_totals(lines, _rules(mode, **switches))


def net(price: str, rate: str = "21", quantity: str = "1", reduction: str = "0") -> PostedLine:
    return PostedLine(
        rate=Decimal(rate),
        quantity=Decimal(quantity),
        unit_price_excl=Decimal(price),
        reduction=Decimal(reduction),
    )


def gross(total: str, rate: str = "21", quantity: str = "1") -> PostedLine:
    return PostedLine(
        rate=Decimal(rate), quantity=Decimal(quantity), total_incl=Decimal(total), incl_leading=True
    )


def _rules(mode: Mode, **switches: object) -> BillitSwitches:
    rules = BillitSwitches(gross_group_vat=mode)
    rules.update(**switches)
    return rules


def amounts(totals: Totals) -> tuple[str, str, str]:
    return str(totals.excl), str(totals.vat), str(totals.incl)


def test_vat_is_computed_once_per_group_and_rounded_half_away_from_zero() -> None:
    assert amounts(computed(net("7.50"))) == ("7.50", "1.58", "9.08")
    assert amounts(computed(net("-7.50"))) == ("-7.50", "-1.58", "-9.08")
    assert amounts(computed(net("0.05"), net("0.05"))) == ("0.10", "0.02", "0.12")


def test_ten_euros_gross_has_no_net_price() -> None:
    reached = {computed(net(str(Decimal(cents) * CENT))).incl for cents in range(820, 835)}
    assert Decimal("10.00") not in reached
    assert computed(gross("10.00")).incl == Decimal("10.00")


def test_gross_led_lines_keep_or_lose_their_total() -> None:
    lines = (gross("97.00"), gross("5.95"), gross("-10.00"))
    assert amounts(computed(*lines)) == ("76.83", "16.12", "92.95")
    assert amounts(computed(*lines, mode="recomputed")) == ("76.83", "16.13", "92.96")


def test_the_documented_gross_line_is_computed_as_documented() -> None:
    [line] = computed(gross("149.80", quantity="10")).lines
    assert (line.excl, line.vat, line.unit_price_excl) == tuple(map(Decimal, ("123.80", "26.00", "12.38")))


def test_further_decimals_of_a_price_are_cut_or_rounded() -> None:
    price = net("80.16929")
    assert computed(price).excl == Decimal("80.16")
    assert computed(price, decimals_mode="round").excl == Decimal("80.17")
    assert computed(net("0.16529", quantity="100"), unit_price_decimals=5).excl == Decimal("16.53")
    assert computed(net("10", quantity="1.129")).excl == Decimal("11.20")


def test_a_reduction_lowers_the_line() -> None:
    assert computed(net("19.99", quantity="3", reduction="15")).excl == Decimal("50.97")
    given_total = PostedLine(Decimal(21), quantity=Decimal(1), total_incl=Decimal(100), incl_leading=True)
    reduced = PostedLine(**{**given_total.__dict__, "reduction": Decimal(10)})
    assert computed(reduced).incl == Decimal("100.00")
    assert computed(reduced, total_incl_before_reduction=True).incl == Decimal("90.00")


def test_a_gross_unit_price_leads_if_no_total_is_given() -> None:
    line = PostedLine(Decimal(21), quantity=Decimal(3), unit_price_incl=Decimal("29.99"), incl_leading=True)
    assert computed(line).incl == Decimal("89.97")


def test_a_mixed_group_keeps_the_gross_lines_and_rounds_the_net_ones_together() -> None:
    totals = computed(gross("10.00"), net("0.05"), net("0.05"))
    assert amounts(totals) == ("8.36", "1.76", "10.12")
    assert amounts(computed(gross("10.00"), net("0.10"), mode="recomputed")) == ("8.36", "1.76", "10.12")


def test_codes_and_rates_make_groups_in_order_of_appearance() -> None:
    lines = (net("1", "21"), net("1", "6"), net("1", "21.00"), PostedLine(code="55", unit_price_excl=CENT))
    assert [(group.rate, group.excl) for group in computed(*lines).groups] == [
        (Decimal(21), Decimal("2.00")),
        (Decimal(6), Decimal("1.00")),
        (Decimal(0), Decimal("0.00")),
    ]


def test_a_text_line_is_in_no_group() -> None:
    totals = computed(PostedLine(), net("1"))
    assert len(totals.lines) == 2
    assert len(totals.groups) == 1


@given(LINES, st.sampled_from(["difference", "recomputed"]))
def test_totals_are_the_sums_of_groups_and_groups_of_lines(lines: list[PostedLine], mode: Mode) -> None:
    totals = computed(*lines, mode=mode)
    assert totals.incl == sum(group.incl for group in totals.groups)
    assert totals.excl == sum(line.excl for line in totals.lines)
    for group in totals.groups:
        members = [line for line in totals.lines if (line.code, line.rate) == (group.code, group.rate)]
        # However it is rounded, the VAT of a group is within half a cent per rounding of the exact one.
        assert abs(group.vat - group.excl * group.rate / 100) <= CENT * (len(members) + 1)


@given(LINES, st.sampled_from(["difference", "recomputed"]))
def test_every_computed_amount_is_in_whole_cents(lines: list[PostedLine], mode: Mode) -> None:
    totals = computed(*lines, mode=mode)
    amounts_found = [totals.excl, totals.vat, totals.incl]
    amounts_found += [each for line in totals.lines for each in (line.excl, line.vat, line.incl)]
    assert all(each == round2(each) for each in amounts_found)


@given(st.lists(GROSS, min_size=1, max_size=8))
def test_gross_lines_that_keep_their_vat_add_up_to_what_was_paid(lines: list[PostedLine]) -> None:
    paid = sum((line.total_incl or Decimal(0) for line in lines), Decimal(0))
    assert computed(*lines).incl == paid


@given(st.lists(NET, min_size=1, max_size=8))
def test_net_lines_do_not_depend_on_the_switch_for_gross_ones(lines: list[PostedLine]) -> None:
    assert amounts(computed(*lines)) == amounts(computed(*lines, mode="recomputed"))


@given(LINES)
def test_negating_every_line_negates_the_totals(lines: list[PostedLine]) -> None:
    turned = [
        PostedLine(
            rate=line.rate,
            quantity=line.quantity,
            unit_price_excl=None if line.unit_price_excl is None else -line.unit_price_excl,
            total_incl=None if line.total_incl is None else -line.total_incl,
            reduction=line.reduction,
            incl_leading=line.incl_leading,
        )
        for line in lines
    ]
    assert computed(*turned).incl == -computed(*lines).incl


@pytest.mark.parametrize("amount, rounded", [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68")])
def test_halves_are_rounded_away_from_zero(amount: str, rounded: str) -> None:
    assert round2(Decimal(amount)) == Decimal(rounded)
