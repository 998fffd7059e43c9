"""Heartbeats and messages: who is told what and how often, and that telling never gets in the way of a run."""

from __future__ import annotations

import json
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line
from system.listeners import Listener, Stopwatch, listening
from system.sendings import stop_before_sending
from system.shops import day, sell, sell_lines
from system.tills import unpay_in_billit
from system.world import SENDING
from web import nobody_listens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from system.world import World

SECRET = "5e7c0ffee"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as opened:
        yield opened


def told_file(world: World) -> Path:
    return world.state_file.with_name("state.sqlite3.told")


def unexplained(world: World) -> int:
    """Sell something that is parked."""
    return sell_lines(world, [Line("Cadeaubon", "50.00", "0")], CONSUMER_BE)


def a_day_later(world: World) -> None:
    """Let a day pass, as far as what was told is concerned."""
    told = json.loads(told_file(world).read_text())
    long_ago = (datetime.now(UTC) - timedelta(days=1, seconds=1)).isoformat()
    told["failures"] = dict.fromkeys(told["failures"], long_ago)
    told_file(world).write_text(json.dumps(told))


# --- the heartbeat ---------------------------------------------------------------------------------


def test_the_heartbeat_hears_when_a_run_begins_and_how_it_ended(world: World, listener: Listener) -> None:
    world.configure(notify={"heartbeat_url": listener.heartbeat_url})
    sell(world)
    result = world.here("sync", "--json")
    assert (result.returncode, listener.pings) == (0, ["/start", ""])
    unexplained(world)
    assert world.here("sync").returncode == 3
    assert listener.pings[2:] == ["/start", "/3"]
    (_, started), (_, ended) = listener.came[:2]
    assert started == {"command": "sync", "run_id": result.json["run_id"]}
    assert ended == {**started, "exit_code": 0, "counts": result.json["counts"]}


def test_what_stands_behind_the_address_goes_along_with_each_ping(world: World, listener: Listener) -> None:
    """Otherwise: a check that is made by its first ping, with `create=1`, never is."""
    world.configure(notify={"heartbeat_url": f"{listener.heartbeat_url}?create=1"})
    assert world.here("sync").returncode == 0
    assert listener.pings == ["/start?create=1", "?create=1"]


def test_a_trial_of_the_notices_that_is_stopped_says_so(world: World, listener: Listener) -> None:
    listener.status = 0
    world.configure(notify={"heartbeat_url": listener.heartbeat_url})
    trial = world.start("notify-test", "--json")
    while not listener.came:
        time.sleep(0.01)
    trial.send_signal(signal.SIGINT)
    result = world.finish(trial)
    assert (result.returncode, result.json["exit_code"]) == (130, 130)
    assert "Stopped." in result.stderr


def test_the_heartbeat_hears_of_a_run_that_failed(world: World, listener: Listener) -> None:
    world.configure(notify={"heartbeat_url": listener.heartbeat_url}, billit={"party_id": 574991})
    assert world.here("sync").returncode == 77
    assert listener.pings == ["/start", "/77"]


@pytest.mark.parametrize(
    "arguments",
    [("sync", "--dry-run"), ("export-existing", "--since", day(30)), ("sync", "--order", "810001")],
)
def test_nobody_is_told_of_what_somebody_does_by_hand(
    world: World, listener: Listener, arguments: tuple[str, ...]
) -> None:
    """Otherwise: trying something out makes a dead cron job look alive."""
    world.configure(notify={"heartbeat_url": listener.heartbeat_url, "urls": [listener.url]})
    unexplained(world)
    world.here(*arguments)
    assert listener.came == []
    assert not told_file(world).exists()


