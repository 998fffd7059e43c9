"""When an unanswered write is believed lost: after two misses, a settle delay apart."""

from __future__ import annotations

import time

import pytest

from ppbillit_emulator import Fault, FaultKind
from support.faults import ROUTES, WRITE_PATHS
from support.sending import SEND, calls_to_send, channel
from support.shop_orders import sell, three_documents
from support.stuck_orders import get_stuck
from support.world import SENDING, EndState, World, document_key, run_until_quiet


def test_a_key_that_is_stuck_without_a_document_is_left_behind(
    world: World, undisturbed_end: EndState
) -> None:
    """Otherwise: a document whose first try failed inside Billit is answered 409 for ever."""
    world.configure(sending=SENDING)
    three_documents(world)
    world.emulator.office.switches.update(idempotency_stuck_creates=1)
    # Missed twice, answered 409 under its own key, missed twice more, and made under the next one.
    assert run_until_quiet(world, most=6) <= 6
    assert world.end_state() == undisturbed_end
    numbers = world.rows(
        "SELECT max(number) FROM attempts WHERE subject = 'document' GROUP BY key ORDER BY 1"
    )
    assert numbers == [(1,), (1,), (2,)]


@pytest.mark.parametrize("route", ROUTES)
def test_a_search_that_lags_is_not_believed_before_the_settle_delay(world: World, route: str) -> None:
    """Otherwise: Billit lists a new invoice a minute late, and the run in between makes it again."""
    world.configure(sending=SENDING, sync={"settle_seconds": 3600})
    world.emulator.office.switches.update(search_lag_seconds=900, idempotency_header="neither")
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=ROUTES[route]))
    for _ in range(3):
        world.run_in_process("sync")
    world.emulator.clock.advance(901)
    assert run_until_quiet(world, most=2) <= 2
    assert world.run_in_process("sync").stdout == ""
    assert world.stages() == {order_id: "sent"}
    assert world.totals() == {document_key(order_id): "97.00"}
    assert len(world.emulator.office.parties) == len(world.emulator.office.deliveries) == 1


def test_a_document_that_was_not_stored_is_made_only_once_the_delay_has_passed(world: World) -> None:
    """Otherwise: "not found" is taken for "not made" while Billit is still busy making it."""
    world.configure(sync={"settle_seconds": 3600})
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api="billit", method="POST", path=ROUTES["document"]))
    first = world.run_in_process("sync", "--json")
    assert (first.returncode, first.reasons(order_id)) == (3, ["outcome_unknown"])
    second = world.run_in_process("sync")
    assert (second.returncode, second.stdout) == (0, "")  # old news
    assert world.stages() == {order_id: "creating"}
    assert world.totals() == {}
    world.configure(sync={"settle_seconds": 0.01})
    time.sleep(0.05)
    missed_once = world.run_in_process("sync", "--json")
    assert (missed_once.returncode, missed_once.outcomes) == (0, {})
    time.sleep(0.05)
    missed_twice = world.run_in_process("sync", "--json")
    assert (missed_twice.returncode, missed_twice.outcomes) == (0, {order_id: "created"})
    assert world.totals() == {document_key(order_id): "97.00"}


# --- orders and sendings that are given up ------------------------------------------------------


def test_an_order_that_was_deleted_in_the_shop_while_it_was_being_made_is_given_up(world: World) -> None:
    """Otherwise: it is looked for in every run, and nobody can settle it."""
    order_id = get_stuck(world, "creating")
    del world.emulator.shop.orders[order_id]
    world.configure(sync={"settle_seconds": 0.01})
    for _ in range(3):
        time.sleep(0.05)
        world.run_in_process("sync")
    assert world.stages() == {order_id: "skipped"}
    assert world.run_in_process("status").returncode == 0


def test_a_sending_that_never_gets_an_answer_is_told_once(world: World) -> None:
    """Otherwise: a mail every quarter of an hour, all with the same news."""
    channel(world, "email")
    sell(world)
    world.emulator.arm(Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="POST", path=SEND, times=None))
    codes = []
    for _ in range(4):
        time.sleep(0.05)
        codes.append(world.run_in_process("sync").returncode)
    assert codes == [3, 0, 0, 0]
    assert len(calls_to_send(world)) >= 3
    assert len(world.rows("SELECT 1 FROM events WHERE what = 'sending'")) <= 2  # or: thousands in a month
    assert len(world.rows("SELECT 1 FROM events WHERE what = 'checked'")) <= 2
    assert world.run_in_process("status").returncode == 3


# --- 409 without a document ---------------------------------------------------------------------


@pytest.mark.parametrize("path", WRITE_PATHS)
def test_a_key_that_billit_calls_used_is_no_proof_that_anything_was_made(
    world: World, undisturbed_end: EndState, path: str
) -> None:
    """Otherwise: "409" is taken for "done", and an invoice that does not exist is ticked off."""
    world.configure(sending=SENDING)
    three_documents(world)
    body = {"errors": [{"Code": "Idempotent token already exists"}]}
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="billit", method="POST", path=f"^{path}$", status=409, body=body)
    )
    assert world.run_in_process("sync").returncode == 3
    for _ in range(3):  # two misses, a settle delay apart, before it is believed
        time.sleep(0.05)
        world.run_in_process("sync")
    assert world.end_state() == undisturbed_end


# --- lists that lag -----------------------------------------------------------------------------


def test_a_list_that_lags_longer_than_the_settle_delay_makes_no_double(world: World) -> None:
    """Otherwise: the retry takes a new key, which switches off the one layer that still knew."""
    # Billit's own numbers, so that no number stops it either.
    world.configure(invoice={"number": "billit"}, sync={"settle_seconds": 0.3})
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="/v1/orders$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    for _ in range(3):  # lost, missed, missed again and tried again, and answered 409
        world.run_in_process("sync")
        time.sleep(0.3)
    assert [arrival.status for arrival in world.emulator.journal if arrival.path == "/v1/orders"][-2:] == [
        409,
        200,
    ]
    assert len(world.emulator.office.live) == 1
    world.emulator.office.switches.update(search_lag_seconds=0)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "created"}
    assert len(world.emulator.office.live) == 1
