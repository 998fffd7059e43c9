"""SIGINT and SIGTERM: finish and record the current order, then stop."""

from __future__ import annotations

import signal
import time
from threading import Event
from typing import TYPE_CHECKING, Self

from ppbillit.errors import ExitCode, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_EXIT_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}

_SHORT = 5.0  # seconds: the pause between two requests, and before the first retries


class StopSwitch:
    """While entered, the first signal asks the run to stop; the second one ends the process at once.

    `tell` shows a message to a person when a signal has come.
    """

    def __init__(self, tell: Callable[[str], None] = lambda _message: None) -> None:
        self._tell = tell
        self.asked: ExitCode | None = None
        self._came = Event()
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        """Install the handler of both signals."""
        for number in _EXIT_CODES:
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        """Restore the handlers from before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # signal() takes what it returned

    def __call__(self) -> bool:
        """Check whether the run is to stop."""
        return self.asked is not None

    def sleep(self, seconds: float) -> None:
        """Sleep between two requests; a signal ends a long sleep, such as one for a rate limit.

        Raise Stopped then: no order is under way that would not have to wait as well.
        """
        if seconds <= _SHORT:
            time.sleep(seconds)
            return
        self.wait(seconds)
        if self.asked is not None:
            raise Stopped(
                "Stopped while waiting for a rate limit to pass.",
                "Nothing is lost: the next run goes on from here.",
                self.asked,
            )

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes, or for so many seconds."""
        self._came.wait(seconds)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        if self.asked is not None:
            self._tell("stopped at once; the next run looks up what was under way")
            raise SystemExit(int(self.asked))
        self.asked = _EXIT_CODES[signal.Signals(number)]
        self._came.set()
        self._tell("stopping after the order in hand; once more to stop at once")
