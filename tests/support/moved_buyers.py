"""Buyers who moved: their orders name another address than the one that Billit has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE
from support.billit_debtors import address, enter

if TYPE_CHECKING:
    from support.world import Result, World

AN, VAT = CONSUMER_BE.email, str(FIRM_BE.vat_id_number)
MOVED = replace(CONSUMER_BE, street="Langestraat", housenumber="7 bus 3", zipcode="8000", city="Brugge")
MOVED_AGAIN = replace(MOVED, street="Kortestraat", zipcode="8200")
NEW_ADDRESS = address(Street="Langestraat", StreetNumber="7", Box="3", Zipcode="8000", City="Brugge")

PRIVATE = replace(CONSUMER_BE, firstname="Wouter", lastname="Claes", email="bestuur@harmonie.example")


def known_an(world: World, **members: Any) -> int:
    """Enter the Belgian consumer as the shop knows her."""
    return enter(world, "An Peeters", **{"Email": AN, "Addresses": [address()], **members})


def update_debtors(world: World, *arguments: str) -> Result:
    return world.run_in_process("sync", "--update-debtors", "--json", *arguments)


def messages(result: Result, order: int) -> list[str]:
    return [
        why["message"]
        for each in result.json["orders"]
        if each["order_id"] == order
        for why in each["reasons"]
    ]
