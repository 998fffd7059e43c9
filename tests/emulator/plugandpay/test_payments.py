"""Payments and the other writes. Sheet §6.4, §8.3."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT, OPEN_TRANSFER, build_order
from ppbillit_emulator.plugandpay.lines import Line

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import Asking, Clock
    from ppbillit_emulator.plugandpay.shop import Shop

COURSE = [Line("Cursus", "97.00")]
PAYMENT = "/v2/orders/7/payment"


def open_order(shop: Shop) -> None:
    shop.add(build_order(COURSE, id=7, payment=OPEN_TRANSFER))


def test_paid_sets_the_moment_of_the_call_and_fires_the_rules(shop: Shop, ask: Asking, clock: Clock) -> None:
    open_order(shop)
    clock.now += timedelta(hours=1)
    found = ask.data(PAYMENT, method="PATCH", body={"status": "paid", "paid_at": "2026-01-01", "method": "x"})
    assert (found["status"], found["type"], found["method"]) == ("paid", "manual", "banktransfer")
    assert found["paid_at"] == "2026-10-12T08:15:00.000000Z"
    assert shop.orders[7]["updated_at"] == found["paid_at"]
    assert [each["order_id"] for each in shop.rules_fired] == [7]
    assert [(each["before"], each["after"]) for each in shop.patches] == [("open", "paid")]


def test_a_second_paid_is_accepted_and_fires_nothing(shop: Shop, ask: Asking) -> None:
    open_order(shop)
    for _ in range(2):
        ask.data(PAYMENT, method="PATCH", body={"status": "paid", "type": "mandate"})
    assert (len(shop.rules_fired), len(shop.patches)) == (1, 2)
    assert shop.orders[7]["payment"]["type"] == "mandate"


def test_a_payment_can_be_opened_again(shop: Shop, ask: Asking) -> None:
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
    shop: Shop, ask: Asking, body: object, field: str
) -> None:
    open_order(shop)
    response = ask(PAYMENT, "PATCH", body)
    assert response.status == 422
    assert field in json.loads(response.body)["errors"]
    assert (shop.orders[7]["payment"]["status"], shop.patches) == ("open", [])


def test_a_body_that_does_not_say_json_is_not_read(shop: Shop, ask: Asking) -> None:
    open_order(shop)
    assert ask(PAYMENT, "PATCH", {"status": "paid"}, content_type="text/plain").status == 422


def test_credited_orders_are_refused_or_not(shop: Shop, ask: Asking) -> None:
    open_order(shop)
    shop.credit(7)
    assert ask(PAYMENT, "PATCH", {"status": "paid"}).status == 422
    shop.switches.patch_credited = "accept"
    assert ask(PAYMENT, "PATCH", {"status": "paid"}).status == 200


def test_what_is_being_collected_can_be_paid_twice_or_is_refused(shop: Shop, ask: Asking) -> None:
    shop.add(build_order(COURSE, id=7, payment=DIRECT_DEBIT))
    shop.switches.patch_processing = "refuse"
    assert ask(PAYMENT, "PATCH", {"status": "paid"}).status == 422
    shop.switches.patch_processing = "accept"
    assert ask(PAYMENT, "PATCH", {"status": "paid"}).status == 200
    assert shop.patches[0]["before"] == "processing"


def test_a_payment_nested_in_an_order_is_the_same_change(shop: Shop, ask: Asking) -> None:
    open_order(shop)
    found = ask.data("/v2/orders/7?include=payment", method="PATCH", body={"payment": {"status": "paid"}})
    assert found["payment"]["status"] == "paid"
    assert len(shop.patches) == 1


@pytest.mark.parametrize("mode,expected", [("replace", ["b"]), ("append", ["a", "b"])])
def test_tags_and_comments_replace_or_append(shop: Shop, ask: Asking, mode: str, expected: list[str]) -> None:
    open_order(shop)
    shop.switches.update(lists_on_patch=mode)
    for word in "ab":
        body = {"tags": [word], "comments": [{"value": word}], "items": [], "amount": "0.00"}
        ask.data("/v2/orders/7", method="PATCH", body=body)
    found = ask.data("/v2/orders/7?include=tags,comments,items")
    assert found["tags"] == expected
    assert [each["value"] for each in found["comments"]] == expected
    assert (len(found["items"]), found["amount_with_tax"]) == (1, "97.00")


def test_the_billing_data_can_be_changed_after_the_invoice(shop: Shop, ask: Asking) -> None:
    open_order(shop)
    change = {"is_hidden": True, "billing": {"contact": {"company": "Nieuw BV", "shoe": 43}}}
    found = ask.data("/v2/orders/7?include=billing", method="PATCH", body=change)
    assert found["is_hidden"]
    assert found["billing"]["contact"]["company"] == "Nieuw BV"
    assert "shoe" not in found["billing"]["contact"]
    assert found["billing"]["address"]["city"] == "Gent"


def test_an_order_can_be_posted(shop: Shop, ask: Asking) -> None:
    item = {"label": "Los", "amount": "10.00", "amount_with_tax": "12.10"}
    found = ask.data("/v2/orders?include=items", method="POST", body={"items": [item, item]})
    assert (found["amount_with_tax"], found["source"]) == ("24.20", "api")
    assert found["id"] in shop.orders


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [{"label": "x"}]}, {"items": ["x"]}])
def test_an_order_without_lines_cannot_be_posted(ask: Asking, body: object) -> None:
    assert ask("/v2/orders", "POST", body).status == 422


def test_a_deleted_order_looks_like_one_that_never_was(shop: Shop, ask: Asking) -> None:
    open_order(shop)
    deleted = ask("/v2/orders/7", "DELETE")
    assert (deleted.status, deleted.body) == (204, b"")
    assert ask("/v2/orders/7").status == ask("/v2/orders/8").status == ask(PAYMENT).status == 404
    assert shop.orders[7]["deleted_at"] is not None