def test_a_run_that_gives_way_to_another_says_nothing_in_its_place(world: World, listener: Listener) -> None:
    """Otherwise: the alarm is raised for a run that is well under way."""
    world.configure(notify={"heartbeat_url": listener.heartbeat_url, "urls": [listener.url]})
    sell(world)
    held: list[int] = []

    def second(_request: object, phase: str) -> None:
        if phase == "before" and not held:
            held.append(0)
            held.append(world.run("sync").returncode)

    world.emulator.on_request = second
    assert world.here("sync").returncode == 0
    assert held == [0, 75]
    assert listener.pings == ["/start", ""]
    assert listener.messages == []


@pytest.mark.parametrize("trouble", ["hangs", "answers 500", "is unreachable"])
def test_trouble_with_the_heartbeat_is_a_warning_and_nothing_else(
    world: World, listener: Listener, trouble: str
) -> None:
    """Otherwise: invoices wait for a service that only watches."""
    listener.status = {"hangs": 0, "answers 500": 500}.get(trouble, 200)
    url = f"{nobody_listens()}/ping/{SECRET}" if trouble == "is unreachable" else listener.heartbeat_url
    world.configure(notify={"heartbeat_url": url})
    sell(world)
    watch = Stopwatch()
    result = world.run("sync")
    assert result.returncode == 0
    assert len(world.totals()) == 1
    assert result.stderr.count("ppbillit: the heartbeat ") == 1
    assert result.stderr.count("\n") == 1
    assert SECRET not in result.stderr
    assert watch.seconds < 15


# --- messages --------------------------------------------------------------------------------------


def test_an_order_that_needs_a_person_is_told_once(world: World, listener: Listener) -> None:
    """Otherwise: the same message every quarter of an hour, until nobody reads them any more."""
    world.configure(notify={"urls": [listener.url]})
    first = unexplained(world)
    sold = sell(world)
    result = world.here("sync", "--json")
    assert result.returncode == 3
    [message] = listener.messages
    assert message["title"] == "ppbillit: an order needs you"
    assert f"order {first} is parked" in message["message"]
    assert "has no VAT" in message["message"]
    assert str(sold) not in message["message"]
    assert result.json["run_id"] in message["message"]
    assert world.here("sync").returncode == 0
    second, third = unexplained(world), unexplained(world)
    world.here("sync")
    assert len(listener.messages) == 2
    news = listener.messages[1]
    assert news["title"] == "ppbillit: 2 orders need you"
    assert [str(order_id) in news["message"] for order_id in (first, second, third)] == [False, True, True]
    assert told_file(world).stat().st_mode & 0o777 == 0o600


def test_an_order_that_was_mended_and_breaks_again_is_news_again(world: World, listener: Listener) -> None:
    world.configure(notify={"urls": [listener.url]})
    order_id = unexplained(world)
    world.here("sync")
    world.write("UPDATE orders SET dismissed = 'a person saw to it' WHERE order_id = ?", order_id)
    world.here("sync")
    assert str(order_id) not in told_file(world).read_text()
    world.write("UPDATE orders SET dismissed = NULL")
    world.here("sync")
    assert len(listener.messages) == 2


def test_a_payment_that_needs_a_person_is_told_once(world: World, listener: Listener) -> None:
    world.configure(notify={"urls": [listener.url]})
    order_id = sell(world)
    world.here("sync", "--with-payments")
    unpay_in_billit(world, order_id)
    for _ in range(2):
        assert world.here("sync", "--with-payments").returncode == 0
    [message] = listener.messages
    assert message["title"] == "ppbillit: an order needs you"
    assert f"order {order_id} is checked" in message["message"]
    assert "it was paid on both sides, and Billit says now that it is not" in message["message"]


def test_a_long_list_of_orders_is_cut(world: World, listener: Listener) -> None:
    world.configure(notify={"urls": [listener.url]})
    for _ in range(12):
        unexplained(world)
    world.here("sync")
    [message] = listener.messages
    assert message["title"] == "ppbillit: 12 orders need you"
    assert message["message"].count("is parked") == 10
    assert "… and 2 more" in message["message"]


