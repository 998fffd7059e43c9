"""Documents and debtors are posted, documents are sent, and each ending of a write is told apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import httpx
import pytest
import simplejson

from ppbillit import __version__
from ppbillit.billit.client import BillitClient
from ppbillit.billit.models import DebtorDraft, DocumentDraft, DraftLine
from ppbillit.errors import KeysRefused, TryLater
from ppbillit.outcomes import Done, KeyUsed, NotSent, Problem, Refused, Unknown, WriteOutcome
from support.http_servers import CUSTOMER, SECRET, billit_errors

if TYPE_CHECKING:
    import respx

LINE = DraftLine(description="Cursus", incl_leading=True, total_incl=Decimal("49.00"))
INVOICE = DocumentDraft(
    order_type="Invoice",
    order_date=date(2026, 10, 5),
    expiry_date=date(2026, 10, 19),
    external_provider_id="plugandpay-1-810001",
    order_lines=(LINE,),
)
DEBTOR = DebtorDraft(name=CUSTOMER, vat_liable=False, external_provider_id="plugandpay-1-c7")
Write = Callable[[BillitClient], WriteOutcome[int] | WriteOutcome[None]]
WRITES: list[Write] = [
    lambda client: client.create_document(INVOICE, 7, "ab12"),
    lambda client: client.create_debtor(DEBTOR, "ab12"),
    lambda client: client.send_document(1684998, "Peppol", "ab12", strict=True),
]


def test_an_invoice_is_posted_with_its_debtor_pinned_and_both_spellings_of_its_key(
    client: BillitClient, api: respx.MockRouter
) -> None:
    route = api.post("/v1/orders").respond(200, text="1684998")
    assert client.create_document(INVOICE, 7, "ab12") == Done(1684998)
    request = route.calls.last.request
    body = simplejson.loads(request.content, use_decimal=True)
    assert body["Customer"] == {"PartyID": 7}
    assert body["OrderLines"] == [
        {"Description": "Cursus", "InclLeading": True, "TotalIncl": Decimal("49.00")}
    ]
    assert request.headers["Idempotency-Key"] == request.headers["Idempotent-Key"] == "ab12"
    assert request.headers["ApiKey"] == SECRET
    assert request.headers["PartyID"] == "588708"
    assert request.headers["User-Agent"] == f"ppbillit/{__version__}"


def test_a_debtor_is_posted_as_it_is(client: BillitClient, api: respx.MockRouter) -> None:
    route = api.post("/v1/parties").respond(200, text="77")
    assert client.create_debtor(DEBTOR, "ab12") == Done(77)
    assert simplejson.loads(route.calls.last.request.content) == DEBTOR.body()


def test_one_document_is_sent_by_one_channel_and_no_other(
    client: BillitClient, api: respx.MockRouter
) -> None:
    route = api.post("/v1/orders/commands/send").respond(200)
    assert client.send_document(1684998, "SMTP", "ab12", strict=True) == Done(None)
    request = route.calls.last.request
    assert simplejson.loads(request.content) == {"TransportType": "SMTP", "OrderIDs": [1684998]}
    assert request.headers["StrictTransportType"] == "true"
    assert request.headers["Idempotent-Key"] == "ab12"


@pytest.mark.parametrize("text", ["1684998", "1684998\n", '"1684998"', " 1684998 ", "\ufeff1684998"])
def test_an_id_is_found_in_whatever_wrapping(client: BillitClient, api: respx.MockRouter, text: str) -> None:
    api.post("/v1/orders").respond(201, text=text)
    assert client.create_document(INVOICE, 7, "ab12") == Done(1684998)


@pytest.mark.parametrize(
    "text", ["", "0", "-5", "true", "null", "{}", '{"OrderID": 5}', "1684998.5", "12 34"]
)
def test_a_yes_without_an_id_is_unknown(client: BillitClient, api: respx.MockRouter, text: str) -> None:
    api.post("/v1/orders").respond(200, text=text)
    assert client.create_document(INVOICE, 7, "ab12") == Unknown("said yes, but gave no id")


def test_a_yes_with_errors_in_it_is_unknown(client: BillitClient, api: respx.MockRouter) -> None:
    api.post("/v1/orders/commands/send").respond(200, json=billit_errors("GenericError"))
    assert isinstance(client.send_document(1684998, "Peppol", "ab12", strict=True), Unknown)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "answer,outcome",
    [
        (httpx.Response(409, json=billit_errors("Idempotent token already exists")), KeyUsed()),
        (httpx.ConnectError("refused"), NotSent("could not be reached (refused)")),
        (httpx.ReadError("reset"), Unknown("broke off the connection (ReadError)")),
        (httpx.Response(500, html="<h1>Error</h1>"), Unknown("has trouble of its own (answer 500)")),
        (httpx.Response(200, html="<h1>Soon</h1>"), Unknown("answered with a web page instead of data")),
        (
            httpx.Response(400, json=billit_errors("CustomerIsRequired", "OrderDateIsRequired")),
            Refused(
                400,
                (
                    Problem("CustomerIsRequired", "In het Nederlands"),
                    Problem("OrderDateIsRequired", "In het Nederlands"),
                ),
            ),
        ),
        (httpx.Response(400, json={"errors": [{"Code": "X"}]}), Refused(400, (Problem("X"),))),
        (
            httpx.Response(401, json=billit_errors("NotAllowed")),
            Refused(401, (Problem("NotAllowed", "In het Nederlands"),)),
        ),
        (httpx.Response(404, text="Not found"), Refused(404, (Problem("Http404", "Not found"),))),
        (
            httpx.Response(403, html="<h1>Forbidden</h1>"),
            Unknown("answered with a web page instead of a reason (403)"),
        ),
        (httpx.Response(422, json=["?"]), Refused(422, (Problem("Http422"),))),
        (httpx.Response(400, json={"errors": {"Code": "X"}}), Refused(400, (Problem("Http400"),))),
        (
            httpx.Response(400, json={"errors": [{"Description": "X"}, 5]}),
            Refused(400, (Problem("Http400"),)),
        ),
    ],
)
def test_a_write_ends_in_one_of_five_ways(
    client: BillitClient,
    api: respx.MockRouter,
    write: Write,
    answer: httpx.Response | Exception,
    outcome: WriteOutcome[int],
) -> None:
    api.post(url__regex=".*").mock(side_effect=answer if isinstance(answer, Exception) else [answer])
    assert write(client) == outcome


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "code", ["ApiKeyNotValid", "InvalidAccessToken", "AccessTokenExpired", "accesstokenrevoked"]
)
def test_a_write_with_a_bad_key_ends_the_run(
    client: BillitClient, api: respx.MockRouter, write: Write, code: str
) -> None:
    api.post(url__regex=".*").respond(401, json=billit_errors(code))
    with pytest.raises(KeysRefused) as raised:
        write(client)
    assert SECRET not in str(raised.value) + raised.value.fix


def test_a_rate_limit_is_never_taken_for_a_refusal_of_the_invoice(
    client: BillitClient, api: respx.MockRouter
) -> None:
    api.post("/v1/orders").respond(429)
    with pytest.raises(TryLater):
        client.create_document(INVOICE, 7, "ab12")


@pytest.mark.parametrize("status", [401, 403])
def test_a_write_refused_without_a_reason_by_a_key_that_opens_nothing_ends_the_run(
    client: BillitClient, api: respx.MockRouter, status: int
) -> None:
    api.post("/v1/orders").respond(status, json={})
    api.get("/v1/account/accountInformation").respond(401, json={})
    with pytest.raises(KeysRefused):
        client.create_document(INVOICE, 7, "k1")


@pytest.mark.parametrize(
    "status, outcome",
    [
        (401, Refused(401, (Problem("Http401"),))),  # an id that is not this company's (billit.md §14.13)
        (403, Unknown("answered 403 without a reason")),  # no verdict: nothing is parked for good on it
    ],
)
def test_a_write_refused_without_a_reason_by_a_good_key(
    client: BillitClient, api: respx.MockRouter, status: int, outcome: WriteOutcome[int]
) -> None:
    api.post("/v1/orders").respond(status, json={})
    api.get("/v1/account/accountInformation").respond(json={"Companies": []})
    assert client.create_document(INVOICE, 7, "k1") == outcome
