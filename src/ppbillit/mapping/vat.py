"""The VAT treatment of each part: a rate, a ventilation code where Billit wants one, or why it is parked.

The order's own evidence decides (amounts, rate and its country, `tax_exempt`, the buyer's country and VAT
number), never a default: a line without VAT always needs a reason, since Billit would otherwise make it zero
rated, category Z (billit sheet §4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ppbillit.mapping.debtor import iso_country
from ppbillit.money import CENT, ZERO, cents, plain
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.debtor import Buyer
    from ppbillit.mapping.rules import VatRules

# The VAT territory of the Union by ISO 3166 code, as of 2026 (Council Directive 2006/112/EC, art. 5-8).
EU_COUNTRIES = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    "MC",  # Monaco, which is taxed as France (art. 7)
})  # fmt: skip


NO_VAT = Decimal(0)


@dataclass(frozen=True)
class Treatment:
    """How a line is taxed: percent, Billit's ventilation code ("" for an ordinary rate), whose VAT it is."""

    name: str
    percentage: Decimal
    code: str = ""
    country: str | None = None


def treat_all(parts: Sequence[Part], buyer: Buyer, rules: VatRules) -> list[Treatment | Reason]:
    """Give the treatment of every part: free parts go with the paid ones, shipping goes with the goods."""
    goods_sold = any(_is_goods(part) for part in parts)
    own = [treat(part, buyer, rules, goods_sold=goods_sold) for part in parts]
    paid = [found for found, part in zip(own, parts, strict=True) if not _is_free(part)]
    known = [found for found in paid or own if isinstance(found, Treatment)]
    if not known:
        return own
    kinds = {(treatment.code, treatment.country) for treatment in known}
    return [
        known[0] if _is_free(part) and _kind(found) not in kinds else found
        for found, part in zip(own, parts, strict=True)
    ]


def treat(part: Part, buyer: Buyer, rules: VatRules, *, goods_sold: bool = False) -> Treatment | Reason:
    """Give the treatment of one part by itself, or the reason it has none."""
    rate = part.rate.percentage if part.rate else None
    too_small_for_vat = bool(rate) and cents(part.net * (rate or ZERO) / 100) == ZERO
    if part.vat == ZERO and (buyer.reverse_charged or not too_small_for_vat):
        return _untaxed(part, buyer, rules, goods_sold=goods_sold)
    return _taxed(part, buyer, rules)


def _is_free(part: Part) -> bool:
    return part.net == part.gross == ZERO


def _is_goods(part: Part) -> bool:
    return part.product is not None and part.product.is_physical is True


def _kind(found: Treatment | Reason) -> tuple[str, str | None] | None:
    return (found.code, found.country) if isinstance(found, Treatment) else None


def _taxed(part: Part, buyer: Buyer, rules: VatRules) -> Treatment | Reason:
    line = part.label or part.origin
    if part.rate is None or not part.rate.percentage:
        return reason("vat_rate_missing", line=line)
    rate, country = _tidy(part.rate.percentage), iso_country(part.rate.country)
    # A price per unit may have been rounded before it was multiplied: a cent per unit, and one for the line.
    if abs(part.net * (1 + rate / 100) - part.gross) > CENT * (part.quantity + 1):
        return reason(
            "vat_rate_mismatch",
            line=line,
            rate=rate,
            net=plain(part.net),
            gross=plain(part.gross),
        )
    if country is None and buyer.country not in (None, rules.seller_country):
        return reason("vat_rate_country_unknown", line=line, rate=rate, country=buyer.country)
    if country is None or country == rules.seller_country:
        return Treatment("domestic", rate, country=rules.seller_country)
    if country not in EU_COUNTRIES:
        return reason("vat_foreign_outside_eu", line=line, country=country)
    return _coded(
        part, "VAT of another EU country (OSS)", "oss", rules, Treatment("oss", rate, country=country)
    )


def _tidy(percentage: Decimal) -> Decimal:
    """Write the shop's "21.0" as 21, and leave 5.5 as it is."""
    whole = percentage.to_integral_value()
    return whole if whole == percentage else percentage.normalize()


def _untaxed(part: Part, buyer: Buyer, rules: VatRules, *, goods_sold: bool) -> Treatment | Reason:
    if buyer.country and buyer.country not in EU_COUNTRIES:
        return _coded(part, "sold outside the EU", "outside_eu", rules, Treatment("outside the EU", NO_VAT))
    if buyer.reverse_charged:
        return _reverse_charge(part, buyer, rules, goods_sold=goods_sold)
    says_zero = part.rate is None or part.rate.percentage == 0
    if rules.zero_rate and says_zero:
        return Treatment("zero rate", NO_VAT, rules.zero_rate)
    return reason("vat_zero_unexplained", line=part.label or part.origin)


def _reverse_charge(part: Part, buyer: Buyer, rules: VatRules, *, goods_sold: bool) -> Treatment | Reason:
    """Reverse charge needs a valid VAT number of the buyer (EN 16931 BR-AE-02, BR-IC-02)."""
    if buyer.vat_number_given is None:
        return reason("reverse_charge_without_vat_number")
    if buyer.vat_number is None:
        return reason("reverse_charge_vat_number_invalid")
    # The VAT number says where the buyer is taxed, the address only where the order goes (trap 15).
    if buyer.vat_country == rules.seller_country:
        name = "domestic reverse charge"
        return _coded(
            part, "reverse charged at home", "domestic_reverse_charge", rules, Treatment(name, NO_VAT)
        )
    # What is charged for bringing the goods is taxed as the goods are (Directive 2006/112/EC, art. 78).
    if _is_goods(part) or (part.origin == "shipping" and goods_sold):
        return _coded(part, "goods to an EU business", "eu_goods", rules, Treatment("EU goods", NO_VAT))
    return _coded(part, "a service to an EU business", "eu_services", rules, Treatment("EU services", NO_VAT))


def _coded(part: Part, said: str, key: str, rules: VatRules, treatment: Treatment) -> Treatment | Reason:
    """Put the code the config names on a treatment; an empty one parks the order."""
    code: str = getattr(rules, key)
    if not code:
        return reason("vat_code_missing", line=part.label or part.origin, treatment=said, key=key)
    return replace(treatment, code=code)


def header_code(treatments: list[Treatment]) -> str | Reason | None:
    """Give the document's ventilation code; lines carry their own only where this is not theirs.

    The header's code speaks for all lines without VAT, and OSS is said on the header (billit sheet §4), so an
    invoice with the VAT of two countries cannot be written.
    """
    countries = sorted({treatment.country for treatment in treatments if treatment.country})
    if len(countries) > 1:
        return reason("vat_countries_mixed", countries=", ".join(countries))
    codes = list(dict.fromkeys(treatment.code for treatment in treatments if treatment.code))
    for treatment in treatments:
        if treatment.name == "oss":
            return treatment.code or None
    return codes[0] if len(codes) == 1 else None
