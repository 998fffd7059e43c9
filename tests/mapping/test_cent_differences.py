"""A difference of cents is refused, accepted or written as a rounding line, as the config says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ppbillit.mapping.mapper import map_order
from support.order_json import CERTAIN, RULES, SHIFTING, codes, line, mapped, order, written_lines
from support.schema_defaults import ledger_rules, vat_rules

ACCEPT = replace(RULES, on_cent_difference="accept")
ROUNDED = replace(RULES, on_cent_difference="rounding_line")


def test_a_cent_is_accepted_and_named() -> None:
    mapping = mapped(order(line("100.00", "121.00"), amount_with_tax="121.01"), ACCEPT)
    assert (mapping.form.name, mapping.total) == ("net lines", Decimal("121.01"))
    assert mapping.accepted_difference == Decimal("0.01")
    [note] = mapping.notes
    assert note.code == "cents_accepted"
    assert "paid 121.01, and Billit makes 121.00 of it (difference -0.01)" in note.message


def test_two_cents_are_accepted_for_two_rates_only() -> None:
    one_rate = (line("50.00", "60.50"), line("50.00", "60.50"))
    assert codes(map_order(order(*one_rate, amount_with_tax="121.02"), ACCEPT)) == ["total_unreachable"]
    two_rates = (line("50.00", "60.50"), line("50.00", "53.00", "6.0"))
    mapping = mapped(order(*two_rates, amount_with_tax="113.52"), ACCEPT)
    assert mapping.accepted_difference == Decimal("0.02")


def test_a_line_without_vat_is_no_rate_more_but_one_cent_is_always_accepted() -> None:
    abroad: dict[str, Any] = {"address": {"country": "CH"}}
    mapping = mapped(order(line("50.00", "50.00", "0.0"), amount_with_tax="50.01", **abroad), ACCEPT)
    assert mapping.accepted_difference == Decimal("0.01")


def test_what_hits_the_total_is_accepted_without_a_note_though_billit_may_be_a_cent_off() -> None:
    mapping = mapped(order(line("80.17", "97.00")), ACCEPT)
    assert (mapping.form.name, mapping.notes) == ("gross-led lines", ())
    assert mapping.accepted_difference == Decimal("0.01")
    assert mapped(order(line("80.17", "97.00"))).accepted_difference == 0


def test_a_rounding_line_makes_up_for_the_cents() -> None:
    mapping = mapped(order(line("80.17", "97.00")), ROUNDED)
    assert mapping.form.name == "net lines and a rounding line"
    assert mapping.form.lines[-1].body() == {
        "Description": "Afronding",
        "Quantity": Decimal(1),
        "UnitPriceExcl": Decimal("-0.01"),
        "VATPercentage": Decimal(0),
        "VentilationCode": "1",
    }
    assert {totals.gross for totals in mapping.form.predicted.values()} == {Decimal("97.00")}
    assert mapping.accepted_difference == 0
    assert mapping.notes == ()


@pytest.mark.parametrize(
    "country, text", [("BE", "Afronding"), ("FR", "Arrondi"), ("DE", "Rundung"), ("SE", "Rounding")]
)
def test_a_rounding_line_is_in_the_customers_language(country: str, text: str) -> None:
    given = order(line("80.17", "97.00"), address={"country": country})
    assert mapped(given, ROUNDED).form.lines[-1].description == text


def test_a_form_that_is_certain_needs_no_rounding_line() -> None:
    for given in (order(line("100.00", "121.00")), order(*CERTAIN)):
        assert mapped(given, ROUNDED) == mapped(given)


def test_five_cents_are_rounding_and_six_are_not() -> None:
    lines = [line("10.00", "12.10") for _ in range(6)]
    five = order(*lines, amount_with_tax="72.65")
    assert mapped(five, ROUNDED).form.lines[-1].unit_price_excl == Decimal("0.05")
    six = order(*lines, amount_with_tax="72.66")
    assert codes(map_order(six, ROUNDED)) == ["total_unreachable"]


def test_a_rounding_line_has_the_default_account_and_no_code_of_its_own_where_the_header_has_it() -> None:
    rules = replace(
        ROUNDED, ledger=ledger_rules(default=758000), vat=vat_rules(rounding="24", zero_rate="24")
    )
    given = order(line("80.17", "97.00"), line("10.00", "10.00", "0.0"))
    draft = mapped(given, rules).draft
    assert (draft.ventilation_code, draft.order_lines[-1].ventilation_code) == ("24", None)
    assert draft.order_lines[-1].account_code == 758000


def test_a_rounding_line_without_a_code_is_refused_and_names_the_key() -> None:
    mapping = map_order(order(line("80.17", "97.00")), replace(ROUNDED, vat=vat_rules(rounding="")))
    assert codes(mapping) == ["vat_code_missing"]
    assert "set rounding in [vat]" in mapping.reasons[0].fix  # type: ignore[union-attr]


def test_net_lines_with_a_rounding_line_are_grouped_too() -> None:
    form = mapped(order(*SHIFTING), replace(ROUNDED, group_lines=True)).form
    assert written_lines(form)[0] == ("A, B", Decimal("38.84"), None)
    assert written_lines(form)[1] == ("Afronding", Decimal("-0.01"), None)
    assert form.grouped
