"""One document is read to the cent; a document of another company is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ppbillit.errors import KeysRefused, Unavailable
from support.http_servers import CUSTOMER, billit_errors

if TYPE_CHECKING:
    import respx

    from ppbillit.billit.client import BillitClient


def test_a_document_is_read_to_the_cent(client: BillitClient, api: respx.MockRouter) -> None:
    text = '{"OrderID": 5, "TotalIncl": 49.00, "CurrentDocumentDeliveryDetails": {}, "IsSent": false}'
    api.get("/v1/orders/5").respond(200, content=text.encode())
    document = client.document(5)
    assert document is not None
    assert (document.order_id, str(document.total_incl), document.is_sent) == (5, "49.00", False)


@pytest.mark.parametrize("answer", [httpx.Response(404), httpx.Response(401), httpx.Response(401, text="No")])
def test_a_document_that_is_not_ours_is_none_if_the_key_still_works(
    client: BillitClient, api: respx.MockRouter, answer: httpx.Response
) -> None:
    if answer.status_code == 401:
        api.get("/v1/account/accountInformation").respond(json={"Companies": []})
    api.get("/v1/orders/5").mock(return_value=answer)
    assert client.document(5) is None


@pytest.mark.parametrize("body", [billit_errors("ApiKeyNotValid"), {}])
def test_a_revoked_key_does_not_look_like_a_missing_document(
    client: BillitClient, api: respx.MockRouter, body: dict[str, Any]
) -> None:
    if not body:
        api.get("/v1/account/accountInformation").respond(401)
    api.get("/v1/orders/5").respond(401, json=body)
    with pytest.raises(KeysRefused):
        client.document(5)


def test_a_document_that_cannot_be_read_is_an_outage_without_its_values(
    client: BillitClient, api: respx.MockRouter
) -> None:
    api.get("/v1/orders/5").respond(json={"OrderID": CUSTOMER})
    with pytest.raises(
        Unavailable, match=r"no document \(OrderID: input should be a valid integer"
    ) as raised:
        client.document(5)
    assert CUSTOMER not in str(raised.value)
