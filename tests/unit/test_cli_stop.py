"""SIGINT and SIGTERM ask once, and insist the second time."""

from __future__ import annotations

import os
import signal

import pytest

from ppbillit.cli.stop import StopSwitch
from ppbillit.errors import ExitCode


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
