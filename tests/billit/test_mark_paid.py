"""How a document of Billit is marked as paid, and as unpaid again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx
import simplejson

from ppbillit.billit.client import BillitClient, billit
from ppbillit.http import HttpClient
from ppbillit.outcomes import Done, KeyUsed, NotSent, Refused, Unknown
from support.http_servers import NO_WAIT, SECRET, FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://api.billit.be"
PATH = "/v1/orders/1684998"
NOON = datetime(2026, 10, 20, 12)  # noqa: DTZ001  (Billit's times have no zone)


@pytest.fixture(name="api")
def _api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL) as router:
        yield router


@pytest.fixture(name="client")
def _client() -> Iterator[BillitClient]:
    service = billit(URL, 588708, api_key=SECRET, requests_per_second=1000, timeout_seconds=30)
    with BillitClient(HttpClient(service, retry=NO_WAIT, timing=FakeTime().timing())) as client:
        yield client


def bodies(route: respx.Route) -> list[dict[str, Any]]:
    return [simplejson.loads(call.request.content) for call in route.calls]


def test_a_payment_is_marked_with_its_moment_and_method(client: BillitClient, api: respx.MockRouter) -> None:
    route = api.patch(PATH).respond(200)
    assert client.mark_paid(1684998, NOON, "Wired", "ab12") == Done(None)
    assert bodies(route) == [{"Paid": True, "PaidDate": "2026-10-20T12:00:00", "PaymentMethod": "Wired"}]
    headers = route.calls.last.request.headers
    assert headers["Idempotency-Key"] == headers["Idempotent-Key"] == "ab12"


def test_a_method_that_is_refused_is_left_out(client: BillitClient, api: respx.MockRouter) -> None:
    """Otherwise: one page of Billit's docs is right and the other is not, and no payment is ever marked."""
    refused = httpx.Response(400, json={"errors": [{"Code": "GenericError"}]})
    route = api.patch(PATH).mock(side_effect=[refused, httpx.Response(200)])
    assert client.mark_paid(1684998, NOON, "Wired", "ab12") == Done(None)
    first, second = (call.request.headers["Idempotency-Key"] for call in route.calls)
    assert first != second  # otherwise: the key counts as used, and the payment is never marked
    assert second.isalnum()
    assert bodies(route)[1] == {"Paid": True, "PaidDate": "2026-10-20T12:00:00"}


def test_a_marking_is_taken_back_with_an_empty_date(client: BillitClient, api: respx.MockRouter) -> None:
    route = api.patch(PATH).respond(200)
    assert client.mark_unpaid(1684998, "ab12") == Done(None)
    assert bodies(route) == [{"Paid": False, "PaidDate": None}]


@pytest.mark.parametrize(
    "answer, outcome",
    [
        (httpx.Response(404, json={"errors": [{"Code": "NotFound"}]}), Refused),
        (httpx.Response(409), KeyUsed),
        (httpx.Response(500), Unknown),
        (httpx.Response(200, json={"errors": [{"Code": "GenericError"}]}), Unknown),
        (httpx.ReadTimeout("…"), Unknown),
        (httpx.ConnectError("…"), NotSent),
    ],
)
def test_how_it_ended_is_told_apart(
    client: BillitClient, api: respx.MockRouter, answer: Any, outcome: type
) -> None:
    api.patch(PATH).mock(side_effect=[answer] * 3)
    assert isinstance(client.mark_paid(1684998, NOON, "Wired", "ab12"), outcome)
