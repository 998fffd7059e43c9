"""The answer to a write gets lost in any way, on any route: still one document, debtor and sending."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ppbillit.http import NotSent, RetryPolicy
from ppbillit.http.connection import Connection
from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.changes import delete_document
from support.faults import AFTER_STORING, BEFORE_STORING, ROUTES, WRITE_PATHS
from support.shop_orders import sell, three_documents
from support.world import SENDING, EndState, World, document_key, run_until_quiet

if TYPE_CHECKING:
    from ppbillit.http.connection import Request as HttpRequest
    from ppbillit.http.outcomes import Reply, Unknown


@pytest.mark.no_cover
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("kind", [*BEFORE_STORING, *AFTER_STORING])
@pytest.mark.parametrize("route", ROUTES)
def test_whatever_happens_to_one_write_each_order_ends_with_one_document(
    world: World, undisturbed_end: EndState, route: str, kind: FaultKind, nth: int
) -> None:
    """Otherwise: Billit hiccups, and the customer gets the invoice twice, or never."""
    # A request that is still at work in Billit after we gave it up is what the settle delay is for.
    delay = 0.3 if kind is FaultKind.LATENCY else 0.01
    world.configure(sending=SENDING, billit={"timeout_seconds": 0.5}, sync={"settle_seconds": delay})
    three_documents(world)
    fault = Fault(kind, api="billit", method="POST", path=ROUTES[route], nth=nth, seconds=0.6)
    world.emulator.arm(fault)
    # Once to lose it, twice to miss it, once to make it again.
    assert run_until_quiet(world, pause=delay) <= 4
    assert world.emulator.faults.fired
    assert world.end_state() == undisturbed_end


@pytest.mark.parametrize("kind", [FaultKind.CLOSE_AFTER, FaultKind.HTML_200_BEFORE])
@pytest.mark.parametrize("route", ROUTES)
def test_writes_that_all_go_wrong_for_a_while_are_made_good_afterwards(
    world: World, undisturbed_end: EndState, route: str, kind: FaultKind
) -> None:
    """Otherwise: an outage of an evening leaves doubles, or documents that nobody asks about again."""
    world.configure(sending=SENDING)
    three_documents(world)
    world.emulator.arm(Fault(kind, api="billit", method="POST", path=ROUTES[route], times=None))
    for _ in range(3):
        world.run_in_process("sync")
    world.emulator.disarm()
    assert run_until_quiet(world) <= 4
    assert world.end_state() == undisturbed_end


@pytest.mark.no_cover
@pytest.mark.parametrize("header", ["Idempotency-Key", "Idempotent-Key", "both", "neither"])
@pytest.mark.parametrize("scope", ["company", "endpoint", "account"])
@pytest.mark.parametrize("kind", [FaultKind.CLOSE_AFTER, FaultKind.ERROR_500_BEFORE])
def test_no_spelling_or_scope_of_the_idempotency_key_is_relied_upon(
    world: World, undisturbed_end: EndState, header: str, scope: str, kind: FaultKind
) -> None:
    """Otherwise: all is well in the tests, and doubled with the real Billit, which reads another header."""
    world.configure(sending=SENDING)
    world.emulator.office.switches.update(idempotency_header=header, idempotency_scope=scope)
    three_documents(world)
    for path in ROUTES.values():
        world.emulator.arm(Fault(kind, api="billit", method="POST", path=path))
    assert run_until_quiet(world, most=4) <= 4
    assert world.end_state() == undisturbed_end


def test_a_number_refused_because_our_own_lost_document_has_it_is_no_conflict(world: World) -> None:
    """Otherwise: the search lags beyond the delay, Billit refuses the double, and the invoice is never sent."""
    world.configure(sending=SENDING)
    world.emulator.office.switches.update(idempotency_header="neither")
    order_id = sell(world)
    path = ROUTES["document"]
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=path))
    # No list shows it until it is missed twice, in one later run or in two, and made again; the look-up after the
    # refusal does.
    world.emulator.office.switches.update(search_lag_seconds=3600)
    assert world.run_in_process("sync").returncode == 3
    world.emulator.on_request = lambda request, phase: (
        world.emulator.office.switches.update(search_lag_seconds=0)
        if (request.method, request.path, phase) == ("POST", "/v1/orders", "after")
        else None
    )
    outcomes: dict[int, str] = {}
    for _ in range(3):
        time.sleep(0.05)  # a run can take less than the settle delay
        result = world.run_in_process("sync", "--json")
        assert result.returncode == 0
        outcomes |= result.outcomes
    assert outcomes == {order_id: "sent"}
    assert world.totals() == {document_key(order_id): "97.00"}


# --- 200 without an id --------------------------------------------------------------------------


def test_a_yes_that_does_not_say_which_document_was_made_is_looked_up(world: World) -> None:
    """Otherwise: "200 OK" without a number is taken for a failure, and the invoice is made again."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.EMPTY_200, api="billit", method="POST", path="^/v1/orders$"))
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "created"}
    assert world.totals() == {document_key(order_id): "97.00"}


