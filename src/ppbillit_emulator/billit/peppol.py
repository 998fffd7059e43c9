"""The Peppol directory: who can receive which documents (billit.md §7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit.errors import generic_error

if TYPE_CHECKING:
    from ppbillit_emulator.billit.records import Party
    from ppbillit_emulator.billit.switches import BillitSwitches

INVOICE: Final = "BISv3Invoice"
CREDIT_NOTE: Final = "BISv3CreditNote"
_EVERYTHING: Final = (INVOICE, "IMR", "MLR", CREDIT_NOTE)
# The one participant at the start: the customer of the sample requests (§13 B).
_SAMPLE: Final = "0208:0563846944"
_VAT_SCHEMES: Final = {"BE": "9925", "NL": "9944", "DE": "9930", "FR": "9957", "LU": "9938"}
IDENTIFIER_SCHEMES: Final = {"CBE": "0208", "GLN": "0088", "KVK": "0106", "OIN": "0190", "SIRET": "0009"}


class Directory:
    """The participants, by identifier with scheme ("0208:0563846944")."""

    def __init__(self) -> None:
        self.participants: dict[str, tuple[str, ...]] = {_SAMPLE: _EVERYTHING}

    def add(self, identifier: str, document_types: tuple[str, ...] = _EVERYTHING) -> None:
        """Register a participant by "0208:0563846944", or by VAT or company number."""
        self.participants[possible_identifiers(identifier)[0]] = document_types

    def remove(self, identifier: str) -> None:
        """Remove a participant, under each of its identifiers."""
        for each in possible_identifiers(identifier):
            self.participants.pop(each, None)

    def look_up(self, identifier: str, switches: BillitSwitches) -> tuple[str, tuple[str, ...] | None]:
        """Return the identifier found (or last tried) and its document types, None if not registered."""
        tried = possible_identifiers(identifier)
        if not switches.peppol_vat_finds_cbe and re.match(r"BE\d", identifier):
            tried = tried[1:]
        for each in tried:
            if each in self.participants:
                return each, self.participants[each]
        return tried[-1], (_EVERYTHING if switches.peppol_unlisted else None)

    def of_party(self, party: Party, switches: BillitSwitches) -> tuple[str, tuple[str, ...] | None]:
        """Return a debtor's identifier and its document types; ("", None) for a debtor without identifier.

        Billit sends to any identifier it knows, whatever a look-up by VAT number finds (a switch).
        """
        tried = [each for identifier in _identifiers(party) for each in possible_identifiers(identifier)]
        for each in tried:
            if each in self.participants:
                return each, self.participants[each]
        everything = _EVERYTHING if tried and switches.peppol_unlisted else None
        return (tried[-1] if tried else ""), everything


def possible_identifiers(identifier: str) -> list[str]:
    """Return the identifiers to look up, best first; raise an error for what is no identifier."""
    if re.fullmatch(r"\d{4}:[\w.+-]+", identifier):
        return [identifier]
    if re.fullmatch(r"[01]\d{9}", identifier):
        return [f"0208:{identifier}"]
    if re.fullmatch(r"BE[01]\d{9}", identifier):
        # One that is not found by VAT number can be found by company number.
        return [f"0208:{identifier[2:]}", f"9925:{identifier}"]
    if re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,13}", identifier):
        return [f"{_VAT_SCHEMES.get(identifier[:2], '9999')}:{identifier}"]
    raise generic_error(f"'{identifier}' is not a valid identifier.")


def participant_information(
    directory: Directory, identifier: str, switches: BillitSwitches
) -> dict[str, Any]:
    """Return the response to GET /v1/peppol/participantInformation/{id}."""
    found, document_types = directory.look_up(identifier, switches)
    names = {INVOICE: "Invoice", CREDIT_NOTE: "CreditNote"}
    details = [
        {
            "DocumentIdentifier": f"urn:oasis:names:specification:ubl:schema:xsd:{names[each]}-2::{names[each]}",
            "DocumentIdentifierScheme": "busdox-docid-qns",
            "Processes": [
                {
                    "ProcessIdentifier": "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
                    "ProcessIdentifierScheme": "cenbii-procid-ubl",
                }
            ],
        }
        for each in document_types or ()
        if each in names
    ]
    return {
        "Registered": document_types is not None,
        "Identifier": found,
        "DocumentTypes": list(document_types or ()),
        "ServiceDetails": details,
    }


def _identifiers(party: Party) -> list[str]:
    listed = [
        f"{IDENTIFIER_SCHEMES[each['IdentifierType']]}:{each['Identifier']}"
        for each in party.fields.get("Identifiers", [])
        if each.get("IdentifierType") in IDENTIFIER_SCHEMES and each.get("Identifier")
    ]
    own = party.fields.get("PeppolIdentifier")
    return [each for each in (own, *listed, party.vat_number) if each]
