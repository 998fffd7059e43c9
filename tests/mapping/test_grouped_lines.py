"""Grouped lines are added up per VAT treatment and ledger account, where no cent shifts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from ppbillit.mapping.billit_totals import Rounding
from support.order_json import (
    CERTAIN,
    RULES,
    SHIFTING,
    discount,
    line,
    mapped,
    order,
    product,
    shipping,
    written_lines,
)

GERMAN_FIRM = {
    "address": {"country": "DE"},
    "contact": {"company": "Firma GmbH", "vat_id_number": "DE136695976", "tax_exempt": "reverse"},
}


@pytest.mark.parametrize("group_lines", [False, True])
def test_lines_without_vat_for_different_reasons_each_keep_their_code(*, group_lines: bool) -> None:
    """Otherwise: goods and services to a firm abroad are grouped into zero-rated lines without a reason."""
    goods, service = product(1, is_physical=True), product(2, is_physical=False)
    sold = order(
        line("20.00", "20.00", "0.0", label="Boek", **goods),
        line("30.00", "30.00", "0.0", label="Boek 2", **goods),
        line("50.00", "50.00", "0.0", label="Cursus", **service),
        line("60.00", "60.00", "0.0", label="Cursus 2", **service),
        **GERMAN_FIRM,
    )
    draft = mapped(sold, replace(RULES, group_lines=group_lines)).draft
    assert draft.ventilation_code is None
    expected = ["51", "55"] if group_lines else ["51", "51", "55", "55"]
    assert [one.ventilation_code for one in draft.order_lines] == expected


# --- sums and texts -----------------------------------------------------------------------------

GROUPED = replace(RULES, group_lines=True)


def test_net_lines_are_added_up_and_keep_what_they_hold_as_their_text() -> None:
    given = (line("99.00", "119.79", quantity=3, label="A"), line("100.00", "121.00", label="B"))
    form = mapped(order(*given), GROUPED).form
    assert (form.name, form.grouped) == ("net lines", True)
    assert written_lines(form) == [("3 × A, 1 × B", Decimal("199.00"), None)]
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
    assert written_lines(mapped(given, GROUPED).form) == expected


def test_a_group_names_what_was_taken_off_its_lines_once() -> None:
    off = [discount("10.00", "12.10", "TIEN")]
    given = order(line("90.00", "108.90", discounts=off), line("190.00", "229.90", discounts=off))
    assert mapped(given, GROUPED).form.lines[0].description_extended == "Korting TIEN"


def test_gross_led_lines_are_added_up_where_their_net_amount_stays() -> None:
    # 41.33 + 42.98 net, by Billit's own division; 102.02 gives 84.31 too.
    given = order(line("41.32", "50.01"), line("42.98", "52.01"), amount_with_tax="102.02")
    form = mapped(given, GROUPED).form
    assert (form.name, written_lines(form)) == (
        "gross-led lines",
        [("Cursus, Cursus", None, Decimal("102.02"))],
    )
    assert form.predicted == mapped(given).form.predicted


def test_gross_led_lines_that_are_certain_become_net_lines_where_a_sum_would_shift_a_cent() -> None:
    apart = mapped(order(*CERTAIN)).form
    form = mapped(order(*CERTAIN), GROUPED).form
    assert apart.name == "gross-led lines"
    assert all(apart.hits(Decimal("48.19"), rounding) for rounding in Rounding)
    assert written_lines(form) == [("A, B", Decimal("38.84"), None), ("C", Decimal("0.99"), None)]
    assert form.predicted == apart.predicted


def test_gross_led_lines_that_are_not_certain_stay_apart_where_a_sum_would_shift_a_cent() -> None:
    apart = mapped(order(*SHIFTING)).form
    form = mapped(order(*SHIFTING), GROUPED).form
    assert (form.name, form.grouped) == ("gross-led lines", True)
    assert (form.lines, form.predicted) == (apart.lines, apart.predicted)
