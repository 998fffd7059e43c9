"""Which ledger account a line is booked on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ppbillit.mapping.amounts import Part
from ppbillit.mapping.ledger import account_for, accounts_for
from ppbillit.mapping.mapper import map_order
from ppbillit.plugandpay.models import Product
from ppbillit.reasons import Reason
from support.order_json import RULES, codes, line, mapped, order, product
from support.schema_defaults import ledger_rules


@pytest.mark.parametrize("ledger, account", [("999999999", 999_999_999), ("1000000000", None)])
def test_the_longest_ledger_account_has_nine_digits(ledger: str, account: int | None) -> None:
    mapping = map_order(order(line("100.00", "121.00", **product(1, ledger=ledger))), RULES)
    if account is None:
        assert codes(mapping) == ["ledger_not_a_number"]
    else:
        assert (
            mapped(order(line("100.00", "121.00", **product(1, ledger=ledger))))
            .draft.order_lines[0]
            .account_code
            == account
        )


def test_the_default_account_is_for_what_has_none() -> None:
    rules = replace(RULES, ledger=ledger_rules(default=700_000))
    assert mapped(order(line("100.00", "121.00")), rules).draft.order_lines[0].account_code == 700_000


# --- products and defaults ----------------------------------------------------------------------

CONFIGURED = ledger_rules(default=700000, products={311: 700311})


def part(product_id: int | None = None, **product: Any) -> Part:
    return Part(
        "item",
        "Cursus",
        Decimal(1),
        Decimal(10),
        Decimal("12.10"),
        product_id=product_id,
        product=Product(id=product_id or 0, **product) if product else None,
    )


def test_the_config_for_a_product_goes_before_the_products_own_account() -> None:
    assert account_for(part(311, ledger="8000"), CONFIGURED) == 700311


def test_the_products_own_account_goes_before_the_default() -> None:
    assert account_for(part(312, ledger="8000"), CONFIGURED) == 8000


def test_the_products_own_account_is_not_looked_at_when_switched_off() -> None:
    rules = ledger_rules(default=700000, from_product=False)
    assert account_for(part(312, ledger="OMZET"), rules) == 700000


@pytest.mark.parametrize("given", [part(), part(312), part(312, ledger=None), part(312, ledger=" ")])
def test_the_default_is_for_all_others(given: Part) -> None:
    assert account_for(given, CONFIGURED) == 700000


def test_without_any_of_them_there_is_no_account() -> None:
    assert account_for(part(), ledger_rules()) is None


def test_an_account_may_come_as_a_number() -> None:
    assert account_for(part(312, ledger=8000), ledger_rules()) == 8000


@pytest.mark.parametrize("code", ["OMZET", "8000.1", "-8000", "8 000", "٨٠٠٠", "²", "1234567890"])
def test_an_account_billit_cannot_hold_is_refused(code: str) -> None:
    found = account_for(part(312, ledger=code), ledger_rules())
    assert isinstance(found, Reason)
    assert found.code == "ledger_not_a_number"
    assert '"Cursus"' in found.message


def test_a_discount_on_the_order_is_booked_where_all_of_it_was() -> None:
    off, sent = (replace(part(), origin=origin) for origin in ("discount", "shipping"))
    one, other = part(311, ledger="8000"), part(312, ledger="8001")
    assert accounts_for([one, one, sent, off], CONFIGURED) == [700311, 700311, 700000, 700311]
    assert accounts_for([one, other, off], CONFIGURED) == [700311, 8001, 700000]
