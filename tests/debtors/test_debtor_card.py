"""Names and addresses of a debtor and an order: the same in other words, or a difference."""

from __future__ import annotations

from typing import Any

import pytest

from ppbillit.billit.models import Debtor, DebtorAddress, DebtorDraft, DraftAddress, Identifier
from ppbillit.debtors.card import (
    ADDRESS,
    Card,
    address_key,
    card_of_debtor,
    card_of_draft,
    changes,
    changing,
    details,
    differing,
)

HOME: Card = {
    "Name": "An Peeters",
    "Email": "an@x.example",
    "Street": "Kerkstraat",
    "StreetNumber": "12",
    "Zipcode": "9000",
    "City": "Gent",
    "CountryCode": "BE",
}
WHOLE = ("name", "street", "postcode", "city", "country")


def home(**other: str | None) -> Card:
    """Vary the card; None leaves a member out."""
    return {name: value for name, value in {**HOME, **other}.items() if value is not None}


def draft(**facts: Any) -> DebtorDraft:
    return DebtorDraft(name="An Peeters", vat_liable=False, external_provider_id="our-key", **facts)


# --- what a card is made of ---------------------------------------------------------------------


def test_the_card_of_a_draft_is_what_it_would_make() -> None:
    address = DraftAddress(
        name="An", street="Kerkstraat", street_number="12", box="3", zipcode="9000", city="Gent"
    )
    assert card_of_draft(draft(email="An@x.example", addresses=(address,))) == {
        "Name": "An Peeters",
        "Email": "An@x.example",
        "Street": "Kerkstraat",
        "StreetNumber": "12",
        "Box": "3",
        "Zipcode": "9000",
        "City": "Gent",
    }
    assert card_of_draft(draft()) == {"Name": "An Peeters"}


def test_the_card_of_a_debtor_is_its_invoice_address_else_what_stands_on_itself() -> None:
    """Otherwise: the parcel goes to the neighbours, and so does the invoice."""
    delivery = DebtorAddress(address_type="DeliveryAddress", street="Langestraat")
    invoices = DebtorAddress(address_type="InvoiceAddress", street="Kerkstraat", city=" Gent ")
    both = Debtor(party_id=1, name="An", street="Flat", addresses=(delivery, invoices))
    assert card_of_debtor(both) == {"Name": "An", "Street": "Kerkstraat", "City": "Gent"}
    flat = Debtor(party_id=1, display_name="An", street="Flat", email=" ", addresses=(delivery,))
    assert card_of_debtor(flat) == {"Name": "An", "Street": "Flat"}
    assert card_of_debtor(Debtor(party_id=1)) == {}


def test_the_company_number_is_on_the_card_of_a_debtor() -> None:
    """Otherwise: an association without VAT number cannot be asked for in Peppol's directory."""
    gln = Identifier(identifier_type="GLN", identifier="5400000000001")
    cbe = Identifier(identifier_type="CBE", identifier="0123.456.749")
    assert card_of_debtor(Debtor(party_id=1, identifiers=(gln, cbe))) == {"CBE": "0123456749"}
    assert card_of_debtor(Debtor(party_id=1, identifiers=(gln,))) == {}


# --- the same in other words --------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown",
    [
        home(),
        home(Name="AN  PEETERS", City="gent"),
        home(Name="Án Peeters"),
        home(Street="Kerkstraat 12", StreetNumber=None),
        home(Street="Kerkstraat, 12", StreetNumber=None),
        home(Zipcode="9000 ", CountryCode="be"),
        home(Email="somebody-else@x.example"),
    ],
    ids=str,
)
def test_spelling_is_no_difference(shown: Card) -> None:
    """Otherwise: every second order complains of a capital letter, and nobody reads on."""
    assert differing(shown, HOME) == ()
    assert changes(shown, HOME) == {}


@pytest.mark.parametrize(
    "shown",
    [
        {"Street": "Kerkstraat", "StreetNumber": "12", "Box": "3"},
        {"Street": "Kerkstraat", "StreetNumber": "12 bus 3"},
        {"Street": "Kerkstraat 12 bus 3"},
        {"Street": "Kerkstraat 12", "Box": "3"},
    ],
    ids=str,
)
def test_street_number_and_box_are_one_thing_however_they_are_parted(shown: Card) -> None:
    parted = {"Street": "Kerkstraat", "StreetNumber": "12", "Box": "3"}
    assert differing(shown, parted) == differing(parted, shown) == ()
    assert differing(shown, {**parted, "Box": "4"}) == ("street",)
    assert address_key(shown) == address_key(parted)


# --- what differs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown, words",
    [
        (home(Name="An Janssens"), ("name",)),
        (home(Street="Langestraat"), ("street",)),
        (home(StreetNumber="12A"), ("street",)),
        (home(Box="2"), ("street",)),
        (home(Zipcode="9050", City="Gentbrugge"), ("postcode", "city")),
        (home(CountryCode="NL"), ("country",)),
        (home(CountryCode=None), ("country",)),
        (home(Email=None), ("e-mail address",)),
        (home(Name="X", Street="Y", StreetNumber="1", Zipcode="Z", City="W", CountryCode="NL"), WHOLE),
    ],
)
def test_what_differs_is_named_in_words(shown: Card, words: tuple[str, ...]) -> None:
    assert differing(shown, HOME) == words


