"""What the Plug&Pay client asks about the shop and its orders, and what it makes of the answers."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

from ppbillit.errors import KeysRefused, Unavailable
from ppbillit.http import HttpClient
from ppbillit.plugandpay.client import PlugAndPayClient, plug_and_pay
from ppbillit.plugandpay.models import Order, Shop, UnreadableOrder
from ppbillit.plugandpay.relations import INCLUDES, SDK_INCLUDES
from support.http_servers import NO_WAIT, FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://api.plugandpay.com"
OCTOBER = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture(name="api")
def _api() -> Iterator[respx.MockRouter]:
    # What each test lays out is asserted by the test; the list of hidden orders is empty unless it says more.
    with respx.mock(base_url=URL, assert_all_called=False) as router:
        router.get("/v2/orders", params={"is_hidden": "1"}, name="hidden").mock(return_value=_page())
        yield router


@pytest.fixture(name="client")
def _client() -> Iterator[PlugAndPayClient]:
    service = plug_and_pay("eyJ-key\n", URL, requests_per_second=1000)
    with PlugAndPayClient(HttpClient(service, retry=NO_WAIT, timing=FakeTime().timing())) as client:
        yield client


def _order(number: int, **fields: Any) -> dict[str, Any]:
    order = {
        "id": number,
        "invoice_date": "2026-10-05",
        "amount": "40.50",
        "amount_with_tax": "49.00",
        "mode": "live",
        "updated_at": "2026-10-05T18:43:02.000000Z",
        "deleted_at": None,
    }
    return {**order, **fields}


def _page(*orders: dict[str, Any], page: int = 1, last: int = 1, total: int | None = None) -> httpx.Response:
    meta = {"current_page": page, "last_page": last, "total": len(orders) if total is None else total}
    return httpx.Response(
        200, json={"data": list(orders), "links": {"next": "https://evil.test/"}, "meta": meta}
    )


def _ids(orders: list[Order | UnreadableOrder]) -> list[int]:
    return [order.id for order in orders]


# --- the shop -----------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", [True, False])
def test_the_shop_is_known_by_its_tenant(
    client: PlugAndPayClient, api: respx.MockRouter, *, wrapped: bool
) -> None:
    shop = {"id": 1, "name": "My shop", "plan": "lite"}
    route = api.get("/v2/auth/tenants/me").respond(json={"data": shop} if wrapped else shop)
    assert client.shop() == Shop("1", "My shop", "lite")
    headers = route.calls.last.request.headers
    assert headers["Authorization"] == "Bearer eyJ-key"
    assert headers["User-Agent"] == "CustomApiCall/2"
    assert headers["Accept"] == "application/json"


@pytest.mark.parametrize("status", [403, 404])
def test_a_key_that_may_not_ask_for_its_shop_is_tried_on_the_orders(
    client: PlugAndPayClient, api: respx.MockRouter, status: int
) -> None:
    api.get("/v2/auth/tenants/me").respond(status, json={"message": "This action is unauthorized."})
    route = api.get("/v2/orders", params={"limit": "1"}).mock(return_value=_page())
    assert client.shop() is None
    assert route.called


def test_a_key_that_opens_nothing_is_refused(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    api.get("/v2/auth/tenants/me").respond(404)
    api.get("/v2/orders").respond(401, json={"message": "Unauthenticated."})
    with pytest.raises(KeysRefused, match="does not accept the key"):
        client.shop()


def test_an_unknown_key_is_refused_at_once(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    api.get("/v2/auth/tenants/me").respond(401, json={"message": "Unauthenticated."})
    with pytest.raises(KeysRefused, match="does not accept the key"):
        client.shop()


def test_an_address_without_orders_is_no_shop(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    api.get("/v2/auth/tenants/me").respond(404)
    api.get("/v2/orders").respond(404)
    with pytest.raises(Unavailable):
        client.shop()


@pytest.mark.parametrize("body", [[], {"data": {}}, {"id": None}, 5])
def test_a_shop_without_an_id_is_no_shop(client: PlugAndPayClient, api: respx.MockRouter, body: Any) -> None:
    api.get("/v2/auth/tenants/me").respond(json=body)
    with pytest.raises(Unavailable, match="gave no shop"):
        client.shop()


# --- the list of orders -------------------------------------------------------------------------


def test_the_question_is_one_day_wider_than_the_span_and_names_its_own_pages(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    route = api.get("/v2/orders").mock(return_value=_page())
    assert client.orders(*OCTOBER) == []
    assert dict(route.calls.last.request.url.params) == {
        "mode": "live",
        "since_invoice_date": "2026-09-30",
        "until_invoice_date": "2026-11-01",
        "sort": "invoice_number",
        "direction": "asc",
        "limit": "25",
        "page": "1",
        "include": INCLUDES,
    }


def test_hidden_orders_are_asked_for_too_and_one_in_both_lists_counts_once(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    api.get("/v2/orders").mock(return_value=_page(_order(1), _order(2)))
    api["hidden"].mock(return_value=_page(_order(2), _order(3)))
    assert _ids(client.orders(*OCTOBER)) == [1, 2, 3]


def test_without_an_end_everything_since_is_asked_for(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    route = api.get("/v2/orders").mock(return_value=_page())
    client.orders(OCTOBER[0])
    assert "until_invoice_date" not in route.calls.last.request.url.params


def test_orders_come_by_date_and_id_with_exact_amounts(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    late = _order(3, invoice_date="2026-10-06T22:30:00.000000Z")  # half past midnight on the 7th in Brussels
    odd = _order(1, invoice_date="soon")
    api.get("/v2/orders").mock(
        return_value=_page(late, odd, _order(5, invoice_date="2026-10-07"), _order(9), _order(4))
    )
    orders = client.orders(*OCTOBER)
    assert _ids(orders) == [4, 9, 3, 5, 1]
    assert isinstance(orders[0], Order)
    assert orders[0].amount_with_tax == Decimal("49.00")


def test_test_orders_and_deleted_ones_are_left_out_even_if_they_cannot_be_read(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    deleted = "2026-10-06T00:00:00Z"
    api.get("/v2/orders").mock(
        return_value=_page(
            _order(1),
            _order(2, mode="test"),
            _order(3, deleted_at=deleted),
            _order(4, mode="test", amount=None),
        )
    )
    assert _ids(client.orders(*OCTOBER)) == [1]


@pytest.mark.parametrize(
    "fields,problem",
    [
        ({"mode": None}, "mode: is missing"),
        ({"amount": None}, "amount: is not an amount"),
        ({"items": [{"id": 1, "amount": True, "amount_with_tax": "x"}]}, "items.0.amount: is not an amount"),
        ({"created_at": "Sanne"}, "created_at: cannot be read"),
    ],
)
def test_an_order_that_cannot_be_read_is_named_with_its_field_and_without_its_value(
    client: PlugAndPayClient, api: respx.MockRouter, fields: dict[str, Any], problem: str
) -> None:
    api.get("/v2/orders").mock(return_value=_page(_order(1), _order(2, **fields)))
    readable, unreadable = client.orders(*OCTOBER)
    assert isinstance(readable, Order)
    assert isinstance(unreadable, UnreadableOrder)
    assert unreadable.problem.startswith(problem)
    assert "Sanne" not in unreadable.problem


def test_many_problems_are_told_briefly(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    items = [{"id": "x"} for _ in range(4)]
    api.get("/v2/orders").mock(return_value=_page(_order(1, items=items)))
    (order,) = client.orders(*OCTOBER)
    assert isinstance(order, UnreadableOrder)
    assert order.problem.endswith("items.0.amount_with_tax: is missing; and 9 more")


def test_an_order_seen_twice_counts_once_as_it_was_changed_last(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    newer = _order(1, updated_at="2026-10-06T00:00:00Z", invoice_number="new")
    api.get("/v2/orders").mock(return_value=_page(newer, _order(1), total=1))
    (order,) = client.orders(*OCTOBER)
    assert isinstance(order, Order)
    assert order.invoice_number == "new"


def test_an_order_that_became_unreadable_is_not_taken_as_it_was_before(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    broken = _order(1, amount=None)
    api.get("/v2/orders").mock(return_value=_page(_order(1), broken, _order(1), total=1))
    assert client.orders(*OCTOBER) == [UnreadableOrder(1, "amount: is not an amount")]


def _shifting_pages(*passes: tuple[list[int], list[int]], total: int) -> list[httpx.Response]:
    return [
        _page(*(_order(number) for number in page), page=index, last=2, total=total)
        for pages in passes
        for index, page in enumerate(pages, start=1)
    ]


def test_an_order_that_slipped_between_two_pages_is_found_by_another_pass(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    passes = ([1, 2], [4, 5]), ([2, 3], [4, 5]), ([2, 3], [4, 5])  # 1 was deleted while page 1 was turned
    route = api.get("/v2/orders").mock(side_effect=_shifting_pages(*passes, total=4))
    assert _ids(client.orders(*OCTOBER)) == [1, 2, 3, 4, 5]
    assert route.call_count == 6


def test_new_orders_at_the_end_do_not_make_it_all_be_read_again(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    passes = ([1, 2], [3, 4]), ([1, 2], [3, 4, 5])
    route = api.get("/v2/orders").mock(side_effect=_shifting_pages(*passes, total=4))
    assert _ids(client.orders(*OCTOBER)) == [1, 2, 3, 4, 5]
    assert route.call_count == 4


def test_an_id_may_come_as_text(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    api.get("/v2/orders").mock(return_value=_page({**_order(1), "id": "1"}))
    assert _ids(client.orders(*OCTOBER)) == [1]


def test_a_list_that_never_holds_still_is_an_outage(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    api.get("/v2/orders").mock(return_value=_page(_order(1), total=2))
    with pytest.raises(Unavailable, match="changed its list of orders each time"):
        client.orders(*OCTOBER)


def test_without_page_numbers_an_empty_page_is_the_end(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    pages = [httpx.Response(200, json={"data": rows}) for rows in ([_order(1)], []) * 2]
    route = api.get("/v2/orders").mock(side_effect=pages)
    assert _ids(client.orders(*OCTOBER)) == [1]
    assert [call.request.url.params["page"] for call in route.calls] == ["1", "2", "1", "2"]


@pytest.mark.parametrize(
    "body", [[], {"data": None}, {"data": [5]}, {"data": [{"id": None}]}, {"data": [{"id": "x"}]}]
)
def test_what_is_no_list_of_orders_is_an_outage(
    client: PlugAndPayClient, api: respx.MockRouter, body: Any
) -> None:
    api.get("/v2/orders").respond(json=body)
    with pytest.raises(Unavailable, match="no list of orders"):
        client.orders(*OCTOBER)


def test_a_list_without_end_is_an_outage(
    client: PlugAndPayClient, api: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ppbillit.plugandpay.pages.MOST_PAGES", 3)
    api.get("/v2/orders").mock(return_value=_page(_order(1), last=10**9))
    with pytest.raises(Unavailable, match="no list of orders"):
        client.orders(*OCTOBER)


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 422])
def test_relations_that_are_refused_are_given_up_with_a_warning(
    client: PlugAndPayClient, api: respx.MockRouter, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    refused = httpx.Response(status, json={"message": "Requested include(s) `shipping` are not allowed."})
    single = httpx.Response(200, json={"data": _order(1)})
    caplog.set_level(logging.WARNING)
    listed = api.get("/v2/orders").mock(side_effect=[refused, _page(_order(1))])
    shown = api.get("/v2/orders/1").mock(return_value=single)
    assert _ids(client.orders(*OCTOBER)) == [1]
    client.order(1)
    assert [call.request.url.params["include"] for call in listed.calls] == [INCLUDES, SDK_INCLUDES]
    assert shown.calls.last.request.url.params["include"] == SDK_INCLUDES
    assert len(caplog.messages) == 1


def test_a_question_that_is_refused_in_any_case_is_an_outage_naming_the_fields(
    client: PlugAndPayClient, api: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    errors = {"since_invoice_date": ["Sanne is geen datum"], "sanne@example.org": ["?"]}
    route = api.get("/v2/orders").respond(
        422, json={"message": "The given data was invalid.", "errors": errors}
    )
    caplog.set_level(logging.WARNING)
    with pytest.raises(Unavailable, match=r"\(422, for since_invoice_date\)"):
        client.orders(*OCTOBER)
    assert (route.call_count, caplog.messages) == (2, [])


@pytest.mark.parametrize(
    "answer,error",
    [
        (httpx.Response(401), KeysRefused),
        (httpx.Response(400, json={"error": "invalid_request", "error_description": "…"}), KeysRefused),
        (httpx.Response(403, json={"message": "This action is unauthorized."}), KeysRefused),
        (httpx.Response(403, html="<title>Attention required! | Cloudflare</title>"), Unavailable),
        (httpx.Response(404), Unavailable),
        (httpx.Response(405, json=[]), Unavailable),
        (httpx.Response(410, text="Gone"), Unavailable),
    ],
)
def test_other_refusals_end_the_run(
    client: PlugAndPayClient, api: respx.MockRouter, answer: httpx.Response, error: type[Exception]
) -> None:
    route = api.get("/v2/orders").mock(return_value=answer)
    with pytest.raises(error):
        client.orders(*OCTOBER)
    assert route.call_count == 1


# --- one order ----------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", [True, False])
def test_one_order_is_read_by_its_id(
    client: PlugAndPayClient, api: respx.MockRouter, *, wrapped: bool
) -> None:
    route = api.get("/v2/orders/7").respond(json={"data": _order(7)} if wrapped else _order(7))
    order = client.order(7)
    assert isinstance(order, Order)
    assert order.id == 7
    assert dict(route.calls.last.request.url.params) == {"include": INCLUDES}


def test_an_order_that_is_gone_is_none(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    api.get("/v2/orders/7").respond(404, html="<h1>Not found</h1>")
    assert client.order(7) is None


def test_one_order_that_cannot_be_read_says_so(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    api.get("/v2/orders/7").respond(json={"data": {"id": 7}})
    assert client.order(7) == UnreadableOrder(7, "amount: is missing; amount_with_tax: is missing")


def test_one_order_that_is_no_object_is_an_outage(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    api.get("/v2/orders/7").respond(json=[])
    with pytest.raises(Unavailable, match="no order"):
        client.order(7)
