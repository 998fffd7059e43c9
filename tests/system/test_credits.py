"""Credit notes and the invoices they credit, with and without the shop's own word for it."""

from __future__ import annotations

import pytest

from system.shops import credit, sell
from system.world import World, key


def about(world: World, order_id: int) -> str | None:
    """Give the number of the invoice that an order's credit note names."""
    [document] = world.emulator.office.by_external_id(key(order_id))
    named = document.fields.get("AboutInvoiceNumber")
    return None if named is None else str(named)


def number(world: World, order_id: int) -> str:
    return str(world.emulator.shop.orders[order_id]["invoice_number"])


@pytest.mark.parametrize("word", ["both", "credit", "absent"])
def test_a_credit_note_names_its_invoice_whether_the_shop_does_or_not(world: World, word: str) -> None:
    """Otherwise: the invoice stays open in the books beside a credit note that nobody can place."""
    world.emulator.shop.switches.update(related_orders=word)
    sold = sell(world)
    credited = credit(world, sold)
    assert world.here("sync").returncode == 0
    assert about(world, credited) == number(world, sold)


def test_of_two_invoices_that_it_could_credit_a_credit_note_names_neither(world: World) -> None:
    """Otherwise: the wrong one of two equal purchases counts as settled."""
    world.emulator.shop.switches.update(related_orders="absent")
    first, second = sell(world), sell(world)
    credits_made = [credit(world, first), credit(world, second)]
    result = world.here("sync", "--json")
    assert result.returncode == 0
    for credited in credits_made:
        assert about(world, credited) is None
        assert result.reasons(credited) == ["original_unknown"]


def test_a_credit_of_another_customer_or_amount_is_no_match(world: World) -> None:
    world.emulator.shop.switches.update(related_orders="absent")
    sold = sell(world)
    credited = credit(world, sold)
    world.emulator.shop.orders[credited]["billing"]["contact"]["email"] = "somebody.else@example.org"
    assert world.here("sync").returncode == 0
    assert about(world, credited) is None


def test_a_credit_note_waits_for_the_invoice_it_was_matched_with(world: World) -> None:
    """Otherwise: the credit is booked in a month in which its invoice does not exist yet."""
    world.emulator.shop.switches.update(related_orders="absent")
    sold = sell(world)
    number_of_sold = world.emulator.shop.orders[sold]["invoice_number"]
    credited = credit(world, sold)
    world.emulator.shop.orders[sold]["invoice_number"] = None
    parked = world.here("sync", "--json")
    assert parked.reasons(sold) == ["number_missing"]
    assert parked.reasons(credited) == ["original_unsettled"]
    world.emulator.shop.orders[sold]["invoice_number"] = number_of_sold
    assert world.here("sync").returncode == 0
    assert about(world, credited) == number_of_sold


def test_an_original_that_was_deleted_in_billit_is_left_out(world: World) -> None:
    """Otherwise: Billit refuses the credit note for ever, since what it is about is not there."""
    sold = sell(world)
    assert world.here("sync").returncode == 0
    [document] = world.emulator.office.by_external_id(key(sold))
    document.deleted = world.emulator.clock.now()
    credited = credit(world, sold)
    first = world.here("sync", "--json")
    assert first.reasons(credited) == ["billit_refused"]
    assert world.stages()[sold] == "deleted"
    assert world.here("sync").returncode == 0
    assert about(world, credited) is None
