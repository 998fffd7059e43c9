"""The account: keys and companies, sequences, ledger accounts, type codes (billit.md §1.2 to §1.4, §9.4, §11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit.debtors import wrong_id
from ppbillit_emulator.billit.errors import BillitError, generic_error

if TYPE_CHECKING:
    from ppbillit_emulator.billit.store import BillitOffice, Company
    from ppbillit_emulator.wire import Request


_SEQUENCES: Final = frozenset({"Income-Invoice", "Income-CreditNote"})


def account_information(office: BillitOffice) -> dict[str, Any]:
    """Return the response to GET /v1/account/accountInformation; Users and Identifiers are empty."""
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
    """Return the response to POST /v1/account/sequences: the next number, which `Consume` uses up."""
    names = {name.lower(): value for name, value in raw.items()}
    kind, consume = names.get("sequencetype"), names.get("consume", False)
    if kind not in _SEQUENCES or not isinstance(consume, bool):
        raise generic_error("The sequence type is invalid.")
    number = office.sequence(kind, consume=consume)
    if consume:
        office.revision += 1
    return number


def add_gl_account(office: BillitOffice, raw: dict[str, Any]) -> int:
    """Add a ledger account: POST /v1/glaccounts. They cannot be listed."""
    code = raw.get("Code")
    if not office.switches.gl_accounts:
        raise generic_error("GL accounts are not enabled.")
    if not isinstance(code, int) or isinstance(code, bool):
        raise generic_error("The GL account needs a numeric code.")
    office.gl_accounts[code] = str(raw.get("Description", ""))
    office.revision += 1
    return code


def type_codes(kind: str) -> dict[str, Any]:
    """Return the response to GET /v1/misc/typecodes/{type}, for two types."""
    known = {
        "OrderType": ("Invoice", "CreditNote", "Offer", "DeliveryNote", "OrderForm"),
        "VentilationCode": ("1", "2", "3", "4", "21", "22", "24", "51", "55", "70", "101", "102", "104"),
    }
    if kind not in known:
        raise generic_error(f"Unknown type '{kind}'.")
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


def check_key(request: Request, office: BillitOffice) -> str | None:
    """Check the ApiKey or bearer token; return the token if one was used."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    key = request.headers.get("apikey")
    if key is not None:
        if token or key != office.key:
            raise BillitError(401, ("ApiKeyNotValid", ""))
        return None
    if scheme.lower() != "bearer" or not token:
        raise BillitError(401, ("ApiKeyNotValid", ""))
    office.grants.check_access(token, office.clock.now())
    return token


def find_company(request: Request, office: BillitOffice) -> Company:
    """Return the company that the PartyID header names; raise 401 for one that the key does not reach."""
    sent = [request.headers[name] for name in ("partyid", "contextpartyid") if name in request.headers]
    if "partyid" not in request.headers and office.switches.party_id_header == "required":
        raise wrong_id(office.switches)
    companies = {str(each.party_id): each for each in office.companies}
    if not all(each in companies for each in sent):
        raise BillitError(401, ("GenericError", "Access denied."))
    if not office.switches.api_allowed:
        raise BillitError(401, ("GenericError", "The API is not allowed for this company."))
    return companies[sent[0]] if sent else office.companies[0]


def check_content_type(request: Request) -> None:
    """Raise an error for a body without a JSON content type."""
    if request.body and not request.headers.get("content-type", "").startswith("application/json"):
        raise generic_error("The request entity's media type is not supported for this resource.")