def test_a_yes_without_a_number_and_without_a_document_is_no_yes(world: World) -> None:
    """Otherwise: an invoice that nobody has counts as made."""
    order_id = sell(world)
    empty = Fault(FaultKind.REFUSE, api="billit", method="POST", path="^/v1/orders$", status=200, body=None)
    world.emulator.arm(empty)
    first = world.run_in_process("sync", "--json")
    assert (first.returncode, first.outcomes) == (3, {order_id: "unknown"})
    assert first.reasons(order_id) == ["outcome_unknown"]
    for _ in range(3):
        world.run_in_process("sync")
    assert world.totals() == {document_key(order_id): "97.00"}


# --- requests that never left -------------------------------------------------------------------


@pytest.mark.parametrize("path", WRITE_PATHS)
def test_a_write_that_could_not_leave_the_machine_is_simply_made_later(
    world: World, undisturbed_end: EndState, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Otherwise: a network that went away at the wrong moment leaves a riddle, where nothing happened at all."""
    world.configure(sending=SENDING)
    three_documents(world)
    exchange = Connection.exchange

    def cut_off(wire: Connection, call: HttpRequest) -> Reply | NotSent | Unknown:
        if (call.method, call.path) == ("POST", path):
            return NotSent("could not be reached (the cable is out)")
        return exchange(wire, call)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "exchange", cut_off)
        patch.setattr("ppbillit.http.client.RetryPolicy", lambda: RetryPolicy(wait_initial=0, wait_jitter=0))
        result = world.run_in_process("sync", "--json")
    assert result.returncode == result.json["exit_code"] == 69
    assert "the cable is out" in result.stderr
    assert world.rows("SELECT * FROM attempts WHERE outcome = 'open'") == []
    assert world.run_in_process("sync").returncode == 0
    assert world.end_state() == undisturbed_end
    assert {number for (number,) in world.rows("SELECT number FROM attempts")} == {1}


@pytest.mark.parametrize("deleted", [False, True])
def test_what_the_first_attempt_made_is_its_own_where_the_second_could_not_be_sent(
    world: World, deleted: bool
) -> None:
    """Otherwise: it counts as somebody else's, and the customer never gets it; or it is made again."""
    order_id = sell(world)
    world.configure(sending=SENDING, sync={"settle_seconds": 0.001})
    world.emulator.office.switches.update(search_lag_seconds=3600)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="^/v1/orders$"))
    for _ in range(2):
        world.run_in_process("sync")  # the answer is lost; then it is missed once
    world.emulator.arm(
        Fault(
            FaultKind.RATE_LIMITED,
            api="billit",
            method="POST",
            path="^/v1/orders$",
            retry_after=3600,
            times=None,
        )
    )
    world.run_in_process("sync")
    assert world.rows("SELECT stage FROM orders") == [("parked",)]
    world.emulator.disarm()
    world.emulator.office.switches.update(search_lag_seconds=0)
    if deleted:
        [document] = world.emulator.office.live
        delete_document(world.emulator.office, document)
    result = world.run_in_process("sync", "--json")
    assert result.outcomes == {order_id: "deleted" if deleted else "sent"}
    assert len(world.emulator.office.documents) == 1
