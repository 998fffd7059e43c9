"""Billit is asked once more right before a write: what appeared since the list was read stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit_emulator import Fault, FaultKind
from support.shop_orders import enter_document_by_hand, sell
from support.world import World, document_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

LOST = Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="^/v1/orders$")


def once(world: World, wanted: Callable[[Request], bool], happen: Callable[[], object]) -> None:
    """Let something happen right before the first request of a kind is handled."""
    left = [happen]

    def hook(request: Request, phase: Phase) -> None:
        if phase == "before" and left and wanted(request):
            left.pop()()

    world.emulator.on_request = hook


def is_create(request: Request) -> bool:
    return (request.method, request.path) == ("POST", "/v1/orders")


def enter_the_same(world: World, order_id: int, *, days_ago: int = 3) -> None:
    """Let a person make the invoice of an order by hand: the number, the total, no key."""
    enter_document_by_hand(
        world, str(world.emulator.shop.orders[order_id]["invoice_number"]), days_ago=days_ago
    )


def test_an_invoice_made_by_hand_a_moment_ago_is_taken_over_where_that_is_wanted(world: World) -> None:
    """Otherwise: --adopt takes over all but the one that was made while the run was at work."""
    order_id = sell(world, "121.00")
    once(world, is_create, lambda: enter_the_same(world, order_id))
    result = world.run_in_process("sync", "--adopt", "--json")
    assert (result.returncode, result.outcomes) == (0, {order_id: "adopted"})
    assert len(world.emulator.office.live) == 1
    assert world.run_in_process("sync").stdout == ""


def test_a_number_that_was_taken_a_moment_ago_is_told_also_where_billit_goes_out(world: World) -> None:
    """Otherwise: the order is parked, the next run has no news of it, and nobody ever hears of it."""
    order_id = sell(world, "121.00")
    world.emulator.arm(
        Fault(
            FaultKind.BAD_GATEWAY_502, api="billit", method="GET", path=r"^/v1/orders/\d+$", nth=2, times=None
        )
    )
    world.emulator.office.switches.update(summary_external_id=False)
    once(world, is_create, lambda: enter_the_same(world, order_id))
    result = world.run_in_process("sync", "--adopt", "--json")
    assert (result.returncode, result.outcomes) == (69, {order_id: "parked"})
    assert result.reasons(order_id) == ["not_adopted"]


def test_a_copy_that_turns_up_right_before_the_second_try_stops_it(world: World) -> None:
    """Otherwise: a third document of the same order, or one of the two picked at random."""
    order_id = sell(world)
    world.emulator.office.switches.update(search_lag_seconds=3600)
    world.emulator.arm(LOST)
    world.run_in_process("sync")
    world.run_in_process("sync")  # missed once

    def show_all() -> None:
        enter_document_by_hand(world, "A-1", own_key=document_key(order_id))
        world.emulator.office.switches.update(search_lag_seconds=0)

    once(world, lambda request: "OrderDate" in str(request.query), show_all)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.reasons(order_id)) == (3, ["key_taken_twice"])
    assert world.rows("SELECT count(*) FROM attempts WHERE outcome = 'open'") == [(0,)]
    assert len(world.emulator.office.live) == 2
    assert world.run_in_process("sync").stdout == ""
