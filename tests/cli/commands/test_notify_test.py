"""`notify-test` writes to each address and says what happened there."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.notification_server import NotificationServer
    from support.world import World


def test_a_trial_of_the_notices_that_is_stopped_says_so(world: World, listener: NotificationServer) -> None:
    listener.status = 0
    world.configure(notify={"heartbeat_url": listener.heartbeat_url})
    trial = world.start("notify-test", "--json")
    while not listener.came:
        time.sleep(0.01)
    trial.send_signal(signal.SIGINT)
    result = world.finish(trial)
    assert (result.returncode, result.json["exit_code"]) == (130, 130)
    assert "Stopped." in result.stderr


def test_notify_test_says_what_happened_at_each_address(world: World, listener: NotificationServer) -> None:
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


def test_notify_test_tells_a_script_what_happened(world: World, listener: NotificationServer) -> None:
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


def test_addresses_can_come_from_the_environment(world: World, listener: NotificationServer) -> None:
    """Otherwise: under systemd, where the config is for all to read, there is no place for them."""
    environment = {
        "PPBILLIT_NOTIFY__HEARTBEAT_URL": listener.heartbeat_url,
        "PPBILLIT_NOTIFY__URLS": f"{listener.url} {listener.url}",
    }
    assert world.run("notify-test", env=environment).returncode == 0
    assert (len(listener.pings), len(listener.messages)) == (1, 2)
