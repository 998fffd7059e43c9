"""What tests of HTTP share: a clock that never waits, a client, and a server that hangs up."""

from __future__ import annotations

import socket
import struct
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal

from ppbillit.http import Clock, HttpClient, RetryPolicy, Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ppbillit.http.trace import Trace

URL = "https://api.example.test"
SECRET = "eyJ-the-secret-key-of-the-shop"
CUSTOMER = "Sanne de Boer"
NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
NO_WAIT = RetryPolicy(attempts=3, wait_initial=0, wait_jitter=0)

Ending = Literal["close", "reset", "half", "late", "whole"]

BILLIT_URL = "https://api.billit.be"


@dataclass
class FakeTime:
    """Time that passes only when somebody sleeps."""

    seconds: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.seconds += seconds

    def timing(self, jitter: float = 0.0) -> Clock:
        began = self.seconds
        return Clock(
            sleep=self.sleep,
            monotonic=lambda: self.seconds,
            now=lambda: NOON + timedelta(seconds=self.seconds - began),
            jitter=lambda: jitter,
        )


def service(base_url: str = URL, *, name: str = "Plug&Pay", timeout_seconds: float = 30.0) -> Service:
    return Service(
        name=name,
        section="plugandpay",
        base_url=base_url,
        secrets=lambda: {"Authorization": f"Bearer {SECRET}"},
        headers={"User-Agent": "CustomApiCall/2"},
        requests_per_second=1000,
        timeout_seconds=timeout_seconds,
    )


def http_client(
    whom: Service | None = None,
    *,
    retry: RetryPolicy = NO_WAIT,
    timing: Clock | None = None,
    trace: Trace | None = None,
) -> HttpClient:
    return HttpClient(whom or service(), retry=retry, timing=timing or FakeTime().timing(), trace=trace)


@contextmanager
def server_that_hangs_up(*endings: Ending) -> Iterator[str]:
    """Serve one connection per ending, each after having read the request; return the base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)
    waiting: list[socket.socket] = []
    thread = Thread(target=_serve, args=(listener, endings, waiting), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join(10)
        for connection in [*waiting, listener]:
            connection.close()


def _serve(listener: socket.socket, endings: tuple[Ending, ...], waiting: list[socket.socket]) -> None:
    for ending in endings:
        connection, _ = listener.accept()
        connection.recv(65536)
        if ending == "late":
            waiting.append(connection)  # answered never; closed with the server
            continue
        if ending in {"half", "whole"}:
            body = b"1684998" if ending == "half" else b"16849981684998"
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n"
            connection.sendall(head + b"Connection: close\r\n\r\n" + body)
        if ending == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def closed_port_url() -> str:
    """Return the base URL of a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def billit_errors(*codes: str) -> dict[str, Any]:
    return {"errors": [{"Code": code, "Description": "In het Nederlands"} for code in codes]}
