"""Every field of a new debtor, whichever way it was created."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT, FIRM_NL, NO_ADDRESS
from support.billit_debtors import (
    OURS,
    PARTIES,
    PARTY,
    debtor_requests,
    flattened,
    make_upsert_match,
    our_debtors,
)
from support.shop_orders import sell

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.buyers import Buyer
    from support.world import World

VAT = str(FIRM_BE.vat_id_number)
TOM = replace(CONSUMER_BE, housenumber="100 bus 2", telephone="+32470123456", email="An.Peeters@example.be")
NAMUR = replace(
    FIRM_BE, street="Rue de Fer 44/3", housenumber=None, zipcode="5000", city="Namur", telephone="081 22"
)

# Whether the debtor was made whole, or bare and completed afterwards, is not to be seen on it.
WAYS = ["whole", "bare"]

WHOLE: list[tuple[Buyer, dict[str, Any]]] = [
    (
        TOM,
        {
            "PartyType": "Customer",
            "Name": "An Peeters",
            "ContactFirstName": "An",
            "ContactLastName": "Peeters",
            "Email": "An.Peeters@example.be",
            "Phone": "+32470123456",
            "Language": "NL",
            "VATLiable": False,
            "VATDeductable": False,
            "Street": "Veldstraat",
            "StreetNumber": "100",
            "Box": "2",
            "Zipcode": "9000",
            "City": "Gent",
            "CountryCode": "BE",
        },
    ),
    (
        NAMUR,
        {
            "PartyType": "Customer",
            "Name": "Voorbeeld BV",
            "ContactFirstName": "Lies",
            "ContactLastName": "Peeters",
            "Email": "facturen@voorbeeld.example",
            "Phone": "081 22",
            "Language": "FR",
            "VATNumber": VAT,
            "VATLiable": True,
            "Street": "Rue de Fer",
            "StreetNumber": "44/3",
            "Zipcode": "5000",
            "City": "Namur",
            "CountryCode": "BE",
        },
    ),
    (
        FIRM_NL,
        {
            "PartyType": "Customer",
            "Name": "Leerhuis Wibaut B.V.",
            "ContactFirstName": "Joost",
            "ContactLastName": "van Dijk",
            "Email": "inkoop@leerhuis.example",
            "Language": "NL",
            "VATNumber": "NL999900018B01",
            "VATLiable": True,
            "Street": "Wibautstraat",
            "StreetNumber": "131 D",
            "Zipcode": "1091GL",
            "City": "Amsterdam",
            "CountryCode": "NL",
        },
    ),
    (
        FIRM_BE_WITHOUT_VAT,
        {
            "PartyType": "Customer",
            "Name": "Koninklijke Harmonie De Ware Vrienden vzw",
            "ContactFirstName": "Wouter",
            "ContactLastName": "Claes",
            "Email": "bestuur@harmonie.example",
            "Language": "NL",
            "VATLiable": True,
            "Street": "Dorpsplein",
            "StreetNumber": "1",
            "Zipcode": "3360",
            "City": "Bierbeek",
            "CountryCode": "BE",
        },
    ),
    (
        NO_ADDRESS,
        {
            "PartyType": "Customer",
            "Name": "Noor Jacobs",
            "ContactFirstName": "Noor",
            "ContactLastName": "Jacobs",
            "Email": "noor@example.be",
            "Language": "NL",
            "VATLiable": False,
            "VATDeductable": False,
        },
    ),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("buyer, wanted", WHOLE, ids=[wanted["Name"] for _, wanted in WHOLE])
def test_a_new_debtor_has_all_that_the_order_says(
    world: World, buyer: Buyer, wanted: dict[str, Any], way: str
) -> None:
    """Otherwise: somebody types the box number, the language and the VAT number again, for each customer."""
    make_upsert_match(world, way, buyer)
    sell(world, buyer=buyer)
    assert world.run_in_process("sync").returncode == 0
    [(_, fields)] = our_debtors(world).items()
    key, nr = fields.pop("ExternalProviderID"), fields.pop("Nr")
    assert flattened(fields) == wanted
    assert key.startswith(OURS)
    assert key[len(OURS) :].isalnum()
    assert nr == f"PP-{key[len(OURS) :][:10]}"  # short enough for a label, and the same in both systems
    assert len(debtor_requests(world, "PATCH", PARTY)) == (
        way == "bare" and len(debtor_requests(world, "POST", PARTIES))
    )


def test_the_key_says_nothing_of_who_it_is(world: World) -> None:
    """Otherwise: e-mail addresses are in Billit's exports, in the field where nobody looks for them."""
    sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    [fields] = our_debtors(world).values()
    for part in ("lies", "voorbeeld", "0123456749", "peeters"):
        assert part not in (fields["ExternalProviderID"] + fields["Nr"]).casefold()
