"""kill -9 at any HTTP request of a payment run: the next run finishes it and repeats nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.payments import first_payment_run_of_a_day, pay_in_billit, sell_open, status, writes
from support.shop_orders import sell
from support.world import KillAt, World, document_of, new_world

if TYPE_CHECKING:
    from pathlib import Path

    from ppbillit_emulator.server import Phase

PARTS = 2
SIGKILLED = -9
End = tuple[list[str], list[bool], tuple[int, int], list[tuple[Any, ...]]]


def prepare(world: World) -> None:
    """Let there be one order paid in Billit alone, one in the shop alone, and one charged back."""
    reversed_, in_billit, in_shop = sell(world), sell_open(world), sell_open(world)
    assert world.run_in_process("sync", "--with-payments").returncode == 0
    pay_in_billit(world, in_billit)
    world.emulator.shop.mark_paid(in_shop)
    world.emulator.shop.charge_back(reversed_)
    first_payment_run_of_a_day(world)
    world.emulator.forget_journal()


def end(world: World) -> End:
    orders = sorted(world.emulator.shop.orders)
    return (
        [status(world, order_id) for order_id in orders],
        [document_of(world, order_id).paid for order_id in orders],
        writes(world),
        world.rows(
            "SELECT order_id, stage, source, amount_cents, shop_status, billit_status, pending FROM payments"
        ),
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[End, int]:
    """Run it once in peace: how it ought to end, and how many requests it takes."""
    with open_world(tmp_path_factory.mktemp("peace")) as world:
        prepare(world)
        assert world.run("sync-payments").returncode == 3  # the charge-back is news
        return end(world), len(world.emulator.journal)


def open_world(folder: Path) -> Any:
    return new_world(folder, payments={"reopen_reversed": True})


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_run_about_payments_killed_at_any_request_is_finished_by_the_next_one(
    tmp_path: Path, undisturbed: tuple[End, int], phase: Phase, part: int
) -> None:
    """Otherwise: a power cut at the wrong moment, and an order is paid twice, or an invoice never."""
    wanted, requests = undisturbed
    assert requests > 10
    assert wanted[:3] == (["reversed", "paid", "paid"], [False, True, True], (1, 2))
    differing = {}
    for nth in range(part + 1, requests + 1, PARTS):
        ended = killed_and_resumed(tmp_path / str(nth), KillAt(nth, phase))
        if ended != wanted:
            differing[nth] = ended
    assert not differing


def killed_and_resumed(folder: Path, kill: KillAt) -> End:
    with open_world(folder) as world:
        prepare(world)
        world.emulator.on_request = kill
        process = world.start("sync-payments", measured=False)
        kill.pid = process.pid
        assert world.finish(process).returncode == SIGKILLED
        for _ in range(2):
            assert world.run("sync-payments", measured=False).returncode in {0, 3}
        assert world.run_in_process("sync-payments").stdout == ""
        return end(world)