def test_a_failure_is_told_once_a_day(world: World, listener: Listener) -> None:
    """Otherwise: an outage of a night is a hundred messages, or none."""
    world.configure(notify={"urls": [listener.url]}, billit={"party_id": 574991})
    codes = [world.here("sync").returncode for _ in range(3)]
    assert codes == [77, 77, 77]
    [message] = listener.messages
    assert message["title"] == "ppbillit: sync failed (exit code 77)"
    assert "→" in message["message"]
    assert "The same failure is told once a day. Run " in message["message"]
    assert not world.state_file.exists()  # it failed before there was any state
    a_day_later(world)
    world.here("sync")
    assert len(listener.messages) == 2


def test_another_failure_on_the_same_day_is_told_too(world: World, listener: Listener) -> None:
    world.configure(notify={"urls": [listener.url]}, billit={"party_id": 574991})
    world.here("sync")
    world.configure(billit={"party_id": world.emulator.party_id}, sync={"max_new_per_run": 1})
    sell(world)
    sell(world)
    assert world.here("sync").returncode == 3
    sell(world)
    assert world.here("sync").returncode == 3  # now 3 new documents instead of 2: the same failure
    assert [message["title"] for message in listener.messages] == [
        "ppbillit: sync failed (exit code 77)",
        "ppbillit: sync failed (exit code 3)",
    ]


def test_a_failure_in_mid_run_tells_of_what_is_stuck_as_well(world: World, listener: Listener) -> None:
    world.configure(notify={"urls": [listener.url]})
    order_id = unexplained(world)
    sell(world)
    world.emulator.arm(Fault(FaultKind.REDIRECT_302, api="billit", method="GET", path=r"/v1/orders/\d+$"))
    assert world.here("sync").returncode == 69
    [message] = listener.messages
    assert message["title"].startswith("ppbillit: sync failed (exit code 69), ")
    assert f"order {order_id} is parked" in message["message"]
    assert "Orders are told once, the same failure once a day. Run " in message["message"]


def test_what_only_waits_for_the_next_run_to_send_it_is_no_news(world: World, listener: Listener) -> None:
    """Otherwise: a rate limit in mid-run, and a message says that fifty orders need somebody."""
    world.configure(sending=SENDING, notify={"urls": [listener.url]})
    sell(world)
    stop_before_sending(world)
    assert world.here("sync").returncode == 75
    assert world.here("status", "--json").json["stuck"]
    assert listener.messages == []


def test_what_nobody_heard_is_said_by_the_next_run(world: World, listener: Listener) -> None:
    """Otherwise: the one message that mattered went out while the network was down."""
    world.configure(notify={"urls": [listener.url]})
    unexplained(world)
    listener.status = 500
    result = world.run("sync")
    assert result.returncode == 3
    assert "ppbillit: the notice was not sent: address 1 (json) could not be reached" in result.stderr
    listener.status = 200
    assert world.run("sync").stderr == ""
    assert len(listener.messages) == 2
    world.run("sync")
    assert len(listener.messages) == 2


def test_what_one_of_two_addresses_heard_is_told(world: World, listener: Listener) -> None:
    world.configure(
        notify={"urls": [listener.url, f"json://127.0.0.1:{nobody_listens().rpartition(':')[2]}"]}
    )
    unexplained(world)
    assert "address 2 (json)" in world.run("sync").stderr
    assert world.run("sync").stderr == ""
    assert len(listener.messages) == 1


@pytest.mark.parametrize("kind", ["hangs", "nonsense", "no apprise"])
def test_trouble_with_messages_is_a_warning_and_nothing_else(
    world: World, listener: Listener, kind: str
) -> None:
    """Otherwise: a chat service that is down changes the exit code, or keeps the run from ending."""
    listener.status = 0
    patient = f"{listener.url}?rto=60"  # more patient than ppbillit
    url = f"nonsense://{SECRET}@nowhere" if kind == "nonsense" else patient
    world.configure(notify={"urls": [url]})
    unexplained(world)
    watch = Stopwatch()
    absent = world.folder / "absent"
    absent.mkdir()
    (absent / "apprise.py").write_text("raise ImportError")
    result = world.run("sync", env={"PYTHONPATH": str(absent)} if kind == "no apprise" else {})
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1
    assert {
        "hangs": "did not answer within",
        "nonsense": "is none that Apprise understands",
        "no apprise": "ppbillit[notify]",
    }[kind] in result.stderr
    assert SECRET not in result.stderr
    assert watch.seconds < 20


