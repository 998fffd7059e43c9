"""Euros as `Decimal`: the one rounding, and the one way to print them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Round euros to whole cents, halves away from zero, as Billit rounds (billit.md §5)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def euros_text(amount: Decimal) -> str:
    """Print euros with two decimals and a dot, for JSON and logs: `Decimal("1e2")` gives `"100.00"`."""
    return format(cents(amount), "f")
