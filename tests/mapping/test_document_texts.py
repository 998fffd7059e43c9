"""The texts on a document: their language and their length."""

from __future__ import annotations

import pytest

from ppbillit.mapping.document_texts import (
    LINE_TEXT_LIMIT,
    Language,
    clean,
    fitted,
    language_of,
    listed,
    word,
)
from support.order_json import discount, line, mapped, order, shipping


@pytest.mark.parametrize(
    "zipcode, language",
    [
        ("1000", "NL"), ("1299", "NL"), ("1300", "FR"), ("1499", "FR"), ("1500", "NL"), ("3000", "NL"),
        ("4000", "FR"), ("4699", "FR"), ("4700", "DE"), ("4791", "DE"), ("4792", "FR"), ("7999", "FR"),
        ("8000", "NL"), ("9000", "NL"), (None, "NL"), ("B-4000", "NL"), ("", "NL"),
    ],
)  # fmt: skip
def test_in_belgium_the_postcode_decides(zipcode: str | None, language: Language) -> None:
    """Otherwise: a customer in Namur gets a Dutch mail."""
    assert language_of("BE", zipcode) == language


def test_elsewhere_it_does_not() -> None:
    assert language_of("NL", "4000") == "NL"
    assert language_of("DE", "4700") == "DE"


# --- length -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "country, language",
    [("BE", "NL"), ("NL", "NL"), ("FR", "FR"), ("LU", "FR"), ("AT", "DE"), ("SE", "EN"), (None, "NL")],
)
def test_the_language_follows_the_country(country: str | None, language: str) -> None:
    assert language_of(country) == language


def test_a_word_is_given_in_the_language() -> None:
    assert word("shipping", "FR") == "Frais d'envoi"


def test_a_short_text_is_left_as_it_is() -> None:
    assert fitted("Cursus “Tekenen” – é 漢字") == "Cursus “Tekenen” – é 漢字"
    assert fitted("x" * 512) == "x" * 512


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert fitted("x" * 513) == "x" * 511 + "…"
    assert fitted("abc def", 5) == "abc…"


def test_an_emoji_counts_twice_and_is_never_halved() -> None:
    assert fitted("🎨" * 256) == "🎨" * 256
    assert fitted("🎨" * 257) == "🎨" * 255 + "…"
    assert fitted("x" + "🎨" * 256) == "x" + "🎨" * 255 + "…"


def test_a_text_is_put_on_one_line_without_what_no_invoice_can_hold() -> None:
    assert clean(" een\n twee\tdrie ") == "een twee drie"
    assert clean("a\x00b\x07c\ud800d") == "abcd"
    assert clean("\x00") == clean(None) == ""


@pytest.mark.parametrize("label", [None, "", " \n ", "\x00"])
def test_a_line_without_a_label_is_called_an_article(label: str | None) -> None:
    [written] = mapped(order(line("100.00", "121.00", label=label))).draft.order_lines
    assert written.description == "Artikel"


def test_our_words_are_in_the_buyers_language() -> None:
    given = order(
        line(
            "100.00",
            "119.00",
            "19.0",
            "DE",
            discounts=[discount("1.00", "1.19"), discount("1.00", "1.19", None)],
        ),
        shipping=shipping("10.00", "11.90", "19.0")
        | {"taxes": [{"rate": {"country": "DE", "percentage": "19.0"}}]},
        address={"country": "DE"},
    )
    draft = mapped(given).draft
    assert [one.description for one in draft.order_lines] == ["Cursus", "Versandkosten"]
    assert draft.order_lines[0].description_extended == "Rabatt CODE, Rabatt"
    assert draft.comments == "Bestellung 810001"


def test_a_discount_of_nothing_is_not_mentioned() -> None:
    [written] = mapped(
        order(line("100.00", "121.00", discounts=[discount("0.00", "0.00")]))
    ).draft.order_lines
    assert written.description_extended is None


def test_a_thousand_discounts_fit() -> None:
    many = [discount("0.01", "0.01", f"CODE{count}") for count in range(1000)]
    [written] = mapped(order(line("100.00", "121.00", discounts=many))).draft.order_lines
    assert len(written.description_extended or "") == LINE_TEXT_LIMIT


def test_texts_are_put_in_a_row_as_many_as_fit() -> None:
    assert listed(["3 × A", "1 × B"], "NL") == "3 × A, 1 × B"
    assert listed(["x" * 255, "y" * 255], "NL") == "x" * 255 + ", " + "y" * 255
    assert listed(["x" * 255, "y" * 256], "NL") == "x" * 255 + " … +1 meer"
    assert listed(["x" * 250, "y" * 250, "z" * 9, "z"], "NL") == "x" * 250 + ", " + "y" * 250 + " … +2 meer"
    assert listed(["x" * 250, "y" * 253, "z" * 9, "z"], "NL") == "x" * 250 + " … +3 meer"


@pytest.mark.parametrize("language, text", [("FR", "autres"), ("DE", "weitere"), ("EN", "more")])
def test_how_many_more_there_are_is_said_in_the_language(language: Language, text: str) -> None:
    assert listed(["x" * 490, "y" * 500], language) == f"{'x' * 490} … +1 {text}"


def test_a_first_text_that_does_not_fit_is_cut_beside_the_remark() -> None:
    for first in ("x" * 600, "🎨" * 300, "x" * 510):
        row = listed([first, "y"], "NL")
        assert row.endswith("… … +1 meer")
        assert 510 <= len(row.encode("utf-16-le")) // 2 <= LINE_TEXT_LIMIT
    assert listed(["x" * 600], "NL") == "x" * 511 + "…"
