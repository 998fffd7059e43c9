"""`doctor` reports each broken part in a line of its own, and writes nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal

import pytest

from ppbillit.cli.commands.doctor import local
from ppbillit.http import client
from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.debtors import add_party, bind_party
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line, Product
from support.oauth import stored, token_path, use_oauth
from support.payments import pay_in_billit, sell_open
from support.shop_orders import sell, sell_lines
from support.terminal import Terminal
from support.world import BRUSSELS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.world import Result, World

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
OWN_VAT = "BE0999999922"
BOOK = Product(320, "boek", "Boek", ledger="700100")


@dataclass(frozen=True)
class Broken:
    """A world with one thing wrong, and the line that is to say so."""

    check: str
    level: str
    words: str
    break_it: Callable[[World], object]
    exit_code: int = 0


def checkup(world: World, *flags: str, env: dict[str, str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return the checks by their names."""
    return by_name(world.run("doctor", "--json", *flags, env=env))


def by_name(result: Result) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for check in result.json["checks"]:
        found.setdefault(check["check"], []).append(check)
    return found


@pytest.fixture
def sound(world: World) -> World:
    """A world in which nothing is wrong, after a first run."""
    sell_lines(world, [Line("Boek", "21.20", "6", product=BOOK)], CONSUMER_BE)
    world.emulator.office.peppol.add(OWN_VAT)
    assert world.run_in_process("sync").returncode == 0
    world.emulator.forget_journal()
    return world


def test_a_sound_world_is_sound_in_every_line(sound: World) -> None:
    result = sound.run("doctor")
    assert (result.returncode, result.stderr) == (0, "")
    names = [line.split(":")[0] for line in result.stdout.splitlines()]
    assert names == [
        "✓ version",
        "✓ config",
        "✓ file modes",
        "✓ Plug&Pay key",
        "✓ clock, Plug&Pay",
        "✓ Plug&Pay includes",
        "✓ products' ledger",
        "✓ Billit key",
        "✓ clock, Billit",
        "✓ Billit company",
        "✓ ledger accounts",
        "✓ default debtor",
        "✓ own Peppol",
        "✓ state file",
        "✓ unfinished work",
        "✓ last good run",
    ]


def test_nothing_is_written_and_nothing_asked_but_to_read(sound: World) -> None:
    """Otherwise: a command to look with changes what it looks at."""
    before = snapshot(sound.folder)
    assert sound.run("doctor").returncode == 0
    assert snapshot(sound.folder) == before
    assert {arrival.method for arrival in sound.emulator.journal} == {"GET"}
    assert sound.emulator.strays == []


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_run_of_a_day_to_come_does_not_hide_those_after_it(sound: World) -> None:
    """Otherwise: one run while the clock was wrong, and the age of the last one is unknown for years."""
    ahead = (datetime.now(UTC) + timedelta(days=1000)).isoformat()
    sound.write("UPDATE runs SET started_at = ?, finished_at = ?", ahead, ahead)
    sound.run_in_process("sync")
    assert checkup(sound)["last good run"][0]["level"] == "good"
    first, second = sound.run_in_process("status", "--json").json["runs"]
    assert first["started_at"] < second["started_at"]


def test_before_the_first_run_nothing_is_made_either(world: World) -> None:
    found = checkup(world)
    assert "none yet" in found["state file"][0]["finding"]
    assert found["last good run"][0]["level"] == "unchecked"
    assert not world.state_file.parent.exists()


# --- one thing broken ---------------------------------------------------------------------------


def _two_debtors(world: World) -> None:
    for _ in range(2):
        office = world.emulator.office
        add_party(
            office,
            bind_party({"Name": "W", "Nr": "W", "PartyType": "Customer"}, office.switches),
            office.party_id,
        )
    world.configure(customers={"default_debtor": "W"})


def _no_accounts(world: World, **ledger: int) -> None:
    world.emulator.office.switches.update(gl_accounts=False)
    world.configure(ledger=ledger)


def _not_on_peppol(world: World) -> None:
    world.emulator.office.peppol.remove(OWN_VAT)
    world.configure(sending={"businesses": "peppol"})


def _wrong_key(world: World, side: str) -> None:
    world.configure(**{side: {"api_key": "wrong"}})


def _answer_lists_of_orders(world: World, status: int, body: Any) -> None:
    fault = Fault(
        FaultKind.REFUSE, api="plugandpay", path=r"/v2/orders$", status=status, body=body, times=None
    )
    world.emulator.arm(fault)


def _down(world: World, side: Literal["plugandpay", "billit"]) -> None:
    world.emulator.take_down(side)


