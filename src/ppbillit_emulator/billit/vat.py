"""Billit's VAT rates by country, ventilation codes and check of VAT numbers (billit.md §3.3, §4)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

OSS: Final = "104"
ZERO_RATED: Final = "1"
ZERO_CODES: Final = frozenset({"1", "21", "22", "24", "51", "55", "70", "101", "102", OSS})
REVERSED_CODES: Final = frozenset({"21", "51", "55"})

# Rates above zero, lowest first; codes 2, 3 and 4 mean low, middle and high (in France 20 % has code 4).
_RATES: Final[dict[str, tuple[str, ...]]] = {
    "BE": ("6", "12", "21"),
    "NL": ("9", "21"),
    "DE": ("7", "19"),
    "FR": ("2.1", "5.5", "10", "20"),
    "LU": ("3", "8", "14", "17"),
}


def rate_is_valid(country: str, rate: Decimal) -> bool:
    """Check whether a rate exists in the supplier's country."""
    return rate == 0 or rate in {Decimal(each) for each in _RATES[country]}


def code_of_rate(country: str, rate: Decimal) -> str:
    """Return the ventilation code that Billit sets for a rate above zero."""
    rates = [Decimal(each) for each in _RATES[country]]
    if rate == rates[-1]:
        return "4"
    return "2" if rate == rates[0] else "3"


def vat_number_error(number: str, *, checksum: bool) -> str | None:
    """Return the error code for an invalid VAT number, None for a valid one."""
    if number.startswith("BE"):
        return None if _is_belgian(number[2:], checksum=checksum) else "_0_IsNoValidBEVAT"
    return None if re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,13}", number) else "YourVATIsNotValid"


def _is_belgian(digits: str, *, checksum: bool) -> bool:
    if not re.fullmatch(r"[01]\d{9}", digits):
        return False
    return not checksum or 97 - int(digits[:8]) % 97 == int(digits[8:])
