"""What is news, who is waited for, and which addresses the config takes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from config_files import GOOD, loaded, reasons, write
from ppbillit.errors import ExitCode, SetupWrong, Stopped, TryLater, Unavailable
from ppbillit.notifications import Notifier, SentFile
from ppbillit.notifications.heartbeat import Heartbeat, call_with_timeout
from ppbillit.notifications.news import SentNews, is_news
from ppbillit.report import RunReport

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DOWN = Unavailable("Billit did not answer within 30 s.", "Run it again later.")


def test_a_failure_is_news_again_after_a_day_and_not_before() -> None:
    is_first, told = is_news(SentNews(), DOWN.exit_code, DOWN, NOON)
    assert is_first
    slower = Unavailable("Billit did not answer within 60 s.", "Run it again later.")
    for later, expected in ((timedelta(hours=23, minutes=59), False), (timedelta(days=1), True)):
        assert is_news(told, DOWN.exit_code, slower, NOON + later)[0] is expected
    other = SetupWrong("The state file is damaged.", "Keep a copy.")
    assert is_news(told, other.exit_code, other, NOON)[0]


def test_a_failure_that_was_told_while_the_clock_was_ahead_is_told_again() -> None:
    """Otherwise: one start with a flat battery, and nobody is told of that failure for years."""
    _, told = is_news(SentNews(), DOWN.exit_code, DOWN, NOON + timedelta(days=1000))
    assert is_news(told, DOWN.exit_code, DOWN, NOON)[0]
    assert not is_news(told, DOWN.exit_code, DOWN, NOON + timedelta(days=999, hours=23))[0]


def test_a_failure_of_yesterday_is_forgotten_in_the_end() -> None:
    """Otherwise: the memory grows for years."""
    _, told = is_news(SentNews(), DOWN.exit_code, DOWN, NOON)
    assert is_news(told, ExitCode.DONE, None, NOON + timedelta(days=2)) == (False, SentNews())


@pytest.mark.parametrize(
    "error",
    [
        TryLater("Another run of ppbillit is at work.", "Let it finish."),
        Stopped("Stopped.", "Run it again.", ExitCode.TERMINATED),
        Stopped("Stopped.", "Run it again.", ExitCode.INTERRUPTED),
    ],
)
def test_what_cures_itself_and_what_somebody_stopped_is_no_failure(error: TryLater | Stopped) -> None:
    assert is_news(SentNews(), error.exit_code, error, NOON) == (False, SentNews())


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
    herald.saw(lambda: [1 / 0])  # type: ignore[list-item]
    herald.end(ExitCode.DONE, None, report)
    assert [record.getMessage() for record in caplog.records] == [
        "a notice failed (ZeroDivisionError); the run is not touched by it"
    ] * 3


# --- the config ------------------------------------------------------------------------------------


def test_addresses_are_read_from_the_file_and_the_environment(tmp_path: Path) -> None:
    text = (
        GOOD
        + '\n[notify]\nheartbeat_url = "https://hc-ping.com/abc/"\nurls = ["ntfy://one", " tgram://two/x "]\n'
    )
    path = write(tmp_path / "config.toml", text)
    notify = loaded(path).notify
    assert notify.heartbeat_url
    assert notify.heartbeat_url.get_secret_value() == "https://hc-ping.com/abc"
    assert [url.get_secret_value() for url in notify.urls] == ["ntfy://one", "tgram://two/x"]
    assert "hc-ping" not in repr(notify)
    assert "tgram" not in repr(notify)
    given = loaded(path, {"PPBILLIT_NOTIFY__URLS": "json://a  json://b"}).notify.urls
    assert [url.get_secret_value() for url in given] == ["json://a", "json://b"]


@pytest.mark.parametrize(
    "line, reason",
    [
        ('heartbeat_url = ""', "is empty"),
        ("heartbeat_url = 5", "must be text"),
        ('heartbeat_url = "http://hc-ping.com/abc"', "is not encrypted"),
        ('heartbeat_url = "hc-ping.com/abc"', "is not a web address"),
        ('heartbeat_url = "https://hc-ping.com:port/abc"', "is not a web address"),
        ('heartbeat_url = "https://me:secret@hc-ping.com/abc"', "has more in it"),
        ('heartbeat_url = "https://hc-ping.com/abc#there"', "has more in it"),
        ("urls = 5", "must be a list"),
        ('urls = ["ntfy://good", "somebody@example.com"]', "holds something that is no address"),
        ("urls = [5]", "holds something that is no address"),
    ],
)
def test_what_is_no_address_is_refused_and_not_echoed(tmp_path: Path, line: str, reason: str) -> None:
    found = reasons(write(tmp_path / "config.toml", f"{GOOD}\n[notify]\n{line}\n"), {})
    [(key, words)] = found.items()
    assert key == f"notify.{line.split(maxsplit=1)[0]}"
    assert words.startswith(reason)
    assert "somebody" not in words
    assert "abc" not in words


@pytest.mark.parametrize("line", ['heartbeat_url = "https://hc-ping.com/abc"', 'urls = ["ntfy://topic"]'])
def test_addresses_in_a_file_that_others_can_read_are_refused(tmp_path: Path, line: str) -> None:
    """Otherwise: anybody on the machine can write in the owner's name."""
    found = reasons(write(tmp_path / "config.toml", f"{GOOD}\n[notify]\n{line}\n", mode=0o644), {})
    assert f"notify.{line.split(maxsplit=1)[0]}" in found
