"""What the Billit client asks and posts, and what it makes of the answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx
import simplejson

from ppbillit import __version__
from ppbillit.billit.client import BillitClient, billit
from ppbillit.billit.models import Company, DebtorDraft, DocumentDraft, DraftLine, UnreadableDocument
from ppbillit.errors import KeysRefused, TryLater, Unavailable
from ppbillit.http import HttpClient
from ppbillit.outcomes import Done, KeyUsed, NotSent, Problem, Refused, Unknown, WriteOutcome
from web import AT_ONCE, CUSTOMER, SECRET, FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://api.billit.be"
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
    lambda client: client.send(1684998, "Peppol", "ab12", strict=True),
]


@pytest.fixture(name="api")
def _api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL) as router:
        yield router


@pytest.fixture(name="client")
def _client() -> Iterator[BillitClient]:
    service = billit(URL, 588708, api_key=SECRET + "\n", requests_per_second=1000, timeout_seconds=30)
    with BillitClient(HttpClient(service, retry=AT_ONCE, timing=FakeTime().timing())) as client:
        yield client


def _errors(*codes: str) -> dict[str, Any]:
    return {"errors": [{"Code": code, "Description": "In het Nederlands"} for code in codes]}


# --- creating and sending ---------------------------------------------------------------------------


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
    assert client.send(1684998, "SMTP", "ab12", strict=True) == Done(None)
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
    api.post("/v1/orders/commands/send").respond(200, json=_errors("GenericError"))
    assert isinstance(client.send(1684998, "Peppol", "ab12", strict=True), Unknown)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "answer,outcome",
    [
        (httpx.Response(409, json=_errors("Idempotent token already exists")), KeyUsed()),
        (httpx.ConnectError("refused"), NotSent("could not be reached (refused)")),
        (httpx.ReadError("reset"), Unknown("broke off the connection (ReadError)")),
        (httpx.Response(500, html="<h1>Error</h1>"), Unknown("has trouble of its own (answer 500)")),
        (httpx.Response(200, html="<h1>Soon</h1>"), Unknown("answered with a web page instead of data")),
        (
            httpx.Response(400, json=_errors("CustomerIsRequired", "OrderDateIsRequired")),
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
            httpx.Response(401, json=_errors("NotAllowed")),
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
    api.post(url__regex=".*").respond(401, json=_errors(code))
    with pytest.raises(KeysRefused) as raised:
        write(client)
    assert SECRET not in str(raised.value) + raised.value.fix


def test_a_rate_limit_is_never_taken_for_a_refusal_of_the_invoice(
    client: BillitClient, api: respx.MockRouter
) -> None:
    api.post("/v1/orders").respond(429)
    with pytest.raises(TryLater):
        client.create_document(INVOICE, 7, "ab12")


# --- the account ------------------------------------------------------------------------------------


def test_the_companies_are_those_the_key_reaches(client: BillitClient, api: respx.MockRouter) -> None:
    company = {"PartyID": 588708, "Name": "Firm BV", "VATNumber": "BE0563846944", "APIAllowed": True}
    route = api.get("/v1/account/accountInformation").respond(json={"Companies": [company]})
    assert client.companies() == [Company.model_validate(company)]
    headers = route.calls.last.request.headers
    assert (headers["ApiKey"], headers["PartyID"]) == (SECRET, "588708")


def test_another_company_s_odd_details_end_no_run(client: BillitClient, api: respx.MockRouter) -> None:
    """Otherwise: a bookkeeper's login reaches a hundred companies, and one of them stops all runs."""
    odd = {"PartyID": 1, "Name": {"nl": "A"}, "APIAllowed": "perhaps", "APIEnabledFeatures": ["GLAccounts"]}
    found = {"Companies": [odd, {"PartyID": 2, "Name": "B"}]}
    api.get("/v1/account/accountInformation").respond(200, json=found)
    assert [company.party_id for company in client.companies()] == [1, 2]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_may_not_ask_for_companies_is_refused(
    client: BillitClient, api: respx.MockRouter, status: int
) -> None:
    api.get("/v1/account/accountInformation").respond(status)
    with pytest.raises(KeysRefused):
        client.companies()


