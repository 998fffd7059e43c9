"""Faults on request: which request goes wrong, and how.

| kind               | the client sees                                               | stored        |
|--------------------|---------------------------------------------------------------|---------------|
| refuse             | `status` (400) with `body`                                    | no            |
| rate_limited       | 429; `Retry-After` only if `retry_after` is given             | no            |
| error_500_before   | 500 with an HTML page                                         | no            |
| error_500_after    | 500 with an HTML page                                         | yes           |
| html_200_before    | 200 with an HTML page                                         | no            |
| html_200_after     | 200 with an HTML page                                         | yes           |
| redirect_302       | 302 to a login page on another port (the control port)        | no            |
| bad_gateway_502    | 502 with an HTML page                                         | no            |
| bad_gateway_after  | 502 with an HTML page                                         | yes           |
| close_before       | the connection closes without a response                      | no            |
| close_after        | the connection closes without a response                      | yes           |
| reset_before       | the connection is reset (RST)                                 | no            |
| reset_after        | the connection is reset (RST)                                 | yes           |
| half_body_after    | the true head, half of the body, then the connection closes   | yes           |
| late_after         | the true response, `seconds` after it was stored              | yes           |
| latency            | the true response; the request is handled after `seconds`     | yes, late     |
| empty_200          | 200 with a JSON content type and no body                      | yes           |
| wrong_content_type | the true body with content type `text/plain`                  | yes           |

"yes" means that the request is handled as usual; a read or a refused request still stores nothing.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal

from ppbillit_emulator.wire import JSON_TYPE, Response, html_response, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ppbillit_emulator.wire import Request

Api = Literal["plugandpay", "billit", "any"]


class FaultKind(StrEnum):
    """The kinds of faults; see the table in the docstring of this module."""

    REFUSE = "refuse"
    RATE_LIMITED = "rate_limited"
    ERROR_500_BEFORE = "error_500_before"
    ERROR_500_AFTER = "error_500_after"
    HTML_200_BEFORE = "html_200_before"
    HTML_200_AFTER = "html_200_after"
    REDIRECT_302 = "redirect_302"
    BAD_GATEWAY_502 = "bad_gateway_502"
    BAD_GATEWAY_AFTER = "bad_gateway_after"
    CLOSE_BEFORE = "close_before"
    CLOSE_AFTER = "close_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    HALF_BODY_AFTER = "half_body_after"
    LATE_AFTER = "late_after"
    LATENCY = "latency"
    EMPTY_200 = "empty_200"
    WRONG_CONTENT_TYPE = "wrong_content_type"


class Ending(StrEnum):
    """How the connection ends: with a response, or in one of three other ways."""

    RESPONSE = "response"
    CLOSE = "close"
    RESET = "reset"
    HALF = "half"


BEFORE: Final = frozenset(
    {
        FaultKind.REFUSE,
        FaultKind.RATE_LIMITED,
        FaultKind.ERROR_500_BEFORE,
        FaultKind.HTML_200_BEFORE,
        FaultKind.REDIRECT_302,
        FaultKind.BAD_GATEWAY_502,
        FaultKind.CLOSE_BEFORE,
        FaultKind.RESET_BEFORE,
    }
)
_ENDINGS: Final = {
    FaultKind.CLOSE_BEFORE: Ending.CLOSE,
    FaultKind.CLOSE_AFTER: Ending.CLOSE,
    FaultKind.RESET_BEFORE: Ending.RESET,
    FaultKind.RESET_AFTER: Ending.RESET,
    FaultKind.HALF_BODY_AFTER: Ending.HALF,
}
_PAGES: Final = {
    FaultKind.ERROR_500_BEFORE: (500, "Internal Server Error"),
    FaultKind.ERROR_500_AFTER: (500, "Internal Server Error"),
    FaultKind.HTML_200_BEFORE: (200, "We will be back soon"),
    FaultKind.HTML_200_AFTER: (200, "We will be back soon"),
    FaultKind.BAD_GATEWAY_502: (502, "502 Bad Gateway"),
    FaultKind.BAD_GATEWAY_AFTER: (502, "502 Bad Gateway"),
}


@dataclass(frozen=True)
class Fault:
    """One armed fault: from the `nth` matching request on (counted from 1), `times` times (None: no limit).

    `path` is a regular expression searched in the path without its query. `retry_after` is a number of seconds;
    `retry_after_as_date` sends it as a date. `seconds` is the delay of late_after and latency.
    """

    kind: FaultKind
    api: Api = "any"
    method: str | None = None
    path: str = ""
    nth: int = 1
    times: int | None = 1
    status: int = 400
    body: Any = field(default_factory=lambda: {"errors": [{"Code": "GenericError"}]})
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: int | None = None
    retry_after_as_date: bool = False
    seconds: float = 0
    location: str | None = None

    def __post_init__(self) -> None:
        """Refuse a fault that could never fire: a test with it would pass without testing anything."""
        object.__setattr__(self, "kind", FaultKind(self.kind))
        re.compile(self.path)
        if self.api not in ("plugandpay", "billit", "any"):
            raise ValueError(f"no such api: {self.api}")
        if self.nth < 1 or (self.times is not None and self.times < 1) or self.seconds < 0:
            raise ValueError("nth and times count from 1, and seconds are not negative")

    @property
    def before(self) -> bool:
        """Check whether the response is sent without handling the request."""
        return self.kind in BEFORE

    @property
    def ending(self) -> Ending:
        """Return how the connection ends."""
        return _ENDINGS.get(self.kind, Ending.RESPONSE)

    def matches(self, api: str, request: Request) -> bool:
        """Check whether this fault counts a request."""
        return (
            self.api in ("any", api)
            and self.method in (None, request.method)
            and re.search(self.path, request.path) is not None
        )


class FaultEngine:
    """The armed faults with their counts. All count a matching request; the first that applies fires."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[Fault] = []
        self._counts: list[int] = []
        self.fired: list[tuple[int, Fault]] = []

    def arm(self, fault: Fault) -> None:
        """Add a fault; its count starts at the next request."""
        with self._lock:
            self._armed.append(fault)
            self._counts.append(0)

    def disarm(self) -> None:
        """Remove all faults, and the list of those that fired."""
        with self._lock:
            self._armed.clear()
            self._counts.clear()
            self.fired.clear()

    @property
    def armed(self) -> list[Fault]:
        """Return the armed faults, including those that will not fire again."""
        with self._lock:
            return list(self._armed)

    def pick(self, api: str, request: Request) -> Fault | None:
        """Count a request and return the fault that fires, if any."""
        chosen: Fault | None = None
        with self._lock:
            for index, fault in enumerate(self._armed):
                if not fault.matches(api, request):
                    continue
                self._counts[index] += 1
                past = self._counts[index] - fault.nth
                if chosen is None and past >= 0 and (fault.times is None or past < fault.times):
                    chosen = fault
            if chosen is not None:
                self.fired.append((request.number, chosen))
        return chosen


