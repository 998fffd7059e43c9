"""Each config key reaches the mapping, and the defaults are the same on both sides."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from typing import TYPE_CHECKING

import pytest

from ppbillit.cli.wiring import rules_of
from ppbillit.mapping.rules import LedgerRules, Rules, VatRules
from ppbillit.run import Settings
from support.config_files import GOOD, loaded, write
from support.schema_defaults import RULES

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = """
[invoice]
number = "billit"
payment_term_days = 30
payment_reference = "number"
buyer_reference_question = " PO-nummer "
zero_total = "export"
group_lines = true
on_cent_difference = "rounding_line"

[ledger]
default = 700000
from_product = false
products = { 311 = 700311 }

[vat]
seller_country = "NL"
eu_services = "21"
eu_goods = ""
domestic_reverse_charge = "51"
outside_eu = "24"
zero_rate = "22"
oss = "102"
rounding = "24"

[payments]
to_billit = false
"""


@pytest.mark.parametrize("kind", [Rules, VatRules, LedgerRules, Settings])
def test_no_rule_has_a_second_default_beside_that_of_the_schema(kind: type[Rules | Settings]) -> None:
    """Otherwise: the two differ one day, and a test that builds rules by hand proves something else."""
    assert [
        field.name
        for field in fields(kind)
        if (field.default, field.default_factory) != (MISSING, MISSING) and field.name != "shop_profile"
    ] == []


def test_every_rule_comes_from_the_config(tmp_path: Path) -> None:
    text = f'time_zone = "Europe/Lisbon"\n{GOOD}{EVERYTHING}'
    rules = rules_of(loaded(write(tmp_path / "config.toml", text)), "4712", '{"amounts_per": "line"}')
    unchanged = [
        field.name for field in fields(Rules) if getattr(rules, field.name) == getattr(RULES, field.name)
    ]
    assert unchanged == []
    for ours, theirs in ((rules.vat, RULES.vat), (rules.ledger, RULES.ledger)):
        assert [
            field.name for field in fields(ours) if getattr(ours, field.name) == getattr(theirs, field.name)
        ] == []
    assert replace(rules, buyer_reference_question="PO-nummer") == rules
