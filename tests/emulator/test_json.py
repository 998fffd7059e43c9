"""The emulator's JSON: exact in both directions."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppbillit_emulator.wire import to_json

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-(10**12), max_value=10**12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | DECIMALS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    assert json.loads(to_json(value), parse_float=Decimal) == value


@given(DECIMALS)
def test_a_decimal_keeps_every_digit(amount: Decimal) -> None:
    assert to_json(amount) == f"{amount:f}"


@pytest.mark.parametrize("value", [1.5, Decimal("NaN"), Decimal("Infinity"), {1, 2}, b"x"])
def test_a_value_without_exact_json_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"."):
        to_json(value)