def _park_one(world: World) -> None:
    sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE)
    assert world.run_in_process("sync").returncode == 3


def _credit_what_is_paid(world: World) -> None:
    order_id = sell_open(world)
    world.run_in_process("sync")
    pay_in_billit(world, order_id)
    world.emulator.shop.orders[order_id]["payment"].update(status="credited")
    world.run_in_process("sync-payments")


def _out_of_reach(world: World) -> None:
    """Name a state file that nobody can look at; a closed folder would not keep root out."""
    world.configure(state_file=str(world.state_file.with_name("x" * 300)))


def _old_run(world: World) -> None:
    world.write("UPDATE runs SET finished_at = ?", (datetime.now(UTC) - timedelta(days=3)).isoformat())


def _run_to_come(world: World) -> None:
    world.write("UPDATE runs SET finished_at = ?", (datetime.now(UTC) + timedelta(days=3)).isoformat())


BROKEN = [
    Broken(
        "config", "wrong", "must be at least 1", lambda world: world.configure(sync={"overlap_days": 0}), 78
    ),
    # Notes, since a run does not end there: it closes its own state file.
    Broken("file modes", "note", "others can read", lambda world: world.state_file.chmod(0o644)),
    Broken("file modes", "note", "others can change", lambda world: world.folder.chmod(0o777)),
    Broken(
        "Plug&Pay key",
        "wrong",
        "does not accept",
        lambda world: _wrong_key(world, "plugandpay"),
        77,
    ),
    Broken(
        "Plug&Pay key",
        "wrong",
        "may not ask which shop",
        lambda world: world.emulator.shop.switches.update(tenants_me="forbidden"),
        78,
    ),
    Broken(
        "Plug&Pay key",
        "wrong",
        "could not be reached",
        lambda world: _down(world, "plugandpay"),
        69,
    ),
    Broken(
        "Plug&Pay includes",
        "note",
        "refuses some relations",
        lambda world: world.emulator.shop.switches.update(known_includes="sdk", unknown_include="refuse"),
    ),
    Broken(
        "Plug&Pay includes",
        "note",
        "not given: products, shipping",
        lambda world: world.emulator.shop.switches.update(known_includes="sdk"),
    ),
    Broken(
        "Plug&Pay includes",
        "wrong",
        "knows the key, but does not let it read",
        lambda world: _answer_lists_of_orders(world, 403, {"message": "Forbidden"}),
        77,
    ),
    Broken(
        "Plug&Pay includes",
        "wrong",
        "is no list of orders",
        lambda world: _answer_lists_of_orders(world, 200, {"orders": []}),
        69,
    ),
    Broken(
        "Billit key",
        "wrong",
        "does not accept",
        lambda world: _wrong_key(world, "billit"),
        77,
    ),
    Broken("Billit key", "wrong", "could not be reached", lambda world: _down(world, "billit"), 69),
    Broken("Billit company", "wrong", "company 1", lambda world: world.configure(billit={"party_id": 1}), 77),
    Broken(
        "Billit company",
        "wrong",
        "does not allow the API",
        lambda world: world.emulator.office.switches.update(api_allowed=False),
        77,
    ),
    Broken(
        "ledger accounts",
        "wrong",
        "no ledger accounts",
        lambda world: _no_accounts(world, default=700000),
        78,
    ),
    Broken(
        "ledger accounts",
        "note",
        "may be refused",
        lambda world: world.emulator.office.switches.update(gl_accounts=False),
    ),
    Broken(
        "default debtor",
        "wrong",
        "no customer",
        lambda world: world.configure(customers={"default_debtor": "NOBODY"}),
        78,
    ),
    Broken("default debtor", "note", "2 customers in Billit have the number W; runs take", _two_debtors),
    Broken(
        "products' ledger",
        "note",
        "1 of 1 products have none: 320",
        lambda world: world.configure(ledger={"products": {"1": 700100}, "from_product": False}),
    ),
    Broken(
        "own Peppol",
        "note",
        "not registered",
        _not_on_peppol,
    ),
    Broken("state file", "wrong", "is damaged", lambda world: world.state_file.write_bytes(b"x" * 9000), 78),
    Broken(
        "state file",
        "wrong",
        "belongs to another set-up",
        lambda world: world.write("UPDATE meta SET value = '5' WHERE name = 'tenant_id'"),
        78,
    ),
    Broken("state file", "wrong", "already holds invoices", lambda world: world.lose_state(), 78),
    Broken("state file", "wrong", "cannot be read", _out_of_reach, 78),
    Broken("unfinished work", "note", "1 parked", _park_one),
    Broken(
        "unfinished work", "note", "1 with a payment on which both sides do not agree", _credit_what_is_paid
    ),
    Broken("last good run", "note", "72 hours ago", _old_run),
    Broken("last good run", "note", "is still to come", _run_to_come),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.check}: {broken.words}")
