"""A server that receives heartbeats and messages, and answers with any status or never."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.world import World

SECRET_PATH = "/ping/5e7c0ffee-secret"
MOST_SECONDS = 30


@dataclass
class NotificationServer:
    """What came, and how it is answered: with a status, or (0) never."""

    port: int = 0
    status: int = 200
    came: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    @property
    def heartbeat_url(self) -> str:
        """The address of a check."""
        return f"http://127.0.0.1:{self.port}{SECRET_PATH}"

    @property
    def url(self) -> str:
        """An address for messages, with a password in it, as Apprise wants it."""
        return f"json://shop:5e7c0ffee-secret@127.0.0.1:{self.port}/inbox"

    @property
    def pings(self) -> list[str]:
        """The pings that came, each by what it says: "/start", "" for a success, an exit code."""
        return [path.removeprefix(SECRET_PATH) for path, _ in self.came if path.startswith(SECRET_PATH)]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages that came."""
        return [body for path, body in self.came if path == "/inbox"]


@contextmanager
def notification_server() -> Iterator[NotificationServer]:
    """Serve for as long as the test takes."""
    listener = NotificationServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            listener.came.append((self.path, json.loads(body)))
            if not listener.status:
                listener.closing.wait(MOST_SECONDS)
                return
            self.send_response(listener.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # closing waits for them: other tests count threads
    listener.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(MOST_SECONDS)


class Stopwatch:
    """How long something took."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """The seconds since it was made."""
        return time.monotonic() - self._began


def sent_news_file(world: World) -> Path:
    return world.state_file.with_name("state.sqlite3.told")
