"""Which companies a key opens, and what happens where the company of the config is not among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.billit.models import Company
from ppbillit.errors import KeysRefused, Unavailable
from support.http_servers import CUSTOMER, SECRET

if TYPE_CHECKING:
    import respx

    from ppbillit.billit.client import BillitClient


def test_the_companies_are_those_the_key_reaches(client: BillitClient, api: respx.MockRouter) -> None:
    company = {"PartyID": 588708, "Name": "Firm BV", "VATNumber": "BE0563846944", "APIAllowed": True}
    route = api.get("/v1/account/accountInformation").respond(json={"Companies": [company]})
    assert client.companies() == [Company.model_validate(company)]
    headers = route.calls.last.request.headers
    assert (headers["ApiKey"], headers["PartyID"]) == (SECRET, "588708")


def test_another_company_s_odd_details_end_no_run(client: BillitClient, api: respx.MockRouter) -> None:
    """Otherwise: a bookkeeper's login reaches a hundred companies, and one of them stops all runs."""
    odd = {"PartyID": 1, "Name": {"nl": "A"}, "APIAllowed": "perhaps", "APIEnabledFeatures": ["GLAccounts"]}
    found = {"Companies": [odd, {"PartyID": 2, "Name": "B"}]}
    api.get("/v1/account/accountInformation").respond(200, json=found)
    assert [company.party_id for company in client.companies()] == [1, 2]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_may_not_ask_for_companies_is_refused(
    client: BillitClient, api: respx.MockRouter, status: int
) -> None:
    api.get("/v1/account/accountInformation").respond(status)
    with pytest.raises(KeysRefused):
        client.companies()


@pytest.mark.parametrize("body", [[], {}, {"Companies": None}, {"Companies": [{"Name": CUSTOMER}]}])
def test_an_account_that_cannot_be_read_is_an_outage(
    client: BillitClient, api: respx.MockRouter, body: Any
) -> None:
    api.get("/v1/account/accountInformation").respond(json=body)
    with pytest.raises(Unavailable, match="no account") as raised:
        client.companies()
    assert CUSTOMER not in str(raised.value)


def test_a_company_that_the_key_does_not_reach_is_refused(
    client: BillitClient, api: respx.MockRouter
) -> None:
    api.get("/v1/orders").respond(401)
    with pytest.raises(KeysRefused, match="does not reach this company"):
        client.all_documents()