@pytest.mark.parametrize("body", [[], {}, {"Companies": None}, {"Companies": [{"Name": CUSTOMER}]}])
def test_an_account_that_cannot_be_read_is_an_outage(
    client: BillitClient, api: respx.MockRouter, body: Any
) -> None:
    api.get("/v1/account/accountInformation").respond(json=body)
    with pytest.raises(Unavailable, match="no account") as raised:
        client.companies()
    assert CUSTOMER not in str(raised.value)


# --- one document -----------------------------------------------------------------------------------


def test_a_document_is_read_to_the_cent(client: BillitClient, api: respx.MockRouter) -> None:
    text = '{"OrderID": 5, "TotalIncl": 49.00, "CurrentDocumentDeliveryDetails": {}, "IsSent": false}'
    api.get("/v1/orders/5").respond(200, content=text.encode())
    document = client.document(5)
    assert document is not None
    assert (document.order_id, str(document.total_incl), document.is_sent) == (5, "49.00", False)


@pytest.mark.parametrize("answer", [httpx.Response(404), httpx.Response(401), httpx.Response(401, text="No")])
def test_a_document_that_is_not_ours_is_none_if_the_key_still_works(
    client: BillitClient, api: respx.MockRouter, answer: httpx.Response
) -> None:
    if answer.status_code == 401:
        api.get("/v1/account/accountInformation").respond(json={"Companies": []})
    api.get("/v1/orders/5").mock(return_value=answer)
    assert client.document(5) is None


@pytest.mark.parametrize("body", [_errors("ApiKeyNotValid"), {}])
def test_a_revoked_key_does_not_look_like_a_missing_document(
    client: BillitClient, api: respx.MockRouter, body: dict[str, Any]
) -> None:
    if not body:
        api.get("/v1/account/accountInformation").respond(401)
    api.get("/v1/orders/5").respond(401, json=body)
    with pytest.raises(KeysRefused):
        client.document(5)


def test_a_document_that_cannot_be_read_is_an_outage_without_its_values(
    client: BillitClient, api: respx.MockRouter
) -> None:
    api.get("/v1/orders/5").respond(json={"OrderID": CUSTOMER})
    with pytest.raises(
        Unavailable, match=r"no document \(OrderID: input should be a valid integer"
    ) as raised:
        client.document(5)
    assert CUSTOMER not in str(raised.value)


# --- lists ------------------------------------------------------------------------------------------


def _items(*ids: int, link: bool = False, key: str = "OrderID", **fields: Any) -> httpx.Response:
    rows = [{key: number, **fields} for number in ids]
    extra = {"NextPageLink": "https://evil.test/v1/orders?$skip=120"} if link else {}
    return httpx.Response(200, json={"Items": rows, **extra})


def _asked(route: respx.Route, name: str) -> list[str | None]:
    return [call.request.url.params.get(name) for call in route.calls]


def test_documents_are_read_by_id_until_a_page_is_empty(client: BillitClient, api: respx.MockRouter) -> None:
    route = api.get("/v1/orders").mock(side_effect=[_items(1, 2, link=True), _items(5), _items()])
    assert [document.order_id for document in client.all_documents()] == [1, 2, 5]
    income = "OrderDirection eq 'Income'"
    assert _asked(route, "$filter") == [
        income,
        f"({income}) and OrderID gt 2",
        f"({income}) and OrderID gt 5",
    ]
    assert _asked(route, "$orderby") == ["OrderID asc"] * 3
    assert _asked(route, "$top") == ["120"] * 3


def test_of_what_changed_an_odd_document_is_given_by_its_id(
    client: BillitClient, api: respx.MockRouter
) -> None:
    """Otherwise: one document that somebody made by hand ends every run."""
    rows = [{"OrderID": 1}, {"OrderID": 2, "OrderNumber": {"odd": "An Peeters"}}, {"OrderID": 5}]
    api.get("/v1/orders").mock(side_effect=[httpx.Response(200, json={"Items": rows}), _items()] * 2)
    found = client.documents_modified_since(None)
    assert [document.order_id for document in found] == [1, 2, 5]
    assert found[1] == UnreadableDocument(2)
    with pytest.raises(Unavailable, match="OrderNumber"):  # elsewhere it might be a namesake
        list(client.all_documents())


