"""Who may come in: the key, and the company it speaks for (billit sheet §1.2, §1.3, §9.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.emulator.billit.debtors import wrong_id
from ppbillit.emulator.billit.errors import BillitError, generic

if TYPE_CHECKING:
    from ppbillit.emulator.billit.store import BillitOffice, Company
    from ppbillit.emulator.wire import Request


def check_key(request: Request, office: BillitOffice) -> str | None:
    """Check ApiKey or bearer token; gives the token where one was used."""
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


def company_of(request: Request, office: BillitOffice) -> Company:
    """Give the company that the PartyID header names; one you may not touch is refused with 401."""
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
    """Refuse a body that does not say it is JSON."""
    if request.body and not request.headers.get("content-type", "").startswith("application/json"):
        raise generic("The request entity's media type is not supported for this resource.")
