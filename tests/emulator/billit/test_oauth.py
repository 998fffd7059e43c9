"""OAuth: codes, tokens, revoking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from emulator.billit.client import codes

if TYPE_CHECKING:
    import httpx

    from ppbillit_emulator import Emulator

ACCOUNT = "/v1/account/accountInformation"


def client_fields(world: Emulator, **more: str) -> dict[str, str]:
    grants = world.office.grants
    return {"client_id": grants.client_id, "client_secret": grants.client_secret, **more}


def log_on(world: Emulator, anonymous: httpx.Client, **more: str) -> dict[str, list[str]]:
    query = {"client_id": world.office.grants.client_id, "redirect_uri": "https://127.0.0.1:1/back", **more}
    answer = anonymous.get("/Account/Logon", params=query)
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)


def tokens(world: Emulator, anonymous: httpx.Client) -> dict[str, Any]:
    code = log_on(world, anonymous)["code"][0]
    fields = client_fields(
        world, grant_type="authorization_code", code=code, redirect_uri="https://127.0.0.1:1/back"
    )
    answer: dict[str, Any] = anonymous.post("/OAuth2/token", json=fields).json()
    return answer


def test_a_code_is_exchanged_for_a_token_that_gives_access(world: Emulator, anonymous: httpx.Client) -> None:
    assert log_on(world, anonymous, state="xyz")["state"] == ["xyz"]
    granted = tokens(world, anonymous)
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3600)
    headers = {"Authorization": f"Bearer {granted['access_token']}", "PartyID": "588708"}
    assert anonymous.get("/v1/orders", headers=headers).status_code == 200
    world.clock.advance(3601)
    expired = anonymous.get("/v1/orders", headers=headers)
    assert (expired.status_code, codes(expired)) == (401, ["AccessTokenExpired"])


def test_a_code_works_once_and_for_ten_minutes(world: Emulator, anonymous: httpx.Client) -> None:
    code = log_on(world, anonymous)["code"][0]
    fields = client_fields(world, grant_type="authorization_code", code=code, redirect_uri="https://x")
    assert anonymous.post("/OAuth2/token", json=fields).status_code == 200
    assert anonymous.post("/OAuth2/token", json=fields).json() == {"error": "invalid_grant"}
    fields["code"] = log_on(world, anonymous)["code"][0]
    world.clock.advance(601)
    assert anonymous.post("/OAuth2/token", json=fields).status_code == 400


def test_a_refresh_token_works_once(world: Emulator, anonymous: httpx.Client) -> None:
    granted = tokens(world, anonymous)
    fields = client_fields(world, grant_type="refresh_token", refresh_token=granted["refresh_token"])
    renewed = anonymous.post("/OAuth2/token", json=fields).json()
    assert renewed["refresh_token"] != granted["refresh_token"]
    assert anonymous.post("/OAuth2/token", json=fields).status_code == 400


def test_the_user_can_deny_access_and_unknown_clients_get_no_token(
    world: Emulator, anonymous: httpx.Client
) -> None:
    world.office.grants.refuses = True
    assert log_on(world, anonymous) == {"error": ["access_denied"]}
    assert anonymous.get("/Account/Logon", params={"client_id": "x"}).status_code == 400
    wrong = {**client_fields(world, grant_type="refresh_token"), "client_secret": "x"}
    assert anonymous.post("/OAuth2/token", json=wrong).json() == {"error": "invalid_client"}
    other = client_fields(world, grant_type="client_credentials")
    assert anonymous.post("/OAuth2/token", json=other).json() == {"error": "unsupported_grant_type"}


def test_a_revoked_or_invented_token_is_refused(world: Emulator, anonymous: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {tokens(world, anonymous)['access_token']}"}
    assert anonymous.post("/OAuth2/revoke", headers=headers).status_code == 200
    assert codes(anonymous.get(ACCOUNT, headers=headers)) == ["AccessTokenRevoked"]
    invented = {"Authorization": "Bearer invented"}
    assert codes(anonymous.get(ACCOUNT, headers=invented)) == ["InvalidAccessToken"]
