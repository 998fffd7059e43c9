"""A failure is news once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ppbillit.errors import ExitCode, SetupWrong, Stopped, TryLater, Unavailable
from ppbillit.notifications.news import SentNews, is_news

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
