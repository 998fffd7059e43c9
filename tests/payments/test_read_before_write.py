"""Both sides are read right before either is written."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT
from support.payments import (
    NOTHING,
    first_payment_run_of_a_day,
    pay_in_billit,
    sell_open,
    set_status,
    status,
    synced,
    unpay_in_billit,
    writes,
)
from support.world import document_of

if TYPE_CHECKING:
    from support.world import World

DOCUMENT = r"^/v1/orders/\d+$"


def delete(world: World, order_id: int) -> None:
    with world.emulator.lock:
        document_of(world, order_id).deleted = world.emulator.clock.now()


@pytest.mark.parametrize("late", ["the debit failed", "switched on"])
def test_an_order_is_not_set_to_paid_for_an_invoice_that_was_deleted(world: World, late: str) -> None:
    """Otherwise: Billit's lists do not show that it is gone, and the customer has the course for nothing."""
    world.configure(payments={"to_plugandpay": late != "switched on"})
    (order_id,) = synced(world, sell_open(world, payment=DIRECT_DEBIT))
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    delete(world, order_id)
    set_status(world, order_id, "open")
    world.configure(payments={"to_plugandpay": True})
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "deleted"}
    assert (status(world, order_id), writes(world)) == ("open", NOTHING)


def test_an_order_is_not_set_to_paid_whose_invoice_was_marked_as_unpaid_in_the_moment_between(
    world: World,
) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)

    def act(request: object, phase: str) -> None:
        is_look = getattr(request, "path", "") == f"/v2/orders/{order_id}/payment"
        if phase == "after" and is_look:
            world.emulator.on_request = None
            unpay_in_billit(world, order_id)

    world.emulator.on_request = act
    assert world.run_in_process("sync-payments").stdout == ""
    assert (status(world, order_id), writes(world)) == ("open", NOTHING)


def test_a_lost_write_to_the_shop_is_not_repeated_for_an_invoice_that_was_deleted(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api="plugandpay", method="PATCH"))
    world.run_in_process("sync-payments")
    delete(world, order_id)
    time.sleep(0.02)
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "deleted"}
    assert (status(world, order_id), writes(world)) == ("open", NOTHING)
    assert world.run_in_process("sync-payments").stdout == ""


def test_an_invoice_is_not_marked_whose_order_was_set_back_since_it_was_read(world: World) -> None:
    """Otherwise: what was a mistake in the shop, and put right there, is in the books for good."""
    (order_id,) = synced(world, sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    world.emulator.arm(Fault(FaultKind.ERROR_500_BEFORE, api="billit", path=DOCUMENT, times=None))
    assert world.run_in_process("sync-payments").returncode == 69
    world.emulator.disarm()
    set_status(world, order_id, "open")
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_a_lost_marking_is_not_repeated_whose_order_was_set_back_meanwhile(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api="billit", method="PATCH"))
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "unknown"}
    set_status(world, order_id, "open")
    time.sleep(0.02)
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == NOTHING
    assert world.rows("SELECT pending FROM payments") == [(None,)]


@pytest.mark.parametrize("hidden", ["404", "500"])
@pytest.mark.parametrize("side", ["shop", "billit"])
def test_a_lost_write_is_not_given_up_because_its_document_is_not_shown(
    world: World, side: str, hidden: str
) -> None:
    """Otherwise: it is made anew before it can be known whether the first one still arrives."""
    (order_id,) = synced(world, sell_open(world))
    if side == "shop":
        pay_in_billit(world, order_id)
    else:
        world.emulator.shop.mark_paid(order_id)
    api = "plugandpay" if side == "shop" else "billit"
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api=api, method="PATCH"))  # type: ignore[arg-type]
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "unknown"}
    world.emulator.disarm()
    time.sleep(0.02)  # so that a write to the shop would be repeated now
    if side == "billit":
        world.configure(sync={"settle_seconds": 3600})
    unseen = Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=DOCUMENT, times=None)
    if hidden == "404":
        unseen = replace(unseen, kind=FaultKind.REFUSE, status=404)
    world.emulator.arm(unseen)
    for _ in range(2):
        world.run_in_process("sync-payments")
    world.emulator.disarm()
    assert world.rows("SELECT pending FROM payments") == [("plugandpay" if side == "shop" else "billit",)]
    assert writes(world) == NOTHING
    first_payment_run_of_a_day(world)
    world.run_in_process("sync-payments")
    assert writes(world) == ((1, 0) if side == "shop" else NOTHING)  # the settle delay of Billit's is an hour
