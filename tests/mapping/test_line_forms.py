"""The first form of the lines whose predicted total is the order's total is chosen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from ppbillit.mapping.billit_totals import Rounding
from ppbillit.mapping.mapper import map_order
from support.order_json import RULES, codes, discount, line, mapped, order, parked, product


def test_the_nearest_total_is_named_where_none_is_hit() -> None:
    """Otherwise: the person is told a figure that no form comes to."""
    sold = order(line("80.17", "97.00"), line("24.79", "29.99"), amount_with_tax="127.01")
    [reason] = parked(sold).reasons
    assert reason.code == "total_unreachable"
    assert "127.00" in reason.message


# --- the forms in their order -------------------------------------------------------------------


def lines_of(*given: dict[str, Any], **other: Any) -> tuple[str, list[dict[str, Any]]]:
    """Return the name of the form and the lines, without description and rate."""
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


def test_the_findings_hold_every_form_also_of_an_order_that_none_fits() -> None:
    given = order(line("100.00", "121.00"), amount_with_tax="121.01")
    names = ["net lines", "gross-led lines", "one gross-led line per rate"]
    for findings in (parked(given).findings, mapped(given, ACCEPT).findings):
        assert [form.name for form in findings.forms] == names
        assert {totals.gross for form in findings.forms for totals in form.predicted.values()} == {
            Decimal("121.00")
        }
    assert parked(order(line("100.00", "100.00", "0.0"))).findings.forms == ()


ACCEPT = replace(RULES, on_cent_difference="accept")
