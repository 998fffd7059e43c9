"""The table of VAT treatments: every row is reached, and every case has an answer."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from itertools import product as every
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.mapping.amounts import Part
from ppbillit.mapping.vat_facts import LABELS, VatFacts
from ppbillit.mapping.vat_table import NO_VAT, TABLE, Decision, Refusal, Treatment, decide
from ppbillit.reasons import Reason
from support.order_json import RULES, line, mapped, order, parked
from support.schema_defaults import vat_rules

if TYPE_CHECKING:
    from ppbillit.mapping.rules import VatRules

PART = Part("item", "Cursus", Decimal(1), Decimal(100), Decimal(121))
WITH_ZERO_RATE = vat_rules(zero_rate="24")


def evidence(**other: Any) -> VatFacts:
    """Return the facts of a Belgian consumer who pays 21 %."""
    facts: dict[str, Any] = {
        "vat": "charged",
        "rate": Decimal(21),
        "rate_fits": True,
        "rate_country": "BE",
        "seller_country": "BE",
        "buyer_country": "BE",
        "tax_exempt": "none",
        "vat_number": "absent",
        "vat_number_country": None,
        "is_goods": False,
        "company": False,
        "zero_rate": "",
    }
    return VatFacts(**(facts | other))


def decision(rules: VatRules = WITH_ZERO_RATE, **facts: Any) -> Decision:
    return decide(PART, evidence(**facts), rules)


ABROAD = {"vat_number": "valid", "vat_number_country": "NL", "buyer_country": "NL"}
REVERSED: dict[str, Any] = {"vat": "not charged", "tax_exempt": "reverse"}

# For each row: facts under which it speaks, and how the line is taxed, or why it is refused.
ROWS: list[tuple[str, dict[str, Any], Treatment | str]] = [
    ("VAT without a single rate", {"rate": None}, "vat_rate_missing"),
    ("VAT that is not the rate's", {"rate_fits": False}, "vat_rate_mismatch"),
    (
        "VAT of an unnamed country, sold abroad",
        {"rate_country": None, "buyer_country": "NL"},
        "vat_rate_country_unknown",
    ),
    ("domestic", {}, Treatment("domestic", Decimal(21), "", "BE")),
    ("VAT of a country outside the EU", {"rate_country": "GB"}, "vat_foreign_outside_eu"),
    ("oss", {"rate_country": "NL"}, Treatment("oss", Decimal(21), "104", "NL")),
    (
        "outside the EU",
        {"vat": "not charged", "buyer_country": "CH"},
        Treatment("outside the EU", NO_VAT, "70"),
    ),
    ("reverse charge without a VAT number", REVERSED, "reverse_charge_without_vat_number"),
    (
        "reverse charge with an invalid VAT number",
        REVERSED | {"vat_number": "invalid"},
        "reverse_charge_vat_number_invalid",
    ),
    (
        "domestic reverse charge",
        REVERSED | {"vat_number": "valid", "vat_number_country": "BE"},
        Treatment("domestic reverse charge", NO_VAT, "21"),
    ),
    ("EU goods", REVERSED | ABROAD | {"is_goods": True}, Treatment("EU goods", NO_VAT, "51")),
    ("EU services", REVERSED | ABROAD, Treatment("EU services", NO_VAT, "55")),
    (
        "exempt",
        {"vat": "not charged", "rate": None, "zero_rate": "24"},
        Treatment("exempt", NO_VAT, "24"),
    ),
    (
        "outside the scope of VAT",
        {"vat": "not charged", "rate": Decimal(0), "zero_rate": "22"},
        Treatment("outside the scope of VAT", NO_VAT, "22"),
    ),
    (
        "zero rate",
        {"vat": "not charged", "rate": Decimal(0), "zero_rate": "1"},
        Treatment("zero rate", NO_VAT, "1"),
    ),
    ("no VAT, and no reason for it", {"vat": "not charged"}, "vat_zero_unexplained"),
]


@pytest.mark.parametrize("rule, facts, outcome", ROWS, ids=[rule for rule, _, _ in ROWS])
def test_a_row_speaks_where_it_should(rule: str, facts: dict[str, Any], outcome: Treatment | str) -> None:
    found = decision(vat_rules(zero_rate=facts.get("zero_rate", "")), **facts)
    assert found.rule == rule
    if isinstance(outcome, str):
        assert isinstance(found.outcome, Reason)
        assert found.outcome.code == outcome
    else:
        assert found.outcome == outcome


def test_every_row_is_tested_and_has_a_name_of_its_own() -> None:
    assert [row.name for row in TABLE] == [rule for rule, _, _ in ROWS]


def test_the_table_answers_whatever_the_facts_are() -> None:
    vat = ("charged", "not charged", "too small to show")
    countries = ("BE", "NL", "CH", None)
    rates = (None, Decimal(0), Decimal(21))
    for facts in every(vat, rates, (True, False), countries, countries, ("reverse", "none", None)):
        names = ("vat", "rate", "rate_fits", "rate_country", "buyer_country", "tax_exempt")
        for number in ("valid", "invalid", "absent"):
            country = "NL" if number == "valid" else None
            given: dict[str, Any] = dict(zip(names, facts, strict=True))
            found = decision(WITH_ZERO_RATE, **given, vat_number=number, vat_number_country=country)
            if isinstance(found.outcome, Treatment):
                assert bool(found.outcome.percentage) == (found.facts.vat != "not charged")
                assert found.outcome.percentage or found.outcome.code


def test_what_a_row_looks_at_is_what_it_says_spoke() -> None:
    for row in TABLE:
        for test in row.when:
            seen: set[str] = set()
            test.holds(_Watched(evidence(), seen))  # type: ignore[arg-type]
            assert seen <= set(test.facts)


class _Watched:
    """Evidence that keeps which of its facts were looked at."""

    def __init__(self, facts: VatFacts, seen: set[str]) -> None:
        self._facts, self._seen = facts, seen

    def __getattr__(self, name: str) -> Any:
        self._seen.add(name)
        return getattr(self._facts, name)


def test_a_decision_says_the_facts_that_spoke_in_words() -> None:
    assert decision(**REVERSED | ABROAD).because == (
        ("VAT on the line", "not charged"),
        ("tax_exempt in Plug&Pay", "reverse"),
        ("VAT number of the buyer", "valid"),
        ("country of the VAT number", "NL"),
        ("goods", "no"),
    )


def test_where_nothing_spoke_all_facts_are_shown() -> None:
    found = decision(vat="not charged")
    assert isinstance(found.outcome, Reason)
    assert dict(found.because)["rate on the line"] == "21 %"
    assert [name for name, _ in found.because] == list(LABELS.values())


def test_every_fact_has_a_label() -> None:
    assert [field.name for field in fields(VatFacts)] == list(LABELS)


def test_an_unknown_tax_exempt_is_called_so() -> None:
    assert dict(evidence(tax_exempt=None).as_words())["tax_exempt in Plug&Pay"] == "unknown"
    assert dict(evidence(buyer_country=None).as_words())["country of the buyer"] == "none"


def test_a_row_without_a_code_in_the_config_refuses_and_names_its_key() -> None:
    for row in TABLE:
        if isinstance(row, Refusal) or row.key in {None, "zero_rate"}:
            continue
        assert row.description
        facts = next(facts for rule, facts, _ in ROWS if rule == row.name)
        found = decide(PART, evidence(**facts), vat_rules(**{str(row.key): ""}))
        assert isinstance(found.outcome, Reason)
        assert found.outcome.code == "vat_code_missing"
        assert row.description in found.outcome.message


# --- what an order says -------------------------------------------------------------------------


def test_the_findings_hold_a_decision_for_each_part() -> None:
    found = mapped(order(line("100.00", "121.00"), line("10.00", "10.60", "6.0"))).findings
    assert [decision.rule for decision in found.decisions] == ["domestic", "domestic"]
    assert [part.net for part in found.parts] == [Decimal(100), Decimal(10)]
    assert found.accounts == (None, None)


def test_the_findings_of_a_parked_order_hold_what_was_refused() -> None:
    found = parked(order(line("100.00", "100.00", "0.0"))).findings
    [refused] = found.decisions
    assert refused.rule == "no VAT, and no reason for it"
    assert refused.facts.company is False
    assert found.buyer is not None
    assert found.amounts is not None


def test_a_part_of_a_known_order_says_who_the_buyer_is() -> None:
    contact = {"company": "Zaak", "vat_id_number": "BE0123456788", "tax_exempt": "unknown"}
    [found] = mapped(order(line("100.00", "121.00"), contact=contact)).findings.decisions
    facts = dict(found.facts.as_words())
    assert facts["company name"] == "yes"
    assert facts["VAT number of the buyer"] == "invalid"
    assert facts["tax_exempt in Plug&Pay"] == "unknown"


def test_a_free_line_says_that_it_follows_the_paid_ones() -> None:
    found = mapped(order(line("100.00", "106.00", "6.0"), line("0.00", "0.00", None))).findings
    assert [decision.rule for decision in found.decisions] == [
        "domestic",
        "a free line goes with what was paid",
    ]
    assert dict(found.decisions[1].because)["treatment of what was paid"] == "domestic"


def test_foreign_vat_of_a_buyer_with_a_vat_number_is_noted() -> None:
    sold, dutch = line("100.00", "121.00", country="NL"), {"country": "NL"}
    for number, notes in (("NL000099998B57", ["oss_for_business"]), (None, [])):
        given = order(sold, address=dutch, contact={"company": "Klant", "vat_id_number": number})
        assert [note.code for note in mapped(given, RULES).notes] == notes
