"""Which form the lines take, and what Billit makes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mapping_orders import RULES, codes, discount, line, mapped, order, product

from ppbillit.billit.models import DraftLine
from ppbillit.mapping.document import map_order
from ppbillit.mapping.totals import Rounding, predict


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


def test_the_two_roundings_of_gross_led_lines_differ_where_the_sheet_says() -> None:
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
