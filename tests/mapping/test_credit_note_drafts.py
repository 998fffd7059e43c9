"""Credit notes are positive, due at once, never paid, and name the invoice that they credit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ppbillit.mapping.mapper import Mapped, Original, map_order
from support.order_json import RULES, codes, credit_note, draft_body, line, mapped, order, sale


def test_a_credit_note_has_no_payment_reference() -> None:
    assert "PaymentReference" not in draft_body(credit_note(), payment_reference="number")


def test_a_credit_note_is_positive_due_at_once_and_never_paid() -> None:
    found = draft_body(credit_note())
    assert found["OrderType"] == "CreditNote"
    assert found["OrderLines"][0]["UnitPriceExcl"] == 100
    assert found["ExpiryDate"] == found["OrderDate"]
    assert "Paid" not in found


def test_a_negative_total_is_a_credit_note_whatever_its_payment_says() -> None:
    assert mapped(credit_note(payment={"status": "paid"})).kind == "credit_note"


def test_a_credit_note_with_a_positive_total_is_parked() -> None:
    assert codes(map_order(sale(payment={"status": "credit_invoice"}), RULES)) == ["signs_mixed"]


def test_a_credit_note_of_nothing_is_one() -> None:
    given = order(line("0.00", "0.00"), payment={"status": "credit_invoice"})
    assert mapped(given, replace(RULES, zero_total="export")).kind == "credit_note"


@pytest.mark.parametrize(
    "original, named, notes",
    [
        (Original(1, "20260401"), "20260401", []),
        (Original(1, None), None, ["original_unknown"]),
        (None, None, ["original_unknown"]),
    ],
)
def test_a_credit_note_names_its_original_only_where_billit_has_it(
    original: Original | None, named: str | None, notes: list[str]
) -> None:
    mapping = map_order(credit_note(), RULES, original)
    assert isinstance(mapping, Mapped)
    assert mapping.draft.about_invoice_number == named
    assert [note.code for note in mapping.notes] == notes


def test_an_invoice_names_no_original() -> None:
    mapping = map_order(sale(), RULES, Original(1, "20260401"))
    assert isinstance(mapping, Mapped)
    assert mapping.draft.about_invoice_number is None
    assert mapping.notes == ()
