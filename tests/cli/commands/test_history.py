"""`history` shows what happened to an order, when and why; it only reads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.shop_orders import sell, sell_lines
from support.world import SENDING

if TYPE_CHECKING:
    from support.world import World


def whats(events: list[dict[str, object]], order_id: int) -> list[object]:
    return [event["what"] for event in events if event["order_id"] == order_id]


def test_every_step_of_an_order_is_told_in_turn(world: World) -> None:
    world.configure(sending=SENDING)
    order_id = sell(world)
    run_id = world.run_in_process("sync", "--json").json["run_id"]
    told = world.run_in_process("history", str(order_id), "--json").json
    assert whats(told["events"], order_id) == [
        "creating", "created", "paid", "checked", "sending", "sent",
    ]  # fmt: skip
    assert {event["run_id"] for event in told["events"]} == {run_id}
    assert told["stage"] == "sent"
    assert all(event["at"].endswith("+00:00") for event in told["events"])


def test_why_an_order_is_stuck_is_told_with_what_to_do(world: World) -> None:
    world.configure(sending=SENDING)
    order_id = sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    told = world.run_in_process("history", str(order_id)).stdout
    assert "it is unsent:" in told
    assert f"ppbillit retry {order_id}" in told
    assert "(not_on_peppol)" in told


def test_of_one_order_each_event_is_told_below_its_run(world: World) -> None:
    """Otherwise: what the log has of that run cannot be found."""
    order_id = sell(world)
    run_id = world.run_in_process("sync", "--json").json["run_id"]
    name, heading, *events = world.run_in_process("history", str(order_id)).stdout.splitlines()
    assert name.startswith(f"order {order_id}, invoice")
    assert heading == f"run {run_id}"
    assert all(line.startswith("  20") for line in events)


def test_how_it_was_sent_and_delivered_is_told(world: World) -> None:
    """Otherwise: nobody can tell the customer where to look for it."""
    world.configure(sending=SENDING)
    world.emulator.office.switches.update(delivery_result="Delivered", delivery_seconds=60)
    order_id = sell(world)
    world.run_in_process("sync")
    world.emulator.clock.advance(61)
    world.run_in_process("sync")
    told = world.run_in_process("history", str(order_id), "--json").json["events"]
    assert [(event["what"], event["why"]) for event in told[-2:]] == [
        ("sent", "by e-mail"),
        ("delivered", "by e-mail"),
    ]
    assert " sent: by e-mail" in world.run_in_process("history", str(order_id)).stdout
    world.configure(language="nl")
    assert " verstuurd: per e-mail" in world.run_in_process("history", str(order_id)).stdout


def test_a_retry_that_changes_nothing_is_told_too(world: World) -> None:
    """Otherwise: whoever tried it yesterday finds no trace of that."""
    order_id = sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE)
    world.run_in_process("sync")
    run_id = world.run_in_process("retry", str(order_id), "--json").json["run_id"]
    told = world.run_in_process("history", str(order_id), "--json").json["events"]
    assert [(event["what"], event["run_id"] == run_id) for event in told] == [
        ("parked", False),
        ("tried again", True),
    ]


def test_the_times_of_a_payment_are_on_the_shops_clock(world: World) -> None:
    """Otherwise: what was paid at half past midnight seems to be of the day before."""
    order_id = sell(world)
    world.run_in_process("sync")
    said = world.run_in_process("history", str(order_id)).stdout
    [paid] = [line for line in said.splitlines() if " paid: " in line]
    assert "+00:00" not in said
    assert "T" not in paid.partition("paid: ")[2]
    at = world.run_in_process("history", str(order_id), "--json").json["events"][0]["at"]
    assert datetime.fromisoformat(at).utcoffset() == timedelta(0)


def test_what_a_person_did_is_in_it_and_stays_in_it(world: World) -> None:
    order_id = sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE)
    world.run_in_process("sync")
    world.run_in_process("skip", str(order_id), "--reason", "met de hand gemaakt")
    world.run_in_process("retry", str(order_id))
    told = world.run_in_process("history", str(order_id), "--json").json["events"]
    assert whats(told, order_id) == ["parked", "dismissed", "taken up again"]
    assert told[1]["why"] == "met de hand gemaakt"
    assert told[1]["run_id"] is None


@pytest.mark.parametrize("reason", ["zie mail van 2026-13-45T10:00", "betaald op 2026-01-02T12:00+00:00"])
def test_what_a_person_said_is_told_as_it_was_typed(world: World, reason: str) -> None:
    """Otherwise: a slip in a reason that can never be taken back keeps the history from being shown ever again."""
    order_id = sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE)
    world.run_in_process("sync")
    world.run_in_process("skip", str(order_id), "--reason", reason)
    for told in (world.run_in_process("history", str(order_id)), world.run_in_process("history")):
        assert told.returncode == 0, told.stderr
        assert f"dismissed: {reason}\n" in told.stdout


def test_the_last_events_of_all_orders_are_told_by_run(world: World) -> None:
    first = sell(world)
    world.run_in_process("sync")
    second = sell(world, "49.00")
    run_id = world.run_in_process("sync", "--json").json["run_id"]
    told = world.run_in_process("history", "--last", "3").stdout.splitlines()
    assert told[0] == f"run {run_id}"
    assert len(told) == 4
    assert all(f"order {second}" in line for line in told[1:])
    assert f"order {first}" in world.run_in_process("history").stdout


def test_the_history_of_nothing_is_said_to_be_nothing(world: World) -> None:
    world.run_in_process("sync")
    assert world.run_in_process("history").stdout == "nothing has happened yet\n"
    refused = world.run_in_process("history", "12")
    assert refused.returncode == 2
    assert "Order 12 is not on record" in refused.stderr


def test_looking_leaves_the_state_as_it_is_and_asks_nobody(world: World) -> None:
    order_id = sell(world)
    world.run_in_process("sync")
    before, asked = world.state_file.read_bytes(), len(world.emulator.journal)
    world.run_in_process("history")
    world.run_in_process("history", str(order_id))
    assert (world.state_file.read_bytes(), len(world.emulator.journal)) == (before, asked)


def test_without_a_state_file_there_is_nothing_to_look_into(world: World) -> None:
    refused = world.run_in_process("history")
    assert refused.returncode == 78
    assert "no run has been made" in refused.stderr
