"""The VAT treatment of every part of an order, and the ventilation code of its document.

One line by itself is decided by the table in `treatments`, from its evidence alone; here is what lines decide
for one another: free ones go with what was paid, shipping goes with the goods, and a discount on the whole
order with what it is taken off.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ppbillit.mapping.vat_facts import gather_vat_facts, is_goods
from ppbillit.mapping.vat_table import Decision, Treatment, decide
from ppbillit.money import ZERO
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.buyer import Buyer
    from ppbillit.mapping.rules import VatRules


def decide_all(parts: Sequence[Part], buyer: Buyer, rules: VatRules) -> list[Decision]:
    """Decide on every part."""
    goods_sold = any(is_goods(part) for part in parts)
    own = [decide(part, gather_vat_facts(part, buyer, rules, goods_sold=goods_sold), rules) for part in parts]
    own = _with_discounts(own, parts)
    paid = [found for found, part in zip(own, parts, strict=True) if not _is_free(part)]
    known = [found for found in paid or own if isinstance(found.outcome, Treatment)]
    if not known:
        return own
    kinds = {_kind(found) for found in known}
    return [
        _followed(found, known[0]) if _is_free(part) and _kind(found) not in kinds else found
        for found, part in zip(own, parts, strict=True)
    ]


def _with_discounts(own: list[Decision], parts: Sequence[Part]) -> list[Decision]:
    sold = [
        found for found, part in zip(own, parts, strict=True) if part.origin == "item" and not _is_free(part)
    ]
    return [
        _discounted(found, part, sold) if part.origin == "discount" else found
        for found, part in zip(own, parts, strict=True)
    ]


def _discounted(discount: Decision, part: Part, sold: list[Decision]) -> Decision:
    """Give a discount the treatment of all that it is taken off, where that is one, and its own amounts fit."""
    taxed = {found.outcome: found.rule for found in sold if isinstance(found.outcome, Treatment)}
    if len(taxed) > 1:
        spread = reason("discount_over_several_rates", line=part.label or part.origin)
        because = tuple(("it is taken off", f"{one.name} {one.percentage:f} %") for one in taxed)
        return replace(discount, outcome=spread, rule="a discount over several rates", because=because)
    if len(taxed) == 1 and isinstance(discount.outcome, Treatment):
        [(outcome, rule)] = taxed.items()
        because = (("it is taken off", rule),)
        return replace(discount, outcome=outcome, rule="a discount goes with what it is off", because=because)
    return discount


def treat(part: Part, buyer: Buyer, rules: VatRules, *, goods_sold: bool = False) -> Treatment | Reason:
    """Give the treatment of one part by itself, or the reason it has none."""
    return decide(part, gather_vat_facts(part, buyer, rules, goods_sold=goods_sold), rules).outcome


def _is_free(part: Part) -> bool:
    return part.net == part.gross == ZERO


def _kind(found: Decision) -> tuple[str, str | None] | None:
    outcome = found.outcome
    return (outcome.code, outcome.country) if isinstance(outcome, Treatment) else None


def _followed(free: Decision, paid: Decision) -> Decision:
    return replace(
        free,
        outcome=paid.outcome,
        rule="a free line goes with what was paid",
        because=(("price", "0.00"), ("treatment of what was paid", paid.rule)),
    )


def header_code(treatments: list[Treatment]) -> str | Reason | None:
    """Give the document's ventilation code; lines carry their own only where this is not theirs.

    The header's code speaks for all lines without VAT, and OSS is said on the header (billit.md §4), so an
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
