"""Notifying has a time limit, and a bug in it is a warning."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ppbillit.errors import ExitCode
from ppbillit.notifications import Notifier, SentFile
from ppbillit.notifications.heartbeat import Heartbeat, call_with_timeout
from ppbillit.report import RunReport

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_nobody_is_waited_for_longer_than_that() -> None:
    never = threading.Event()
    assert call_with_timeout(0.05, lambda: never.wait(30)) is None
    never.set()
    assert call_with_timeout(5, lambda: "done") == "done"
    with pytest.raises(ZeroDivisionError):
        call_with_timeout(5, lambda: 1 / 0)


def test_a_bug_in_telling_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Otherwise: a run that made its invoices ends as a bug, over a message about them."""

    class Broken(Heartbeat):
        def _post(self, path: str, facts: object) -> str:
            raise ZeroDivisionError(path, facts)

    herald = Notifier(Broken("https://example.test"), ["json://example.test"], SentFile(tmp_path / "state"))
    report = RunReport("sync", "run", NOON)
    herald.begin(report)
    herald.note_stuck(lambda: [1 / 0])  # type: ignore[list-item]
    herald.end(ExitCode.DONE, None, report)
    assert [record.getMessage() for record in caplog.records] == [
        "a notice failed (ZeroDivisionError); the run is not touched by it"
    ] * 3
