"""Creating, changing and deleting orders (plugandpay.md §6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator.plugandpay.builder import OPEN_TRANSFER, build_order
from ppbillit_emulator.plugandpay.lines import Line

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import ShopClient
    from ppbillit_emulator.plugandpay.shop import Shop

COURSE = [Line("Cursus", "97.00")]
PAYMENT = "/v2/orders/7/payment"


def open_order(shop: Shop) -> None:
    shop.add(build_order(COURSE, id=7, payment=OPEN_TRANSFER))


@pytest.mark.parametrize("mode,expected", [("replace", ["b"]), ("append", ["a", "b"])])
def test_tags_and_comments_replace_or_append(
    shop: Shop, ask: ShopClient, mode: str, expected: list[str]
) -> None:
    open_order(shop)
    shop.switches.update(lists_on_patch=mode)
    for word in "ab":
        body = {"tags": [word], "comments": [{"value": word}], "items": [], "amount": "0.00"}
        ask.data("/v2/orders/7", method="PATCH", body=body)
    found = ask.data("/v2/orders/7?include=tags,comments,items")
    assert found["tags"] == expected
    assert [each["value"] for each in found["comments"]] == expected
    assert (len(found["items"]), found["amount_with_tax"]) == (1, "97.00")


def test_the_billing_data_can_be_changed_after_the_invoice(shop: Shop, ask: ShopClient) -> None:
    open_order(shop)
    change = {"is_hidden": True, "billing": {"contact": {"company": "Nieuw BV", "shoe": 43}}}
    found = ask.data("/v2/orders/7?include=billing", method="PATCH", body=change)
    assert found["is_hidden"]
    assert found["billing"]["contact"]["company"] == "Nieuw BV"
    assert "shoe" not in found["billing"]["contact"]
    assert found["billing"]["address"]["city"] == "Gent"


def test_an_order_can_be_posted(shop: Shop, ask: ShopClient) -> None:
    item = {"label": "Los", "amount": "10.00", "amount_with_tax": "12.10"}
    found = ask.data("/v2/orders?include=items", method="POST", body={"items": [item, item]})
    assert (found["amount_with_tax"], found["source"]) == ("24.20", "api")
    assert found["id"] in shop.orders


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [{"label": "x"}]}, {"items": ["x"]}])
def test_an_order_without_lines_cannot_be_posted(ask: ShopClient, body: object) -> None:
    assert ask("/v2/orders", "POST", body).status == 422


def test_a_deleted_order_gets_404_like_an_unknown_one(shop: Shop, ask: ShopClient) -> None:
    open_order(shop)
    deleted = ask("/v2/orders/7", "DELETE")
    assert (deleted.status, deleted.body) == (204, b"")
    assert ask("/v2/orders/7").status == ask("/v2/orders/8").status == ask(PAYMENT).status == 404
    assert shop.orders[7]["deleted_at"] is not None
