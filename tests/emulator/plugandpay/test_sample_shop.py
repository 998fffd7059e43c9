"""The sample shop of the demo has what a real one has."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from stdnum.eu import vat

from ppbillit_emulator.plugandpay.lines import READINGS, Reading
from ppbillit_emulator.plugandpay.render import RECOMMENDED
from ppbillit_emulator.sample_shop import sample_existing_parties, sample_orders, sample_peppol_participants

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import ShopClient
    from ppbillit_emulator.plugandpay.shop import Shop

TODAY = date(2026, 11, 10)


def orders() -> list[dict[str, Any]]:
    return sample_orders(TODAY)


def test_the_same_day_and_seed_give_the_same_shop() -> None:
    assert json.dumps(orders()) == json.dumps(orders())
    assert json.dumps(orders()) != json.dumps(sample_orders(TODAY, seed=2))


@pytest.mark.parametrize("today", [TODAY, date(2026, 1, 5), date(2026, 7, 31), date(2028, 2, 29)])
def test_ids_numbers_and_dates_ascend_without_gaps_in_the_numbers(today: date) -> None:
    final = [each for each in sample_orders(today) if each["invoice_number"] and each["mode"] == "live"]
    assert [each["id"] for each in final] == sorted({each["id"] for each in final})
    dates = [each["invoice_date"] for each in final]
    assert dates == sorted(dates)
    assert dates[-1] <= today.isoformat()
    for one, two in pairwise(final):
        first_of_year = two["invoice_number"].endswith("0001")
        assert first_of_year or int(two["invoice_number"]) == int(one["invoice_number"]) + 1
        assert two["invoice_number"][:4] == two["invoice_date"][:4]


def test_some_forty_orders_of_thirty_days_and_five_older_ones() -> None:
    ages = [(TODAY - date.fromisoformat(each["created_at"][:10])).days for each in orders()]
    assert 38 <= len(ages) <= 45
    assert sum(age > 40 for age in ages) == 5
    assert all(1 <= age <= 30 or 60 <= age <= 92 for age in ages)


def test_every_kind_of_sale_is_there() -> None:
    shop = orders()
    statuses = {each["payment"]["status"] for each in shop}
    assert statuses == {"paid", "open", "processing", "credited", "credit_invoice"}
    assert {each["invoice_status"] for each in shop} == {"final", "concept"}
    assert [each["invoice_number"][-2:] for each in shop if each["mode"] == "test"] == ["-T"]
    rates = {(tax["rate"]["country"], tax["rate"]["percentage"]) for each in shop for tax in each["taxes"]}
    domestic = {("BE", "6.0"), ("BE", "12.0"), ("BE", "21.0")}
    oss = {("NL", "21.0"), ("NL", "9.0"), ("DE", "19.0"), ("DE", "7.0")}
    assert domestic | oss | {("CH", "0.0"), ("GB", "0.0")} <= rates
    types = {item["type"] for each in shop for item in each["items"]}
    assert {"standard", "order-bump", "one-click-upsell", "upsell"} <= types
    assert any(each["created_at"][:10] != each["invoice_date"] for each in shop if each["invoice_date"])


def test_reverse_charge_covers_goods_and_services() -> None:
    reverse = [each for each in orders() if each["billing"]["contact"]["tax_exempt"] == "reverse"]
    kinds = {item["product"]["is_physical"] for each in reverse for item in each["items"]}
    assert kinds == {True, False}
    assert all(each["amount"] == each["amount_with_tax"] for each in reverse)


def test_only_one_order_has_a_zero_rate_without_a_reason() -> None:
    unexplained = [
        each
        for each in orders()
        if each["billing"]["contact"]["tax_exempt"] == "none"
        and each["billing"]["address"]["country"] in {"BE", "NL", "DE"}
        and any(tax["rate"]["percentage"] == "0.0" for tax in each["taxes"])
    ]
    assert len(unexplained) == 1


def test_vat_numbers_have_right_check_digits() -> None:
    contacts = [each["billing"]["contact"] for each in orders()]
    typed = {each["vat_id_number"] for each in contacts if each["vat_id_number"]}
    assert len(typed) >= 8
    for number in typed:
        assert vat.is_valid(number if number[0].isalpha() else f"BE{number}")


def test_two_businesses_share_an_email_address_and_one_buyer_returns() -> None:
    contacts = [each["billing"]["contact"] for each in orders()]
    shared = {each["company"] for each in contacts if each["email"] == "boekhouding@kantoor.example"}
    assert len(shared) == 2
    assert {"an.peeters@example.be", "An.Peeters@example.be"} <= {each["email"] for each in contacts}


@pytest.mark.parametrize("reading", [*READINGS, Reading(per_unit=True, loose_units=True)])
def test_the_sample_orders_exist_in_every_reading(shop: Shop, reading: Reading) -> None:
    for each in sample_orders(TODAY, reading=reading):
        shop.add(each)
    assert len(shop.orders) == len(orders())
    assert shop.products[320]["is_physical"]


def test_all_sample_orders_can_be_read_over_the_api(shop: Shop, ask: ShopClient) -> None:
    for each in sample_orders(TODAY):
        shop.add(each)
    found = ask.data(f"/v2/orders?limit=100&include={RECOMMENDED}")
    voucher = next(item for each in found for item in each["items"] if item["product_id"] == 330)
    assert len(found) == len(shop.orders)
    assert voucher["product"]["ledger"] is None


def test_some_debtors_exist_in_billit() -> None:
    firm, consumer, other = sample_existing_parties()
    contacts = [each["billing"]["contact"] for each in orders()]
    emails = {each["email"].lower() for each in contacts}
    assert firm["VATNumber"] in {each["vat_id_number"] for each in contacts}
    assert firm["Email"] not in emails
    assert consumer["Email"] in emails
    assert "VATNumber" not in consumer
    assert (consumer["Addresses"][0]["StreetNumber"], consumer["Addresses"][0]["Box"]) == ("100", "2")
    assert other["Name"] in {each["company"] for each in contacts}
    assert other["Email"] not in emails
    assert "VATNumber" not in other


def test_peppol_participants_have_valid_vat_numbers() -> None:
    assert all(vat.is_valid(each) for each in sample_peppol_participants())
