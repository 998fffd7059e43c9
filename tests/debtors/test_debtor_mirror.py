"""The mirror of Billit's debtors: its requests, and debtors that changed, went away or were merged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest
import time_machine

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.debtors import delete_by_hand, merge_by_hand
from ppbillit_emulator.plugandpay.builder import build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.billit_debtors import (
    PARTIES,
    PARTY,
    debtor_of,
    debtor_records,
    debtor_requests,
    edit,
    enter,
    our_debtors,
)
from support.shop_orders import day, noon, sell, six_documents
from support.world import SENDING, World, document_of, today

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

AN = CONSUMER_BE.email
Status = Literal[401, 404]


def filters(world: World, since: int = 0) -> list[str]:
    """Return what each list of debtors was asked for."""
    return [arrival.query["$filter"][0] for arrival in debtor_requests(world, "GET", PARTIES, since)]


def sell_to(world: World, name: str) -> int:
    """Sell to somebody whom the shop did not know."""
    return sell(world, buyer=replace(CONSUMER_BE, firstname=name, email=f"{name}@x.example".lower()))


# --- number of requests -------------------------------------------------------------------------


def test_debtors_are_read_whole_on_the_first_run_of_a_day_and_by_what_changed_after_it(world: World) -> None:
    """Otherwise: ten thousand customers are read from cron every ten minutes."""
    six_documents(world)
    assert world.run_in_process("sync").returncode == 0
    assert filters(world) == ["PartyType eq 'Customer'"]
    seen = len(world.emulator.journal)
    assert world.run_in_process("sync").returncode == 0
    assert filters(world, seen) == []  # nothing new: nobody to recognise
    sell(world)
    assert world.run_in_process("sync").returncode == 0
    [later] = set(filters(world, seen))
    assert later.startswith("PartyType eq 'Customer' and LastModified ge datetime'")
    assert len(filters(world, seen)) == 2  # the page, and that there is no more
    world.write("UPDATE meta SET value = '2000-01-01' WHERE name = 'deep_read'")
    seen = len(world.emulator.journal)
    sell(world)
    assert world.run_in_process("sync").returncode == 0
    assert set(filters(world, seen)) == {"PartyType eq 'Customer'"}
    assert debtor_requests(world, "GET", PARTY) == []


@pytest.mark.parametrize("zone", ["local", "utc"])
def test_what_somebody_changes_in_billit_is_known_in_the_next_run(world: World, zone: str) -> None:
    """Otherwise: the owner corrects an e-mail address, and the tool goes by the wrong one until midnight."""
    world.emulator.office.switches.update(time_zone=zone)
    known = enter(world, "Bram", Email="bram@x.example")
    world.emulator.clock.advance(-7200)
    old = [enter(world, "Somebody", Email="somebody@x.example"), enter(world, "Webshop")]
    world.emulator.clock.advance(7200)
    assert sell_to(world, "Bram")
    assert world.run_in_process("sync").returncode == 0
    edit(world, known, Email="b@y.example")
    edit(world, old[0], Email=f"x@x.example;{AN}")
    new = enter(world, "Zeynep", Email="zeynep@x.example")
    orders = [sell(world), sell_to(world, "Zeynep"), sell_to(world, "Bram")]
    assert world.run_in_process("sync").returncode == 0
    assert [debtor_of(world, order) for order in orders[:2]] == [old[0], new]
    assert debtor_of(world, orders[2]) in our_debtors(world)  # nobody has that address any more


def test_a_clock_that_was_ahead_misses_nothing(world: World) -> None:
    """Otherwise: a machine whose clock was a week ahead once does not see this week's changes."""
    known = enter(world, "Somebody", Email="somebody@x.example")
    sell_to(world, "Bram")
    world.run_in_process("sync")
    ahead = (noon(0) + timedelta(days=7)).isoformat()
    world.write("UPDATE meta SET value = ? WHERE name = 'debtors_read'", ahead)
    edit(world, known, Email=AN)
    order = sell(world)
    assert world.run_in_process("sync").returncode == 0
    assert debtor_of(world, order) == known


