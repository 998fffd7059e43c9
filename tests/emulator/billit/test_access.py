"""Access by key and company, and unknown routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.billit.client import Billit, codes, invoice

if TYPE_CHECKING:
    import httpx

    from ppbillit_emulator import Emulator
    from ppbillit_emulator.billit.switches import BillitSwitches

ACCOUNT = "/v1/account/accountInformation"


def test_the_key_opens_the_account_without_a_company(world: Emulator, anonymous: httpx.Client) -> None:
    answer = anonymous.get(ACCOUNT, headers={"apikey": world.billit_key}).json()
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
def test_a_wrong_key_gets_401(anonymous: httpx.Client, headers: dict[str, str]) -> None:
    response = anonymous.get(ACCOUNT, headers=headers)
    assert (response.status_code, codes(response)) == (401, ["ApiKeyNotValid"])


@pytest.mark.parametrize("party_id", ["1", "588709", "x", ""])
def test_a_company_of_another_user_gets_401(billit: Billit, party_id: str) -> None:
    assert billit.call("GET", "/v1/orders", PartyID=party_id).status_code == 401
    assert billit.call("GET", "/v1/orders", ContextPartyID=party_id).status_code == 401


def test_the_company_header_is_required_by_switch(
    world: Emulator, anonymous: httpx.Client, switches: BillitSwitches
) -> None:
    headers = {"ApiKey": world.billit_key}
    assert anonymous.get("/v1/orders", headers=headers).status_code == 401
    switches.party_id_header = "optional"
    assert anonymous.get("/v1/orders", headers=headers).status_code == 200


def test_a_company_without_api_gets_401(billit: Billit, switches: BillitSwitches) -> None:
    switches.api_allowed = False
    assert billit.client.get(ACCOUNT).json()["Companies"][0]["APIAllowed"] is False
    assert billit.client.get("/v1/orders").status_code == 401


def test_a_second_company_has_its_own_documents(billit: Billit, switches: BillitSwitches) -> None:
    switches.second_company = True
    companies = billit.client.get(ACCOUNT).json()["Companies"]
    assert [each["PartyID"] for each in companies] == [588708, 588709]
    billit.create()
    billit.call("POST", "/v1/orders", invoice(), PartyID="588709")
    assert len(billit.ids()) == 1


def test_an_unknown_path_gets_404_and_a_wrong_method_405(billit: Billit) -> None:
    unknown = billit.client.get("/v1/order")
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "text/html; charset=UTF-8")
    wrong = billit.client.put("/v1/orders")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")
    assert billit.client.get("/v1/orders/abc").status_code == 404
    assert billit.client.get("/V1/Orders").status_code == 200
