"""Every way in which an answer of Billit can get lost, on every route that writes: still exactly once."""

from __future__ import annotations

import time

import pytest

from ppbillit_emulator import Fault, FaultKind
from system.shops import sell, sell_net, three_documents
from system.world import SENDING, EndState, World, key, new_world

ROUTES = {
    "debtor": r"^/v1/parties$",
    "document": r"^/v1/orders$",
    "sending": r"^/v1/orders/commands/send$",
}
BEFORE_STORING = [
    FaultKind.ERROR_500_BEFORE,
    FaultKind.HTML_200_BEFORE,
    FaultKind.REDIRECT_302,
    FaultKind.BAD_GATEWAY_502,
    FaultKind.CLOSE_BEFORE,
    FaultKind.RESET_BEFORE,
]
AFTER_STORING = [
    FaultKind.ERROR_500_AFTER,
    FaultKind.HTML_200_AFTER,
    FaultKind.BAD_GATEWAY_AFTER,
    FaultKind.CLOSE_AFTER,
    FaultKind.RESET_AFTER,
    FaultKind.HALF_BODY_AFTER,
    FaultKind.LATE_AFTER,
    FaultKind.LATENCY,
    FaultKind.EMPTY_200,
    FaultKind.WRONG_CONTENT_TYPE,
]


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> EndState:
    """How it ends where nothing goes wrong."""
    with new_world(tmp_path_factory.mktemp("peace"), sending=SENDING) as world:
        three_documents(world)
        assert world.here("sync").returncode == 0
        return world.end_state()


def runs_until_quiet(world: World, most: int = 4, pause: float = 0.01) -> int:
    """Run until nothing is stuck any more, each past the settle delay of the last; gives how many it took."""
    for number in range(1, most + 1):
        time.sleep(pause)
        result = world.here("sync", "--json")
        if result.returncode == 0 and result.json["counts"]["stuck"] == 0:
            return number
    return most + 1


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("kind", [*BEFORE_STORING, *AFTER_STORING])
@pytest.mark.parametrize("route", ROUTES)
def test_whatever_happens_to_one_write_each_order_ends_with_one_document(
    world: World, wanted: EndState, route: str, kind: FaultKind, nth: int
) -> None:
    """Otherwise: Billit hiccups, and the customer gets the invoice twice, or never."""
    # A request that is still at work in Billit after we gave it up is what the settle delay is for.
    delay = 0.3 if kind is FaultKind.LATENCY else 0.01
    world.configure(sending=SENDING, billit={"timeout_seconds": 0.5}, sync={"settle_seconds": delay})
    three_documents(world)
    fault = Fault(kind, api="billit", method="POST", path=ROUTES[route], nth=nth, seconds=0.6)
    world.emulator.arm(fault)
    # Once to lose it, twice to miss it, once to make it again.
    assert runs_until_quiet(world, pause=delay) <= 4
    assert world.emulator.faults.fired
    assert world.end_state() == wanted


@pytest.mark.parametrize("kind", [FaultKind.CLOSE_AFTER, FaultKind.HTML_200_BEFORE])
@pytest.mark.parametrize("route", ROUTES)
def test_writes_that_all_go_wrong_for_a_while_are_made_good_afterwards(
    world: World, wanted: EndState, route: str, kind: FaultKind
) -> None:
    """Otherwise: an outage of an evening leaves doubles, or documents that nobody asks about again."""
    world.configure(sending=SENDING)
    three_documents(world)
    world.emulator.arm(Fault(kind, api="billit", method="POST", path=ROUTES[route], times=None))
    for _ in range(3):
        world.here("sync")
    world.emulator.disarm()
    assert runs_until_quiet(world) <= 4
    assert world.end_state() == wanted


@pytest.mark.parametrize("header", ["Idempotency-Key", "Idempotent-Key", "both", "neither"])
@pytest.mark.parametrize("scope", ["company", "endpoint", "account"])
@pytest.mark.parametrize("kind", [FaultKind.CLOSE_AFTER, FaultKind.ERROR_500_BEFORE])
def test_no_spelling_or_scope_of_the_idempotency_key_is_relied_upon(
    world: World, wanted: EndState, header: str, scope: str, kind: FaultKind
) -> None:
    """Otherwise: all is well in the tests, and doubled with the real Billit, which reads another header."""
    world.configure(sending=SENDING)
    world.emulator.office.switches.update(idempotency_header=header, idempotency_scope=scope)
    three_documents(world)
    for path in ROUTES.values():
        world.emulator.arm(Fault(kind, api="billit", method="POST", path=path))
    assert runs_until_quiet(world, most=4) <= 4
    assert world.end_state() == wanted


