"""How fast the client asks, and how long it waits when a service asks it to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import httpx
import pytest
import respx

from ppbillit.errors import TryLater
from ppbillit.http import Answered, Clock, RetryPolicy
from ppbillit.http.pacing import RateLimiter
from support.http_servers import NOON, URL, FakeTime, http_client, service

if TYPE_CHECKING:
    from collections.abc import Iterator

FINE = httpx.Response(200, json=[])
PATIENT = RetryPolicy(attempts=5, wait_jitter=2.0)


@pytest.fixture(name="api")
def _api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL) as router:
        yield router


def _throttled(**headers: str) -> httpx.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(429, json={"message": "Too Many Attempts."}, headers=names)


def _clock_skewed_date(seconds: int) -> dict[str, str]:
    there = NOON + timedelta(hours=1)  # their clock, or ours, is an hour off
    return {
        "Date": format_datetime(there, usegmt=True),
        "Retry_After": format_datetime(there + timedelta(seconds=seconds), usegmt=True),
    }


@pytest.mark.parametrize(
    "headers,seconds",
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "0"}, 0),
        ({"Retry_After": format_datetime(NOON + timedelta(seconds=9), usegmt=True)}, 9),
        ({"Retry_After": format_datetime(NOON - timedelta(seconds=9), usegmt=True)}, 0),
        (_clock_skewed_date(11), 11),
        ({"Retry_After": "soon"}, 5),
        ({"Retry_After": "-3"}, 5),
        ({}, 5),
    ],
)
def test_a_wait_that_is_asked_for_is_kept_with_jitter_on_top(
    api: respx.MockRouter, headers: dict[str, str], seconds: int
) -> None:
    api.get("/v2/orders").mock(side_effect=[_throttled(**headers), FINE])
    time = FakeTime()
    with http_client(retry=PATIENT, timing=time.timing(jitter=0.5)) as http:
        assert isinstance(http.read("/v2/orders"), Answered)
    assert sum(time.slept) == pytest.approx(seconds + 1)


def test_by_default_time_is_real() -> None:
    assert Clock().now().tzinfo == UTC


def test_without_a_hint_waits_grow_and_then_the_run_ends_with_try_later(api: respx.MockRouter) -> None:
    route = api.get("/v2/orders").mock(return_value=_throttled())
    time = FakeTime()
    with http_client(retry=PATIENT, timing=time.timing()) as http, pytest.raises(TryLater) as raised:
        http.read("/v2/orders")
    assert route.call_count == 5
    assert time.slept == [5, 10, 20, 40]
    assert "[plugandpay] requests_per_second" in raised.value.fix


def test_a_wait_beyond_the_limit_ends_the_run_and_names_the_time(api: respx.MockRouter) -> None:
    route = api.get("/v2/orders").mock(return_value=_throttled(Retry_After="3600"))
    time = FakeTime()
    with http_client(retry=PATIENT, timing=time.timing()) as http, pytest.raises(TryLater) as raised:
        http.read("/v2/orders")
    moment = datetime(2026, 10, 5, 13, tzinfo=UTC).astimezone()  # a person's own time
    assert f"again after {moment:%Y-%m-%d %H:%M %z}" in raised.value.fix
    assert (route.call_count, time.slept) == (1, [])


def test_a_throttled_write_is_repeated_for_nothing_was_done(api: respx.MockRouter) -> None:
    route = api.post("/v1/orders").mock(
        side_effect=[_throttled(Retry_After="3"), httpx.Response(200, text="7")]
    )
    time = FakeTime()
    with http_client(retry=PATIENT, timing=time.timing()) as http:
        assert isinstance(http.write("POST", "/v1/orders", {}), Answered)
    assert (route.call_count, time.slept) == (2, [3])


def test_a_write_throttled_to_the_end_raises_rather_than_looking_refused(api: respx.MockRouter) -> None:
    api.post("/v1/orders").mock(return_value=_throttled())
    with http_client(retry=PATIENT) as http, pytest.raises(TryLater):
        http.write("POST", "/v1/orders", {})


def test_one_429_slows_down_every_call_that_follows(api: respx.MockRouter) -> None:
    api.get("/v2/orders").mock(side_effect=[_throttled(Retry_After="10"), FINE, FINE, FINE])
    time = FakeTime()
    whom = replace(service(), requests_per_second=2)
    with http_client(whom, retry=PATIENT, timing=time.timing()) as http:
        for _ in range(3):
            http.read("/v2/orders")
    assert time.slept == [10, 1, 1]


def test_the_rate_is_a_mean_with_a_burst_of_one_second() -> None:
    time = FakeTime()
    pace = RateLimiter(4, time.timing())
    for _ in range(8):
        pace.take()
    assert time.slept == [0.25] * 4
    time.seconds += 100
    for _ in range(5):
        pace.take()
    assert time.slept == [0.25] * 5


def test_less_than_one_request_a_second_has_no_burst() -> None:
    time = FakeTime()
    pace = RateLimiter(0.5, time.timing())
    for _ in range(3):
        pace.take()
    assert time.slept == [2, 2]


def test_a_minute_after_a_pause_the_old_rate_is_back() -> None:
    time = FakeTime()
    pace = RateLimiter(1, time.timing())
    pace.pause(10)
    for _ in range(3):
        pace.take()
    assert time.slept == [10, 2, 2]
    time.seconds += 100
    for _ in range(3):
        pace.take()
    assert time.slept == [10, 2, 2, 1, 1]


def test_a_pause_that_begins_while_somebody_waits_holds_them_too() -> None:
    time = FakeTime()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) == 1:
            pace.pause(30)  # another thread was told to wait meanwhile

    pace = RateLimiter(1, replace(time.timing(), sleep=sleep))
    pace.take()
    pace.take()
    assert time.slept == [1, 30]