def test_a_dry_run_leaves_the_mirror_as_it_is(world: World) -> None:
    sell_to(world, "Bram")
    world.run_in_process("sync")
    before, written = world.state_file.read_bytes(), world.writes()
    enter(world, "An", Email=AN)
    sell(world)
    sell_to(world, "Zeynep")
    assert world.run_in_process("sync", "--dry-run").returncode == 0
    assert (world.state_file.read_bytes(), world.writes()) == (before, written)


def test_several_pages_of_debtors_are_read_whole(world: World) -> None:
    world.emulator.office.switches.update(page_size=3)
    known = [enter(world, f"N {number}", Email=f"n{number}@x.example") for number in range(8)]
    orders = [sell_to(world, f"N{number}") for number in range(8)]
    assert world.run_in_process("sync").returncode == 0
    assert [debtor_of(world, order) for order in orders] == known


CUSTOMERS, ORDERS = 120, 300


def sell_many(world: World, count: int) -> None:
    """Fill the shop with orders of 120 customers, each tenth of them a firm, each at an address of their own."""
    for number in range(count):
        who = number * 7 % CUSTOMERS
        buyer = replace(
            CONSUMER_BE,
            firstname=f"An {who}",
            email=f"an{who}@x.example",
            housenumber=str(who),
            company=f"Atelier {who}" if who % 10 == 0 else None,
        )
        lines = [Line("Tekencursus", "97.00")]
        world.emulator.shop.add(build_order(lines, buyer, created_at=noon(1 + number % 6)))


def count(world: World, since: int = 0) -> dict[tuple[str, str], int]:
    kinds = [("GET", PARTIES), ("GET", PARTY), ("POST", PARTIES), ("PATCH", PARTY)]
    kinds += [("POST", r"^/v1/orders$"), ("GET", r"^/v1/orders/\d+$"), ("GET", r"^/v1/orders$")]
    return {(method, path): len(debtor_requests(world, method, path, since)) for method, path in kinds}


def pages(rows: int) -> int:
    """Each page of 120 begins with the last row of the one before, and the last one holds nothing else."""
    return -(-(rows - 1) // 119) + 1


@pytest.mark.no_cover
def test_hundreds_of_orders_of_a_hundred_customers_cost_pages_of_debtors_and_no_more(world: World) -> None:
    """Otherwise: recognising costs a request per order, and a first run takes an hour more than it need."""
    world.configure(sync={"max_new_per_run": ORDERS})
    others = [enter(world, f"O {number}", Email=f"o{number}@x.example") for number in range(250)]
    sell_many(world, ORDERS)
    assert world.run_in_process("sync").returncode == 0
    assert len(world.emulator.office.live) == ORDERS
    assert len(our_debtors(world)) == CUSTOMERS
    assert count(world) == {
        ("GET", PARTIES): pages(250),
        ("GET", PARTY): 0,
        ("POST", PARTIES): CUSTOMERS,
        ("PATCH", PARTY): 0,
        ("POST", r"^/v1/orders$"): ORDERS,
        ("GET", r"^/v1/orders/\d+$"): ORDERS,  # each is read back and compared
        ("GET", r"^/v1/orders$"): count(world)["GET", r"^/v1/orders$"],
    }
    assert count(world)["GET", r"^/v1/orders$"] < 20  # 8 times 40 numbers, and a few pages
    seen = len(world.emulator.journal)
    assert world.run_in_process("sync").returncode == 0
    assert set(count(world, seen).values()) == {0}
    sell_many(world, 10)
    seen = len(world.emulator.journal)
    assert world.run_in_process("sync").returncode == 0
    changed_of_late = len(others) + CUSTOMERS
    assert count(world, seen) == {
        ("GET", PARTIES): pages(changed_of_late),
        ("GET", PARTY): 0,
        ("POST", PARTIES): 0,
        ("PATCH", PARTY): 0,
        ("POST", r"^/v1/orders$"): 10,
        ("GET", r"^/v1/orders/\d+$"): 10,
        ("GET", r"^/v1/orders$"): count(world, seen)["GET", r"^/v1/orders$"],
    }


# --- deleted and merged debtors -----------------------------------------------------------------


def after_the_list(world: World, happens: Callable[[], object]) -> None:
    """Let something happen in Billit just after this run has read the list of debtors."""
    pages: list[Request] = []

    def hook(request: Request, phase: Phase) -> None:
        if (request.method, request.path, phase) == ("GET", "/v1/parties", "after"):
            pages.append(request)
            if len(pages) == 1:
                happens()

    world.emulator.on_request = hook


@pytest.mark.parametrize("when", ["between runs", "in mid-run"])
@pytest.mark.parametrize("status", [401, 404])
def test_a_debtor_that_was_merged_into_another_is_followed_in_the_same_run(
    world: World, status: Status, when: str
) -> None:
    """Otherwise: the bookkeeper tidies up, and the best customers are refused until somebody looks."""
    world.emulator.office.switches.update(wrong_id_status=status)
    world.configure(sending=SENDING)
    kept = enter(world, "Peeters An", Email="private@x.example")
    world.emulator.clock.advance(60)
    first = sell(world)
    assert world.run_in_process("sync").returncode == 0
    gone = debtor_of(world, first)

    def merge() -> None:
        merge_by_hand(world.emulator.office, gone, kept)

    if when == "between runs":
        merge()
    else:
        after_the_list(world, merge)
    second, third = sell(world), sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {second: "sent", third: "sent"})
    assert {debtor_of(world, order) for order in (first, second, third)} == {kept}
    assert list(debtor_records(world)) == [kept]
    refused = [each for each in debtor_requests(world, "POST", r"^/v1/orders$") if each.status == status]
    assert len(refused) <= 1  # it is learned the first time


