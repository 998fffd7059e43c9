"""Products, tax rates, tenant, countries and invoices (plugandpay.md §1, §3, §9, §13.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator.plugandpay.builder import build_order
from ppbillit_emulator.plugandpay.lines import Line, Product

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import ShopClient
    from ppbillit_emulator.plugandpay.shop import Shop


@pytest.fixture(autouse=True)
def _stocked(shop: Shop) -> None:
    book = Product(320, "boek", "Boek", "700100", is_physical=True)
    gone = Product(321, "oud", "Oud boek", "0700", deleted_at="2026-01-01T00:00:00.000000Z")
    shop.add(build_order([Line("Boek", "49", "6", product=book), Line("Oud", "9", "6", product=gone)]))


def test_products_come_from_the_orders_with_their_ledger_as_a_number(ask: ShopClient) -> None:
    page = ask.json("/v2/products?product_ids=320,321")
    assert [(each["id"], each["ledger"]) for each in page["data"]] == [(320, 700100)]
    assert page["meta"]["total"] == 1


def test_a_deleted_product_is_read_by_id_and_listed_on_request(ask: ShopClient) -> None:
    assert ask.data("/v2/products/321")["ledger"] == "0700"
    assert [each["id"] for each in ask.data("/v2/products?is_deleted=1")] == [321]
    assert ask("/v2/products/999").status == 404


def test_products_can_be_searched(ask: ShopClient) -> None:
    assert [each["id"] for each in ask.data("/v2/products?q=BOE&type=one_off")] == [320]
    assert ask.data("/v2/products?type=subscription") == []


def test_a_ledger_can_be_text_everywhere(shop: Shop, ask: ShopClient) -> None:
    shop.switches.ledger = "text"
    assert ask.data("/v2/products/320")["ledger"] == "700100"


def test_prices_are_shown_on_request_and_never_in_an_order(shop: Shop, ask: ShopClient) -> None:
    club = Product(
        322, "club", "Club", type="subscription", price="29.99", first_price="1", tiers=((3, "25"),)
    )
    foreign = Product(323, "elders", "Elders", price="10", rate=None)
    order_id = shop.add(build_order([Line("Club", "29.99", product=club), Line("x", "10", product=foreign)]))
    assert "pricing" not in ask.data("/v2/products/322")
    pricing = ask.data("/v2/products/322?include=pricing")["pricing"]
    assert pricing["is_tax_included"] is True
    assert pricing["tax"]["rate"] == {"id": 101, "country": "BE", "percentage": "21.0"}
    [price] = pricing["prices"]
    assert price["interval"] == "monthly"
    assert price["regular"] == {"amount": "24.79", "amount_with_tax": "29.99"}
    assert price["first"] == {"amount": "0.83", "amount_with_tax": "1.00"}
    assert price["tiers"] == [{"quantity": 3, "amount": "20.66", "amount_with_tax": "25.00"}]
    bare = ask.data("/v2/products/323?include=pricing")["pricing"]["tax"]["profile"]
    full = ask.data("/v2/products/323?include=pricing,tax_rates")["pricing"]["tax"]["profile"]
    assert (set(full) - set(bare), full["label"]) == ({"rates"}, "Standaard")
    [first, _] = ask.data(f"/v2/orders/{order_id}?include=items,products")["items"]
    assert not {"pricing", "_pricing", "price"} & set(first["product"])
    assert ask.data("/v2/products/320?include=pricing")["pricing"]["prices"] == []


def test_a_relation_that_products_do_not_have_may_be_refused(shop: Shop, ask: ShopClient) -> None:
    shop.switches.unknown_include = "refuse"
    assert ask("/v2/products?include=pricing,tax_rates").status == 200
    assert ask("/v2/products?include=pricing,billing").status == 422


def test_tax_rates_are_listed_with_historical_ones(ask: ShopClient) -> None:
    dutch = ask.data("/v2/tax-rates?country=NL")
    assert {"id": 1, "country": "NL", "percentage": "6.0"} in dutch
    assert {each["country"] for each in dutch} == {"NL"}
    assert len(ask.data("/v2/tax-rates")) > len(dutch)


def test_an_unlisted_tax_rate_is_added_with_the_order(shop: Shop, ask: ShopClient) -> None:
    shop.add(build_order([Line("x", "10", "25", "SE")]))
    assert [each["percentage"] for each in ask.data("/v2/tax-rates?country=SE")] == ["25.0"]


def test_the_tenant_of_a_key_can_be_read_or_not(shop: Shop, ask: ShopClient) -> None:
    route = "/v2/auth/tenants/me"
    assert ask.data(route) == {"id": 4711, "name": "Atelier Voorbeeld", "plan": "premium"}
    shop.switches.tenants_me = "forbidden"
    assert ask(route).status == 403
    shop.switches.tenants_me = "missing"
    assert ask(route).status == 404


def test_countries_need_no_key(ask: ShopClient) -> None:
    assert ask.data("/v2/countries", authorization=None)[0] == {"code": "BE", "name": "Belgium"}


def test_invoices_are_those_of_plugandpay_to_the_merchant(ask: ShopClient) -> None:
    assert ask.data("/v2/invoices")[0]["invoice_number"].startswith("PP-")
