"""Billit's debtors: enter, change and merge them as a person does in Billit, and read them afterwards."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.billit.debtors import add_party

if TYPE_CHECKING:
    from ppbillit_emulator.journal import Arrival
    from ppbillit_emulator.plugandpay.buyers import Buyer
    from support.world import World

OURS = "plugandpay-4711-debtor-"
PARTIES = r"^/v1/parties$"
PARTY = r"^/v1/parties/\d+$"
ADDRESS = ("Street", "StreetNumber", "Box", "Zipcode", "City", "CountryCode")


def address(**other: str) -> dict[str, str]:
    """Return an invoice address, that of the Belgian consumer unless other members are given."""
    members = {"Street": "Veldstraat", "StreetNumber": "5", "Zipcode": "9000", "City": "Gent"}
    return {"AddressType": "InvoiceAddress", **members, "CountryCode": "BE", **other}


def another_address(number: int = 1) -> dict[str, str]:
    """Return an address where none of the buyers lives."""
    return address(Street="Nieuwe Steenweg", StreetNumber=str(number), Zipcode="9140", City="Temse")


def enter(world: World, name: str, **members: Any) -> int:
    """Enter a debtor in Billit by hand; return its PartyID."""
    office = world.emulator.office
    sent = {"Name": name, "VATLiable": "VATNumber" in members, "Addresses": [another_address()], **members}
    return add_party(office, sent, office.party_id).party_id


def edit(world: World, party_id: int, **members: Any) -> None:
    """Change a debtor in Billit by hand; None empties a member."""
    party = world.emulator.office.parties[party_id]
    party.fields = {name: value for name, value in {**party.fields, **members}.items() if value is not None}
    world.emulator.office.touch(party)


def debtor_records(world: World) -> dict[int, dict[str, Any]]:
    """Return all that Billit has of its debtors, as it is now."""
    return {number: copy.deepcopy(party.fields) for number, party in world.emulator.office.parties.items()}


def our_debtors(world: World) -> dict[int, dict[str, Any]]:
    """Return the debtors that ppbillit made, by the key on them."""
    known = debtor_records(world).items()
    return {
        number: fields for number, fields in known if fields.get("ExternalProviderID", "").startswith(OURS)
    }


def debtor_of(world: World, order_id: int) -> int:
    """Return the debtor that an order is booked on."""
    [document] = world.emulator.office.by_external_id(f"plugandpay-4711-{order_id}")
    return document.party_id


def debtor_requests(world: World, method: str, path: str, since: int = 0) -> list[Arrival]:
    """Return Billit's requests of one kind, from a place in the journal on."""
    return [
        arrival
        for arrival in world.emulator.journal[since:]
        if (arrival.api, arrival.method) == ("billit", method) and re.search(path, arrival.path)
    ]


def make_upsert_match(world: World, way: str, buyer: Buyer) -> int | None:
    """Let Billit take a new debtor for one that it has, which gives away nothing but an e-mail address."""
    if way == "whole":
        return None
    world.configure(customers={"match_email": False})
    world.emulator.office.switches.update(party_upsert="matching")
    return enter(world, "Somebody", Email=buyer.invoice_email or buyer.email)


def flattened(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the debtor with its address as it is shown, wherever it stands; the name above it apart."""
    [listed] = fields.get("Addresses") or [{}]
    flat = {name: fields[name] for name in ADDRESS if name in fields}
    rest = {name: value for name, value in fields.items() if name not in {"Addresses", *ADDRESS}}
    return rest | {name: value for name, value in {**listed, **flat}.items() if name in ADDRESS}
