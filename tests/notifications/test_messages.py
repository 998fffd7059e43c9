"""Messages: what is reported, how often, and that trouble with them never disturbs a run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import Fault, FaultKind
from support.http_servers import closed_port_url
from support.notification_server import NotificationServer, Stopwatch, sent_news_file
from support.payments import unpay_in_billit
from support.sending import stop_before_sending
from support.shop_orders import sell, sell_unexplained
from support.world import SENDING

if TYPE_CHECKING:
    from support.world import World

SECRET = "5e7c0ffee"


def a_day_later(world: World) -> None:
    """Let a day pass, as far as what was told is concerned."""
    told = json.loads(sent_news_file(world).read_text())
    long_ago = (datetime.now(UTC) - timedelta(days=1, seconds=1)).isoformat()
    told["failures"] = dict.fromkeys(told["failures"], long_ago)
    sent_news_file(world).write_text(json.dumps(told))


def test_an_order_that_needs_a_person_is_told_once(world: World, listener: NotificationServer) -> None:
    """Otherwise: the same message every quarter of an hour, until nobody reads them any more."""
    world.configure(notify={"urls": [listener.url]})
    first = sell_unexplained(world)
    sold = sell(world)
    result = world.run_in_process("sync", "--json")
    assert result.returncode == 3
    [message] = listener.messages
    assert message["title"] == "ppbillit: an order needs you"
    assert f"order {first} is parked" in message["message"]
    assert "has no VAT" in message["message"]
    assert str(sold) not in message["message"]
    assert result.json["run_id"] in message["message"]
    assert world.run_in_process("sync").returncode == 0
    second, third = sell_unexplained(world), sell_unexplained(world)
    world.run_in_process("sync")
    assert len(listener.messages) == 2
    news = listener.messages[1]
    assert news["title"] == "ppbillit: 2 orders need you"
    assert [str(order_id) in news["message"] for order_id in (first, second, third)] == [False, True, True]
    assert sent_news_file(world).stat().st_mode & 0o777 == 0o600


def test_an_order_that_was_mended_and_breaks_again_is_news_again(
    world: World, listener: NotificationServer
) -> None:
    world.configure(notify={"urls": [listener.url]})
    order_id = sell_unexplained(world)
    world.run_in_process("sync")
    world.write("UPDATE orders SET dismissed = 'a person saw to it' WHERE order_id = ?", order_id)
    world.run_in_process("sync")
    assert str(order_id) not in sent_news_file(world).read_text()
    world.write("UPDATE orders SET dismissed = NULL")
    world.run_in_process("sync")
    assert len(listener.messages) == 2


def test_a_payment_that_needs_a_person_is_told_once(world: World, listener: NotificationServer) -> None:
    world.configure(notify={"urls": [listener.url]})
    order_id = sell(world)
    world.run_in_process("sync", "--with-payments")
    unpay_in_billit(world, order_id)
    for _ in range(2):
        assert world.run_in_process("sync", "--with-payments").returncode == 0
    [message] = listener.messages
    assert message["title"] == "ppbillit: an order needs you"
    assert f"order {order_id} is checked" in message["message"]
    assert "it was paid on both sides, and Billit says now that it is not" in message["message"]


def test_a_long_list_of_orders_is_cut(world: World, listener: NotificationServer) -> None:
    world.configure(notify={"urls": [listener.url]})
    for _ in range(12):
        sell_unexplained(world)
    world.run_in_process("sync")
    [message] = listener.messages
    assert message["title"] == "ppbillit: 12 orders need you"
    assert message["message"].count("is parked") == 10
    assert "… and 2 more" in message["message"]


def test_a_failure_is_told_once_a_day(world: World, listener: NotificationServer) -> None:
    """Otherwise: an outage of a night is a hundred messages, or none."""
    world.configure(notify={"urls": [listener.url]}, billit={"party_id": 574991})
    codes = [world.run_in_process("sync").returncode for _ in range(3)]
    assert codes == [77, 77, 77]
    [message] = listener.messages
    assert message["title"] == "ppbillit: sync failed (exit code 77)"
    assert "→" in message["message"]
    assert "The same failure is told once a day. Run " in message["message"]
    assert not world.state_file.exists()  # it failed before there was any state
    a_day_later(world)
    world.run_in_process("sync")
    assert len(listener.messages) == 2


def test_another_failure_on_the_same_day_is_told_too(world: World, listener: NotificationServer) -> None:
    world.configure(notify={"urls": [listener.url]}, billit={"party_id": 574991})
    world.run_in_process("sync")
    world.configure(billit={"party_id": world.emulator.party_id}, sync={"max_new_per_run": 1})
    sell(world)
    sell(world)
    assert world.run_in_process("sync").returncode == 3
    sell(world)
    assert world.run_in_process("sync").returncode == 3  # now 3 new documents instead of 2: the same failure
    assert [message["title"] for message in listener.messages] == [
        "ppbillit: sync failed (exit code 77)",
        "ppbillit: sync failed (exit code 3)",
    ]


def test_a_failure_in_mid_run_tells_of_what_is_stuck_as_well(
    world: World, listener: NotificationServer
) -> None:
    world.configure(notify={"urls": [listener.url]})
    order_id = sell_unexplained(world)
    sell(world)
    world.emulator.arm(Fault(FaultKind.REDIRECT_302, api="billit", method="GET", path=r"/v1/orders/\d+$"))
    assert world.run_in_process("sync").returncode == 69
    [message] = listener.messages
    assert message["title"].startswith("ppbillit: sync failed (exit code 69), ")
    assert f"order {order_id} is parked" in message["message"]
    assert "Orders are told once, the same failure once a day. Run " in message["message"]


def test_what_only_waits_for_the_next_run_to_send_it_is_no_news(
    world: World, listener: NotificationServer
) -> None:
    """Otherwise: a rate limit in mid-run, and a message says that fifty orders need somebody."""
    world.configure(sending=SENDING, notify={"urls": [listener.url]})
    sell(world)
    stop_before_sending(world)
    assert world.run_in_process("sync").returncode == 75
    assert world.run_in_process("status", "--json").json["stuck"]
    assert listener.messages == []


def test_what_nobody_heard_is_said_by_the_next_run(world: World, listener: NotificationServer) -> None:
    """Otherwise: the one message that mattered went out while the network was down."""
    world.configure(notify={"urls": [listener.url]})
    sell_unexplained(world)
    listener.status = 500
    result = world.run("sync")
    assert result.returncode == 3
    assert "ppbillit: the notice was not sent: address 1 (json) could not be reached" in result.stderr
    listener.status = 200
    assert world.run("sync").stderr == ""
    assert len(listener.messages) == 2
    world.run("sync")
    assert len(listener.messages) == 2


def test_what_one_of_two_addresses_heard_is_told(world: World, listener: NotificationServer) -> None:
    world.configure(
        notify={"urls": [listener.url, f"json://127.0.0.1:{closed_port_url().rpartition(':')[2]}"]}
    )
    sell_unexplained(world)
    assert "address 2 (json)" in world.run("sync").stderr
    assert world.run("sync").stderr == ""
    assert len(listener.messages) == 1


@pytest.mark.parametrize("kind", ["hangs", "nonsense", "no apprise"])
def test_trouble_with_messages_is_a_warning_and_nothing_else(
    world: World, listener: NotificationServer, kind: str
) -> None:
    """Otherwise: a chat service that is down changes the exit code, or keeps the run from ending."""
    listener.status = 0
    patient = f"{listener.url}?rto=60"  # more patient than ppbillit
    url = f"nonsense://{SECRET}@nowhere" if kind == "nonsense" else patient
    world.configure(notify={"urls": [url]})
    sell_unexplained(world)
    watch = Stopwatch()
    absent = world.folder / "absent"
    absent.mkdir()
    (absent / "apprise.py").write_text("raise ImportError")
    if kind == "no apprise":
        result = world.run_installed("sync", env={"PYTHONPATH": str(absent)}, measured=True)
    else:
        result = world.run("sync")
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1
    assert {
        "hangs": "did not answer within",
        "nonsense": "is none that Apprise understands",
        "no apprise": "ppbillit[notify]",
    }[kind] in result.stderr
    assert SECRET not in result.stderr
    assert watch.seconds < 20


def test_what_cannot_be_remembered_is_not_said_over_and_over(
    world: World, listener: NotificationServer
) -> None:
    """Otherwise: a full disk sends a message every quarter of an hour."""
    world.configure(notify={"urls": [listener.url]})
    sell_unexplained(world)
    sent_news_file(world).mkdir(parents=True)
    for _ in range(2):
        assert "cannot be remembered" in world.run_in_process("sync").stderr
    assert listener.messages == []


@pytest.mark.parametrize("text", ["", "[]", '{"orders": 1}', '{"orders": {}, "failures": {"77 x": "today"}}'])
def test_a_damaged_memory_says_things_again_and_no_more(
    world: World, listener: NotificationServer, text: str
) -> None:
    world.configure(notify={"urls": [listener.url]})
    sell_unexplained(world)
    world.run_in_process("sync")
    sent_news_file(world).write_text(text)
    for _ in range(2):
        assert world.run_in_process("sync").stderr == ""
    assert len(listener.messages) == 2


def test_addresses_stay_out_of_the_log(world: World, listener: NotificationServer) -> None:
    world.configure(notify={"heartbeat_url": listener.heartbeat_url, "urls": [listener.url]})
    sell_unexplained(world)
    trace = world.folder / "trace.jsonl"
    result = world.run_traced(trace, "sync")
    logged = trace.with_suffix(".log").read_text()
    assert "The heartbeat POST /start: 200" in logged
    for text in (logged, trace.read_text(), result.stdout, result.stderr):
        assert SECRET not in text
