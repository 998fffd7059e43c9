"""Who bought: business or consumer, the VAT number if it is one, and the debtor we would make of them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from ppbillit.billit.models import DebtorDraft, DraftAddress
from ppbillit.mapping.document_texts import language_of
from ppbillit.mapping.rules import document_key_prefix
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.models import Address, Order


@dataclass(frozen=True)
class Buyer:
    """What an order says of its buyer.

    `vat_number` is normalised and passes its country's checksum, `vat_number_given` is what was typed.
    `emails` are case-folded, the one the order was placed with first.  `tax_exempt` is the shop's own word.
    """

    kind: Literal["business", "consumer"]
    country: str | None
    vat_number: str | None
    vat_number_given: str | None
    reverse_charged: bool
    emails: tuple[str, ...]
    draft: DebtorDraft
    tax_exempt: str | None = None
    has_company: bool = False

    @property
    def vat_country(self) -> str | None:
        """The country of the VAT number, as ISO code."""
        return country_of(self.vat_number) if self.vat_number else None

    @property
    def key(self) -> str:
        """The key a debtor of ours carries as ExternalProviderID."""
        return self.draft.external_provider_id


def read_buyer(order: Order, rules: Rules) -> Buyer | Reason:
    """Give the buyer of an order, or why there is none to invoice."""
    contact, address = order.billing.contact, order.billing.address
    country = iso_country(address.country)
    vat_number = valid_vat_number(contact.vat_id_number, country)
    person = " ".join(filter(None, (contact.firstname, contact.lastname)))
    name = contact.company or person or contact.email
    if name is None:
        return reason("buyer_nameless")
    emails = tuple(
        dict.fromkeys(email.casefold() for email in (contact.email, contact.invoice_email) if email)
    )
    is_business = bool(contact.company or contact.vat_id_number)
    if country is None and vat_number:
        country = country_of(vat_number)
    key = _debtor_key(rules, order.id, vat_number, emails)
    return Buyer(
        kind="business" if is_business else "consumer",
        country=country,
        vat_number=vat_number,
        vat_number_given=contact.vat_id_number,
        reverse_charged=contact.tax_exempt == "reverse",
        emails=emails,
        draft=DebtorDraft(
            name=name,
            contact_first_name=contact.firstname,
            contact_last_name=contact.lastname,
            email=contact.invoice_email or contact.email,
            phone=contact.telephone,
            language=language_of(country, address.zipcode),
            vat_number=vat_number,
            # A private person is one who is not liable to VAT; Billit has no other flag (billit.md §3.3).
            vat_liable=is_business,
            vat_deductable=None if is_business else False,
            nr=f"PP-{key.rpartition('-')[2][:10]}",
            external_provider_id=key,
            addresses=_addresses(name, address),
        ),
        tax_exempt=contact.tax_exempt,
        has_company=contact.company is not None,
    )


# People write what it is before what it says: "BTW BE 0123.456.749".
_VAT_WORD = re.compile(r"^(?:BTW|TVA|VAT|MWST)(?:NUMMER|NUMBER|NR|NO)?")


def valid_vat_number(given: str | None, country: str | None) -> str | None:
    """Normalise a typed VAT number to `BE0123456749`; None where it is none of any EU country.

    A number typed without its country's letters is read as one of the buyer's country.
    """
    if not given:
        return None
    bare = _VAT_WORD.sub("", re.sub(r"[^0-9A-Z]", "", given.upper()))
    prefix = "EL" if country == "GR" else country
    for candidate in (bare, f"{prefix}{bare}" if prefix else bare):
        try:
            valid = str(eu_vat.validate(candidate))
        except ValidationError:
            continue
        return re.sub(r"^GR", "EL", valid)  # the prefix of e-invoices (EN 16931 BR-CO-09)
    return None


def country_of(vat_number: str) -> str:
    """Give the ISO code of the country of a normalised VAT number: XI is Northern Ireland."""
    return {"EL": "GR", "XI": "GB"}.get(vat_number[:2], vat_number[:2])


def iso_country(given: str | None) -> str | None:
    """Give a country as ISO code, None where it is not even shaped like one: "Belgium" is no export."""
    code = (given or "").upper()
    return {"EL": "GR", "UK": "GB"}.get(code, code) if re.fullmatch("[A-Z]{2}", code) else None


def debtor_key_prefix(tenant_id: str) -> str:
    """Give what the keys of all debtors begin with that were made for one shop."""
    return f"{document_key_prefix(tenant_id)}debtor-"


def _debtor_key(rules: Rules, order_id: int, vat_number: str | None, emails: tuple[str, ...]) -> str:
    """One debtor per VAT number, else per e-mail address, else per order; hashed, as Billit shows it."""
    identity = vat_number or (emails[0] if emails else f"order {order_id}")
    digest = hashlib.sha256(identity.encode(errors="backslashreplace")).hexdigest()[:16]
    return f"{debtor_key_prefix(rules.tenant_id)}{digest}"


def _addresses(name: str, address: Address) -> tuple[DraftAddress, ...]:
    if not any((address.street, address.zipcode, address.city, address.country)):
        return ()
    street, number, box = split_street(address.street, address.housenumber)
    return (
        DraftAddress(
            name=name,
            street=street,
            street_number=number,
            box=box,
            zipcode=address.zipcode,
            city=address.city,
            country_code=iso_country(address.country),
        ),
    )


_BOX = re.compile(r"^(?P<number>.+?)[\s,]+(?:bus|box|bte|boîte|postbus)\.?\s*(?P<box>\S+)$", re.IGNORECASE)
_NUMBER_IN_STREET = re.compile(
    r"^(?P<street>\D.*?)[\s,]+(?P<number>\d+\S*(?:[\s,]+(?:bus|box|bte|boîte).+)?)$", re.IGNORECASE
)


def split_street(street: str | None, housenumber: str | None) -> tuple[str | None, str | None, str | None]:
    """Part street, number and box: "100 bus 2" is number 100, box 2 (plugandpay.md §7.2)."""
    if street and not housenumber and (found := _NUMBER_IN_STREET.match(street)):
        street, housenumber = found["street"], found["number"]
    if housenumber and (found := _BOX.match(housenumber)):
        return street, found["number"], found["box"]
    return street, housenumber, None
