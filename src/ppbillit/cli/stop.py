"""SIGINT and SIGTERM: finish and record the order in hand, then stop (DESIGN §4)."""

from __future__ import annotations

import signal
from threading import Event
from typing import TYPE_CHECKING, Self

from ppbillit.errors import ExitCode

if TYPE_CHECKING:
    from types import FrameType

_EXIT_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}


class StopSwitch:
    """While entered, the first signal asks the run to stop; a second one of them ends the process at once."""

    def __init__(self) -> None:
        self.asked: ExitCode | None = None
        self._came = Event()
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        """Take over both signals."""
        for number in _EXIT_CODES:
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        """Give them back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave, it takes

    def __call__(self) -> bool:
        """Tell whether the run is to stop."""
        return self.asked is not None

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes, or so many seconds."""
        self._came.wait(seconds)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        if self.asked is not None:
            raise SystemExit(int(self.asked))
        self.asked = _EXIT_CODES[signal.Signals(number)]
        self._came.set()