@pytest.mark.parametrize(
    "odd",
    [
        {"PaidDate": "soon"},
        {"TotalIncl": "1.234,00", "OrderDate": []},
        {"CurrentDocumentDeliveryDetails": {"IsDocumentDelivered": "perhaps"}},
    ],
)
def test_what_is_odd_in_a_listed_document_is_left_out_of_it(
    client: BillitClient, api: respx.MockRouter, odd: dict[str, Any]
) -> None:
    row = {"OrderID": 7, "OrderNumber": "A-7", "ExternalProviderID": "plugandpay-1-2", **odd}
    api.get("/v1/orders").mock(side_effect=[httpx.Response(200, json={"Items": [row]}), _items()])
    [found] = client.all_documents()
    assert (found.order_id, found.order_number, found.external_provider_id) == (7, "A-7", "plugandpay-1-2")
    assert (found.paid_date, found.total_incl, found.delivery) == (None, None, None)


@pytest.mark.parametrize("name", ["OrderID", "OrderNumber", "OrderType", "ExternalProviderID"])
def test_a_listed_document_of_which_nobody_can_tell_whose_it_is_is_an_outage(
    client: BillitClient, api: respx.MockRouter, name: str
) -> None:
    """Otherwise: it was ours, and is made a second time."""
    rows = [{"OrderID": 7, name: {"odd": 1}}]
    api.get("/v1/orders").mock(return_value=httpx.Response(200, json={"Items": rows}))
    with pytest.raises(Unavailable, match=name):
        list(client.all_documents())


@pytest.mark.parametrize("name", ["PartyID", "Nr", "VATNumber", "Email", "ExternalProviderID", "Addresses"])
def test_a_listed_debtor_of_whom_nobody_can_tell_who_it_is_is_an_outage(
    client: BillitClient, api: respx.MockRouter, name: str
) -> None:
    """Otherwise: it was the buyer, who is then there twice."""
    rows = [{"PartyID": 7, "VATLiable": "perhaps", name: {"odd": 1}}]
    api.get("/v1/parties").mock(return_value=httpx.Response(200, json={"Items": rows}))
    with pytest.raises(Unavailable, match=name):
        client.debtors()


def test_a_document_without_an_id_is_an_outage(client: BillitClient, api: respx.MockRouter) -> None:
    api.get("/v1/orders").mock(return_value=httpx.Response(200, json={"Items": [{"OrderNumber": "7"}]}))
    with pytest.raises(Unavailable, match="OrderID"):
        client.documents_modified_since(None)


def test_documents_out_of_order_are_an_outage(client: BillitClient, api: respx.MockRouter) -> None:
    api.get("/v1/orders").mock(return_value=_items(2, 1))
    with pytest.raises(Unavailable, match="changed its list of documents"):
        list(client.all_documents())


