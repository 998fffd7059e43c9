"""How one HTTP exchange ended, as types: answered, refused, not sent, unknown; pure, no I/O.

The bodies stay out of every `repr`: they hold names and addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import simplejson

if TYPE_CHECKING:
    from collections.abc import Mapping

_OK, _MOVED, _WRONG, _BROKEN = 200, 300, 400, 500
_NOBODY_JUDGED_IT = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}  # 4xx, but no verdict of the service


class NotJson(ValueError):  # noqa: N818  (reads as what it is)
    """A body that is not JSON, or not all of it."""


def parse(text: str) -> Any:
    """Give JSON text as Python values, numbers exact (int and Decimal, no float); raises NotJson."""
    try:
        return simplejson.loads(text, use_decimal=True)
    except (ValueError, ArithmeticError, RecursionError):  # the latter two: absurd exponents, absurd nesting
        raise NotJson("is not JSON") from None


@dataclass(frozen=True)
class Reply:
    """What came back, whole, before anybody judged it; `retry_after` is in seconds from now."""

    status: int
    text: str = field(default="", repr=False)
    content_type: str = ""
    request_id: str = ""
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)  # by lower-case name

    def json(self) -> Any:
        """Give the body as Python values, numbers exact; raises NotJson."""
        return parse(self.text)


@dataclass(frozen=True)
class Answered(Reply):
    """2xx: done, and here is what it said."""


@dataclass(frozen=True)
class Refused(Reply):
    """4xx: the service understood, said no, and did nothing."""


@dataclass(frozen=True)
class NotSent:
    """The request never left this machine.  `why` goes on where "Billit …" left off."""

    why: str


@dataclass(frozen=True)
class Unknown:
    """The request left and no sound answer came: it may or may not have been done.

    `why` goes on where "Billit …" left off.  `status` is None where not even an answer came whole.
    """

    why: str
    status: int | None = None
    retry_after: float | None = None


Outcome = Answered | Refused | NotSent | Unknown


def judge(reply: Reply, *, wants_json: bool) -> Answered | Refused | Unknown:
    """Say what an answer means; with `wants_json` a 2xx counts only if its body is JSON.

    A page of HTML is a gateway or a login form speaking, not the API, so whether the API did anything is
    unknown; likewise a redirect, which is never followed (plugandpay.md §5, §13.20).
    """
    status = reply.status
    fields = dict(vars(reply))
    if _OK <= status < _MOVED:
        if _is_page(reply):
            return Unknown("answered with a web page instead of data", status)
        if wants_json and not _is_json(reply):
            return Unknown("sent an answer that breaks off half-way")
        return Answered(**fields)
    if _MOVED <= status < _WRONG:
        return Unknown(f"answered with a redirect ({status}), as to a login page, instead of data", status)
    if _WRONG <= status < _BROKEN and status not in _NOBODY_JUDGED_IT:
        return Refused(**fields)
    return Unknown(f"has trouble of its own (answer {status})", status, reply.retry_after)


def _is_page(reply: Reply) -> bool:
    return "html" in reply.content_type or reply.text.lstrip("\ufeff \t\r\n").startswith("<")


def _is_json(reply: Reply) -> bool:
    try:
        reply.json()
    except NotJson:
        return False
    return True
