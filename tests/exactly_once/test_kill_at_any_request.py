"""kill -9 at any HTTP request of a run: the next run finishes it as if nothing had happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from ppbillit_emulator import DropRequest
from support.shop_orders import day, three_documents
from support.world import SENDING, EndState, KillAt, World, new_world

if TYPE_CHECKING:
    from pathlib import Path

    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

# The requests of a run are dealt out over so many tests, for the sake of parallel runs.
PARTS = 4
Verb = Literal["sync", "export-existing"]
VERBS: tuple[Verb, ...] = ("sync", "export-existing")
SIGKILLED = -9
MOST_RESUMES = 2


def arguments(verb: Verb) -> tuple[str, ...]:
    return (verb,) if verb == "sync" else (verb, "--since", day(30))


def fill(world: World, verb: Verb) -> None:
    three_documents(world, days_ago=3 if verb == "sync" else 20)
    if verb == "export-existing":
        # The credit note is dated today, so it is not for an export; sending is on, and must not matter.
        world.emulator.shop.orders[max(world.emulator.shop.orders)]["invoice_date"] = day(15)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[Verb, tuple[EndState, int]]:
    """Run each verb once in peace: how it ought to end, and how many requests it takes."""
    ends: dict[Verb, tuple[EndState, int]] = {}
    for verb in VERBS:
        with new_world(tmp_path_factory.mktemp(verb), sending=SENDING) as world:
            fill(world, verb)
            assert world.run(*arguments(verb)).returncode == 0
            ends[verb] = world.end_state(), len(world.emulator.journal)
    return ends


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_run_killed_at_any_request_is_finished_by_the_next_one(
    tmp_path: Path,
    undisturbed: dict[Verb, tuple[EndState, int]],
    verb: Verb,
    phase: Phase,
    part: int,
) -> None:
    """Otherwise: a power cut at the wrong moment, and a customer is invoiced twice, or never."""
    wanted, requests = undisturbed[verb]
    assert requests > 10
    assert len(wanted.documents) == len({document for document, *_ in wanted.documents}) == 3
    assert len(wanted.sends) == (3 if verb == "sync" else 0)
    differing = {}
    for nth in range(part + 1, requests + 1, PARTS):
        ended = killed_and_resumed(tmp_path / str(nth), verb, KillAt(nth, phase))
        if ended != wanted:
            differing[nth] = ended
    assert not differing


def killed_and_resumed(folder: Path, verb: Verb, kill: KillAt) -> EndState:
    with new_world(folder, sending=SENDING) as world:
        fill(world, verb)
        world.emulator.on_request = kill
        process = world.start(*arguments(verb), measured=False)
        kill.pid = process.pid
        assert world.finish(process).returncode == SIGKILLED
        for _ in range(MOST_RESUMES):
            if world.run(*arguments(verb), measured=False).returncode == 0:
                break
        return world.end_state()


def test_a_rebuilding_that_is_killed_is_begun_again(world: World) -> None:
    """Otherwise: what the killed one left behind is taken for the state."""
    three_documents(world)
    world.run_in_process("sync")
    books, requests = world.totals(), len(world.emulator.journal)
    world.lose_state()

    def kill(request: Request, phase: Phase) -> None:
        if phase == "after" and request.path == "/v1/orders/deleted":
            world.emulator.on_request = None
            process.kill()
            process.wait()

    world.emulator.on_request = kill
    process = world.start("rebuild-state")
    assert world.finish(process).returncode == SIGKILLED
    assert len(world.emulator.journal) > requests
    assert world.state_file.with_name("state.sqlite3.rebuilding").exists()
    assert world.run_in_process("sync").returncode == 78
    assert world.run_in_process("rebuild-state").returncode == 0
    assert world.run_in_process("sync").stdout == ""
    assert world.totals() == books


def test_the_installed_command_killed_while_its_invoice_is_being_made_adopts_it_later(world: World) -> None:
    """Otherwise: what holds for forked processes does not hold for the command that cron starts."""
    world.configure(sending=SENDING)
    first, *_ = three_documents(world)
    posts = iter(range(1, 100))

    def kill(request: Request, phase: Phase) -> None:
        if phase == "after" and (request.method, request.path) == ("POST", "/v1/orders") and next(posts) == 1:
            process.kill()
            process.wait()
            raise DropRequest

    world.emulator.on_request = kill
    process = world.start_installed("sync")
    assert world.finish(process).returncode == SIGKILLED
    assert world.stages() == {first: "creating"}
    resumed = world.run_installed("sync", "--json")
    assert resumed.returncode == 0
    assert set(resumed.outcomes.values()) == {"sent"}
    assert list(world.totals().values()) == ["97.00", "413.40", "97.00"]