@pytest.mark.parametrize(
    "ask,wanted",
    [
        (
            lambda client: client.documents_between(date(2026, 10, 1), date(2026, 10, 31)),
            (
                "OrderDirection eq 'Income' and OrderDate ge datetime'2026-09-30T00:00:00' "
                "and OrderDate lt datetime'2026-11-02T00:00:00'"
            ),
        ),
        (
            lambda client: client.documents_modified_since(datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
            "OrderDirection eq 'Income' and LastModified ge datetime'2026-07-01T11:30:00'",
        ),
        (lambda client: client.documents_by_key("it's-1"), "ExternalProviderID eq 'it''s-1'"),
        (
            lambda client: client.documents_by_number("20260417"),
            "OrderDirection eq 'Income' and (OrderNumber eq '20260417')",
        ),
    ],
)
def test_each_question_is_a_filter_that_billit_knows(
    client: BillitClient, api: respx.MockRouter, ask: Callable[[BillitClient], Any], wanted: str
) -> None:
    route = api.get("/v1/orders").mock(return_value=_items())
    assert list(ask(client)) == []
    assert _asked(route, "$filter") == [wanted]


@pytest.mark.parametrize(
    "there, wanted",
    [
        ("Fri, 02 Oct 2026 12:00:00 GMT", "2026-09-28T11:30:00"),  # we are three days ahead
        ("Mon, 05 Oct 2026 11:59:00 GMT", "2026-10-01T11:30:00"),
        ("Thu, 08 Oct 2026 12:00:00 GMT", "2026-10-01T11:30:00"),
    ],
)
def test_what_changed_is_asked_for_by_billit_s_clock_where_ours_is_far_ahead(
    client: BillitClient, api: respx.MockRouter, there: str, wanted: str
) -> None:
    """Otherwise: a clock that is days ahead asks for what is still to come, and payments are never heard of."""
    api.get("/v1/orders/5").respond(404, json={}, headers={"Date": there})
    assert client.document(5) is None
    route = api.get("/v1/orders").mock(return_value=_items())
    assert client.documents_modified_since(datetime(2026, 10, 1, 12, 30, tzinfo=UTC)) == []
    assert _asked(route, "$filter") == [f"OrderDirection eq 'Income' and LastModified ge datetime'{wanted}'"]


def test_a_filter_that_finds_too_much_finds_no_document_of_another_order(
    client: BillitClient, api: respx.MockRouter
) -> None:
    items = [{"OrderID": 1, "ExternalProviderID": "k-1", "OrderNumber": "A1"}]
    items += [{"OrderID": 2, "ExternalProviderID": "K-1", "OrderNumber": "a1"}, {"OrderID": 3}]
    pages = [httpx.Response(200, json={"Items": items}), _items()]
    api.get("/v1/orders").mock(side_effect=pages * 2)
    assert [found.order_id for found in client.documents_by_key("k-1")] == [1, 3]
    assert [found.order_id for found in client.documents_by_number("A1")] == [1]


def test_debtors_are_read_in_overlapping_pages(client: BillitClient, api: respx.MockRouter) -> None:
    pages = [_items(1, 2, 3, key="PartyID", link=True), _items(3, 4, key="PartyID"), _items(4, key="PartyID")]
    route = api.get("/v1/parties").mock(side_effect=pages)
    found = client.debtors(datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
    assert [debtor.party_id for debtor in found] == [1, 2, 3, 4]
    assert _asked(route, "$skip") == [None, "2", "3"]
    wanted = "PartyType eq 'Customer' and LastModified ge datetime'2026-12-01T10:00:00'"
    assert set(_asked(route, "$filter")) == {wanted}


def test_rows_that_moved_are_read_again(client: BillitClient, api: respx.MockRouter) -> None:
    shifted = [
        _items(1, 2, 3, key="PartyID"),
        _items(4, 5, key="PartyID"),
    ]  # 1 was deleted: 3 is not where it was
    again = [_items(2, 3, 4, key="PartyID"), _items(4, 5, key="PartyID"), _items(5, key="PartyID")]
    api.get("/v1/parties").mock(side_effect=[*shifted, *again])
    assert [debtor.party_id for debtor in client.debtors()] == [2, 3, 4, 5]


@pytest.mark.parametrize("link", [True, False])
def test_debtors_that_never_hold_still_are_an_outage(
    client: BillitClient, api: respx.MockRouter, *, link: bool
) -> None:
    pages = [
        _items(1, 2, 3, key="PartyID", link=link),
        _items(*([1, 2] if link else []), key="PartyID", link=link),
    ]
    api.get("/v1/parties").mock(side_effect=pages * 5)
    with pytest.raises(Unavailable, match="changed its list of debtors"):
        client.debtors()


def test_a_list_that_cannot_be_paged_is_taken_whole(client: BillitClient, api: respx.MockRouter) -> None:
    route = api.get("/v1/orders/deleted").mock(return_value=_items(9, 4, 7))
    assert [document.order_id for document in client.deleted_documents()] == [9, 4, 7]
    assert _asked(route, "$skip") == [None, "2"]


def test_a_question_that_is_refused_is_an_outage_with_the_code(
    client: BillitClient, api: respx.MockRouter
) -> None:
    api.get("/v1/parties").respond(400, json=_errors("GenericError"))
    with pytest.raises(Unavailable, match=r"refused the question \(400: GenericError\)"):
        client.debtors()


def test_a_company_that_the_key_does_not_reach_is_refused(
    client: BillitClient, api: respx.MockRouter
) -> None:
    api.get("/v1/orders").respond(401)
    with pytest.raises(KeysRefused, match="does not reach this company"):
        client.all_documents()


def test_a_list_without_items_is_an_outage(client: BillitClient, api: respx.MockRouter) -> None:
    api.get("/v1/orders").respond(json={"Message": CUSTOMER})
    with pytest.raises(Unavailable, match=r"no documents \(Items: is missing\)"):
        client.all_documents()


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


def test_many_numbers_are_asked_for_in_few_questions(client: BillitClient, api: respx.MockRouter) -> None:
    route = api.get("/v1/orders").respond(json={"Items": []})
    assert client.documents_by_number(*(str(number) for number in range(100)), "0") == []
    assert route.call_count == 3
    assert all(len(str(call.request.url)) < 2000 for call in route.calls)
