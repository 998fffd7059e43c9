"""GET /v2/orders: filters, pages, sorting, and orders that move (plugandpay.md §6)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator.plugandpay.builder import OPEN_TRANSFER, build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, CONSUMER_NL, FIRM_BE
from ppbillit_emulator.plugandpay.lines import Line

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import ShopClient
    from ppbillit_emulator.plugandpay.shop import Shop

COURSE = [Line("Cursus", "97.00", product_id=311)]


def days(shop: Shop, count: int) -> list[int]:
    """Add one order a day from 1 September on."""
    created = [f"2026-09-{day:02d}T10:00:00Z" for day in range(1, count + 1)]
    return [shop.add(build_order(COURSE, created_at=each)) for each in created]


def ids(ask: ShopClient, query: str) -> list[int]:
    return [each["id"] for each in ask.data(f"/v2/orders?{query}")]


def variety(shop: Shop) -> None:
    bump = Line("Boek", "49.00", "6", type="order-bump", discount="4.90", code="HERFST10")
    shop.add(build_order(COURSE, CONSUMER_BE, id=1, created_at="2026-09-01T10:00:00Z", is_first=True))
    shop.add(build_order([bump], CONSUMER_NL, id=2, created_at="2026-09-02T10:00:00Z", mode="test"))
    shop.add(build_order(COURSE, FIRM_BE, id=3, status="concept", payment=OPEN_TRANSFER, source="admin"))
    shop.add(build_order([Line("Bon", "50", "0")], id=4, created_at="2026-09-03T22:30:00Z", is_hidden=True))
    shop.add(build_order(COURSE, id=5, created_at="2026-09-04T10:00:00Z", product_group="Mijn Boeken"))
    shop.delete(5)


@pytest.mark.parametrize(
    "query,expected",
    [
        ("", [1, 2, 3, 4]),
        ("mode=live", [1, 3, 4]),
        ("mode=test", [2]),
        ("invoice_status=final", [1, 2, 4]),
        ("invoice_status=concept", [3]),
        ("payment_status=open", [3]),
        ("payment_status=open,paid", [1, 2, 3, 4]),
        ("source=admin", [3]),
        ("is_deleted=1", [5]),
        ("is_deleted=0", [1, 2, 3, 4]),
        ("is_hidden=1", [4]),
        ("is_hidden=false", [1, 2, 3]),
        ("has_bump=true", [2]),
        ("has_tax=0", [4]),
        ("is_first=1", [1]),
        ("is_upsell=1", []),
        ("country=NL", [2]),
        ("email=SANNE@example.org", [2]),
        ("discount_code=HERFST10", [2]),
        ("product_id=311", [1, 3]),
        ("q=voorbeeld", [3]),
        ("since_invoice_date=2026-09-02", [2, 4]),
        ("until_invoice_date=2026-09-02", [1, 2]),
        ("since_invoice_date=2026-09-04&until_invoice_date=2026-09-04", [4]),
        ("since_paid_at=2026-09-02+12:00:00", [2, 4]),
        ("until_paid_at=2026-09-01%2012:00:49", []),
        ("contract_type=subscription", []),
        ("is_deleted=1&product_group=mijn-boeken", [5]),
        ("colour=red", [1, 2, 3, 4]),
    ],
)
def test_filters_are_combined(shop: Shop, ask: ShopClient, query: str, expected: list[int]) -> None:
    variety(shop)
    assert ids(ask, f"direction=asc&{query}") == expected


@pytest.mark.parametrize(
    "query,field",
    [
        ("mode=all", "mode"),
        ("payment_status=paid,settled", "payment_status"),
        ("sort=created_at", "sort"),
        ("is_hidden=perhaps", "is_hidden"),
        ("since_invoice_date=01-09-2026", "since_invoice_date"),
        ("since_invoice_date=20260901", "since_invoice_date"),
        ("since_paid_at=2026-09-01T00:00:00Z", "since_paid_at"),
        ("product_id=abc", "product_id"),
        ("limit=0", "limit"),
        ("page=two", "page"),
    ],
)
def test_a_bad_value_is_refused_with_its_field(ask: ShopClient, query: str, field: str) -> None:
    response = ask(f"/v2/orders?{query}")
    assert response.status == 422
    body = json.loads(response.body)
    assert body["message"] == "The given data was invalid."
    assert list(body["errors"]) == [field]


@pytest.mark.parametrize(
    "switch,value,query,expected",
    [
        ("default_mode", "live", "", [1, 3, 4]),
        ("default_hidden", "visible", "", [1, 2, 3]),
        ("bad_enum", "ignore", "mode=all", [1, 2, 3, 4]),
        ("boolean_words", "truthy", "is_hidden=false", [4]),
        ("date_filter", "ignored", "since_invoice_date=2026-09-03", [1, 2, 3, 4]),
        ("date_filter", "utc", "since_invoice_date=2026-09-04", []),
        ("until_inclusive", False, "until_invoice_date=2026-09-02", [1]),
        ("concepts_in_date_filter", True, "since_invoice_date=2026-10-01", [3]),
        ("paid_at_zone", "utc", "since_paid_at=2026-09-02+12:00:00", [4]),
        ("default_direction", "desc", "direction=", [4, 3, 2, 1]),
    ],
)
def test_unproven_details_of_filters_are_switches(
    shop: Shop, ask: ShopClient, switch: str, value: Any, query: str, expected: list[int]
) -> None:
    variety(shop)
    shop.switches.update(**{switch: value})
    assert ids(ask, query if "direction" in query else f"direction=asc&{query}") == expected


@pytest.mark.parametrize(
    "switch,query",
    [
        ({"boolean_words": "refused"}, "is_hidden=false"),
        ({"unknown_filter": "refuse"}, "since_updated_at=2026-01-01"),
        ({"unknown_include": "refuse"}, "include=items,colour"),
        ({"unknown_include": "refuse", "known_includes": "sdk"}, "include=items,shipping"),
    ],
)
def test_a_stricter_shop_refuses_unknown_values(
    shop: Shop, ask: ShopClient, switch: dict[str, str], query: str
) -> None:
    shop.switches.update(**switch)
    assert ask(f"/v2/orders?{query}").status == 422


def test_an_empty_list_has_one_empty_page(ask: ShopClient) -> None:
    base = "http://127.0.0.1:9/v2/orders"
    assert ask.json("/v2/orders?limit=25") == {
        "data": [],
        "links": {"first": f"{base}?page=1", "last": f"{base}?page=1", "prev": None, "next": None},
        "meta": {
            "current_page": 1,
            "from": None,
            "last_page": 1,
            "path": base,
            "per_page": 25,
            "to": None,
            "total": 0,
        },
    }


def test_pages_follow_one_another_and_the_one_after_the_last_is_empty(shop: Shop, ask: ShopClient) -> None:
    known = days(shop, 5)
    pages = [ask.json(f"/v2/orders?limit=2&direction=asc&page={page}") for page in (1, 2, 3, 4)]
    assert [each["id"] for page in pages for each in page["data"]] == known
    assert [(page["meta"]["from"], page["meta"]["to"]) for page in pages] == [
        (1, 2),
        (3, 4),
        (5, 5),
        (None, None),
    ]
    assert [page["meta"]["total"] for page in pages] == [5, 5, 5, 5]
    assert pages[0]["links"]["next"] == "http://127.0.0.1:9/v2/orders?page=2"
    assert pages[2]["links"]["next"] is None


def test_the_size_of_a_page_is_clamped_and_has_a_default(shop: Shop, ask: ShopClient) -> None:
    shop.switches.max_page_size = 3
    days(shop, 5)
    assert ask.json("/v2/orders?limit=250")["meta"]["per_page"] == 3
    shop.switches.max_page_size = 100
    assert ask.json("/v2/orders")["meta"]["per_page"] == 15


def test_links_can_keep_filters_name_another_host_and_be_repeated_in_meta(
    shop: Shop, ask: ShopClient
) -> None:
    host = "https://api.plugandpay.invalid"
    shop.switches.update(links_lose_filters=False, links_host=host, links_in_meta=True)
    days(shop, 2)
    page = ask.json("/v2/orders?limit=1&mode=live")
    assert page["links"]["next"] == f"{host}/v2/orders?limit=1&mode=live&page=2"
    assert [each["active"] for each in page["meta"]["links"]] == [True, False]


def test_numbers_sort_as_text_and_nulls_first(shop: Shop, ask: ShopClient) -> None:
    for number in ("20269", "202610", None):
        shop.add(build_order(COURSE, number=number))
    found = ask.data("/v2/orders?sort=invoice_number&direction=asc")
    assert [each["invoice_number"] for each in found] == [None, "202610", "20269"]


def test_sorting_by_payment_puts_the_unpaid_first(shop: Shop, ask: ShopClient) -> None:
    paid, unpaid = shop.add(build_order(COURSE)), shop.add(build_order(COURSE, payment=OPEN_TRANSFER))
    assert ids(ask, "sort=paid_at&direction=asc") == [unpaid, paid]


def test_ties_have_another_order_at_each_request_and_repeatably_so(shop: Shop, ask: ShopClient) -> None:
    known = [shop.add(build_order(COURSE)) for _ in range(8)]
    shop.switches.shuffle_ties = True
    seen = [ids(ask, "sort=invoice_date&direction=asc") for _ in range(5)]
    assert all(sorted(each) == known for each in seen)
    assert len({tuple(each) for each in seen}) > 1
    shop.random.seed(1)
    assert ids(ask, "sort=invoice_date&direction=asc") == seen[0]


def test_an_order_inserted_on_page_one_shows_another_one_twice(shop: Shop, ask: ShopClient) -> None:
    days(shop, 4)
    shop.switches.drift = "insert"
    read = [
        each for page in (1, 2) for each in ids(ask, f"sort=invoice_date&direction=asc&limit=2&page={page}")
    ]
    assert len(read) == 4
    assert len(set(read)) == 3
    assert ask.json("/v2/orders")["meta"]["total"] == 5


def test_an_order_moved_from_page_one_hides_another_one(shop: Shop, ask: ShopClient) -> None:
    known = days(shop, 4)
    shop.switches.drift = "move"
    read = [
        each for page in (1, 2) for each in ids(ask, f"sort=invoice_date&direction=asc&limit=2&page={page}")
    ]
    assert set(known) - set(read)
    again = [
        each for page in (1, 2) for each in ids(ask, f"sort=invoice_date&direction=asc&limit=2&page={page}")
    ]
    assert sorted(again) == known
