"""What is paid in the shop is marked as paid in Billit, with date and method."""

from __future__ import annotations

from decimal import Decimal

import pytest

from support.payments import (
    NOTHING,
    change,
    first_payment_run_of_a_day,
    pay_in_billit,
    pay_some_in_billit,
    requests_made,
    sell_and_sync,
    sell_open,
    set_status,
    status,
    synced,
    writes,
)
from support.shop_orders import sell
from support.world import BRUSSELS, World, document_of


def test_an_invoice_whose_order_is_paid_later_is_marked_with_date_and_method(world: World) -> None:
    order_id, other = synced(world, sell_open(world), sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    first = world.run_in_process("sync-payments", "--json")
    assert (first.returncode, first.outcomes) == (0, {order_id: "paid"})
    assert first.reasons(order_id) == ["marked_in_billit"]
    document = document_of(world, order_id)
    assert document.paid
    assert document.paid_date
    assert document.paid_date.date() == world.emulator.clock.now().astimezone(BRUSSELS).date()
    assert document.fields["PaymentMethod"] == "Wired"
    assert not document_of(world, other).paid
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == (0, 1)


def test_a_payment_without_a_moment_is_found_among_what_was_open(world: World) -> None:
    """Otherwise: an order set to paid by hand never shows in the list of what was paid lately."""
    (order_id,) = synced(world, sell_open(world))
    set_status(world, order_id, "paid")
    assert world.run_in_process("sync-payments").stdout == ""
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert document_of(world, order_id).paid


def test_a_method_that_billit_does_not_let_be_changed_is_left_out(world: World) -> None:
    world.emulator.office.switches.update(patch_payment_method="reject")
    (order_id,) = synced(world, sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert document_of(world, order_id).paid


def test_what_billit_holds_in_part_is_not_overruled_by_the_shop(world: World) -> None:
    """Otherwise: a payment the bookkeeper is still booking is there twice."""
    (order_id,) = synced(world, sell_open(world))
    pay_some_in_billit(world, order_id, "40.00")
    world.emulator.shop.mark_paid(order_id)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["partly_paid_in_billit"]
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_an_invoice_of_another_total_is_not_marked_and_said_once(world: World) -> None:
    """Otherwise: it is settled with what was paid; or left open in silence, at a request a day."""
    (order_id,) = synced(world, sell_open(world))
    document_of(world, order_id).totals = document_of(world, sell_and_sync(world, "50.00")).totals
    world.emulator.shop.mark_paid(order_id)
    result = world.run_in_process("sync-payments", "--json")
    assert (result.outcomes, result.reasons(order_id)) == ({order_id: "skipped"}, ["paid_unlike_invoice"])
    assert "over 50.00 and not 97.00" in result.stdout
    world.emulator.forget_journal()
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert not [each for each in requests_made(world) if each.startswith("GET /v1/orders/")]
    assert world.run_in_process("status").returncode == 3
    assert writes(world) == NOTHING


def test_an_invoice_whose_total_was_corrected_is_marked_by_itself(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    right = document_of(world, order_id).totals
    document_of(world, order_id).totals = document_of(world, sell_and_sync(world, "50.00")).totals
    world.emulator.shop.mark_paid(order_id)
    world.run_in_process("sync-payments")
    document_of(world, order_id).totals = right
    change(world, order_id, InternalInfo="corrected")
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}


@pytest.mark.parametrize("paid_in_shop", [True, False])
def test_a_cent_that_was_accepted_when_the_invoice_was_made_is_not_waited_for(
    world: World, *, paid_in_shop: bool
) -> None:
    """Otherwise: the customer pays what the shop asked for, and the order stays open for want of a cent."""
    world.configure(invoice={"on_cent_difference": "accept"})
    world.emulator.office.switches.update(gross_group_vat="recomputed")
    (order_id,) = synced(world, sell_open(world))
    pay_some_in_billit(world, order_id, "40.00")
    total = document_of(world, order_id).totals.incl
    assert total != Decimal("97.00")
    assert (
        f"40.00 of {total}" in world.run_in_process("sync-payments").stdout
    )  # Billit's total, to which it is compared
    pay_some_in_billit(world, order_id, "57.00")
    if paid_in_shop:
        world.emulator.shop.mark_paid(order_id)
    assert world.run_in_process("sync-payments", "--json").outcomes == (
        {} if paid_in_shop else {order_id: "paid"}
    )
    assert status(world, order_id) == "paid"
    assert world.run_in_process("status", "--json").json["payments"] == []


def test_left_to_the_bookkeeper_no_invoice_is_marked_nor_made_as_paid(world: World) -> None:
    world.configure(payments={"to_billit": False})
    order_id, later = sell(world), sell_open(world)
    world.run_in_process("sync")
    world.emulator.shop.mark_paid(later)
    assert world.run_in_process("sync-payments").stdout == ""
    assert not document_of(world, order_id).paid
    assert not document_of(world, later).paid
    pay_in_billit(world, order_id)
    world.emulator.forget_journal()
    assert world.run_in_process("sync-payments").stdout == ""
    assert (
        requests_made(world).count(f"GET /v2/orders/{order_id}/payment") == 1
    )  # it may have been charged back since
    world.emulator.forget_journal()
    assert world.run_in_process("sync-payments").stdout == ""
    assert f"GET /v2/orders/{order_id}/payment" not in requests_made(world)
    assert writes(world) == NOTHING
