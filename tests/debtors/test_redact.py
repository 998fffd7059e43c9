"""Names are removed from Billit's texts, and the texts stay readable."""

from __future__ import annotations

import pytest

from ppbillit.debtors.redact import redact


@pytest.mark.parametrize(
    "text, names, left",
    [
        ("An Peeters bestaat niet", ["An Peeters"], "… bestaat niet"),
        ("PEETERS bestaat niet", ["An Peeters"], "… bestaat niet"),
        ("Peeters, An is onbekend", ["An Peeters"], "…, An is onbekend"),
        ("mail an@x.example kaatst", ["an@x.example"], "mail … kaatst"),
        ("het nummer van de koper", ["Tom van de Velde"], "het nummer van de koper"),
        ("De Peetersstraat", ["An Peeters"], "De Peetersstraat"),
        ("C++ (BV) faalt", ["C++ (BV)"], "… faalt"),
        ("mail AN@x.example kaatst", ["boek@x.example; an@x.example"], "mail … kaatst"),
        ("Peeters kaatst", ["An Peeters <an@x.example>"], "… kaatst"),
        ("geen naam", [], "geen naam"),
        ("geen naam", ["", "Li"], "geen naam"),
    ],
)
def test_a_name_and_its_longer_words_are_left_out(text: str, names: list[str], left: str) -> None:
    assert redact(text, names) == left
