"""What an order says about the VAT of one of its lines: the facts, gathered, and not yet judged."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from ppbillit.mapping.buyer import iso_country
from ppbillit.money import CENT, ZERO, cents

if TYPE_CHECKING:
    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.buyer import Buyer
    from ppbillit.mapping.rules import VatRules

# The VAT territory of the Union by ISO 3166 code, as of 2026 (Council Directive 2006/112/EC, art. 5-8).
EU_COUNTRIES = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    "MC",  # Monaco, which is taxed as France (art. 7)
})  # fmt: skip


@dataclass(frozen=True)
class VatFacts:
    """The facts about one line.  Countries are ISO codes, None where the order names none."""

    vat: Literal["charged", "not charged", "too small to show"]
    rate: Decimal | None
    rate_fits: bool
    rate_country: str | None
    seller_country: str
    buyer_country: str | None
    tax_exempt: str | None
    vat_number: Literal["valid", "invalid", "absent"]
    vat_number_country: str | None
    is_goods: bool
    company: bool
    zero_rate: str

    def told(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Give the named facts as words for a person; all of them where none is named."""
        chosen = names or tuple(field.name for field in fields(self))
        return tuple((LABELS[name], _as_text(name, getattr(self, name))) for name in chosen)


LABELS = {
    "vat": "VAT on the line",
    "rate": "rate on the line",
    "rate_fits": "amounts fit the rate",
    "rate_country": "country of the rate",
    "seller_country": "country of the seller",
    "buyer_country": "country of the buyer",
    "tax_exempt": "tax_exempt in Plug&Pay",
    "vat_number": "VAT number of the buyer",
    "vat_number_country": "country of the VAT number",
    "is_goods": "goods",
    "company": "company name",
    "zero_rate": "zero_rate in the config",
}


def _as_text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f} %"
    return str(value or "none") if name != "tax_exempt" else str(value or "unknown")


def gather_vat_facts(part: Part, buyer: Buyer, rules: VatRules, *, goods_sold: bool) -> VatFacts:
    """Gather the facts about one part; `goods_sold` tells whether the order has any goods at all."""
    return VatFacts(
        vat=_vat(part, buyer),
        rate=tidy(part.rate.percentage) if part.rate else None,
        rate_fits=_rate_fits(part),
        rate_country=iso_country(part.rate.country) if part.rate else None,
        seller_country=rules.seller_country,
        buyer_country=buyer.country,
        tax_exempt="reverse" if buyer.reverse_charged else buyer.tax_exempt,
        vat_number="absent" if buyer.vat_number_given is None else "valid" if buyer.vat_number else "invalid",
        vat_number_country=buyer.vat_country,
        # What is charged for bringing the goods is taxed as the goods are (Directive 2006/112/EC, art. 78).
        is_goods=is_goods(part) or (part.origin == "shipping" and goods_sold),
        company=buyer.has_company,
        zero_rate=rules.zero_rate,
    )


def is_goods(part: Part) -> bool:
    """Tell whether the shop calls the product of a part physical; one it says nothing of is a service."""
    return part.product is not None and part.product.is_physical is True


def _vat(part: Part, buyer: Buyer) -> Literal["charged", "not charged", "too small to show"]:
    """A line of cents may have a rate and still no VAT; of a reverse-charged buyer it has none anyway."""
    if part.vat != ZERO:
        return "charged"
    rate = part.rate.percentage if part.rate else ZERO
    too_small = bool(rate) and cents(part.net * rate / 100) == ZERO
    return "too small to show" if too_small and not buyer.reverse_charged else "not charged"


def _rate_fits(part: Part) -> bool:
    if part.rate is None:
        return False
    # A price per unit may have been rounded before it was multiplied: a cent per unit, and one for the line.
    expected = part.net * (1 + part.rate.percentage / 100)
    return abs(expected - part.gross) <= CENT * (part.quantity + 1)


def tidy(percentage: Decimal) -> Decimal:
    """Write the shop's "21.0" as 21, and leave 5.5 as it is."""
    whole = percentage.to_integral_value()
    return whole if whole == percentage else percentage.normalize()
