"""Lists: filters, order, pages, and all that makes them unreliable."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.billit.client import Billit, codes, consumer, exact, firm, invoice, line
from ppbillit_emulator.billit.odata import ORDER_PROPERTIES, ORDER_TYPE_NAME, parse_filter
from ppbillit_emulator.billit.switches import BillitSwitches

if TYPE_CHECKING:
    from ppbillit_emulator import Emulator


def fill(billit: Billit, count: int) -> list[int]:
    return [billit.create(invoice(f"N-{each}", OrderLines=[line("1")])) for each in range(count)]


def refused(billit: Billit, **query: str | int) -> str:
    parameters = {f"${name}": value for name, value in query.items()}
    response = billit.client.get("/v1/orders", params=parameters)
    assert (response.status_code, codes(response)) == (400, ["GenericError"])
    return str(response.json()["errors"][0]["Description"])


def read_all(billit: Billit, **query: Any) -> list[int]:
    page = billit.find(**query)
    ids = [each["OrderID"] for each in page["Items"]]
    while link := page.get("NextPageLink"):
        page = exact(billit.client.get(link))
        ids += [each["OrderID"] for each in page["Items"]]
    return ids


def test_a_row_is_a_summary(billit: Billit) -> None:
    billit.create()
    [row] = billit.find()["Items"]
    assert not {"OrderLines", "Customer", "Supplier", "VatGroups"} & set(row)
    assert row["CounterParty"] == {"PartyID": 879263, "DisplayName": "An Peeters"}
    assert (row["OrderStatus"], row["IsSent"], row["ToPay"]) == ("ToSend", False, Decimal("60.49"))
    assert row["CurrentDocumentDeliveryDetails"] == {"IsDocumentDelivered": False}


@pytest.mark.parametrize(
    "wanted, found",
    [
        ("OrderNumber eq 'A''1'", "A"),
        ("OrderNumber ne 'A''1'", "BC"),
        ("ExternalProviderID eq 'key-b'", "B"),
        ("OrderType eq 'Invoice' and OrderDirection eq 'Income'", "AB"),
        ("OrderType eq 'CreditNote' or Paid eq true", "BC"),
        ("not (Paid eq true)", "AC"),
        ("Paid", "B"),
        ("not Paid and TotalIncl gt 100", "C"),
        ("TotalIncl ge 60.49m and TotalIncl lt 121", "AB"),
        ("OrderDate ge datetime'2026-10-02T00:00:00'", "BC"),
        ("OrderDate lt DateTime'2026-10-02'", "A"),
        ("OrderDate eq datetime'2026-10-03T00:00:00Z'", ""),
        ("(OrderDate gt datetime'2026-10-01' and OrderDate le datetime'2026-10-03')", "BC"),
        ("PaidDate eq null", "AC"),
        ("PaidDate ne null", "B"),
        ("PaidDate gt datetime'2020-01-01'", "B"),
        ("CounterParty/PartyID eq 879264", "C"),
        ("IsSent eq false and OrderStatus eq 'ToSend'", "ABC"),
        ("ExternalProvider eq 'APIFeed'", "ABC"),
        ("OrderID ge 1684999", "BC"),
        ("OrderNumber eq 'a''1'", ""),
        ("false or true", "ABC"),
    ],
)
def test_a_filter_finds_what_it_says(billit: Billit, wanted: str, found: str) -> None:
    one = billit.create(
        invoice("A'1", OrderDate="2026-10-01", ExternalProviderID="key-a", OrderLines=[line("49.99")])
    )
    two = billit.create(
        invoice(
            "B", OrderDate="2026-10-02", ExternalProviderID="key-b", Paid=True, PaidDate="2026-10-02T10:00:00"
        )
    )
    three = billit.create(
        invoice(
            "C",
            OrderDate="2026-10-03",
            OrderType="CreditNote",
            ExternalProviderID="key-c",
            Customer=firm(),
            OrderLines=[line("100.00")],
        )
    )
    names = {one: "A", two: "B", three: "C"}
    if wanted == "false or true":
        wanted = "Paid eq false or Paid eq true"
    assert "".join(names[each] for each in billit.ids(wanted)) == found


@pytest.mark.parametrize(
    "wanted",
    [
        "Customer/Name eq 'x'",
        "VATNumber eq 'x'",
        "OrderTitle eq 'x'",
        "ordernumber eq 'x'",
        "CounterParty/DisplayName eq 'x'",
    ],
)
def test_a_property_off_the_list_is_refused_by_name(billit: Billit, wanted: str) -> None:
    name = wanted.partition(" ")[0]
    expected = f"Could not find a property named '{name}' on type '{ORDER_TYPE_NAME}'."
    assert refused(billit, filter=wanted) == expected
    assert refused(billit, orderby=name) == expected


@pytest.mark.parametrize(
    "wanted",
    [
        "OrderNumber eq",
        "OrderNumber 'x'",
        "OrderNumber = 'x'",
        "OrderNumber eq 'x",
        "(OrderNumber eq 'x'",
        "OrderNumber eq 'x')",
        "OrderNumber eq 'x' und Paid",
        "OrderNumber EQ 'x'",
        "OrderNumber eq 5",
        "TotalIncl gt '5'",
        "OrderDate ge '2026-10-01'",
        "OrderDate ge datetime'yesterday'",
        "OrderDate ge 2026-10-01",
        "contains(OrderNumber,'x')",
        "substringof('x',OrderNumber)",
        "startswith(OrderNumber,'x')",
        "OrderNumber",
        "#",
        "and",
    ],
)
def test_a_filter_that_is_not_understood_is_refused(billit: Billit, wanted: str) -> None:
    refused(billit, filter=wanted)


@pytest.mark.parametrize(
    "query",
    [{"top": "many"}, {"top": "-1"}, {"skip": "1.5"}, {"select": "OrderID"}, {"orderby": "OrderID up"}],
)
def test_an_option_that_is_not_understood_is_refused(billit: Billit, query: dict[str, str]) -> None:
    refused(billit, **query)


def test_functions_and_loose_comparison_are_switches(billit: Billit, switches: BillitSwitches) -> None:
    one = billit.create(invoice("Alpha-1"))
    switches.update(substring_functions=True, text_compare="ignore_case")
    assert billit.ids("substringof('pha',OrderNumber)") == [one]
    assert billit.ids("startswith(OrderNumber,'alp') and OrderNumber eq 'ALPHA-1'") == [one]
    assert billit.ids("not startswith(OrderNumber,'beta')") == [one]


def test_pages_are_capped_and_linked(billit: Billit, switches: BillitSwitches) -> None:
    ids = fill(billit, 5)
    switches.page_size = 2
    page = billit.find("Paid eq false", top=100, inlinecount="allpages")
    assert [each["OrderID"] for each in page["Items"]] == ids[:2]
    assert page["Count"] == 5
    link = urlsplit(page["NextPageLink"])
    assert link.netloc == billit.client.base_url.netloc.decode()
    assert "Paid+eq+false" in link.query
    assert read_all(billit) == ids
    assert read_all(billit, orderby="OrderID desc") == ids[::-1]
    assert billit.ids(skip=4) == ids[4:]
    assert billit.find(skip=99) == {"Items": []}


def test_no_page_holds_more_than_120(billit: Billit, world: Emulator) -> None:
    billit.create()
    [like] = world.office.live
    for each in range(130):
        copy = type(like)(**{**like.__dict__, "order_id": 2_000_000 + each, "number": f"N-{each}"})
        world.office.documents[copy.order_id] = copy
    page = billit.find(top=500)
    assert len(page["Items"]) == 120
    assert len(read_all(billit)) == 131


def test_the_next_page_link_has_bad_forms(world: Emulator, billit: Billit, switches: BillitSwitches) -> None:
    ids = fill(billit, 3)
    switches.page_size = 2
    switches.next_page_link = "relative"
    assert billit.find()["NextPageLink"].startswith("/v1/orders?")
    assert read_all(billit) == ids
    switches.next_page_link = "absent"
    assert "NextPageLink" not in billit.find()
    switches.next_page_link = "foreign"
    foreign = billit.find()["NextPageLink"]
    assert foreign.startswith(world.control_url)
    assert httpx.get(foreign).headers["content-type"].startswith("text/html")
    assert len(world.strays) == 1


def test_a_page_of_top_rows_may_have_no_link(billit: Billit, switches: BillitSwitches) -> None:
    fill(billit, 3)
    assert "NextPageLink" in billit.find(top=2)
    switches.top_ends_paging = True
    assert "NextPageLink" not in billit.find(top=2)


def test_a_count_is_given_only_where_it_works(billit: Billit, switches: BillitSwitches) -> None:
    fill(billit, 1)
    assert "Count" not in billit.find()
    switches.inline_count = False
    assert "Count" not in billit.find(inlinecount="allpages")


def test_the_search_lags_behind_the_books(world: Emulator, billit: Billit, switches: BillitSwitches) -> None:
    switches.search_lag_seconds = 30
    order_id = billit.create()
    wanted = "ExternalProviderID eq 'plugandpay-4711-2026-00042'"
    assert billit.ids(wanted) == []
    assert billit.find(path="/v1/parties")["Items"] == []
    assert billit.read(order_id)["OrderNumber"] == "2026-00042"
    world.clock.advance(31)
    assert billit.ids(wanted) == [order_id]
    assert len(billit.find(path="/v1/parties")["Items"]) == 1


def test_equal_keys_come_in_another_order_each_time(billit: Billit, switches: BillitSwitches) -> None:
    ids = fill(billit, 8)
    assert billit.ids(orderby="OrderDate") == ids
    switches.equal_keys = "shuffled"
    orders = {tuple(billit.ids(orderby="OrderDate desc")) for _ in range(5)}
    assert len(orders) > 1
    assert {frozenset(each) for each in orders} == {frozenset(ids)}
    assert billit.ids(orderby="OrderDate,OrderID desc") == ids[::-1]


def test_a_row_touched_between_pages_makes_another_one_vanish(
    billit: Billit, switches: BillitSwitches
) -> None:
    ids = fill(billit, 4)
    switches.update(page_size=2, drift="touch")
    seen = read_all(billit, orderby="LastModified asc")
    assert ids[2] not in seen
    assert read_all(billit, orderby="LastModified asc") == [*ids[1:], ids[0]]


def test_a_row_inserted_between_pages_shows_another_one_twice(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    ids = fill(billit, 4)
    switches.update(page_size=2, drift="insert")
    seen = read_all(billit, orderby="OrderID desc")
    assert seen.count(ids[2]) == 2
    assert len(world.office.ledger()) == 5
    assert world.office.ledger()[-1].external_id is None


def test_a_row_deleted_between_pages_is_never_a_clients(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    fill(billit, 3)
    switches.update(page_size=2, drift="delete", drift_times=9)
    read_all(billit)
    assert len(world.office.ledger()) == 3
    for document in world.office.live[:1]:
        document.external_provider = None
    read_all(billit)
    assert len(world.office.ledger()) == 2


def test_unknown_members_words_and_nulls_appear_on_request(billit: Billit, switches: BillitSwitches) -> None:
    order_id = billit.create()
    billit.send(order_id)
    switches.update(unknown_fields=True, unknown_enums=True, nulls=True)
    shown = billit.read(order_id)
    assert (shown["PaidDate"], shown["FutureThing"]["Answer"], shown["futureFlag"]) == (None, 42, None)
    assert shown["OrderStatus"] == "AwaitingGalaxy"
    assert shown["CurrentDocumentDeliveryDetails"]["DocumentDeliveryStatus"] == "HandedToCarrierPigeon"
    assert billit.find()["Items"][0]["ApprovalStatus"] is None


def test_timestamps_are_belgian_time_or_utc(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    world.clock.set(datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC))
    order_id = billit.create()
    local = billit.read(order_id)["Created"]
    assert local.startswith("2026-07-01T14:00:0")
    assert billit.ids(f"Created eq datetime'{local}'") == [order_id]
    assert billit.ids("LastModified lt datetime'2026-07-01T14:00:00'") == []
    switches.time_zone = "utc"
    assert billit.read(order_id)["Created"].startswith("2026-07-01T12:00:0")


def test_full_text_search_looks_at_numbers_names_and_keys(billit: Billit) -> None:
    order_id = billit.create(invoice(Reference="PO-7781"))
    for text in ("an peet", "2026-000", "po-77", "plugandpay-4711"):
        found = exact(billit.client.get("/v1/orders", params={"fullTextSearch": text}))["Items"]
        assert [each["OrderID"] for each in found] == [order_id], text
    assert exact(billit.client.get("/v1/orders", params={"fullTextSearch": "nobody"}))["Items"] == []


def test_deleted_documents_have_their_own_list(billit: Billit) -> None:
    kept, gone = fill(billit, 2)
    billit.call("DELETE", f"/v1/orders/{gone}")
    assert billit.ids() == [kept]
    deleted = billit.find("OrderDirection eq 'Income'", path="/v1/orders/deleted")["Items"]
    assert [each["OrderID"] for each in deleted] == [gone]
    assert deleted[0]["OrderLines"]


def test_debtors_are_filtered_by_what_is_seen_to_work(billit: Billit, switches: BillitSwitches) -> None:
    party_id = billit.add_party(consumer(ExternalProviderID="pp-1", Nr="7"))
    billit.add_party(firm())

    def find(wanted: str) -> list[int]:
        return [each["PartyID"] for each in billit.find(wanted, path="/v1/parties")["Items"]]

    assert find("PartyType eq 'Customer' and ExternalProviderID eq 'pp-1'") == [party_id]
    assert find("VATNumber eq null and LastModified ge DateTime'2020-01-01T00:00:00'") == [party_id]
    email = {"$filter": "Email eq 'an@example.be'"}
    assert billit.client.get("/v1/parties", params=email).status_code == 400
    switches.update(party_email_filter="accept", party_external_id_filter="reject")
    assert find("Email eq 'an@example.be'") == [party_id]
    assert (
        billit.client.get("/v1/parties", params={"$filter": "ExternalProviderID eq 'x'"}).status_code == 400
    )


def test_full_text_search_finds_an_email_address_or_does_not(
    billit: Billit, switches: BillitSwitches
) -> None:
    billit.add_party(consumer())
    search = {"fullTextSearch": "AN@example.be"}
    assert len(billit.client.get("/v1/parties", params=search).json()["Items"]) == 1
    switches.search_covers_email = False
    assert billit.client.get("/v1/parties", params=search).json()["Items"] == []


TEXTS = st.text(max_size=12)


@given(TEXTS, TEXTS)
def test_an_escaped_text_equals_itself_and_nothing_else(one: str, other: str) -> None:
    escaped = one.replace("'", "''")
    holds = parse_filter(
        f"ExternalProviderID eq '{escaped}'", ORDER_PROPERTIES, ORDER_TYPE_NAME, BillitSwitches()
    )
    assert holds({"ExternalProviderID": one})
    assert holds({"ExternalProviderID": other}) is (one == other)


@given(st.lists(st.booleans(), min_size=2, max_size=6), st.data())
def test_and_binds_tighter_than_or(values: list[bool], data: st.DataObject) -> None:
    words = [data.draw(st.sampled_from(["and", "or"])) for _ in values[1:]]
    names = ["Paid eq true" if each else "Paid eq false" for each in values]
    text = " ".join([names[0], *(f"{word} {name}" for word, name in zip(words, names[1:], strict=True))])
    python = " ".join([str(values[0]), *(f"{w} {v}" for w, v in zip(words, values[1:], strict=True))])
    expected: Any = eval(python)  # noqa: S307  (made of True, False, and, or)
    assert parse_filter(text, ORDER_PROPERTIES, ORDER_TYPE_NAME, BillitSwitches())({"Paid": True}) is expected
