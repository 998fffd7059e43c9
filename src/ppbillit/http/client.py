"""Reads and writes to one service: paced, retried where that is safe, logged without anything private."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

import simplejson
import stamina

from ppbillit.errors import KeysRefused, TryLater, Unavailable
from ppbillit.http.connection import Connection, Request
from ppbillit.http.outcomes import Answered, NotSent, Outcome, Refused, Reply, Unknown, judge
from ppbillit.http.pacing import Clock, RateLimiter, RetryPolicy, http_date
from ppbillit.http.trace import HIDDEN, Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ppbillit.http.trace import Trace

logger = logging.getLogger("ppbillit.http")

# Clocks that are no further apart tell the same time: whoever asks since a moment adds an overlap.
_SAME_TIME = timedelta(hours=1)
_GATEWAY_TROUBLE = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


def _never(_refused: Refused, _secrets: Mapping[str, str]) -> bool:
    return False


@dataclass(frozen=True)
class Service:
    """Whom we talk to.  `section` is its part of the config, named in what a user should check.

    `secrets` gives the headers that open the door, afresh for each try (a token may have been renewed
    meanwhile); they are in no `repr`, log, trace or exception.

    `renewed` is shown each refusal and the secrets that met it, and says whether those of now are worth one more
    try: an access token may have run out between two calls.
    """

    name: str
    section: str
    base_url: str
    secrets: Callable[[], Mapping[str, str]] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    requests_per_second: float = 2.0
    timeout_seconds: float = 30.0
    renewed: Callable[[Refused, Mapping[str, str]], bool] = field(default=_never, repr=False)


class _Again(Exception):  # noqa: N818  (no error: the outcome of a try allows another one, after a pause)
    def __init__(self, pause: float | None) -> None:
        super().__init__("another try is allowed")
        self.pause = pause


class HttpClient(AbstractContextManager["HttpClient"]):
    """Calls to one service; safe to share between threads; close it, or use it in a `with`."""

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
        self._pace = RateLimiter(service.requests_per_second, self._timing)
        self.clock_ahead: timedelta | None = None  # of the service, by its last answer; to the second
        self._wire = Connection(service.base_url, service.timeout_seconds, self._timing)

    def __exit__(self, *error: object) -> None:
        """Close, whatever happened."""
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def read(
        self, template: str, params: Mapping[str, str | int] | None = None, **fields: str | int
    ) -> Answered | Refused:
        """GET `template` filled with `fields`: JSON (`.json()` cannot fail), or a refusal for the caller to judge.

        Tried again on transport errors, half answers, 429, 502–504.  Raises Unavailable (nothing sound came),
        TryLater (429 to the end).
        """
        call = _call("GET", template, fields, params=params)
        outcome = self._tried(call, _read_again, wants_json=True)
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
    ) -> Answered | Refused | NotSent | Unknown:
        """Send `body` as JSON; tried again, with the same headers, only while nothing can have happened.

        That is: not sent, or refused with 429.  What a 2xx holds is the caller's to judge.  Raises TryLater
        (429 to the end: nothing was done).
        """
        text = None if body is None else simplejson.dumps(body, use_decimal=True)
        call = _call(method, template, fields, params=params, body=text, headers=headers)
        return self._tried(call, _write_again, wants_json=False)

    def by_its_clock(self, moment: datetime) -> datetime:
        """Give an aware moment of our clock by the service's, where that is far behind, as far as it has told.

        With a clock of ours that is days ahead, "changed since yesterday" asks for what is still to come.
        """
        behind = -(self.clock_ahead or timedelta())
        return moment - behind if behind > _SAME_TIME else moment

    def unavailable(self, why: str) -> Unavailable:
        """Make the error that says so, and what to check; `why` goes on where "Plug&Pay …" left off."""
        section = self.service.section
        return Unavailable(
            f"{self.service.name} {why}.",
            "Run the same command again later; nothing is lost. If it stays so, check the network, and "
            f"[{section}] base_url and the key in the config.",
        )

    # --- tries ----------------------------------------------------------------------------------

    def _tried(self, call: Request, may_repeat: Callable[[Outcome], bool], *, wants_json: bool) -> Outcome:
        """Try until the outcome allows no other try, or tries or time run out; a 429 at the end raises."""
        policy = self._policy
        deadline = self._timing.monotonic() + policy.seconds
        outcome: Outcome = NotSent("was not asked")
        with suppress(_Again):  # no more tries: then the last outcome is the outcome
            for attempt in stamina.retry_context(
                on=lambda error: self._next_wait(error, deadline),
                attempts=policy.attempts,
                timeout=policy.seconds,
                wait_initial=policy.wait_initial,
                wait_max=policy.wait_max,
                wait_jitter=policy.wait_jitter,
            ):
                with attempt:
                    outcome = self._once(call, attempt.num, wants_json=wants_json)
                    self._raise_if(may_repeat(outcome), outcome, attempt.num)
        if isinstance(outcome, Refused) and outcome.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._give_up(outcome)
        return outcome

    def _raise_if(self, may_repeat: bool, outcome: Outcome, number: int) -> None:
        if may_repeat:
            raise _Again(self._pause_for(outcome, number))

    def _pause_for(self, outcome: Outcome, number: int) -> float | None:
        """Give the seconds the service wants us to keep quiet; None where it wants nothing in particular."""
        asked = getattr(outcome, "retry_after", None)
        if asked is None:
            if not isinstance(outcome, Refused):
                return None
            asked = min(self._policy.throttle_initial * 2 ** (number - 1), self._policy.retry_after_limit)
        return float(asked) + self._timing.jitter() * self._policy.wait_jitter

    def _next_wait(self, error: Exception, deadline: float) -> bool | float:
        """Answer stamina: not again, again after its own growing wait, or again at once.

        At once, because a wait the service asked for is kept by the pace, which all threads share.
        """
        if not isinstance(error, _Again):
            return False
        if error.pause is None:
            return True
        too_long = error.pause > self._policy.retry_after_limit + self._policy.wait_jitter
        if too_long or self._timing.monotonic() + error.pause > deadline:
            return False
        self._pace.pause(error.pause)
        return 0.0

    def _give_up(self, refused: Refused) -> NoReturn:
        name, section = self.service.name, self.service.section
        when = "in a quarter of an hour"
        if refused.retry_after is not None:
            moment = self._timing.now() + timedelta(seconds=refused.retry_after)
            when = f"after {moment.astimezone():%Y-%m-%d %H:%M %z}"
        raise TryLater(
            f"{name} takes no more requests for now (rate limit).",
            f"Run the same command again {when}; nothing is lost. If this happens often, lower "
            f"[{section}] requests_per_second.",
        )

    def _once(self, call: Request, number: int, *, wants_json: bool) -> Outcome:
        """Make one try, and with renewed secrets another one: what is refused for them was not done."""
        secrets = self.service.secrets()
        outcome = self._exchanged(call, secrets, number, wants_json=wants_json)
        if isinstance(outcome, Refused) and self.service.renewed(outcome, secrets):
            return self._exchanged(call, self.service.secrets(), number, wants_json=wants_json)
        return outcome

    def _exchanged(
        self, call: Request, secrets: Mapping[str, str], number: int, *, wants_json: bool
    ) -> Outcome:
        """Send it once, on the record."""
        dressed = self._dressed(call, secrets)
        self._pace.take()
        started = self._timing.monotonic()
        got = self._wire.exchange(dressed)
        milliseconds = round((self._timing.monotonic() - started) * 1000)
        self._record(call, got, number, milliseconds)
        if not isinstance(got, Reply):
            return got
        self._look_at_the_clock(got)
        return judge(got, wants_json=wants_json)

    def _look_at_the_clock(self, reply: Reply) -> None:
        moment = http_date(reply.headers.get("date", ""))
        if moment is not None:
            self.clock_ahead = moment - self._timing.now()

    def _dressed(self, call: Request, secrets: Mapping[str, str]) -> Request:
        """Give the call with all its headers on."""
        for name, value in secrets.items():
            if not (value.isascii() and value.isprintable() and value == value.strip()):
                raise KeysRefused(
                    f"The {name} for {self.service.name} holds characters that no key has.",
                    f"Copy the key into [{self.service.section}] again, without spaces or line breaks.",
                )
        content = {} if call.body is None else {"Content-Type": "application/json"}
        headers = {"Accept": "application/json", **self.service.headers, **content, **call.headers, **secrets}
        return replace(call, headers=headers)

    def _record(self, call: Request, got: Reply | NotSent | Unknown, number: int, milliseconds: int) -> None:
        reply = got if isinstance(got, Reply) else Reply(status=0)
        what = str(reply.status) if isinstance(got, Reply) else f"{type(got).__name__} ({got.why})"
        facts = {
            "service": self.service.name,
            "method": call.method,
            "path": call.template,
            "status": reply.status or None,
            "milliseconds": milliseconds,
            "try": number,
            "request_id": reply.request_id or None,
        }
        logger.info(
            "%s %s %s: %s, %d ms, try %d, request id %s",
            *(self.service.name, call.method, call.template),
            *(what, milliseconds, number, reply.request_id or "-"),
            extra={"facts": facts},
        )
        if self._trace:
            exchange = Exchange(
                service=self.service.name,
                method=call.method,
                path=call.traced,
                params=call.params,
                sent=call.body,
                outcome=what,
                received=reply.text,
                milliseconds=milliseconds,
                request_id=reply.request_id,
            )
            self._trace.record(exchange)


def _call(
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
    asked = {name: str(value) for name, value in (params or {}).items()}
    return Request(method, template, path, asked, body, headers or {}, traced)


def _read_again(outcome: Outcome) -> bool:
    match outcome:
        case NotSent():
            return True
        case Unknown(status=status):
            return status is None or status in _GATEWAY_TROUBLE
        case Refused(status=status):
            return status == HTTPStatus.TOO_MANY_REQUESTS
    return False


def _write_again(outcome: Outcome) -> bool:
    is_throttled = isinstance(outcome, Refused) and outcome.status == HTTPStatus.TOO_MANY_REQUESTS
    return is_throttled or isinstance(outcome, NotSent)
