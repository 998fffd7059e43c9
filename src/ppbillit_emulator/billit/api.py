"""Billit's HTTP API as a function from request to response: routes, access, idempotency (billit sheet §2)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit import account, changes, debtors, documents, lists, oauth, sending
from ppbillit_emulator.billit.account import check_content_type, check_key, company_of
from ppbillit_emulator.billit.errors import BillitError, as_response
from ppbillit_emulator.billit.idempotency import scope_of
from ppbillit_emulator.billit.peppol import participant_information
from ppbillit_emulator.billit.request_body import body_object
from ppbillit_emulator.billit.sending import settle
from ppbillit_emulator.billit.views import finish, full, party_view
from ppbillit_emulator.wire import Request, Response, answer, html

if TYPE_CHECKING:
    from ppbillit_emulator.billit.store import BillitOffice, Company


@dataclass(frozen=True)
class Call:
    """One request on its way through: for which company, and the part of its path that varies."""

    request: Request
    company: Company
    part: str

    @property
    def id(self) -> int:
        """Give the id in the path."""
        return int(self.part)

    def body(self) -> dict[str, Any]:
        """Give the body."""
        return body_object(self.request)


Handler = Callable[["BillitOffice", Call], Response]


class BillitApi:
    """The API in front of an office."""

    def __init__(self, office: BillitOffice) -> None:
        self._office = office

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        office = self._office
        settle(office, lambda document: sending.auto_send(office, document))
        try:
            response = self._open(request) or self._personal(request) or self._of_company(request)
        except BillitError as error:
            response = as_response(error, office.switches)
        correlation = {office.switches.request_id_header: f"bil-{office.seed}-{request.number:06d}"}
        return Response(response.status, response.body, {**response.headers, **correlation})

    def _open(self, request: Request) -> Response | None:
        """Answer what needs no key: Peppol's directory, and the way to a token."""
        office, now = self._office, self._office.clock.now()
        match (request.method, request.path.split("/")[1:]):
            case ("GET", ["v1", "peppol", "participantInformation", identifier]):
                found = participant_information(office.peppol, identifier, office.switches)
                return answer(200, finish(found, office.switches))
            case ("GET", ["Account", "Logon"]):
                return oauth.log_on(office.grants, request, now)
            case ("POST", ["OAuth2", "token"]):
                return oauth.token(office.grants, request, now)
        return None

    def _personal(self, request: Request) -> Response | None:
        """Answer what needs a key and no company: which companies there are, and giving a token back."""
        office = self._office
        match (request.method, request.path.lower()):
            case ("GET", "/v1/account/accountinformation"):
                check_key(request, office)
                return answer(200, finish(account.account_information(office), office.switches))
            case ("POST", "/oauth2/revoke"):
                return oauth.revoke(office.grants, check_key(request, office) or "")
        return None

    def _of_company(self, request: Request) -> Response:
        route = _route(request.path)
        if route is None:
            return html(404, "404 - File or directory not found.")
        handlers, part = route
        handler = handlers.get(request.method)
        if handler is None:
            text = f"The requested resource does not support http method '{request.method}'."
            return answer(405, {"Message": text}, {"Allow": ", ".join(handlers)})
        check_key(request, self._office)
        call = Call(request, company_of(request, self._office), part)
        check_content_type(request)
        return self._once(handler, call)

    def _once(self, handler: Handler, call: Call) -> Response:
        """Run a POST under its idempotency key: used up by success, and by the mishaps of §9.1."""
        office, request = self._office, call.request
        switches, now = office.switches, office.clock.now()
        key = office.tokens.key_of(request, switches) if request.method == "POST" else None
        if key is None:
            return handler(office, call)
        scope = scope_of(request, call.company.party_id, switches)
        office.tokens.check(key, scope, request, now, switches)
        if switches.idempotency_stuck_creates > 0 and handler is _create:
            switches.idempotency_stuck_creates -= 1
            office.tokens.use(key, scope, request, now)
            return html(500, "Internal Server Error")
        try:
            response = handler(office, call)
        except BillitError:
            if switches.idempotency_key_kept_on_refusal:
                office.tokens.use(key, scope, request, now)
            raise
        office.tokens.use(key, scope, request, now)
        return response


# --- handlers ---------------------------------------------------------------------------------


def _create(office: BillitOffice, call: Call) -> Response:
    order_id = documents.post_document(office, call.body(), call.company, call.request.body)
    return _integer(office, order_id, office.switches.order_create_status)


