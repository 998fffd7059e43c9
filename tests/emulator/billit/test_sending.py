"""The send command: channels, errors, and deliveries over time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from emulator.billit.client import FIRM_VAT, Billit, codes, consumer, firm, invoice, line, without

if TYPE_CHECKING:
    from ppbillit_emulator import BillitSwitches, Emulator

ALREADY = "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue"
STRICT = {"StrictTransportType": "true"}


def sent(world: Emulator) -> list[tuple[str, str]]:
    return [(each.transport, each.destination) for each in world.office.deliveries]


def details(billit: Billit, order_id: int) -> dict[str, Any]:
    found: dict[str, Any] = billit.read(order_id)["CurrentDocumentDeliveryDetails"]
    return found


def test_an_email_is_queued_and_then_delivered(world: Emulator, billit: Billit) -> None:
    order_id = billit.create()
    response = billit.send(order_id)
    assert (response.status_code, response.content) == (200, b"")
    shown = billit.read(order_id)
    assert (shown["IsSent"], shown["OrderStatus"]) == (True, "ToPay")
    assert shown["CurrentDocumentDeliveryDetails"] == {
        "IsDocumentDelivered": False,
        "DocumentDeliveryStatus": "Pending",
    }
    world.clock.advance(6)
    found = details(billit, order_id)
    assert (found["IsDocumentDelivered"], found["DocumentDeliveryStatus"]) == (True, "Delivered")
    assert found["DocumentDeliveryInfo"] == "Ontvangen"
    assert billit.read(order_id)["LastModified"] > shown["LastModified"]
    assert sent(world) == [("SMTP", "an@example.be")]


def test_a_peppol_delivery_leaves_messages_both_ways(world: Emulator, billit: Billit) -> None:
    order_id = billit.create(invoice(Customer=firm()))
    billit.send(order_id, transport="Peppol")
    world.clock.advance(6)
    messages = billit.read(order_id)["Messages"]
    assert [(each["MessageDirection"], each["Destination"], each["Success"]) for each in messages] == [
        ("Outgoing", "0208:0563846944", True),
        ("Incoming", "0208:0563846944", True),
    ]


def test_a_delivery_can_fail(world: Emulator, billit: Billit, switches: BillitSwitches) -> None:
    switches.update(delivery_result="Error", error_keeps_sent=False)
    order_id = billit.create()
    billit.send(order_id)
    world.clock.advance(6)
    found = details(billit, order_id)
    assert (found["IsDocumentDelivered"], found["DocumentDeliveryStatus"]) == (False, "Error")
    assert found["DocumentRefusedReasonTC"] == "InvalidInvoice"
    assert billit.read(order_id)["OrderStatus"] == "ToSend"


@pytest.mark.parametrize("info", ["[BR-11]-The Buyer postal address shall contain a country.", ""])
def test_a_failed_delivery_says_why_or_not(
    world: Emulator, billit: Billit, switches: BillitSwitches, info: str
) -> None:
    switches.update(delivery_result="Error", refused_info=info)
    order_id = billit.create()
    billit.send(order_id)
    world.clock.advance(6)
    assert details(billit, order_id).get("DocumentRefusedInfo", "") == info


def test_a_failed_delivery_can_be_sent_again_after_a_while(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    switches.delivery_result = "Error"
    order_id = billit.create()
    billit.send(order_id)
    world.clock.advance(60)
    failed = billit.read(order_id)
    assert codes(billit.send(order_id)) == [ALREADY]
    assert billit.read(order_id)["LastModified"] == failed["LastModified"]
    switches.delivery_result = "Delivered"
    world.clock.advance(600)
    assert billit.send(order_id).status_code == 200
    again = billit.read(order_id)
    assert again["CurrentDocumentDeliveryDetails"]["DocumentDeliveryStatus"] == "Pending"
    assert again["LastModified"] > failed["LastModified"]
    world.clock.advance(6)
    assert details(billit, order_id)["IsDocumentDelivered"] is True


def test_a_delivery_can_stay_in_the_queue_for_ever(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    switches.delivery_result = "never"
    order_id = billit.create()
    billit.send(order_id)
    world.clock.advance(10**6)
    assert details(billit, order_id)["DocumentDeliveryStatus"] == "Pending"
    assert codes(billit.send(order_id)) == [ALREADY]


def test_confacs_words_for_the_delivery(world: Emulator, billit: Billit, switches: BillitSwitches) -> None:
    switches.delivery_words = "confac"
    order_id = billit.create()
    billit.send(order_id)
    world.clock.advance(6)
    assert details(billit, order_id)["DocumentDeliveryStatus"] == "Sent"


@pytest.mark.parametrize(
    "customer, transport, code",
    [
        (consumer(), "Peppol", "TheCustomerIsNotActiveOnPeppol"),
        (firm(VATNumber="BE0123456749"), "Peppol", "TheCustomerIsNotActiveOnPeppol"),
        (without(consumer(), "Email"), "SMTP", "TheCustomer_0_DoesNotHaveAValidEmailAddress"),
        (consumer(Email="an@"), "SMTP", "TheCustomer_0_DoesNotHaveAValidEmailAddress"),
        (without(consumer(), "Addresses"), "Letter", "GenericError"),
        (consumer(), "Email", "GenericError"),
        (consumer(), "SDI", "GenericError"),
    ],
)
def test_a_channel_that_is_not_available_is_refused_and_sends_nothing(
    world: Emulator, billit: Billit, customer: dict[str, Any], transport: str, code: str
) -> None:
    order_id = billit.create(invoice(Customer=customer))
    response = billit.send(order_id, transport=transport)
    assert (response.status_code, codes(response)) == (400, [code])
    shown = billit.read(order_id)
    assert (shown["OrderStatus"], shown["IsSent"], world.office.deliveries) == ("ToSend", False, [])
    assert world.writes()["billit"]["sends"] == 0


def test_a_receiver_may_not_support_the_kind_of_document(world: Emulator, billit: Billit) -> None:
    world.office.peppol.add(FIRM_VAT, ("BISv3Invoice",))
    order_id = billit.create(invoice(Customer=firm(), OrderType="CreditNote"))
    assert codes(billit.send(order_id, transport="Peppol")) == ["TheCustomerDoesNotSupportPeppolForType_0"]


@pytest.mark.parametrize(
    "customer, way",
    [
        (firm(), ("Peppol", "0208:0563846944")),
        (firm(VATNumber="BE0123456749"), ("SMTP", "boekhouding@example.be")),
        (consumer(Email="an@example.be;ben@example.be"), ("SMTP", "an@example.be;ben@example.be")),
        (without(consumer(), "Email"), ("Letter", "An Peeters, Kerkstraat 12 9000 Gent BE")),
    ],
)
def test_without_a_transport_billit_uses_the_first_available_channel(
    world: Emulator, billit: Billit, customer: dict[str, Any], way: tuple[str, str]
) -> None:
    order_id = billit.create(invoice(Customer=customer))
    assert billit.send(order_id, transport=None).status_code == 200
    assert sent(world) == [way]


def test_strict_without_a_transport_means_peppol_or_nothing(world: Emulator, billit: Billit) -> None:
    order_id = billit.create()
    assert codes(billit.send(order_id, transport=None, **STRICT)) == ["TheCustomerIsNotActiveOnPeppol"]
    assert world.office.deliveries == []


def test_letters_are_off_on_sandbox_and_by_switch(billit: Billit, switches: BillitSwitches) -> None:
    order_id = billit.create(invoice(Customer=without(consumer(), "Email")))
    switches.environment = "sandbox"
    assert codes(billit.send(order_id, transport="Letter")) == ["GenericError"]
    switches.update(environment="production", letter_fallback=False)
    assert codes(billit.send(order_id, transport=None)) == ["TheCustomerIsNotActiveOnPeppol"]


def test_peppol_falls_back_to_email_by_switch_unless_strict(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    switches.peppol_falls_back = True
    order_id = billit.create()
    assert billit.send(order_id, transport="Peppol", **STRICT).status_code == 400
    assert billit.send(order_id, transport="Peppol").status_code == 200
    assert sent(world) == [("SMTP", "an@example.be")]


def test_sending_again_too_soon_is_refused_and_later_sends_twice(world: Emulator, billit: Billit) -> None:
    order_id = billit.create()
    billit.send(order_id)
    assert codes(billit.send(order_id)) == [ALREADY]
    world.clock.advance(60)
    assert codes(billit.send(order_id)) == [ALREADY]
    world.clock.advance(600)
    assert billit.send(order_id).status_code == 200
    assert len(sent(world)) == 2


def test_a_batch_fails_whole_or_in_part(world: Emulator, billit: Billit, switches: BillitSwitches) -> None:
    good = billit.create(invoice("1"))
    bad = billit.create(invoice("2", Customer={"Name": "Nobody"}))
    assert billit.send(good, bad).status_code == 400
    assert sent(world) == []
    switches.batch = "one_by_one"
    assert billit.send(good, bad).status_code == 400
    assert len(sent(world)) == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"OrderIDs": []}, {"OrderIDs": ["1684998"]}, {"OrderIDs": 1684998}, {"OrderIDs": [True]}],
)
def test_a_send_without_ids_is_refused(billit: Billit, body: dict[str, Any]) -> None:
    billit.create()
    assert (
        billit.call("POST", "/v1/orders/commands/send", {"TransportType": "SMTP", **body}).status_code == 400
    )


def test_an_unknown_id_gets_401(billit: Billit) -> None:
    assert billit.send(1).status_code == 401


def test_other_spellings_of_the_documentation_are_accepted(billit: Billit) -> None:
    body = {"Transporttype": "SMTP", "OrderIds": [billit.create()]}
    assert billit.call("POST", "/v1/orders/commands/send", body).status_code == 200


def test_an_account_that_is_not_ready_sends_nothing(billit: Billit, switches: BillitSwitches) -> None:
    order_id = billit.create()
    switches.sender_email_validated = False
    assert billit.send(order_id).status_code == 400
    switches.update(sender_email_validated=True, account_verified=False)
    assert billit.send(order_id).status_code == 400


def test_a_customer_may_require_a_purchase_order_number(billit: Billit, switches: BillitSwitches) -> None:
    switches.po_number_vats = (FIRM_VAT,)
    order_id = billit.create(invoice(Customer=firm()))
    wanted = ["PleaseSupplyAValidPONumberInTheFieldYourReference"]
    assert codes(billit.send(order_id, transport="Peppol")) == wanted


@pytest.mark.parametrize(
    "customer, lines",
    [
        (firm(Addresses=[{"AddressType": "InvoiceAddress", "City": "Gent"}]), [line()]),
        (
            without(firm(Identifiers=[{"IdentifierType": "CBE", "Identifier": "0563846944"}]), "VATNumber"),
            [line(rate="0", VentilationCode="55")],
        ),
        (firm(), [line(rate="0", VentilationCode="22"), line()]),
    ],
)
def test_peppols_rules_are_checked_at_sending_not_at_creating(
    billit: Billit, switches: BillitSwitches, customer: dict[str, Any], lines: list[dict[str, Any]]
) -> None:
    order_id = billit.create(invoice(Customer=customer, OrderLines=lines))
    assert codes(billit.send(order_id, transport="Peppol")) == ["GenericError"]
    switches.peppol_rules = False
    assert billit.send(order_id, transport="Peppol").status_code == 200


def test_billit_sends_to_a_company_number_whatever_a_look_up_finds(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    switches.peppol_vat_finds_cbe = False
    order_id = billit.create(invoice(Customer=firm()))
    assert billit.send(order_id, transport="Peppol").status_code == 200
    assert sent(world) == [("Peppol", "0208:0563846944")]


def test_a_customer_without_any_number_is_not_on_peppol(billit: Billit, switches: BillitSwitches) -> None:
    switches.peppol_unlisted = True
    order_id = billit.create()
    assert codes(billit.send(order_id, transport="Peppol")) == ["TheCustomerIsNotActiveOnPeppol"]
    listed = billit.create(invoice("2", Customer=firm(VATNumber="BE0123456749")))
    assert billit.send(listed, transport="Peppol").status_code == 200


def test_only_income_is_sent(billit: Billit) -> None:
    assert billit.send(billit.create(invoice(OrderDirection="Cost"))).status_code == 400


def test_the_daily_auto_send_sends_every_unsent_invoice_at_nine(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    world.clock.set(datetime(2026, 10, 5, 6, 30, tzinfo=UTC))  # 08:30 in Brussels
    switches.update(auto_send=True, letter_fallback=False)
    mailed = billit.create(invoice("1"))
    billit.create(invoice("2", Customer={"Name": "Nobody"}))
    marked = billit.create(invoice("3"))
    billit.call("PATCH", f"/v1/orders/{marked}", {"IsSent": True})
    world.clock.advance(1500)
    billit.find()
    assert sent(world) == []
    world.clock.advance(600)
    billit.find()
    assert [each.document_id for each in world.office.deliveries] == [mailed]
    assert world.writes()["billit"]["sends"] == 0
    assert billit.read(mailed)["IsSent"] is True
    world.clock.advance(86400)
    billit.find()
    assert [each.document_id for each in world.office.deliveries] == [mailed]  # once, not every morning
