"""Billit's OAuth 2: JSON bodies, access for an hour, refresh tokens for single use (billit.md §1.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from ppbillit_emulator.billit.errors import BillitError
from ppbillit_emulator.billit.request_body import read_object
from ppbillit_emulator.wire import Request, Response, html_response, json_response

if TYPE_CHECKING:
    import random

_CODE_MINUTES: Final = 10
_ACCESS_SECONDS: Final = 3600


@dataclass
class Grants:
    """The registered application and the tokens it was granted, made from the office's seeded generator."""

    generator: random.Random
    client_id: str = "test_client_id"
    client_secret: str = "test_client_secret"  # noqa: S105  (opens nothing but the emulator)
    redirect_uri: str | None = None  # None: any address; real ones are registered in advance
    refuses: bool = False  # whether the user denies access
    codes: dict[str, datetime] = field(default_factory=dict)
    access: dict[str, datetime] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)

    def new_code(self, now: datetime) -> str:
        """Return an authorization code: valid for ten minutes, for single use."""
        code = self._token("code")
        self.codes[code] = now + timedelta(minutes=_CODE_MINUTES)
        return code

    def new_tokens(self, now: datetime) -> dict[str, Any]:
        """Return a new pair of tokens."""
        access, refresh = self._token("access"), self._token("refresh")
        self.access[access] = now + timedelta(seconds=_ACCESS_SECONDS)
        self.refresh.add(refresh)
        return {
            "token_type": "Bearer",
            "expires_in": _ACCESS_SECONDS,
            "access_token": access,
            "refresh_token": refresh,
        }

    def check_access(self, token: str, now: datetime) -> None:
        """Raise 401 for an access token that is unknown, revoked or expired."""
        if token in self.revoked:
            raise BillitError(401, ("AccessTokenRevoked", ""))
        if token not in self.access:
            raise BillitError(401, ("InvalidAccessToken", ""))
        if now >= self.access[token]:
            raise BillitError(401, ("AccessTokenExpired", ""))

    def _token(self, what: str) -> str:
        return f"test_{what}_{self.generator.getrandbits(128):032x}"


def log_on(grants: Grants, request: Request, now: datetime) -> Response:
    """Return the response to the browser's GET /Account/Logon: the user grants or denies access at once."""
    target = request.parameter("redirect_uri")
    known = grants.redirect_uri in (None, target)
    if request.parameter("client_id") != grants.client_id or not target or not known:
        return html_response(400, "This application is not known")  # such errors do not redirect
    answers = {"error": "access_denied"} if grants.refuses else {"code": grants.new_code(now)}
    state = request.parameter("state")
    if state:
        answers["state"] = state
    return html_response(302, "Object moved", Location=f"{target}?{urlencode(answers)}")


def token(grants: Grants, request: Request, now: datetime) -> Response:
    """Return the response to POST /OAuth2/token."""
    body = read_object(request)
    if (body.get("client_id"), body.get("client_secret")) != (grants.client_id, grants.client_secret):
        return json_response(400, {"error": "invalid_client"})
    match body.get("grant_type"):
        case "authorization_code":
            until = grants.codes.pop(str(body.get("code")), None)
            good = until is not None and now < until and bool(body.get("redirect_uri"))
        case "refresh_token":
            good = str(body.get("refresh_token")) in grants.refresh
            grants.refresh.discard(str(body.get("refresh_token")))
        case _:
            return json_response(400, {"error": "unsupported_grant_type"})
    return (
        json_response(200, grants.new_tokens(now)) if good else json_response(400, {"error": "invalid_grant"})
    )


def revoke(grants: Grants, access_token: str) -> Response:
    """Revoke the access token with which POST /OAuth2/revoke was called."""
    grants.revoked.add(access_token)
    return Response(200)
