"""Billit's OAuth (billit.md §1.3): asking a person for access, turning the code into tokens, renewing them.

An access token lasts an hour.  A refresh token works once, so the new one is on the disk before the access
token that came with it is used, and no two runs renew at the same time.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from ppbillit import __version__, http
from ppbillit.billit.responses import refusal
from ppbillit.billit.token_file import Tokens
from ppbillit.errors import KeysRefused, PpbillitError, WrongRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.billit.token_file import TokenFile

CONNECT = "Run `ppbillit connect billit` once to give access again; nothing is lost."

# Renewed so long before its end, so that no request meets an end on its way.
_EARLY = timedelta(minutes=2)
_LONGEST_SECONDS = 86_400
_EXPIRED, _INVALID, _REVOKED = "accesstokenexpired", "invalidaccesstoken", "accesstokenrevoked"


@dataclass(frozen=True)
class Application:
    """The user's own application, as Billit's support registered it; `billit_url` is the API it belongs to."""

    billit_url: str
    client_id: str
    client_secret: str = field(repr=False)


def token_service(application: Application, timeout_seconds: float) -> http.Service:
    """Give the service that tokens are asked of.  Its bodies are secrets: it is never traced."""
    return http.Service(
        name="Billit",
        section="billit",
        base_url=application.billit_url,
        secrets=dict,
        headers={"User-Agent": f"ppbillit/{__version__}"},
        timeout_seconds=timeout_seconds,
    )


# --- asking for access --------------------------------------------------------------------------


def page_to_open(application: Application, redirect_uri: str, state: str) -> str:
    """Give the address where a person lets the application in."""
    # api.billit.be is my.billit.be to people; the emulator is one host for both.
    host = application.billit_url.replace("://api.", "://my.", 1)
    asked = {"client_id": application.client_id, "redirect_uri": redirect_uri, "state": state}
    return f"{host}/Account/Logon?{urlencode(asked)}"


def code_in(address: str, state: str) -> str:
    """Read the code from the address that Billit led back to.

    Raises KeysRefused where access was refused, WrongRequest where it is no answer to this question.
    """
    try:
        said = parse_qs(urlsplit(address.strip()).query)
    except ValueError:  # no address at all
        said = {}
    again = "Run `ppbillit connect billit` again, and open the address that it prints."
    if not hmac.compare_digest(said.get("state", [""])[0].encode(), state.encode()):
        raise WrongRequest(
            "That address does not answer this question: its state is not the one that was sent.", again
        )
    if error := said.get("error", [""])[0]:
        if error != "access_denied":
            raise KeysRefused("Billit did not give access, for a reason of its own.", again)
        raise KeysRefused("Access to Billit was refused on Billit's page.", again)
    if code := said.get("code", [""])[0]:
        return code
    raise WrongRequest("That address holds no code of Billit.", again)


def tokens_for_code(
    transport: http.HttpClient,
    application: Application,
    code: str,
    redirect_uri: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Tokens:
    """Turn a code into tokens; it works once, within ten minutes."""
    return _asked(
        transport,
        application,
        {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri},
        now(),
        KeysRefused(
            "Billit does not take the code: it was used already, or is older than ten minutes.",
            "Run `ppbillit connect billit` again.",
        ),
    )


def _asked(
    transport: http.HttpClient,
    application: Application,
    question: Mapping[str, str],
    asked_at: datetime,
    refused: PpbillitError,
) -> Tokens:
    identity = {"client_id": application.client_id, "client_secret": application.client_secret}
    answer = transport.write("POST", "/OAuth2/token", {**question, **identity})
    if isinstance(answer, http.NotSent | http.Unknown):
        raise transport.unavailable(answer.why)
    if isinstance(answer, http.Refused):
        if _error_of(answer) == "invalid_client":
            raise KeysRefused(
                "Billit does not know the application, or its secret is wrong.",
                "Check client_id and client_secret (those of the sandbox are unknown to production), and run "
                "`ppbillit connect billit` again.",
            )
        if _error_of(answer) is None:
            raise transport.unavailable(f"answered with {answer.status} and no reason, as a gateway does")
        raise refused
    try:
        return _tokens(application, answer.json(), asked_at)
    except (http.NotJson, KeyError, TypeError, ValueError, OverflowError):
        raise transport.unavailable("gave something that is no token") from None


def _tokens(application: Application, body: Any, asked_at: datetime) -> Tokens:
    if str(body["token_type"]).lower() != "bearer":
        raise ValueError
    access, renewal = body["access_token"], body["refresh_token"]
    if not (isinstance(access, str) and access and isinstance(renewal, str) and renewal):
        raise ValueError
    seconds = min(max(0, int(body["expires_in"])), _LONGEST_SECONDS)
    return Tokens(
        application.billit_url,
        application.client_id,
        access,
        renewal,
        asked_at + timedelta(seconds=seconds),
    )


def _error_of(refused: http.Refused) -> str | None:
    """Give OAuth's word for what is wrong; None where it is not Billit that speaks."""
    try:
        body = refused.json()
    except http.NotJson:
        return None
    return str(body.get("error") or "") if isinstance(body, Mapping) else None