def test_what_cannot_be_remembered_is_not_said_over_and_over(world: World, listener: Listener) -> None:
    """Otherwise: a full disk sends a message every quarter of an hour."""
    world.configure(notify={"urls": [listener.url]})
    unexplained(world)
    told_file(world).mkdir(parents=True)
    for _ in range(2):
        assert "cannot be remembered" in world.here("sync").stderr
    assert listener.messages == []


@pytest.mark.parametrize("text", ["", "[]", '{"orders": 1}', '{"orders": {}, "failures": {"77 x": "today"}}'])
def test_a_damaged_memory_says_things_again_and_no_more(world: World, listener: Listener, text: str) -> None:
    world.configure(notify={"urls": [listener.url]})
    unexplained(world)
    world.here("sync")
    told_file(world).write_text(text)
    for _ in range(2):
        assert world.here("sync").stderr == ""
    assert len(listener.messages) == 2


def test_addresses_stay_out_of_the_log(world: World, listener: Listener) -> None:
    world.configure(notify={"heartbeat_url": listener.heartbeat_url, "urls": [listener.url]})
    unexplained(world)
    trace = world.folder / "trace.jsonl"
    result = world.here_traced(trace, "sync")
    logged = trace.with_suffix(".log").read_text()
    assert "The heartbeat POST /start: 200" in logged
    for text in (logged, trace.read_text(), result.stdout, result.stderr):
        assert SECRET not in text


# --- trying them out -------------------------------------------------------------------------------


def test_notify_test_says_what_happened_at_each_address(world: World, listener: Listener) -> None:
    world.configure(notify={"heartbeat_url": listener.heartbeat_url, "urls": [listener.url]})
    good = world.run("notify-test")
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout == "the heartbeat: told\naddress 1 (json): told\n"
    assert (listener.pings, len(listener.messages)) == ([""], 1)
    world.configure(notify={"urls": [listener.url, "nonsense://x"]})
    bad = world.run("notify-test")
    assert bad.returncode == 69
    assert "address 2 (nonsense): is none that Apprise understands" in bad.stdout
    assert "Not told: address 2 (nonsense)." in bad.stderr


def test_notify_test_tells_a_script_what_happened(world: World, listener: Listener) -> None:
    world.configure(notify={"heartbeat_url": listener.heartbeat_url, "urls": ["nonsense://x"]})
    told = world.run("notify-test", "--json")
    assert told.returncode == told.json["exit_code"] == 69
    assert told.json["told"] == [
        {"whom": "the heartbeat", "trouble": None},
        {"whom": "address 1 (nonsense)", "trouble": "is none that Apprise understands"},
    ]
    assert told.json["error"]["message"] == "Not told: address 1 (nonsense)."


def test_notify_test_without_addresses_says_where_they_belong(world: World) -> None:
    result = world.run("notify-test")
    assert result.returncode == 78
    assert "[notify]" in result.stderr


def test_addresses_can_come_from_the_environment(world: World, listener: Listener) -> None:
    """Otherwise: under systemd, where the config is for all to read, there is no place for them."""
    environment = {
        "PPBILLIT_NOTIFY__HEARTBEAT_URL": listener.heartbeat_url,
        "PPBILLIT_NOTIFY__URLS": f"{listener.url} {listener.url}",
    }
    assert world.run("notify-test", env=environment).returncode == 0
    assert (len(listener.pings), len(listener.messages)) == (1, 2)
