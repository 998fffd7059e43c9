"""The header of a document: number, date, references, due date and payment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.mapping.mapper import map_order
from support.order_json import RULES, codes, draft_body, line, mapped, order, sale

if TYPE_CHECKING:
    from ppbillit.plugandpay.models import Order

# --- number, date, references -------------------------------------------------------------------


def test_the_number_is_the_invoice_number_or_the_order_number_or_billits() -> None:
    assert draft_body(sale())["OrderNumber"] == "20260417"
    assert draft_body(sale(), number="order_number")["OrderNumber"] == "810001"
    assert "OrderNumber" not in draft_body(sale(), number="billit")
    assert mapped(sale(), replace(RULES, number="billit")).number is None


def test_a_missing_invoice_number_parks_only_where_it_is_the_number() -> None:
    given = sale(invoice_number=None)
    assert codes(map_order(given, RULES)) == ["number_missing"]
    assert draft_body(given, number="order_number")["OrderNumber"] == "810001"
    assert "OrderNumber" not in draft_body(given, number="billit")


def test_the_document_carries_our_key_and_the_order_number() -> None:
    found = draft_body(sale())
    assert found["ExternalProviderID"] == "plugandpay-4711-810001"
    assert found["Reference"] == "810001"
    assert found["Comments"] == "Bestelling 810001"


def answered(*answers: tuple[Any, Any], **other: Any) -> Order:
    """Return a sale with a line for each question that was answered."""
    fields = [[{"id": 4, "label": label, "input": answer}] for label, answer in answers]
    lines = [line("100.00", "121.00", custom_fields=each) for each in fields]
    return order(*lines, **other)


@pytest.mark.parametrize("label", ["PO-nummer", "po-NUMMER", " PO-nummer: ", "PO-nummer *", "PO-nummer?"])
def test_the_answer_to_the_named_question_is_the_buyers_reference(label: str) -> None:
    given = answered((label, " PO-7781\n"), ("Maat", "M"))
    assert draft_body(given, buyer_reference_question="PO-nummer")["Reference"] == "PO-7781"
    assert draft_body(given)["Reference"] == "810001"


@pytest.mark.parametrize("answer", [None, "", " ", True, ["a"], {"a": 1}, "\x00"])
def test_without_a_usable_answer_the_order_number_is_the_reference(answer: Any) -> None:
    given = answered(("PO-nummer", answer))
    assert draft_body(given, buyer_reference_question="PO-nummer")["Reference"] == "810001"


def test_several_answers_are_all_said_each_once() -> None:
    given = answered(("PO", "A"), ("PO", 7781), ("PO", "A"))
    assert draft_body(given, buyer_reference_question="PO")["Reference"] == "A, 7781"


def test_another_question_or_none_is_not_the_buyers_reference() -> None:
    given = answered((None, "x"), ("PO", "y"), ("Maat", "M"))
    for question in ("", "Kleur"):
        assert draft_body(given, buyer_reference_question=question)["Reference"] == "810001"


@pytest.mark.parametrize("fields", [None, {}, "x", [None, "x", 1], [{}], [{"id": 1}], [{"label": ["PO"]}]])
def test_questions_of_any_shape_stop_no_invoice(fields: Any) -> None:
    given = order(line("100.00", "121.00", custom_fields=fields))
    assert draft_body(given, buyer_reference_question="PO")["Reference"] == "810001"


def test_the_payment_reference_is_billits_or_the_number() -> None:
    assert "PaymentReference" not in draft_body(sale())
    assert draft_body(sale(), payment_reference="number")["PaymentReference"] == "20260417"
    for number in ("order_number", "billit"):
        assert draft_body(sale(), payment_reference="number", number=number)["PaymentReference"] == "810001"


@pytest.mark.parametrize(
    "invoice_date, created_at, day",
    [
        ("2026-10-05", "2026-10-01T10:00:00Z", date(2026, 10, 5)),
        ("2026-09-30T22:00:00.000000Z", None, date(2026, 10, 1)),
        ("2026-12-31T22:59:00Z", None, date(2026, 12, 31)),
        ("2026-12-31T23:00:00Z", None, date(2027, 1, 1)),
        ("2026-10-25T00:30:00Z", None, date(2026, 10, 25)),
        ("2026-10-05T00:30:00+02:00", None, date(2026, 10, 5)),
        ("2026-10-05 18:42:10", None, date(2026, 10, 5)),
        (None, "2026-10-31T23:30:00.000000Z", date(2026, 11, 1)),
        (" ", "2026-10-31T22:30:00Z", date(2026, 10, 31)),
    ],
)
def test_the_invoice_day_is_local(invoice_date: str | None, created_at: str | None, day: date) -> None:
    given = sale(invoice_date=invoice_date, created_at=created_at)
    assert mapped(given).invoice_day == mapped(given).draft.order_date == day


@pytest.mark.parametrize(
    "what", [None, "5 oktober 2026", "2026-13-01", "05-10-2026", "volgende week maandag"]
)
def test_an_order_without_a_day_is_parked(what: str | None) -> None:
    mapping = map_order(sale(invoice_date=what), RULES)
    assert codes(mapping) == ["date_missing"]
    assert mapping.invoice_day is None


# --- payment ------------------------------------------------------------------------------------


def test_a_paid_order_is_due_and_paid_at_once_at_local_time() -> None:
    found = draft_body(sale())
    assert (found["Paid"], found["PaidDate"]) == (True, "2026-10-05T20:43:00")
    assert found["ExpiryDate"] == found["OrderDate"] == "2026-10-05"


def test_where_payments_are_left_to_the_bookkeeper_no_document_speaks_of_them() -> None:
    """Otherwise: what the shop says is paid is booked a second time when it comes in at the bank."""
    found = draft_body(sale(), tells_payment=False)
    assert not {"Paid", "PaidDate", "PaymentMethod"} & found.keys()
    assert found["ExpiryDate"] == "2026-10-19"


def test_a_paid_order_without_a_moment_is_paid_on_its_invoice_day() -> None:
    draft = mapped(sale(payment={"status": "paid", "paid_at": ""})).draft
    assert draft.paid_date == datetime(2026, 10, 5)  # noqa: DTZ001


def test_a_moment_of_payment_has_no_fraction_of_a_second() -> None:
    found = draft_body(sale(payment={"status": "paid", "paid_at": "2026-10-05T18:43:00.987654Z"}))
    assert found["PaidDate"] == "2026-10-05T20:43:00"


@pytest.mark.parametrize("status", ["open", "processing", "reversed", "new word", None])
def test_what_is_not_paid_is_due_after_the_term(status: str | None) -> None:
    found = draft_body(
        sale(payment={"status": status, "method": "ideal", "paid_at": None}),
        payment_term_days=30,
    )
    assert found["ExpiryDate"] == "2026-11-04"
    assert not {"Paid", "PaidDate", "PaymentMethod"} & found.keys()


@pytest.mark.parametrize("paid_at, paid", [("2026-10-05T18:43:00Z", True), (None, None)])
def test_what_was_paid_before_it_was_credited_is_paid(paid_at: str | None, paid: bool | None) -> None:
    found = draft_body(sale(payment={"status": "credited", "method": "ideal", "paid_at": paid_at}))
    assert found.get("Paid") is paid
    assert found["ExpiryDate"] == ("2026-10-05" if paid else "2026-10-19")


@pytest.mark.parametrize(
    "method, billits",
    [
        ("bancontact", "Bancontact"),
        ("banktransfer", "Wired"),
        ("iban", "Wired"),
        ("directdebit", "Online"),
        ("giftcard", "Other"),
        ("ideal", "Online"),
        ("creditcard", "Online"),
        ("wero", "Online"),
        (None, "Online"),
    ],
)
def test_the_payment_method_is_one_of_billits(method: str | None, billits: str) -> None:
    assert draft_body(sale(payment={"status": "paid", "method": method}))["PaymentMethod"] == billits
