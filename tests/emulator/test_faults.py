"""Each fault: what the client gets, and whether the request was stored."""

from __future__ import annotations

import email.utils
import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.billit.client import Billit, invoice
from ppbillit_emulator import Fault, FaultKind, Request
from ppbillit_emulator.faults import FaultEngine

if TYPE_CHECKING:
    from ppbillit_emulator import Emulator

CREATE = r"^/v1/orders$"


@dataclass(frozen=True)
class Seen:
    kind: FaultKind
    status: int | None
    content_type: str
    changed: bool


TABLE = [
    Seen(FaultKind.REFUSE, 400, "application/json", changed=False),
    Seen(FaultKind.RATE_LIMITED, 429, "application/json", changed=False),
    Seen(FaultKind.ERROR_500_BEFORE, 500, "text/html", changed=False),
    Seen(FaultKind.ERROR_500_AFTER, 500, "text/html", changed=True),
    Seen(FaultKind.HTML_200_BEFORE, 200, "text/html", changed=False),
    Seen(FaultKind.HTML_200_AFTER, 200, "text/html", changed=True),
    Seen(FaultKind.REDIRECT_302, 302, "text/html", changed=False),
    Seen(FaultKind.BAD_GATEWAY_502, 502, "text/html", changed=False),
    Seen(FaultKind.BAD_GATEWAY_AFTER, 502, "text/html", changed=True),
    Seen(FaultKind.CLOSE_BEFORE, None, "", changed=False),
    Seen(FaultKind.CLOSE_AFTER, None, "", changed=True),
    Seen(FaultKind.RESET_BEFORE, None, "", changed=False),
    Seen(FaultKind.RESET_AFTER, None, "", changed=True),
    Seen(FaultKind.HALF_BODY_AFTER, None, "", changed=True),
    Seen(FaultKind.LATE_AFTER, 200, "application/json", changed=True),
    Seen(FaultKind.LATENCY, 200, "application/json", changed=True),
    Seen(FaultKind.EMPTY_200, 200, "application/json", changed=True),
    Seen(FaultKind.WRONG_CONTENT_TYPE, 200, "text/plain", changed=True),
]


def test_the_table_names_every_kind() -> None:
    assert {seen.kind for seen in TABLE} == set(FaultKind)


@pytest.mark.parametrize("seen", TABLE, ids=lambda seen: seen.kind)
def test_a_fault_has_the_effects_in_the_table(world: Emulator, billit: Billit, seen: Seen) -> None:
    world.arm(Fault(seen.kind, api="billit", method="POST", path=CREATE, seconds=0.01))
    status, content_type = None, ""
    try:
        response = billit.call("POST", "/v1/orders", invoice())
        status, content_type = response.status_code, response.headers.get("content-type", "")
    except httpx.TransportError:
        pass
    assert (status, content_type.startswith(seen.content_type)) == (seen.status, True)
    assert bool(world.office.ledger()) is seen.changed
    assert world.writes()["billit"]["documents"] == int(seen.changed)
    assert world.journal[-1].changed is seen.changed
    assert world.journal[-1].fault == seen.kind


def test_half_a_body_is_sent_with_the_whole_content_length(world: Emulator) -> None:
    world.arm(Fault(FaultKind.HALF_BODY_AFTER))
    connection = http.client.HTTPConnection(urlsplit(world.billit_url).netloc, timeout=5)
    connection.request("GET", "/v1/peppol/participantInformation/BE0563846944")
    response = connection.getresponse()
    with pytest.raises(http.client.IncompleteRead) as cut:
        response.read()
    connection.close()
    whole = len(cut.value.partial) + (cut.value.expected or 0)
    assert int(response.headers["Content-Length"]) == whole
    assert 0 < len(cut.value.partial) < whole
    with pytest.raises(ValueError, match=r"."):
        json.loads(cut.value.partial)


def test_a_late_response_was_stored_before_it_arrives(world: Emulator, billit: Billit) -> None:
    world.arm(Fault(FaultKind.LATE_AFTER, seconds=30))
    with pytest.raises(httpx.ReadTimeout):
        billit.client.post(
            "/v1/orders",
            json=invoice(OrderLines=[{"Description": "text"}]),
            timeout=httpx.Timeout(5, read=0.1),
        )
    assert len(world.office.ledger()) == 1


def test_a_rate_limit_names_seconds_or_a_date_or_nothing(world: Emulator, billit: Billit) -> None:
    world.arm(Fault(FaultKind.RATE_LIMITED))
    world.arm(Fault(FaultKind.RATE_LIMITED, nth=2, retry_after=7))
    world.arm(Fault(FaultKind.RATE_LIMITED, nth=3, retry_after=60, retry_after_as_date=True))
    answers = [billit.client.get("/v1/orders").headers.get("retry-after") for _ in range(3)]
    assert answers[:2] == [None, "7"]
    until = email.utils.parsedate_to_datetime(str(answers[2])).timestamp()
    assert 50 < until - time.time() < 61


def test_a_fault_fires_from_the_nth_match_on_and_then_stops(world: Emulator, billit: Billit) -> None:
    world.arm(Fault(FaultKind.BAD_GATEWAY_502, path=r"^/v1/orders$", nth=2, times=2))
    paths = ["/v1/parties", "/v1/orders", "/v1/orders", "/v1/orders", "/v1/orders"]
    assert [billit.client.get(each).status_code for each in paths] == [200, 200, 502, 502, 200]
    assert [fault.kind for _, fault in world.faults.fired] == ["bad_gateway_502"] * 2


def test_a_fault_without_end_lasts_until_it_is_disarmed(world: Emulator, billit: Billit) -> None:
    world.arm(Fault(FaultKind.REFUSE, status=503, body="down", times=None))
    assert {billit.client.get("/v1/orders").status_code for _ in range(4)} == {503}
    world.disarm()
    assert billit.client.get("/v1/orders").status_code == 200


def test_a_fault_of_one_api_does_not_fire_for_the_other() -> None:
    engine = FaultEngine()
    engine.arm(Fault(FaultKind.REFUSE, api="plugandpay", method="GET"))
    request = Request("GET", "/v2/orders")
    assert engine.pick("billit", request) is None
    assert engine.pick("plugandpay", Request("PATCH", "/v2/orders")) is None
    assert engine.pick("plugandpay", request) is not None


@pytest.mark.parametrize(
    "wrong", [{"nth": 0}, {"times": 0}, {"seconds": -1}, {"api": "paypal"}, {"kind": "earthquake"}]
)
def test_a_fault_that_could_never_fire_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Fault(**{"kind": FaultKind.REFUSE, **wrong})  # type: ignore[arg-type]


def test_a_client_that_follows_a_redirect_is_recorded_as_a_stray(world: Emulator, billit: Billit) -> None:
    world.arm(Fault(FaultKind.REDIRECT_302))
    response = billit.client.get("/v1/orders", follow_redirects=True)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=UTF-8")
    [stray] = world.strays
    assert (stray.path, stray.headers["apikey"]) == ("/Account/Logon", world.billit_key)
