"""`--log-file`: what it holds, that it survives rotation, and that trouble with it stops nothing."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.shop_orders import sell, sell_lines
from support.world import SENDING, Result, World

if TYPE_CHECKING:
    from pathlib import Path

    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

LINE = re.compile(r"(?P<at>\S+) (?P<level>[A-Z]+) (?P<run_id>\S+) (?P<part>\S+): (?P<words>.+)")


@pytest.fixture
def log(world: World) -> Path:
    return world.folder / "logs" / "ppbillit.log"


def logged(world: World, log: Path, *arguments: str, form: str = "json") -> Result:
    """Run the installed command with a log file."""
    return world.run("--log-file", str(log), "--log-format", form, *arguments)


def entries(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_a_tilde_behind_an_equals_sign_is_the_home_folder(world: World) -> None:
    """Otherwise: the log is in a folder named "~", wherever the command was run."""
    sell(world)
    assert world.run("--log-file=~/ppbillit.log", "--trace=~/trace.log", "sync").returncode == 0
    assert (world.folder / "ppbillit.log").exists()  # which is HOME
    assert (world.folder / "trace.log").exists()
    assert not (world.folder / "~").exists()


def test_the_log_tells_a_run_from_its_beginning_to_its_end(world: World, log: Path) -> None:
    """Otherwise: nobody can tell a month later what happened to an order that night."""
    world.configure(sending=SENDING)
    sold = sell(world)
    parked = sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE)
    result = logged(world, log, "sync", "--json")
    assert (result.returncode, result.stderr) == (3, "")
    first, *middle, last = entries(log)
    run_id = result.json["run_id"]
    assert {entry["run_id"] for entry in (first, *middle, last)} == {run_id}
    assert (first["event"], first["command"]) == ("begin", "sync")
    assert (last["event"], last["exit_code"]) == ("end", 3)
    assert last["counts"] == result.json["counts"]
    told = {entry["order_id"]: entry for entry in middle if entry.get("event") == "order"}
    assert {order_id: entry["outcome"] for order_id, entry in told.items()} == {
        sold: "sent",
        parked: "parked",
    }
    assert told[parked]["reasons"] == ["vat_zero_unexplained"]
    [made] = [entry for entry in middle if (entry.get("path"), entry.get("method")) == ("/v1/orders", "POST")]
    assert (made["part"], made["service"], made["status"]) == ("http", "Billit", 200)
    assert made["milliseconds"] >= 0
    for entry in (first, *middle, last):
        assert datetime.fromisoformat(entry["at"]).utcoffset() == timedelta(0)


def test_a_line_of_text_has_local_time_with_its_offset_and_the_run(world: World, log: Path) -> None:
    sold = sell(world)
    result = world.run("--log-file", str(log), "sync", "--json", env={"TZ": "Asia/Tokyo"})
    lines = [LINE.fullmatch(line) for line in log.read_text().splitlines()]
    assert all(lines)
    found = [line for line in lines if line]
    assert {line["run_id"] for line in found} == {result.json["run_id"]}
    assert {datetime.fromisoformat(line["at"]).utcoffset() for line in found} == {timedelta(hours=9)}
    words = [line["words"] for line in found]
    assert words[0].startswith("sync begins (ppbillit ")
    assert f"order {sold} created" in words
    assert re.fullmatch(r"sync ends with exit code 0 after [\d.]+ s: 1 created", words[-1])


def test_what_ends_a_run_is_in_the_log_and_once_on_standard_error(world: World, log: Path) -> None:
    world.configure(billit={"party_id": 574991})
    result = logged(world, log, "sync")
    assert result.returncode == 77
    assert result.stderr.count("ppbillit: ") == 1
    assert entries(log)[-1]["level"] == "error"
    assert entries(log)[-1]["error"] in result.stderr


def test_off_a_terminal_a_run_with_a_log_is_as_silent_as_one_without(world: World, log: Path) -> None:
    """Otherwise: cron mails every quarter of an hour."""
    sell(world)
    logged(world, log, "sync")
    again = logged(world, log, "sync")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert [entry["event"] for entry in entries(log) if "event" in entry] == [
        *("begin", "order", "end"),
        *("begin", "end"),
    ]


@pytest.mark.parametrize("command", [("prices",), ("rebuild-state",), ("sync", "--dry-run")])
def test_other_commands_are_logged_too(world: World, log: Path, command: tuple[str, ...]) -> None:
    sell(world)
    logged(world, log, *command)
    assert (entries(log)[0]["command"], entries(log)[-1]["command"]) == (command[0], command[0])
    assert any(entry["part"] == "http" for entry in entries(log))


def test_the_log_is_for_its_owner_only(world: World, log: Path) -> None:
    logged(world, log, "sync")
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == 0o700


def test_a_log_that_others_could_read_is_closed_to_them(world: World, log: Path) -> None:
    log.parent.mkdir()
    log.touch()
    log.chmod(0o644)
    assert logged(world, log, "sync").stderr == ""
    assert log.stat().st_mode & 0o777 == 0o600


def test_of_a_path_that_is_not_there_only_the_last_folder_is_made(world: World) -> None:
    """Otherwise: a slip of the pen in the crontab makes folders nobody finds, with the log inside."""
    mistyped = world.folder / "vra" / "log" / "ppbillit.log"
    result = logged(world, mistyped, "sync")
    assert result.returncode == 73
    assert "only the last one is made" in result.stderr
    assert not (world.folder / "vra").exists()


def test_a_log_that_was_moved_away_in_mid_run_is_begun_anew(world: World, log: Path) -> None:
    """Otherwise: after logrotate came by, a long run writes into the file that is being compressed."""
    sell(world)
    moved = log.with_suffix(".1")

    def rotate(request: Request, phase: Phase) -> None:
        if (request.method, request.path, phase) == ("POST", "/v1/orders", "before"):
            log.rename(moved)

    world.emulator.on_request = rotate
    assert logged(world, log, "sync").returncode == 0
    assert entries(moved)[0]["event"] == "begin"
    assert entries(log)[-1]["event"] == "end"
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("as_json", [False, True])
def test_a_log_that_cannot_be_written_ends_the_run_before_it_begins(world: World, *, as_json: bool) -> None:
    """Otherwise: the owner believes for a year that there is a log."""
    sell(world)
    world.emulator.forget_journal()
    flags = ["--json"] if as_json else []
    result = logged(world, world.folder, "sync", *flags)  # a folder
    assert result.returncode == 73
    assert "log file" in result.stderr
    assert world.emulator.journal == []
    assert not world.state_file.parent.exists()
    if as_json:
        assert result.json["exit_code"] == 73


def test_a_disk_that_fills_up_costs_the_log_and_not_the_run(world: World) -> None:
    """Otherwise: an invoice is made and nothing knows of it, for want of a line in a log."""
    sell(world)
    result = world.run("--log-file", "/dev/full", "sync")
    assert result.returncode == 0
    assert len(world.totals()) == 1
    warnings = [line for line in result.stderr.splitlines() if "log file" in line]
    assert warnings == [
        "ppbillit: the log file cannot be written any more; the run goes on without it"
    ]  # once
    assert result.stderr.count("\n") == 1


def test_a_folder_that_goes_away_in_mid_run_stops_nothing(world: World, log: Path) -> None:
    sell(world)

    def take_away(request: Request, phase: Phase) -> None:
        if (request.method, request.path, phase) == ("POST", "/v1/orders", "before"):
            log.parent.rename(log.parent.with_name("elsewhere"))

    world.emulator.on_request = take_away
    result = logged(world, log, "sync")
    assert (result.returncode, len(world.totals())) == (0, 1)
    assert result.stderr.count("ppbillit: the log file") == 1
