"""Pings when a run begins and ends, to a monitor that raises the alarm when they stop.

The protocol is that of healthchecks.io: POST to the address with `/start` appended, to the address itself after a
success, and with the exit code appended after anything else. A query, such as `create=1`, is kept.
"""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from ppbillit import __version__
from ppbillit.errors import ExitCode, SetupWrong, TryLater
from ppbillit.http import Answered, HttpClient, Refused, RetryPolicy, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECONDS = 3.0
_ONCE = RetryPolicy(attempts=1, seconds=SECONDS)


class Heartbeat:
    """Pings to one address, which is a secret: whoever knows it can pretend that all is well."""

    def __init__(self, url: str) -> None:
        self._url = url

    def begin(self, facts: Mapping[str, Any]) -> str | None:
        """Report that a run begins; return what went wrong, or None."""
        return self._ping("/start", facts)

    def end(self, code: ExitCode, facts: Mapping[str, Any]) -> str | None:
        """Report how a run ended; return what went wrong, or None."""
        return self._ping("" if code is ExitCode.DONE else f"/{int(code)}", facts)

    def _ping(self, path: str, facts: Mapping[str, Any]) -> str | None:
        trouble = call_with_timeout(SECONDS + 0.5, lambda: self._post(path, facts))
        return f"did not answer within {SECONDS:g} s" if trouble is None else trouble or None

    def _post(self, path: str, facts: Mapping[str, Any]) -> str:
        """Send the ping; return what went wrong, "" if nothing did."""
        # The secret part of the address is in `base_url`, so that the log shows no more than `/start`.
        address, _, query = self._url.partition("?")
        service = Service(
            name="The heartbeat",
            section="notify",
            base_url=address,
            secrets=dict,
            headers={"User-Agent": f"ppbillit/{__version__}"},
            timeout_seconds=SECONDS,
        )
        try:
            with HttpClient(service, retry=_ONCE) as client:
                outcome = client.write("POST", path, dict(facts), params=dict(parse_qsl(query)))
        except TryLater:
            return "takes no more pings for now"
        except SetupWrong:
            return "has an address that cannot be used"
        if isinstance(outcome, Answered):
            return ""
        return f"refused it (answer {outcome.status})" if isinstance(outcome, Refused) else outcome.why


T = TypeVar("T")


def call_with_timeout(seconds: float, task: Callable[[], T]) -> T | None:
    """Return what the task returns, or raise what it raises; return None if it takes longer.

    Then it goes on in a thread that does not keep the process alive.
    """
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(task())
        except Exception as error:  # noqa: BLE001  (raised again below)
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    return results[0] if results else None
