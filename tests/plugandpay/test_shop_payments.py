"""What the Plug&Pay client asks about payments, and when a payment counts as written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

from ppbillit.errors import KeysRefused, TryLater, Unavailable
from ppbillit.http import HttpClient
from ppbillit.outcomes import Done, NotSent, Problem, Refused, Unknown, WriteOutcome
from ppbillit.plugandpay.client import PlugAndPayClient, plug_and_pay
from ppbillit.plugandpay.models import Payment
from support.http_servers import NO_WAIT, FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://api.plugandpay.com"
PATH = "/v2/orders/7/payment"
SINCE = datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
PAID = {"order_id": 7, "status": "paid", "method": "banktransfer", "paid_at": "2026-10-20T08:00:00.000000Z"}
WORDS = "a reason"


@pytest.fixture(name="api")
def _api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL, assert_all_called=False) as router:
        router.get("/v2/orders", params={"is_hidden": "1"}, name="hidden").mock(return_value=page())
        yield router


@pytest.fixture(name="client")
def _client() -> Iterator[PlugAndPayClient]:
    service = plug_and_pay("eyJ-key", URL, requests_per_second=1000)
    with PlugAndPayClient(HttpClient(service, retry=NO_WAIT, timing=FakeTime().timing())) as client:
        yield client


def row(number: int, status: str, **fields: Any) -> dict[str, Any]:
    order = {"id": number, "amount": "40.50", "amount_with_tax": "49.00", "mode": "live", "deleted_at": None}
    return {**order, "payment": {"status": status, "paid_at": None}, **fields}


def page(*orders: dict[str, Any]) -> httpx.Response:
    meta = {"current_page": 1, "last_page": 1, "total": len(orders)}
    return httpx.Response(200, json={"data": list(orders), "meta": meta})


def test_what_was_paid_is_asked_for_by_a_moment_without_a_zone(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    route = api.get("/v2/orders").mock(return_value=page(row(7, "paid")))
    assert [order.id for order in client.paid_since(SINCE)] == [7]
    asked = dict(route.calls.last.request.url.params)
    assert asked["since_paid_at"] == "2026-10-05 22:30:00"
    assert (asked["mode"], asked["include"]) == ("live", "payment")
    assert api["hidden"].called


def test_what_was_paid_is_asked_for_by_the_shop_s_clock_where_ours_is_far_ahead(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    """Otherwise: a clock that is days ahead asks for what is still to come."""
    api.get(PATH).respond(200, json={"data": PAID}, headers={"Date": "Fri, 02 Oct 2026 12:00:00 GMT"})
    client.payment(7)
    route = api.get("/v2/orders").mock(return_value=page())
    client.paid_since(SINCE)
    assert route.calls.last.request.url.params["since_paid_at"] == "2026-10-02 22:30:00"


def test_test_orders_deleted_ones_and_unreadable_ones_have_no_payment(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    strange = [row(1, "paid", mode="test"), row(2, "paid", deleted_at="2026-10-05T08:00:00Z")]
    api.get("/v2/orders").mock(return_value=page(*strange, row(3, "paid", amount=None), row(4, "paid")))
    assert [order.id for order in client.paid_since(SINCE)] == [4]


def test_the_filter_on_the_status_is_not_relied_on(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    """Otherwise: a server that does not know the filter makes charge-backs of all orders."""
    route = api.get("/v2/orders").mock(return_value=page(row(1, "paid"), row(2, "reversed")))
    assert [order.id for order in client.with_payment({"reversed", "open"}, date(2026, 10, 5))] == [2]
    asked = dict(route.calls.last.request.url.params)
    assert (asked["payment_status"], asked["since_invoice_date"]) == ("open,reversed", "2026-10-04")


def test_a_list_that_is_none_is_an_outage(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    api.get("/v2/orders").respond(json={"data": "?"})
    with pytest.raises(Unavailable, match="no list of orders"):
        client.paid_since(SINCE)


@pytest.mark.parametrize("body", [PAID, {"data": PAID}])
def test_one_payment_is_read_wrapped_or_bare(
    client: PlugAndPayClient, api: respx.MockRouter, body: dict[str, Any]
) -> None:
    api.get(PATH).respond(json=body)
    assert client.payment(7) == Payment.model_validate(PAID)


def test_the_payment_of_an_order_that_is_gone_is_none(
    client: PlugAndPayClient, api: respx.MockRouter
) -> None:
    api.get(PATH).respond(404, json={"message": "No query results"})
    assert client.payment(7) is None


@pytest.mark.parametrize("body", [[], {"data": {}}, {"status": {}}])
def test_a_payment_that_cannot_be_read_is_an_outage(
    client: PlugAndPayClient, api: respx.MockRouter, body: Any
) -> None:
    """Otherwise: what cannot be read is taken for open, and written."""
    api.get(PATH).respond(json=body)
    with pytest.raises(Unavailable, match="no payment"):
        client.payment(7)


@pytest.mark.parametrize(
    "odd", ["soon", "0000-00-00 00:00:00", "0001-01-01T00:00:00+02:00", 17, {}, None, ""]
)
def test_a_moment_or_a_method_that_cannot_be_read_is_none(
    client: PlugAndPayClient, api: respx.MockRouter, odd: Any
) -> None:
    """Otherwise: one order with a strange date stops the payments of all."""
    api.get(PATH).respond(json={"status": "paid", "paid_at": odd, "method": {}})
    assert client.payment(7) == Payment(status="paid")
    api.get("/v2/orders").mock(return_value=page(row(7, "paid", payment={"status": "paid", "paid_at": odd})))
    assert [order.payment for order in client.paid_since(SINCE)] == [Payment(status="paid")]


def test_an_order_is_set_to_paid_by_hand(client: PlugAndPayClient, api: respx.MockRouter) -> None:
    route = api.patch(PATH).respond(json={"data": PAID})
    assert client.set_paid(7) == Done(Payment.model_validate(PAID))
    assert route.calls.last.request.content == b'{"status": "paid", "type": "manual"}'


@pytest.mark.parametrize(
    "answer, outcome",
    [
        (httpx.Response(200, json={"data": {**PAID, "status": "open"}}), Unknown(WORDS)),
        (httpx.Response(200, text=""), Unknown(WORDS)),
        (httpx.Response(200, json={"status": "paid", "paid_at": "soon"}), Done(Payment(status="paid"))),
        (httpx.Response(200, html="<h1>Log in</h1>"), Unknown(WORDS)),
        (httpx.Response(302, headers={"Location": "/login"}), Unknown(WORDS)),
        (httpx.Response(403, html="<title>Cloudflare</title>"), Unknown(WORDS)),
        (httpx.Response(500), Unknown(WORDS)),
        (httpx.ReadTimeout("…"), Unknown(WORDS)),
        (httpx.ConnectError("…"), NotSent(WORDS)),
        (
            httpx.Response(422, json={"errors": {"status": ["…"]}}),
            Refused(422, (Problem("HTTP 422, for status"),)),
        ),
        (httpx.Response(404), Refused(404, (Problem("HTTP 404"),))),
        (httpx.Response(403, json={"message": "This action is unauthorized."}), Refused(403)),
    ],
)  # fmt: skip
def test_only_an_answer_that_shows_it_paid_counts_as_done(
    client: PlugAndPayClient, api: respx.MockRouter, answer: Any, outcome: WriteOutcome[Payment]
) -> None:
    """Otherwise: a page of a proxy is taken for a payment, or a payment for nothing and written again."""
    api.patch(PATH).mock(side_effect=[answer] * 3)
    found = client.set_paid(7)
    assert type(found) is type(outcome)
    assert isinstance(found, Unknown | NotSent) or found == outcome


@pytest.mark.parametrize(
    "answer, error",
    [
        (httpx.Response(401, json={"message": "Unauthenticated."}), KeysRefused),
        (httpx.Response(429), TryLater),
    ],
)
def test_a_key_or_a_rate_limit_that_stops_the_write_ends_the_run(
    client: PlugAndPayClient, api: respx.MockRouter, answer: httpx.Response, error: type[Exception]
) -> None:
    api.patch(PATH).mock(return_value=answer)
    with pytest.raises(error):
        client.set_paid(7)
