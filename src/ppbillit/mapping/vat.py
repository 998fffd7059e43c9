"""The VAT treatment of every part of an order, and the ventilation code of its document.

`vat_table` decides each line by its own facts. This module applies what lines decide for one another: a free line
follows what was paid, and a discount on the whole order follows what it is taken off.
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
    """Return the decision for each part."""
    goods_sold = any(is_goods(part) for part in parts)
    own = [decide(part, gather_vat_facts(part, buyer, rules, goods_sold=goods_sold), rules) for part in parts]
    return _with_free_lines(_with_discounts(own, parts), parts)


def _with_discounts(own: list[Decision], parts: Sequence[Part]) -> list[Decision]:
    sold = [
        decision
        for decision, part in zip(own, parts, strict=True)
        if part.origin == "item" and not _is_free(part)
    ]
    return [
        _discounted(decision, part, sold) if part.origin == "discount" else decision
        for decision, part in zip(own, parts, strict=True)
    ]


def _discounted(discount: Decision, part: Part, sold: list[Decision]) -> Decision:
    """Return a discount with the treatment of what it is taken off, if that is one and its own amounts fit."""
    taxed = {decision.outcome: decision.rule for decision in sold if isinstance(decision.outcome, Treatment)}
    if len(taxed) > 1:
        spread = reason("discount_over_several_rates", line=part.name)
        because = tuple(("it is taken off", f"{one.name} {one.percentage:f} %") for one in taxed)
        return replace(discount, outcome=spread, rule="a discount over several rates", because=because)
    if len(taxed) == 1 and isinstance(discount.outcome, Treatment):
        [(outcome, rule)] = taxed.items()
        because = (("it is taken off", rule),)
        return replace(discount, outcome=outcome, rule="a discount goes with what it is off", because=because)
    return discount


def _with_free_lines(own: list[Decision], parts: Sequence[Part]) -> list[Decision]:
    """Return the decisions with free lines treated as the first paid line, unless one is treated as they are."""
    paid = [decision for decision, part in zip(own, parts, strict=True) if not _is_free(part)]
    treated = [decision for decision in paid or own if isinstance(decision.outcome, Treatment)]
    if not treated:
        return own
    codes = {_code_and_country(decision) for decision in treated}
    return [
        _followed(decision, treated[0])
        if _is_free(part) and _code_and_country(decision) not in codes
        else decision
        for decision, part in zip(own, parts, strict=True)
    ]


def _followed(free: Decision, paid: Decision) -> Decision:
    return replace(
        free,
        outcome=paid.outcome,
        rule="a free line goes with what was paid",
        because=(("price", "0.00"), ("treatment of what was paid", paid.rule)),
    )


def _is_free(part: Part) -> bool:
    return part.net == part.gross == ZERO


def _code_and_country(decision: Decision) -> tuple[str, str | None] | None:
    outcome = decision.outcome
    return (outcome.code, outcome.country) if isinstance(outcome, Treatment) else None


def header_code(treatments: list[Treatment]) -> str | Reason | None:
    """Return the document's ventilation code, None if it has none. A line has its own only if it differs.

    The header's code covers all lines without VAT, and OSS stands on the header (billit.md §4), so an invoice
    cannot hold the VAT of two countries.
    """
    countries = sorted({treatment.country for treatment in treatments if treatment.country})
    if len(countries) > 1:
        return reason("vat_countries_mixed", countries=", ".join(countries))
    codes = list(dict.fromkeys(treatment.code for treatment in treatments if treatment.code))
    for treatment in treatments:
        if treatment.name == "oss":
            return treatment.code or None
    return codes[0] if len(codes) == 1 else None
