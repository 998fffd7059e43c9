"""The server: ports, connections, the journal, hooks."""

from __future__ import annotations

import http.client
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.billit.client import Billit, invoice
from ppbillit_emulator import DropRequest, Emulator, Request

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_three_ports_are_on_loopback(world: Emulator) -> None:
    urls = {world.plugandpay_url, world.billit_url, world.control_url}
    assert len(urls) == 3
    assert {urlsplit(each).hostname for each in urls} == {"127.0.0.1"}


def test_a_connection_is_kept_and_reused(world: Emulator) -> None:
    connection = http.client.HTTPConnection(urlsplit(world.billit_url).netloc, timeout=5)
    ports = set()
    for _ in range(3):
        connection.request("GET", "/v1/peppol/participantInformation/BE0563846944")
        assert connection.getresponse().read()
        ports.add(connection.sock.getsockname())
    connection.close()
    assert len(ports) == 1


def test_a_chunked_body_is_refused(world: Emulator) -> None:
    with httpx.Client() as client:
        response = client.post(world.billit_url + "/v1/orders", content=iter([b"{}"]))
    assert response.status_code == 411


def test_the_journal_has_the_requests_and_what_they_changed(world: Emulator, billit: Billit) -> None:
    billit.create()
    billit.client.get("/v1/orders", params={"$top": 5})
    billit.call("POST", "/v1/orders", invoice())
    rows = [(each.number, each.method, each.status, each.changed, each.kind) for each in world.journal]
    first = world.journal[0].number
    assert rows == [
        (first, "POST", 200, True, "documents"),
        (first + 1, "GET", 200, False, "other"),
        (first + 2, "POST", 400, False, "documents"),
    ]
    assert world.journal[1].query == {"$top": ["5"]}


def test_writes_count_what_changed_by_kind(world: Emulator, billit: Billit) -> None:
    order_id = billit.create()
    billit.send(order_id)
    billit.call("PATCH", f"/v1/orders/{order_id}", {"InternalInfo": "x"})
    billit.call("POST", f"/v1/orders/{order_id}/payments", {"Amount": 1})
    counts = {kind: count for kind, count in world.writes()["billit"].items() if count}
    assert counts == {"documents": 1, "sends": 1, "order_patches": 1, "payments": 1}
    assert set(world.writes()["plugandpay"].values()) == {0}


def test_the_hook_runs_before_handling_and_before_the_answer(world: Emulator, billit: Billit) -> None:
    seen: list[tuple[str, int]] = []
    world.on_request = lambda _, phase: seen.append((phase, len(world.office.ledger())))
    billit.create()
    assert seen == [("before", 0), ("after", 1)]


@pytest.mark.parametrize("phase, stored", [("before", 0), ("after", 1)])
def test_a_hook_can_drop_a_request(world: Emulator, billit: Billit, phase: str, stored: int) -> None:
    def hook(_: Request, now: str) -> None:
        if now == phase:
            raise DropRequest

    world.on_request = hook
    with pytest.raises(httpx.RemoteProtocolError):
        billit.create()
    assert len(world.office.ledger()) == stored
    assert world.journal[-1].status is None


def test_a_port_that_was_taken_down_refuses_and_returns_with_the_same_data() -> None:
    with Emulator() as world, httpx.Client(base_url=world.billit_url) as client:
        path = "/v1/peppol/participantInformation/BE0563846944"
        assert client.get(path).status_code == 200
        port = world.take_down("billit")
        with pytest.raises(httpx.TransportError):
            client.get(path)
        world.bring_up("billit", port)
        assert client.get(path).status_code == 200


def test_stopping_leaves_no_thread_and_no_listener_behind() -> None:
    before = set(threading.enumerate())
    with Emulator() as world, httpx.Client() as client:
        client.get(world.control_url + "/_control/state")
        port = urlsplit(world.control_url).port
        kept = socket.create_connection(("127.0.0.1", port or 0))  # a client that never hangs up
    kept.close()
    assert set(threading.enumerate()) <= before  # those of other tests may end meanwhile
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0), timeout=1).close()


def test_an_error_of_the_emulator_itself_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("a bug")

    world = Emulator().start()
    monkeypatch.setattr(world.office.peppol, "look_up", broken)
    answer = httpx.get(world.billit_url + "/v1/peppol/participantInformation/BE0563846944")
    assert answer.status_code == 500
    with pytest.raises(RuntimeError, match="a bug"):
        world.__exit__(None, None, None)


def test_requests_of_many_threads_are_all_counted(world: Emulator, billit: Billit) -> None:
    def create(number: int) -> Callable[[], int]:
        return lambda: billit.create(invoice(f"N-{number}"))

    threads = [threading.Thread(target=create(each)) for each in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert world.writes()["billit"]["documents"] == len(world.office.ledger()) == 12
    assert len({arrival.number for arrival in world.journal}) == 12


def test_the_shop_key_is_long_and_plainly_no_secret(world: Emulator) -> None:
    assert len(world.plugandpay_key) > 1024
    assert world.plugandpay_key.count(".") == 2
    assert world.plugandpay_key.startswith("eyJ")
    assert world.plugandpay_key == Emulator().plugandpay_key


def test_an_error_in_a_hook_is_recorded(world: Emulator, billit: Billit) -> None:
    def hook(_request: Request, _phase: str) -> None:
        raise ZeroDivisionError

    world.on_request = hook
    assert billit.client.get("/v1/orders").status_code == 500
    assert "ZeroDivisionError" in world.crashes.pop()


def test_a_taken_port_raises_an_error(world: Emulator) -> None:
    taken = urlsplit(world.billit_url).port or 0
    with pytest.raises(OSError, match="in use"):
        Emulator(ports=(0, taken, 0)).start()
