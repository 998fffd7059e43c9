"""Exact amounts in euros, net and gross together, and tax rates with their ids (plugandpay.md §7.5, §7.6, §9)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
Amount = Decimal | int | str  # never a float: 0.1 is not a price


def exact(value: Amount) -> Decimal:
    """Return an amount as Decimal; raise TypeError for a float."""
    if isinstance(value, float):
        raise TypeError("money is never a float")
    return Decimal(value)


def rounded(value: Decimal, step: Decimal = CENT) -> Decimal:
    """Round half away from zero, which is what ROUND_HALF_UP does."""
    return value.quantize(step, rounding=ROUND_HALF_UP)


def amount_text(value: Decimal) -> str:
    """Format an amount as the API does, without minus zero."""
    return str(rounded(value) + 0)


@dataclass(frozen=True)
class Money:
    """A net and a gross amount."""

    net: Decimal = Decimal(0)
    gross: Decimal = Decimal(0)

    def __add__(self, other: Money) -> Money:
        """Add net and gross."""
        return Money(self.net + other.net, self.gross + other.gross)

    def __sub__(self, other: Money) -> Money:
        """Subtract net and gross."""
        return Money(self.net - other.net, self.gross - other.gross)

    def times(self, quantity: int) -> Money:
        """Multiply by a quantity, which is exact."""
        return Money(self.net * quantity, self.gross * quantity)

    def per_unit(self, quantity: int) -> Money:
        """Divide by a quantity and round to cents, which often is not exact."""
        return Money(rounded(self.net / quantity), rounded(self.gross / quantity))

    @property
    def vat(self) -> Decimal:
        """Return the VAT: gross minus net, not net times rate (plugandpay.md §7.5)."""
        return self.gross - self.net

    def fields(self) -> dict[str, str]:
        """Return the two members that amounts have in the API."""
        return {"amount": amount_text(self.net), "amount_with_tax": amount_text(self.gross)}


def total(parts: list[Money]) -> Money:
    """Return the sum."""
    return sum(parts, Money())


def split(typed: Decimal, rate: Decimal, *, gross_led: bool) -> Money:
    """Return net and gross for the one that the seller typed, which stays exact (plugandpay.md §7.6)."""
    factor = 1 + rate / 100
    if gross_led:
        gross = rounded(typed)
        return Money(rounded(gross / factor), gross)
    net = rounded(typed)
    return Money(net, rounded(net * factor))


RATE_IDS: dict[tuple[str, str], int] = {
    ("NL", "21.0"): 57,
    ("NL", "9.0"): 58,
    ("NL", "6.0"): 1,  # a historical rate, which stays in the list
    ("NL", "0.0"): 61,
    ("BE", "21.0"): 101,
    ("BE", "6.0"): 102,
    ("BE", "12.0"): 103,
    ("BE", "0.0"): 104,
    ("DE", "19.0"): 121,
    ("DE", "7.0"): 122,
    ("DE", "0.0"): 123,
    ("FR", "20.0"): 131,
    ("FR", "5.5"): 132,
    ("LU", "17.0"): 141,
    ("CH", "0.0"): 151,
    ("GB", "0.0"): 152,
}
_UNLISTED = 900_000


def percentage(rate: Decimal | int | str) -> str:
    """Format a rate as the API does: with at least one decimal ("21.0", "5.25")."""
    value = Decimal(rate)
    tenths = value.quantize(Decimal("0.1"))
    return str(tenths if tenths == value else value)


def rate_object(country: str | None, rate: Decimal | int | str) -> dict[str, Any]:
    """Return the rate as part of a tax; a rate that is not listed has an id that is always the same."""
    percent = percentage(rate)
    known = RATE_IDS.get((country or "", percent))
    number = known if known is not None else _unlisted(country, percent)
    return {"id": number, "country": country, "percentage": percent}


def _unlisted(country: str | None, percent: str) -> int:
    letters = int.from_bytes((country or "").encode(), "big") % 90_000
    return _UNLISTED + letters + int(Decimal(percent) * 100)