def _list_documents(office: BillitOffice, call: Call) -> Response:
    return answer(200, lists.documents(call.request, office, call.company.party_id))


def _list_deleted(office: BillitOffice, call: Call) -> Response:
    return answer(200, lists.deleted(call.request, office, call.company.party_id))


def _read_document(office: BillitOffice, call: Call) -> Response:
    document = changes.get_document(office, call.id, call.company.party_id)
    return answer(200, finish(full(document, office), office.switches))


def _patch_document(office: BillitOffice, call: Call) -> Response:
    document = changes.get_document(office, call.id, call.company.party_id)
    changes.patch_document(office, document, call.body())
    return Response(200)


def _delete_document(office: BillitOffice, call: Call) -> Response:
    changes.delete_document(office, changes.get_document(office, call.id, call.company.party_id))
    return answer(200, value=True)


def _pay(office: BillitOffice, call: Call) -> Response:
    changes.pay(office, changes.get_document(office, call.id, call.company.party_id), call.body())
    return Response(200)


def _send(office: BillitOffice, call: Call) -> Response:
    strict = call.request.headers.get("stricttransporttype", "").lower() == "true"
    sending.send(office, call.body(), call.company.party_id, strict=strict)
    return Response(200)


def _list_parties(office: BillitOffice, call: Call) -> Response:
    return answer(200, lists.parties(call.request, office, call.company.party_id))


def _post_party(office: BillitOffice, call: Call) -> Response:
    sent = debtors.bind_party(call.body(), office.switches)
    return _integer(office, debtors.post_party(office, sent, call.company.party_id), 200)


def _read_party(office: BillitOffice, call: Call) -> Response:
    party = debtors.get_party(office, call.id, call.company.party_id)
    return answer(200, finish(party_view(party, office), office.switches))


def _patch_party(office: BillitOffice, call: Call) -> Response:
    debtors.patch_party(office, call.id, call.body(), call.company.party_id)
    return Response(200)


def _sequence(office: BillitOffice, call: Call) -> Response:
    return answer(200, account.next_number(office, call.body()))


def _gl_account(office: BillitOffice, call: Call) -> Response:
    return _integer(office, account.add_gl_account(office, call.body()), 200)


def _type_codes(_office: BillitOffice, call: Call) -> Response:
    return answer(200, account.type_codes(call.part))


def _file(office: BillitOffice, call: Call) -> Response:
    file = office.files.get(call.part)
    if file is None:
        raise debtors.wrong_id(office.switches)
    content = base64.b64encode(file.content).decode()
    return answer(
        200,
        {"FileID": file.file_id, "FileName": file.name, "MimeType": file.mime_type, "FileContent": content},
    )


def _integer(office: BillitOffice, value: int, status: int) -> Response:
    """Answer a bare integer, not an object (§3.5)."""
    if office.switches.bare_integer_type == "text":
        return Response(status, str(value).encode(), {"Content-Type": "text/plain; charset=utf-8"})
    return answer(status, value)


_TABLE: Final[tuple[tuple[str, dict[str, Handler]], ...]] = (
    (r"/v1/account/sequences", {"POST": _sequence}),
    (r"/v1/orders", {"GET": _list_documents, "POST": _create}),
    (r"/v1/orders/deleted", {"GET": _list_deleted}),
    (r"/v1/orders/commands/send", {"POST": _send}),
    (
        r"/v1/orders/(\d{1,18})",
        {"GET": _read_document, "PATCH": _patch_document, "DELETE": _delete_document},
    ),
    (r"/v1/orders/(\d{1,18})/payments", {"POST": _pay}),
    (r"/v1/parties", {"GET": _list_parties, "POST": _post_party}),
    (r"/v1/parties/(\d{1,18})", {"GET": _read_party, "PATCH": _patch_party}),
    (r"/v1/glaccounts", {"POST": _gl_account}),
    (r"/v1/misc/typecodes/(\w+)", {"GET": _type_codes}),
    (r"/v1/files/([\w-]+)", {"GET": _file}),
)
_ROUTES: Final = tuple((re.compile(path, re.IGNORECASE | re.ASCII), handlers) for path, handlers in _TABLE)


def _route(path: str) -> tuple[dict[str, Handler], str] | None:
    for pattern, handlers in _ROUTES:
        match = pattern.fullmatch(path)
        if match:
            return handlers, match[1] if match.groups() else ""
    return None
