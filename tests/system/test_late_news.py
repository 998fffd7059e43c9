"""What comes to light only after the look that was to show it: between a look and the write it allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import Fault, FaultKind
from system.shops import by_hand, credit, sell, sell_net
from system.world import SENDING, World, key

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

LOST = Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="^/v1/orders$")
A_DOCUMENT = r"^/v1/orders/\d+$"


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
    by_hand(world, str(world.emulator.shop.orders[order_id]["invoice_number"]), days_ago=days_ago)


def test_an_invoice_made_by_hand_a_moment_ago_is_taken_over_where_that_is_wanted(world: World) -> None:
    """Otherwise: --adopt takes over all but the one that was made while the run was at work."""
    order_id = sell(world, "121.00")
    once(world, is_create, lambda: enter_the_same(world, order_id))
    result = world.here("sync", "--adopt", "--json")
    assert (result.returncode, result.outcomes) == (0, {order_id: "adopted"})
    assert len(world.emulator.office.live) == 1
    assert world.here("sync").stdout == ""


def test_a_yes_that_does_not_say_which_document_was_made_is_looked_up(world: World) -> None:
    """Otherwise: "200 OK" without a number is taken for a failure, and the invoice is made again."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.EMPTY_200, api="billit", method="POST", path="^/v1/orders$"))
    assert world.here("sync", "--json").outcomes == {order_id: "created"}
    assert world.totals() == {key(order_id): "97.00"}


def test_a_yes_without_a_number_and_without_a_document_is_no_yes(world: World) -> None:
    """Otherwise: an invoice that nobody has counts as made."""
    order_id = sell(world)
    empty = Fault(FaultKind.REFUSE, api="billit", method="POST", path="^/v1/orders$", status=200, body=None)
    world.emulator.arm(empty)
    first = world.here("sync", "--json")
    assert (first.returncode, first.outcomes) == (3, {order_id: "unknown"})
    assert first.reasons(order_id) == ["outcome_unknown"]
    for _ in range(3):
        world.here("sync")
    assert world.totals() == {key(order_id): "97.00"}


def test_a_copy_that_turns_up_right_before_the_second_try_stops_it(world: World) -> None:
    """Otherwise: a third document of the same order, or one of the two picked at random."""
    order_id = sell(world)
    world.emulator.office.switches.update(search_lag_seconds=3600)
    world.emulator.arm(LOST)
    world.here("sync")
    world.here("sync")  # missed once

    def show_all() -> None:
        by_hand(world, "A-1", own_key=key(order_id))
        world.emulator.office.switches.update(search_lag_seconds=0)

    once(world, lambda request: "OrderDate" in str(request.query), show_all)
    result = world.here("sync", "--json")
    assert (result.returncode, result.reasons(order_id)) == (3, ["key_taken_twice"])
    assert world.rows("SELECT count(*) FROM attempts WHERE outcome = 'open'") == [(0,)]
    assert len(world.emulator.office.live) == 2
    assert world.here("sync").stdout == ""


def refuse_the_original(world: World) -> None:
    body = {"errors": [{"Code": "TheAboutInvoiceNumberCouldNotBeFound"}]}
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="billit", method="POST", path="^/v1/orders$", body=body, times=None)
    )


@pytest.mark.parametrize("shown", [True, False])
def test_a_credit_note_refused_for_an_invoice_that_is_there_is_parked_and_not_tried_for_ever(
    world: World, *, shown: bool
) -> None:
    """Otherwise: each run asks Billit again, and gets the same answer."""
    order_id = sell(world)
    assert world.here("sync").returncode == 0
    note = credit(world, order_id)
    refuse_the_original(world)
    if not shown:
        hidden = Fault(FaultKind.REFUSE, api="billit", method="GET", path=A_DOCUMENT, status=404, times=None)
        world.emulator.arm(hidden)
    first = world.here("sync", "--json")
    assert first.returncode == 3
    assert first.reasons(note) == ["billit_refused"]
    before = world.writes()
    assert world.here("sync").stdout == ""
    assert world.writes() == before


def test_a_credit_note_that_names_no_invoice_and_is_refused_for_one_is_parked(world: World) -> None:
    """Otherwise: an answer that makes no sense ends the run."""
    world.emulator.shop.switches.update(related_orders="absent")
    note = credit(world, sell(world))
    second = credit(world, sell(world))  # which of the two equal ones it credits is not known
    refuse_the_original(world)
    result = world.here("sync", "--json")
    assert result.returncode == 3
    assert result.outcomes[note] == result.outcomes[second] == "parked"


def test_a_document_that_is_not_shown_is_not_written_off_while_the_list_of_deleted_ones_is_down(
    world: World,
) -> None:
    """Otherwise: a bad hour at Billit writes an invoice off, or ends every run."""
    world.configure(sending=SENDING)
    order_id, other = sell(world), sell_net(world)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="GET", path=A_DOCUMENT, status=404))
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", path="/orders/deleted", status=403, times=None))
    first = world.here("sync", "--json")
    assert (first.returncode, first.outcomes[order_id]) == (3, "unknown")
    assert first.outcomes[other] in {"sent", "unsent"}
    assert first.reasons(order_id) == ["not_shown"]
    world.emulator.disarm()
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}
