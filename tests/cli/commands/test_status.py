"""`status` shows what is stuck and what to do about it, from the state file alone; it only reads."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from ppbillit_emulator.plugandpay.buyers import FIRM_BE
from support.private_people import FIRM, PERSON, SECRETS
from support.sending import BE, later
from support.shop_orders import sell, three_documents
from support.stuck_orders import STUCK, get_stuck
from support.world import SENDING, Result, World, today

if TYPE_CHECKING:
    from typing import Any


def stuck(world: World) -> dict[int, str]:
    """Return what `status` lists as stuck, each with the word for it."""
    told = world.run_in_process("status", "--json")
    listed: list[dict[str, Any]] = told.json["stuck"]
    assert told.returncode == told.json["exit_code"] == (3 if listed else 0)
    return {each["order_id"]: each["standing"] for each in listed}


def look_only(world: World, *flags: str) -> Result:
    """Ask for the status, and hold that nothing was touched and nobody was asked."""
    arrived, before = len(world.emulator.journal), world.state_file.read_bytes()
    beside = sorted(world.state_file.parent.iterdir())
    result = world.run_in_process("status", *flags)
    assert len(world.emulator.journal) == arrived
    assert world.state_file.read_bytes() == before
    assert sorted(world.state_file.parent.iterdir()) == beside
    return result


def test_where_nothing_is_stuck_that_is_what_it_says(world: World) -> None:
    world.configure(sending=SENDING)
    three_documents(world)
    world.run_in_process("sync")
    told = look_only(world)
    assert (told.returncode, told.stderr) == (0, "")
    assert "nothing is stuck" in told.stdout
    assert "3 sent" in told.stdout
    assert "sync: exit code 0" in told.stdout


def test_before_there_is_any_order_it_says_so(world: World) -> None:
    world.run_in_process("sync")
    told = look_only(world)
    assert told.returncode == 0
    assert "no orders" in told.stdout


@pytest.mark.parametrize("kind", STUCK)
def test_every_stuck_order_is_listed_with_what_to_do(world: World, kind: str) -> None:
    """Otherwise: it is told once, in the mail of a Sunday night, and then never again."""
    order_id = get_stuck(world, kind)
    _, stage, word = STUCK[kind]
    told = look_only(world, "--json")
    assert told.returncode == told.json["exit_code"] == 3
    [listed] = told.json["stuck"]
    assert (listed["order_id"], listed["standing"]) == (order_id, word)
    assert listed["backfill"] is (kind == "backfilled")
    assert (listed["billit_id"] is None) is (stage in {"parked", "creating"})
    assert told.json["stages"] == {stage: 1}
    [reason] = listed["reasons"]
    said = look_only(world)
    assert said.returncode == 3
    assert f"order {order_id}, invoice" in said.stdout
    for words in (reason["message"], f"→ {reason['fix']}"):
        assert words in said.stdout
    assert "nothing is stuck" not in said.stdout


def test_all_kinds_are_listed_together_each_under_its_heading(world: World) -> None:
    kinds = ["unsent", "undelivered", "held", "parked", "refused", "failed", "pending"]
    orders = {kind: get_stuck(world, kind) for kind in kinds}
    assert stuck(world) == {order_id: STUCK[kind][2] for kind, order_id in orders.items()}
    lines = look_only(world).stdout.splitlines()
    told = [int(line.split()[1].strip(",")) for line in lines if line.startswith("  order ")]
    in_turn = ("parked", "refused", "held", "unsent", "undelivered", "failed", "pending")
    assert told == [orders[kind] for kind in in_turn]
    headings = [line for line in lines if line.endswith(")") and not line.startswith((" ", "20"))]
    assert [heading.rpartition("(")[2] for heading in headings] == ["2)", "1)", "1)", "2)", "1)"]
    assert world.run_in_process("sync", "--json").json["counts"]["stuck"] == len(kinds)


def test_the_counts_use_the_words_of_the_list(world: World) -> None:
    """Otherwise: four are "not sent" above and "checked" below, as if they were others."""
    world.configure(sending=SENDING)
    get_stuck(world, "unsent")
    skipped = get_stuck(world, "parked")
    assert "on record: 1 unsent, 1 parked" in look_only(world).stdout
    world.run_in_process("skip", str(skipped), "--reason", "by hand")
    told = look_only(world).stdout
    assert "on record: 1 unsent, 1 skipped by hand" in told
    assert "unsent" in world.run_in_process("doctor", "--offline").stdout


def test_what_is_settled_by_itself_leaves_the_list(world: World) -> None:
    order_id = get_stuck(world, "unsent")
    assert stuck(world) == {order_id: "unsent"}
    world.emulator.office.peppol.add(BE)
    with later(days=8):
        world.run_in_process("sync")
        assert stuck(world) == {}


def test_a_document_that_was_not_shown_leaves_the_list_once_it_is(world: World) -> None:
    order_id = get_stuck(world, "hidden")
    world.run_in_process("sync")
    assert stuck(world) == {}
    assert world.stages() == {order_id: "sent"}


def test_what_is_made_and_not_to_be_sent_is_not_stuck(world: World) -> None:
    sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    assert stuck(world) == {}


def test_the_last_runs_are_told_newest_first(world: World) -> None:
    order_id = get_stuck(world, "parked")
    ids = [world.run_in_process("sync", "--json").json["run_id"] for _ in range(5)]
    world.run_in_process("retry", str(order_id), "--json")
    runs = look_only(world, "--json").json["runs"]
    assert [run["command"] for run in runs] == ["retry", *["sync"] * 4]
    assert [run["run_id"] for run in runs][1:] == ids[:0:-1]
    assert [run["exit_code"] for run in runs] == [3, 0, 0, 0, 0]
    for run in runs:
        assert datetime.fromisoformat(run["started_at"]) <= datetime.fromisoformat(run["finished_at"])
        assert run["counts"]["stuck"] == 1
    assert (
        world.run_in_process("status", "--json").json["mark"]
        == world.rows("SELECT value FROM meta WHERE name = 'mark'")[0][0]
    )


def test_a_run_that_was_killed_is_told_as_cut_off(world: World) -> None:
    world.run_in_process("sync")
    world.write(
        "INSERT INTO runs (run_id, command, started_at) VALUES ('x', 'sync', ?)",
        datetime.now(UTC).isoformat(),
    )
    assert "cut off, or still at work" in look_only(world).stdout
    assert look_only(world, "--json").json["runs"][0]["finished_at"] is None


# --- old, missing and damaged state files -------------------------------------------------------


def test_what_the_next_run_looks_at_is_told(world: World) -> None:
    """Otherwise: whoever misses an order cannot tell whether the next run will see it."""
    world.configure(sync={"go_live": today() - timedelta(days=100)})
    sell(world)
    world.run_in_process("sync")
    since = today() - timedelta(days=7)
    assert look_only(world, "--json").json["next"] == {"since": since.isoformat(), "deep": False}
    assert (
        look_only(world).stdout.splitlines()[-1] == f"the next sync looks at orders invoiced from {since} on"
    )
    world.write("UPDATE meta SET value = ? WHERE name = 'deep_read'", str(today() - timedelta(days=1)))
    since = today() - timedelta(days=62)
    assert look_only(world, "--json").json["next"] == {"since": since.isoformat(), "deep": True}
    assert look_only(world).stdout.endswith(f"from {since} on (the long look back, once a day)\n")


def test_the_next_run_sees_what_status_said_it_would_and_nothing_before(world: World) -> None:
    """Otherwise: status promises one thing and the run does another."""
    world.configure(sync={"go_live": today() - timedelta(days=100)})
    world.run_in_process("sync")
    assert look_only(world, "--json").json["next"]["since"] == str(today() - timedelta(days=7))
    sell(world, days_ago=8)
    last = sell(world, days_ago=7)
    assert world.run_in_process("sync", "--json").outcomes == {last: "created"}


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_without_a_state_file_it_says_what_to_do(world: World, flags: list[str]) -> None:
    """Otherwise: "nothing is stuck", since nothing is known."""
    result = world.run_in_process("status", *flags)
    assert (result.returncode, bool(result.stdout)) == (78, bool(flags))
    assert "ppbillit sync" in result.stderr
    assert not world.state_file.exists()
    if flags:
        assert result.json["exit_code"] == 78
        assert str(world.state_file) in result.json["error"]["message"]


def test_the_state_file_of_another_company_is_not_shown(world: World) -> None:
    """Otherwise: a mixed-up config shows one firm the orders of another."""
    get_stuck(world, "parked")
    world.configure(billit={"party_id": 574991})
    result = look_only(world)
    assert (result.returncode, result.stdout) == (78, "")
    assert "another set-up" in result.stderr


def test_a_damaged_state_file_is_named(world: World) -> None:
    world.run_in_process("sync")
    world.state_file.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    result = look_only(world)
    assert (result.returncode, result.stdout) == (78, "")
    assert str(world.state_file) in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_config_is_named(world: World) -> None:
    world.configure(sending={"consumers": "post"})
    result = world.run_in_process("status", "--json")
    assert result.returncode == result.json["exit_code"] == 78
    assert "consumers" in result.stderr


def test_it_can_be_asked_while_a_run_is_at_work(world: World) -> None:
    """Otherwise: just when the owner wonders what takes so long, the answer is "try later"."""
    order_id = get_stuck(world, "parked")
    lock = FileLock(world.state_file.with_name(f"{world.state_file.name}.lock"))
    with lock, closing(sqlite3.connect(world.state_file, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE orders SET number = 'half-written'")
        told = world.run_in_process("status", "--json")
        database.execute("ROLLBACK")
    assert [each["order_id"] for each in told.json["stuck"]] == [order_id]
    assert told.json["stuck"][0]["number"] != "half-written"


# --- no personal data ---------------------------------------------------------------------------


def test_nobody_is_named(world: World) -> None:
    """Otherwise: customers' names in the mail that a nightly `status` makes."""
    world.configure(sending={"businesses": "peppol", "consumers": "email"})
    world.emulator.office.switches.update(account_verified=False)
    first, firm = sell(world, buyer=PERSON), sell(world, buyer=FIRM)
    world.run_in_process("sync")
    world.run_in_process("skip", str(first), "--reason", "met de hand")
    assert world.stages() == {first: "failed", firm: "checked"}
    for flags in ([], ["--json"]):
        said = look_only(world, *flags).stdout
        for secret in (*SECRETS, world.emulator.billit_key):
            assert secret.casefold() not in said.casefold()
