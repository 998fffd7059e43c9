"""Which orders are mapped, which are skipped, and which wait; every obstacle is named at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ppbillit.mapping.mapper import Ignored, Mapped, Mapping, Parked, Waiting, map_order
from support.order_json import RULES, codes, credit_note, draft_body, line, order, sale


def ignored(mapping: Mapping) -> str:
    assert isinstance(mapping, Ignored), mapping
    return mapping.reasons[0].code


@pytest.mark.parametrize(
    "what", [{"mode": "test"}, {"mode": None}, {"invoice_number": "2026-T"}, {"invoice_number": "7-t"}]
)
def test_a_test_order_is_never_invoiced(what: dict[str, Any]) -> None:
    assert ignored(map_order(sale(**what), RULES)) == "test_order"


def test_a_test_order_is_never_invoiced_even_when_concept() -> None:
    assert ignored(map_order(sale(mode="test", invoice_status="concept"), RULES)) == "test_order"


def test_a_deleted_order_is_never_invoiced() -> None:
    assert ignored(map_order(sale(deleted_at="2026-10-06T08:00:00Z"), RULES)) == "deleted_order"


@pytest.mark.parametrize("status", ["concept", None, "something new"])
def test_an_order_that_is_not_final_waits(status: str | None) -> None:
    assert isinstance(map_order(sale(invoice_status=status), RULES), Waiting)


def test_a_free_order_is_ignored_once_final_and_exported_when_asked() -> None:
    free = order(line("0.00", "0.00"))
    assert ignored(map_order(free, RULES)) == "zero_total"
    assert isinstance(map_order(order(line("0.00", "0.00"), invoice_status="concept"), RULES), Waiting)
    assert draft_body(free, zero_total="export")["OrderLines"][0]["UnitPriceExcl"] == 0


def test_what_is_not_mapped_still_says_order_number_day_and_total() -> None:
    for given in (sale(mode="test"), sale(invoice_status="concept"), sale(amount="1.00")):
        mapping = map_order(given, RULES)
        assert (mapping.order_id, mapping.kind, mapping.number) == (810001, "invoice", "20260417")
        assert (mapping.invoice_day, mapping.total) == (date(2026, 10, 5), Decimal("121.00"))


def test_every_obstacle_is_said_at_once() -> None:
    nobody = {"email": "", "firstname": ""}
    given = sale(invoice_number=None, invoice_date=None, amount="7.00", contact=nobody)
    found = codes(map_order(given, RULES))
    assert found == ["buyer_nameless", "amounts_unexplained", "date_missing", "number_missing"]


def test_the_same_reason_twice_is_said_once() -> None:
    given = order(line("100.00", "100.00", "0.0"), line("50.00", "50.00", "0.0"))
    assert codes(map_order(given, RULES)) == ["vat_zero_unexplained"]


def test_a_vat_number_left_off_is_noted() -> None:
    mapping = map_order(sale(contact={"company": "Zaak", "vat_id_number": "BE0123456788"}), RULES)
    assert isinstance(mapping, Mapped)
    assert [note.code for note in mapping.notes] == ["vat_number_left_off"]


def test_a_parked_order_says_its_total_as_positive_cents() -> None:
    mapping = map_order(credit_note(amount="-7.00"), RULES)
    assert isinstance(mapping, Parked)
    assert str(mapping.total) == "121.00"