# --- using and renewing it ----------------------------------------------------------------------


class Access:
    """Opens Billit with the tokens of a file, and renews them; safe to share between threads.

    `renews` is False for a command that must not write: it uses the access as long as it lasts.
    """

    def __init__(
        self,
        application: Application,
        file: TokenFile,
        transport: http.HttpClient,
        *,
        renews: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._application = application
        self._file = file
        self._transport = transport
        self._renews = renews
        self._now = now
        self._threads = Lock()
        self._tokens: Tokens | None = None

    def secrets(self) -> dict[str, str]:
        """Give the header that opens Billit; raises KeysRefused where there is no access any more."""
        with self._threads:
            if self._tokens is None:
                self._tokens = self.stored()
            if self._renews and self._ends_soon(self._tokens):
                self._tokens = self._renewed(self._tokens)
            return {"Authorization": f"Bearer {self._tokens.access_token}"}

    def renewed(self, refused: http.Refused, used: Mapping[str, str]) -> bool:
        """Renew the access where a request was refused for it; tell whether that makes another try worthwhile."""
        codes = {problem.code.lower() for problem in refusal(refused).problems}
        if not codes & {_EXPIRED, _INVALID, _REVOKED} or not self._renews:
            return False
        with self._threads:
            tokens = self._tokens or self.stored()
            if used != {"Authorization": f"Bearer {tokens.access_token}"}:
                return True  # another thread has renewed it meanwhile
            self._tokens = self._renewed(tokens, may_ask=_REVOKED not in codes)
            return True

    def stored(self) -> Tokens:
        """Give the tokens of the file; raises KeysRefused where they are not for this application."""
        tokens = self._file.read()
        if tokens is None:
            raise KeysRefused(
                f"ppbillit has no access to Billit yet: there is no {self._file.path}.",
                "Run `ppbillit connect billit` once, as the user who runs ppbillit.",
            )
        wanted = (self._application.billit_url, self._application.client_id)
        if (tokens.billit_url, tokens.client_id) != wanted:
            raise KeysRefused(
                f"The access in {self._file.path} is for another application, or another Billit: "
                f"{tokens.billit_url}.",
                CONNECT,
            )
        return tokens

    def _ends_soon(self, tokens: Tokens) -> bool:
        return tokens.expires_at - self._now() < _EARLY

    def _renewed(self, known: Tokens, *, may_ask: bool = True) -> Tokens:
        """Give the tokens of another run that was quicker, else ask for new ones and put them on the disk."""
        with self._file.locked():
            stored = self.stored()
            if stored.access_token != known.access_token and not self._ends_soon(stored):
                return stored
            if not may_ask:
                raise KeysRefused("The access that was given to ppbillit was taken back in Billit.", CONNECT)
            self._file.make_room()
            fresh = _asked(
                self._transport,
                self._application,
                {"grant_type": "refresh_token", "refresh_token": stored.refresh_token},
                self._now(),
                KeysRefused(
                    "Billit does not renew the access that was given to ppbillit: it was taken back, or the last "
                    "run was cut off just while renewing it, or an old copy of the tokens was put back.",
                    CONNECT,
                ),
            )
            self._file.write(fresh)
            return fresh