def test_what_the_order_does_not_give_differs_from_nothing() -> None:
    """Otherwise: a digital order without an address empties the address that Billit has."""
    assert differing(HOME, {"Name": "An Peeters"}) == ()
    assert changes(HOME, {"Name": "An Peeters", "CountryCode": "BE"}) == {}


def test_an_address_that_billit_shows_nothing_of_is_not_compared() -> None:
    """Otherwise: where lists leave addresses out, every customer seems to have moved."""
    assert differing({"Name": "An Peeters", "Email": "a@x.example"}, HOME) == ()
    assert differing({}, HOME) == ("e-mail address",)


# --- what would be changed ----------------------------------------------------------------------


def test_an_address_is_changed_whole_so_that_no_old_box_is_left_in_it() -> None:
    """Otherwise: the letter goes to box 3 of a house without boxes."""
    moved = home(Street="Langestraat", StreetNumber="7")
    assert changes(home(Box="3"), moved) == {
        "Street": "Langestraat",
        "StreetNumber": "7",
        "Box": None,
        "Zipcode": "9000",
        "City": "Gent",
        "CountryCode": "BE",
    }


@pytest.mark.parametrize(
    "given, changed",
    [
        ({"CountryCode": "NL"}, {}),
        ({"Zipcode": "8000", "City": "Brugge", "CountryCode": "BE"}, {}),
        ({"Name": "An Janssens", "CountryCode": "NL"}, {"Name": "An Janssens"}),
    ],
)
def test_an_order_without_a_street_empties_nothing(given: Card, changed: dict[str, str]) -> None:
    """Otherwise: a digital order that says "Netherlands" and no more takes the customer's house away."""
    assert changes(HOME, given) == changed


def test_an_order_without_a_street_gives_what_the_debtor_has_nothing_of() -> None:
    assert changes(home(CountryCode=None), {"CountryCode": "BE", "City": "Brugge"}) == {"CountryCode": "BE"}


def test_who_has_no_address_at_all_is_given_it() -> None:
    assert changes({"Name": "An Peeters", "Email": "a@x.example"}, HOME) == {
        name: HOME[name] for name in ADDRESS if name in HOME
    }


def test_what_is_not_changed_is_not_named() -> None:
    """Otherwise: "now has the order's city", of a city that was left as it was."""
    given = {"Name": "An Janssens", "City": "Brugge", "Zipcode": "9000"}
    changed = changes(home(Zipcode=None), given)
    assert changed == {"Name": "An Janssens", "Zipcode": "9000"}
    assert changing(home(Zipcode=None), given, changed) == ("name", "postcode")


def test_only_what_differs_is_changed() -> None:
    assert changes(home(Name="An Janssens"), HOME) == {"Name": "An Peeters"}
    assert changes(home(Email=None), HOME) == {"Email": "an@x.example"}
    assert changes(home(Email="other@x.example"), HOME) == {}


def test_changes_made_leave_no_difference() -> None:
    old = home(Name="X", Email=None, Street="Oude Weg 1 bus 2", StreetNumber=None, Zipcode=None)
    new = {**old, **changes(old, HOME)}
    assert differing({name: value for name, value in new.items() if value}, HOME) == ()


def test_details_are_all_that_makes_a_debtor_one_of_its_kind() -> None:
    """Otherwise: a debtor that was made bare stays without what it is recognised by."""
    address = DraftAddress(name="An", street="Kerkstraat", street_number="12", zipcode="9000", city="Gent")
    whole = draft(email="an@x.example", phone="1", vat_number="BE0123456749", addresses=(address,))
    assert details(whole) == {
        "Email": "an@x.example",
        "Phone": "1",
        "VATNumber": "BE0123456749",
        "Street": "Kerkstraat",
        "StreetNumber": "12",
        "Zipcode": "9000",
        "City": "Gent",
    }
    assert details(draft()) == {}


# --- addresses in a form that can be compared ---------------------------------------------------


def test_equal_addresses_have_equal_keys_and_others_have_not() -> None:
    assert address_key(HOME) == address_key(home(Street="KERKSTRAAT 12", StreetNumber=None, City="Gand"))
    others = [home(StreetNumber="13"), home(Zipcode="8000"), home(Box="1"), home(Street="Kerklaan")]
    assert len({address_key(each) for each in [HOME, *others]}) == 5


WITHOUT_KEY: list[Card] = [
    {},
    {"Name": "An"},
    {"CountryCode": "BE"},
    {"City": "Gent"},
    {"Zipcode": "9000", "City": "Gent"},
    {"Street": "Kerkstraat 12", "City": "Gent"},
]


@pytest.mark.parametrize("card", WITHOUT_KEY, ids=str)
def test_what_is_no_whole_address_has_no_key(card: Card) -> None:
    """Otherwise: everybody of whom only the country is known seems to live in one house."""
    assert address_key(card) is None
