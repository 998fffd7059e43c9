"""Which VAT treatment a line gets, by which evidence, and when it is refused one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.mapping.mapper import map_order
from ppbillit.mapping.vat import header_code
from ppbillit.mapping.vat_facts import EU_COUNTRIES
from ppbillit.mapping.vat_table import Treatment
from support.order_json import RULES, codes, line, mapped, order, parked, product, shipping
from support.schema_defaults import vat_rules

if TYPE_CHECKING:
    from ppbillit.mapping.rules import Rules

DUTCH_BUSINESS = {"company": "Klant", "vat_id_number": "NL000099998B57", "tax_exempt": "reverse"}
DUTCH = {"country": "NL"}
EXEMPT = replace(RULES, vat=vat_rules(zero_rate="24"))


def untaxed(net: str = "100.00", rate: str | None = "0.0", **other: Any) -> dict[str, Any]:
    return line(net, net, rate, **other)


def header_and_lines(*lines: dict[str, Any], rules: Rules = RULES, **other: Any) -> tuple[Any, list[Any]]:
    """Return the ventilation code of the header, and rate and code of each line."""
    body = mapped(order(*lines, **other), rules).draft.body()
    return body.get("VentilationCode"), [
        (str(one["VATPercentage"]), one.get("VentilationCode")) for one in body["OrderLines"]
    ]


def rules_with(**vat: str) -> Rules:
    return replace(RULES, vat=vat_rules(**vat))


def test_belgian_vat_needs_no_code() -> None:
    assert header_and_lines(line("100.00", "121.00")) == (None, [("21", None)])


def test_a_belgian_business_with_a_vat_number_pays_ordinary_vat() -> None:
    contact = {"company": "Zaak", "vat_id_number": "BE0123456749", "tax_exempt": "none"}
    assert header_and_lines(line("100.00", "121.00"), contact=contact) == (None, [("21", None)])


def test_a_rate_of_no_country_is_belgian_for_a_belgian_and_for_a_buyer_of_no_country() -> None:
    for country in ("BE", None):
        given = order(line("100.00", "121.00", country=None), address={"country": country})
        assert mapped(given).draft.ventilation_code is None


def test_a_rate_of_no_country_is_refused_for_a_foreign_buyer() -> None:
    given = order(line("100.00", "121.00", country=None), address=DUTCH)
    assert codes(map_order(given, RULES)) == ["vat_rate_country_unknown"]


def test_vat_of_another_eu_country_goes_by_the_one_stop_shop() -> None:
    given = line("10.00", "10.90", "9.0", "NL")
    assert header_and_lines(given, address=DUTCH) == ("104", [("9", None)])


def test_belgian_vat_for_a_foreign_consumer_is_domestic() -> None:
    assert header_and_lines(line("100.00", "121.00"), address=DUTCH) == (None, [("21", None)])


def test_a_country_in_small_letters_or_as_greeks_write_it_is_that_country() -> None:
    assert header_and_lines(line("100.00", "121.00", country="be")) == (None, [("21", None)])
    greek = order(line("100.00", "124.00", "24.0", "EL"), address={"country": "EL"})
    assert mapped(greek).draft.ventilation_code == "104"
    assert mapped(greek).buyer.country == "GR"


def test_a_rate_with_a_half_percent_is_kept() -> None:
    given = line("100.00", "105.50", "5.50", "FR")
    assert header_and_lines(given, address={"country": "FR"}) == ("104", [("5.5", None)])


def test_vat_of_a_country_outside_the_eu_is_refused() -> None:
    given = order(line("100.00", "120.00", "20.0", "GB"), address={"country": "GB"})
    assert codes(map_order(given, RULES)) == ["vat_foreign_outside_eu"]


def test_vat_of_two_countries_is_refused() -> None:
    given = order(line("100.00", "121.00"), line("100.00", "121.00", country="NL"), address=DUTCH)
    assert codes(map_order(given, RULES)) == ["vat_countries_mixed"]


@pytest.mark.parametrize("rate", [None, "0.0"])
def test_vat_without_a_rate_is_refused(rate: str | None) -> None:
    assert codes(map_order(order(line("100.00", "121.00", rate)), RULES)) == ["vat_rate_missing"]


def test_amounts_that_do_not_fit_their_rate_are_refused() -> None:
    assert codes(map_order(order(line("100.00", "106.00")), RULES)) == ["vat_rate_mismatch"]


def test_a_price_per_unit_rounded_before_it_was_multiplied_fits_its_rate() -> None:
    # 0.99 gross is 0.82 net; twelve of them 9.84 net, of which 21 % makes 11.91, not 11.88.
    assert mapped(order(line("9.84", "11.88", quantity=12))).total == Decimal("11.88")


def test_a_line_too_small_to_bear_vat_keeps_its_rate() -> None:
    assert header_and_lines(line("0.02", "0.02")) == (None, [("21", None)])


# --- without VAT --------------------------------------------------------------------------------


def test_a_line_without_vat_and_without_a_reason_is_refused() -> None:
    for rate in ("0.0", None, "21.0"):
        assert codes(map_order(order(untaxed(rate=rate)), RULES)) == ["vat_zero_unexplained"]


def test_a_configured_zero_rate_is_such_a_reason_unless_the_line_names_another_rate() -> None:
    assert header_and_lines(untaxed(), rules=EXEMPT) == ("24", [("0", None)])
    assert codes(map_order(order(untaxed(rate="21.0")), EXEMPT)) == ["vat_zero_unexplained"]


def test_a_header_code_for_zero_rated_lines_leaves_taxed_ones_alone() -> None:
    given = (untaxed(), line("100.00", "121.00"))
    assert header_and_lines(*given, rules=EXEMPT) == ("24", [("0", None), ("21", None)])


def test_a_service_to_a_dutch_business() -> None:
    assert header_and_lines(untaxed(), address=DUTCH, contact=DUTCH_BUSINESS) == ("55", [("0", None)])


def test_goods_to_a_dutch_business_take_their_shipping_along() -> None:
    given = untaxed(**product(is_physical=True))
    found = header_and_lines(
        given, address=DUTCH, contact=DUTCH_BUSINESS, shipping=shipping("5.00", "5.00", "0.0")
    )
    assert found == ("51", [("0", None), ("0", None)])


def test_shipping_without_known_goods_goes_with_the_services() -> None:
    found = header_and_lines(
        untaxed(), address=DUTCH, contact=DUTCH_BUSINESS, shipping=shipping("5.00", "5.00", "0.0")
    )
    assert found == ("55", [("0", None), ("0", None)])


def test_goods_and_services_carry_their_codes_on_the_lines() -> None:
    given = (untaxed(**product(is_physical=True)), untaxed(**product(312, is_physical=False)))
    found = header_and_lines(*given, address=DUTCH, contact=DUTCH_BUSINESS)
    assert found == (None, [("0", "51"), ("0", "55")])


def test_reverse_charge_at_home() -> None:
    contact = {"company": "Zaak", "vat_id_number": "BE0123456749", "tax_exempt": "reverse"}
    assert header_and_lines(untaxed(), contact=contact) == ("21", [("0", None)])


def test_the_vat_number_says_where_the_buyer_is_taxed_not_the_address() -> None:
    contact = {"company": "Zaak", "vat_id_number": "BE0123456749", "tax_exempt": "reverse"}
    assert header_and_lines(untaxed(), address=DUTCH, contact=contact)[0] == "21"
    assert header_and_lines(untaxed(), contact=DUTCH_BUSINESS)[0] == "55"


def test_a_reverse_charged_line_may_still_name_its_rate_and_be_tiny() -> None:
    for net in ("500.00", "0.02"):
        given = line(net, net, "21.0", "NL")
        assert header_and_lines(given, address=DUTCH, contact=DUTCH_BUSINESS) == ("55", [("0", None)])


def test_reverse_charge_without_a_valid_vat_number_is_refused() -> None:
    for number, code in (
        (None, "reverse_charge_without_vat_number"),
        ("NL123456789B01", "reverse_charge_vat_number_invalid"),
    ):
        given = order(untaxed(), address=DUTCH, contact=DUTCH_BUSINESS | {"vat_id_number": number})
        assert codes(map_order(given, RULES)) == [code]


@pytest.mark.parametrize("tax_exempt", ["none", "reverse", "unknown", None])
def test_a_buyer_outside_the_eu_is_an_export_whatever_the_shop_calls_it(tax_exempt: str | None) -> None:
    found = header_and_lines(untaxed(), address={"country": "CH"}, contact={"tax_exempt": tax_exempt})
    assert found == ("70", [("0", None)])


def test_northern_ireland_is_outside_the_eu_as_an_address() -> None:
    contact = {"company": "Firm", "vat_id_number": "XI980780684", "tax_exempt": "reverse"}
    assert header_and_lines(untaxed(), address={"country": None}, contact=contact)[0] == "70"


def test_monaco_is_taxed_as_france_and_a_misspelt_country_is_no_export() -> None:
    for country in ("MC", "Belgium", "België", "X", None):
        given = order(untaxed(), address={"country": country})
        assert codes(map_order(given, RULES)) == ["vat_zero_unexplained"]


@pytest.mark.parametrize(
    "key, address, contact, sold",
    [
        ("oss", DUTCH, {}, line("100.00", "121.00", country="NL")),
        ("eu_services", DUTCH, DUTCH_BUSINESS, untaxed()),
        ("eu_goods", DUTCH, DUTCH_BUSINESS, untaxed(**product(is_physical=True))),
        ("outside_eu", {"country": "US"}, {}, untaxed()),
        ("outside_eu", {"country": "US"}, DUTCH_BUSINESS, untaxed()),
        (
            "domestic_reverse_charge",
            {},
            {"vat_id_number": "BE0123456749", "tax_exempt": "reverse"},
            untaxed(),
        ),
    ],
)
def test_a_treatment_without_a_configured_code_is_refused_and_names_the_key(
    key: str, address: dict[str, Any], contact: dict[str, Any], sold: dict[str, Any]
) -> None:
    mapping = map_order(order(sold, address=address, contact=contact), rules_with(**{key: ""}))
    assert codes(mapping) == ["vat_code_missing"]
    assert f"set {key} in [vat]" in mapping.reasons[0].fix  # type: ignore[union-attr]


def test_a_dutch_seller_has_dutch_vat_at_home() -> None:
    rules = rules_with(seller_country="NL")
    given = line("100.00", "121.00", country="NL")
    assert header_and_lines(given, rules=rules, address=DUTCH) == (None, [("21", None)])


# --- free lines ---------------------------------------------------------------------------------


def free(rate: str | None = "21.0", country: str | None = "BE") -> dict[str, Any]:
    return line("0.00", "0.00", rate, country)


def test_a_free_line_keeps_its_own_rate_of_the_same_country() -> None:
    assert header_and_lines(line("100.00", "121.00"), free("6.0"))[1] == [("21", None), ("6", None)]


@pytest.mark.parametrize("gift", [free(None), free("0.0"), free("21.0", "NL"), free("20.0", "GB")])
def test_a_free_line_that_fits_nothing_else_goes_with_what_was_paid(gift: dict[str, Any]) -> None:
    for lines in ((line("100.00", "106.00", "6.0"), gift), (gift, line("100.00", "106.00", "6.0"))):
        assert header_and_lines(*lines) == (None, [("6", None), ("6", None)])


def test_a_free_line_brings_no_foreign_vat_onto_a_reverse_charged_invoice() -> None:
    found = header_and_lines(untaxed(), free("21.0", "NL"), address=DUTCH, contact=DUTCH_BUSINESS)
    assert found == ("55", [("0", None), ("0", None)])


def test_an_order_of_free_lines_only_takes_their_rates() -> None:
    rules = replace(RULES, zero_total="export")
    assert header_and_lines(free(None), free("6.0"), rules=rules)[1] == [("6", None), ("6", None)]
    assert codes(map_order(order(free(None)), rules)) == ["vat_zero_unexplained"]


def test_an_order_of_free_lines_takes_the_configured_zero_rate() -> None:
    rules = replace(EXEMPT, zero_total="export")
    assert header_and_lines(free("0.0"), rules=rules) == ("24", [("0", None)])


# --- a discount on the whole order --------------------------------------------------------------


def off_the_order(*lines: dict[str, Any], net: str, gross: str, **other: Any) -> Any:
    """Return an order whose total is `net` and `gross` less than its lines."""
    bare = order(*lines)
    return order(
        *lines,
        total_discounts=[{"amount": net, "amount_with_tax": gross, "code": "HERFST10"}],
        amount=str(bare.amount - Decimal(net)),
        amount_with_tax=str(bare.amount_with_tax - Decimal(gross)),
        **other,
    )


def test_a_discount_is_taxed_as_what_it_is_taken_off() -> None:
    draft = mapped(off_the_order(line("100.00", "121.00"), net="10.00", gross="12.10")).draft
    assert [(one.description, one.unit_price_excl, one.vat_percentage) for one in draft.order_lines] == [
        ("Cursus", Decimal("100.00"), Decimal(21)),
        ("Korting HERFST10", Decimal("-10.00"), Decimal(21)),
    ]
    french = off_the_order(
        line("100.00", "120.00", "20.0", "FR"), net="10.00", gross="12.00", address={"country": "FR"}
    )
    assert mapped(french).draft.order_lines[1].description == "Remise HERFST10"


def test_a_discount_on_goods_for_a_business_abroad_has_the_code_of_goods() -> None:
    goods = untaxed(**product(is_physical=True))
    given = off_the_order(goods, net="10.00", gross="10.00", address=DUTCH, contact=DUTCH_BUSINESS)
    draft = mapped(given).draft
    assert draft.ventilation_code == "51"
    assert {one.ventilation_code for one in draft.order_lines} == {None}
    decision = mapped(given).findings.decisions[1]
    assert (decision.rule, decision.because) == (
        "a discount goes with what it is off",
        (("it is taken off", "EU goods"),),
    )


@pytest.mark.parametrize(
    "lines, other",
    [
        ((line("100.00", "121.00"), line("50.00", "53.00", "6.0")), {}),
        (
            (untaxed(**product(is_physical=True)), untaxed(**product(312, is_physical=False))),
            {"address": DUTCH, "contact": DUTCH_BUSINESS},
        ),
    ],
)
def test_a_discount_off_lines_that_are_taxed_in_several_ways_is_refused(
    lines: tuple[dict[str, Any], ...], other: dict[str, Any]
) -> None:
    found = parked(off_the_order(*lines, net="10.00", gross="10.00", **other))
    assert [why.code for why in found.reasons] == ["discount_over_several_rates"]
    assert found.findings.decisions[2].rule == "a discount over several rates"


def test_a_discount_whose_amounts_do_not_fit_the_rate_is_refused() -> None:
    given = off_the_order(line("100.00", "121.00"), net="10.00", gross="10.60")
    assert codes(map_order(given, RULES)) == ["vat_rate_mismatch"]


# --- the header ---------------------------------------------------------------------------------


def test_the_one_stop_shop_is_said_on_the_header_whatever_else_there_is() -> None:
    oss = Treatment("oss", Decimal(21), "104", "NL")
    zero = Treatment("zero rate", Decimal(0), "24")
    assert header_code([zero, oss]) == header_code([oss, zero]) == "104"


def test_two_codes_leave_the_header_without_one() -> None:
    zero = [Treatment("a", Decimal(0), code) for code in ("51", "55")]
    assert header_code(zero) is None
    assert header_code(zero[:1]) == "51"
    assert header_code([]) is None


def test_every_member_state_is_there_once() -> None:
    assert len(EU_COUNTRIES - {"MC"}) == 27
