"""The first SIGINT or SIGTERM asks the run to stop; the second ends it at once."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from ppbillit.cli.signals import StopSwitch
from ppbillit.errors import ExitCode, Stopped


@pytest.mark.parametrize(
    "number, code", [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)]
)
def test_the_first_signal_asks_and_the_second_ends(number: signal.Signals, code: ExitCode) -> None:
    before = signal.getsignal(number)
    with StopSwitch() as stopping:
        assert not stopping()
        os.kill(os.getpid(), number)
        stopping.wait(10)
        assert stopping()
        assert stopping.asked is code
        with pytest.raises(SystemExit) as ended:
            os.kill(os.getpid(), number)
        assert ended.value.code == code
    assert signal.getsignal(number) is before


def test_a_long_wait_for_a_rate_limit_ends_at_a_signal() -> None:
    """Otherwise: a service that is told to stop hangs on for a minute, and is killed by its supervisor."""
    with StopSwitch() as stopping:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
        began = time.monotonic()
        with pytest.raises(Stopped) as stopped:
            stopping.sleep(60)
        assert time.monotonic() - began < 30
        assert stopped.value.exit_code is ExitCode.TERMINATED


def test_a_short_wait_does_not_end_the_order_in_hand() -> None:
    said: list[str] = []
    with StopSwitch(said.append) as stopping:
        os.kill(os.getpid(), signal.SIGINT)
        stopping.wait(10)
        stopping.sleep(0.01)
    assert said == ["stopping after the order in hand; once more to stop at once"]


def test_a_second_signal_says_what_becomes_of_what_was_under_way() -> None:
    """Otherwise: whoever pressed ^C twice wonders whether an invoice is lost, or made twice."""
    said: list[str] = []
    with StopSwitch(said.append):
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(SystemExit):
            os.kill(os.getpid(), signal.SIGINT)
    assert said[1:] == ["stopped at once; the next run looks up what was under way"]
