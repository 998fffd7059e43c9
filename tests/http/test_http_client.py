"""One exchange at a time: what each answer means, and which requests are repeated."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

from ppbillit.errors import KeysRefused, SetupWrong, Unavailable
from ppbillit.http import Answered, NotSent, Refused, RetryPolicy, Service, Unknown
from support.http_servers import (
    CUSTOMER,
    SECRET,
    URL,
    Ending,
    FakeTime,
    closed_port_url,
    http_client,
    server_that_hangs_up,
    service,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HTML = httpx.Response(200, html="<html>please log in</html>")


@pytest.fixture(name="api")
def _api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL, assert_all_called=False) as router:
        yield router


# --- reads --------------------------------------------------------------------------------------


def test_numbers_are_read_without_float(api: respx.MockRouter) -> None:
    api.get("/v1/orders/5").respond(200, content=b'{"TotalIncl": 49.10, "OrderID": 12345678901234567890}')
    with http_client() as http:
        answer = http.read("/v1/orders/{id}", id=5)
    assert answer.json() == {"TotalIncl": Decimal("49.10"), "OrderID": 12345678901234567890}
    assert str(answer.json()["TotalIncl"]) == "49.10"


def test_ids_and_questions_cannot_leave_their_place_in_the_url(api: respx.MockRouter) -> None:
    route = api.get(url__regex=".*").respond(200, json={})
    with http_client() as http:
        http.read("/v1/files/{id}", {"q": "a&b=c"}, id="../x?y")
    assert str(route.calls.last.request.url) == f"{URL}/v1/files/..%2Fx%3Fy?q=a%26b%3Dc"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refused_read_is_given_to_the_caller_at_once(api: respx.MockRouter, status: int) -> None:
    route = api.get("/v2/orders").respond(status, json={"message": "no"}, headers={"X-Request-Id": "abc-1"})
    with http_client() as http:
        answer = http.read("/v2/orders")
    assert isinstance(answer, Refused)
    assert (answer.status, answer.request_id, answer.json()) == (status, "abc-1", {"message": "no"})
    assert route.call_count == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_read_that_a_gateway_lost_is_asked_again(api: respx.MockRouter, status: int) -> None:
    route = api.get("/v2/orders").mock(side_effect=[httpx.Response(status), httpx.Response(200, json=[])])
    with http_client() as http:
        assert isinstance(http.read("/v2/orders"), Answered)
    assert route.call_count == 2


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), httpx.ReadError("reset"), httpx.ReadTimeout("late")]
)
def test_a_read_that_broke_off_is_asked_again(api: respx.MockRouter, error: Exception) -> None:
    route = api.get("/v2/orders").mock(side_effect=[error, httpx.Response(200, json=[])])
    with http_client() as http:
        assert isinstance(http.read("/v2/orders"), Answered)
    assert route.call_count == 2


def test_json_that_breaks_off_is_asked_again(api: respx.MockRouter) -> None:
    broken = httpx.Response(200, content=b'{"data": [{"id": 1', headers={"Content-Type": "application/json"})
    api.get("/v2/orders").mock(side_effect=[broken, httpx.Response(200, json={"data": []})])
    with http_client() as http:
        assert http.read("/v2/orders").json() == {"data": []}


@pytest.mark.parametrize("body", [b"NaN", b"1e99999999999999999999", b"[" * 100_000, b""])
def test_json_that_no_service_sends_is_an_outage_and_no_crash(api: respx.MockRouter, body: bytes) -> None:
    api.get("/v2/orders").respond(200, content=body)
    with http_client() as http, pytest.raises(Unavailable, match="breaks off half-way"):
        http.read("/v2/orders")


@pytest.mark.parametrize(
    "answer,words,tries",
    [
        (HTML, "a web page instead of data", 1),
        (httpx.Response(200, content=b" <!doctype html>"), "a web page instead of data", 1),
        (httpx.Response(302, headers={"Location": "https://admin.plugandpay.com/login"}), "login page", 1),
        (httpx.Response(500, html="<h1>Server Error</h1>"), "answer 500", 1),
        (httpx.Response(503), "answer 503", 3),
        (httpx.Response(408), "answer 408", 1),
    ],
)
def test_what_is_no_answer_of_the_api_is_an_outage_that_says_which(
    api: respx.MockRouter, answer: httpx.Response, words: str, tries: int
) -> None:
    route = api.get("/v2/orders").mock(return_value=answer)
    with http_client() as http, pytest.raises(Unavailable, match=words) as raised:
        http.read("/v2/orders")
    assert raised.value.message.startswith("Plug&Pay ")
    assert "[plugandpay] base_url" in raised.value.fix
    assert route.call_count == tries


def test_a_service_that_does_not_listen_is_an_outage() -> None:
    with (
        http_client(service(closed_port_url())) as http,
        pytest.raises(Unavailable, match="could not be reached"),
    ):
        http.read("/v2/orders")


def test_an_error_of_our_own_is_not_tried_again_nor_renamed(api: respx.MockRouter) -> None:
    route = api.get("/v2/orders").mock(side_effect=ZeroDivisionError)
    with http_client() as http, pytest.raises(ZeroDivisionError):
        http.read("/v2/orders")
    assert route.call_count == 1


# --- writes -------------------------------------------------------------------------------------


def test_a_write_sends_money_as_it_was_written(api: respx.MockRouter) -> None:
    route = api.post("/v1/orders").respond(200, text="1684998")
    with http_client() as http:
        answer = http.write(
            "POST", "/v1/orders", {"UnitPriceExcl": Decimal("24.80")}, {"Idempotency-Key": "a1"}
        )
    request = route.calls.last.request
    assert isinstance(answer, Answered)
    assert request.content == b'{"UnitPriceExcl": 24.80}'
    assert request.headers["Idempotency-Key"] == "a1"
    assert request.headers["Content-Type"] == request.headers["Accept"] == "application/json"
    assert request.headers["User-Agent"] == "CustomApiCall/2"


def test_a_command_without_a_body_sends_none(api: respx.MockRouter) -> None:
    route = api.delete("/v1/orders/5").respond(200, text="true")
    with http_client() as http:
        http.write("DELETE", "/v1/orders/{id}", id=5)
    assert route.calls.last.request.content == b""
    assert "Content-Type" not in route.calls.last.request.headers


@pytest.mark.parametrize(
    "error,kind",
    [
        (httpx.ConnectError("refused"), NotSent),
        (httpx.ConnectTimeout("slow"), NotSent),
        (httpx.PoolTimeout("busy"), NotSent),
        (httpx.LocalProtocolError(f"Illegal header value b'{SECRET}'"), NotSent),
        (httpx.ReadTimeout("late"), Unknown),
        (httpx.WriteTimeout("stuck"), Unknown),
        (httpx.ReadError("reset"), Unknown),
        (httpx.WriteError("broken pipe"), Unknown),
        (httpx.RemoteProtocolError("half"), Unknown),
        (httpx.DecodingError("not gzip"), Unknown),
    ],
)
def test_a_write_that_failed_is_unknown_once_the_request_may_have_left(
    api: respx.MockRouter, error: Exception, kind: type
) -> None:
    route = api.post("/v1/orders").mock(side_effect=error)
    with http_client() as http:
        outcome = http.write("POST", "/v1/orders", {})
    assert isinstance(outcome, kind)
    assert SECRET not in repr(outcome)
    assert route.call_count == (3 if kind is NotSent else 1)


@pytest.mark.parametrize("status", [301, 302, 408, 425, 500, 502, 503, 504])
def test_a_write_without_a_verdict_is_unknown_and_not_repeated(api: respx.MockRouter, status: int) -> None:
    route = api.post("/v1/orders").respond(
        status, headers={"Location": "https://elsewhere.test/", "Retry-After": "1"}
    )
    with http_client() as http:
        outcome = http.write("POST", "/v1/orders", {})
    assert isinstance(outcome, Unknown)
    assert outcome.status == status
    assert route.call_count == 1


def test_a_write_answered_with_a_web_page_is_unknown(api: respx.MockRouter) -> None:
    api.post("/v1/orders").mock(return_value=HTML)
    with http_client() as http:
        assert isinstance(http.write("POST", "/v1/orders", {}), Unknown)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refused_write_is_not_repeated(api: respx.MockRouter, status: int) -> None:
    route = api.post("/v1/orders").respond(status, json={"errors": []})
    with http_client() as http:
        outcome = http.write("POST", "/v1/orders", {})
    assert isinstance(outcome, Refused)
    assert route.call_count == 1


def test_a_write_that_was_not_sent_is_repeated_with_the_same_key(api: respx.MockRouter) -> None:
    refused = httpx.ConnectError("refused")
    route = api.post("/v1/orders").mock(side_effect=[refused, httpx.Response(200, text="7")])
    with http_client() as http:
        assert isinstance(http.write("POST", "/v1/orders", {}, {"Idempotency-Key": "a1"}), Answered)
    assert [call.request.headers["Idempotency-Key"] for call in route.calls] == ["a1", "a1"]


@pytest.mark.parametrize("ending", ["close", "reset", "half", "late"])
def test_a_real_connection_that_dies_after_the_request_leaves_the_write_unknown(ending: Ending) -> None:
    with server_that_hangs_up(ending) as url, http_client(service(url, timeout_seconds=0.2)) as http:
        outcome = http.write("POST", "/v1/orders", {"OrderType": "Invoice"})
    assert isinstance(outcome, Unknown)


@pytest.mark.parametrize("ending", ["close", "reset", "half", "late"])
def test_a_real_connection_that_dies_is_no_reason_to_give_up_reading(ending: Ending) -> None:
    with server_that_hangs_up(ending, "whole") as url, http_client(service(url, timeout_seconds=0.2)) as http:
        assert http.read("/v1/orders").json() == 16849981684998


def test_an_answer_that_dribbles_in_for_ever_is_given_up() -> None:
    time = FakeTime()

    class Dribble(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                time.sleep(25)
                yield b" "

    with respx.mock(base_url=URL) as api, http_client(timing=time.timing()) as http:
        api.post("/v1/orders").mock(return_value=httpx.Response(200, stream=Dribble()))
        outcome = http.write("POST", "/v1/orders", {})
    assert outcome == Unknown("did not finish its answer within 60 s")


# --- keys, proxies, logs ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["http://api.plugandpay.com", "ftp://x", "nonsense", "https://exa mple:x", ""]
)
def test_a_key_never_travels_unencrypted(url: str) -> None:
    with pytest.raises(SetupWrong):
        http_client(service(url))


@pytest.mark.parametrize("key", ["two\nlines", "naïve", "ends in space "])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(key: str) -> None:
    whom = Service("Billit", "billit", URL, secrets=lambda: {"ApiKey": key})
    with http_client(whom) as http, pytest.raises(KeysRefused, match="characters that no key has") as raised:
        http.read("/v1/orders")
    assert key not in str(raised.value) + raised.value.fix


def test_proxies_of_the_environment_are_not_used(
    api: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    api.get("/v2/orders").respond(200, json=[])
    with http_client() as http:
        assert http._connection._client._mounts == {}
        assert isinstance(http.read("/v2/orders"), Answered)


def test_logs_and_errors_hold_no_key_no_name_and_no_question(
    api: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body: dict[str, Any] = {"billing": {"contact": {"firstname": CUSTOMER}}}
    api.get("/v2/orders/810001").mock(
        side_effect=[
            httpx.ReadError(CUSTOMER),
            httpx.Response(200, json=body, headers={"cf-ray": "8f\n00-AMS"}),
        ]
    )
    api.post("/v1/parties").respond(500, json=body)
    with http_client() as http:
        answers = [
            http.read("/v2/orders/{id}", {"email": "sanne@example.org"}, id=810001),
            http.write("POST", "/v1/parties", body),
        ]
        api.get("/v2/orders").respond(500, json=body)
        with pytest.raises(Unavailable) as raised:
            http.read("/v2/orders")
    said = caplog.text + repr(answers) + repr(http.service) + str(raised.value) + raised.value.fix
    for private in (SECRET, CUSTOMER, "sanne", "firstname", "810001"):
        assert private not in said
    assert (
        "Plug&Pay GET /v2/orders/{id}: Unknown (broke off the connection (ReadError)), 0 ms, try 1"
        in caplog.text
    )
    assert "Plug&Pay GET /v2/orders/{id}: 200, 0 ms, try 2, request id 8f00-AMS" in caplog.text
    assert {record.name for record in caplog.records} == {"ppbillit.http"}


def test_tries_are_bounded_by_time_too(api: respx.MockRouter) -> None:
    route = api.get("/v2/orders").respond(503, headers={"Retry-After": "50"})
    time = FakeTime()
    policy = RetryPolicy(attempts=99, seconds=120, wait_jitter=0)
    with http_client(retry=policy, timing=time.timing()) as http, pytest.raises(Unavailable):
        http.read("/v2/orders")
    assert route.call_count == 3
    assert time.slept == [50, 50]


def test_waits_after_a_broken_connection_grow_up_to_a_limit(api: respx.MockRouter) -> None:
    """Otherwise: a wait that does not go through the clock's sleep is not ended by a signal."""
    route = api.get("/v2/orders").mock(side_effect=httpx.ConnectError("refused"))
    time = FakeTime()
    policy = RetryPolicy(attempts=5, wait_initial=2, wait_max=10, wait_jitter=1)
    with http_client(retry=policy, timing=time.timing(jitter=0.5)) as http, pytest.raises(Unavailable):
        http.read("/v2/orders")
    assert route.call_count == 5
    assert time.slept == [2.5, 4.5, 8.5, 10.5]
