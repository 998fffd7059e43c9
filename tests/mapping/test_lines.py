"""Which form the lines take, and what Billit makes of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from mapping_orders import RULES, codes, discount, line, mapped, order, parked, product, shipping

from ppbillit.billit.models import DraftLine
from ppbillit.mapping.billit_totals import Rounding, predict
from ppbillit.mapping.mapper import map_order
from ppbillit.mapping.rules import LedgerRules, VatRules

if TYPE_CHECKING:
    from ppbillit.mapping.line_forms import LineForm


def lines_of(*given: dict[str, Any], **other: Any) -> tuple[str, list[dict[str, Any]]]:
    """Give the name of the form and the lines, without description and rate."""
    form = mapped(order(*given, **other)).form
    dull = {"Description", "VATPercentage"}
    return form.name, [
        {key: str(value) for key, value in one.body().items() if key not in dull} for one in form.lines
    ]


def test_net_lines_come_first() -> None:
    assert lines_of(line("100.00", "121.00")) == ("net lines", [{"Quantity": "1", "UnitPriceExcl": "100.00"}])


def test_gross_led_lines_come_where_net_lines_miss_the_total() -> None:
    expected = [{"Quantity": "1", "InclLeading": "True", "TotalIncl": "97.00"}]
    assert lines_of(line("80.17", "97.00")) == ("gross-led lines", expected)


def test_gross_led_lines_that_are_certain_come_before_a_merged_one() -> None:
    # 84.30 net makes 102.00; the two gross amounts make 84.31 net and 102.02, whichever way it is rounded.
    given = (line("41.32", "50.01"), line("42.98", "52.01"))
    form = mapped(order(*given, amount_with_tax="102.02")).form
    assert form.name == "gross-led lines"
    assert all(form.hits(Decimal("102.02"), rounding) for rounding in Rounding)


def test_a_merged_line_that_is_certain_comes_before_lines_that_are_hopeful() -> None:
    given = (line("80.17", "97.00"), line("4.92", "5.95"), line("-8.26", "-10.00"))
    form = mapped(order(*given)).form
    assert form.name == "one gross-led line per rate"
    assert all(form.hits(Decimal("92.95"), rounding) for rounding in Rounding)


def test_hopeful_lines_keep_their_gross_amounts() -> None:
    form = mapped(order(line("80.17", "97.00"))).form
    assert form.hits(Decimal("97.00"), Rounding.KEPT)
    assert not form.hits(Decimal("97.00"), Rounding.RECOMPUTED)


def test_a_total_no_form_gives_is_refused_with_the_closest() -> None:
    mapping = map_order(order(line("100.00", "121.00"), amount_with_tax="121.01"), RULES)
    assert codes(mapping) == ["total_unreachable"]
    assert "gives 121.01 in Billit; closest: 121.00" in mapping.reasons[0].message  # type: ignore[union-attr]


def test_a_unit_price_that_prints_is_printed() -> None:
    _, [written] = lines_of(line("99.00", "119.79", quantity=3))
    assert written == {"Quantity": "3", "UnitPriceExcl": "33.00"}


def test_a_unit_price_that_does_not_print_becomes_one_line_of_one() -> None:
    form = mapped(order(line("100.00", "121.00", quantity=3))).form
    assert form.lines[0].body() == {
        "Description": "3 × Cursus",
        "Quantity": Decimal(1),
        "UnitPriceExcl": Decimal("100.00"),
        "VATPercentage": Decimal(21),
    }


def test_a_quantity_with_more_than_two_decimals_is_said_in_the_text() -> None:
    form = mapped(order(line("100.00", "121.00", quantity="0.125"))).form
    assert (form.lines[0].description, form.lines[0].quantity) == ("0.125 × Cursus", Decimal(1))


def test_a_gross_led_line_has_its_quantity() -> None:
    _, [written] = lines_of(line("74.36", "89.97", quantity=3))
    assert written == {"Quantity": "3", "InclLeading": "True", "TotalIncl": "89.97"}


def test_a_line_carries_its_article_number_and_what_was_taken_off() -> None:
    given = line("100.00", "121.00", discounts=[discount("10.00", "12.10")], **product(sku="CUR-01"))
    _, [written] = lines_of(given)
    assert (written["Reference"], written["DescriptionExtended"]) == ("CUR-01", "Korting CODE")


def test_a_merged_line_keeps_what_it_holds_as_its_text() -> None:
    given = (
        line("24.77", "29.97", quantity=3, label="Sticker"),
        line("24.79", "29.99", label="Poster"),
        line("8.29", "10.03", label="Kalender"),
    )
    form = mapped(order(*given)).form
    assert [one.description for one in form.lines] == ["3 × Sticker, 1 × Poster, 1 × Kalender"]
    assert [one.total_incl for one in form.lines] == [Decimal("69.99")]


def test_lines_are_merged_per_rate_and_per_account() -> None:
    given = (
        line("80.17", "97.00", **product(1, ledger="700001")),
        line("4.92", "5.95", **product(1, ledger="700001")),
        line("-8.26", "-10.00", **product(1, ledger="700001")),
        line("100.00", "121.00", **product(2, ledger="700002")),
        line("10.00", "10.60", "6.0", **product(1, ledger="700001")),
    )
    name, written = lines_of(*given)
    assert name == "one gross-led line per rate"
    assert [(one["TotalIncl"], one["AccountCode"]) for one in written] == [
        ("92.95", "700001"),
        ("121.00", "700002"),
        ("10.60", "700001"),
    ]


# --- grouping ---------------------------------------------------------------------------------

GROUPED = replace(RULES, group_lines=True)

# 8.26 and 30.58 net by themselves, 38.83 for their sum: together they would shift a cent from net to VAT.
SHIFTING = (
    line("8.26", "9.99", label="A", **product(1, ledger="700001")),
    line("30.58", "37.00", label="B", **product(1, ledger="700001")),
)
# With this beside them, Billit's total is the same however it rounds.
CERTAIN = (*SHIFTING, line("1.00", "1.20", label="C", **product(2, ledger="700002")))


def written(form: LineForm) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """Give text, net price and gross total of each line."""
    return [(one.description, one.unit_price_excl, one.total_incl) for one in form.lines]


def test_net_lines_are_added_up_and_keep_what_they_hold_as_their_text() -> None:
    given = (line("99.00", "119.79", quantity=3, label="A"), line("100.00", "121.00", label="B"))
    form = mapped(order(*given), GROUPED).form
    assert (form.name, form.grouped) == ("net lines", True)
    assert written(form) == [("3 × A, 1 × B", Decimal("199.00"), None)]
    assert mapped(order(*given)).form.grouped is False


def test_where_each_is_one_nothing_is_counted() -> None:
    form = mapped(
        order(line("100.00", "121.00", label="A"), line("100.00", "121.00", label="B")), GROUPED
    ).form
    assert form.lines[0].description == "A, B"


def test_a_line_alone_in_its_group_stays_as_it_is() -> None:
    given = order(line("99.00", "119.79", quantity=3, **product(sku="A-1")), line("10.00", "10.60", "6.0"))
    assert mapped(given, GROUPED).form.lines == mapped(given).form.lines


def test_lines_are_grouped_by_vat_and_account() -> None:
    given = order(
        line("100.00", "121.00", label="A", **product(1, ledger="700001")),
        line("100.00", "121.00", label="B", **product(2, ledger="700002")),
        line("10.00", "10.60", "6.0", label="C", **product(1, ledger="700001")),
        line("200.00", "242.00", label="D", **product(1, ledger="700001")),
    )
    assert [one.description for one in mapped(given, GROUPED).form.lines] == ["A, D", "B", "C"]
    assert [one.account_code for one in mapped(given, GROUPED).form.lines] == [700001, 700002, 700001]


def test_goods_and_services_abroad_are_never_one_line() -> None:
    given = order(
        line("100.00", "100.00", "0.0", label="A", **product(1, is_physical=True)),
        line("100.00", "100.00", "0.0", label="B", **product(2, is_physical=False)),
        address={"country": "NL"},
        contact={"vat_id_number": "NL000099998B57", "tax_exempt": "reverse"},
    )
    assert [one.ventilation_code for one in mapped(given, GROUPED).form.lines] == ["51", "55"]


def test_a_discount_and_shipping_are_in_the_group_but_not_counted() -> None:
    given = order(
        line("99.00", "119.79", quantity=3, label="A"),
        shipping=shipping("5.00", "6.05", "21.0"),
        total_discounts=[discount("10.00", "12.10", "TIEN")],
        amount="94.00",
        amount_with_tax="113.74",
    )
    expected = [("3 × A, Korting TIEN, Verzendkosten", Decimal("94.00"), None)]
    assert written(mapped(given, GROUPED).form) == expected


def test_a_group_names_what_was_taken_off_its_lines_once() -> None:
    off = [discount("10.00", "12.10", "TIEN")]
    given = order(line("90.00", "108.90", discounts=off), line("190.00", "229.90", discounts=off))
    assert mapped(given, GROUPED).form.lines[0].description_extended == "Korting TIEN"


def test_gross_led_lines_are_added_up_where_their_net_amount_stays() -> None:
    # 41.33 + 42.98 net, by Billit's own division; 102.02 gives 84.31 too.
    given = order(line("41.32", "50.01"), line("42.98", "52.01"), amount_with_tax="102.02")
    form = mapped(given, GROUPED).form
    assert (form.name, written(form)) == ("gross-led lines", [("Cursus, Cursus", None, Decimal("102.02"))])
    assert form.predicted == mapped(given).form.predicted


def test_gross_led_lines_that_are_certain_become_net_lines_where_a_sum_would_shift_a_cent() -> None:
    apart = mapped(order(*CERTAIN)).form
    form = mapped(order(*CERTAIN), GROUPED).form
    assert apart.name == "gross-led lines"
    assert all(apart.hits(Decimal("48.19"), rounding) for rounding in Rounding)
    assert written(form) == [("A, B", Decimal("38.84"), None), ("C", Decimal("0.99"), None)]
    assert form.predicted == apart.predicted


def test_gross_led_lines_that_are_not_certain_stay_apart_where_a_sum_would_shift_a_cent() -> None:
    apart = mapped(order(*SHIFTING)).form
    form = mapped(order(*SHIFTING), GROUPED).form
    assert (form.name, form.grouped) == ("gross-led lines", True)
    assert (form.lines, form.predicted) == (apart.lines, apart.predicted)


# --- what there is to explain -----------------------------------------------------------------


def test_the_findings_hold_every_form_also_of_an_order_that_none_fits() -> None:
    given = order(line("100.00", "121.00"), amount_with_tax="121.01")
    names = ["net lines", "gross-led lines", "one gross-led line per rate"]
    for findings in (parked(given).findings, mapped(given, ACCEPT).findings):
        assert [form.name for form in findings.forms] == names
        assert {totals.gross for form in findings.forms for totals in form.predicted.values()} == {
            Decimal("121.00")
        }
    assert parked(order(line("100.00", "100.00", "0.0"))).findings.forms == ()


# --- a difference of cents --------------------------------------------------------------------

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
    rules = replace(ROUNDED, ledger=LedgerRules(default=758000), vat=VatRules(rounding="24", zero_rate="24"))
    given = order(line("80.17", "97.00"), line("10.00", "10.00", "0.0"))
    draft = mapped(given, rules).draft
    assert (draft.ventilation_code, draft.order_lines[-1].ventilation_code) == ("24", None)
    assert draft.order_lines[-1].account_code == 758000


def test_a_rounding_line_without_a_code_is_refused_and_names_the_key() -> None:
    mapping = map_order(order(line("80.17", "97.00")), replace(ROUNDED, vat=VatRules(rounding="")))
    assert codes(mapping) == ["vat_code_missing"]
    assert "set rounding in [vat]" in mapping.reasons[0].fix  # type: ignore[union-attr]


def test_net_lines_with_a_rounding_line_are_grouped_too() -> None:
    form = mapped(order(*SHIFTING), replace(ROUNDED, group_lines=True)).form
    assert written(form)[0] == ("A, B", Decimal("38.84"), None)
    assert written(form)[1] == ("Afronding", Decimal("-0.01"), None)
    assert form.grouped


# --- Billit's arithmetic ----------------------------------------------------------------------


def draft_line(rate: str, net: str | None = None, gross: str | None = None, quantity: str = "1") -> DraftLine:
    return DraftLine(
        description="x",
        quantity=Decimal(quantity),
        unit_price_excl=Decimal(net) if net else None,
        incl_leading=True if gross else None,
        total_incl=Decimal(gross) if gross else None,
        vat_percentage=Decimal(rate),
    )


def predicted(*lines: DraftLine) -> dict[str, tuple[str, str, str]]:
    found = {rounding.name: predict(lines, rounding) for rounding in Rounding}
    return {name: (str(one.net), str(one.vat), str(one.gross)) for name, one in found.items()}


def test_the_samples_of_billits_documentation_come_out() -> None:
    sample_b = (draft_line("21", "49.99", quantity="2"), draft_line("21", "-10.00"))
    assert set(predicted(*sample_b).values()) == {("89.98", "18.90", "108.88")}
    assert set(predicted(draft_line("21", "7.50")).values()) == {("7.50", "1.58", "9.08")}
    assert set(predicted(draft_line("21", gross="149.80", quantity="10")).values()) == {
        ("123.80", "26.00", "149.80")
    }


def test_the_two_roundings_of_gross_led_lines_differ_where_the_reference_says() -> None:
    lines = (
        draft_line("21", gross="97.00"),
        draft_line("21", gross="5.95"),
        draft_line("21", gross="-10.00"),
    )
    assert predicted(*lines) == {
        "KEPT": ("76.83", "16.12", "92.95"),
        "RECOMPUTED": ("76.83", "16.13", "92.96"),
    }


def test_net_led_and_gross_led_lines_of_one_rate_stand_together() -> None:
    lines = (draft_line("21", "7.50"), draft_line("21", gross="97.00"))
    assert predicted(*lines) == {
        "KEPT": ("87.67", "18.41", "106.08"),
        "RECOMPUTED": ("87.67", "18.41", "106.08"),
    }


def test_a_text_line_counts_for_nothing() -> None:
    assert set(predicted(DraftLine(description="only text")).values()) == {("0.00", "0.00", "0.00")}