def apply_fault(fault: Fault, response: Response, login_page: str) -> Response:
    """Return what the client gets instead of the true response (a `before` kind has none)."""
    seen = response
    match fault.kind:
        case FaultKind.REFUSE:
            seen = _refusal(fault)
        case FaultKind.RATE_LIMITED:
            seen = _rate_limit(fault)
        case FaultKind.REDIRECT_302:
            seen = html_response(302, "Object moved", Location=fault.location or login_page)
        case FaultKind.EMPTY_200:
            seen = Response(200, b"", {"Content-Type": JSON_TYPE})
        case FaultKind.WRONG_CONTENT_TYPE:
            seen = Response(seen.status, seen.body, {**seen.headers, "Content-Type": "text/plain"})
        case _ if fault.kind in _PAGES:
            seen = html_response(*_PAGES[fault.kind])
    return seen


def _refusal(fault: Fault) -> Response:
    if isinstance(fault.body, str):
        return Response(fault.status, fault.body.encode(), {"Content-Type": "text/plain", **fault.headers})
    return Response(fault.status, to_json(fault.body).encode(), {"Content-Type": JSON_TYPE, **fault.headers})


def _rate_limit(fault: Fault) -> Response:
    headers = {"Content-Type": JSON_TYPE, **fault.headers}
    if fault.retry_after is not None:
        # The date follows the real clock, not the emulator's: clients compare it with theirs.
        until = datetime.now(UTC) + timedelta(seconds=fault.retry_after)
        as_date = format_datetime(until, usegmt=True)
        headers["Retry-After"] = as_date if fault.retry_after_as_date else str(fault.retry_after)
    return Response(429, to_json({"message": "Too Many Attempts."}).encode(), headers)
