"""The loopback HTTP/1.1 server of the emulator, which can also cut a connection short."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from ppbillit_emulator.faults import Ending
from ppbillit_emulator.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    Responder = Callable[[Request], tuple[Response, Ending]]

_JOIN_SECONDS = 5


class _Handler(BaseHTTPRequestHandler):
    """One connection: read requests, get a response from the server's responder, write it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: LoopbackServer

    def handle_one_request(self) -> None:
        """Handle one request of any method (the base class expects one function for each)."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        request = self._read()
        if request is None:
            return
        response, ending = self.server.respond(request)
        self._write(response, ending)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it so)
        """Log nothing: the journal has every request."""

    def _read(self) -> Request | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self.close_connection = True
            self._write(Response(411), Ending.RESPONSE)
            return None
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = urlsplit(self.path)
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        return Request(
            method=self.command,
            path=unquote(target.path),
            query=parse_qs(target.query, keep_blank_values=True),
            headers=headers,
            body=body,
        )

    def _write(self, response: Response, ending: Ending) -> None:
        if ending is Ending.RESET:
            # SO_LINGER with zero seconds makes the kernel send RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if ending in (Ending.RESET, Ending.CLOSE):
            self.close_connection = True
            return
        body = response.body
        if ending is Ending.HALF:
            # A body of fewer than two bytes cannot be halved: announce one byte more than is sent.
            body = body[: len(body) // 2]
            self.close_connection = True
        promised = len(response.body) + (1 if ending is Ending.HALF and len(response.body) < 2 else 0)  # noqa: PLR2004
        head = self._head(response, promised)
        with contextlib.suppress(OSError):  # the client may have closed the connection
            self.connection.sendall(head if self.command == "HEAD" else head + body)

    def _head(self, response: Response, length: int) -> bytes:
        phrase = self.responses.get(response.status, ("Status", ""))[0]
        lines = [f"{self.protocol_version} {response.status} {phrase}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        lines.append(f"Content-Length: {length}")
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


class LoopbackServer(ThreadingHTTPServer):
    """One port on 127.0.0.1 with a thread for each connection; `stop` leaves no sockets or threads behind."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, respond: Responder) -> None:
        self.respond = respond
        self._guard = threading.Lock()
        self._open: dict[socket.socket, threading.Thread | None] = {}
        self._thread = threading.Thread(target=self.serve_forever, args=(0.005,), daemon=True)
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """Return the base URL without a trailing slash."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> Self:
        """Start serving in a thread."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, close all connections and wait for their threads."""
        self.shutdown()
        self._thread.join(_JOIN_SECONDS)
        with self._guard:
            connections = dict(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connections.values():
            if thread is not None and thread is not threading.current_thread():
                thread.join(_JOIN_SECONDS)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Register the connection, then serve it in its thread."""
        with self._guard:
            self._open[request] = None
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection in the thread made for it."""
        with self._guard:
            self._open[request] = threading.current_thread()
        super().process_request_thread(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection, without FIN if it is to be reset."""
        with self._guard:
            self._open.pop(request, None)
        lingers = struct.unpack("ii", request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))[0]
        if lingers:
            request.close()
        else:
            super().shutdown_request(request)

    def server_bind(self) -> None:
        """Bind without the reverse DNS lookup of the base class, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name = "127.0.0.1"
        self.server_port = self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that closed the connection; the emulator records its own errors."""