def test_what_is_wrong_is_said_in_its_line_with_a_fix(sound: World, broken: Broken) -> None:
    broken.break_it(sound)
    result = sound.run_in_process("doctor", "--json")
    found = [each for each in by_name(result)[broken.check] if broken.words in each["finding"]]
    assert found, result.stdout
    assert (found[0]["level"], bool(found[0]["fix"])) == (broken.level, True)
    assert result.returncode == broken.exit_code == result.json["exit_code"]


def test_a_state_file_that_cannot_be_made_is_wrong(world: World) -> None:
    """Otherwise: the first run of a new set-up ends with 73, right after doctor found nothing."""
    world.configure(state_file=str(world.config_file / "state" / "state.sqlite3"))
    result = world.run_in_process("doctor", "--json")
    [found] = by_name(result)["state file"]
    assert (result.returncode, found["level"]) == (73, "wrong")
    assert f"you may not write in {world.config_file}" in found["finding"]


def test_a_state_file_that_may_be_read_and_not_written_is_wrong(
    sound: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise: doctor says that all is well, and each run ends with 73."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.R_OK or path != sound.state_file)
    result = sound.run_in_process("doctor", "--json")
    found = by_name(result)
    assert result.returncode == 73
    assert found["state file"][0]["level"] == "wrong"
    assert "you may not write it" in found["state file"][0]["finding"]
    assert found["last good run"][0]["level"] == "good"


def test_a_config_with_several_mistakes_has_a_line_for_each(sound: World) -> None:
    sound.configure(sync={"overlap_days": 0}, invoice={"number": "x"})
    found = checkup(sound)
    assert len(found["config"]) == 2
    assert found["all else"][0]["level"] == "unchecked"
    assert sound.emulator.journal == []


def test_no_config_at_all_names_connect(sound: World) -> None:
    sound.config_file.unlink()
    result = sound.run("doctor")
    assert result.returncode == 78
    assert "ppbillit connect" in result.stdout


def test_a_value_that_another_place_overrules_is_shown(sound: World) -> None:
    """Otherwise: a variable set long ago in some profile is searched for, for hours."""
    found = checkup(
        sound, env={"PPBILLIT_SYNC__OVERLAP_DAYS": "9", "PPBILLIT_PLUGANDPAY__TIMEOUT_SECONDS": "9"}
    )
    assert any(
        "PPBILLIT_PLUGANDPAY__TIMEOUT_SECONDS is used instead" in each["finding"] for each in found["config"]
    )


@pytest.mark.parametrize("hours, level", [(0, "good"), (0.1, "note"), (2, "wrong")])
@pytest.mark.parametrize("service", ["Plug&Pay", "Billit"])
def test_a_clock_that_is_off_is_named(
    sound: World, service: str, hours: float, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "http_date", lambda text: _shifted(text, hours) if text else None)
    [check] = by_name(sound.run_in_process("doctor", "--json"))[f"clock, {service}"]
    assert check["level"] == level, check
    assert ("behind" in check["finding"]) is (level != "good")


def _shifted(text: str, hours: float) -> datetime:
    return parsedate_to_datetime(text) + timedelta(hours=hours)


def test_products_with_a_default_account_are_no_trouble(sound: World) -> None:
    sound.configure(ledger={"default": 700000, "from_product": False})
    assert "go to 700000" in checkup(sound)["products' ledger"][0]["finding"]


def test_a_default_debtor_that_is_there_is_named(sound: World) -> None:
    office = sound.emulator.office
    party = add_party(
        office,
        bind_party({"Name": "W", "Nr": "W", "PartyType": "Customer"}, office.switches),
        office.party_id,
    )
    sound.configure(customers={"default_debtor": "W"})
    assert str(party.party_id) in checkup(sound)["default debtor"][0]["finding"]


# --- offline, OAuth, output ---------------------------------------------------------------------


def test_offline_asks_nobody(sound: World) -> None:
    sound.emulator.take_down("plugandpay")
    sound.emulator.take_down("billit")
    result = sound.run("doctor", "--offline")
    assert result.returncode == 0
    assert "of this company (the shop was not asked)" in result.stdout
    assert "Plug&Pay key" not in result.stdout


def test_times_are_on_the_shops_clock_with_its_offset(sound: World) -> None:
    """Otherwise: status and doctor tell of the same run at two times."""
    last = by_name(sound.run_in_process("doctor", "--offline", "--json"))["last good run"][0]["finding"]
    [(finished,)] = sound.rows("SELECT MAX(finished_at) FROM runs WHERE command = 'sync'")
    shown = datetime.fromisoformat(finished).astimezone(BRUSSELS).isoformat(sep=" ", timespec="minutes")
    assert last.startswith(f"{shown}, ")


def test_messages_that_nothing_here_can_send_are_noted(sound: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise: that nobody is told comes out on the day on which somebody should have been."""
    sound.configure(notify={"urls": ["json://127.0.0.1:1/secret"]})
    assert checkup(sound, "--offline")["notices"][0]["level"] == "good"
    monkeypatch.setattr(local, "find_spec", lambda _name: None)
    result = sound.run_in_process("doctor", "--offline", "--json")
    [check] = by_name(result)["notices"]
    assert (result.returncode, check["level"]) == (0, "note")
    assert "ppbillit[notify]" in check["fix"]
    assert "secret" not in result.stdout


def test_access_by_oauth_is_used_and_never_renewed(sound: World) -> None:
    use_oauth(sound)
    assert checkup(sound)["Billit access"][0]["level"] == "good"
    use_oauth(sound, ends=LONG_AGO)
    before = stored(sound)
    sound.emulator.forget_journal()
    found = checkup(sound)
    assert "ended at 2026-01-01" in found["Billit access"][0]["finding"]
    assert found["Billit key"][0]["level"] == "unchecked"
    assert stored(sound) == before
    assert {arrival.method for arrival in sound.emulator.journal} == {"GET"}


def test_access_that_is_refused_before_its_time_is_to_be_renewed(sound: World) -> None:
    """Otherwise: whoever uses OAuth is told to look for an API key, where the next run would do."""
    use_oauth(sound, ends=datetime.now(UTC) + timedelta(days=400))
    sound.emulator.clock.advance(7200)
    result = sound.run_in_process("doctor", "--json")
    [check] = by_name(result)["Billit key"]
    assert (result.returncode, check["level"]) == (77, "wrong")
    assert "sync --dry-run" in check["fix"]
    assert sound.run_in_process("sync", "--dry-run").returncode == 0
    assert by_name(sound.run_in_process("doctor", "--json"))["Billit key"][0]["level"] == "good"


def test_offline_looks_at_the_tokens_that_are_here(sound: World) -> None:
    """Otherwise: all is well on this machine, and the next run has no access to Billit."""
    use_oauth(sound)
    assert checkup(sound, "--offline")["Billit access"][0]["level"] == "good"
    token_path(sound).unlink()
    result = sound.run_in_process("doctor", "--offline", "--json")
    assert (result.returncode, by_name(result)["Billit access"][0]["level"]) == (77, "wrong")


@pytest.mark.parametrize("how", ["none", "open", "other"])
def test_access_by_oauth_that_does_not_serve_is_wrong(sound: World, how: str) -> None:
    use_oauth(sound)
    if how == "none":
        token_path(sound).unlink()
    elif how == "open":
        token_path(sound).chmod(0o644)
    else:
        sound.configure(billit={"client_id": "other"})
    result = sound.run_in_process("doctor", "--json")
    [check] = by_name(result)["Billit access"]
    assert check["level"] == "wrong"
    assert "ppbillit connect billit" in check["fix"]
    assert result.returncode in {77, 78}


def test_at_a_terminal_it_is_a_table(sound: World) -> None:
    sound.configure(customers={"default_debtor": "NOBODY"})
    arguments = ["--config", str(sound.config_file), "doctor"]
    session = Terminal(arguments, sound.folder, sound.environment())
    session.expect("✗  default debtor")
    session.expect("→ correct default_debtor under [customers]")
    assert session.finish() == 78


def test_a_log_that_is_not_utf_8_gets_marks_it_can_hold(sound: World) -> None:
    result = sound.run_installed("doctor", "--offline", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert result.stdout.startswith("ok version")
    assert "\\u" not in result.stdout


def test_no_name_and_no_key_is_in_its_output(sound: World) -> None:
    """Otherwise: what a stranger is sent for help holds customers, or a key."""
    person = replace(CONSUMER_BE, firstname="Kanarie", lastname="Kanariemans", email="kanarie@example.be")
    sell(sound, buyer=person)
    for flags in ((), ("--json",)):
        said = sound.run("doctor", *flags)
        text = (said.stdout + said.stderr).lower()
        for secret in ("kanarie", sound.emulator.plugandpay_key.lower(), sound.emulator.billit_key):
            assert secret not in text
