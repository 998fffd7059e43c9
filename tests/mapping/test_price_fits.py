"""Whether a price can be written as net plus rounded VAT, and what is nearest where it cannot."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ppbillit.mapping.billit_totals import Rounding
from ppbillit.mapping.line_forms import LineForm
from ppbillit.mapping.prices import JudgedPrice, judge_price
from ppbillit.money import CENT, cents
from ppbillit.reasons import Reason
from support.schema_defaults import RULES

if TYPE_CHECKING:
    from ppbillit.mapping.rules import Rules


def price(gross: str | Decimal, rate: str = "21", rules: Rules = RULES) -> JudgedPrice:
    """Judge a price typed with VAT, of which the shop found the net amount."""
    typed = Decimal(gross)
    return judge_price(cents(typed / (1 + Decimal(rate) / 100)), typed, Decimal(rate), rules)


@pytest.mark.parametrize("gross", ["29.99", "49", "97", "297"])
def test_the_prices_that_everybody_asks_cannot_be_written_as_net_plus_vat(gross: str) -> None:
    judged = price(gross)
    assert not judged.fits
    below, above = judged.net_led
    assert below < judged.gross < above
    assert isinstance(judged.form, LineForm)
    assert judged.form.name == "gross-led lines"


def test_what_billit_makes_of_a_leading_gross_amount_is_told_for_both_roundings() -> None:
    judged = price("97")
    assert judged.net_led == (Decimal("96.99"), Decimal("97.01"))
    assert judged.gross_led == {Rounding.KEPT: Decimal("97.00"), Rounding.RECOMPUTED: Decimal("97.01")}


@pytest.mark.no_cover
@pytest.mark.parametrize("rate", ["0", "2.1", "5.5", "6", "9", "12", "19", "21", "25.5", "27", "100", "300"])
def test_a_price_fits_exactly_if_some_net_amount_and_its_vat_make_it(rate: str) -> None:
    made = sorted({net * CENT + cents(net * CENT * Decimal(rate) / 100) for net in range(1200)})
    for amount in range(1, 1000):
        gross = amount * CENT
        judged = price(gross, rate)
        above = bisect_left(made, gross)
        assert judged.fits is (made[above] == gross), gross
        if not judged.fits:
            assert judged.net_led == (made[above - 1], made[above])


@pytest.mark.no_cover
def test_one_price_in_six_does_not_fit_at_21_percent() -> None:
    misfits = sum(not price(amount * CENT).fits for amount in range(1, 1_211))  # it repeats every 1.21
    assert misfits == 210


def test_a_price_typed_without_vat_always_fits_and_is_written_as_net() -> None:
    judged = judge_price(Decimal("150.00"), Decimal("181.50"), Decimal("21.0"), RULES)
    assert judged.fits
    assert isinstance(judged.form, LineForm)
    assert judged.form.name == "net lines"
    assert judged.percentage == 21


def test_the_form_is_the_one_the_config_asks_for() -> None:
    judged = price("97", rules=replace(RULES, on_cent_difference="rounding_line"))
    assert isinstance(judged.form, LineForm)
    assert judged.form.name == "net lines and a rounding line"


def test_a_price_with_more_decimals_than_cents_is_judged_as_it_is_invoiced() -> None:
    judged = judge_price(Decimal("80.1653"), Decimal("97.0000"), Decimal(21), RULES)
    assert (judged.gross, isinstance(judged.form, Reason)) == (Decimal("97.00"), False)


def test_nothing_costs_nothing() -> None:
    assert price("0").fits
