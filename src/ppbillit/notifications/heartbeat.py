"""The heartbeat: a ping when a run begins and one when it ends, to a service that misses them when they stop.

As healthchecks.io has it, and what is like it: POST to the address with `/start` behind it, to the address itself
after a success, and with the exit code behind it after anything else.  What stands behind a `?` goes along, as
`create=1` does there.
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
    """Pings to one address, which is a secret: who knows it can feign that all is well."""

    def __init__(self, url: str) -> None:
        self._url = url

    def begin(self, facts: Mapping[str, Any]) -> str | None:
        """Say that a run begins; gives what went wrong, None where nothing did."""
        return self._ping("/start", facts)

    def end(self, code: ExitCode, facts: Mapping[str, Any]) -> str | None:
        """Say how a run ended; gives what went wrong, None where nothing did."""
        return self._ping("" if code is ExitCode.DONE else f"/{int(code)}", facts)

    def _ping(self, path: str, facts: Mapping[str, Any]) -> str | None:
        trouble = call_with_timeout(SECONDS + 0.5, lambda: self._post(path, facts))
        return f"did not answer within {SECONDS:g} s" if trouble is None else trouble or None

    def _post(self, path: str, facts: Mapping[str, Any]) -> str:
        """Make the ping; gives what went wrong, nothing where all is well."""
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
            with HttpClient(service, retry=_ONCE) as transport:
                outcome = transport.write("POST", path, dict(facts), params=dict(parse_qsl(query)))
        except TryLater:
            return "takes no more pings for now"
        except SetupWrong:
            return "has an address that cannot be used"
        if isinstance(outcome, Answered):
            return ""
        return f"refused it (answer {outcome.status})" if isinstance(outcome, Refused) else outcome.why


T = TypeVar("T")


def call_with_timeout(seconds: float, task: Callable[[], T]) -> T | None:
    """Do the task and give what it gave; None where it is not done after so many seconds.

    Then it is left behind, in a thread that does not keep the process alive.  What it raises is raised here.
    """
    answers: list[T] = []
    errors: list[Exception] = []

    def answer() -> None:
        try:
            answers.append(task())
        except Exception as error:  # noqa: BLE001  (raised again below)
            errors.append(error)

    thread = Thread(target=answer, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    return answers[0] if answers else None
