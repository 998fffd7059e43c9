"""Text from outside can be printed safely."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppbillit.reasons import reason
from ppbillit.text import printable


@pytest.mark.parametrize(
    "given, fit",
    [
        ("Cursus bij An & Zoë – 50 % 🎓", "Cursus bij An & Zoë – 50 % 🎓"),
        ("\x1b]0;pwn\x07\x1b[31mrood", " ]0;pwn  [31mrood"),
        ("een\nparked order 1", "een parked order 1"),
        ("\u202egnip\u2069\u200f", " gnip  "),
        ("\u2028\u2029\x85\x9b", "    "),
        ("", ""),
    ],
)
def test_what_does_something_becomes_a_space(given: str, fit: str) -> None:
    assert printable(given) == fit


@given(st.text())
def test_it_stays_as_long_and_holds_no_control(text: str) -> None:
    made = printable(text)
    assert len(made) == len(text)
    assert printable(made) == made
    assert not {unicodedata.category(character) for character in made} & {"Cc", "Cs", "Zl", "Zp"}


def test_a_reason_is_harmless_whatever_the_line_is_called() -> None:
    """Otherwise: a product's name repaints the terminal, and forges a finding in the mail."""
    told = reason("vat_zero_unexplained", line="\x1b[2J\nparked order 1")
    assert '" [2J parked order 1"' in told.message
    assert told.facts == {"line": " [2J parked order 1"}
