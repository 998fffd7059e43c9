"""What other people do in Billit meanwhile, and answers that come once a year."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ppbillit.http import NotSent, RetryPolicy
from ppbillit.http.connection import Connection
from ppbillit_emulator import Fault, FaultKind
from system.shops import by_hand, credit, sell, sell_net, three_documents
from system.world import SENDING, EndState, World, key, new_world

if TYPE_CHECKING:
    from ppbillit.http.connection import Request as HttpRequest
    from ppbillit.http.outcomes import Reply, Unknown
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

ROUTES = ["/v1/parties", "/v1/orders", "/v1/orders/commands/send"]
READ_BACK = Fault(FaultKind.REDIRECT_302, api="billit", method="GET", path=r"/v1/orders/\d+$")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> EndState:
    """How it ends where nothing goes wrong."""
    with new_world(tmp_path_factory.mktemp("peace"), sending=SENDING) as world:
        three_documents(world)
        assert world.here("sync").returncode == 0
        return world.end_state()


@pytest.mark.parametrize("path", ROUTES)
def test_a_write_that_could_not_leave_the_machine_is_simply_made_later(
    world: World, wanted: EndState, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Otherwise: a network that went away at the wrong moment leaves a riddle, where nothing happened at all."""
    world.configure(sending=SENDING)
    three_documents(world)
    exchange = Connection.exchange

    def cut_off(wire: Connection, call: HttpRequest) -> Reply | NotSent | Unknown:
        if (call.method, call.path) == ("POST", path):
            return NotSent("could not be reached (the cable is out)")
        return exchange(wire, call)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "exchange", cut_off)
        patch.setattr("ppbillit.http.client.RetryPolicy", lambda: RetryPolicy(wait_initial=0, wait_jitter=0))
        result = world.here("sync", "--json")
    assert result.returncode == result.json["exit_code"] == 69
    assert "the cable is out" in result.stderr
    assert world.rows("SELECT * FROM attempts WHERE outcome = 'open'") == []
    assert world.here("sync").returncode == 0
    assert world.end_state() == wanted
    assert {number for (number,) in world.rows("SELECT number FROM attempts")} == {1}


@pytest.mark.parametrize("path", ROUTES)
def test_a_key_that_billit_calls_used_is_no_proof_that_anything_was_made(
    world: World, wanted: EndState, path: str
) -> None:
    """Otherwise: "409" is taken for "done", and an invoice that does not exist is ticked off."""
    world.configure(sending=SENDING)
    three_documents(world)
    body = {"errors": [{"Code": "Idempotent token already exists"}]}
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="billit", method="POST", path=f"^{path}$", status=409, body=body)
    )
    assert world.here("sync").returncode == 3
    for _ in range(3):  # two misses, a settle delay apart, before it is believed
        time.sleep(0.05)
        world.here("sync")
    assert world.end_state() == wanted


def test_a_sending_that_billit_says_was_made_already_counts_as_made(world: World) -> None:
    """Otherwise: what somebody sent by hand a minute ago is reported as a failure."""
    world.configure(sending=SENDING)
    order_id = sell(world)

    def send_by_hand(request: Request, phase: Phase) -> None:
        if (request.path, phase) == (ROUTES[2], "before"):
            body = {
                "errors": [{"Code": "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue"}]
            }
            world.emulator.arm(Fault(FaultKind.REFUSE, method="POST", path=ROUTES[2], body=body))

    world.emulator.on_request = send_by_hand
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=f"{ROUTES[2]}$"))
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}
    assert len(world.emulator.office.deliveries) == 1


def test_a_debtor_that_a_later_look_finds_is_not_made_again(world: World) -> None:
    """Otherwise: the list of debtors lags a little, and the customer is there twice."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="^/v1/parties$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    assert world.here("sync").returncode == 3
    world.here("sync")  # missed once
    world.emulator.office.switches.update(search_lag_seconds=0)
    assert world.here("sync", "--json").outcomes == {order_id: "created"}
    assert len(world.emulator.office.parties) == 1


def test_two_documents_with_the_key_of_one_order_are_shown_and_left_alone(world: World) -> None:
    """Otherwise: a copy made in Billit, key and all, is silently taken for the invoice."""
    order_id = sell(world)
    for number in ("A-1", "A-2"):
        by_hand(world, number, own_key=key(order_id))
    world.emulator.office.switches.update(search_lag_seconds=0)
    (world.state_file.parent).mkdir()
    assert world.here("sync").returncode == 78  # whose are they? no state file knows
    rebuilt = world.here("rebuild-state", "--json")
    assert (rebuilt.returncode, rebuilt.reasons(order_id)) == (3, ["key_taken_twice"])
    looked = world.here("sync", "--order", str(order_id), "--json")
    assert (looked.returncode, looked.reasons(order_id)) == (3, ["key_taken_twice"])
    assert world.writes() == 0


def test_a_copy_made_while_the_answer_was_lost_is_shown_too(world: World) -> None:
    """Otherwise: one of two invoices of the same order is picked at random."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="^/v1/orders$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    world.here("sync")
    by_hand(world, "A-1", own_key=key(order_id))
    world.emulator.office.switches.update(search_lag_seconds=0)
    result = world.here("sync", "--json")
    assert (result.returncode, result.reasons(order_id)) == (3, ["key_taken_twice"])
    assert len(world.emulator.office.live) == 2


@pytest.mark.parametrize("moment", ["before the comparison", "before the sending is settled"])
def test_a_document_deleted_in_the_middle_of_the_job_stays_deleted(world: World, moment: str) -> None:
    """Otherwise: the owner sees a wrong invoice, deletes it, and the interrupted run makes it again."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    lost = Fault(FaultKind.CLOSE_BEFORE, api="billit", method="POST", path=f"{ROUTES[2]}$")
    world.emulator.arm(READ_BACK if moment == "before the comparison" else lost)
    assert world.here("sync").returncode in {3, 69}
    [document] = world.emulator.office.live
    document.deleted = world.emulator.clock.now()
    result = world.here("sync", "--json")
    assert (result.outcomes, result.reasons(order_id)) == ({order_id: "deleted"}, ["vanished"])
    assert world.here("sync").stdout == ""
    assert (world.totals(), world.emulator.office.deliveries) == ({}, [])


def test_an_order_that_cannot_be_read_is_parked_and_the_others_go_on(world: World) -> None:
    """Otherwise: one order in a form nobody foresaw stops all invoices."""
    odd, good = sell(world, extra={"amount_with_tax": "ninety-seven"}), sell_net(world)
    first = world.here("sync", "--json")
    assert (first.returncode, first.outcomes) == (3, {odd: "parked", good: "created"})
    assert first.reasons(odd) == ["unreadable"]
    assert world.here("sync").stdout == ""
    world.emulator.shop.orders[odd]["amount_with_tax"] = "97.00"
    assert world.here("sync", "--json").outcomes == {odd: "created"}


def test_a_credit_note_waits_for_an_invoice_that_is_parked(world: World) -> None:
    """Otherwise: the books hold a credit of an invoice that does not exist."""
    order_id = sell(world)
    note = credit(world, order_id)
    refused = Fault(FaultKind.REFUSE, api="billit", method="POST", path="^/v1/orders$")
    world.emulator.arm(refused)
    first = world.here("sync", "--json")
    assert first.outcomes == {order_id: "parked", note: "parked"}
    assert first.reasons(note) == ["original_unsettled"]
    assert world.here("sync").stdout == ""
    assert world.here("sync", "--order", str(order_id), "--json").outcomes == {order_id: "created"}
    assert world.here("sync", "--json").outcomes == {note: "created"}
