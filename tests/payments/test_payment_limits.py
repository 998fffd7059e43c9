"""A run that would write many payments stops until a person has seen how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from support.payments import (
    NOTHING,
    first_payment_run_of_a_day,
    pay_in_billit,
    sell_open,
    set_status,
    status,
    synced,
    writes,
)
from support.shop_orders import sell
from support.world import document_of

if TYPE_CHECKING:
    from support.world import World

Side = Literal["shop", "billit"]
LIMIT = 2
COUNT = 3
WORDS = {
    "shop": f"set {COUNT} orders to paid in Plug&Pay, and {LIMIT} are allowed",
    "billit": f"change the payments of {COUNT} invoices in Billit, and {LIMIT} are allowed",
}


def pay(world: World, side: Side, count: int = COUNT) -> list[int]:
    """Let some orders be paid on the other side alone, in a shop with a limit."""
    orders = [sell_open(world) for _ in range(count)]
    synced(world, *orders)
    world.configure(sync={"max_new_per_run": LIMIT})
    for order_id in orders:
        if side == "shop":
            pay_in_billit(world, order_id)
        else:
            world.emulator.shop.mark_paid(order_id)
    return orders


@pytest.mark.parametrize("verb", [("sync-payments",), ("sync", "--with-payments")], ids=" ".join)
@pytest.mark.parametrize("side", ["shop", "billit"])
def test_more_payments_than_may_be_are_not_written_before_a_person_says_so(
    world: World, side: Side, verb: tuple[str, ...]
) -> None:
    """Otherwise: a direction is switched on, and hundreds of customers get a mail before anybody looked."""
    orders = pay(world, side)
    for _ in range(2):
        braked = world.run_in_process(*verb)
        assert (braked.returncode, writes(world)) == (3, NOTHING)
        assert WORDS[side] in braked.stderr
        assert f"--max-new {COUNT}" in braked.stderr
    allowed = world.run_in_process(*verb, "--max-new", str(COUNT), "--json")
    assert (allowed.returncode, allowed.outcomes) == (0, dict.fromkeys(orders, "paid"))
    assert world.run_in_process(*verb).stdout == ""


def test_switching_a_direction_on_is_braked(world: World) -> None:
    world.configure(payments={"to_plugandpay": False})
    orders = pay(world, "shop")
    assert world.run_in_process("sync-payments").stdout == ""
    world.configure(payments={"to_plugandpay": True})
    assert world.run_in_process("sync-payments").returncode == 3
    assert {status(world, order_id) for order_id in orders} == {"open"}


def test_as_many_as_may_be_are_written(world: World) -> None:
    orders = pay(world, "shop", LIMIT)
    assert world.run_in_process("sync-payments", "--json").outcomes == dict.fromkeys(orders, "paid")


def test_what_a_person_set_to_paid_in_the_shop_meanwhile_is_not_counted(world: World) -> None:
    """Otherwise: a run is braked for payments of which it would write none."""
    for order_id in pay(world, "shop"):
        set_status(world, order_id, "paid")
    first_payment_run_of_a_day(world)
    result = world.run_in_process("sync-payments")
    assert (result.returncode, result.stdout) == (0, "")


def test_the_brake_on_one_side_does_not_stop_the_other(world: World) -> None:
    late, *orders = synced(world, *(sell_open(world) for _ in range(COUNT + 1)))
    world.configure(sync={"max_new_per_run": LIMIT})
    for order_id in orders:
        pay_in_billit(world, order_id)
    world.emulator.shop.mark_paid(late)
    result = world.run_in_process("sync-payments", "--json")
    assert (result.returncode, result.outcomes) == (3, {late: "paid"})
    assert result.json["error"]["message"].count("max_new_per_run") == 1


def test_a_dry_run_shows_what_the_brake_holds_back(world: World) -> None:
    orders = pay(world, "shop")
    shown = world.run_in_process("sync-payments", "--dry-run", "--json")
    assert (shown.returncode, shown.outcomes) == (3, dict.fromkeys(orders, "paid"))
    assert writes(world) == NOTHING


def test_both_brakes_are_told_of_in_one_run(world: World) -> None:
    pay(world, "shop")
    for _ in range(COUNT):
        sell(world)
    braked = world.run_in_process("sync", "--with-payments")
    assert braked.returncode == 3
    assert f"{COUNT} new documents" in braked.stderr
    assert WORDS["shop"] in braked.stderr


def test_taking_back_many_payments_is_braked_too(world: World) -> None:
    """Otherwise: reopen_reversed is switched on, and a year of charge-backs is undone in closed books."""
    orders = synced(world, *(sell(world, days_ago=9) for _ in range(COUNT)))
    for order_id in orders:
        world.emulator.shop.charge_back(order_id)
    first_payment_run_of_a_day(world)
    world.run_in_process("sync-payments")
    world.configure(payments={"reopen_reversed": True}, sync={"max_new_per_run": LIMIT})
    assert WORDS["billit"] in world.run_in_process("sync-payments").stderr
    assert all(document_of(world, order_id).paid for order_id in orders)