@pytest.mark.parametrize("status", [401, 404])
def test_a_debtor_that_was_deleted_is_made_anew_in_the_same_run(world: World, status: Status) -> None:
    """Otherwise: an id that leads nowhere is posted in every run, and the customer gets no invoice."""
    world.emulator.office.switches.update(wrong_id_status=status)
    known, other = enter(world, "An", Email=AN), enter(world, "Zeynep", Email="zeynep@x.example")
    assert sell_to(world, "Zeynep")
    assert world.run_in_process("sync").returncode == 0
    delete_by_hand(world.emulator.office, known)
    first, second = sell(world), sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {first: "created", second: "created"})
    [made] = our_debtors(world)
    assert {debtor_of(world, order) for order in (first, second)} == {made}
    assert set(debtor_records(world)) == {other, made}
    assert world.run_in_process("sync").stdout == ""


@pytest.mark.parametrize("status", [401, 404])
def test_a_debtor_of_ours_that_was_deleted_is_made_anew_under_a_new_key(world: World, status: Status) -> None:
    """Otherwise: Billit knows the idempotency key of its making, and answers 409 for ever."""
    world.emulator.office.switches.update(wrong_id_status=status)
    first = sell(world)
    assert world.run_in_process("sync").returncode == 0
    placeholder = enter(world, "Archive")
    for document in world.emulator.office.live:
        document.party_id = placeholder
    [gone] = our_debtors(world)
    delete_by_hand(world.emulator.office, gone)
    second = sell(world)
    assert world.run_in_process("sync", "--json").outcomes == {second: "created"}
    [made] = our_debtors(world)
    assert (debtor_of(world, second), debtor_of(world, first)) == (made, placeholder)
    assert {each.status for each in debtor_requests(world, "POST", PARTIES)} == {200}


@pytest.mark.parametrize("status", [400, 500])
def test_a_debtor_that_is_gone_and_cannot_be_looked_at_holds_up_only_its_customer(
    world: World, status: int
) -> None:
    """Otherwise: two debtors are merged, Billit stumbles over the one that is no more, and nothing is invoiced."""
    with time_machine.travel(datetime.now(UTC) - timedelta(days=2), tick=True):
        first = sell(world)
        assert world.run_in_process("sync").returncode == 0
    gone = debtor_of(world, first)
    merge_by_hand(world.emulator.office, gone, enter(world, "Peeters An", Email="private@x.example"))
    edit(world, debtor_of(world, first), Email="private@x.example")
    world.emulator.arm(
        Fault(
            FaultKind.REFUSE, api="billit", method="GET", path=rf"/parties/{gone}$", status=status, times=None
        )
    )
    second, other = sell(world), sell_to(world, "Zeynep")
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {second: "parked", other: "created"})
    assert result.reasons(second) == ["billit_refused"]
    world.emulator.disarm()
    assert world.run_in_process("sync", "--json").outcomes == {second: "created"}


