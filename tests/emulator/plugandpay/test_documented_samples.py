"""The documented samples (plugandpay.md §11): built, stored, shown, and compared member by member."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay.builder import OPEN_TRANSFER, Payment, build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_NL, FIRM_BE, Buyer
from ppbillit_emulator.plugandpay.lines import Line, Product, Shipping
from ppbillit_emulator.plugandpay.render import RECOMMENDED

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import ShopClient
    from ppbillit_emulator.plugandpay.shop import Shop

A = json.loads(
    """{"id":810001,"reference":"5f0c7f0e-3c5e-4c55-9a53-0f6f6a1b2c01","invoice_number":"20260417",
"invoice_status":"final","invoice_date":"2026-10-05","amount":"40.50","amount_with_tax":"49.00",
"is_tax_included":true,"mode":"live","source":"checkout","is_first":true,"is_hidden":false,
"created_at":"2026-10-05T18:42:10.000000Z","updated_at":"2026-10-05T18:43:02.000000Z","deleted_at":null,
"customer_id":"cst_aB3dEf","product_group":null,
"billing":{"address":{"city":"Utrecht","country":"NL","street":"Oudegracht","housenumber":"12 A",
"zipcode":"3511AB"},"contact":{"company":null,"email":"sanne@example.org","firstname":"Sanne",
"invoice_email":null,"lastname":"de Boer","tax_exempt":"none","telephone":"+31612345678","website":null,
"vat_id_number":null},"external_reference":null},
"items":[{"id":990001,"order_id":810001,"product_id":311,"label":"Online cursus tekenen","quantity":1,
"type":"standard","interval":null,"amount":"40.50","amount_with_tax":"49.00","discounts":[],
"tax":{"amount":"8.50","rate":{"id":57,"country":"NL","percentage":"21.0"}},
"product":{"id":311,"title":"cursus-tekenen","public_title":"Online cursus tekenen","ledger":"8000",
"sku":"CUR-01","slug":null,"group":null,"type":"one_off","is_physical":false,"description":"",
"stock":{"is_enabled":false},"created_at":"2025-01-10T09:00:00.000000Z",
"updated_at":"2025-01-10T09:00:00.000000Z","deleted_at":null},"custom_fields":[]}],
"total_discounts":[],"taxes":[{"amount":"8.50","rate":{"id":57,"country":"NL","percentage":"21.0"}}],
"shipping":null,"related_orders":[],
"payment":{"customer_id":"cst_aB3dEf","mandate_id":null,"method":"ideal","order_id":810001,
"paid_at":"2026-10-05T18:43:00.000000Z","provider":"mollie","status":"paid","transaction_id":"tr_Qw12Er34",
"type":"mail","url":"https://shop.example.org/orders/payment-link/5f0c7f0e-3c5e-4c55-9a53-0f6f6a1b2c01",
"is_cancelable":false,"transaction_status":"paid"}}"""
)

COURSE = Product(311, "cursus-tekenen", "Online cursus tekenen", "8000", "CUR-01")


def sample_a() -> dict[str, Any]:
    return build_order(
        [Line("Online cursus tekenen", "49.00", "21", "NL", product=COURSE)],
        CONSUMER_NL,
        id=810001,
        reference="5f0c7f0e-3c5e-4c55-9a53-0f6f6a1b2c01",
        number="20260417",
        created_at=datetime(2026, 10, 5, 18, 42, 10, tzinfo=UTC),
        updated_at="2026-10-05T18:43:02Z",
        is_first=True,
        customer_id="cst_aB3dEf",
        payment=Payment(method="ideal", transaction_id="tr_Qw12Er34"),
    )


def test_sample_a_a_dutch_consumer_who_paid(shop: Shop, ask: ShopClient) -> None:
    shop.add(sample_a())
    assert ask.data(f"/v2/orders/810001?include={RECOMMENDED}") == A


def test_sample_a_has_its_members_in_the_documented_order(shop: Shop, ask: ShopClient) -> None:
    shop.add(sample_a())
    assert list(ask.data(f"/v2/orders/810001?include={RECOMMENDED}"))[:7] == list(A)[:7]


def test_sample_b_a_business_under_reverse_charge_with_a_purchase_order_number(
    shop: Shop, ask: ShopClient
) -> None:
    question = (4, "PO-nummer", "PO-7781")
    line = Line("Workshop (per deelnemer)", "150.00", "21", "NL", 3, type=None, custom_fields=(question,))
    shop.add(
        build_order(
            [replace(line, product_id=312, id=990002)],
            replace(FIRM_BE, tax_exempt="reverse"),
            id=810002,
            number="20260418",
            created_at="2026-10-06T08:05:00Z",
            gross_led=False,
            source="admin",
            is_first=True,
            payment=OPEN_TRANSFER,
        )
    )
    found = ask.data(f"/v2/orders/810002?include={RECOMMENDED}")
    nothing = {"amount": "0.00", "rate": {"id": 61, "country": "NL", "percentage": "0.0"}}
    assert (found["amount"], found["amount_with_tax"], found["is_tax_included"]) == (
        "450.00",
        "450.00",
        False,
    )
    assert found["items"] == [
        {
            "id": 990002,
            "order_id": 810002,
            "product_id": 312,
            "label": "Workshop (per deelnemer)",
            "quantity": 3,
            "type": None,
            "interval": None,
            "amount": "450.00",
            "amount_with_tax": "450.00",
            "discounts": [],
            "tax": nothing,
            "custom_fields": [{"id": 4, "label": "PO-nummer", "input": "PO-7781"}],
        }
    ]
    assert found["taxes"] == [nothing]
    assert found["invoice_date"] == "2026-10-06"
    payment = {**found["payment"], "url": None}
    assert payment == {
        "customer_id": None,
        "mandate_id": None,
        "method": "banktransfer",
        "order_id": 810002,
        "paid_at": None,
        "provider": "mollie",
        "status": "open",
        "transaction_id": None,
        "type": "mail",
        "url": None,
        "is_cancelable": True,
        "transaction_status": None,
    }


def test_sample_c_a_discount_two_rates_and_shipping_late_in_the_evening(shop: Shop, ask: ShopClient) -> None:
    code = {"code": "HERFST10", "product_id": 320}
    book = Line("Boek", "26.50", "6", "BE", 2, "5.30", **code)  # type: ignore[arg-type]
    course = Line("Cursus bij het boek", "121.00", "21", "BE", 1, "12.10", "HERFST10", type="order-bump")
    tom = Buyer("Tom", "Maes", "tom@example.net", "BE", "Naamsestraat", "100 bus 2", "3000", "Leuven")
    shop.add(
        build_order(
            [book, course],
            tom,
            id=810003,
            number="20260419",
            created_at="2026-10-06T22:30:00Z",
            shipping=Shipping("6.05"),
            product_group="boeken",
            customer_id="cst_Zz9",
            payment=Payment(paid_at="2026-10-06T22:31:00Z", transaction_id="tr_Ab56Cd78"),
            extra={"payment": {"url": None}},
        )
    )
    found = ask.data(f"/v2/orders/810003?include={RECOMMENDED}")
    six, high = (
        {"id": 102, "country": "BE", "percentage": "6.0"},
        {"id": 101, "country": "BE", "percentage": "21.0"},
    )
    # The documented amounts: 47.70 for the books after a discount of 5.30 on 53.00, and 162.65 in total.
    assert (found["amount"], found["amount_with_tax"]) == ("140.00", "162.65")
    assert [(each["amount"], each["amount_with_tax"]) for each in found["items"]] == [
        ("45.00", "47.70"),
        ("90.00", "108.90"),
    ]
    off = {"amount": "15.00", "amount_with_tax": "17.40", "code": "HERFST10", "type": "promotion"}
    assert found["total_discounts"] == [off]
    assert found["taxes"] == [{"amount": "2.70", "rate": six}, {"amount": "19.95", "rate": high}]
    assert found["shipping"] == {
        "amount": "5.00",
        "amount_with_tax": "6.05",
        "taxes": [{"amount": "1.05", "rate": high}],
    }
    assert found["invoice_date"] == "2026-10-07"
    assert (found["updated_at"], found["payment"]["url"]) == ("2026-10-06T22:31:00.000000Z", None)


def test_sample_d_the_credit_of_a(shop: Shop, ask: ShopClient) -> None:
    shop.add({**sample_a(), "id": 810008})
    credit_id = shop.credit(810008)
    found = ask.data(f"/v2/orders/{credit_id}?include={RECOMMENDED}")
    assert credit_id == 810009
    assert (found["amount"], found["amount_with_tax"], found["source"]) == ("-40.50", "-49.00", None)
    assert found["invoice_date"] == "2026-10-12"
    assert found["billing"] == A["billing"]
    assert found["related_orders"] == [{"id": 810008, "invoice_number": "20260417"}]
    item = {**found["items"][0], "id": None, "order_id": None}
    del item["product"]
    rate = {"id": 57, "country": "NL", "percentage": "21.0"}
    assert item == {
        "id": None,
        "order_id": None,
        "product_id": 311,
        "label": "Online cursus tekenen",
        "quantity": 1,
        "type": None,
        "interval": None,
        "amount": "-40.50",
        "amount_with_tax": "-49.00",
        "discounts": [],
        "tax": {"amount": "-8.50", "rate": rate},
        "custom_fields": [],
    }
    assert found["payment"] == {
        "customer_id": None,
        "mandate_id": None,
        "method": None,
        "order_id": 810009,
        "paid_at": None,
        "provider": None,
        "status": "credit_invoice",
        "transaction_id": None,
        "type": "unknown",
        "url": None,
        "is_cancelable": False,
        "transaction_status": None,
    }
    assert ask.data("/v2/orders/810008/payment")["status"] == "credited"
