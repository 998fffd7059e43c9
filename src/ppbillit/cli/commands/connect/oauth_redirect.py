"""Receive the redirect from Billit's page: with a listener on this machine, or pasted by a person."""

from __future__ import annotations

import select
import sys
import time
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ppbillit.cli.prompts import stopped_by_user
from ppbillit.errors import WrongRequest

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 600.0  # as long as a code lives (billit.md §1.3)
_LOCAL_HOSTS = {"127.0.0.1", "localhost"}
_LONGEST_LINE = 8192
_PAGE = (
    b"<!doctype html><meta charset=utf-8><title>ppbillit</title>"
    b"<p>ppbillit has heard from Billit. You can close this page; the rest is said in the terminal."
)


class _Handler(BaseHTTPRequestHandler):
    """Keep the address of the redirect; a browser also asks for icons."""

    timeout = 5  # seconds, for a client that connects and sends nothing
    server: _Listener

    def do_GET(self) -> None:
        """Answer the browser."""
        is_answer = urlsplit(self.path).path == self.server.path
        self.send_response(200 if is_answer else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_PAGE if is_answer else b"")
        if is_answer:
            self.server.received = self.path

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it so)
        """Log nothing: the address holds the code."""


class _Listener(TCPServer):
    allow_reuse_address = True

    def __init__(self, host: str, port: int, path: str) -> None:
        self.path = path
        self.received: str | None = None
        super().__init__((host, port), _Handler)


def wait_for_redirect(redirect_uri: str, show_page: Callable[[], None], *, may_paste: bool) -> str:
    """Return the address to which Billit redirects; `show_page` is called once the listener is open.

    Raise WrongRequest where it can neither be received nor pasted, or nothing came for ten minutes.
    """
    listener = _listener(redirect_uri)
    if listener is None and not may_paste:
        raise WrongRequest(
            f"Nothing here can hear the answer at {redirect_uri}, and off a terminal nobody can paste it.",
            "Run it at a terminal, or give the address on standard input with --redirected-stdin.",
        )
    try:
        show_page()
        return _received(listener, may_paste=may_paste)
    finally:
        if listener:
            listener.server_close()


def _listener(redirect_uri: str) -> _Listener | None:
    """Listen at the redirect URI; return None where it is not on this machine, or the port is taken."""
    parts = urlsplit(redirect_uri)
    if parts.scheme != "http" or parts.hostname not in _LOCAL_HOSTS:
        return None
    try:
        return _Listener(parts.hostname, parts.port or 80, parts.path or "/")
    except OSError:
        return None


def _received(listener: _Listener | None, *, may_paste: bool) -> str:
    until = time.monotonic() + SECONDS
    sources = [*([listener] if listener else []), *([sys.stdin] if may_paste else [])]
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select(sources, [], [], left)
        if listener in ready and listener:
            listener.handle_request()
            if listener.received:
                return listener.received
        elif sys.stdin in ready:
            line = sys.stdin.readline(_LONGEST_LINE)
            if not line:
                raise stopped_by_user()
            if line.strip():
                return line.strip()
    raise WrongRequest("No answer came from Billit's page for ten minutes.", "Run it again.")