@pytest.mark.parametrize("status", [401, 404])
def test_a_default_debtor_that_was_deleted_parks_the_order(world: World, status: Status) -> None:
    """Otherwise: orders meant for the till get debtors of their own, or an error of Billit's nobody knows."""
    world.emulator.office.switches.update(wrong_id_status=status)
    world.configure(customers={"default_debtor": "WEBSHOP"})
    shop = enter(world, "Webshop", Nr="WEBSHOP")
    order = sell(world)
    after_the_list(world, lambda: delete_by_hand(world.emulator.office, shop))
    result = world.run_in_process("sync", "--json")
    assert (result.outcomes, result.reasons(order)) == ({order: "parked"}, ["default_debtor_missing"])
    enter(world, "Webshop", Nr="WEBSHOP")
    assert world.run_in_process("sync", "--json").outcomes == {order: "created"}


@pytest.mark.parametrize("status", [401, 404])
def test_a_refusal_for_another_cause_is_not_taken_for_a_debtor_that_is_gone(
    world: World, status: Status
) -> None:
    """Otherwise: a hiccup of Billit's makes a second debtor of every customer."""
    known = enter(world, "An", Email=AN)
    order = sell(world)
    body = {"errors": [{"Code": "AccessDenied"}]}
    fault = Fault(
        FaultKind.REFUSE, api="billit", method="POST", path=r"^/v1/orders$", status=status, body=body
    )
    world.emulator.arm(fault)
    assert world.run_in_process("sync", "--json").reasons(order) == ["billit_refused"]
    assert list(debtor_records(world)) == [known]
    assert world.run_in_process("sync", "--json").outcomes == {order: "created"}
    assert debtor_of(world, order) == known


def test_an_odd_debtor_keeps_nothing_from_being_invoiced(world: World) -> None:
    """Otherwise: one customer that was imported badly, and nobody gets an invoice any more."""
    known = enter(world, "An", Email=AN)
    world.emulator.office.parties[known].fields["VATLiable"] = "misschien"
    order = sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert debtor_of(world, order) == known


# --- lists that show less, or lag ---------------------------------------------------------------


def test_a_debtor_that_lists_do_not_show_yet_is_not_made_a_second_time(world: World) -> None:
    """Otherwise: two exports in a quarter of an hour, each reading all debtors, and everybody is there twice."""
    world.emulator.office.switches.update(search_lag_seconds=900)
    world.configure(sync={"go_live": today() - timedelta(days=10)})
    orders = [sell(world, days_ago=40), sell(world, days_ago=20)]
    assert world.run_in_process("export-existing", "--since", day(50), "--until", day(30)).returncode == 0
    assert world.run_in_process("export-existing", "--since", day(29), "--until", day(15)).returncode == 0
    assert len({debtor_of(world, order) for order in orders}) == len(our_debtors(world)) == 1


@pytest.mark.parametrize("settings", [{}, {"match_email": False}], ids=["match_email", "own debtors only"])
@pytest.mark.parametrize("hidden", ["party_lists_external_id", "party_lists_addresses"])
def test_lists_that_show_less_than_a_single_debtor_make_nobody_double(
    world: World, hidden: str, settings: dict[str, Any]
) -> None:
    """Otherwise: what nobody wrote down of Billit's lists turns out otherwise, and customers are doubled."""
    world.configure(customers=settings)
    world.emulator.office.switches.update(**{hidden: False})
    buyers = [CONSUMER_BE, FIRM_BE, replace(CONSUMER_BE, email="other@x.example")]
    for _ in range(2):
        orders = [sell(world, buyer=buyer) for buyer in buyers]
        assert world.run_in_process("sync").returncode == 0
        assert len({debtor_of(world, order) for order in orders}) == 3
    assert len(our_debtors(world)) == 3


# --- merged away --------------------------------------------------------------------------------


def test_a_debtor_that_was_merged_away_does_not_block_its_customer(world: World) -> None:
    """Otherwise: Billit refuses every further order of this customer, and nothing mends it."""
    first = sell(world)
    assert world.run_in_process("sync").returncode == 0
    [party] = world.emulator.office.parties
    del world.emulator.office.parties[party]
    document_of(world, first).deleted = world.emulator.clock.now()
    second = sell(world, "49.00")
    assert world.run_in_process("sync", "--json").outcomes == {second: "created"}
