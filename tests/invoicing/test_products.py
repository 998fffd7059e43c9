"""Ledger accounts and goods where orders do not carry their products."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_DE
from ppbillit_emulator.plugandpay.lines import Line, Product
from support.shop_orders import sell_lines
from support.world import World, document_key

BOOK = Product(320, "boek", "Boek", ledger="700100", is_physical=True)
COURSE = Product(311, "cursus", "Cursus", ledger="705100", is_physical=False)


def lines_of(world: World, order_id: int) -> list[tuple[object, object]]:
    """Return description and ledger account of each line in Billit."""
    [document] = world.emulator.office.by_external_id(document_key(order_id))
    return [(line.get("Description"), line.get("AccountCode")) for line in document.lines]


def product_requests(world: World) -> list[str]:
    return [arrival.path for arrival in world.emulator.journal if arrival.path.startswith("/v2/products")]


@pytest.mark.parametrize("how", ["refused", "null"])
def test_products_that_orders_do_not_carry_are_fetched_once_for_all(world: World, how: str) -> None:
    """Otherwise: every line is booked on the default account, and nobody is told."""
    switches = (
        {"known_includes": "sdk", "unknown_include": "refuse"} if how == "refused" else {"null_product": True}
    )
    orders = [
        sell_lines(
            world, [Line("Boek", "21.20", "6", product=BOOK), Line("Cursus", "121.00", product=COURSE)], who
        )
        for who in (CONSUMER_BE, replace(CONSUMER_BE, email="other@example.be"))
    ]
    world.emulator.shop.switches.update(**switches)
    assert world.run_in_process("sync").returncode == 0
    for order_id in orders:
        assert lines_of(world, order_id) == [("Boek", 700100), ("Cursus", 705100)]
    assert len(product_requests(world)) <= 2
    before = len(product_requests(world))
    assert world.run_in_process("sync").returncode == 0
    assert len(product_requests(world)) == before  # what has its document needs no products any more


def test_nothing_is_asked_where_orders_carry_their_products(world: World) -> None:
    sell_lines(world, [Line("Boek", "21.20", "6", product=BOOK)], CONSUMER_BE)
    assert world.run_in_process("sync").returncode == 0
    assert product_requests(world) == []


def test_goods_to_a_firm_abroad_are_goods_also_where_the_order_does_not_say_so(world: World) -> None:
    """Otherwise: books sent to Germany are declared as a service."""
    order_id = sell_lines(world, [Line("Boek", "20.00", "6", product=BOOK)], FIRM_DE)
    world.emulator.shop.switches.update(null_product=True)
    assert world.run_in_process("sync").returncode == 0
    [document] = world.emulator.office.by_external_id(document_key(order_id))
    assert document.fields["VentilationCode"] == "51"


def test_a_product_that_was_deleted_is_found_all_the_same(world: World) -> None:
    order_id = sell_lines(world, [Line("Boek", "21.20", "6", product=BOOK)], CONSUMER_BE)
    world.emulator.shop.products[BOOK.id]["deleted_at"] = "2026-01-01T00:00:00.000000Z"
    world.emulator.shop.switches.update(null_product=True)
    assert world.run_in_process("sync").returncode == 0
    assert lines_of(world, order_id) == [("Boek", 700100)]
