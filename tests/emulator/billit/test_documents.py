"""POST /v1/orders: what is stored, what is refused with which code, and what a read shows."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from emulator.billit.client import (
    ADDRESS,
    Billit,
    codes,
    consumer,
    exact,
    firm,
    gross_line,
    invoice,
    line,
    without,
)

if TYPE_CHECKING:
    from ppbillit_emulator import BillitSwitches, Emulator

RATE = "InvalidVAtPercentageForTaxCountry_0_"


def test_the_response_is_a_bare_integer(billit: Billit) -> None:
    response = billit.call("POST", "/v1/orders", invoice())
    assert (response.status_code, response.text) == (200, "1684998")
    assert response.headers["content-type"].startswith("application/json")
    assert response.headers["x-correlation-id"].startswith("bil-1-")


def test_status_and_type_of_that_response_are_switches(billit: Billit, switches: BillitSwitches) -> None:
    switches.update(order_create_status=201, bare_integer_type="text")
    response = billit.call("POST", "/v1/orders", invoice())
    assert (response.status_code, response.headers["content-type"]) == (201, "text/plain; charset=utf-8")


def test_the_documented_sample_reads_as_documented(billit: Billit) -> None:
    lines = [
        line("49.99", Quantity=2, Unit="C62"),
        line("-10.00", Description="Coupon OKT10"),
    ]
    shown = billit.read(billit.create(invoice(Customer=firm(), OrderLines=lines, Reference="PO-7781")))
    assert (shown["TotalExcl"], shown["TotalVAT"], shown["TotalIncl"]) == tuple(
        map(Decimal, ("89.98", "18.90", "108.88"))
    )
    assert [str(shown["OrderLines"][0][name]) for name in ("Quantity", "UnitPriceExcl", "TotalVAT")] == [
        "2.00000",
        "49.99000",
        "21.00",
    ]
    assert shown["VatGroups"] == [
        {
            "VentilationCode": "4",
            "VATPercentage": Decimal(21),
            "TotalExcl": Decimal("89.98"),
            "TotalVAT": Decimal("18.90"),
            "TotalIncl": Decimal("108.88"),
            "Mtvh": Decimal("89.98"),
            "FinancialReductionAmount": Decimal(0),
        }
    ]
    assert (shown["VentilationCode"], shown["OrderStatus"], shown["IsSent"]) == ("4", "ToSend", False)
    assert (shown["OrderDate"], shown["DeliveryDate"]) == ("2026-10-05T00:00:00",) * 2
    assert (shown["ExternalProvider"], shown["Reference"]) == ("APIFeed", "PO-7781")
    assert shown["CurrentDocumentDeliveryDetails"] == {"IsDocumentDelivered": False}
    assert shown["Customer"] == shown["CounterParty"]
    assert "PaidDate" not in shown  # members without value are dropped


def test_numbers_keep_their_trailing_zeros_on_the_wire(billit: Billit) -> None:
    text = billit.client.get(f"/v1/orders/{billit.create(invoice(OrderLines=[line('50.0')]))}").text
    assert '"UnitPriceExcl":50.00000' in text
    assert '"TotalIncl":60.50' in text


@pytest.mark.parametrize(
    "change, code",
    [
        ({"OrderType": "Bill"}, "TheOrderTypeCode_0_IsInvalid"),
        ({"OrderDirection": "Sideways"}, "TheOrderDirectionCode_0_IsInvalid"),
        ({"OrderDate": "5 October"}, "OrderDateIsRequired"),
        ({"ExpiryDate": "2026-02-30"}, "ExpiryDateIsRequired"),
        ({"DeliveryDate": "soon"}, "InvalidDeliveryDate"),
        ({"PeriodFrom": "soon"}, "GenericError"),
        ({"OrderLines": []}, "ThereMustBeAtLeastOneOrderLine"),
        ({"OrderLines": [line(Description=" ")]}, "DescriptionIsMandatoryForOrderLinesWithTotals"),
        ({"OrderLines": [{"Quantity": 1}]}, "GenericError"),
        ({"OrderLines": [line(Quantity=-1)]}, "GenericError"),
        ({"OrderLines": [line(ReductionPercentage=101)]}, "GenericError"),
        ({"OrderLines": [without(line(), "VATPercentage")]}, RATE),
        ({"OrderLines": [line(rate="19")]}, RATE),
        ({"OrderLines": [line(rate="19", VentilationCode="55")]}, RATE),
        ({"OrderLines": [line(VentilationCode="55")]}, "GenericError"),
        ({"OrderLines": [line(rate="0", VentilationCode="4")]}, "GenericError"),
        ({"OrderLines": [line("-5")]}, "GenericError"),
        ({"OrderLines": [line(Description="x" * 513)]}, "GenericError"),
        ({"OrderLines": [line(Quantity="1")]}, "GenericError"),
        ({"OrderLines": [line(AccountCode="700000")]}, "GenericError"),
        ({"OrderLines": [line(Quantity=10**12)]}, "GenericError"),
        ({"OrderLines": "none"}, "GenericError"),
        ({"OrderLines": ["text"]}, "GenericError"),
        ({"VentilationCode": "99"}, "GenericError"),
        ({"Currency": "euro"}, "GenericError"),
        ({"PaymentMethod": "Barter"}, "GenericError"),
        ({"OrderNumber": " "}, "GenericError"),
        ({"OrderNumber": 42}, "GenericError"),
        ({"Paid": "yes"}, "GenericError"),
        ({"Reference": None}, "GenericError"),
        ({"OrderID": 1684998}, "GenericError"),
        ({"Tags": [1]}, "GenericError"),
        ({"Paid": True, "ToPay": 5}, "GenericError"),
        ({"ToPay": 5000}, "GenericError"),
        ({"AboutInvoiceNumber": "2026-00001"}, "GenericError"),
        ({"Customer": {"VATLiable": False}}, "CompanyNameOrContactNameIsRequired"),
        ({"Customer": consumer(Addresses=[ADDRESS, ADDRESS])}, "Only1OfEachAddressTypeAllowed"),
        ({"Customer": consumer(Addresses=[{"AddressType": "Moon"}])}, "GenericError"),
        ({"Customer": consumer(Identifiers=[{"Identifier": "1"}])}, "IdentifierTypeIsRequired"),
        ({"Customer": firm(VATNumber="BE0563846945")}, "_0_IsNoValidBEVAT"),
        ({"Customer": firm(VATNumber="BE 0563.846.944")}, "_0_IsNoValidBEVAT"),
        ({"Customer": firm(VATNumber="563846944")}, "YourVATIsNotValid"),
        ({"Attachments": [{"FileName": "x.exe", "FileContent": "AA=="}]}, "TheFileIsNotValid"),
        ({"OrderPDF": {"FileName": "x.pdf"}}, "TheFileIsNotValid"),
    ],
)
def test_a_broken_rule_gets_its_code_and_stores_nothing(
    world: Emulator, billit: Billit, change: dict[str, Any], code: str
) -> None:
    assert billit.codes(invoice(**change)) == [code]
    assert world.office.ledger() == []
    assert world.office.parties == {}
    assert world.office.revision == 0


@pytest.mark.parametrize(
    "missing, code",
    [
        ("OrderType", "TheOrderTypeCode_0_IsInvalid"),
        ("OrderDirection", "TheOrderDirectionCode_0_IsInvalid"),
        ("OrderDate", "OrderDateIsRequired"),
        ("ExpiryDate", "ExpiryDateIsRequired"),
        ("Customer", "CustomerIsRequired"),
        ("OrderLines", "ThereMustBeAtLeastOneOrderLine"),
    ],
)
def test_a_missing_member_gets_its_code(billit: Billit, missing: str, code: str) -> None:
    assert billit.codes(without(invoice(), missing)) == [code]


def test_all_broken_rules_are_reported_at_once(billit: Billit) -> None:
    wrong = invoice(OrderType="Bill", OrderLines=[line(rate="19"), line(rate="19")])
    assert billit.codes(wrong) == ["TheOrderTypeCode_0_IsInvalid", RATE]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"Order', b"\xff"])
def test_a_body_that_is_no_object_is_refused(billit: Billit, body: bytes) -> None:
    response = billit.client.post("/v1/orders", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.json()["errors"] == [{"Code": "GenericError", "Description": "Data is Required"}]


def test_errors_are_described_in_the_users_language_or_not_at_all(
    billit: Billit, switches: BillitSwitches
) -> None:
    wrong = without(invoice(), "Customer")
    texts = []
    for change in ({"language": "NL"}, {"language": "EN"}, {"descriptions": False}):
        switches.update(**change)
        texts.append(billit.call("POST", "/v1/orders", wrong).json()["errors"][0].get("Description"))
    assert texts == ["De klant is verplicht.", "Customer is required.", None]
    switches.plain_text_errors = True
    assert billit.call("POST", "/v1/orders", wrong).text == "CustomerIsRequired"


def test_a_taken_number_is_refused_or_accepted(billit: Billit, switches: BillitSwitches) -> None:
    billit.create()
    assert billit.codes(invoice()) == ["GenericError"]
    assert billit.codes(invoice(OrderType="CreditNote")) == ["GenericError"]
    switches.duplicate_number_scope = "type"
    billit.create(invoice(OrderType="CreditNote"))
    switches.duplicate_order_number = "accept"
    billit.create()


def test_the_number_of_a_deleted_document_is_free_or_not(billit: Billit, switches: BillitSwitches) -> None:
    billit.call("DELETE", f"/v1/orders/{billit.create()}")
    switches.duplicate_counts_deleted = True
    assert billit.codes(invoice()) == ["GenericError"]
    switches.duplicate_counts_deleted = False
    billit.create()


def test_a_document_without_number_gets_a_free_one(billit: Billit, switches: BillitSwitches) -> None:
    number = billit.read(billit.create(without(invoice(), "OrderNumber")))["OrderNumber"]
    next_one = billit.read(billit.create(without(invoice(), "OrderNumber")))["OrderNumber"]
    assert number != next_one
    switches.omitted_order_number = "reject"
    assert billit.codes(without(invoice(), "OrderNumber")) == ["GenericError"]


def test_the_posted_json_is_kept_as_an_attachment(billit: Billit) -> None:
    shown = billit.read(billit.create())
    [kept] = shown["Attachments"]
    assert kept["FileName"].startswith("2026-00042__")
    file = exact(billit.client.get(f"/v1/files/{kept['FileID']}"))
    assert b"An Peeters" in base64.b64decode(file["FileContent"])
    assert billit.client.get("/v1/files/no-such-file").status_code == 401


def test_attachments_and_a_pdf_get_ids_from_the_server(billit: Billit) -> None:
    sent = {"FileID": "mine", "FileName": "Terms.PDF", "FileContent": "JVBERi0="}
    unreadable = {"FileName": "list.csv", "FileContent": "***"}
    shown = billit.read(billit.create(invoice(OrderPDF=sent, Attachments=[sent, unreadable])))
    names = [each["FileName"] for each in shown["Attachments"]]
    assert names[:2] == ["Terms.PDF", "list.csv"]
    assert "mine" not in {each["FileID"] for each in (*shown["Attachments"], shown["OrderPDF"])}
    pdf = billit.client.get(f"/v1/files/{shown['OrderPDF']['FileID']}").json()
    assert (pdf["FileContent"], pdf["MimeType"]) == ("JVBERi0=", "application/pdf")


def test_a_paid_document_has_nothing_left_to_pay(billit: Billit, switches: BillitSwitches) -> None:
    paid = billit.read(billit.create(invoice(Paid=True, PaidDate="2026-10-05T14:03:11")))
    assert (paid["Paid"], paid["ToPay"], paid["PaidDate"]) == (True, 0, "2026-10-05T14:03:11")
    assert paid["OrderStatus"] == "ToSend"
    switches.paid_unsent_status = "Paid"
    assert billit.read(paid["OrderID"])["OrderStatus"] == "Paid"


def test_a_partly_paid_document_has_the_rest_left_to_pay(billit: Billit) -> None:
    shown = billit.read(billit.create(invoice(ToPay=Decimal("10.49"))))
    assert (shown["Paid"], str(shown["ToPay"])) == (False, "10.49")


def test_a_structured_reference_is_created_with_valid_check_digits(billit: Billit) -> None:
    reference = billit.read(billit.create())["PaymentReference"]
    digits = reference.strip("+").replace("/", "")
    assert int(digits[:10]) % 97 == int(digits[10:]) % 97
    own = billit.read(billit.create(invoice("2", PaymentReference="2026-00042")))
    assert own["PaymentReference"] == "2026-00042"


@pytest.mark.parametrize(
    "header, own, rate, code",
    [
        (None, None, "6", "2"),
        (None, None, "12", "3"),
        (None, None, "21", "4"),
        (None, None, "0", "1"),
        ("55", None, "0", "55"),
        ("55", None, "21", "4"),
        ("55", "21", "0", "21"),
        ("104", None, "19", "104"),
        (None, "104", "19", "104"),
        ("104", None, "21", "104"),
        ("4", None, "0", "1"),
    ],
)
def test_the_server_sets_ventilation_codes(
    billit: Billit, header: str | None, own: str | None, rate: str, code: str
) -> None:
    of_line = {"VentilationCode": own} if own else {}
    of_header = {"VentilationCode": header} if header else {}
    shown = billit.read(billit.create(invoice(OrderLines=[line(rate=rate, **of_line)], **of_header)))
    assert shown["OrderLines"][0]["VentilationCode"] == code
    assert shown["VatGroups"][0]["VentilationCode"] == code
    assert shown["VentilationCode"] == (header or code)


def test_a_mixed_document_shows_no_header_code_of_its_own(billit: Billit) -> None:
    shown = billit.read(billit.create(invoice(OrderLines=[line(), line(rate="6")])))
    assert "VentilationCode" not in shown
    assert [each["VentilationCode"] for each in shown["VatGroups"]] == ["4", "2"]


def test_foreign_rates_depend_on_the_oss_code_and_switches(billit: Billit, switches: BillitSwitches) -> None:
    foreign = invoice(OrderLines=[line(rate="19")])
    switches.foreign_rate_without_oss = "accept"
    billit.create(foreign)
    switches.oss_foreign_rate = "reject"
    assert billit.codes({**foreign, "VentilationCode": "104", "OrderNumber": "2"}) == [RATE]


def test_a_text_line_has_no_numbers(billit: Billit) -> None:
    shown = billit.read(billit.create(invoice(OrderLines=[{"Description": "Deel 1"}, line()])))
    assert "TotalExcl" not in shown["OrderLines"][0]
    assert shown["TotalExcl"] == Decimal("49.99")


def test_long_texts_are_cut_by_switch(billit: Billit, switches: BillitSwitches) -> None:
    switches.too_long = "cut"
    shown = billit.read(billit.create(invoice(OrderLines=[line(Description="é" * 600)])))
    assert shown["OrderLines"][0]["Description"] == "é" * 512


def test_nulls_unknown_members_and_letter_case_follow_switches(
    billit: Billit, switches: BillitSwitches
) -> None:
    billit.create(invoice("1", Weather="fine"))
    switches.explicit_nulls = "accept"
    billit.create(invoice("2", Reference=None))
    switches.unknown_members = "reject"
    assert billit.codes(invoice("3", Weather="fine")) == ["GenericError"]
    billit.create(invoice("4", OrderStatus="Paid"))  # known, and the server's own
    lower = {name.lower(): value for name, value in invoice("5").items()}
    billit.create(lower)
    switches.update(any_letter_case=False, unknown_members="accept")
    assert "OrderDateIsRequired" in billit.codes(lower)


def test_account_codes_follow_the_accounts_switches(billit: Billit, switches: BillitSwitches) -> None:
    wanted = invoice(OrderLines=[line(AccountCode=700000)])
    switches.unknown_account_code = "reject"
    assert billit.codes(wanted) == ["GenericError"]
    assert billit.call("POST", "/v1/glaccounts", {"Code": 700000, "Description": "Sales"}).text == "700000"
    billit.create(wanted)
    switches.gl_accounts = False
    assert billit.codes({**wanted, "OrderNumber": "2"}) == ["GenericError"]
    assert billit.call("POST", "/v1/glaccounts", {"Code": 700001}).status_code == 400


def test_a_credit_note_sets_its_invoice_to_credited(billit: Billit) -> None:
    order_id = billit.create(invoice("1"))
    credit = invoice("C1", OrderType="CreditNote", AboutInvoiceNumber="1")
    shown = billit.read(billit.create(credit))
    assert (shown["OrderType"], shown["TotalIncl"]) == ("CreditNote", Decimal("60.49"))
    assert billit.read(order_id)["OrderStatus"] == "Credited"


def test_a_credit_note_about_an_unknown_invoice_or_below_zero_is_refused(billit: Billit) -> None:
    credit = invoice("C1", OrderType="CreditNote", AboutInvoiceNumber="1")
    assert billit.codes(credit) == ["TheAboutInvoiceNumberCouldNotBeFound"]
    negative = invoice("C1", OrderType="CreditNote", OrderLines=[line("-10")])
    assert billit.codes(negative) == ["GenericError"]


def test_totals_below_zero_and_of_zero_follow_switches(billit: Billit, switches: BillitSwitches) -> None:
    switches.negative_invoice_total = "accept"
    billit.create(invoice("1", OrderLines=[line("-10")]))
    billit.create(invoice("2", OrderLines=[line("0")]))
    switches.zero_total = "reject"
    assert billit.codes(invoice("3", OrderLines=[line("0")])) == ["GenericError"]


def test_posted_totals_are_ignored(billit: Billit) -> None:
    sent = invoice(TotalIncl=1, OrderLines=[line(TotalExcl=2, TotalVAT=3), gross_line("29.99")])
    assert billit.read(billit.create(sent))["TotalIncl"] == Decimal("90.48")


def test_posting_with_an_order_id_follows_its_switch(billit: Billit, switches: BillitSwitches) -> None:
    order_id = billit.create()
    again = invoice("9", OrderID=order_id, OrderLines=[line("1")])
    assert billit.codes(again) == ["GenericError"]
    switches.post_with_order_id = "update"
    assert billit.create(again) == order_id
    assert billit.read(order_id)["TotalExcl"] == 1
    billit.send(order_id)
    assert billit.codes(again) == ["OrderAlreadySent"]
    assert billit.call("POST", "/v1/orders", {**again, "OrderID": 1}).status_code == 401
    switches.post_with_order_id = "ignore"
    assert billit.create({**again, "OrderNumber": "10"}) != order_id


def test_a_timestamp_with_a_zone_is_kept_as_belgian_time(billit: Billit) -> None:
    shown = billit.read(billit.create(invoice(OrderDate="2026-10-05T22:30:00Z")))
    assert shown["OrderDate"] == "2026-10-06T00:30:00"


def test_the_ledger_lists_documents_with_totals(world: Emulator, billit: Billit) -> None:
    billit.send(billit.create())
    [row] = world.office.ledger()
    assert (row.order_number, row.external_id) == ("2026-00042", "plugandpay-4711-2026-00042")
    assert (row.kind, row.incl, row.customer, row.sent) == ("Invoice", Decimal("60.49"), "An Peeters", True)
    assert world.office.by_number("2026-00042") == world.office.by_external_id(str(row.external_id))


def test_a_body_without_a_json_content_type_is_refused(billit: Billit) -> None:
    response = billit.client.post("/v1/orders", content=b"{}", headers={"Content-Type": "text/plain"})
    assert response.status_code == 400
    assert codes(response) == ["GenericError"]
