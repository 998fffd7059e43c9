"""The tax rates the emulated shop knows, with their ids (plugandpay sheet §9 and the samples of §11)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

IDS: dict[tuple[str, str], int] = {
    ("NL", "21.0"): 57,
    ("NL", "9.0"): 58,
    ("NL", "6.0"): 1,  # a historical rate: they stay in the list
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
    """Write a rate as the API does: at least one decimal ("21.0"); none is lost ("5.25")."""
    value = Decimal(rate)
    tenths = value.quantize(Decimal("0.1"))
    return str(tenths if tenths == value else value)


def rate_object(country: str | None, rate: Decimal | int | str) -> dict[str, Any]:
    """Give the rate as it hangs below every tax; a rate not listed gets an id of its own, always the same."""
    percent = percentage(rate)
    known = IDS.get((country or "", percent))
    number = known if known is not None else _unlisted(country, percent)
    return {"id": number, "country": country, "percentage": percent}


def _unlisted(country: str | None, percent: str) -> int:
    letters = int.from_bytes((country or "").encode(), "big") % 90_000
    return _UNLISTED + letters + int(Decimal(percent) * 100)
