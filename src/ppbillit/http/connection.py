"""One HTTP exchange, once; the only module that imports httpx.

It says what came back, or whether the request can have left this machine, and nothing else: no retries, no
verdicts.  Redirects are not followed, proxy variables not obeyed, other hosts not asked.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import httpx

from ppbillit.errors import SetupWrong
from ppbillit.http.outcomes import NotSent, Reply, Unknown
from ppbillit.http.pacing import wait_asked

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from ppbillit.http.pacing import Clock

# They log every URL with its query; stamina's own report of a retry says less than ours.
for _name in ("httpx", "httpcore", "stamina"):
    logging.getLogger(_name).setLevel(logging.ERROR)

CONNECT_SECONDS = 10.0
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-correlation-id", "x-ms-request-id", "cf-ray")
_ID_LENGTH = 64
_NOT_SENT = (httpx.ConnectTimeout, httpx.PoolTimeout, httpx.LocalProtocolError)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Request:
    """A request: `path` is what is asked for, `template` what logs may show; secrets are among `headers`.

    `traced` is what a trace may show: the path with the numbers of things, but not of people.
    """

    method: str
    template: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    traced: str = ""


class Connection:
    """Connections to one host; safe to share between threads."""

    def __init__(self, base_url: str, timeout_seconds: float, timing: Clock) -> None:
        self._base_url = _checked(base_url)
        self._seconds = timeout_seconds
        self._timing = timing
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
            follow_redirects=False,
            trust_env=False,
            verify=_authorities(),
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def exchange(self, call: Request) -> Reply | NotSent | Unknown:
        """Send one request and read the whole answer.

        A connection that was never made is `NotSent`; whatever breaks later is `Unknown`.
        """
        try:
            return self._exchange(call)
        except httpx.ConnectError as error:
            return NotSent(f"could not be reached ({error})")
        except _NOT_SENT as error:  # no text of theirs: h11 quotes an illegal header, key and all
            return NotSent(f"could not be asked ({type(error).__name__})")
        except httpx.TimeoutException:
            return Unknown(f"did not answer within {self._seconds:g} s")
        except httpx.RequestError as error:  # reset, closed, half a body, a body that does not unpack
            return Unknown(f"broke off the connection ({type(error).__name__})")

    def _exchange(self, call: Request) -> Reply | Unknown:
        # httpx's time-out is per packet: a server that dribbles would keep us for ever
        deadline = self._timing.monotonic() + 2 * self._seconds
        with self._client.stream(
            call.method,
            self._base_url + call.path,
            params=call.params or None,
            content=call.body,
            headers=call.headers,
        ) as response:
            parts = []
            for part in response.iter_bytes():
                parts.append(part)
                if self._timing.monotonic() > deadline:
                    return Unknown(f"did not finish its answer within {2 * self._seconds:g} s")
            return Reply(
                status=response.status_code,
                text=b"".join(parts).decode("utf-8-sig", errors="replace"),
                content_type=response.headers.get("content-type", "").lower(),
                request_id=_request_id(response.headers),
                retry_after=wait_asked(response.headers, self._timing.now),
                headers=dict(response.headers),
            )


@cache
def _authorities() -> ssl.SSLContext:
    """Give the certificate authorities that are trusted: read once for both services, since it takes a moment."""
    return httpx.create_ssl_context(trust_env=False)


def _checked(base_url: str) -> str:
    """Give the base URL without a slash at its end; a key never travels unencrypted, save on loopback."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK):
        raise SetupWrong(
            "base_url is no address that begins with https://.", "Correct base_url in the config."
        )
    return str(url).rstrip("/")


def _request_id(headers: Mapping[str, str]) -> str:
    """Give the id by which the service's own people find the request; cleaned, since it goes to logs."""
    found = next((headers[name] for name in _REQUEST_ID_HEADERS if name in headers), "")
    return re.sub(r"[^A-Za-z0-9_.:/=-]", "", found)[:_ID_LENGTH]
