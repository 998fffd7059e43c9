"""What a debtor and an order each say of name and address, side by side: the same, or what differs.

A card is the part of a debtor that a move or a new name changes, under Billit's own member names (billit.md
§3.3).  A member that is not on a card was not shown or not given.
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

# What is compared, in the words of a person.  Street, number and box are one thing: they are written in as many
# ways as there are people ("Kerkstraat 12 bus 3" in one field, or in three).
_COMPARED = {
    "name": ("Name",),
    "street": ("Street", "StreetNumber", "Box"),
    "postcode": ("Zipcode",),
    "city": ("City",),
    "country": ("CountryCode",),
    "e-mail address": ("Email",),
}


def card_of_draft(draft: DebtorDraft) -> Card:
    """Give the card of the debtor that we would make of an order's buyer."""
    address = draft.addresses[0] if draft.addresses else None
    return _card(draft.name, draft.email, address)


def card_of_debtor(debtor: Debtor) -> Card:
    """Give the card of a debtor of Billit, with the company number it is known by, if one is shown.

    Its address is the invoice address, or what stands on the debtor itself.
    """
    listed = debtor.addresses or ()
    address = next((each for each in listed if each.address_type == "InvoiceAddress"), debtor)
    card = _card(debtor.name or debtor.display_name, debtor.email, address)
    number = company_number(debtor)
    return {**card, **({"CBE": number} if number else {})}


def shows_address(debtor: Debtor) -> bool:
    """Tell whether anything of an address is shown; a list may leave out addresses altogether."""
    return any(name in card_of_debtor(debtor) for name in ADDRESS)


def vat_number_of(debtor: Debtor, country: str | None) -> str | None:
    """Give the VAT number of a debtor of this country (None: not shown) as `BE0123456749`, None if it is none.

    One that was entered without letters is read as one of the debtor's own country.  Where no country is shown,
    ten digits that pass the Belgian check are taken for Belgian.  One in a hundred of another country's numbers of
    ten digits passes it too; it would be taken for the number of a firm that is not among the customers.
    """
    home = iso_country(country)
    if home is None and re.fullmatch("[01][0-9]{9}", vat_shown(debtor) or ""):
        home = "BE"
    return valid_vat_number(debtor.vat_number, home)


def vat_shown(debtor: Debtor) -> str | None:
    """Give what stands in the place of the VAT number, good or not: its letters and digits, if there are any."""
    return plain_number(debtor.vat_number)


def plain_number(given: str | None) -> str | None:
    """Give the letters and digits of a number."""
    return re.sub(r"[^0-9A-Z]", "", (given or "").upper()) or None


def is_firm(debtor: Debtor) -> bool:
    """Tell whether anything says that this is no private person; Billit has no word for it (billit.md §3.3)."""
    numbers = (each.identifier for each in debtor.identifiers or ())
    return bool(vat_shown(debtor) or any(numbers) or debtor.vat_liable)


def company_number(customer: Debtor | Customer) -> str | None:
    """Give the Belgian company number that a debtor is known by, its digits alone."""
    numbers = (each.identifier for each in customer.identifiers or () if each.identifier_type == "CBE")
    return next((re.sub(r"\D", "", number) for number in numbers if number), None)


def differing(
    shown: Mapping[str, str], wanted: Mapping[str, str], *, in_full: bool = False
) -> tuple[str, ...]:
    """Name what the order says otherwise than Billit shows, in words.

    An address of which Billit shows nothing at all is not compared, since lists may leave addresses out, unless
    the debtor is shown in full; nor is what the order does not give.  An e-mail address only counts where the
    debtor has none: which of several is the right one for invoices is the bookkeeper's to say.
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
    """Give the members to change so that a debtor, shown in full, says what the order says.

    An address is changed whole, or where the order names no street, only by what the debtor has nothing of: an old
    street must not be left in a new city, nor be lost to an order that gives a country and no more.
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
        # A box of the old address must not be left in the new one.
        changed |= {name: wanted.get(name) for name in ADDRESS if name in wanted or name in shown}
    return changed


def changing(
    shown: Mapping[str, str], wanted: Mapping[str, str], changed: Mapping[str, str | None]
) -> tuple[str, ...]:
    """Name, in words, which of the differences these changes do away with."""
    return tuple(
        words
        for words in differing(shown, wanted, in_full=True)
        if any(name in changed for name in _COMPARED[words])
    )


def details(draft: DebtorDraft) -> dict[str, str | None]:
    """Give, as changes, all that makes a debtor one of its kind: VAT number, e-mail address, address."""
    card = card_of_draft(draft)
    members = {name: card.get(name) for name in ("Email", *ADDRESS)}
    members |= {"VATNumber": draft.vat_number, "Phone": draft.phone}
    return {name: value for name, value in members.items() if value}


def address_key(card: Mapping[str, str]) -> str | None:
    """Give an address in a form that can be compared, None where it is not whole enough to be one."""
    if "Street" not in card or "Zipcode" not in card:
        return None
    return " ".join(
        _plain(card, names) for words, names in _COMPARED.items() if words in {"street", "postcode"}
    )


def fingerprint(card: Mapping[str, str], what: Iterable[str] = tuple(_COMPARED)) -> str:
    """Give a short text that changes when the card does, or these parts of it, and not with its spelling."""
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
    """Write members as one text in which spelling does not count: case, accents, spaces, points."""
    parts = [card.get(name, "") for name in names]
    if "Street" in names:  # "Kerkstraat 12 bus 3" and street, number, box are the same address
        street, number, box = split_street(card.get("Street"), card.get("StreetNumber"))
        parts = [street or "", number or "", box or card.get("Box", "")]
    text = unicodedata.normalize("NFKD", " ".join(parts).casefold())
    return "".join(character for character in text if character.isalnum())
