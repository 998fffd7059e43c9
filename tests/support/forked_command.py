"""Run the command in processes of its own, forked from one that has done all the importing.

Starting the installed command takes half a second of CPU time, nearly all of it for imports; a fork takes a tenth
of that.  A forked command is a real process with its own files, sockets, signals and exit code, which can be
killed like any other.  `test_installed_command` shows that the installed command does the same.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SERVER = Path(__file__).with_name("fork_server.py")
STREAMS = 3  # standard input, output and error


class ForkedCommand:
    """One run of the command, with the interface of subprocess.Popen."""

    def __init__(self, link: socket.socket, printed: Sequence[IO[bytes]] = ()) -> None:
        self.returncode: int | None = None
        self._link = link
        self._printed = printed
        self._lock = threading.Lock()  # one thread may wait while another kills the process
        self.pid = self._number(None)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to stop, unless it has ended."""
        self.send_signal(signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends; return its exit code, or minus the signal that ended it."""
        with self._lock:
            if self.returncode is None:
                try:
                    self.returncode = self._number(timeout)
                except TimeoutError as error:
                    raise subprocess.TimeoutExpired("ppbillit", timeout or 0) from error
                self._link.close()
            return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait until it ends; return its standard output and standard error."""
        self.wait(timeout)
        stdout, stderr = (_read(stream) for stream in self._printed)
        return stdout, stderr

    def _number(self, timeout: float | None) -> int:
        self._link.settimeout(timeout)
        line = b""
        while not line.endswith(b"\n"):
            line += self._link.recv(1) or b"\n"
        return int(line)


class ForkServer:
    """The process that forks, one for all tests of a pytest worker."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        self._lock = threading.Lock()
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        with theirs:
            # -P: nothing is imported from the folder of the script.
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(SERVER)], stdin=theirs.fileno(), env={**kept, "LANG": "C.UTF-8"}
            )
        atexit.register(self._end)

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        *,
        measured: bool = True,
        terminal: int | None = None,
    ) -> ForkedCommand:
        """Start the command, at a terminal if one is given; otherwise its output is kept until it ends."""
        job = {
            "arguments": arguments,
            "folder": str(folder),
            "environment": {**environment},
            "at_terminal": terminal is not None,
            "coverage_data": _coverage_data() if measured else None,
        }
        if terminal is not None:
            return ForkedCommand(self._fork(job, *[terminal] * STREAMS))
        printed = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115  (closed when it has ended)
        with Path(os.devnull).open("rb") as nothing:
            return ForkedCommand(
                self._fork(job, nothing.fileno(), *(one.fileno() for one in printed)), printed
            )

    def _fork(self, job: dict[str, Any], *streams: int) -> socket.socket:
        """Fork a process; return the socket that receives its pid, and its exit code when it ends."""
        link, theirs = socket.socketpair()
        with theirs, self._lock:
            socket.send_fds(self._channel, [json.dumps(job).encode() + b"\n"], [theirs.fileno(), *streams])
            assert self._channel.recv(1), "the fork server has ended"
        return link

    def _end(self) -> None:
        self._channel.close()
        self._process.wait(10)


@cache
def fork_server() -> ForkServer:
    """Return the fork server of this pytest worker; it is started at the first call."""
    return ForkServer()


def _read(stream: IO[bytes]) -> str:
    with stream:
        stream.seek(0)
        return stream.read().decode()


def _coverage_data() -> str | None:
    """Return the data file of coverage, or None if this test is not measured."""
    if "coverage" not in sys.modules:
        return None
    import coverage  # noqa: PLC0415  (not installed for the tests of the package)

    measuring = coverage.Coverage.current()
    return measuring.get_data().base_filename() if measuring else None
