"""The heartbeat: a ping when a run begins and one when it ends, to a service that misses them when they stop.

As healthchecks.io has it, and what is like it: POST to the address with `/start` behind it, to the address itself
after a success, and with the exit code behind it after anything else.  What stands behind a `?` goes along, as
`create=1` does there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ppbillit import __version__
from ppbillit.errors import ExitCode, SetupWrong, TryLater
from ppbillit.notices.patience import within
from ppbillit.transport import Answered, Refused, RetryPolicy, Service, Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        trouble = within(SECONDS + 0.5, lambda: self._post(path, facts))
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
            with Transport(service, retry=_ONCE) as transport:
                outcome = transport.write("POST", path, dict(facts), params=dict(parse_qsl(query)))
        except TryLater:
            return "takes no more pings for now"
        except SetupWrong:
            return "has an address that cannot be used"
        if isinstance(outcome, Answered):
            return ""
        return f"refused it (answer {outcome.status})" if isinstance(outcome, Refused) else outcome.why
