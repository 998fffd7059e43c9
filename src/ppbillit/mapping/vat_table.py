"""The table of VAT treatments: read from top to bottom, the first row of which everything holds decides.

A row says what must hold of the evidence, and what follows: a treatment, whose ventilation code the config
names, or a refusal.  A line without VAT always needs a row that speaks for it, since Billit would otherwise
make it zero rated, category Z (billit.md §4); the last row refuses what no other row knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ppbillit.mapping.vat_facts import EU_COUNTRIES, VatFacts
from ppbillit.money import euros_text
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.rules import VatRules

NO_VAT = Decimal(0)


@dataclass(frozen=True)
class Treatment:
    """How a line is taxed: percent, Billit's ventilation code ("" for an ordinary rate), whose VAT it is."""

    name: str
    percentage: Decimal
    code: str = ""
    country: str | None = None


@dataclass(frozen=True)
class Decision:
    """What was decided for one line, by which row, and which facts spoke for it (in words, for a person)."""

    outcome: Treatment | Reason
    rule: str
    because: tuple[tuple[str, str], ...]
    evidence: VatFacts


@dataclass(frozen=True)
class Test:
    """Something that may hold of the evidence, and the names of the facts it looks at."""

    facts: tuple[str, ...]
    holds: Callable[[VatFacts], bool]


@dataclass(frozen=True)
class Row:
    """A treatment: `key` is that of [vat] which names its code, None where Billit needs none.

    `vat_of` gives the country whose VAT is charged; without it there is no VAT.  `said` names the line in a
    refusal where the key is empty.
    """

    name: str
    when: tuple[Test, ...]
    key: str | None
    vat_of: Callable[[VatFacts], str | None] | None = None
    said: str = ""


@dataclass(frozen=True)
class Refusal:
    """A row that speaks against the line."""

    name: str
    when: tuple[Test, ...]
    refuse: Callable[[Part, VatFacts], Reason]


# --- what may hold ----------------------------------------------------------------------------

TAXED = Test(("vat",), lambda facts: facts.vat != "not charged")
UNTAXED = Test(("vat",), lambda facts: facts.vat == "not charged")

NO_RATE = Test(("rate",), lambda facts: not facts.rate)
RATE_UNFIT = Test(("rate", "rate_fits"), lambda facts: not facts.rate_fits)
RATE_OF_NO_COUNTRY = Test(("rate_country",), lambda facts: facts.rate_country is None)
RATE_AT_HOME = Test(
    ("rate_country", "seller_country"), lambda facts: facts.rate_country in {None, facts.seller_country}
)
RATE_OUTSIDE_EU = Test(("rate_country",), lambda facts: facts.rate_country not in EU_COUNTRIES)

BUYER_ABROAD = Test(
    ("buyer_country", "seller_country"),
    lambda facts: facts.buyer_country not in {None, facts.seller_country},
)
BUYER_OUTSIDE_EU = Test(
    ("buyer_country",), lambda facts: bool(facts.buyer_country) and facts.buyer_country not in EU_COUNTRIES
)

REVERSE_CHARGED = Test(("tax_exempt",), lambda facts: facts.tax_exempt == "reverse")
NUMBER_ABSENT = Test(("vat_number",), lambda facts: facts.vat_number == "absent")
NUMBER_INVALID = Test(("vat_number",), lambda facts: facts.vat_number == "invalid")
# The VAT number says where the buyer is taxed, the address only where the order goes (plugandpay.md §13.15).
NUMBER_AT_HOME = Test(
    ("vat_number", "vat_number_country", "seller_country"),
    lambda facts: facts.vat_number_country == facts.seller_country,
)
NUMBER_ABROAD = Test(("vat_number", "vat_number_country"), lambda facts: facts.vat_number == "valid")
GOODS = Test(("is_goods",), lambda facts: facts.is_goods)
A_SERVICE = Test(("is_goods",), lambda facts: not facts.is_goods)

# By the code's category in e-invoices (billit.md §4): E, O, and what is left.
EXEMPT = Test(("zero_rate",), lambda facts: facts.zero_rate in {"24", "101", "102"})
OUTSIDE_SCOPE = Test(("zero_rate",), lambda facts: facts.zero_rate == "22")
ZERO_RATED = Test(("zero_rate",), lambda facts: bool(facts.zero_rate))


