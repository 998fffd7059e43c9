"""An update of a debtor that failed or got no answer is reported, and holds up no order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import FIRM_BE
from support.billit_debtors import PARTY, address, debtor_of, debtor_records, debtor_requests
from support.moved_buyers import MOVED, NEW_ADDRESS, known_an, update_debtors
from support.shop_orders import sell

if TYPE_CHECKING:
    from support.world import World


@pytest.mark.parametrize("kind", [FaultKind.CLOSE_AFTER, FaultKind.HTML_200_AFTER, FaultKind.ERROR_500_AFTER])
def test_a_change_whose_answer_is_lost_is_looked_at_and_not_repeated(world: World, kind: FaultKind) -> None:
    an = known_an(world)
    order = sell(world, buyer=MOVED)
    world.emulator.arm(Fault(kind, api="billit", method="PATCH", path=PARTY))
    result = update_debtors(world)
    assert (result.returncode, result.reasons(order)) == (0, ["debtor_updated"])
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]
    assert len(debtor_requests(world, "PATCH", PARTY)) == 1


def test_a_change_that_did_not_arrive_is_said_and_made_when_asked_again(world: World) -> None:
    an = known_an(world)
    order = sell(world, buyer=MOVED)
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api="billit", method="PATCH", path=PARTY))
    assert "debtor_not_updated" in update_debtors(world).reasons(order)
    assert debtor_records(world)[an]["Addresses"] == [address()]
    assert update_debtors(world).reasons(order) == ["debtor_updated"]
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_a_change_that_billit_does_not_take_over_is_said(world: World) -> None:
    """Otherwise: "updated" is reported, and the next letter goes to the old house."""
    world.emulator.office.switches.update(party_patch_address="beside")
    known_an(world)
    order = sell(world, buyer=MOVED)
    result = update_debtors(world)
    assert (result.returncode, result.outcomes) == (3, {order: "created"})
    assert "debtor_not_updated" in result.reasons(order)
    assert "debtor_updated" not in result.reasons(order)


@pytest.mark.parametrize("refusing", ["fault", "nulls"])
def test_a_change_that_billit_refuses_is_said_and_the_order_is_invoiced(world: World, refusing: str) -> None:
    """Otherwise: an address that Billit dislikes keeps the invoice from being made."""
    an = known_an(world, Addresses=[address(Box="2")])
    before = debtor_records(world)
    order = sell(world, buyer=replace(MOVED, housenumber="7"))
    if refusing == "fault":
        world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="PATCH", path=PARTY))
    else:
        world.emulator.office.switches.update(party_patch_nulls="reject")
    result = update_debtors(world)
    assert result.outcomes == {order: "created"}
    assert "debtor_update_refused" in result.reasons(order)
    assert (debtor_of(world, order), debtor_records(world)) == (an, before)


def test_a_debtor_that_cannot_be_read_is_said_and_keeps_nobody_from_being_invoiced(world: World) -> None:
    """Otherwise: Billit stumbles over one customer, and with the flag in cron nothing is invoiced any more."""
    an = known_an(world)
    before = debtor_records(world)[an]
    order, other = sell(world, buyer=MOVED), sell(world, buyer=FIRM_BE)
    unreadable = rf"/v1/parties/{an}$"
    world.emulator.arm(
        Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=unreadable, times=None)
    )
    result = update_debtors(world)
    assert (result.returncode, result.outcomes) == (3, {order: "created", other: "created"})
    assert "debtor_not_readable" in result.reasons(order)
    assert (debtor_of(world, order), debtor_records(world)[an]) == (an, before)
    world.emulator.disarm()
    assert "debtor_updated" in update_debtors(world).reasons(order)


@pytest.mark.parametrize("refusing", [FaultKind.REFUSE, FaultKind.CLOSE_BEFORE])
def test_a_debtor_that_was_not_changed_is_not_counted_as_changed(world: World, refusing: FaultKind) -> None:
    """Otherwise: the counts say that all is well, and so does the exit code."""
    known_an(world)
    sell(world, buyer=MOVED)
    world.run_in_process("sync")
    world.emulator.arm(Fault(refusing, api="billit", method="PATCH", path=PARTY))
    result = update_debtors(world)
    assert (result.returncode, result.json["counts"]["updated"]) == (3, 0)
