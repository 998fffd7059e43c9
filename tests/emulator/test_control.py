"""The control API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.billit.client import Billit, consumer, exact, invoice, line

if TYPE_CHECKING:
    import httpx

    from ppbillit_emulator import Emulator


def test_state_counts_the_world(billit: Billit, control: httpx.Client) -> None:
    billit.create()
    state = control.get("/state").json()
    assert state["billit"]["documents"] == 1
    assert state["writes"]["billit"]["documents"] == 1
    assert state["shop"] == {"orders": 0, "patches": 0}


def test_requests_are_listed_without_keys_and_bodies(
    world: Emulator, billit: Billit, control: httpx.Client
) -> None:
    billit.create()
    answer = control.get("/requests")
    assert world.billit_key not in answer.text
    assert "An Peeters" not in answer.text
    [row] = answer.json()
    assert (row["path"], row["changed"], row["status"]) == ("/v1/orders", True, 200)
    assert "apikey" in row["headers"]


def test_faults_are_armed_and_disarmed(billit: Billit, control: httpx.Client) -> None:
    fault = {"kind": "late_after", "api": "billit", "seconds": 0.01}
    assert control.post("/faults", json=[fault, {"kind": "refuse", "nth": 2}]).json() == {"armed": 2}
    assert [billit.client.get("/v1/orders").status_code for _ in range(2)] == [200, 400]
    assert [each["kind"] for each in control.get("/faults").json()["fired"]] == ["late_after", "refuse"]
    control.delete("/faults")
    assert control.get("/faults").json() == {"armed": [], "fired": []}


def test_switches_of_both_services_are_set_and_shown(world: Emulator, control: httpx.Client) -> None:
    wanted = {
        "billit": {"search_lag_seconds": 1.5, "page_size": 3, "po_number_vats": ["BE0563846944"]},
        "plugandpay": {"tax_amount": "base"},
    }
    shown = control.post("/switches", json=wanted).json()
    assert shown["billit"]["page_size"] == 3
    assert shown["billit"]["search_lag_seconds"] == 1.5
    assert shown["plugandpay"]["tax_amount"] == "base"
    assert world.office.switches.po_number_vats == ("BE0563846944",)


@pytest.mark.parametrize(
    "path, body",
    [
        ("/switches", {"billit": {"no_such": 1}}),
        ("/switches", {"billit": {"page_size": True}}),
        ("/switches", {"billit": {"page_size": "3"}}),
        ("/switches", {"billit": {"duplicate_order_number": "maybe"}}),
        ("/switches", {"plugandpay": {"no_such": 1}}),
        ("/switches", {"paypal": {}}),
        ("/faults", {"kind": "earthquake"}),
        ("/faults", {"kind": "refuse", "colour": "red"}),
        ("/faults", {}),
        ("/clock", {"stop": True}),
        ("/clock", {"set": "2026-10-05T12:00:00"}),
        ("/documents", {"OrderType": "Invoice"}),
        ("/peppol", {}),
    ],
)
def test_a_wrong_request_gets_400(control: httpx.Client, path: str, body: dict[str, object]) -> None:
    answer = control.post(path, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_an_unknown_route_names_the_known_ones(control: httpx.Client) -> None:
    answer = control.get("/weather")
    assert answer.status_code == 404
    assert "GET /_control/state" in answer.json()["routes"]
    assert control.post("/state", content=b"{").status_code == 404
    assert control.post("/orders", content=b"{").status_code == 400


def test_the_clock_is_set_for_both_services(world: Emulator, control: httpx.Client) -> None:
    control.post("/clock", json={"set": "2027-01-01T00:30:00+01:00"})
    assert world.office.clock.now().isoformat().startswith("2026-12-31T23:30:00")
    control.post("/clock", json={"advance": 3600})
    assert world.shop.clock().isoformat().startswith("2027-01-01T00:30:0")


def test_orders_are_added_to_the_shop(world: Emulator, control: httpx.Client) -> None:
    first = control.post("/orders", json={}).json()["ids"]
    more = control.post("/orders", json={"orders": [{}, {}]}).json()["ids"]
    assert list(world.shop.orders) == first + more


def test_a_document_created_by_hand_is_not_counted_as_a_write(
    world: Emulator, billit: Billit, control: httpx.Client
) -> None:
    answer = control.post("/documents", json=invoice("HAND-1", OrderLines=[_json_line()]))
    shown = billit.read(answer.json()["OrderID"])
    assert "ExternalProvider" not in shown
    assert shown["OrderNumber"] == "HAND-1"
    assert world.writes()["billit"]["documents"] == 0


def test_a_debtor_created_by_hand_can_be_read(billit: Billit, control: httpx.Client) -> None:
    party_id = control.post("/parties", json=consumer(Nr="77")).json()["PartyID"]
    assert exact(billit.client.get(f"/v1/parties/{party_id}"))["Nr"] == "77"


def test_books_show_lines_totals_and_deliveries(billit: Billit, control: httpx.Client) -> None:
    billit.send(billit.create())
    books = control.get("/books").json()
    assert books["ledger"][0]["order_number"] == "2026-00042"
    assert '"TotalIncl":60.49' in control.get("/books").text
    assert books["deliveries"][0]["destination"] == "an@example.be"


def test_peppol_participants_are_added_and_removed(billit: Billit, control: httpx.Client) -> None:
    path = "/v1/peppol/participantInformation/BE0123456749"
    control.post("/peppol", json={"identifier": "BE0123456749"})
    assert billit.client.get(path).json()["Registered"] is True
    control.post("/peppol", json={"identifier": "BE0123456749", "registered": False})
    assert billit.client.get(path).json()["Registered"] is False


def test_a_reset_deletes_everything(world: Emulator, billit: Billit, control: httpx.Client) -> None:
    billit.create()
    control.post("/orders", json={})
    control.post("/faults", json={"kind": "refuse", "nth": 99})
    control.post("/switches", json={"billit": {"page_size": 2}})
    state = control.delete("/world").json()
    assert (state["requests"], state["faults_armed"], state["shop"]["orders"]) == (0, 0, 0)
    assert world.office.ledger() == []
    assert world.office.switches.page_size == 120


def _json_line() -> dict[str, object]:
    return {**line(), "UnitPriceExcl": 10, "VATPercentage": 21}
