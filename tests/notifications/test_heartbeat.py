"""The heartbeat reports the start and the end of each run of cron, and never disturbs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.http_servers import closed_port_url
from support.notification_server import NotificationServer, Stopwatch, sent_news_file
from support.shop_orders import day, sell, sell_unexplained

if TYPE_CHECKING:
    from support.world import World

SECRET = "5e7c0ffee"


def test_the_heartbeat_hears_when_a_run_begins_and_how_it_ended(
    world: World, listener: NotificationServer
) -> None:
    world.configure(notify={"heartbeat_url": listener.heartbeat_url})
    sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, listener.pings) == (0, ["/start", ""])
    sell_unexplained(world)
    assert world.run_in_process("sync").returncode == 3
    assert listener.pings[2:] == ["/start", "/3"]
    (_, started), (_, ended) = listener.came[:2]
    assert started == {"command": "sync", "run_id": result.json["run_id"]}
    assert ended == {**started, "exit_code": 0, "counts": result.json["counts"]}


def test_what_stands_behind_the_address_goes_along_with_each_ping(
    world: World, listener: NotificationServer
) -> None:
    """Otherwise: a check that is made by its first ping, with `create=1`, never is."""
    world.configure(notify={"heartbeat_url": f"{listener.heartbeat_url}?create=1"})
    assert world.run_in_process("sync").returncode == 0
    assert listener.pings == ["/start?create=1", "?create=1"]


def test_the_heartbeat_hears_of_a_run_that_failed(world: World, listener: NotificationServer) -> None:
    world.configure(notify={"heartbeat_url": listener.heartbeat_url}, billit={"party_id": 574991})
    assert world.run_in_process("sync").returncode == 77
    assert listener.pings == ["/start", "/77"]


@pytest.mark.parametrize(
    "arguments",
    [("sync", "--dry-run"), ("export-existing", "--since", day(30)), ("sync", "--order", "810001")],
)
def test_nobody_is_told_of_what_somebody_does_by_hand(
    world: World, listener: NotificationServer, arguments: tuple[str, ...]
) -> None:
    """Otherwise: trying something out makes a dead cron job look alive."""
    world.configure(notify={"heartbeat_url": listener.heartbeat_url, "urls": [listener.url]})
    sell_unexplained(world)
    world.run_in_process(*arguments)
    assert listener.came == []
    assert not sent_news_file(world).exists()


def test_a_run_that_gives_way_to_another_says_nothing_in_its_place(
    world: World, listener: NotificationServer
) -> None:
    """Otherwise: the alarm is raised for a run that is well under way."""
    world.configure(notify={"heartbeat_url": listener.heartbeat_url, "urls": [listener.url]})
    sell(world)
    held: list[int] = []

    def second(_request: object, phase: str) -> None:
        if phase == "before" and not held:
            held.append(0)
            held.append(world.run("sync").returncode)

    world.emulator.on_request = second
    assert world.run_in_process("sync").returncode == 0
    assert held == [0, 75]
    assert listener.pings == ["/start", ""]
    assert listener.messages == []


@pytest.mark.parametrize("trouble", ["hangs", "answers 500", "is unreachable"])
def test_trouble_with_the_heartbeat_is_a_warning_and_nothing_else(
    world: World, listener: NotificationServer, trouble: str
) -> None:
    """Otherwise: invoices wait for a service that only watches."""
    listener.status = {"hangs": 0, "answers 500": 500}.get(trouble, 200)
    url = f"{closed_port_url()}/ping/{SECRET}" if trouble == "is unreachable" else listener.heartbeat_url
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
