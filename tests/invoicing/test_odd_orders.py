"""An order that cannot be read or explained is parked, and the others go on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from ppbillit.mapping.amounts import read_amounts
from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.builder import build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.shop_orders import sell, sell_net

if TYPE_CHECKING:
    from support.world import World


def test_an_order_that_cannot_be_read_is_parked_and_the_others_go_on(world: World) -> None:
    """Otherwise: one order in a form nobody foresaw stops all invoices."""
    odd, good = sell(world, extra={"amount_with_tax": "ninety-seven"}), sell_net(world)
    first = world.run_in_process("sync", "--json")
    assert (first.returncode, first.outcomes) == (3, {odd: "parked", good: "created"})
    assert first.reasons(odd) == ["unreadable"]
    assert world.run_in_process("sync").stdout == ""
    world.emulator.shop.orders[odd]["amount_with_tax"] = "97.00"
    assert world.run_in_process("sync", "--json").outcomes == {odd: "created"}


# --- orders that the code stumbles over ---------------------------------------------------------


def test_one_odd_order_does_not_stop_the_shop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise: something that nobody foresaw about one order, and nothing is invoiced any more."""
    odd, ordinary = sell(world, "12.34"), sell(world)

    def stumble(order):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if order.id == odd:
            raise OverflowError
        return read_amounts(order)

    monkeypatch.setattr("ppbillit.mapping.mapper.read_amounts", stumble)
    result = world.run_in_process("sync", "--json")
    assert result.outcomes == {odd: "parked", ordinary: "created"}
    assert result.reasons(odd) == ["unreadable"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31"])
def test_a_date_that_no_shop_means_parks_its_order_alone(world: World, day: str) -> None:
    odd, ordinary = sell(world), sell(world)
    world.emulator.shop.orders[odd]["invoice_date"] = day
    world.emulator.shop.switches.update(date_filter="ignored")
    result = world.run_in_process("sync", "--json")
    assert result.outcomes[ordinary] == "created"
    assert result.outcomes.get(odd, "parked") == "parked"


def test_an_unfinished_order_that_the_shop_has_no_more_is_let_go(world: World) -> None:
    """Otherwise: it is counted as stuck for ever, and asked for in every run."""
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path="/v1/orders$"))
    order_id = sell(world)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "parked"}
    del world.emulator.shop.orders[order_id]
    gone = world.run_in_process("sync", "--json")
    assert (gone.outcomes, gone.reasons(order_id)) == ({order_id: "skipped"}, ["gone_from_shop"])
    assert gone.json["counts"]["stuck"] == 0


# --- amounts that no reading explains -----------------------------------------------------------


def test_an_amount_that_no_reading_explains_is_parked_and_nothing_is_made(world: World) -> None:
    """Otherwise: an invoice that adds up in itself, and to something else than what was paid."""
    order = build_order([Line("Cursus", "97.00")], CONSUMER_BE, extra={"amount_with_tax": "96.00"})
    order_id = world.emulator.shop.add(order)
    world.configure(sync={"go_live": date(2026, 10, 1)})
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.reasons(order_id)) == (3, ["amounts_unexplained"])
    assert (world.totals(), world.writes()) == ({}, 0)
