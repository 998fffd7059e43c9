"""Two documents with the key of one order are shown, and neither is changed or sent a second time."""

from __future__ import annotations

from ppbillit_emulator import Fault, FaultKind
from support.sending import channel, sent
from support.shop_orders import enter_document_by_hand, sell
from support.stuck_orders import POST
from support.world import World, document_key


def test_the_one_that_is_left_of_two_with_the_same_key_is_sent_as_it_was_to_be(world: World) -> None:
    """Otherwise: the owner does what he is told, and the invoice is never sent, without a word."""
    channel(world, "email")
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=POST))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    world.run_in_process("sync")
    enter_document_by_hand(world, "A-1", own_key=document_key(order_id))
    world.emulator.office.switches.update(search_lag_seconds=0)
    assert world.run_in_process("sync", "--json").reasons(order_id) == ["key_taken_twice"]
    [copy] = [each for each in world.emulator.office.live if each.number == "A-1"]
    copy.deleted = world.emulator.clock.now()
    assert world.run_in_process("sync", "--order", str(order_id), "--json").outcomes == {order_id: "sent"}
    assert sent(world) == [(order_id, "SMTP")]


# --- two documents, neither deleted -------------------------------------------------------------


def test_two_documents_with_the_key_of_one_order_are_shown_and_left_alone(world: World) -> None:
    """Otherwise: a copy made in Billit, key and all, is silently taken for the invoice."""
    order_id = sell(world)
    for number in ("A-1", "A-2"):
        enter_document_by_hand(world, number, own_key=document_key(order_id))
    world.emulator.office.switches.update(search_lag_seconds=0)
    (world.state_file.parent).mkdir()
    assert world.run_in_process("sync").returncode == 78  # whose are they? no state file knows
    rebuilt = world.run_in_process("rebuild-state", "--json")
    assert (rebuilt.returncode, rebuilt.reasons(order_id)) == (3, ["key_taken_twice"])
    looked = world.run_in_process("sync", "--order", str(order_id), "--json")
    assert (looked.returncode, looked.reasons(order_id)) == (3, ["key_taken_twice"])
    assert world.writes() == 0


def test_a_copy_made_while_the_answer_was_lost_is_shown_too(world: World) -> None:
    """Otherwise: one of two invoices of the same order is picked at random."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="^/v1/orders$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    world.run_in_process("sync")
    enter_document_by_hand(world, "A-1", own_key=document_key(order_id))
    world.emulator.office.switches.update(search_lag_seconds=0)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.reasons(order_id)) == (3, ["key_taken_twice"])
    assert len(world.emulator.office.live) == 2
