"""Compare the name and address of a debtor with those on an order.

A card holds the part of a debtor that changes when somebody moves or takes another name, with Billit's member
names as keys (billit.md §3.3). A member that is not on a card was not shown by Billit, or not given in the
order.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING

from ppbillit.mapping.buyer import iso_country, split_street, valid_vat_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ppbillit.billit.models import Customer, Debtor, DebtorAddress, DebtorDraft, DraftAddress

Card = dict[str, str]

ADDRESS = ("Street", "StreetNumber", "Box", "Zipcode", "City", "CountryCode")

# What is compared, by its name in reasons. Street, number and box are compared together, since people write
# them in one field ("Kerkstraat 12 bus 3") or in three.
_COMPARED = {
    "name": ("Name",),
    "street": ("Street", "StreetNumber", "Box"),
    "postcode": ("Zipcode",),
    "city": ("City",),
    "country": ("CountryCode",),
    "e-mail address": ("Email",),
}


def card_of_draft(draft: DebtorDraft) -> Card:
    """Return the card of the debtor that would be created for an order's buyer."""
    address = draft.addresses[0] if draft.addresses else None
    return _card(draft.name, draft.email, address)


def card_of_debtor(debtor: Debtor) -> Card:
    """Return the card of a debtor of Billit, with its Belgian company number if that is shown.

    Its address is the invoice address, else the one on the debtor itself.
    """
    listed = debtor.addresses or ()
    address = next((each for each in listed if each.address_type == "InvoiceAddress"), debtor)
    card = _card(debtor.name or debtor.display_name, debtor.email, address)
    number = company_number(debtor)
    return {**card, **({"CBE": number} if number else {})}


def shows_address(debtor: Debtor) -> bool:
    """Check whether Billit shows any part of an address. A list may leave addresses out."""
    return any(name in card_of_debtor(debtor) for name in ADDRESS)


def vat_number_of(debtor: Debtor, country: str | None) -> str | None:
    """Return the VAT number of a debtor as `BE0123456749`, None if it is not valid. `country` None: not shown.

    A number without letters is read as one of the debtor's country. If no country is shown, ten digits that
    pass the Belgian check are read as Belgian. One in a hundred foreign numbers of ten digits passes it too,
    and is then read as the number of a firm that is most likely no customer.
    """
    home = iso_country(country)
    if home is None and re.fullmatch("[01][0-9]{9}", vat_shown(debtor) or ""):
        home = "BE"
    return valid_vat_number(debtor.vat_number, home)


def vat_shown(debtor: Debtor) -> str | None:
    """Return the letters and digits in the field for the VAT number, valid or not, None if there are none."""
    return plain_number(debtor.vat_number)


def plain_number(given: str | None) -> str | None:
    """Return the letters and digits of a number, None if there are none."""
    return re.sub(r"[^0-9A-Z]", "", (given or "").upper()) or None


def is_firm(debtor: Debtor) -> bool:
    """Check whether anything shows a firm; Billit has no flag for private persons (billit.md §3.3)."""
    numbers = (each.identifier for each in debtor.identifiers or ())
    return bool(vat_shown(debtor) or any(numbers) or debtor.vat_liable)


def company_number(customer: Debtor | Customer) -> str | None:
    """Return the digits of the Belgian company number that Billit shows, None if it shows none."""
    numbers = (each.identifier for each in customer.identifiers or () if each.identifier_type == "CBE")
    return next((re.sub(r"\D", "", number) for number in numbers if number), None)


def differing(
    shown: Mapping[str, str], wanted: Mapping[str, str], *, in_full: bool = False
) -> tuple[str, ...]:
    """Return the names of what the order gives and Billit shows otherwise.

    If Billit shows nothing of an address, it is compared only if the debtor is shown `in_full`, since lists may
    leave addresses out. An e-mail address differs only if the debtor has none: the bookkeeper decides which one
    of several is for invoices.
    """
    shows_address = in_full or any(name in shown for name in ADDRESS)
    return tuple(
        words
        for words, names in _COMPARED.items()
        if any(name in wanted for name in names)
        and (shows_address or words in {"name", "e-mail address"})
        and (words != "name" or "Name" in shown)
        and (words != "e-mail address" or "Email" not in shown)
        and _plain(shown, names) != _plain(wanted, names)
    )


def changes(shown: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str | None]:
    """Return the members to change so that a debtor, shown in full, has what the order gives.

    An address is replaced whole, so that no old street stays in a new city. If the order names no street, only
    what the debtor lacks is added, so that no street is lost to an order that gives no more than a country.
    """
    differ = set(differing(shown, wanted, in_full=True))
    changed: dict[str, str | None] = {}
    if "name" in differ:
        changed["Name"] = wanted["Name"]
    if "e-mail address" in differ:
        changed["Email"] = wanted["Email"]
    if "Street" not in wanted:
        changed |= {name: wanted[name] for name in ADDRESS if name in wanted and name not in shown}
    elif differ & {"street", "postcode", "city", "country"}:
        # The box of the old address must not stay in the new one.
        changed |= {name: wanted.get(name) for name in ADDRESS if name in wanted or name in shown}
    return changed


def changing(
    shown: Mapping[str, str], wanted: Mapping[str, str], changed: Mapping[str, str | None]
) -> tuple[str, ...]:
    """Return the names of the differences that these changes remove."""
    return tuple(
        words
        for words in differing(shown, wanted, in_full=True)
        if any(name in changed for name in _COMPARED[words])
    )


def details(draft: DebtorDraft) -> dict[str, str | None]:
    """Return as changes what a debtor is recognised by: VAT number, e-mail address, phone, address."""
    card = card_of_draft(draft)
    members = {name: card.get(name) for name in ("Email", *ADDRESS)}
    members |= {"VATNumber": draft.vat_number, "Phone": draft.phone}
    return {name: value for name, value in members.items() if value}


def address_key(card: Mapping[str, str]) -> str | None:
    """Return an address in a form that can be compared, None if it lacks street or postcode."""
    if "Street" not in card or "Zipcode" not in card:
        return None
    return " ".join(
        _plain(card, names) for words, names in _COMPARED.items() if words in {"street", "postcode"}
    )


def fingerprint(card: Mapping[str, str], what: Iterable[str] = tuple(_COMPARED)) -> str:
    """Return a hash that changes with these parts of the card, and not with their spelling."""
    parts = (f"{words}={_plain(card, _COMPARED[words])}" for words in what)
    return sha256("|".join(parts).encode()).hexdigest()


def _card(name: str | None, email: str | None, address: DebtorAddress | DraftAddress | None) -> Card:
    members = {"Name": name, "Email": email}
    if address is not None:
        members |= {
            "Street": address.street,
            "StreetNumber": address.street_number,
            "Box": address.box,
            "Zipcode": address.zipcode,
            "City": address.city,
            "CountryCode": address.country_code,
        }
    return {member: value.strip() for member, value in members.items() if value and value.strip()}


def _plain(card: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Return members as one text without what spelling varies: case, accents, spaces, punctuation."""
    parts = [card.get(name, "") for name in names]
    if "Street" in names:  # "Kerkstraat 12 bus 3" equals street, number and box apart
        street, number, box = split_street(card.get("Street"), card.get("StreetNumber"))
        parts = [street or "", number or "", box or card.get("Box", "")]
    text = unicodedata.normalize("NFKD", " ".join(parts).casefold())
    return "".join(character for character in text if character.isalnum())
