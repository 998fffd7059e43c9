"""Billit's HTTP API as a function from request to response: routes, access, idempotency keys (billit.md §2)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit import account, changes, debtors, documents, lists, oauth, sending
from ppbillit_emulator.billit.account import check_content_type, check_key, find_company
from ppbillit_emulator.billit.errors import BillitError, as_response
from ppbillit_emulator.billit.idempotency import scope_of
from ppbillit_emulator.billit.peppol import participant_information
from ppbillit_emulator.billit.request_body import read_object
from ppbillit_emulator.billit.views import document_view, finish, party_view
from ppbillit_emulator.wire import Request, Response, html_response, json_response

if TYPE_CHECKING:
    from ppbillit_emulator.billit.store import BillitOffice, Company


@dataclass(frozen=True)
class Call:
    """A request, its company, and the variable part of its path."""

    request: Request
    company: Company
    part: str

    @property
    def id(self) -> int:
        """Return the id in the path."""
        return int(self.part)

    def body(self) -> dict[str, Any]:
        """Return the body as a JSON object."""
        return read_object(self.request)


Handler = Callable[["BillitOffice", Call], Response]


class BillitApi:
    """The API of one office."""

    def __init__(self, office: BillitOffice) -> None:
        self._office = office

    def handle(self, request: Request) -> Response:
        """Handle a request."""
        office = self._office
        sending.advance_deliveries(office)
        try:
            response = self._without_key(request) or self._of_user(request) or self._of_company(request)
        except BillitError as error:
            response = as_response(error, office.switches)
        request_id = {office.switches.request_id_header: f"bil-{office.seed}-{request.number:06d}"}
        return Response(response.status, response.body, {**response.headers, **request_id})

    def _without_key(self, request: Request) -> Response | None:
        """Handle the routes that need no key: the Peppol directory and OAuth."""
        office, now = self._office, self._office.clock.now()
        match (request.method, request.path.split("/")[1:]):
            case ("GET", ["v1", "peppol", "participantInformation", identifier]):
                found = participant_information(office.peppol, identifier, office.switches)
                return json_response(200, finish(found, office.switches))
            case ("GET", ["Account", "Logon"]):
                return oauth.log_on(office.grants, request, now)
            case ("POST", ["OAuth2", "token"]):
                return oauth.token(office.grants, request, now)
        return None

    def _of_user(self, request: Request) -> Response | None:
        """Handle the routes that need a key and no company: account information and revoking a token."""
        office = self._office
        match (request.method, request.path.lower()):
            case ("GET", "/v1/account/accountinformation"):
                check_key(request, office)
                return json_response(200, finish(account.account_information(office), office.switches))
            case ("POST", "/oauth2/revoke"):
                return oauth.revoke(office.grants, check_key(request, office) or "")
        return None

    def _of_company(self, request: Request) -> Response:
        route = _route(request.path)
        if route is None:
            return html_response(404, "404 - File or directory not found.")
        handlers, part = route
        handler = handlers.get(request.method)
        if handler is None:
            text = f"The requested resource does not support http method '{request.method}'."
            return json_response(405, {"Message": text}, {"Allow": ", ".join(handlers)})
        check_key(request, self._office)
        call = Call(request, find_company(request, self._office), part)
        check_content_type(request)
        return self._once(handler, call)

    def _once(self, handler: Handler, call: Call) -> Response:
        """Handle a POST under its idempotency key, which success uses up, and so do the failures of §9.1."""
        office, request = self._office, call.request
        switches, now = office.switches, office.clock.now()
        key = office.idempotency_keys.key_of(request, switches) if request.method == "POST" else None
        if key is None:
            return handler(office, call)
        scope = scope_of(request, call.company.party_id, switches)
        office.idempotency_keys.check(key, scope, request, now, switches)
        if switches.idempotency_stuck_creates > 0 and handler is _create:
            switches.idempotency_stuck_creates -= 1
            office.idempotency_keys.use(key, scope, request, now)
            return html_response(500, "Internal Server Error")
        try:
            response = handler(office, call)
        except BillitError:
            if switches.idempotency_key_kept_on_refusal:
                office.idempotency_keys.use(key, scope, request, now)
            raise
        office.idempotency_keys.use(key, scope, request, now)
        return response


# --- handlers ---------------------------------------------------------------------------------


def _create(office: BillitOffice, call: Call) -> Response:
    order_id = documents.post_document(office, call.body(), call.company, call.request.body)
    return _integer(office, order_id, office.switches.order_create_status)


def _list_documents(office: BillitOffice, call: Call) -> Response:
    return json_response(200, lists.documents(call.request, office, call.company.party_id))


def _list_deleted(office: BillitOffice, call: Call) -> Response:
    return json_response(200, lists.deleted(call.request, office, call.company.party_id))


def _read_document(office: BillitOffice, call: Call) -> Response:
    document = changes.get_document(office, call.id, call.company.party_id)
    return json_response(200, finish(document_view(document, office), office.switches))


def _patch_document(office: BillitOffice, call: Call) -> Response:
    document = changes.get_document(office, call.id, call.company.party_id)
    changes.patch_document(office, document, call.body())
    return Response(200)


def _delete_document(office: BillitOffice, call: Call) -> Response:
    changes.delete_document(office, changes.get_document(office, call.id, call.company.party_id))
    return json_response(200, value=True)


def _pay(office: BillitOffice, call: Call) -> Response:
    changes.pay(office, changes.get_document(office, call.id, call.company.party_id), call.body())
    return Response(200)


def _send(office: BillitOffice, call: Call) -> Response:
    strict = call.request.headers.get("stricttransporttype", "").lower() == "true"
    sending.send(office, call.body(), call.company.party_id, strict=strict)
    return Response(200)


def _list_parties(office: BillitOffice, call: Call) -> Response:
    return json_response(200, lists.parties(call.request, office, call.company.party_id))


def _post_party(office: BillitOffice, call: Call) -> Response:
    sent = debtors.bind_party(call.body(), office.switches)
    return _integer(office, debtors.post_party(office, sent, call.company.party_id), 200)


def _read_party(office: BillitOffice, call: Call) -> Response:
    party = debtors.get_party(office, call.id, call.company.party_id)
    return json_response(200, finish(party_view(party, office), office.switches))


def _patch_party(office: BillitOffice, call: Call) -> Response:
    debtors.patch_party(office, call.id, call.body(), call.company.party_id)
    return Response(200)


def _sequence(office: BillitOffice, call: Call) -> Response:
    return json_response(200, account.next_number(office, call.body()))


def _gl_account(office: BillitOffice, call: Call) -> Response:
    return _integer(office, account.add_gl_account(office, call.body()), 200)


def _type_codes(_office: BillitOffice, call: Call) -> Response:
    return json_response(200, account.type_codes(call.part))


def _file(office: BillitOffice, call: Call) -> Response:
    file = office.files.get(call.part)
    if file is None:
        raise debtors.wrong_id(office.switches)
    content = base64.b64encode(file.content).decode()
    return json_response(
        200,
        {"FileID": file.file_id, "FileName": file.name, "MimeType": file.mime_type, "FileContent": content},
    )


def _integer(office: BillitOffice, value: int, status: int) -> Response:
    """Return a bare integer, not an object (§3.5)."""
    if office.switches.bare_integer_type == "text":
        return Response(status, str(value).encode(), {"Content-Type": "text/plain; charset=utf-8"})
    return json_response(status, value)


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