# --- the table --------------------------------------------------------------------------------

TABLE: tuple[Row | Refusal, ...] = (
    # With VAT.
    Refusal(
        "VAT without a single rate",
        (TAXED, NO_RATE),
        lambda part, _: reason("vat_rate_missing", line=_line(part)),
    ),
    Refusal(
        "VAT that is not the rate's",
        (TAXED, RATE_UNFIT),
        lambda part, facts: reason(
            "vat_rate_mismatch",
            line=_line(part),
            rate=facts.rate,
            net=euros_text(part.net),
            gross=euros_text(part.gross),
        ),
    ),
    Refusal(
        "VAT of an unnamed country, sold abroad",
        (TAXED, RATE_OF_NO_COUNTRY, BUYER_ABROAD),
        lambda part, facts: reason(
            "vat_rate_country_unknown", line=_line(part), rate=facts.rate, country=facts.buyer_country
        ),
    ),
    Row("domestic", (TAXED, RATE_AT_HOME), None, lambda facts: facts.seller_country),
    Refusal(
        "VAT of a country outside the EU",
        (TAXED, RATE_OUTSIDE_EU),
        lambda part, facts: reason("vat_foreign_outside_eu", line=_line(part), country=facts.rate_country),
    ),
    Row("oss", (TAXED,), "oss", lambda facts: facts.rate_country, "VAT of another EU country (OSS)"),
    # Without VAT.
    Row("outside the EU", (UNTAXED, BUYER_OUTSIDE_EU), "outside_eu", said="sold outside the EU"),
    # Reverse charge needs a valid VAT number of the buyer (EN 16931 BR-AE-02, BR-IC-02).
    Refusal(
        "reverse charge without a VAT number",
        (UNTAXED, REVERSE_CHARGED, NUMBER_ABSENT),
        lambda _part, _: reason("reverse_charge_without_vat_number"),
    ),
    Refusal(
        "reverse charge with an invalid VAT number",
        (UNTAXED, REVERSE_CHARGED, NUMBER_INVALID),
        lambda _part, _: reason("reverse_charge_vat_number_invalid"),
    ),
    Row(
        "domestic reverse charge",
        (UNTAXED, REVERSE_CHARGED, NUMBER_AT_HOME),
        "domestic_reverse_charge",
        said="reverse charged at home",
    ),
    Row(
        "EU goods",
        (UNTAXED, REVERSE_CHARGED, NUMBER_ABROAD, GOODS),
        "eu_goods",
        said="goods to an EU business",
    ),
    Row(
        "EU services",
        (UNTAXED, REVERSE_CHARGED, NUMBER_ABROAD, A_SERVICE),
        "eu_services",
        said="a service to an EU business",
    ),
    # No VAT by the seller's own word in the config; not where the line itself names a rate.
    Row("exempt", (UNTAXED, NO_RATE, EXEMPT), "zero_rate"),
    Row("outside the scope of VAT", (UNTAXED, NO_RATE, OUTSIDE_SCOPE), "zero_rate"),
    Row("zero rate", (UNTAXED, NO_RATE, ZERO_RATED), "zero_rate"),
    Refusal(
        "no VAT, and no reason for it", (), lambda part, _: reason("vat_zero_unexplained", line=_line(part))
    ),
)


def decide(part: Part, facts: VatFacts, rules: VatRules) -> Decision:
    """Read the table for one line."""
    row = next(row for row in TABLE if all(test.holds(facts) for test in row.when))
    outcome = row.refuse(part, facts) if isinstance(row, Refusal) else _treatment(row, part, facts, rules)
    # The last row asks nothing: there, all facts together say that there is no reason.
    spoke = dict.fromkeys(name for test in row.when for name in test.facts)
    return Decision(outcome, row.name, facts.told(*spoke), facts)


def _treatment(row: Row, part: Part, facts: VatFacts, rules: VatRules) -> Treatment | Reason:
    code: str = getattr(rules, row.key) if row.key else ""
    if row.key and not code:
        return reason("vat_code_missing", line=_line(part), treatment=row.said, key=row.key)
    if row.vat_of:
        return Treatment(row.name, facts.rate or NO_VAT, code, row.vat_of(facts))
    return Treatment(row.name, NO_VAT, code)


def _line(part: Part) -> str:
    return part.label or part.origin
