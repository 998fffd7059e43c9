"""A document that Billit does not show for a while is not written off, and holds up no other."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ppbillit_emulator import Fault, FaultKind
from support.sending import channel, later, stop_before_sending
from support.shop_orders import sell, sell_net
from support.stuck_orders import READ, get_stuck, stuck_reasons
from support.world import SENDING, World, document_of


def hide(world: World, *, times: int | None = 1) -> None:
    """Let reads of single documents answer 404."""
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="billit", method="GET", path=READ, status=404, times=times)
    )


def test_one_stray_not_found_of_a_mailed_invoice_is_made_good_by_the_next_look(world: World) -> None:
    """Otherwise: "it is looked at again on the next runs", and it never is."""
    channel(world, "email")
    order_id = sell(world)
    world.run_in_process("sync")
    with later(hours=12):
        world.run_in_process("sync")
    with later(hours=25):
        hide(world)
        assert world.run_in_process("sync", "--json").reasons(order_id) == ["not_shown"]
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "delivered"}


def test_a_stray_not_found_does_not_take_the_place_of_what_is_to_be_mended(world: World) -> None:
    """Otherwise: the owner is told to do nothing about an invoice that nobody received."""
    order_id = get_stuck(world, "undelivered")
    before = stuck_reasons(world)
    with later(days=1):
        hide(world)
        world.run_in_process("sync")
        assert stuck_reasons(world) == {order_id: [*before[order_id], "not_shown"]}
    with later(days=3):
        world.run_in_process("sync")
        assert stuck_reasons(world) == before


def test_what_was_skipped_is_not_looked_at_any_more(world: World) -> None:
    order_id = get_stuck(world, "failed")
    world.run_in_process("skip", str(order_id), "--reason", "anders geregeld")
    with later(days=1):
        hide(world)
        assert world.run_in_process("sync").returncode == 0


@pytest.mark.parametrize("stage", ["created", "checked"])
def test_one_document_that_billit_cannot_give_stops_one_run_and_no_more(world: World, stage: str) -> None:
    """Otherwise: Billit stumbles over one old invoice, and the shop is not invoiced any more."""
    channel(world, "email")
    order_id = sell(world)
    if stage == "checked":
        stop_before_sending(world)
        world.run_in_process("sync")
        world.emulator.disarm()
        which = rf"/{document_of(world, order_id).order_id}$"
    else:
        which = READ
    broken = Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=which, times=None)
    world.emulator.arm(broken)
    assert world.run_in_process("sync").returncode == 69
    world.emulator.disarm()
    own = rf"/{document_of(world, order_id).order_id}$"
    world.emulator.arm(replace(broken, path=own))
    other = sell(world)
    with later(hours=2):
        result = world.run_in_process("sync", "--json")
        assert (result.returncode, result.outcomes) == (0, {other: "sent"})
        assert stuck_reasons(world) == {order_id: ["not_readable"]}
        world.emulator.disarm()
        assert world.run_in_process("sync", "--json").outcomes[order_id] == "sent"
        assert stuck_reasons(world) == {}


def test_a_sending_that_is_not_known_and_whose_document_is_hidden_can_be_skipped(world: World) -> None:
    """Otherwise: no run finds out, and nobody can settle it."""
    order_id = get_stuck(world, "sending")
    hide(world, times=None)
    world.run_in_process("sync")
    assert world.run_in_process("skip", str(order_id), "--reason", "opgezocht").returncode == 0
    assert world.run_in_process("status").returncode == 0
    looked = len(world.emulator.journal)
    world.run_in_process("sync")
    assert not [each for each in world.emulator.journal[looked:] if re.search(READ, each.path)]


def test_an_unsent_document_that_cannot_be_read_is_told_once(world: World) -> None:
    """Otherwise: every run ends there, and nothing that was sent is followed any more."""
    order_id = get_stuck(world, "unsent")
    own = rf"/{document_of(world, order_id).order_id}$"
    world.emulator.office.touch(document_of(world, order_id))
    broken = Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=own, times=None)
    world.emulator.arm(broken)
    codes = []
    for hours in (1, 2, 3, 26, 27):
        with later(hours=hours):
            codes.append(world.run_in_process("sync").returncode)
    assert codes == [69, 0, 0, 0, 0]
    assert stuck_reasons(world) == {order_id: ["not_on_peppol", "not_readable"]}


def test_an_order_that_is_not_known_is_counted_as_such(world: World) -> None:
    order_id = get_stuck(world, "hidden")
    world.write("UPDATE orders SET reasons = '[]' WHERE order_id = ?", order_id)
    hide(world)
    counts = world.run_in_process("sync", "--json").json["counts"]
    assert counts["unknown"] == 1


# --- without the list of deleted documents ------------------------------------------------------

A_DOCUMENT = r"^/v1/orders/\d+$"


def test_a_document_that_is_not_shown_is_not_written_off_while_the_list_of_deleted_ones_is_down(
    world: World,
) -> None:
    """Otherwise: a bad hour at Billit writes an invoice off, or ends every run."""
    world.configure(sending=SENDING)
    order_id, other = sell(world), sell_net(world)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="GET", path=A_DOCUMENT, status=404))
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", path="/orders/deleted", status=403, times=None))
    first = world.run_in_process("sync", "--json")
    assert (first.returncode, first.outcomes[order_id]) == (3, "unknown")
    assert first.outcomes[other] in {"sent", "unsent"}
    assert first.reasons(order_id) == ["not_shown"]
    world.emulator.disarm()
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}


# --- one answer of 404 or 401 -------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 401])
def test_one_stumble_of_billit_writes_no_invoice_off(world: World, status: int) -> None:
    """Otherwise: a 404 on the read-back, and the invoice is never checked, sent or mentioned again."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    body = {"errors": [{"Code": "AccessDenied"}]}
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="billit", method="GET", path=r"/v1/orders/\d+$", status=status, body=body)
    )
    first = world.run_in_process("sync", "--json")
    assert (first.returncode, first.reasons(order_id)) == (3, ["not_shown"])
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
