"""Matching, creating, changing debtors by Billit's rules, which can overwrite one (billit.md §3.3, §3.4, §8.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ppbillit_emulator.billit.errors import BillitError, Error, generic_error
from ppbillit_emulator.billit.records import Party, invoice_address
from ppbillit_emulator.billit.request_body import (
    ADDRESS,
    BANK_ACCOUNT,
    FLAT_ADDRESS,
    IDENTIFIER,
    KEY_VALUE,
    PARTY,
    PARTY_PATCH,
    bind,
    bind_all,
)
from ppbillit_emulator.billit.store import Overwrite
from ppbillit_emulator.billit.vat import vat_number_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ppbillit_emulator.billit.request_body import Kind
    from ppbillit_emulator.billit.store import BillitOffice
    from ppbillit_emulator.billit.switches import BillitSwitches

_NAMES = ("Name", "CommercialName", "Contact", "ContactFirstName", "ContactLastName")
_ADDRESS_TYPES = frozenset({"InvoiceAddress", "DeliveryAddress"})


def bind_party(raw: Any, switches: BillitSwitches) -> dict[str, Any]:
    """Read the members of a party; raise an error for a wrong type, also below lists."""
    sent = bind(raw, PARTY, switches)
    nested = {
        "Addresses": ADDRESS,
        "Identifiers": IDENTIFIER,
        "CustomFields": KEY_VALUE,
        "BankAccounts": BANK_ACCOUNT,
    }
    for name, table in nested.items():
        if name in sent:
            sent[name] = bind_all(sent[name], table, switches)
    return sent


def party_errors(sent: dict[str, Any], switches: BillitSwitches, *, needs_name: bool = True) -> list[Error]:
    """Return every error in a party."""
    errors: list[Error] = []
    if needs_name and not any(sent.get(name, "").strip() for name in _NAMES):
        errors.append(("CompanyNameOrContactNameIsRequired", ""))
    types = [each.get("AddressType") for each in sent.get("Addresses", [])]
    if len(types) != len(set(types)):
        errors.append(("Only1OfEachAddressTypeAllowed", ""))
    if not set(types) <= _ADDRESS_TYPES:
        errors.append(("GenericError", "The address type is invalid."))
    if any(not each.get("IdentifierType") for each in sent.get("Identifiers", [])):
        errors.append(("IdentifierTypeIsRequired", ""))
    if sent.get("VATNumber"):
        code = vat_number_error(sent["VATNumber"], checksum=switches.vat_checksum)
        errors += [(code, "")] if code else []
    return errors


def get_party(office: BillitOffice, party_id: int, company: int) -> Party:
    """Return a debtor of this company; raise the error of a wrong id (§3.4)."""
    party = office.parties.get(party_id)
    if party is None or party.company_id != company:
        raise wrong_id(office.switches)
    return party


def wrong_id(switches: BillitSwitches) -> BillitError:
    """Return the error for an id that is unknown or of another company."""
    return BillitError(switches.wrong_id_status, ("GenericError", "Access denied or not found."))


def post_party(office: BillitOffice, sent: dict[str, Any], company: int) -> int:
    """Create a debtor, or update one: POST /v1/parties. Return its id."""
    switches = office.switches
    party_id = sent.pop("PartyID", None)
    if party_id is not None:
        party = get_party(office, party_id, company)
        _refuse_any(party_errors({**party.fields, **sent}, switches))
        _write(office, party, sent)
    else:
        _refuse_any(party_errors(sent, switches))
        found = find_match(office, sent, company) if switches.party_upsert == "matching" else None
        if found is None:
            party = add_party(office, sent, company)
        else:
            party = found
            _overwrite(office, party, sent)
    office.revision += 1
    return party.party_id


def patch_party(office: BillitOffice, party_id: int, raw: dict[str, Any], company: int) -> None:
    """Change a debtor: PATCH /v1/parties/{id}; a null removes a member."""
    party = get_party(office, party_id, company)
    refuse_unpatchable(raw, PARTY_PATCH, office.switches)
    sent = bind(raw, PARTY_PATCH, office.switches, nulls=office.switches.party_patch_nulls == "accept")
    merged = _without_empty(_patched(party.fields, sent, office.switches))
    _refuse_any(party_errors(merged, office.switches))
    party.fields = merged
    office.touch(party)
    office.revision += 1


def resolve_customer(office: BillitOffice, sent: dict[str, Any], company: int) -> Party:
    """Return the debtor of a new document: given by id, matched (and overwritten), or created (§3.4)."""
    switches = office.switches
    sent = dict(sent)
    party_id = sent.pop("PartyID", None)
    if party_id is not None:
        party = get_party(office, party_id, company)
        if sent and switches.pinned_overwrites:
            _overwrite(office, party, sent)
        return party
    found = find_match(office, sent, company)
    if found is None:
        return add_party(office, sent, company)
    if switches.match_overwrites:
        _overwrite(office, found, sent)
    return found


def add_party(office: BillitOffice, sent: dict[str, Any], company: int) -> Party:
    """Store a new debtor."""
    now = office.clock.now()
    party = Party(office.next_party_id(), company, {"PartyType": "Customer", **sent}, now, now)
    office.parties[party.party_id] = party
    return party


def merge_by_hand(office: BillitOffice, gone: int, kept: int) -> None:
    """Merge two debtors, as a person does in Billit's screens: not a write of a client."""
    lost, party = office.parties.pop(gone), office.parties[kept]
    emails = dict.fromkeys(filter(None, (party.fields.get("Email"), lost.fields.get("Email"))))
    if emails:
        party.fields["Email"] = ";".join(emails)  # (§3.3)
    for document in office.documents.values():
        if document.party_id == gone:
            document.party_id = kept
    office.touch(party)


