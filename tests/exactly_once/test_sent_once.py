"""An invoice whose sending got no answer, or whose run was killed, is sent once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import FaultKind
from ppbillit_emulator.plugandpay.buyers import FIRM_BE
from support.sending import BE, assert_quiet, channel, later, lose_sends, sent, stop_before_sending
from support.shop_orders import sell
from support.world import SENDING, KillAt, World, document_of, new_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

LOST = [
    FaultKind.ERROR_500_BEFORE,
    FaultKind.HTML_200_BEFORE,
    FaultKind.REDIRECT_302,
    FaultKind.BAD_GATEWAY_502,
    FaultKind.CLOSE_BEFORE,
    FaultKind.RESET_BEFORE,
    FaultKind.ERROR_500_AFTER,
    FaultKind.HTML_200_AFTER,
    FaultKind.BAD_GATEWAY_AFTER,
    FaultKind.CLOSE_AFTER,
    FaultKind.RESET_AFTER,
    FaultKind.LATE_AFTER,
    FaultKind.LATENCY,
]
SIGKILLED = -9
MOST_RUNS = 4


def fallen_back(world: World) -> int:
    """Auto, to a firm that was on Peppol when it was asked for, and is not any more: two send commands."""
    channel(world, "auto")
    world.emulator.office.peppol.add(BE)
    sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync").returncode == 0
    order_id = sell(world, buyer=FIRM_BE)
    stop_before_sending(world)
    assert world.run_in_process("sync").returncode == 75
    world.emulator.disarm()
    world.emulator.office.peppol.remove(BE)
    return order_id


def failed_delivery(world: World) -> int:
    """An e-mail that bounced, which a person wants sent again."""
    channel(world, "email")
    world.emulator.office.switches.update(delivery_result="Error")
    order_id = sell(world)
    assert world.run_in_process("sync").returncode == 0
    world.emulator.clock.advance(3600)
    assert world.run_in_process("sync").returncode == 3
    world.emulator.office.switches.update(delivery_result="never")
    assert world.stages() == {order_id: "failed"}
    return order_id


def run_until_sent(world: World, order_id: int, pause: float = 0.01) -> None:
    """Run as cron does, each run past the settle delay of the last, until it is sent."""
    for _ in range(MOST_RUNS):
        if world.stages().get(order_id) == "sent":
            return
        time.sleep(pause)
        world.run_in_process("sync")


# --- answers that get lost ----------------------------------------------------------------------


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("kind", LOST)
def test_an_answer_lost_on_the_way_from_peppol_to_mail_leads_to_one_sending(
    world: World, kind: FaultKind, nth: int
) -> None:
    """Otherwise: Billit refuses Peppol, the e-mail's answer is lost, and the customer gets it twice or never."""
    order_id = fallen_back(world)
    pause = 0.3 if kind is FaultKind.LATENCY else 0.01
    world.configure(billit={"timeout_seconds": 0.5}, sync={"settle_seconds": pause})
    lose_sends(world, kind, nth=nth)
    world.run_in_process("sync")
    run_until_sent(world, order_id, pause)
    assert world.emulator.faults.fired
    assert sent(world)[1:] == [(order_id, "SMTP")]
    assert world.stages()[order_id] == "sent"


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_to_sending_a_failed_delivery_again_leads_to_one_more_sending(
    world: World, kind: FaultKind
) -> None:
    """Otherwise: the failed first sending is taken for the second, and the customer never gets it."""
    order_id = failed_delivery(world)
    pause = 0.3 if kind is FaultKind.LATENCY else 0.01
    world.configure(billit={"timeout_seconds": 0.5}, sync={"settle_seconds": pause})
    lose_sends(world, kind)
    world.run_in_process("retry", str(order_id))
    run_until_sent(world, order_id, pause)
    assert world.emulator.faults.fired
    assert sent(world) == [(order_id, "SMTP")] * 2
    assert world.stages() == {order_id: "sent"}


def test_a_lost_sending_is_told_once_and_looked_at_before_a_second_try(world: World) -> None:
    world.configure(sending=SENDING, sync={"settle_seconds": 3600})
    order_id = sell(world)
    lose_sends(world)
    first = world.run_in_process("sync", "--json")
    assert (first.returncode, first.reasons(order_id)) == (3, ["send_unknown"])
    assert_quiet(world)  # not believed before the settle delay
    with later(seconds=3601):
        looked = len(world.emulator.journal)
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
        paths = [arrival.path for arrival in world.emulator.journal[looked:]]
        document = f"/v1/orders/{document_of(world, order_id).order_id}"
        assert paths.index(document) < paths.index("/v1/orders/commands/send")
    assert sent(world) == [(order_id, "SMTP")]


def test_a_sending_that_was_lost_and_is_not_wanted_any_more_can_be_settled(world: World) -> None:
    """Otherwise: it is "not known yet" for ever, and neither `retry` nor `skip` can do anything about it."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    lose_sends(world)
    world.run_in_process("sync")
    channel(world, "none")
    with later(days=1):
        world.run_in_process("sync")
        world.run_in_process("sync")
        world.run_in_process("skip", str(order_id), "--reason", "met de post")
        assert world.run_in_process("status").returncode == 0
    assert sent(world) == []


def test_a_sending_that_was_lost_on_its_way_to_a_receiver_who_left_waits_for_him(world: World) -> None:
    """Otherwise: it is "not known yet" for ever, though Billit shows that it did not go."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=FIRM_BE)
    lose_sends(world)
    world.run_in_process("sync")
    world.emulator.office.peppol.remove(BE)
    with later(days=8):
        world.run_in_process("sync")
        told = world.run_in_process("status", "--json").json["stuck"]
    assert [(each["order_id"], each["standing"]) for each in told] == [(order_id, "unsent")]
    assert sent(world) == []


class KillAtDocument(KillAt):
    """Kill at the nth request about documents only; `test_kill_at_any_request` has all of a run's."""

    def __call__(self, request: Request, phase: Phase) -> None:
        if request.path.startswith("/v1/orders"):
            super().__call__(request, phase)


KILLED: dict[str, tuple[Callable[[World], int], str, list[str]]] = {
    "from Peppol to mail": (fallen_back, "sync", ["Peppol", "SMTP"]),
    "a failed delivery": (failed_delivery, "retry", ["SMTP", "SMTP"]),
}

# --- runs that are killed -----------------------------------------------------------------------


@pytest.mark.no_cover
@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("case", KILLED)
def test_a_run_killed_at_any_request_about_a_document_sends_once(
    tmp_path: Path, case: str, phase: Phase
) -> None:
    """Otherwise: a power cut at the wrong moment, and the customer gets it twice, or never."""
    differing, nth = {}, 0
    while True:
        nth += 1
        ended = _killed_and_resumed(tmp_path / str(nth), case, KillAtDocument(nth, phase))
        if ended is None:
            break
        if ended != KILLED[case][2]:
            differing[nth] = ended
    assert nth > 3
    assert not differing


def _killed_and_resumed(folder: Path, case: str, kill: KillAt) -> list[str] | None:
    """Return the ways that things went, None where the run was over before it was to be killed."""
    make, verb, _ = KILLED[case]
    with new_world(folder) as world:
        order_id = make(world)
        world.emulator.on_request = kill
        process = world.start(verb, *([str(order_id)] if verb == "retry" else []), measured=False)
        kill.pid = process.pid
        if world.finish(process).returncode != SIGKILLED:
            return None
        if world.stages().get(order_id) == "failed":  # it had not begun: the person asks again
            world.run_in_process("retry", str(order_id))
        run_until_sent(world, order_id)
        return [way for _, way in sent(world)]
