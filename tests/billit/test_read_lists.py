"""Lists of documents and debtors are read whole, while rows move and details are odd."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ppbillit.billit.models import UnreadableDocument
from ppbillit.errors import Unavailable
from support.http_servers import CUSTOMER, billit_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    import respx

    from ppbillit.billit.client import BillitClient


def _items(*ids: int, link: bool = False, key: str = "OrderID", **fields: Any) -> httpx.Response:
    rows = [{key: number, **fields} for number in ids]
    extra = {"NextPageLink": "https://evil.test/v1/orders?$skip=120"} if link else {}
    return httpx.Response(200, json={"Items": rows, **extra})


def _query_values(route: respx.Route, name: str) -> list[str | None]:
    return [call.request.url.params.get(name) for call in route.calls]


def test_documents_are_read_by_id_until_a_page_is_empty(client: BillitClient, api: respx.MockRouter) -> None:
    route = api.get("/v1/orders").mock(side_effect=[_items(1, 2, link=True), _items(5), _items()])
    assert [document.order_id for document in client.all_documents()] == [1, 2, 5]
    income = "OrderDirection eq 'Income'"
    assert _query_values(route, "$filter") == [
        income,
        f"({income}) and OrderID gt 2",
        f"({income}) and OrderID gt 5",
    ]
    assert _query_values(route, "$orderby") == ["OrderID asc"] * 3
    assert _query_values(route, "$top") == ["120"] * 3


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
    assert _query_values(route, "$filter") == [wanted]


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
    assert _query_values(route, "$filter") == [
        f"OrderDirection eq 'Income' and LastModified ge datetime'{wanted}'"
    ]


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
    assert _query_values(route, "$skip") == [None, "2", "3"]
    wanted = "PartyType eq 'Customer' and LastModified ge datetime'2026-12-01T10:00:00'"
    assert set(_query_values(route, "$filter")) == {wanted}


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
    assert _query_values(route, "$skip") == [None, "2"]


def test_a_question_that_is_refused_is_an_outage_with_the_code(
    client: BillitClient, api: respx.MockRouter
) -> None:
    api.get("/v1/parties").respond(400, json=billit_errors("GenericError"))
    with pytest.raises(Unavailable, match=r"refused the question \(400: GenericError\)"):
        client.debtors()


def test_a_list_without_items_is_an_outage(client: BillitClient, api: respx.MockRouter) -> None:
    api.get("/v1/orders").respond(json={"Message": CUSTOMER})
    with pytest.raises(Unavailable, match=r"no documents \(Items: is missing\)"):
        client.all_documents()


def test_many_numbers_are_asked_for_in_few_questions(client: BillitClient, api: respx.MockRouter) -> None:
    route = api.get("/v1/orders").respond(json={"Items": []})
    assert client.documents_by_number(*(str(number) for number in range(100)), "0") == []
    assert route.call_count == 3
    assert all(len(str(call.request.url)) < 2000 for call in route.calls)
