"""Sample bodies for the emulated Billit, and a client that posts and reads them with exact numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.wire import to_json

if TYPE_CHECKING:
    import httpx

FIRM_VAT = "BE0563846944"
ADDRESS = {
    "AddressType": "InvoiceAddress",
    "Street": "Kerkstraat",
    "StreetNumber": "12",
    "Zipcode": "9000",
    "City": "Gent",
    "CountryCode": "BE",
}


def line(amount: str = "49.99", rate: str = "21", **more: Any) -> dict[str, Any]:
    return {
        "Description": "Workshop",
        "Quantity": 1,
        "UnitPriceExcl": Decimal(amount),
        "VATPercentage": Decimal(rate),
        **more,
    }


def gross_line(total: str, rate: str = "21", **more: Any) -> dict[str, Any]:
    return {
        "Description": "Cursus",
        "Quantity": 1,
        "InclLeading": True,
        "TotalIncl": Decimal(total),
        "VATPercentage": Decimal(rate),
        **more,
    }


def consumer(**more: Any) -> dict[str, Any]:
    return {
        "PartyType": "Customer",
        "Name": "An Peeters",
        "Email": "an@example.be",
        "VATLiable": False,
        "Addresses": [ADDRESS],
        **more,
    }


def firm(**more: Any) -> dict[str, Any]:
    other_house = {**ADDRESS, "Street": "Oktrooiplein", "StreetNumber": "1"}
    return {
        "PartyType": "Customer",
        "Name": "Voorbeeld BV",
        "VATNumber": FIRM_VAT,
        "VATLiable": True,
        "Email": "boekhouding@example.be",
        "Addresses": [other_house],
        **more,
    }


def invoice(number: str = "2026-00042", **more: Any) -> dict[str, Any]:
    return {
        "OrderType": "Invoice",
        "OrderDirection": "Income",
        "OrderNumber": number,
        "OrderDate": "2026-10-05",
        "ExpiryDate": "2026-10-19",
        "ExternalProviderID": f"plugandpay-4711-{number}",
        "Customer": consumer(),
        "OrderLines": [line()],
        **more,
    }


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def exact(response: httpx.Response) -> Any:
    return json.loads(response.text, parse_float=Decimal)


@dataclass
class Billit:
    client: httpx.Client

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        spelled = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return self.client.request(method, path, headers=spelled)
        content = to_json(body)
        return self.client.request(
            method, path, content=content, headers={"Content-Type": "application/json", **spelled}
        )

    def create(self, body: dict[str, Any] | None = None, **headers: str) -> int:
        response = self.call("POST", "/v1/orders", body or invoice(), **headers)
        assert response.status_code == 200, response.text
        return int(response.text)

    def codes(self, body: dict[str, Any]) -> list[str]:
        response = self.call("POST", "/v1/orders", body)
        assert response.status_code == 400, response.text
        return codes(response)

    def read(self, order_id: int) -> dict[str, Any]:
        response = self.client.get(f"/v1/orders/{order_id}")
        assert response.status_code == 200, response.text
        found: dict[str, Any] = exact(response)
        return found

    def find(self, wanted: str = "", path: str = "/v1/orders", **query: Any) -> dict[str, Any]:
        parameters = {f"${name}": value for name, value in query.items()}
        if wanted:
            parameters["$filter"] = wanted
        response = self.client.get(path, params=parameters)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = exact(response)
        return found

    def ids(self, wanted: str = "", **query: Any) -> list[int]:
        return [each["OrderID"] for each in self.find(wanted, **query)["Items"]]

    def send(self, *ids: int, transport: str | None = "SMTP", **headers: str) -> httpx.Response:
        body = {"OrderIDs": list(ids)} | ({"TransportType": transport} if transport else {})
        return self.call("POST", "/v1/orders/commands/send", body, **headers)

    def add_party(self, body: dict[str, Any]) -> int:
        response = self.call("POST", "/v1/parties", body)
        assert response.status_code == 200, response.text
        return int(response.text)


def codes(response: httpx.Response) -> list[str]:
    return [each["Code"] for each in response.json()["errors"]]