def delete_by_hand(office: BillitOffice, party_id: int) -> None:
    """Delete a debtor, as a person does in Billit's screens; raise ValueError if it has documents."""
    if any(document.party_id == party_id for document in office.documents.values()):
        raise ValueError(f"debtor {party_id} has documents")
    del office.parties[party_id]


def find_match(office: BillitOffice, sent: dict[str, Any], company: int) -> Party | None:
    """Return the debtor that matches a customer by Billit's rules, tried in this order; None without match."""
    switches = office.switches
    rules: list[tuple[bool, Callable[[dict[str, Any]], Any]]] = [
        (switches.match_vat, lambda each: each.get("VATNumber")),
        (switches.match_external_id, lambda each: each.get("ExternalProviderID")),
        (switches.match_email, lambda each: each.get("Email", "").casefold()),
        (switches.match_number, lambda each: each.get("Nr")),
        (switches.match_address, _address),
    ]
    own = [party for party in office.parties.values() if party.company_id == company]
    for is_on, key in rules:
        wanted = key(sent)
        if is_on and wanted:
            for party in own:
                if key(party.fields) == wanted:
                    return party
    return None


def _address(fields: dict[str, Any]) -> tuple[str, ...] | None:
    """Return a complete address for comparison, without a name; None if it is not complete."""
    source = invoice_address(fields) or fields
    parts = tuple(str(source.get(name, "")).casefold().strip() for name in FLAT_ADDRESS)
    street, number, _box, zipcode, _city, country = parts
    return parts if street and number and zipcode and country else None


def _patched(fields: dict[str, Any], sent: dict[str, Any], switches: BillitSwitches) -> dict[str, Any]:
    """Apply a PATCH to a party; its flat address changes the invoice address, if there is one (§8.4)."""
    address: dict[str, Any] = {name: sent[name] for name in FLAT_ADDRESS if name in sent}
    known = invoice_address(fields)
    if not address or known is None or switches.party_patch_address == "beside":
        return {**fields, **sent}
    changed = [_without_empty({**each, **address}) if each is known else each for each in fields["Addresses"]]
    # A flat address from before would hide the changed invoice address.
    kept = {name: value for name, value in {**fields, **sent}.items() if name not in FLAT_ADDRESS}
    return {**kept, "Addresses": changed}


def _without_empty(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _overwrite(office: BillitOffice, party: Party, sent: dict[str, Any]) -> None:
    before = dict(party.fields)
    _write(office, party, sent)
    if party.fields != before:
        office.overwritten.append(Overwrite(party.party_id, before, dict(party.fields)))


def _write(office: BillitOffice, party: Party, sent: dict[str, Any]) -> None:
    party.fields = {**party.fields, **sent}
    office.touch(party)


def _refuse_any(errors: list[Error]) -> None:
    if errors:
        raise BillitError(400, *errors)


def refuse_unpatchable(raw: dict[str, Any], table: Mapping[str, Kind], switches: BillitSwitches) -> None:
    """Raise an error, by switch, for a PATCH of a property that cannot be patched (§8.4)."""
    known = {name.lower() for name in table}
    for name in raw:
        if name.lower() not in known and switches.patch_unknown == "reject":
            raise generic_error(f"Property '{name}' cannot be patched.")
