"""The account: companies, sequences, ledger accounts, key/value lists (billit sheet §1.4, §11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ppbillit.emulator.billit.errors import generic

if TYPE_CHECKING:
    from ppbillit.emulator.billit.store import BillitOffice, Company

_SEQUENCES: Final = frozenset({"Income-Invoice", "Income-CreditNote"})


def account_information(office: BillitOffice) -> dict[str, Any]:
    """Answer GET /v1/account/accountInformation; Users and Identifiers come back empty."""
    return {
        "Email": "info@atelier-voorbeeld.example",
        "FirstName": "Ada",
        "LastName": "Voorbeeld",
        "Companies": [_company(office, each) for each in office.companies],
        "UserCompanyRoles": [
            {"PartyID": each.party_id, "UserRoleTypes": ["Administrator"]} for each in office.companies
        ],
    }


def next_number(office: BillitOffice, raw: dict[str, Any]) -> str:
    """Answer POST /v1/account/sequences: the next number; consuming it burns it."""
    names = {name.lower(): value for name, value in raw.items()}
    kind, consume = names.get("sequencetype"), names.get("consume", False)
    if kind not in _SEQUENCES or not isinstance(consume, bool):
        raise generic("The sequence type is invalid.")
    number = office.sequence(kind, consume=consume)
    if consume:
        office.changed("sequences")
    return number


def add_gl_account(office: BillitOffice, raw: dict[str, Any]) -> int:
    """Answer POST /v1/glaccounts: ledger accounts can be added, never listed."""
    code = raw.get("Code")
    if not office.switches.gl_accounts:
        raise generic("GL accounts are not enabled.")
    if not isinstance(code, int) or isinstance(code, bool):
        raise generic("The GL account needs a numeric code.")
    office.gl_accounts[code] = str(raw.get("Description", ""))
    office.changed("gl_accounts")
    return code


def type_codes(kind: str) -> dict[str, Any]:
    """Answer GET /v1/misc/typecodes/{type}, for the types that this tool could ask for."""
    known = {
        "OrderType": ("Invoice", "CreditNote", "Offer", "DeliveryNote", "OrderForm"),
        "VentilationCode": ("1", "2", "3", "4", "21", "22", "24", "51", "55", "70", "101", "102", "104"),
    }
    if kind not in known:
        raise generic(f"Unknown type '{kind}'.")
    return {"Items": [{"Key": each, "Value": each} for each in known[kind]]}


def _company(office: BillitOffice, company: Company) -> dict[str, Any]:
    switches = office.switches
    return {
        "PartyID": company.party_id,
        "Name": company.name,
        "TabNameAlias": company.name.split()[0].upper(),
        "VATNumber": company.vat_number,
        "VATLiable": True,
        "VATDeductable": True,
        "APIAllowed": switches.api_allowed,
        "APIEnabledFeatures": {
            "TimeRegistration": False,
            "Projects": False,
            "DailyReceipts": False,
            "FinancialReduction": False,
            "GLAccounts": switches.gl_accounts,
            "Cashbook": False,
        },
        "UserLanguage": switches.language,
        "Role": "Professional",
        "BookYearStart": "2025-01-01T00:00:00",
        "Addresses": [
            {
                "AddressType": "InvoiceAddress",
                "Street": "Voorbeeldstraat",
                "StreetNumber": "1",
                "Zipcode": "9000",
                "City": "Gent",
                "CountryCode": company.country,
            }
        ],
        "Identifiers": [],
        "Users": [],
        "DefaultCurrencyTC": "EUR",
        "SendUBL": True,
        "SendPDF": True,
    }
