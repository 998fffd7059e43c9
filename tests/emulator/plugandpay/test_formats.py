"""The members that an order shows, and their formats by switch (plugandpay.md §6.2, §7, §12)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator.plugandpay.builder import OPEN_TRANSFER, as_api, build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_NL
from ppbillit_emulator.plugandpay.lines import Line, Product, Reading, Shipping
from ppbillit_emulator.plugandpay.render import ALWAYS, RECOMMENDED
from ppbillit_emulator.plugandpay.switches import ShopSwitches

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import ShopClient
    from ppbillit_emulator.plugandpay.shop import Shop

BOOK = Product(320, "boek", "Boek", "0700", is_physical=True)
LINES = [Line("Boek", "49.00", product=BOOK, quantity=2, discount="9.80", code="X")]


def shown(include: str = RECOMMENDED, **switches: Any) -> dict[str, Any]:
    changed = ShopSwitches()
    changed.update(**switches)
    return as_api(build_order(LINES, CONSUMER_BE, shipping=Shipping("6.05")), include, changed)


def credit(shop: Shop, ask: ShopClient, **switches: Any) -> Any:
    order_id = shop.add(build_order(LINES))
    shop.switches.update(**switches)
    return ask.data(f"/v2/orders/{shop.credit(order_id)}?include={RECOMMENDED}")


def test_without_includes_an_order_has_its_plain_members_only() -> None:
    assert tuple(shown("")) == ALWAYS


@pytest.mark.parametrize(
    "include,member,key",
    [("taxes", "items", "tax"), ("products", "items", "product"), ("discounts", "items", "discounts")],
)
def test_a_member_of_an_item_needs_both_includes(include: str, member: str, key: str) -> None:
    assert member not in shown(include)
    assert key not in shown("items")["items"][0]
    assert key in shown(f"items,{include}")["items"][0]


def test_every_include_adds_its_member() -> None:
    relations = "comments,tags,checkout,commissions,collection_costs,is_collectible,note,utm,related_orders"
    assert set(relations.split(",")) <= set(shown(relations))
    assert "subscription" in shown("items,subscriptions")["items"][0]


def test_unknown_includes_are_ignored(shop: Shop, ask: ShopClient) -> None:
    shop.add(build_order(LINES, id=7))
    shop.switches.known_includes = "sdk"
    assert set(ask.data("/v2/orders/7?include=items,shipping,colour")) == {*ALWAYS, "items"}


def test_no_private_member_is_shown() -> None:
    assert '"_' not in json.dumps(shown())


@pytest.mark.parametrize(
    "form,expected",
    [
        ("date", "2026-10-05"),
        ("null", None),
        ("timestamp_local", "2026-10-04T22:00:00.000000Z"),
        ("timestamp_utc", "2026-10-05T00:00:00.000000Z"),
    ],
)
def test_the_invoice_date_has_four_formats(form: str, expected: str | None) -> None:
    assert shown(invoice_date=form)["invoice_date"] == expected


def test_the_invoice_date_may_be_absent() -> None:
    assert "invoice_date" not in shown(invoice_date="absent")


def test_tax_amounts_may_be_bases_with_a_third_amount() -> None:
    found = shown(tax_amount="base", tax_amount_with_tax=True)
    assert found["items"][0]["tax"]["amount"] == found["items"][0]["amount"]
    assert found["taxes"][0]["amount"] == found["amount"]
    assert found["taxes"][0]["amount_with_tax"] == found["amount_with_tax"]
    assert found["shipping"]["taxes"][0]["amount"] == "5.00"


def test_the_base_of_a_tax_without_one_is_computed(shop: Shop, ask: ShopClient) -> None:
    tax = {"amount": "2.10", "rate": {"id": 57, "country": "NL", "percentage": "21.0"}}
    item = {"label": "x", "amount": "10.00", "amount_with_tax": "12.10", "tax": tax}
    shop.add({"id": 7, "items": [item], "taxes": [{**tax, "rate": {**tax["rate"], "percentage": "0.0"}}]})  # type: ignore[dict-item]
    shop.switches.tax_amount = "base"
    found = ask.data("/v2/orders/7?include=items,taxes")
    assert (found["items"][0]["tax"]["amount"], found["taxes"][0]["amount"]) == ("10.00", "0.00")


def test_parts_may_have_four_decimals_while_the_total_has_two() -> None:
    found = shown(extra_decimals="parts")
    assert found["items"][0]["amount"] == "72.8926"
    assert found["items"][0]["tax"]["amount"] == "15.3074"
    assert found["amount"] == "77.89"


def test_totals_may_have_four_decimals_too() -> None:
    found = shown(extra_decimals="all")
    parts = Decimal(found["items"][0]["amount"]) + Decimal(found["shipping"]["amount"])
    assert Decimal(found["amount"]) == parts == Decimal("77.8926")


def test_four_decimals_count_once_per_unit_and_not_again_for_shipping_inside() -> None:
    reading = Reading(per_unit=True, shipping_inside=True)
    order = build_order([Line("x", "9.99", quantity=3)], shipping=Shipping("6.99"), reading=reading)
    found = as_api(order, switches=ShopSwitches(extra_decimals="all"))
    parts = sum(Decimal(each["amount"]) * each["quantity"] for each in found["items"])
    assert Decimal(found["amount"]) == parts


def test_under_reverse_charge_four_decimals_change_only_the_format() -> None:
    order = build_order([Line("x", "97.00", "21", "NL")], FIRM_NL, reverse_rate="normal")
    found = as_api(order, switches=ShopSwitches(extra_decimals="parts"))
    assert (found["items"][0]["amount"], found["items"][0]["amount_with_tax"]) == ("80.1700", "80.17")


def test_amounts_may_be_json_numbers_digit_for_digit(shop: Shop, ask: ShopClient) -> None:
    shop.add(build_order([Line("x", "49.10")], id=7))
    shop.switches.amounts = "numbers"
    body = ask("/v2/orders/7?include=items").body
    assert b'"amount_with_tax":49.10' in body
    assert b'"amount":"' not in body


def test_timestamps_may_be_short() -> None:
    assert shown(short_timestamps=True)["created_at"] == "2026-10-05T18:42:10Z"


def test_every_object_may_have_undocumented_members() -> None:
    found = shown(extra_fields=True)
    assert "loyalty" in found
    assert "bundle_id" in found["items"][0]
    assert "wallet" in found["payment"]
    assert "salutation" in found["billing"]["contact"]


def test_members_may_be_null() -> None:
    found = shown(null_source=True, null_product=True, null_address=True, null_item_type=True)
    item = found["items"][0]
    assert (found["source"], item["product"], item["type"]) == (None, None, None)
    assert set(found["billing"]["address"].values()) == {None}


def test_an_older_response_has_a_smaller_contact_and_quantities_as_text() -> None:
    found = shown(sparse_contact=True, quantities="text")
    assert not {"tax_exempt", "invoice_email", "website"} & set(found["billing"]["contact"])
    assert found["items"][0]["quantity"] == "2.00"


def test_values_may_be_undocumented() -> None:
    found = shown(
        unknown_source="kiosk",
        unknown_item_type="bundle",
        unknown_method="wero",
        unknown_provider="whop",
        unknown_tax_exempt="partial",
        unknown_payment_status="disputed",
    )
    payment = found["payment"]
    assert (found["source"], found["items"][0]["type"]) == ("kiosk", "bundle")
    assert (payment["method"], payment["provider"], payment["status"]) == ("wero", "whop", "disputed")
    assert found["billing"]["contact"]["tax_exempt"] == "partial"


def test_a_time_of_payment_may_be_an_empty_string(shop: Shop, ask: ShopClient) -> None:
    shop.add(build_order(LINES, id=7, payment=OPEN_TRANSFER))
    assert ask.data("/v2/orders/7/payment")["paid_at"] is None
    shop.switches.empty_paid_at = True
    assert ask.data("/v2/orders/7/payment")["paid_at"] == ""


@pytest.mark.parametrize(
    "form,quantity,amount",
    [("negative_amount", 2, "-88.20"), ("negative_quantity", -2, "88.20"), ("both", -2, "-88.20")],
)
def test_a_credit_has_its_sign_in_one_of_three_ways(
    shop: Shop, ask: ShopClient, form: str, quantity: int, amount: str
) -> None:
    found = credit(shop, ask, credit_form=form)
    item = found["items"][0]
    assert (item["quantity"], item["amount_with_tax"]) == (quantity, amount)
    assert found["amount_with_tax"] == "-88.20"


@pytest.mark.parametrize("form,expected", [("both", [1, 1]), ("credit", [0, 1]), ("absent", [None, None])])
def test_a_credit_and_the_credited_order_may_refer_to_each_other_or_not(
    shop: Shop, ask: ShopClient, form: str, expected: list[int | None]
) -> None:
    shop.switches.update(related_orders=form)
    original = shop.add(build_order(LINES))
    found = [
        ask.data(f"/v2/orders/{each}?include=related_orders").get("related_orders")
        for each in (original, shop.credit(original))
    ]
    original_again = ask.data(f"/v2/orders/{original}?include=related_orders").get("related_orders")
    sizes = [None if each is None else len(each) for each in (original_again, found[1])]
    assert sizes == expected


def test_a_ledger_with_a_leading_zero_stays_text() -> None:
    assert shown(ledger="number")["items"][0]["product"]["ledger"] == "0700"


def test_single_objects_may_come_without_data_around_them(shop: Shop, ask: ShopClient) -> None:
    shop.add(build_order(LINES, id=7))
    shop.switches.wrap_single = False
    assert ask.json("/v2/orders/7")["id"] == 7
