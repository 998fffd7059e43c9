"""Edges that mutation testing found unguarded: a wrong sign or bound there changed no other test."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from mapping_orders import RULES, codes, discount, line, mapped, order, parked, product

from ppbillit.mapping.amounts import Amounts, read_amounts
from ppbillit.mapping.document_texts import language_of
from ppbillit.mapping.mapper import map_order
from ppbillit.mapping.rules import LedgerRules

GERMAN_FIRM = {
    "address": {"country": "DE"},
    "contact": {"company": "Firma GmbH", "vat_id_number": "DE136695976", "tax_exempt": "reverse"},
}


@pytest.mark.parametrize("group_lines", [False, True])
def test_lines_without_vat_for_different_reasons_each_keep_their_code(*, group_lines: bool) -> None:
    """Otherwise: goods and services to a firm abroad are grouped into zero-rated lines without a reason."""
    goods, service = product(1, is_physical=True), product(2, is_physical=False)
    sold = order(
        line("20.00", "20.00", "0.0", label="Boek", **goods),
        line("30.00", "30.00", "0.0", label="Boek 2", **goods),
        line("50.00", "50.00", "0.0", label="Cursus", **service),
        line("60.00", "60.00", "0.0", label="Cursus 2", **service),
        **GERMAN_FIRM,
    )
    draft = mapped(sold, replace(RULES, group_lines=group_lines)).draft
    assert draft.ventilation_code is None
    expected = ["51", "55"] if group_lines else ["51", "51", "55", "55"]
    assert [one.ventilation_code for one in draft.order_lines] == expected


def test_units_rounded_before_they_were_multiplied_may_be_a_cent_off_each() -> None:
    """80.17 × 4 is 320.68, and the shop says 320.66; the gross total is exact."""
    sold = order(line("80.17", "97.00", quantity=4), amount="320.66", amount_with_tax="388.00")
    found = read_amounts(sold)
    assert isinstance(found, Amounts)
    assert found.reading.amounts_per == "unit"
    assert mapped(sold).total == Decimal("388.00")


def test_units_may_not_be_more_than_a_cent_off_each() -> None:
    sold = order(line("80.17", "97.00", quantity=4), amount="320.63", amount_with_tax="388.00")
    assert codes(parked(sold)) == ["amounts_unexplained"]


@pytest.mark.parametrize("off, fits", [("0.01", True), ("0.02", False)])
def test_a_line_may_be_a_cent_off_and_no_more(off: str, *, fits: bool) -> None:
    sold = order(line("100.00", "121.00"), amount=str(Decimal("100.00") + Decimal(off)))
    assert isinstance(read_amounts(sold), Amounts) is fits


def test_a_discount_of_cents_on_a_line_of_cents_takes_off() -> None:
    """Otherwise: below one euro a discount is added."""
    sold = order(
        line("0.50", "0.61", discounts=[discount("0.10", "0.12")]), amount="0.40", amount_with_tax="0.49"
    )
    found = read_amounts(sold)
    assert isinstance(found, Amounts)
    assert [(part.net, part.gross) for part in found.parts] == [(Decimal("0.40"), Decimal("0.49"))]


def test_a_discount_of_cents_on_an_order_of_cents_takes_off() -> None:
    sold = order(
        line("0.50", "0.61"),
        total_discounts=[discount("0.10", "0.12")],
        amount="0.40",
        amount_with_tax="0.49",
    )
    found = read_amounts(sold)
    assert isinstance(found, Amounts)
    assert sum(part.gross for part in found.parts) == Decimal("0.49")


def test_a_reminder_fee_that_names_half_its_amount_is_left_out() -> None:
    sold = order(line("100.00", "121.00"), collection_costs=[{"amount": "10.00", "amount_with_tax": None}])
    assert mapped(sold).total == Decimal("121.00")


def test_the_nearest_total_is_named_where_none_is_hit() -> None:
    """Otherwise: the person is told a figure that no form comes to."""
    sold = order(line("80.17", "97.00"), line("24.79", "29.99"), amount_with_tax="127.01")
    [reason] = parked(sold).reasons
    assert reason.code == "total_unreachable"
    assert "127.00" in reason.message


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
    rules = replace(RULES, ledger=LedgerRules(default=700_000))
    assert mapped(order(line("100.00", "121.00")), rules).draft.order_lines[0].account_code == 700_000


def test_a_debtor_has_the_telephone_and_the_language_of_the_buyer() -> None:
    sold = order(
        line("100.00", "121.00"),
        address={"country": "BE", "zipcode": "5000"},
        contact={"telephone": "+32475123456"},
    )
    mapping = mapped(sold)
    assert (mapping.buyer.draft.phone, mapping.buyer.draft.language) == ("+32475123456", "FR")
    assert language_of("BE", "5000") == "FR"
    assert mapping.draft.comments == "Commande 810001"
