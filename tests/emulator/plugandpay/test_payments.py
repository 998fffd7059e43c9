"""Changing payments (plugandpay.md §8.3)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT, OPEN_TRANSFER, build_order
from ppbillit_emulator.plugandpay.lines import Line

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import Clock, ShopClient
    from ppbillit_emulator.plugandpay.shop import Shop

COURSE = [Line("Cursus", "97.00")]
PAYMENT = "/v2/orders/7/payment"


def open_order(shop: Shop) -> None:
    shop.add(build_order(COURSE, id=7, payment=OPEN_TRANSFER))


def test_paid_sets_the_time_of_the_request_and_triggers_the_rules(
    shop: Shop, ask: ShopClient, clock: Clock
) -> None:
    open_order(shop)
    clock.now += timedelta(hours=1)
    found = ask.data(PAYMENT, method="PATCH", body={"status": "paid", "paid_at": "2026-01-01", "method": "x"})
    assert (found["status"], found["type"], found["method"]) == ("paid", "manual", "banktransfer")
    assert found["paid_at"] == "2026-10-12T08:15:00.000000Z"
    assert shop.orders[7]["updated_at"] == found["paid_at"]
    assert [each["order_id"] for each in shop.rules_fired] == [7]
    assert [(each["before"], each["after"]) for each in shop.patches] == [("open", "paid")]


def test_a_second_paid_is_accepted_and_triggers_nothing(shop: Shop, ask: ShopClient) -> None:
    open_order(shop)
    for _ in range(2):
        ask.data(PAYMENT, method="PATCH", body={"status": "paid", "type": "mandate"})
    assert (len(shop.rules_fired), len(shop.patches)) == (1, 2)
    assert shop.orders[7]["payment"]["type"] == "mandate"


def test_a_payment_can_be_reopened(shop: Shop, ask: ShopClient) -> None:
    shop.add(build_order(COURSE, id=7))
    assert ask.data(PAYMENT, method="PATCH", body={"status": "open"})["paid_at"] is None


@pytest.mark.parametrize(
    "body,field",
    [
        ({}, "status"),
        ({"status": "settled"}, "status"),
        ({"status": "paid", "type": "cash"}, "type"),
        ({"status": "credited"}, "status"),
        (b"{broken", "status"),
        ([1], "status"),
    ],
)
def test_a_bad_change_is_refused_and_changes_nothing(
    shop: Shop, ask: ShopClient, body: object, field: str
) -> None:
    open_order(shop)
    response = ask(PAYMENT, "PATCH", body)
    assert response.status == 422
    assert field in json.loads(response.body)["errors"]
    assert (shop.orders[7]["payment"]["status"], shop.patches) == ("open", [])


def test_a_body_without_a_json_content_type_is_ignored(shop: Shop, ask: ShopClient) -> None:
    open_order(shop)
    assert ask(PAYMENT, "PATCH", {"status": "paid"}, content_type="text/plain").status == 422


def test_paying_a_credited_order_is_refused_or_not(shop: Shop, ask: ShopClient) -> None:
    open_order(shop)
    shop.credit(7)
    assert ask(PAYMENT, "PATCH", {"status": "paid"}).status == 422
    shop.switches.patch_credited = "accept"
    assert ask(PAYMENT, "PATCH", {"status": "paid"}).status == 200


def test_paying_an_order_in_collection_is_accepted_or_refused(shop: Shop, ask: ShopClient) -> None:
    shop.add(build_order(COURSE, id=7, payment=DIRECT_DEBIT))
    shop.switches.patch_processing = "refuse"
    assert ask(PAYMENT, "PATCH", {"status": "paid"}).status == 422
    shop.switches.patch_processing = "accept"
    assert ask(PAYMENT, "PATCH", {"status": "paid"}).status == 200
    assert shop.patches[0]["before"] == "processing"


def test_a_payment_nested_in_an_order_is_the_same_change(shop: Shop, ask: ShopClient) -> None:
    open_order(shop)
    found = ask.data("/v2/orders/7?include=payment", method="PATCH", body={"payment": {"status": "paid"}})
    assert found["payment"]["status"] == "paid"
    assert len(shop.patches) == 1
