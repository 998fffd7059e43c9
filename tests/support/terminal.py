"""A pseudo-terminal that runs the command, for tests that answer its questions."""

from __future__ import annotations

import os
import pty
import re
import select
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from support.forked_command import fork_server

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from support.world import World

SECONDS = 30.0
_STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """One run of the command at a terminal; what it prints comes without colours."""

    def __init__(self, arguments: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._screen, theirs = pty.openpty()
        surroundings = {**environment, "TERM": "xterm", "COLUMNS": "200"}
        self._process = fork_server().start(arguments, folder, surroundings, terminal=theirs)
        os.close(theirs)
        self.printed = ""
        self._seen = 0

    def expect(self, words: str) -> str:
        """Wait until these words are printed, after those of the last time; give what came before them."""
        until = time.monotonic() + SECONDS
        while (found := self.printed.find(words, self._seen)) < 0:
            assert time.monotonic() < until, f"{words!r} did not come:\n{self.printed}"
            assert self._read(), f"it ended before {words!r}:\n{self.printed}"
        before = self.printed[self._seen : found]
        self._seen = found + len(words)
        return before

    def answer(self, line: str) -> None:
        """Type a line."""
        os.write(self._screen, f"{line}\n".encode())

    def reply(self, words: str, line: str) -> None:
        """Wait for a question and answer it."""
        self.expect(words)
        self.answer(line)

    def interrupt(self, words: str) -> None:
        """Press Ctrl-C until these words are printed: Python can miss one that comes just as it begins to read."""
        until = time.monotonic() + SECONDS
        while words not in self.printed[self._seen :]:
            assert time.monotonic() < until, self.printed
            os.write(self._screen, b"\x03")
            patience = time.monotonic() + 5
            while time.monotonic() < patience and words not in self.printed[self._seen :]:
                self._read()

    def finish(self) -> int:
        """Wait for the end; give the exit code."""
        until = time.monotonic() + SECONDS
        while self._read():
            assert time.monotonic() < until, self.printed
        code = self._process.wait()
        os.close(self._screen)
        return code

    def _read(self) -> bool:
        """Read what is there within a second; tell whether the command still runs."""
        if not select.select([self._screen], [], [], 1)[0]:
            return True
        data = b""
        with suppress(OSError):  # the end of a terminal is an error
            data = os.read(self._screen, 65536)
        self.printed += _STYLES.sub("", data.decode(errors="replace")).replace("\r", "")
        return bool(data)


def connect_environment(world: World, **more: str) -> dict[str, str]:
    return {
        **world.environment(),
        "PPBILLIT_PLUGANDPAY__BASE_URL": world.emulator.plugandpay_url,
        "PPBILLIT_PLUGANDPAY__REQUESTS_PER_SECOND": "1000",
        "PPBILLIT_BILLIT__BASE_URL": world.emulator.billit_url,
        "PPBILLIT_BILLIT__REQUESTS_PER_SECOND": "1000",
        "PPBILLIT_SYNC__SETTLE_SECONDS": "0.01",
        **more,
    }