def test_a_key_that_is_stuck_without_a_document_is_left_behind(world: World, wanted: EndState) -> None:
    """Otherwise: a document whose first try failed inside Billit is answered 409 for ever."""
    world.configure(sending=SENDING)
    three_documents(world)
    world.emulator.office.switches.update(idempotency_stuck_creates=1)
    # Missed twice, answered 409 under its own key, missed twice more, and made under the next one.
    assert runs_until_quiet(world, most=6) <= 6
    assert world.end_state() == wanted
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
        world.here("sync")
    world.emulator.clock.advance(901)
    assert runs_until_quiet(world, most=2) <= 2
    assert world.here("sync").stdout == ""
    assert world.stages() == {order_id: "sent"}
    assert world.totals() == {key(order_id): "97.00"}
    assert len(world.emulator.office.parties) == len(world.emulator.office.deliveries) == 1


def test_a_document_that_was_not_stored_is_made_only_once_the_delay_has_passed(world: World) -> None:
    """Otherwise: "not found" is taken for "not made" while Billit is still busy making it."""
    world.configure(sync={"settle_seconds": 3600})
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api="billit", method="POST", path=ROUTES["document"]))
    first = world.here("sync", "--json")
    assert (first.returncode, first.reasons(order_id)) == (3, ["outcome_unknown"])
    second = world.here("sync")
    assert (second.returncode, second.stdout) == (0, "")  # old news
    assert world.stages() == {order_id: "creating"}
    assert world.totals() == {}
    world.configure(sync={"settle_seconds": 0.01})
    time.sleep(0.05)
    missed_once = world.here("sync", "--json")
    assert (missed_once.returncode, missed_once.outcomes) == (0, {})
    time.sleep(0.05)
    missed_twice = world.here("sync", "--json")
    assert (missed_twice.returncode, missed_twice.outcomes) == (0, {order_id: "created"})
    assert world.totals() == {key(order_id): "97.00"}


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
    assert world.here("sync").returncode == 3
    world.emulator.on_request = lambda request, phase: (
        world.emulator.office.switches.update(search_lag_seconds=0)
        if (request.method, request.path, phase) == ("POST", "/v1/orders", "after")
        else None
    )
    outcomes: dict[int, str] = {}
    for _ in range(3):
        time.sleep(0.05)  # a run can take less than the settle delay
        result = world.here("sync", "--json")
        assert result.returncode == 0
        outcomes |= result.outcomes
    assert outcomes == {order_id: "sent"}
    assert world.totals() == {key(order_id): "97.00"}


@pytest.mark.parametrize("route", ROUTES)
def test_a_rate_limit_in_mid_run_takes_back_what_was_announced(
    world: World, route: str, wanted: EndState
) -> None:
    """Otherwise: a refusal that did nothing is treated as a riddle, and delays invoices by a day."""
    world.configure(sending=SENDING)
    three_documents(world)
    fault = Fault(
        FaultKind.RATE_LIMITED, api="billit", method="POST", path=ROUTES[route], nth=2, times=None,
        retry_after=3600,
    )  # fmt: skip
    world.emulator.arm(fault)
    limited = world.here("sync", "--json")
    assert limited.returncode == limited.json["exit_code"] == 75
    assert "rate limit" in limited.stderr
    world.emulator.disarm()
    assert runs_until_quiet(world) == 1
    assert world.end_state() == wanted


def test_a_refused_document_is_parked_and_tried_again_when_the_order_changed(world: World) -> None:
    """Otherwise: one order that Billit dislikes stops the rest, or is posted again every hour."""
    world.configure(sending=SENDING)
    disliked, other = sell(world), sell_net(world)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path=ROUTES["document"]))
    first = world.here("sync", "--json")
    assert first.returncode == 3
    assert first.outcomes == {disliked: "parked", other: "sent"}
    assert first.reasons(disliked) == ["billit_refused"]
    again = world.here("sync", "--json")
    assert (again.returncode, again.outcomes, again.json["counts"]["stuck"]) == (0, {}, 1)
    world.emulator.shop.orders[disliked]["billing"]["contact"]["lastname"] = "Pieters"
    world.emulator.shop.orders[disliked]["payment"].update(status="open", paid_at=None)
    third = world.here("sync", "--json")
    assert (third.returncode, third.outcomes) == (0, {disliked: "sent"})
