"""Lists: rows, pages, sorting, search, and rows that move."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from emulator.billit.client import Billit, consumer, exact, firm, invoice, line

if TYPE_CHECKING:
    from ppbillit_emulator import Emulator
    from ppbillit_emulator.billit.switches import BillitSwitches


def fill(billit: Billit, count: int) -> list[int]:
    return [billit.create(invoice(f"N-{each}", OrderLines=[line("1")])) for each in range(count)]


def read_all(billit: Billit, **query: Any) -> list[int]:
    page = billit.find(**query)
    ids = [each["OrderID"] for each in page["Items"]]
    while link := page.get("NextPageLink"):
        page = exact(billit.client.get(link))
        ids += [each["OrderID"] for each in page["Items"]]
    return ids


def test_a_row_of_a_list_is_a_summary(billit: Billit) -> None:
    billit.create()
    [row] = billit.find()["Items"]
    assert not {"OrderLines", "Customer", "Supplier", "VatGroups"} & set(row)
    assert row["CounterParty"] == {"PartyID": 879263, "DisplayName": "An Peeters"}
    assert (row["OrderStatus"], row["IsSent"], row["ToPay"]) == ("ToSend", False, Decimal("60.49"))
    assert row["CurrentDocumentDeliveryDetails"] == {"IsDocumentDelivered": False}


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


def test_the_next_page_link_may_be_relative_absent_or_foreign(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
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


def test_a_count_is_returned_on_request_by_switch(billit: Billit, switches: BillitSwitches) -> None:
    fill(billit, 1)
    assert "Count" not in billit.find()
    switches.inline_count = False
    assert "Count" not in billit.find(inlinecount="allpages")


def test_lists_may_lag_behind_the_documents(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    switches.search_lag_seconds = 30
    order_id = billit.create()
    wanted = "ExternalProviderID eq 'plugandpay-4711-2026-00042'"
    assert billit.ids(wanted) == []
    assert billit.find(path="/v1/parties")["Items"] == []
    assert billit.read(order_id)["OrderNumber"] == "2026-00042"
    world.clock.advance(31)
    assert billit.ids(wanted) == [order_id]
    assert len(billit.find(path="/v1/parties")["Items"]) == 1


def test_rows_with_equal_keys_have_another_order_each_time(billit: Billit, switches: BillitSwitches) -> None:
    ids = fill(billit, 8)
    assert billit.ids(orderby="OrderDate") == ids
    switches.equal_keys = "shuffled"
    orders = {tuple(billit.ids(orderby="OrderDate desc")) for _ in range(5)}
    assert len(orders) > 1
    assert {frozenset(each) for each in orders} == {frozenset(ids)}
    assert billit.ids(orderby="OrderDate,OrderID desc") == ids[::-1]


def test_a_row_touched_between_pages_hides_another_one(billit: Billit, switches: BillitSwitches) -> None:
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


def test_undocumented_members_words_and_nulls_are_switches(billit: Billit, switches: BillitSwitches) -> None:
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


def test_debtors_are_filtered_by_the_known_properties(billit: Billit, switches: BillitSwitches) -> None:
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
