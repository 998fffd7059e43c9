"""VAT as Billit knows it: rates by country, ventilation codes, VAT numbers (billit sheet §3.3, §4)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

OSS: Final = "104"
ZERO_RATED: Final = "1"
ZERO_CODES: Final = frozenset({"1", "21", "22", "24", "51", "55", "70", "101", "102", OSS})
REVERSED_CODES: Final = frozenset({"21", "51", "55"})

# Above zero, lowest first; codes 2, 3 and 4 are low, middle and high (France shows 4 at 20 %).
_RATES: Final[dict[str, tuple[str, ...]]] = {
    "BE": ("6", "12", "21"),
    "NL": ("9", "21"),
    "DE": ("7", "19"),
    "FR": ("2.1", "5.5", "10", "20"),
    "LU": ("3", "8", "14", "17"),
}


def rate_is_valid(country: str, rate: Decimal) -> bool:
    """Say whether a rate exists in the supplier's country."""
    return rate == 0 or rate in {Decimal(each) for each in _RATES[country]}


def code_of_rate(country: str, rate: Decimal) -> str:
    """Give the ventilation code that the server fills in for a rate above zero."""
    rates = [Decimal(each) for each in _RATES[country]]
    if rate == rates[-1]:
        return "4"
    return "2" if rate == rates[0] else "3"


def vat_number_error(number: str, *, checksum: bool) -> str | None:
    """Give the code of what is wrong with a VAT number; None where nothing is."""
    if number.startswith("BE"):
        return None if _belgian(number[2:], checksum=checksum) else "_0_IsNoValidBEVAT"
    return None if re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,13}", number) else "YourVATIsNotValid"


def _belgian(digits: str, *, checksum: bool) -> bool:
    if not re.fullmatch(r"[01]\d{9}", digits):
        return False
    return not checksum or 97 - int(digits[:8]) % 97 == int(digits[8:])
