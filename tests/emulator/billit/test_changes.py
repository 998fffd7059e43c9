"""PATCH, DELETE, payments."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from emulator.billit.client import Billit, codes, invoice

if TYPE_CHECKING:
    from ppbillit_emulator import BillitSwitches, Emulator


def patch(billit: Billit, order_id: int, **body: Any) -> int:
    return billit.call("PATCH", f"/v1/orders/{order_id}", body).status_code


def test_a_document_is_marked_paid_and_unpaid(billit: Billit) -> None:
    order_id = billit.create()
    response = billit.call(
        "PATCH", f"/v1/orders/{order_id}", {"Paid": True, "PaidDate": "2026-10-20T00:00:00"}
    )
    assert (response.status_code, response.content) == (200, b"")
    shown = billit.read(order_id)
    assert (shown["Paid"], shown["ToPay"], shown["PaidDate"]) == (True, 0, "2026-10-20T00:00:00")
    assert patch(billit, order_id, Paid=False, PaidDate=None) == 200
    shown = billit.read(order_id)
    assert (shown["Paid"], shown["ToPay"], "PaidDate" in shown) == (False, Decimal("60.49"), False)


def test_a_patch_sets_last_modified(world: Emulator, billit: Billit) -> None:
    order_id = billit.create()
    before = billit.read(order_id)["LastModified"]
    world.clock.advance(60)
    patch(billit, order_id, InternalInfo="x", AccountCode=700000, PaymentMethod="Online", Invoiced=True)
    shown = billit.read(order_id)
    assert shown["LastModified"] > before
    assert (shown["InternalInfo"], shown["AccountCode"], shown["PaymentMethod"]) == ("x", 700000, "Online")
    assert shown["Invoiced"] is True


@pytest.mark.parametrize(
    "body",
    [
        {"OrderStatus": "Paid"},
        {"OrderLines": []},
        {"OrderNumber": "X"},
        {"Paid": None},
        {"Paid": "true"},
        {"PaidDate": "2026-10-20"},
        {"PaidDate": "20/10/2026"},
        {"PaymentMethod": "Barter"},
    ],
)
def test_what_cannot_be_patched_is_refused(world: Emulator, billit: Billit, body: dict[str, Any]) -> None:
    order_id = billit.create()
    assert patch(billit, order_id, **body) == 400
    assert world.writes()["billit"]["order_patches"] == 0


def test_a_date_without_time_is_accepted_by_switch(billit: Billit, switches: BillitSwitches) -> None:
    switches.paid_date_needs_time = False
    order_id = billit.create()
    patch(billit, order_id, Paid=True)
    patch(billit, order_id, PaidDate="2026-10-20")
    assert billit.read(order_id)["PaidDate"] == "2026-10-20T00:00:00"


def test_a_document_can_be_marked_as_sent_outside_billit(world: Emulator, billit: Billit) -> None:
    order_id = billit.create()
    patch(billit, order_id, IsSent=True)
    assert (billit.read(order_id)["IsSent"], billit.read(order_id)["OrderStatus"]) == (True, "ToPay")
    assert world.office.deliveries == []


def test_a_deleted_document_stays_stored_and_its_id_gets_401(world: Emulator, billit: Billit) -> None:
    order_id = billit.create()
    response = billit.call("DELETE", f"/v1/orders/{order_id}")
    assert (response.status_code, response.text) == (200, "true")
    assert billit.client.get(f"/v1/orders/{order_id}").status_code == 401
    assert billit.call("DELETE", f"/v1/orders/{order_id}").status_code == 401
    assert world.office.documents[order_id].deleted is not None
    assert world.office.ledger() == []
    billit.create()


def test_a_sent_document_cannot_be_deleted(billit: Billit, switches: BillitSwitches) -> None:
    order_id = billit.create()
    billit.send(order_id)
    response = billit.call("DELETE", f"/v1/orders/{order_id}")
    assert (response.status_code, codes(response)) == (400, ["OrderAlreadySent"])
    switches.delete_sent = "accept"
    assert billit.call("DELETE", f"/v1/orders/{order_id}").status_code == 200


def test_payments_add_up_until_the_document_is_paid(billit: Billit, switches: BillitSwitches) -> None:
    order_id = billit.create()
    path = f"/v1/orders/{order_id}/payments"
    billit.call("POST", path, {"Amount": Decimal("50.00"), "Date": "2026-10-01T00:00:00"})
    shown = billit.read(order_id)
    assert (shown["Paid"], shown["ToPay"]) == (False, Decimal("10.49"))
    switches.payment_paid_date = "given"
    billit.call("POST", path, {"Amount": Decimal("10.49"), "Date": "2026-10-02T00:00:00"})
    shown = billit.read(order_id)
    assert (shown["Paid"], shown["ToPay"], shown["PaidDate"]) == (True, 0, "2026-10-02T00:00:00")
    patch(billit, order_id, Paid=False)
    assert billit.read(order_id)["ToPay"] == 0


def test_a_payment_is_positive_and_by_switch_not_more_than_open(
    billit: Billit, switches: BillitSwitches
) -> None:
    order_id = billit.create()
    path = f"/v1/orders/{order_id}/payments"
    for wrong in ({"Amount": 0}, {"Amount": -1}, {}, {"Amount": 1, "Date": "x"}):
        assert billit.call("POST", path, wrong).status_code == 400
    switches.overpayment = "reject"
    assert billit.call("POST", path, {"Amount": 61}).status_code == 400
    switches.overpayment = "accept"
    assert billit.call("POST", path, {"Amount": 61}).status_code == 200
    assert billit.read(order_id)["ToPay"] == 0


def test_a_document_of_another_company_gets_401(billit: Billit, switches: BillitSwitches) -> None:
    switches.second_company = True
    order_id = int(billit.call("POST", "/v1/orders", invoice(), PartyID="588709").text)
    assert billit.client.get(f"/v1/orders/{order_id}").status_code == 401
    assert patch(billit, order_id, Paid=True) == 401
    assert billit.ids() == []
