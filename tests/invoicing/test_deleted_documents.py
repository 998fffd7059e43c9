"""A document that somebody deleted in Billit is noticed, and not made again."""

from __future__ import annotations

import time

import pytest

from ppbillit_emulator import Fault, FaultKind
from support.faults import WRITE_PATHS
from support.sending import channel, later, sent
from support.shop_orders import enter_document_by_hand, first_run_of_a_day, sell
from support.stuck_orders import get_stuck, stuck_reasons
from support.world import SENDING, World, document_key, document_of


def test_a_document_deleted_in_billit_is_not_made_again(world: World) -> None:
    """Otherwise: what the bookkeeper throws away comes back every hour."""
    order_id = sell(world)
    world.run_in_process("sync")
    [document] = world.emulator.office.live
    document.deleted = world.emulator.clock.now()
    for arguments in ((), ("--order", str(order_id)), ("--order", str(order_id), "--adopt")):
        assert world.run_in_process("sync", *arguments).returncode == 0
    assert world.totals() == {}


# --- the list of deleted documents --------------------------------------------------------------


@pytest.mark.parametrize("kind", ["unsent", "pending"])
def test_what_was_deleted_in_billit_is_noticed_within_a_day(world: World, kind: str) -> None:
    """Otherwise: the owner made it anew by hand, and is told for ever that the old one was not sent."""
    order_id = get_stuck(world, kind)
    document_of(world, order_id).deleted = world.emulator.clock.now()
    with later(days=1):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "deleted"}
        assert stuck_reasons(world) == {}


@pytest.mark.parametrize("status", [500, 404, 403])
def test_invoices_are_made_where_the_list_of_deleted_ones_cannot_be_had(world: World, status: int) -> None:
    """Otherwise: housekeeping stops the shop."""
    channel(world, "email")
    sell(world)
    world.run_in_process("sync")
    listed = r"/v1/orders/deleted$"
    fault = Fault(FaultKind.REFUSE, api="billit", method="GET", path=listed, status=status, times=None)
    world.emulator.arm(fault)
    other = sell(world)
    with later(days=1):
        result = world.run_in_process("sync", "--json")
        assert (result.returncode, result.outcomes[other]) == (0, "sent")
        assert "deleted documents" in result.stderr
        assert world.run_in_process("sync").stderr == ""  # once a day


def test_several_documents_that_were_all_deleted_are_not_made_anew(world: World) -> None:
    """Otherwise: what a person deleted is made again, and mailed."""
    channel(world, "email")
    other = sell(world)
    assert world.run_in_process("sync").returncode == 0
    order_id = sell(world)
    for number in ("A-1", "A-2"):
        enter_document_by_hand(world, number, own_key=document_key(order_id))
    world.emulator.office.switches.update(search_lag_seconds=0)
    assert world.run_in_process("sync", "--json").reasons(order_id) == ["key_taken_twice"]
    for document in world.emulator.office.live:
        if document.external_id == document_key(order_id):
            document.deleted = world.emulator.clock.now()
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "deleted"}
    assert [each for each, _ in sent(world)] == [other]


# --- deleted during a run -----------------------------------------------------------------------

READ_BACK = Fault(FaultKind.REDIRECT_302, api="billit", method="GET", path=r"/v1/orders/\d+$")


@pytest.mark.parametrize("moment", ["before the comparison", "before the sending is settled"])
def test_a_document_deleted_in_the_middle_of_the_job_stays_deleted(world: World, moment: str) -> None:
    """Otherwise: the owner sees a wrong invoice, deletes it, and the interrupted run makes it again."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    lost = Fault(FaultKind.CLOSE_BEFORE, api="billit", method="POST", path=f"{WRITE_PATHS[2]}$")
    world.emulator.arm(READ_BACK if moment == "before the comparison" else lost)
    assert world.run_in_process("sync").returncode in {3, 69}
    [document] = world.emulator.office.live
    document.deleted = world.emulator.clock.now()
    result = world.run_in_process("sync", "--json")
    assert (result.outcomes, result.reasons(order_id)) == ({order_id: "deleted"}, ["vanished"])
    assert world.run_in_process("sync").stdout == ""
    assert (world.totals(), world.emulator.office.deliveries) == ({}, [])


# --- deleted while an answer was lost -----------------------------------------------------------


def test_what_billit_lists_as_deleted_is_gone_and_stays_gone(world: World) -> None:
    """Otherwise: the owner deletes an invoice on purpose, and the next run makes it again."""
    world.configure(sending={"businesses": "none", "consumers": "email"})
    order_id = sell(world)
    fault = Fault(FaultKind.RATE_LIMITED, api="billit", path="commands/send", retry_after=3600, times=None)
    world.emulator.arm(fault)
    assert world.run_in_process("sync").returncode == 75  # made and checked, not sent
    world.emulator.disarm()
    document_of(world, order_id).deleted = world.emulator.clock.now()
    looked = world.run_in_process("sync", "--json")
    assert (looked.returncode, looked.outcomes) == (0, {order_id: "deleted"})
    first_run_of_a_day(world)
    assert world.run_in_process("sync").stdout == ""
    assert world.totals() == {}


def test_what_was_deleted_while_its_answer_was_lost_is_not_made_again(world: World) -> None:
    """Otherwise: the same, in the one run in which nobody knew yet whether it was made."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="/v1/orders$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    assert world.run_in_process("sync").returncode == 3
    document_of(world, order_id).deleted = world.emulator.clock.now()
    world.emulator.office.switches.update(search_lag_seconds=0)
    for _ in range(4):
        time.sleep(0.01)
        world.run_in_process("sync")
    assert world.stages() == {order_id: "deleted"}
    assert world.totals() == {}
