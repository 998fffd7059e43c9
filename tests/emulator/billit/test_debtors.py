"""Debtors: matched, created, changed and overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.billit.client import ADDRESS, FIRM_VAT, Billit, codes, consumer, exact, firm, invoice
from ppbillit_emulator.billit.debtors import delete_by_hand, merge_by_hand

if TYPE_CHECKING:
    from ppbillit_emulator import BillitSwitches, Emulator


def party(billit: Billit, party_id: int) -> dict[str, Any]:
    shown: dict[str, Any] = exact(billit.client.get(f"/v1/parties/{party_id}"))
    return shown


def test_a_debtor_is_created_and_read_back(billit: Billit) -> None:
    flat = {name: ADDRESS[name] for name in ("Street", "StreetNumber", "Zipcode", "City", "CountryCode")}
    shown = party(billit, billit.add_party({"Name": "An Peeters", "Email": "an@example.be", **flat}))
    assert (shown["DisplayName"], shown["PartyType"], shown["VATLiable"]) == ("An Peeters", "Customer", False)
    assert shown["Addresses"] == [ADDRESS]
    assert (shown["Street"], shown["Identifiers"]) == ("Kerkstraat", [])


def test_a_contact_name_is_sufficient_as_a_name(billit: Billit) -> None:
    shown = party(billit, billit.add_party({"ContactFirstName": "An", "ContactLastName": "Peeters"}))
    assert shown["DisplayName"] == "An Peeters"


@pytest.mark.parametrize(
    "body, code",
    [
        ({}, "CompanyNameOrContactNameIsRequired"),
        ({"Name": "  "}, "CompanyNameOrContactNameIsRequired"),
        ({"Name": "X", "VATNumber": "BE0000000001"}, "_0_IsNoValidBEVAT"),
        ({"Name": "X", "Email": None}, "GenericError"),
        ({"Name": ["X"]}, "GenericError"),
    ],
)
def test_a_wrong_debtor_is_refused(billit: Billit, body: dict[str, Any], code: str) -> None:
    response = billit.call("POST", "/v1/parties", body)
    assert (response.status_code, codes(response)) == (400, [code])


def test_a_second_post_creates_a_second_debtor_unless_matching_is_on(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    first = billit.add_party(firm())
    assert billit.add_party(firm()) != first
    switches.party_upsert = "matching"
    assert billit.add_party(firm()) == first
    assert world.office.overwritten == []  # nothing was changed
    assert billit.add_party(firm(Name="Voorbeeld NV")) == first
    assert party(billit, first)["DisplayName"] == "Voorbeeld NV"
    [overwrite] = world.office.overwritten
    assert (overwrite.party_id, overwrite.before["Name"]) == (first, "Voorbeeld BV")


@pytest.mark.parametrize(
    "same",
    [
        {"Email": "Boekhouding@Example.be"},
        {"VATNumber": FIRM_VAT},
        {"Addresses": firm()["Addresses"]},
    ],
    ids=lambda same: next(iter(same)),
)
def test_a_careless_new_debtor_overwrites_a_business_if_matching_is_on(
    world: Emulator, billit: Billit, switches: BillitSwitches, same: dict[str, Any]
) -> None:
    """Otherwise: no test could distinguish a careful client from a careless one."""
    switches.party_upsert = "matching"
    first = billit.add_party(firm())
    bare = {"Name": "An Peeters", "VATLiable": False}
    assert billit.add_party(bare) != first  # nothing in it that could be matched
    assert world.office.overwritten == []
    assert billit.add_party({**bare, **same}) == first
    assert (party(billit, first)["Name"], party(billit, first)["VATLiable"]) == ("An Peeters", False)
    assert [each.party_id for each in world.office.overwritten] == [first]


def test_a_post_with_party_id_updates(billit: Billit) -> None:
    first = billit.add_party(firm())
    assert billit.add_party({"PartyID": first, "Phone": "09 111 11 11"}) == first
    assert (party(billit, first)["Phone"], party(billit, first)["VATNumber"]) == ("09 111 11 11", FIRM_VAT)
    assert billit.call("POST", "/v1/parties", {"PartyID": 1, "Name": "X"}).status_code == 401


def test_a_customer_given_by_id_is_used_and_needs_no_name(billit: Billit, switches: BillitSwitches) -> None:
    party_id = billit.add_party(firm())
    shown = billit.read(billit.create(invoice(Customer={"PartyID": party_id})))
    assert shown["Customer"]["PartyID"] == party_id
    by_id = invoice("2", CustomerID=party_id)
    del by_id["Customer"]
    assert billit.read(billit.create(by_id))["Customer"]["PartyID"] == party_id
    switches.pinned_needs_name = True
    assert billit.codes(invoice("3", Customer={"PartyID": party_id})) == [
        "CompanyNameOrContactNameIsRequired"
    ]


def test_a_customer_id_of_another_company_gets_401(billit: Billit, switches: BillitSwitches) -> None:
    switches.second_company = True
    foreign = int(billit.call("POST", "/v1/parties", firm(), PartyID="588709").text)
    for party_id in (1, foreign):
        response = billit.call("POST", "/v1/orders", invoice(Customer={"PartyID": party_id}))
        assert response.status_code == 401
        assert billit.client.get(f"/v1/parties/{party_id}").status_code == 401
    switches.wrong_id_status = 404
    assert billit.client.get("/v1/parties/1").status_code == 404


def test_a_careless_consumer_order_overwrites_a_business(world: Emulator, billit: Billit) -> None:
    party_id = billit.add_party(firm(Email="gedeeld@example.be"))
    shown = billit.read(billit.create(invoice(Customer=consumer(Email="Gedeeld@example.be"))))
    assert shown["Customer"]["PartyID"] == party_id
    assert shown["Customer"]["DisplayName"] == "An Peeters"
    assert (shown["Customer"]["VATNumber"], shown["Customer"]["VATLiable"]) == (FIRM_VAT, False)
    [overwrite] = world.office.overwritten
    assert (overwrite.before["Name"], overwrite.after["Name"]) == ("Voorbeeld BV", "An Peeters")


@pytest.mark.parametrize(
    "rule, same",
    [
        ("match_vat", {"VATNumber": FIRM_VAT}),
        ("match_email", {"Email": "BOEKHOUDING@example.be"}),
        ("match_number", {"Nr": "77"}),
        ("match_external_id", {"ExternalProviderID": "pp-77"}),
        ("match_address", {"Addresses": firm()["Addresses"]}),
    ],
)
def test_each_matching_rule_can_be_on_or_off(
    billit: Billit, switches: BillitSwitches, rule: str, same: dict[str, Any]
) -> None:
    rules = ("match_vat", "match_email", "match_number", "match_external_id", "match_address")
    switches.update(**dict.fromkeys(rules, False))
    party_id = billit.add_party(firm(Nr="77", ExternalProviderID="pp-77"))
    customer = {"Name": "Somebody", **same}
    assert billit.read(billit.create(invoice("1", Customer=customer)))["Customer"]["PartyID"] != party_id
    switches.update(**{rule: True})
    switches.match_overwrites = False
    shown = billit.read(billit.create(invoice("2", Customer=customer)))
    assert (shown["Customer"]["PartyID"], shown["Customer"]["DisplayName"]) == (party_id, "Voorbeeld BV")


def test_a_customer_given_by_id_is_overwritten_by_default(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    party_id = billit.add_party(firm())
    switches.pinned_overwrites = False
    billit.create(invoice("1", Customer={"PartyID": party_id, "Name": "Other"}))
    assert world.office.overwritten == []
    switches.pinned_overwrites = True
    billit.create(invoice("2", Customer={"PartyID": party_id}))
    assert world.office.overwritten == []
    billit.create(invoice("3", Customer={"PartyID": party_id, "Name": "Other"}))
    assert party(billit, party_id)["Name"] == "Other"


def test_a_patch_of_a_debtor_accepts_the_listed_properties_only(
    billit: Billit, switches: BillitSwitches
) -> None:
    party_id = billit.add_party(firm(Phone="1"))
    path = f"/v1/parties/{party_id}"
    assert billit.call("PATCH", path, {"Nr": "9", "Phone": None}).text == ""
    assert (party(billit, party_id)["Nr"], "Phone" in party(billit, party_id)) == ("9", False)
    assert billit.call("PATCH", path, {"Website": "x"}).status_code == 400
    assert codes(billit.call("PATCH", path, {"Name": None})) == ["CompanyNameOrContactNameIsRequired"]
    switches.patch_unknown = "ignore"
    assert billit.call("PATCH", path, {"Website": "x"}).status_code == 200
    assert "Website" not in party(billit, party_id)


def test_a_flat_address_in_a_patch_goes_into_the_invoice_address(billit: Billit) -> None:
    delivery = {**ADDRESS, "AddressType": "DeliveryAddress"}
    party_id = billit.add_party(consumer(Addresses=[{**ADDRESS, "Box": "3"}, delivery]))
    patch = {"Street": "Langestraat", "StreetNumber": "7", "Box": None}
    assert billit.call("PATCH", f"/v1/parties/{party_id}", patch).status_code == 200
    shown = party(billit, party_id)
    assert shown["Addresses"] == [{**ADDRESS, "Street": "Langestraat", "StreetNumber": "7"}, delivery]
    assert (shown["Street"], shown["City"], "Box" in shown) == ("Langestraat", "Gent", False)


def test_a_patch_adds_an_address_to_a_debtor_without_one(billit: Billit) -> None:
    party_id = billit.add_party({"Name": "An Peeters", "Addresses": []})
    assert party(billit, party_id)["Addresses"] == []
    billit.call("PATCH", f"/v1/parties/{party_id}", {"Street": "Kerkstraat", "CountryCode": "BE"})
    [address] = party(billit, party_id)["Addresses"]
    assert address == {"AddressType": "InvoiceAddress", "Street": "Kerkstraat", "CountryCode": "BE"}


def test_a_flat_address_in_a_patch_may_be_stored_beside_the_invoice_address(
    billit: Billit, switches: BillitSwitches
) -> None:
    switches.party_patch_address = "beside"
    party_id = billit.add_party(consumer())
    billit.call("PATCH", f"/v1/parties/{party_id}", {"Street": "Langestraat"})
    shown = party(billit, party_id)
    assert (shown["Street"], shown["Addresses"]) == ("Langestraat", [ADDRESS])


def test_nulls_in_a_patch_may_be_refused(billit: Billit, switches: BillitSwitches) -> None:
    party_id = billit.add_party(firm(Phone="1"))
    switches.party_patch_nulls = "reject"
    response = billit.call("PATCH", f"/v1/parties/{party_id}", {"Nr": "9", "Phone": None})
    assert (response.status_code, codes(response)) == (400, ["GenericError"])
    assert (party(billit, party_id)["Phone"], "Nr" in party(billit, party_id)) == ("1", False)


@pytest.mark.parametrize(
    "switch, hidden",
    [
        ("party_lists_addresses", {"Addresses", "Street", "StreetNumber", "Zipcode", "City", "CountryCode"}),
        ("party_lists_external_id", {"ExternalProviderID", "ExternalProviderTC"}),
    ],
)
def test_lists_of_debtors_may_show_less_than_a_single_one(
    billit: Billit, switches: BillitSwitches, switch: str, hidden: set[str]
) -> None:
    party_id = billit.add_party(firm(ExternalProviderID="pp-77", ExternalProviderTC="PP"))
    [whole] = billit.find("PartyType eq 'Customer'", "/v1/parties")["Items"]
    assert whole == party(billit, party_id)
    switches.update(**{switch: False})
    [shown] = billit.find("PartyType eq 'Customer'", "/v1/parties")["Items"]
    assert set(whole) - set(shown) == hidden
    assert party(billit, party_id) == whole
    assert len(billit.find("ExternalProviderID eq 'pp-77'", "/v1/parties")["Items"]) == 1


def test_debtors_merged_by_hand_keep_their_documents_and_email_addresses(
    world: Emulator, billit: Billit
) -> None:
    gone, kept = billit.add_party(consumer()), billit.add_party(firm())
    document = billit.create(invoice(Customer={"PartyID": gone}))
    changes, modified = world.office.revision, world.office.parties[kept].modified
    merge_by_hand(world.office, gone, kept)
    assert billit.read(document)["Customer"]["PartyID"] == kept
    assert party(billit, kept)["Email"] == "boekhouding@example.be;an@example.be"
    assert billit.client.get(f"/v1/parties/{gone}").status_code == 401
    assert (world.office.revision, world.office.parties[kept].modified > modified) == (changes, True)


def test_a_debtor_without_documents_can_be_deleted_by_hand(world: Emulator, billit: Billit) -> None:
    unused, used = billit.add_party(consumer()), billit.add_party(firm())
    billit.create(invoice(Customer={"PartyID": used}))
    delete_by_hand(world.office, unused)
    assert billit.client.get(f"/v1/parties/{unused}").status_code == 401
    with pytest.raises(ValueError, match="has documents"):
        delete_by_hand(world.office, used)
