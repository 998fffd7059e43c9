"""The emulator: Plug&Pay, Billit and the control API on three loopback ports."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, Self

from ppbillit_emulator.billit.api import BillitApi
from ppbillit_emulator.control import ControlApi
from ppbillit_emulator.faults import Ending, FaultKind, apply_fault
from ppbillit_emulator.journal import Arrival
from ppbillit_emulator.plugandpay.api import PlugAndPayApi
from ppbillit_emulator.sockets import LoopbackServer
from ppbillit_emulator.wire import Request, Response, html_response
from ppbillit_emulator.world import World

if TYPE_CHECKING:
    from types import TracebackType

    from ppbillit_emulator.sockets import Responder

Phase = Literal["before", "after"]
Hook = Callable[[Request, Phase], None]

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OK = range(200, 300)


class DropRequest(Exception):  # noqa: N818  (an instruction, not an error)
    """Raised by an `on_request` hook to close the connection without a response.

    Raised "before", the request is not handled either.
    """


class _Api(Protocol):
    def handle(self, request: Request) -> Response: ...


class Emulator(World):
    """The world with both services and the control API, running inside the `with` block.

    `on_request` is a hook called for every API request: "before" it is handled, and "after", when the data is
    stored and the response not yet sent. It runs in the connection's thread, outside the lock, and may raise
    DropRequest. Leaving the block after an error of the emulator itself raises RuntimeError.
    """

    def __init__(self, *, ports: tuple[int, int, int] = (0, 0, 0)) -> None:
        super().__init__()
        self.on_request: Hook | None = None
        self._number = 0
        self._ports = ports
        self._stopping = threading.Event()
        self._servers: dict[str, LoopbackServer] = {}
        self._apis: dict[str, _Api] = {
            "plugandpay": PlugAndPayApi(self.shop),
            "billit": BillitApi(self.office),
        }
        self._control = ControlApi(self)
        self._responders: dict[str, Responder] = {
            "plugandpay": partial(self._respond, "plugandpay"),
            "billit": partial(self._respond, "billit"),
            "control": self._respond_control,
        }

    def __enter__(self) -> Self:
        """Open the three ports."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the ports; raise RuntimeError if the emulator itself failed."""
        self.stop()
        if self.crashes and error is None:
            raise RuntimeError("the emulator itself failed:\n" + "\n".join(self.crashes))

    def start(self) -> Self:
        """Open the three ports; raise OSError if one is taken."""
        self._stopping.clear()
        try:
            for name, port in zip(self._responders, self._ports, strict=True):
                self._servers[name] = LoopbackServer(port, self._responders[name]).start()
        except OSError:
            self.stop()
            raise
        self.plugandpay_url, self.billit_url, self.control_url = (each.url for each in self._servers.values())
        self.office.base_url = self.billit_url
        self.office.foreign_url = self.control_url
        return self

    def stop(self) -> None:
        """Close the ports and all connections."""
        self._stopping.set()
        for server in self._servers.values():
            server.stop()
        self._servers.clear()

    def take_down(self, api: Literal["plugandpay", "billit"]) -> int:
        """Close one port, so that connections to it are refused; return the port, for `bring_up`."""
        server = self._servers.pop(api)
        server.stop()
        return int(server.server_address[1])

    def bring_up(self, api: Literal["plugandpay", "billit"], port: int) -> None:
        """Open a port again."""
        self._servers[api] = LoopbackServer(port, self._responders[api]).start()

    # --- requests -----------------------------------------------------------------------------

    def _respond_control(self, request: Request) -> tuple[Response, Ending]:
        with self.lock:
            if request.path.startswith("/_control/"):
                return self._guarded(self._control, request), Ending.RESPONSE
            self.strays.append(_arrival("stray", request))
            return html_response(200, "Log in"), Ending.RESPONSE

    def _respond(self, api: str, request: Request) -> tuple[Response, Ending]:
        request, arrival = self._record(api, request)
        try:
            response, ending = self._handle_with_fault(api, request, arrival)
        except DropRequest:
            response, ending = Response(500), Ending.CLOSE
        except Exception:  # noqa: BLE001  (an error in a hook must be reported)
            self.crashes.append(traceback.format_exc())
            response, ending = html_response(500, "emulator bug"), Ending.RESPONSE
        arrival.status = None if ending in (Ending.CLOSE, Ending.RESET) else response.status
        return response, ending

    def _handle_with_fault(self, api: str, request: Request, arrival: Arrival) -> tuple[Response, Ending]:
        fault = self.faults.pick(api, request)
        self._call_hook(request, "before")
        if fault is not None and fault.kind is FaultKind.LATENCY:
            self._stopping.wait(fault.seconds)
        response, ending = Response(500), Ending.RESPONSE
        if fault is None or not fault.before:
            response = self._handle(api, request, arrival)
        if fault is not None:
            arrival.fault = fault.kind
            response, ending = apply_fault(fault, response, f"{self.control_url}/Account/Logon"), fault.ending
        self._call_hook(request, "after")
        if fault is not None and fault.kind is FaultKind.LATE_AFTER:
            self._stopping.wait(fault.seconds)
        return response, ending

    def _record(self, api: str, request: Request) -> tuple[Request, Arrival]:
        """Number a request and add it to the journal."""
        with self.lock:
            self._number += 1
            numbered = replace(request, number=self._number)
            arrival = _arrival(api, numbered)
            self.journal.append(arrival)
        return numbered, arrival

    def _handle(self, api: str, request: Request, arrival: Arrival) -> Response:
        with self.lock:
            revision = self.office.revision
            response = self._guarded(self._apis[api], request)
            if api == "billit":
                arrival.changed = self.office.revision != revision
            else:
                arrival.changed = request.method in _WRITING and response.status in _OK
        return response

    def _guarded(self, api: _Api, request: Request) -> Response:
        try:
            return api.handle(request)
        except Exception:  # noqa: BLE001  (a bug of the emulator must reach the test)
            self.crashes.append(traceback.format_exc())
            return html_response(500, "emulator bug")

    def _call_hook(self, request: Request, phase: Phase) -> None:
        if self.on_request is not None:
            self.on_request(request, phase)


def _arrival(api: str, request: Request) -> Arrival:
    return Arrival(
        request.number, api, request.method, request.path, request.query, request.headers, request.body
    )
