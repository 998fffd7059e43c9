"""Keys, companies, tokens, routes, the directory, the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from emulator.billit.client import FIRM_VAT, Billit, codes, invoice
from ppbillit_emulator.billit.switches import BillitSwitches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit_emulator import Emulator

ACCOUNT = "/v1/account/accountInformation"


@pytest.fixture
def stranger(world: Emulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=world.billit_url, verify=False) as client:  # noqa: S501
        yield client


def test_the_key_opens_the_account_without_a_company(world: Emulator, stranger: httpx.Client) -> None:
    answer = stranger.get(ACCOUNT, headers={"apikey": world.billit_key}).json()
    [company] = answer["Companies"]
    assert (company["PartyID"], company["APIAllowed"]) == (588708, True)
    assert company["APIEnabledFeatures"]["GLAccounts"] is True
    assert (company["Users"], company["Identifiers"]) == ([], [])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ApiKey": "wrong"},
        {"ApiKey": ""},
        {"Authorization": "test_billit_key"},
        {"ApiKey": "test_billit_key", "Authorization": "Bearer x"},
    ],
)
def test_a_wrong_key_answers_401(stranger: httpx.Client, headers: dict[str, str]) -> None:
    response = stranger.get(ACCOUNT, headers=headers)
    assert (response.status_code, codes(response)) == (401, ["ApiKeyNotValid"])


@pytest.mark.parametrize("party_id", ["1", "588709", "x", ""])
def test_a_company_that_is_not_yours_answers_401(billit: Billit, party_id: str) -> None:
    assert billit.call("GET", "/v1/orders", PartyID=party_id).status_code == 401
    assert billit.call("GET", "/v1/orders", ContextPartyID=party_id).status_code == 401


def test_the_company_header_is_needed_by_switch(
    world: Emulator, stranger: httpx.Client, switches: BillitSwitches
) -> None:
    headers = {"ApiKey": world.billit_key}
    assert stranger.get("/v1/orders", headers=headers).status_code == 401
    switches.party_id_header = "optional"
    assert stranger.get("/v1/orders", headers=headers).status_code == 200


def test_a_company_without_api_lets_nobody_in(billit: Billit, switches: BillitSwitches) -> None:
    switches.api_allowed = False
    assert billit.client.get(ACCOUNT).json()["Companies"][0]["APIAllowed"] is False
    assert billit.client.get("/v1/orders").status_code == 401


def test_a_second_company_has_its_own_books(billit: Billit, switches: BillitSwitches) -> None:
    switches.second_company = True
    companies = billit.client.get(ACCOUNT).json()["Companies"]
    assert [each["PartyID"] for each in companies] == [588708, 588709]
    billit.create()
    billit.call("POST", "/v1/orders", invoice(), PartyID="588709")
    assert len(billit.ids()) == 1


def test_unknown_paths_and_methods_are_told_apart(billit: Billit) -> None:
    unknown = billit.client.get("/v1/order")
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "text/html; charset=UTF-8")
    wrong = billit.client.put("/v1/orders")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")
    assert billit.client.get("/v1/orders/abc").status_code == 404
    assert billit.client.get("/V1/Orders").status_code == 200


def test_the_directory_is_open_to_everybody(stranger: httpx.Client, switches: BillitSwitches) -> None:
    def ask(identifier: str) -> tuple[bool, str]:
        answer = stranger.get(
            f"/v1/peppol/participantInformation/{identifier}", params={"OnlyCheckDNS": "true"}
        )
        return answer.json()["Registered"], answer.json()["Identifier"]

    assert ask(FIRM_VAT) == ask("0563846944") == ask("0208:0563846944") == (True, "0208:0563846944")
    assert ask("BE0402940374") == (False, "9925:BE0402940374")
    assert ask("NL002059999B90") == (False, "9944:NL002059999B90")
    switches.peppol_vat_finds_cbe = False
    assert ask(FIRM_VAT) == (False, f"9925:{FIRM_VAT}")
    switches.peppol_unlisted = True
    assert ask(FIRM_VAT)[0] is True
    assert stranger.get("/v1/peppol/participantInformation/nonsense").status_code == 400


def test_a_participant_lists_its_document_types(world: Emulator, stranger: httpx.Client) -> None:
    world.office.peppol.add("9944:NL002059999B90", ("BISv3Invoice", "IMR"))
    answer = stranger.get("/v1/peppol/participantInformation/NL002059999B90").json()
    assert answer["DocumentTypes"] == ["BISv3Invoice", "IMR"]
    assert len(answer["ServiceDetails"]) == 1


def test_sequences_are_peeked_at_and_consumed(world: Emulator, billit: Billit) -> None:
    def take(*, consume: bool, kind: str = "Income-Invoice") -> str:
        answer = billit.call("POST", "/v1/account/sequences", {"SequenceType": kind, "Consume": consume})
        return str(answer.json())

    first = take(consume=False)
    assert take(consume=True) == first
    assert take(consume=True) != first
    assert take(consume=False, kind="Income-CreditNote").startswith("C")
    assert world.writes()["billit"]["sequences"] == 2
    wrong = billit.call("POST", "/v1/account/sequences", {"SequenceType": "Cost-Invoice"})
    assert wrong.status_code == 400


def test_type_codes_are_listed(billit: Billit) -> None:
    items = billit.client.get("/v1/misc/typecodes/VentilationCode").json()["Items"]
    assert {"Key": "104", "Value": "104"} in items
    assert billit.client.get("/v1/misc/typecodes/Weather").status_code == 400


# --- OAuth ------------------------------------------------------------------------------------


def client_fields(world: Emulator, **more: str) -> dict[str, str]:
    grants = world.office.grants
    return {"client_id": grants.client_id, "client_secret": grants.client_secret, **more}


def log_on(world: Emulator, stranger: httpx.Client, **more: str) -> dict[str, list[str]]:
    query = {"client_id": world.office.grants.client_id, "redirect_uri": "https://127.0.0.1:1/back", **more}
    answer = stranger.get("/Account/Logon", params=query)
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)


def tokens(world: Emulator, stranger: httpx.Client) -> dict[str, Any]:
    code = log_on(world, stranger)["code"][0]
    fields = client_fields(
        world, grant_type="authorization_code", code=code, redirect_uri="https://127.0.0.1:1/back"
    )
    answer: dict[str, Any] = stranger.post("/OAuth2/token", json=fields).json()
    return answer


def test_a_code_becomes_a_token_that_opens_the_books(world: Emulator, stranger: httpx.Client) -> None:
    assert log_on(world, stranger, state="xyz")["state"] == ["xyz"]
    granted = tokens(world, stranger)
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3600)
    headers = {"Authorization": f"Bearer {granted['access_token']}", "PartyID": "588708"}
    assert stranger.get("/v1/orders", headers=headers).status_code == 200
    world.clock.advance(3601)
    expired = stranger.get("/v1/orders", headers=headers)
    assert (expired.status_code, codes(expired)) == (401, ["AccessTokenExpired"])


def test_a_code_works_once_and_for_ten_minutes(world: Emulator, stranger: httpx.Client) -> None:
    code = log_on(world, stranger)["code"][0]
    fields = client_fields(world, grant_type="authorization_code", code=code, redirect_uri="https://x")
    assert stranger.post("/OAuth2/token", json=fields).status_code == 200
    assert stranger.post("/OAuth2/token", json=fields).json() == {"error": "invalid_grant"}
    fields["code"] = log_on(world, stranger)["code"][0]
    world.clock.advance(601)
    assert stranger.post("/OAuth2/token", json=fields).status_code == 400


def test_a_refresh_token_works_once(world: Emulator, stranger: httpx.Client) -> None:
    granted = tokens(world, stranger)
    fields = client_fields(world, grant_type="refresh_token", refresh_token=granted["refresh_token"])
    renewed = stranger.post("/OAuth2/token", json=fields).json()
    assert renewed["refresh_token"] != granted["refresh_token"]
    assert stranger.post("/OAuth2/token", json=fields).status_code == 400


def test_the_user_can_refuse_and_strangers_get_no_token(world: Emulator, stranger: httpx.Client) -> None:
    world.office.grants.refuses = True
    assert log_on(world, stranger) == {"error": ["access_denied"]}
    assert stranger.get("/Account/Logon", params={"client_id": "x"}).status_code == 400
    wrong = {**client_fields(world, grant_type="refresh_token"), "client_secret": "x"}
    assert stranger.post("/OAuth2/token", json=wrong).json() == {"error": "invalid_client"}
    other = client_fields(world, grant_type="client_credentials")
    assert stranger.post("/OAuth2/token", json=other).json() == {"error": "unsupported_grant_type"}


def test_a_revoked_or_invented_token_is_refused(world: Emulator, stranger: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {tokens(world, stranger)['access_token']}"}
    assert stranger.post("/OAuth2/revoke", headers=headers).status_code == 200
    assert codes(stranger.get(ACCOUNT, headers=headers)) == ["AccessTokenRevoked"]
    invented = {"Authorization": "Bearer invented"}
    assert codes(stranger.get(ACCOUNT, headers=invented)) == ["InvalidAccessToken"]


def test_switches_refuse_what_they_cannot_be() -> None:
    switches = BillitSwitches()
    with pytest.raises(ValueError, match="page_size"):
        switches.update(next_page_link="relative", page_size="many")
    assert switches.next_page_link == "full"
    switches.update(page_size=2, search_lag_seconds=1, idempotency_lifetime_seconds=None)
    switches.reset()
    assert switches == BillitSwitches()
