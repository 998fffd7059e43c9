"""In which language a buyer is addressed."""

from __future__ import annotations

import pytest

from ppbillit.mapping.document_texts import Language, language_of


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
