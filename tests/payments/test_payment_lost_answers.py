"""The answer to a payment write gets lost in any way: it is written once, and read before a second try."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import Fault, FaultKind
from support.faults import AFTER_STORING, BEFORE_STORING
from support.payments import (
    PATHS,
    Side,
    agree,
    one_sided,
    pay_in_billit,
    payment_fault,
    requests_made,
    sell_open,
    set_status,
    status,
    unpay_in_billit,
    writes,
)
from support.shop_orders import sell
from support.world import document_of

if TYPE_CHECKING:
    from support.world import World

SIDES: tuple[Side, ...] = ("shop", "billit")
ONCE = {"shop": (1, 0), "billit": (0, 1)}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("kind", [*BEFORE_STORING, *AFTER_STORING])
def test_whatever_happens_to_the_write_it_is_done_once(world: World, side: Side, kind: FaultKind) -> None:
    """Otherwise: an answer gets lost, and the customer gets the course and its mails a second time."""
    delay = 0.3 if kind is FaultKind.LATENCY else 0.01  # what is still at work is what the delay is for
    world.configure(
        plugandpay={"timeout_seconds": 0.5}, billit={"timeout_seconds": 0.5}, sync={"settle_seconds": delay}
    )
    order_id = one_sided(world, side)
    armed = payment_fault(kind, side)
    world.emulator.arm(Fault(**{**vars(armed), "seconds": 0.6}))
    for _ in range(3):
        result = world.run_in_process("sync-payments", "--json")
        assert set(result.outcomes.values()) <= {"paid", "unknown"}
        time.sleep(delay)
    assert world.emulator.faults.fired
    assert agree(world, order_id)
    assert writes(world) == ONCE[side]
    assert world.run_in_process("sync-payments").stdout == ""
    assert world.rows("SELECT DISTINCT pending FROM payments") == [(None,)]


@pytest.mark.parametrize("side", SIDES)
def test_a_write_without_an_answer_is_not_repeated_before_the_settle_delay(world: World, side: Side) -> None:
    """Otherwise: "not there yet" is taken for "not done" while the other side is still doing it."""
    world.configure(sync={"settle_seconds": 3600})
    order_id = one_sided(world, side)
    world.emulator.arm(payment_fault(FaultKind.CLOSE_BEFORE, side))
    first = world.run_in_process("sync-payments", "--json")
    assert (first.returncode, first.outcomes) == (3, {order_id: "unknown"})
    assert first.reasons(order_id) == ["payment_unknown"]
    assert world.run_in_process("sync-payments").stdout == ""  # old news
    assert writes(world) == (0, 0)
    world.configure(sync={"settle_seconds": 0.01})
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert writes(world) == ONCE[side]


@pytest.mark.parametrize("side", SIDES)
def test_a_write_that_turns_out_to_be_done_is_recorded_and_not_repeated(world: World, side: Side) -> None:
    """Otherwise: neither the answer nor the look after it came through, and it is all done again."""
    order_id = one_sided(world, side)
    world.emulator.arm(payment_fault(FaultKind.CLOSE_AFTER, side))
    api, path = PATHS[side]
    looks = Fault(
        FaultKind.RATE_LIMITED, api=api, method="GET", path=path, nth=2, times=None, retry_after=3600
    )
    world.emulator.arm(looks)  # the first look is the one before the write
    assert world.run_in_process("sync-payments").returncode == 75
    world.emulator.disarm()
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert writes(world) == ONCE[side]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("status_code", [400, 422])
def test_a_refusal_is_said_and_not_repeated_before_a_person_asks(
    world: World, side: Side, status_code: int
) -> None:
    """Otherwise: the same refusal every quarter of an hour."""
    order_id = one_sided(world, side)
    # A refusal by Billit may be about the method alone: it is tried without.
    world.emulator.arm(payment_fault(FaultKind.REFUSE, side, times=2, status=status_code))
    first = world.run_in_process("sync-payments", "--json")
    assert (first.returncode, first.outcomes) == (3, {order_id: "failed"})
    assert first.reasons(order_id) == ["payment_refused"]
    world.emulator.disarm()
    world.emulator.forget_journal()
    assert world.run_in_process("sync-payments").stdout == ""
    assert not [request for request in requests_made(world) if request.startswith("PATCH")]
    result = world.run_in_process("sync-payments", "--order", str(order_id), "--json")
    assert result.outcomes == {order_id: "paid"}
    assert agree(world, order_id)


@pytest.mark.parametrize("side", SIDES)
def test_a_rate_limit_takes_back_what_was_announced(world: World, side: Side) -> None:
    order_id = one_sided(world, side)
    world.emulator.arm(payment_fault(FaultKind.RATE_LIMITED, side, times=None, retry_after=3600))
    assert world.run_in_process("sync-payments").returncode == 75
    assert world.rows("SELECT DISTINCT pending FROM payments") == [(None,)]
    world.emulator.disarm()
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert writes(world) == ONCE[side]


@pytest.mark.parametrize("side", SIDES)
def test_a_service_that_is_down_ends_the_run_and_the_next_goes_on(world: World, side: Side) -> None:
    order_id, api = one_sided(world, side), PATHS[side][0]
    before = "/payment" if side == "shop" else "/v1/orders/"

    def down(request: object, phase: str) -> None:
        if phase == "after" and before in getattr(request, "path", ""):
            world.emulator.on_request = None
            ports.append(world.emulator.take_down("plugandpay" if api == "plugandpay" else "billit"))

    ports: list[int] = []
    world.emulator.on_request = down
    failed = world.run_in_process("sync-payments")
    assert failed.returncode == 69
    world.emulator.bring_up("plugandpay" if api == "plugandpay" else "billit", ports[0])
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert writes(world) == ONCE[side]


@pytest.mark.parametrize("side", SIDES)
def test_a_write_without_an_answer_that_is_no_longer_wanted_is_dropped(world: World, side: Side) -> None:
    """Otherwise: the bookkeeper corrects a mistake, and the run carries it over all the same."""
    order_id = one_sided(world, side)
    world.emulator.arm(payment_fault(FaultKind.CLOSE_BEFORE, side))
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "unknown"}
    if side == "shop":
        unpay_in_billit(world, order_id)
    else:
        world.emulator.shop.charge_back(order_id)
    time.sleep(0.02)
    for _ in range(2):
        assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == (0, 0)
    assert world.rows("SELECT pending FROM payments") == [(None,)]


@pytest.mark.parametrize("word", ["processing", "credited"])
def test_an_order_that_changed_while_its_write_was_unknown_is_not_written(world: World, word: str) -> None:
    order_id = one_sided(world, "shop")
    world.emulator.arm(payment_fault(FaultKind.CLOSE_BEFORE, "shop"))
    world.run_in_process("sync-payments")
    set_status(world, order_id, word)
    time.sleep(0.02)
    for _ in range(3):
        world.run_in_process("sync-payments")
    assert (status(world, order_id), writes(world)) == (word, (0, 0))
    assert world.rows("SELECT pending FROM payments") == [(None,)]


def test_an_invoice_deleted_while_its_write_was_unknown_is_gone(world: World) -> None:
    order_id = one_sided(world, "billit")
    world.emulator.arm(payment_fault(FaultKind.CLOSE_BEFORE, "billit"))
    world.run_in_process("sync-payments")
    document_of(world, order_id).deleted = world.emulator.clock.now()
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "deleted"}
    assert world.run_in_process("sync-payments").stdout == ""


def test_a_list_that_breaks_off_moves_nothing_on(world: World) -> None:
    """Otherwise: what one run could not read is skipped by all later ones."""
    order_id = one_sided(world, "shop")
    world.emulator.arm(Fault(FaultKind.ERROR_500_BEFORE, api="billit", path=r"^/v1/orders$", times=None))
    assert world.run_in_process("sync-payments").returncode == 69
    world.emulator.disarm()
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}


def test_a_stop_signal_lets_the_payment_in_hand_be_finished(world: World) -> None:
    orders = [sell_open(world) for _ in range(3)]
    sell(world)
    world.run_in_process("sync", "--with-payments")
    for order_id in orders:
        pay_in_billit(world, order_id)

    def stop(request: object, phase: str) -> None:
        if phase == "before" and getattr(request, "method", "") == "PATCH":
            world.emulator.on_request = None
            process.terminate()
            time.sleep(0.3)

    world.emulator.on_request = stop
    process = world.start("sync-payments", "--json")
    stopped = world.finish(process)
    assert (stopped.returncode, stopped.outcomes) == (143, {orders[0]: "paid"})
    assert world.run_in_process("sync-payments", "--json").outcomes == {orders[1]: "paid", orders[2]: "paid"}
    assert writes(world) == (3, 0)
