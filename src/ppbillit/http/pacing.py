"""Rate limit, retry policy, and the pauses that a service asks for."""

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

_LONGEST_WAIT = 86_400.0  # seconds; a longer Retry-After makes no difference: no run waits for it


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """Everything that depends on time or chance, so that tests can replace it.

    `sleep` takes seconds; `monotonic` returns seconds, `now` an aware time, `jitter` a number from 0 to 1.
    """

    sleep: Callable[[float], object] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _utc_now
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True)
class RetryPolicy:
    """How often one request is tried, and how long that may take; all times in seconds.

    After a failed connection or a 502 to 504: `wait_initial`, doubled up to `wait_max`, plus jitter.
    After a 429 without Retry-After: `throttle_initial`, doubled up to `retry_after_limit` (plugandpay.md §4), plus
    jitter.  A Retry-After above `retry_after_limit` ends the tries: the next run continues.
    """

    attempts: int = 5
    seconds: float = 180.0
    wait_initial: float = 0.5
    wait_max: float = 20.0
    wait_jitter: float = 1.0
    throttle_initial: float = 5.0
    retry_after_limit: float = 60.0

    def wait_after(
        self, number: int, *, throttled: bool, retry_after: float | None, jitter: float
    ) -> float | None:
        """Return the seconds to wait after try `number` (from 1); None: make no other try."""
        doublings = 2 ** (number - 1)
        if retry_after is not None:
            wait = retry_after
        elif throttled:
            wait = min(self.throttle_initial * doublings, self.retry_after_limit)
        else:
            wait = min(self.wait_initial * doublings, self.wait_max)
        if number >= self.attempts or wait > self.retry_after_limit:
            return None
        return wait + jitter * self.wait_jitter


class RateLimiter:
    """A token bucket for all threads of one service: a mean rate, with a burst of one second.

    A pause (429) stops all threads, empties the bucket, and halves the rate for a minute after it.
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
        """Wait until the next request may be sent."""
        self._sleep_until(self._slot())
        self._sleep_until(self._paused_until)  # a pause may have begun meanwhile

    def pause(self, seconds: float) -> None:
        """Stop all requests for so many seconds, and halve the rate for a minute after."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._timing.monotonic() + seconds)
            self._slow_until = self._paused_until + self.SLOW_SECONDS
            self._due = max(self._due, self._paused_until + self._burst)  # no burst after the pause

    def _slot(self) -> float:
        """Reserve the next free moment and return it."""
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


def retry_after_seconds(headers: Mapping[str, str], now: Callable[[], datetime]) -> float | None:
    """Return the seconds in Retry-After (a number or an HTTP date); None if it is missing or neither.

    A date is compared with the Date of the same answer if there is one: our clock may be an hour off.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), _LONGEST_WAIT)  # a longer number is cut, and still above every limit
    until = http_date(text)
    if until is None:
        return None
    seconds = (until - (http_date(headers.get("date", "")) or now())).total_seconds()
    return min(max(0.0, seconds), _LONGEST_WAIT)


def http_date(text: str) -> datetime | None:
    """Parse the date of an HTTP header; None if it is not one."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
