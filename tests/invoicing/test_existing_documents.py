"""A document that is already in Billit for an order is found by key or number, and not made again."""

from __future__ import annotations

import pytest

from support.shop_orders import enter_document_by_hand, sell
from support.world import SENDING, World, document_key


@pytest.mark.parametrize("own_key", [None, "combidesk-77123"], ids=["person", "connector"])
def test_a_number_used_by_somebody_else_is_parked_once_and_adopted_when_told_so(
    world: World, own_key: str | None
) -> None:
    """Otherwise: the invoice that the bookkeeper typed in, or Combidesk made, is there twice."""
    world.configure(sending=SENDING)
    order_id = sell(world, "121.00")
    number = world.emulator.shop.orders[order_id]["invoice_number"]
    document_id = enter_document_by_hand(world, number, own_key=own_key)
    first = world.run("sync", "--json")
    assert (first.returncode, first.outcomes) == (3, {order_id: "parked"})
    assert first.reasons(order_id) == ["number_taken"]
    second = world.run("sync")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    adopted = world.run("sync", "--order", str(order_id), "--adopt", "--json")
    assert (adopted.returncode, adopted.outcomes) == (0, {order_id: "adopted"})
    assert [order["billit_id"] for order in adopted.json["orders"]] == [document_id]
    assert world.run("sync").stdout == ""
    assert (world.totals(), world.emulator.office.deliveries) == (
        {own_key or number: "121.00"},
        [],
    )
    world.lose_state()
    assert world.run_in_process("rebuild-state", "--json").outcomes == {order_id: "adopted"}  # by its number


def test_a_number_that_billit_itself_knows_as_taken_is_looked_up(world: World) -> None:
    """Otherwise: an invoice of years ago has the number, and Billit's refusal says nothing of it."""
    order_id, other = sell(world), sell(world, "49.00")
    enter_document_by_hand(world, world.emulator.shop.orders[order_id]["invoice_number"], days_ago=800)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {order_id: "parked", other: "created"})
    assert result.reasons(order_id) == ["number_taken"]
    posts = len(world.emulator.journal)
    assert world.run_in_process("sync").stdout == ""
    assert "POST" not in {arrival.method for arrival in world.emulator.journal[posts:]}
    asked = world.run_in_process("sync", "--adopt", "--json")
    assert asked.reasons(order_id) == ["not_adopted"]  # 121.00 is not 97.00


def test_a_document_of_another_kind_with_the_same_number_is_no_conflict(world: World) -> None:
    """Otherwise: a purchase, or an offer, with a number of the shop's keeps an invoice from being made."""
    world.emulator.office.switches.update(duplicate_number_scope="type")
    order_id = sell(world)
    number = world.emulator.shop.orders[order_id]["invoice_number"]
    enter_document_by_hand(world, number, "CreditNote")
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "created"}


# --- the same number or key ---------------------------------------------------------------------


def test_two_orders_with_one_number_are_not_both_invoiced(world: World) -> None:
    """Otherwise: two invoices with the same number are in the books, where Billit lets them."""
    world.emulator.office.switches.update(duplicate_order_number="accept")
    first, second = sell(world), sell(world, "49.00")
    world.emulator.shop.orders[second]["invoice_number"] = world.emulator.shop.orders[first]["invoice_number"]
    result = world.run_in_process("sync", "--json")
    assert result.outcomes == {first: "created", second: "parked"}
    assert result.reasons(second) == ["number_twice"]


def test_an_invoice_of_another_day_with_the_same_number_is_seen(world: World) -> None:
    """Otherwise: the invoice that Combidesk made under its own date is made a second time."""
    order_id = sell(world)
    enter_document_by_hand(world, world.emulator.shop.orders[order_id]["invoice_number"], days_ago=40)
    result = world.run_in_process("sync", "--json")
    assert result.reasons(order_id) == ["number_taken"]
    assert {arrival.method for arrival in world.emulator.journal if arrival.api == "billit"} == {"GET"}


@pytest.mark.parametrize("shows_keys", [True, False])
@pytest.mark.parametrize("run", ["first", "later"])
def test_an_odd_date_on_somebody_s_document_keeps_nothing_from_being_made(
    world: World, run: str, *, shows_keys: bool
) -> None:
    """Otherwise: a bookkeeper mistypes a year on an invoice of his own, and the shop is not invoiced any more."""
    world.emulator.office.switches.update(summary_external_id=shows_keys)
    if run == "later":
        sell(world)
        world.run_in_process("sync")
    other = enter_document_by_hand(world, "HAND-1")
    with world.emulator.lock:
        world.emulator.office.documents[other].paid_date = "20206-01-05"  # type: ignore[assignment]
    order_id = sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order_id: "created"})


def test_an_odd_document_with_our_number_or_key_is_still_seen(world: World) -> None:
    """Otherwise: what cannot be read is passed over, and its order is invoiced twice."""
    numbered, keyed = sell(world), sell(world)
    other = enter_document_by_hand(world, world.emulator.shop.orders[numbered]["invoice_number"])
    ours = enter_document_by_hand(world, "A-1", own_key=document_key(keyed))
    with world.emulator.lock:
        for document_id in (other, ours):
            world.emulator.office.documents[document_id].paid_date = "20206-01-05"  # type: ignore[assignment]
    world.run_in_process("sync")
    assert not world.emulator.office.by_external_id(document_key(numbered))
    assert [each.number for each in world.emulator.office.by_external_id(document_key(keyed))] == ["A-1"]
