"""A run that is asked to stop finishes the order in hand; a second run at the same time gives way."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from support.shop_orders import six_documents, three_documents
from support.world import SENDING, World

if TYPE_CHECKING:
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

SECONDS = 30


class HoldAt:
    """A hook that holds the nth POST of a document until it is let go."""

    def __init__(self, nth: int = 1, path: str = "/v1/orders") -> None:
        self.nth = nth
        self.path = path
        self.seen = 0
        self.held = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, request: Request, phase: Phase) -> None:
        if phase == "after" and (request.method, request.path) == ("POST", self.path):
            self.seen += 1
            if self.seen == self.nth:
                self.held.set()
                assert self.let_go.wait(SECONDS)


@pytest.mark.parametrize(
    "second", [["sync"], ["export-existing", "--since", "2020-01-01"], ["rebuild-state"]], ids=" ".join
)
def test_of_two_runs_at_once_the_second_goes_away_at_once(world: World, second: list[str]) -> None:
    """Otherwise: a slow run and the next cron job invoice the same orders side by side."""
    world.configure(sending=SENDING)
    three_documents(world)
    hold = HoldAt()
    world.emulator.on_request = hold
    first = world.start("sync")
    assert hold.held.wait(SECONDS)
    refused = world.run(*second)
    dry = world.run("sync", "--dry-run")
    hold.let_go.set()
    assert world.finish(first).returncode == 0
    assert refused.returncode == 75
    assert refused.stderr.startswith("ppbillit: Another run of ppbillit is at work")
    assert len(refused.stderr.splitlines()) == 2
    assert dry.returncode in {0, 3}  # looking is allowed
    assert len(world.totals()) == len(world.emulator.office.deliveries) == 3


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("path", ["/v1/orders", "/v1/orders/commands/send"])
def test_a_signal_lets_the_order_in_hand_be_finished_and_no_other(
    world: World, number: signal.Signals, code: int, path: str
) -> None:
    """Otherwise: the machine shuts down, and nobody knows what became of the order in hand."""
    world.configure(sending=SENDING)
    orders = six_documents(world)
    hold = HoldAt(nth=2, path=path)
    world.emulator.on_request = hold
    process = world.start("sync", "--json")
    assert hold.held.wait(SECONDS)
    process.send_signal(number)
    hold.let_go.set()
    stopped = world.finish(process)
    assert stopped.returncode == stopped.json["exit_code"] == code
    assert stopped.stderr.startswith("ppbillit: Stopped, as asked, after the order in hand.\n")
    assert "the next run goes on from here" in stopped.stderr
    assert stopped.json["error"]["message"].startswith("Stopped")
    made, sent = len(world.totals()), len(world.emulator.office.deliveries)
    assert (made, sent) == ((2, 0) if path == "/v1/orders" else (6, 2))
    assert "creating" not in world.stages().values()
    assert "sending" not in world.stages().values()
    resumed = world.run("sync")
    assert resumed.returncode == 0
    assert world.stages() == dict.fromkeys(orders, "sent")
    assert len(world.totals()) == len(world.emulator.office.deliveries) == 6


def test_a_rebuilding_that_is_stopped_puts_nothing_in_place(world: World) -> None:
    """Otherwise: half a state, and the other half is invoiced again."""
    three_documents(world)
    world.run_in_process("sync")
    world.lose_state()

    def stop(request: Request, phase: Phase) -> None:
        if phase == "after" and request.path == "/v2/orders":
            world.emulator.on_request = None
            process.send_signal(signal.SIGTERM)

    world.emulator.on_request = stop
    process = world.start("rebuild-state", "--json")
    stopped = world.finish(process)
    assert stopped.returncode == stopped.json["exit_code"] == 143
    assert not world.state_file.exists()
    assert world.run_in_process("sync").returncode == 78
    assert len(world.run_in_process("rebuild-state", "--json").outcomes) == 3


def test_a_second_signal_ends_the_run_at_once_and_nothing_is_lost(world: World) -> None:
    """Otherwise: an impatient ^C ^C costs an invoice."""
    world.configure(sending=SENDING)
    three_documents(world)
    hold = HoldAt()
    world.emulator.on_request = hold
    process = world.start("sync")
    assert hold.held.wait(SECONDS)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)  # two that come too close together are one to the kernel
    process.send_signal(signal.SIGINT)
    stopped = world.finish(process)
    hold.let_go.set()
    assert stopped.returncode == 130
    assert "Traceback" not in stopped.stderr
    for _ in range(2):
        world.run("sync")
    assert len(world.totals()) == len(world.emulator.office.deliveries) == 3


@pytest.mark.system
def test_ctrl_c_while_everything_is_loaded_ends_in_words() -> None:
    """Otherwise: somebody changes his mind in the first quarter of a second, and gets a traceback."""
    interrupted = """
import sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == "typer":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting())
from ppbillit.cli import command
command()
"""
    ended = subprocess.run([sys.executable, "-c", interrupted], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "ppbillit: Stopped before anything was done.\n"
