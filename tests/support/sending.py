"""Sending: channels, refused and lost send commands, and days that pass."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import time_machine

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import FIRM_BE, FIRM_DE, FIRM_NL
from support.world import document_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.world import World

BE, NL, DE = (str(firm.vat_id_number) for firm in (FIRM_BE, FIRM_NL, FIRM_DE))
SEND = r"/v1/orders/commands/send$"
DIRECTORY = "/v1/peppol/participantInformation/"
COMPANY = BE.removeprefix("BE")


def channel(world: World, name: str) -> None:
    """Send to everybody by this channel."""
    world.configure(sending={"businesses": name, "consumers": name, "allow_letters": name == "letter"})


def assert_quiet(world: World) -> None:
    """A run with nothing to do says nothing, and Billit is told nothing."""
    told = len(calls_to_send(world))
    result = world.run_in_process("sync")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert len(calls_to_send(world)) == told


@contextmanager
def later(**distance: float) -> Iterator[None]:
    """Let time pass for everybody, us and the emulator; the rest of the test belongs inside."""
    with time_machine.travel(datetime.now(UTC) + timedelta(**distance), tick=True):
        yield


def send_by_hand(world: World, order_id: int) -> None:
    """Press Send in Billit: the customer has it, by whatever way."""
    document = document_of(world, order_id)
    document.is_sent = True
    world.emulator.office.touch(document)


def sent(world: World) -> list[tuple[int, str]]:
    """Return what left the office, in turn: the order and the way."""
    orders = {
        document.order_id: int((document.external_id or "-0").rpartition("-")[2])
        for document in world.emulator.office.documents.values()
    }
    return [(orders[each.document_id], each.transport) for each in world.emulator.office.deliveries]


def directory_requests(world: World) -> list[str]:
    """Return the identifiers that the directory was asked for, in turn."""
    return [
        unquote(arrival.path.removeprefix(DIRECTORY))
        for arrival in world.emulator.journal
        if arrival.path.startswith(DIRECTORY)
    ]


def calls_to_send(world: World) -> list[dict[str, Any]]:
    """Return the bodies of the send commands that arrived, refused ones too."""
    return [
        json.loads(arrival.body)
        for arrival in world.emulator.journal
        if arrival.path == "/v1/orders/commands/send"
    ]


def refuse_to_send(world: World, code: str, text: str = "", *, times: int | None = 1) -> None:
    """Let Billit refuse send commands with this code."""
    error = {"Code": code} | ({"Description": text} if text else {})
    body = {"errors": [error]}
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="billit", method="POST", path=SEND, body=body, times=times)
    )


def lose_sends(world: World, kind: FaultKind = FaultKind.CLOSE_BEFORE, *, nth: int = 1) -> None:
    """Let the answer to the nth send command from now on get lost in this way."""
    world.emulator.arm(Fault(kind, api="billit", method="POST", path=SEND, nth=nth, seconds=0.6))


def stop_before_sending(world: World) -> None:
    """Let runs end (75) before anything is sent, until `world.emulator.disarm()`."""
    limit = Fault(FaultKind.RATE_LIMITED, api="billit", path=SEND, retry_after=3600, times=None)
    world.emulator.arm(limit)
