"""From an order to a draft: what is invoiced at all, under which number and date, paid or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from mapping_orders import RULES, codes, line, mapped, order

from ppbillit.mapping.mapper import Ignored, Mapped, Mapping, Original, Parked, Waiting, map_order

if TYPE_CHECKING:
    from ppbillit.plugandpay.models import Order


def sale(**other: Any) -> Order:
    return order(line("100.00", "121.00"), **other)


def credit(**other: Any) -> Order:
    return order(line("-100.00", "-121.00"), **({"payment": {"status": "credit_invoice"}} | other))


def body(given: Order, **rules: Any) -> dict[str, Any]:
    return mapped(given, replace(RULES, **rules)).draft.body()


def ignored(mapping: Mapping) -> str:
    assert isinstance(mapping, Ignored), mapping
    return mapping.reasons[0].code


# --- whether ----------------------------------------------------------------------------------


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
    assert body(free, zero_total="export")["OrderLines"][0]["UnitPriceExcl"] == 0


def test_what_is_not_mapped_still_says_order_number_day_and_total() -> None:
    for given in (sale(mode="test"), sale(invoice_status="concept"), sale(amount="1.00")):
        mapping = map_order(given, RULES)
        assert (mapping.order_id, mapping.kind, mapping.number) == (810001, "invoice", "20260417")
        assert (mapping.invoice_day, mapping.total) == (date(2026, 10, 5), Decimal("121.00"))


# --- number, date, references -----------------------------------------------------------------


def test_the_number_is_the_invoice_number_or_the_order_number_or_billits() -> None:
    assert body(sale())["OrderNumber"] == "20260417"
    assert body(sale(), number="order_number")["OrderNumber"] == "810001"
    assert "OrderNumber" not in body(sale(), number="billit")
    assert mapped(sale(), replace(RULES, number="billit")).number is None


def test_a_missing_invoice_number_parks_only_where_it_is_the_number() -> None:
    given = sale(invoice_number=None)
    assert codes(map_order(given, RULES)) == ["number_missing"]
    assert body(given, number="order_number")["OrderNumber"] == "810001"
    assert "OrderNumber" not in body(given, number="billit")


def test_the_document_carries_our_key_and_the_order_number() -> None:
    found = body(sale())
    assert found["ExternalProviderID"] == "plugandpay-4711-810001"
    assert found["Reference"] == "810001"
    assert found["Comments"] == "Bestelling 810001"


def answered(*answers: tuple[Any, Any], **other: Any) -> Order:
    """Give a sale with a line for each question that was answered."""
    fields = [[{"id": 4, "label": label, "input": answer}] for label, answer in answers]
    lines = [line("100.00", "121.00", custom_fields=each) for each in fields]
    return order(*lines, **other)


@pytest.mark.parametrize("label", ["PO-nummer", "po-NUMMER", " PO-nummer: ", "PO-nummer *", "PO-nummer?"])
def test_the_answer_to_the_named_question_is_the_buyers_reference(label: str) -> None:
    given = answered((label, " PO-7781\n"), ("Maat", "M"))
    assert body(given, buyer_reference_question="PO-nummer")["Reference"] == "PO-7781"
    assert body(given)["Reference"] == "810001"


@pytest.mark.parametrize("answer", [None, "", " ", True, ["a"], {"a": 1}, "\x00"])
def test_without_a_usable_answer_the_order_number_is_the_reference(answer: Any) -> None:
    given = answered(("PO-nummer", answer))
    assert body(given, buyer_reference_question="PO-nummer")["Reference"] == "810001"


def test_several_answers_are_all_said_each_once() -> None:
    given = answered(("PO", "A"), ("PO", 7781), ("PO", "A"))
    assert body(given, buyer_reference_question="PO")["Reference"] == "A, 7781"


def test_another_question_or_none_is_not_the_buyers_reference() -> None:
    given = answered((None, "x"), ("PO", "y"), ("Maat", "M"))
    for question in ("", "Kleur"):
        assert body(given, buyer_reference_question=question)["Reference"] == "810001"


@pytest.mark.parametrize("fields", [None, {}, "x", [None, "x", 1], [{}], [{"id": 1}], [{"label": ["PO"]}]])
def test_questions_of_any_shape_stop_no_invoice(fields: Any) -> None:
    given = order(line("100.00", "121.00", custom_fields=fields))
    assert body(given, buyer_reference_question="PO")["Reference"] == "810001"


def test_the_payment_reference_is_billits_or_the_number() -> None:
    assert "PaymentReference" not in body(sale())
    assert body(sale(), payment_reference="number")["PaymentReference"] == "20260417"
    for number in ("order_number", "billit"):
        assert body(sale(), payment_reference="number", number=number)["PaymentReference"] == "810001"


def test_a_credit_note_has_no_payment_reference() -> None:
    assert "PaymentReference" not in body(credit(), payment_reference="number")


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


def test_every_obstacle_is_said_at_once() -> None:
    nobody = {"email": "", "firstname": ""}
    given = sale(invoice_number=None, invoice_date=None, amount="7.00", contact=nobody)
    found = codes(map_order(given, RULES))
    assert found == ["buyer_nameless", "amounts_unexplained", "date_missing", "number_missing"]


def test_the_same_reason_twice_is_said_once() -> None:
    given = order(line("100.00", "100.00", "0.0"), line("50.00", "50.00", "0.0"))
    assert codes(map_order(given, RULES)) == ["vat_zero_unexplained"]


# --- payment ----------------------------------------------------------------------------------


def test_a_paid_order_is_due_and_paid_at_once_at_local_time() -> None:
    found = body(sale())
    assert (found["Paid"], found["PaidDate"]) == (True, "2026-10-05T20:43:00")
    assert found["ExpiryDate"] == found["OrderDate"] == "2026-10-05"


def test_where_payments_are_left_to_the_bookkeeper_no_document_speaks_of_them() -> None:
    """Otherwise: what the shop says is paid is booked a second time when it comes in at the bank."""
    found = body(sale(), tells_payment=False)
    assert not {"Paid", "PaidDate", "PaymentMethod"} & found.keys()
    assert found["ExpiryDate"] == "2026-10-19"


def test_a_paid_order_without_a_moment_is_paid_on_its_invoice_day() -> None:
    draft = mapped(sale(payment={"status": "paid", "paid_at": ""})).draft
    assert draft.paid_date == datetime(2026, 10, 5)  # noqa: DTZ001


def test_a_moment_of_payment_has_no_fraction_of_a_second() -> None:
    found = body(sale(payment={"status": "paid", "paid_at": "2026-10-05T18:43:00.987654Z"}))
    assert found["PaidDate"] == "2026-10-05T20:43:00"


@pytest.mark.parametrize("status", ["open", "processing", "reversed", "new word", None])
def test_what_is_not_paid_is_due_after_the_term(status: str | None) -> None:
    found = body(
        sale(payment={"status": status, "method": "ideal", "paid_at": None}),
        payment_term_days=30,
    )
    assert found["ExpiryDate"] == "2026-11-04"
    assert not {"Paid", "PaidDate", "PaymentMethod"} & found.keys()


@pytest.mark.parametrize("paid_at, paid", [("2026-10-05T18:43:00Z", True), (None, None)])
def test_what_was_paid_before_it_was_credited_is_paid(paid_at: str | None, paid: bool | None) -> None:
    found = body(sale(payment={"status": "credited", "method": "ideal", "paid_at": paid_at}))
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
    assert body(sale(payment={"status": "paid", "method": method}))["PaymentMethod"] == billits


# --- credit notes -----------------------------------------------------------------------------


def test_a_credit_note_is_positive_due_at_once_and_never_paid() -> None:
    found = body(credit())
    assert found["OrderType"] == "CreditNote"
    assert found["OrderLines"][0]["UnitPriceExcl"] == 100
    assert found["ExpiryDate"] == found["OrderDate"]
    assert "Paid" not in found


def test_a_negative_total_is_a_credit_note_whatever_its_payment_says() -> None:
    assert mapped(credit(payment={"status": "paid"})).kind == "credit_note"


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
    mapping = map_order(credit(), RULES, original)
    assert isinstance(mapping, Mapped)
    assert mapping.draft.about_invoice_number == named
    assert [note.code for note in mapping.notes] == notes


def test_an_invoice_names_no_original() -> None:
    mapping = map_order(sale(), RULES, Original(1, "20260401"))
    assert isinstance(mapping, Mapped)
    assert mapping.draft.about_invoice_number is None
    assert mapping.notes == ()


def test_a_vat_number_left_off_is_noted() -> None:
    mapping = map_order(sale(contact={"company": "Zaak", "vat_id_number": "BE0123456788"}), RULES)
    assert isinstance(mapping, Mapped)
    assert [note.code for note in mapping.notes] == ["vat_number_left_off"]


def test_a_parked_order_says_its_total_as_positive_cents() -> None:
    mapping = map_order(credit(amount="-7.00"), RULES)
    assert isinstance(mapping, Parked)
    assert str(mapping.total) == "121.00"
