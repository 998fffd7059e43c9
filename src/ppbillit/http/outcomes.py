"""How one HTTP exchange ended: answered, refused, not sent, unknown; pure, no I/O.

Bodies are left out of every `repr`: they contain names and addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import simplejson

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_PROCESSED = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
}  # 4xx that does not say the request was refused


class NotJson(ValueError):  # noqa: N818  (reads as what it is)
    """A body that is not JSON, or not complete."""


def parse(text: str) -> Any:
    """Parse JSON with exact numbers (int and Decimal, no float).  Raise NotJson."""
    try:
        return simplejson.loads(text, use_decimal=True)
    except (ValueError, ArithmeticError, RecursionError):  # the latter two: absurd exponents, absurd nesting
        raise NotJson("is not JSON") from None


@dataclass(frozen=True)
class Reply:
    """A complete HTTP response; `retry_after` is in seconds from now."""

    status: int
    text: str = field(default="", repr=False)
    content_type: str = ""
    request_id: str = ""
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)  # names in lower case

    @property
    def is_web_page(self) -> bool:
        """Check for HTML, as gateways and login forms send."""
        return "html" in self.content_type or self.text.lstrip("\ufeff \t\r\n").startswith("<")

    def json(self) -> Any:
        """Parse the body with exact numbers.  Raise NotJson."""
        return parse(self.text)


@dataclass(frozen=True)
class Answered(Reply):
    """2xx: done."""


@dataclass(frozen=True)
class Refused(Reply):
    """4xx: the service refused, and did nothing."""


@dataclass(frozen=True)
class NotSent:
    """The request never left this machine.  `why` continues a sentence: "Billit …"."""

    why: str


@dataclass(frozen=True)
class Unknown:
    """The request left and no sound answer came: it may or may not have been done.

    `why` continues a sentence: "Billit …".  `status` is None if no complete answer came.
    """

    why: str
    status: int | None = None
    retry_after: float | None = None


Outcome = Answered | Refused | NotSent | Unknown


def classify(reply: Reply, *, wants_json: bool) -> Answered | Refused | Unknown:
    """Return what a response means.  With `wants_json` a 2xx is only sound if its body is JSON.

    A page of HTML comes from a gateway or a login form and not from the API: whether the API did anything is
    unknown.  So is it after a redirect, which is never followed (plugandpay.md §5, §13.20).
    """
    status = reply.status
    match status // 100:
        case 2 if reply.is_web_page:
            return Unknown("answered with a web page instead of data", status)
        case 2 if wants_json and not _is_json(reply):
            return Unknown("sent an answer that breaks off half-way")
        case 2:
            return Answered(**vars(reply))
        case 3:
            return Unknown(
                f"answered with a redirect ({status}), as to a login page, instead of data", status
            )
        case 4 if status not in _NOT_PROCESSED:
            return Refused(**vars(reply))
    return Unknown(f"has trouble of its own (answer {status})", status, reply.retry_after)


def _is_json(reply: Reply) -> bool:
    try:
        reply.json()
    except NotJson:
        return False
    return True
