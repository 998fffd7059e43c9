"""Read from and write to one service: rate limited, retried where that is safe, logged without private data."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import simplejson

from ppbillit.errors import KeysRefused, TryLater, Unavailable
from ppbillit.http.connection import Connection, Request
from ppbillit.http.outcomes import Answered, NotSent, Outcome, Refused, Reply, Unknown, classify
from ppbillit.http.pacing import Clock, RateLimiter, RetryPolicy, http_date
from ppbillit.http.trace import HIDDEN, Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ppbillit.http.trace import Trace

logger = logging.getLogger("ppbillit.http")

# A smaller difference between two clocks does not matter: who asks for changes since a moment adds an overlap.
_CLOCK_TOLERANCE = timedelta(hours=1)
_GATEWAY_ERRORS = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


def _never(_refused: Refused, _secrets: Mapping[str, str]) -> bool:
    return False


@dataclass(frozen=True)
class Service:
    """Address, access and limits of one service.  `section` is its part of the config, named in error messages.

    `secrets` returns the headers that give access.  It is called for each try, since a token may have been
    renewed.  They are in no `repr`, log, trace or exception.

    `renewed` is called with each refusal and the secrets that were refused.  It returns whether to try once more
    with the current secrets: an access token may have expired between two calls.
    """

    name: str
    section: str
    base_url: str
    secrets: Callable[[], Mapping[str, str]] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    requests_per_second: float = 2.0
    timeout_seconds: float = 30.0
    renewed: Callable[[Refused, Mapping[str, str]], bool] = field(default=_never, repr=False)


class HttpClient(AbstractContextManager["HttpClient"]):
    """Requests to one service.  Safe to share between threads."""

    def __init__(
        self,
        service: Service,
        *,
        retry: RetryPolicy | None = None,
        timing: Clock | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.service = service
        self._policy = retry or RetryPolicy()
        self._timing = timing or Clock()
        self._trace = trace
        self._rate_limiter = RateLimiter(service.requests_per_second, self._timing)
        self.clock_ahead: timedelta | None = None  # of the service, by its last answer; to the second
        self._connection = Connection(service.base_url, service.timeout_seconds, self._timing)

    def __exit__(self, *error: object) -> None:
        """Close all connections."""
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    def read(
        self, template: str, params: Mapping[str, str | int] | None = None, **fields: str | int
    ) -> Answered | Refused:
        """GET the path `template` filled with `fields`: JSON (`.json()` cannot fail), or a refusal.

        Retried on transport errors, incomplete answers, 429, and 502 to 504.  Raise Unavailable if no sound answer
        came, TryLater if the last try was answered with 429.
        """
        request = _request("GET", template, fields, params=params)
        outcome = self._call(request, _may_repeat_read, wants_json=True)
        if isinstance(outcome, Answered | Refused):
            return outcome
        raise self.unavailable(outcome.why)

    def write(
        self,
        method: str,
        template: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        **fields: str | int,
    ) -> Outcome:
        """Send `body` as JSON.  The caller interprets the body of a 2xx.

        Retried, with the same headers, only if nothing can have been done: not sent, or refused with 429.
        Raise TryLater if the last try was answered with 429: nothing was done.
        """
        text = None if body is None else simplejson.dumps(body, use_decimal=True)
        request = _request(method, template, fields, params=params, body=text, headers=headers)
        return self._call(request, _may_repeat_write, wants_json=False)

    def by_its_clock(self, moment: datetime) -> datetime:
        """Convert an aware time of our clock to the service's, if that is far behind ours.

        If our clock were days ahead, "changed since yesterday" would ask for a time that is still to come.
        """
        behind = -(self.clock_ahead or timedelta())
        return moment - behind if behind > _CLOCK_TOLERANCE else moment

    def unavailable(self, why: str) -> Unavailable:
        """Return the error to raise, with what to check.  `why` continues a sentence: "Plug&Pay …"."""
        section = self.service.section
        return Unavailable(
            f"{self.service.name} {why}.",
            "Run the same command again later; nothing is lost. If it stays so, check the network, and "
            f"[{section}] base_url and the key in the config.",
        )

    def _call(self, request: Request, may_repeat: Callable[[Outcome], bool], *, wants_json: bool) -> Outcome:
        """Try until an outcome does not allow another try, or the policy stops; then return the last outcome.

        Raise TryLater if that is a 429.
        """
        deadline = self._timing.monotonic() + self._policy.seconds
        number = 0
        while True:
            number += 1
            outcome = self._try(request, number, wants_json=wants_json)
            if not may_repeat(outcome):
                return outcome
            throttled = _is_throttled(outcome)
            retry_after = None if isinstance(outcome, NotSent) else outcome.retry_after
            wait = self._policy.wait_after(
                number, throttled=throttled, retry_after=retry_after, jitter=self._timing.jitter()
            )
            if wait is None or self._timing.monotonic() + wait > deadline:
                break
            if throttled or retry_after is not None:
                self._rate_limiter.pause(wait)  # for all threads; the next try waits for its turn
            else:
                self._timing.sleep(wait)
        if throttled:
            raise self._rate_limit_exceeded(retry_after)
        return outcome

    def _rate_limit_exceeded(self, retry_after: float | None) -> TryLater:
        when = "in a quarter of an hour"
        if retry_after is not None:
            moment = self._timing.now() + timedelta(seconds=retry_after)
            when = f"after {moment.astimezone():%Y-%m-%d %H:%M %z}"
        return TryLater(
            f"{self.service.name} takes no more requests for now (rate limit).",
            f"Run the same command again {when}; nothing is lost. If this happens often, lower "
            f"[{self.service.section}] requests_per_second.",
        )

    def _try(self, request: Request, number: int, *, wants_json: bool) -> Outcome:
        """Make one try, and another one with renewed secrets: a request refused for its secrets did nothing."""
        secrets = self.service.secrets()
        outcome = self._exchange(request, secrets, number, wants_json=wants_json)
        if isinstance(outcome, Refused) and self.service.renewed(outcome, secrets):
            return self._exchange(request, self.service.secrets(), number, wants_json=wants_json)
        return outcome

    def _exchange(
        self, request: Request, secrets: Mapping[str, str], number: int, *, wants_json: bool
    ) -> Outcome:
        """Send the request once, when the rate limit allows it, and log it."""
        request = self._with_headers(request, secrets)
        self._rate_limiter.take()
        started = self._timing.monotonic()
        result = self._connection.exchange(request)
        milliseconds = round((self._timing.monotonic() - started) * 1000)
        self._record(request, result, number, milliseconds)
        if not isinstance(result, Reply):
            return result
        its_time = http_date(result.headers.get("date", ""))
        if its_time is not None:
            self.clock_ahead = its_time - self._timing.now()
        return classify(result, wants_json=wants_json)

    def _with_headers(self, request: Request, secrets: Mapping[str, str]) -> Request:
        for name, value in secrets.items():
            if not (value.isascii() and value.isprintable() and value == value.strip()):
                raise KeysRefused(
                    f"The {name} for {self.service.name} holds characters that no key has.",
                    f"Copy the key into [{self.service.section}] again, without spaces or line breaks.",
                )
        content = {} if request.body is None else {"Content-Type": "application/json"}
        headers = {
            "Accept": "application/json",
            **self.service.headers,
            **content,
            **request.headers,
            **secrets,
        }
        return replace(request, headers=headers)

    def _record(
        self, request: Request, result: Reply | NotSent | Unknown, number: int, milliseconds: int
    ) -> None:
        """Write the try to the log, and to the trace if there is one."""
        reply = result if isinstance(result, Reply) else Reply(status=0)
        outcome = (
            str(reply.status) if isinstance(result, Reply) else f"{type(result).__name__} ({result.why})"
        )
        facts = {
            "service": self.service.name,
            "method": request.method,
            "path": request.template,
            "status": reply.status or None,
            "milliseconds": milliseconds,
            "try": number,
            "request_id": reply.request_id or None,
        }
        logger.info(
            "%s %s %s: %s, %d ms, try %d, request id %s",
            *(self.service.name, request.method, request.template),
            *(outcome, milliseconds, number, reply.request_id or "-"),
            extra={"facts": facts},
        )
        if self._trace:
            exchange = Exchange(
                service=self.service.name,
                method=request.method,
                path=request.traced,
                params=request.params,
                sent=request.body,
                outcome=outcome,
                received=reply.text,
                milliseconds=milliseconds,
                request_id=reply.request_id,
            )
            self._trace.record(exchange)


def _request(
    method: str,
    template: str,
    fields: Mapping[str, str | int],
    *,
    params: Mapping[str, str | int] | None = None,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Request:
    path = template.format(**{name: quote(str(value), safe="") for name, value in fields.items()})
    traced = template.format(
        **{name: value if isinstance(value, int) else HIDDEN for name, value in fields.items()}
    )
    texts = {name: str(value) for name, value in (params or {}).items()}
    return Request(method, template, path, texts, body, headers or {}, traced)


def _may_repeat_read(outcome: Outcome) -> bool:
    is_broken = isinstance(outcome, Unknown) and (outcome.status is None or outcome.status in _GATEWAY_ERRORS)
    return is_broken or _may_repeat_write(outcome)


def _may_repeat_write(outcome: Outcome) -> bool:
    """Check whether nothing can have been done."""
    return isinstance(outcome, NotSent) or _is_throttled(outcome)


def _is_throttled(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.status == HTTPStatus.TOO_MANY_REQUESTS
