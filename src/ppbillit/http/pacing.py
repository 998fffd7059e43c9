"""How fast we ask and how often: rate limit, pauses the service asks for, the retry policy as data."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST_WAIT = 86_400.0  # what asks for more is answered alike: not in this run


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """Everything that depends on the moment or on chance, so that tests need neither.

    `sleep` takes seconds; `monotonic` gives seconds; `now` an aware time; `jitter` a number from 0 to 1.
    """

    sleep: Callable[[float], object] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _utc_now
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True)
class RetryPolicy:
    """How often one call is tried, and how long that may take; all times in seconds.

    After a failed connection or a 502–504: `wait_initial`, doubling up to `wait_max`, plus jitter.
    After a 429 without Retry-After: `throttle_initial`, doubling up to `retry_after_limit` (plugandpay.md
    §4).  A Retry-After beyond `retry_after_limit` ends the tries: that is for the next run.
    """

    attempts: int = 5
    seconds: float = 180.0
    wait_initial: float = 0.5
    wait_max: float = 20.0
    wait_jitter: float = 1.0
    throttle_initial: float = 5.0
    retry_after_limit: float = 60.0


class RateLimiter:
    """A token bucket for all threads of one service: a mean rate, with a burst of one second.

    A pause (429) holds everybody, empties the bucket, and halves the rate for a minute after it.
    """

    SLOW_SECONDS = 60.0

    def __init__(self, requests_per_second: float, timing: Clock) -> None:
        self._interval = 1.0 / requests_per_second
        self._burst = max(0.0, 1.0 - self._interval)
        self._timing = timing
        self._lock = Lock()
        self._due = timing.monotonic()  # when the next request would be due at exactly the mean rate
        self._paused_until = self._slow_until = self._due

    def take(self) -> None:
        """Wait until this request may go."""
        self._sleep_until(self._slot())
        self._sleep_until(self._paused_until)  # a pause may have begun while we slept

    def pause(self, seconds: float) -> None:
        """Hold all requests for that long, and go slowly for a while after."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._timing.monotonic() + seconds)
            self._slow_until = self._paused_until + self.SLOW_SECONDS
            self._due = max(self._due, self._paused_until + self._burst)  # no burst saved up while waiting

    def _slot(self) -> float:
        """Take the next free moment."""
        with self._lock:
            now = self._timing.monotonic()
            start = max(now, self._due - self._burst, self._paused_until)
            step = self._interval * (2 if start < self._slow_until else 1)
            self._due = max(self._due, start) + step
            return start

    def _sleep_until(self, moment: float) -> None:
        seconds = moment - self._timing.monotonic()
        if seconds > 0:
            self._timing.sleep(seconds)


def wait_asked(headers: Mapping[str, str], now: Callable[[], datetime]) -> float | None:
    """Give the seconds that Retry-After asks for (a number or an HTTP date), None where it says neither.

    A date is compared with the answer's own Date where there is one: our clock may be an hour off.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), _LONGEST_WAIT)  # a longer number is cut, and still far too long
    until = http_date(text)
    if until is None:
        return None
    seconds = (until - (http_date(headers.get("date", "")) or now())).total_seconds()
    return min(max(0.0, seconds), _LONGEST_WAIT)


def http_date(text: str) -> datetime | None:
    """Read a date as HTTP headers carry it; None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
