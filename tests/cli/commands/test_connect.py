"""`connect` makes a config that works; run again, it changes one side only."""

from __future__ import annotations

import errno
import subprocess
import tomllib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import tomli_w

from ppbillit.cli.commands.connect import oauth_grant
from ppbillit.config import load_config, save
from ppbillit.config.services import BILLIT_URLS
from ppbillit_emulator import Emulator
from ppbillit_emulator.billit.debtors import add_party, bind_party
from support.oauth import open_page, parameters, refreshes, token_path, use_oauth
from support.shop_orders import sell
from support.terminal import Terminal, connect_environment
from support.world import COMMAND, World, today

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bare(world: World) -> Iterator[World]:
    """A world without any config: only where the emulated services are is known, from the environment."""
    world.config_file.unlink()
    yield world
    assert not list(world.folder.glob("**/.*.new")), "a draft was left behind"


def at_terminal(world: World, *arguments: str) -> Terminal:
    return Terminal(list(arguments), world.folder, connect_environment(world))


def usual_folder(world: World) -> Path:
    return world.folder / ".config" / "ppbillit"


def first_day() -> str:
    return (today() - timedelta(days=10)).isoformat()


def connected(world: World, *flags: str, **env: str) -> Any:
    """Connect off a terminal, with the keys from the environment."""
    keys = {
        "PPBILLIT_PLUGANDPAY__API_KEY": world.emulator.plugandpay_key,
        "PPBILLIT_BILLIT__API_KEY": world.emulator.billit_key,
    }
    return world.run("connect", *flags, env=connect_environment(world, **{**keys, **env}))


def credentials(world: World) -> dict[str, Any]:
    return tomllib.loads(world.config_file.with_name("credentials.toml").read_text(encoding="utf-8"))


# --- at a terminal ------------------------------------------------------------------------------


def test_from_nothing_to_the_first_invoice(bare: World) -> None:
    """Otherwise: the promise of ten minutes is one on paper."""
    sell(bare)
    session = at_terminal(bare, "connect")
    session.reply("The API key of Plug&Pay, which is not shown:", "not a key")
    session.reply("holds a space", bare.emulator.plugandpay_key)
    session.expect("shop 4711")
    session.reply("Open Billit with (key, oauth) [key]:", "")
    session.reply("The API key of Billit, which is not shown:", bare.emulator.billit_key)
    session.expect(f"company {bare.emulator.party_id} (Atelier Voorbeeld BV)")
    session.reply("The go-live date, like 2027-01-01:", "yesterday")
    session.reply("it is not a date", first_day())
    session.reply("[invoice_number]:", "")
    session.reply("(yes, no) [no]:", "")
    session.reply("The default debtor:", "NOBODY")
    session.reply("no customer in Billit has this number", "")
    session.reply("To businesses (none, auto, peppol, email) [none]:", "peppol")
    session.reply("To consumers (none, auto, peppol, email) [none]:", "email")
    session.expect("next: ppbillit doctor, then ppbillit sync --dry-run")
    assert session.finish() == 0
    for key in (bare.emulator.plugandpay_key, bare.emulator.billit_key):
        assert key not in session.printed
    folder = usual_folder(bare)
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "config.toml": 0o600,
        "credentials.toml": 0o600,
    }
    rehearsal = at_terminal(bare, "sync", "--dry-run")
    rehearsal.expect("nothing was written")
    assert rehearsal.finish() == 0
    assert bare.totals() == {}
    run = at_terminal(bare, "sync")
    run.expect("97.00")
    assert run.finish() == 0
    assert list(bare.totals().values()) == ["97.00"]
    assert [sent.transport for sent in bare.emulator.office.deliveries] == ["SMTP"]


def test_a_company_is_picked_from_a_list(bare: World) -> None:
    bare.emulator.office.switches.update(second_company=True)
    session = at_terminal(bare, "connect", "billit")
    session.reply("Open Billit with", "")
    session.reply("The API key of Billit", bare.emulator.billit_key)
    session.expect("Tweede Voorbeeld NV")
    session.reply("Which company makes the invoices (588708, 588709):", "5")
    session.reply("it is one of", "588709")
    session.expect("next: ppbillit connect plugandpay")
    assert session.finish() == 0
    assert (
        tomllib.loads((usual_folder(bare) / "credentials.toml").read_text())["billit"]["party_id"] == 588709
    )
    assert not (usual_folder(bare) / "config.toml").exists()


def test_ctrl_c_in_a_question_ends_it_and_nothing_is_half_written(bare: World) -> None:
    session = at_terminal(bare, "connect")
    session.reply("The API key of Plug&Pay", bare.emulator.plugandpay_key)
    session.expect("Open Billit with")
    session.interrupt("Stopped.")
    assert session.finish() == 130
    again = at_terminal(bare, "connect")  # the shop is connected: only Billit is asked for
    again.reply("Open Billit with", "")
    again.reply("The API key of Billit", bare.emulator.billit_key)
    again.reply("The go-live date", first_day())
    for question in ("The number", "Make one line", "The default debtor", "To businesses", "To consumers"):
        again.reply(question, "")
    assert again.finish() == 0
    assert "Traceback" not in session.printed + again.printed


def test_run_again_enter_keeps_what_is_there(bare: World) -> None:
    assert connected(bare, "--go-live", first_day()).returncode == 0
    before = bare.config_file.read_bytes(), credentials(bare)
    session = at_terminal(bare, "--config", str(bare.config_file), "connect")
    session.reply("What to connect anew (plugandpay, billit, both):", "both")
    session.reply("[Enter keeps the present one]:", "")
    session.expect("shop 4711")
    session.reply("Open Billit with", "")
    session.reply("[Enter keeps the present one]:", "")
    assert session.finish() == 0
    assert (bare.config_file.read_bytes(), credentials(bare)) == before


def test_what_is_typed_unseen_can_be_corrected(bare: World) -> None:
    session = at_terminal(bare, "connect", "plugandpay")
    session.reply("which is not shown:", f"nonsense\x15{bare.emulator.plugandpay_key}x\x7f")
    session.expect("shop 4711")
    assert session.finish() == 0


def test_the_end_of_input_is_no_answer(bare: World) -> None:
    session = at_terminal(bare, "connect", "plugandpay")
    session.reply("which is not shown:", "\x04")
    session.expect("Stopped.")
    assert session.finish() == 130


# --- off a terminal -----------------------------------------------------------------------------


def test_off_a_terminal_the_flags_answer(bare: World) -> None:
    sell(bare)
    add_party(
        bare.emulator.office,
        bind_party(
            {"Name": "Webshop", "Nr": "WEBSHOP", "PartyType": "Customer"}, bare.emulator.office.switches
        ),
        bare.emulator.party_id,
    )
    flags = {
        "--go-live": first_day(),
        "--number": "order_number",
        "--default-debtor": "WEBSHOP",
        "--send-businesses": "auto",
        "--send-consumers": "email",
    }
    result = connected(bare, *(word for pair in flags.items() for word in pair), "--group-lines")
    assert result.returncode == 0, result.stderr
    assert f"written: {bare.config_file}" in result.stdout
    config = load_config(bare.config_file, {}).config
    assert (config.invoice.number, config.invoice.group_lines) == ("order_number", True)
    assert (config.sending.businesses, config.customers.default_debtor) == ("auto", "WEBSHOP")
    text = bare.config_file.read_text(encoding="utf-8")
    assert "# max_new_per_run = 250" in text
    assert bare.emulator.billit_key not in text


def test_off_a_terminal_nothing_is_asked_and_all_that_is_missing_is_named_at_once(bare: World) -> None:
    result = bare.run("connect", env=connect_environment(bare))
    assert result.returncode == 2
    for flag in ("--plugandpay-key-stdin", "PPBILLIT_BILLIT__API_KEY", "--go-live"):
        assert flag in result.stderr
    assert bare.emulator.journal == []
    assert not bare.config_file.exists()


@pytest.mark.parametrize(
    "flags, words",
    [
        (["--go-live", "2014-01-01"], "--go-live is no answer"),
        (["--default-debtor", "NOBODY"], "no customer in Billit"),
        (["--company", "1"], "It does not reach company 1"),
    ],
)
def test_an_answer_that_is_none_is_a_usage_error(bare: World, flags: list[str], words: str) -> None:
    result = connected(bare, "--go-live", first_day(), *flags)
    assert (result.returncode, words in result.stderr) == (2, True), result.stderr


def test_keys_come_by_standard_input_and_files_and_never_by_the_command_line(bare: World) -> None:
    key_file = bare.folder / "billit.key"
    key_file.write_text(f"{bare.emulator.billit_key}\r\n")
    process = _started_with_input(
        bare,
        "connect",
        "--plugandpay-key-stdin",
        "--billit-key-file",
        str(key_file),
        "--go-live",
        first_day(),
    )
    stdout, stderr = process.communicate(f"{bare.emulator.plugandpay_key}\n", timeout=30)
    assert process.returncode == 0, stderr
    assert bare.emulator.plugandpay_key not in stdout + stderr
    assert credentials(bare)["billit"]["api_key"] == bare.emulator.billit_key
    assert bare.run("connect", "--plugandpay-key", "x").returncode == 2


def _started_with_input(world: World, *arguments: str) -> Any:
    return subprocess.Popen(
        [str(COMMAND), "--config", str(world.config_file), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=connect_environment(world),
    )


def test_an_empty_file_is_no_new_key(bare: World) -> None:
    """Otherwise: the old key is kept, and whoever wanted to replace it reads that all is well."""
    assert connected(bare, "--go-live", first_day()).returncode == 0
    empty = bare.folder / "empty.key"
    empty.write_text("\n")
    for side in ("plugandpay", "billit"):
        refused = connected(bare, side, f"--{side}-key-file", str(empty))
        assert refused.returncode == 2
        assert f"The file of --{side}-key-file is empty." in refused.stderr


def test_of_two_keys_to_be_read_neither_is_used_before_both_are_there(bare: World) -> None:
    """Otherwise: with one line forgotten, the key of Billit is sent to Plug&Pay."""
    flags = ("--plugandpay-key-stdin", "--billit-key-stdin", "--go-live", first_day())
    process = _started_with_input(bare, "connect", *flags)
    _, stderr = process.communicate(f"{bare.emulator.billit_key}\n", timeout=30)
    assert process.returncode == 2
    assert "has 1 of the 2 lines that --plugandpay-key-stdin, --billit-key-stdin are to read" in stderr
    assert bare.emulator.journal == []
    process = _started_with_input(bare, "connect", *flags)
    keys = f"{bare.emulator.plugandpay_key}\n{bare.emulator.billit_key}\n"
    _, stderr = process.communicate(keys, timeout=30)
    assert process.returncode == 0, stderr
    assert credentials(bare)["billit"]["api_key"] == bare.emulator.billit_key


@pytest.mark.parametrize("side", ["plugandpay", "billit"])
def test_a_key_that_is_refused_at_a_terminal_is_asked_for_again(bare: World, side: str) -> None:
    """Otherwise: whoever pasted the wrong one begins anew, with the answers given so far."""
    key = {"plugandpay": bare.emulator.plugandpay_key, "billit": bare.emulator.billit_key}[side]
    session = at_terminal(bare, "connect", side)
    if side == "billit":
        session.reply("Open Billit with", "")
    session.reply("which is not shown:", "f" * len(key))
    session.expect("does not accept the key")
    session.reply("which is not shown:", key)
    session.expect("written: ")
    session.expect("next: ppbillit connect")
    assert session.finish() == 0


def test_a_key_is_asked_for_three_times_and_no_more(bare: World) -> None:
    session = at_terminal(bare, "connect", "billit")
    session.reply("Open Billit with", "")
    for _ in range(3):
        session.reply("which is not shown:", "wrong-key-1234567890")
        session.expect("does not accept the key")
    session.expect("fix: ")
    assert session.finish() == 77
    assert "neither in production nor" not in session.printed  # there is one Billit at a base_url


@pytest.mark.parametrize("side", ["plugandpay", "billit"])
def test_a_key_that_is_refused_is_77_and_not_written(bare: World, side: str) -> None:
    variable = f"PPBILLIT_{side.upper()}__API_KEY"
    result = connected(bare, side, **{variable: "wrong"})
    assert result.returncode == 77
    assert "wrong" not in result.stderr
    assert not bare.config_file.with_name("credentials.toml").exists()


def test_a_shop_whose_key_may_not_say_whose_it_is_gets_a_name(bare: World) -> None:
    bare.emulator.shop.switches.update(tenants_me="forbidden")
    assert "--shop" in connected(bare, "plugandpay").stderr
    result = connected(bare, "plugandpay", "--shop", "my-shop")
    assert (result.returncode, "Plug&Pay: my-shop" in result.stdout) == (0, True)
    assert credentials(bare)["plugandpay"]["shop"] == "my-shop"


def test_a_folder_that_cannot_be_written_is_said(bare: World) -> None:
    bare.config_file.with_name("credentials.toml").mkdir()
    result = connected(bare, "plugandpay")
    assert result.returncode in {73, 78}
    assert "credentials.toml" in result.stderr


# --- one side again -----------------------------------------------------------------------------


def test_run_again_it_changes_one_side_and_never_the_config(bare: World) -> None:
    """Otherwise: a new Billit key costs the owner their comments, or the other key."""
    assert connected(bare, "--go-live", first_day()).returncode == 0
    mine = bare.config_file.read_text() + "\n# my own words\n"
    bare.config_file.write_text(mine)
    beside = bare.config_file.with_name("credentials.toml")
    tables = {**credentials(bare), "ledger": {"default": 700000}}
    tables["plugandpay"]["timeout_seconds"] = 20
    beside.write_text(tomli_w.dumps(tables))
    bare.emulator.office.key = "test_another_billit_key"
    result = connected(bare, "billit", PPBILLIT_BILLIT__API_KEY="test_another_billit_key")
    assert result.returncode == 0, result.stderr
    after = credentials(bare)
    assert after["billit"]["api_key"] == "test_another_billit_key"
    assert {name: after[name] for name in ("plugandpay", "ledger")} == {
        "plugandpay": tables["plugandpay"],
        "ledger": {"default": 700000},
    }
    assert bare.config_file.read_text() == mine
    assert beside.stat().st_mode & 0o777 == 0o600


def test_a_flag_for_the_config_is_refused_where_there_is_one(bare: World) -> None:
    """Otherwise: `connect --go-live` looks as if it had changed the go-live date."""
    assert connected(bare, "--go-live", first_day()).returncode == 0
    result = connected(bare, "--go-live", first_day(), "--number", "billit")
    assert result.returncode == 2
    assert "--go-live, --number would change nothing" in result.stderr


def test_run_again_without_a_side_off_a_terminal_it_wants_to_know_which(bare: World) -> None:
    assert connected(bare, "--go-live", first_day()).returncode == 0
    result = connected(bare)
    assert (result.returncode, "plugandpay or billit" in result.stderr) == (2, True)


def test_a_config_without_go_live_is_completed_by_its_owner(bare: World) -> None:
    bare.config_file.write_text("[invoice]\nnumber = 'billit'\n")
    result = connected(bare)
    assert result.returncode == 0
    assert "go_live = 2027-01-01" in result.stdout
    assert bare.config_file.read_text() == "[invoice]\nnumber = 'billit'\n"


# --- production and sandbox ---------------------------------------------------------------------


@pytest.mark.parametrize("home", ["production", "sandbox"])
def test_a_key_tells_production_from_sandbox(bare: World, home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise: somebody tries out on the real books, or waits for invoices in the sandbox."""
    with Emulator() as other:
        other.office.key = "test_key_of_the_other_one"
        urls = {name: bare.emulator.billit_url if name == home else other.billit_url for name in BILLIT_URLS}
        for name, url in urls.items():
            monkeypatch.setitem(BILLIT_URLS, name, url)
        monkeypatch.setenv("PPBILLIT_BILLIT__API_KEY", bare.emulator.billit_key)
        result = bare.run_in_process("connect", "billit")
        assert result.returncode == 0, result.stderr
        assert ("SANDBOX" in result.stdout) is (home == "sandbox")
        assert credentials(bare)["billit"]["environment"] == home
        named = bare.run_in_process("connect", "billit", "--environment", "sandbox")
        assert named.returncode == (0 if home == "sandbox" else 77)


# --- OAuth --------------------------------------------------------------------------------------


def oauth_session(world: World, redirect_uri: str) -> tuple[Terminal, str]:
    """Answer all up to Billit's page; give the session and the address of the page."""
    grants = world.emulator.office.grants
    session = at_terminal(world, "connect", "billit")
    session.reply("Open Billit with", "oauth")
    session.reply("The client id of your application:", grants.client_id)
    session.reply("The client secret of your application, which is not shown:", grants.client_secret)
    session.reply("The redirect URI", redirect_uri)
    session.expect("let your application in:\n")
    page = session.expect("\nWaiting for the answer")
    assert grants.client_secret not in session.printed
    return session, page


def test_access_by_oauth_is_heard_by_the_listener(bare: World) -> None:
    port = _free_port()
    session, page = oauth_session(bare, f"http://127.0.0.1:{port}/back")
    assert httpx.get(f"http://127.0.0.1:{port}/favicon.ico").status_code == 404
    back = open_page(page)
    assert "close this page" in httpx.get(back).text
    session.expect("Billit: at")
    assert session.finish() == 0
    assert parameters(back)["code"] not in session.printed
    path = bare.folder / ".local" / "state" / "ppbillit" / "state.sqlite3.billit-tokens.json"
    assert path.stat().st_mode & 0o777 == 0o600
    kept = tomllib.loads((usual_folder(bare) / "credentials.toml").read_text())["billit"]
    assert kept["client_id"] == bare.emulator.office.grants.client_id
    assert "api_key" not in kept


def test_access_by_oauth_is_pasted_where_nobody_can_listen(bare: World) -> None:
    session, page = oauth_session(bare, "https://shop.example.be/billit")
    session.answer("")
    session.answer(open_page(page))
    assert session.finish() == 0


def _free_port() -> int:
    with Emulator() as other:
        return int(other.billit_url.rpartition(":")[2])


@pytest.mark.parametrize(
    "how, code, words",
    [
        ("wrong state", 2, "does not answer this question"),
        ("denied", 77, "refused on Billit's page"),
        ("expired", 77, "older than ten minutes"),
        ("twice", 77, "used already"),
    ],
)
def test_an_answer_that_gives_no_access_is_explained(bare: World, how: str, code: int, words: str) -> None:
    session, page = oauth_session(bare, "https://shop.example.be/billit")
    bare.emulator.office.grants.refuses = how == "denied"
    back = open_page(page)
    if how == "wrong state":
        back = back.replace("state=", "state=x")
    elif how == "expired":
        bare.emulator.clock.advance(601)
    elif how == "twice":
        bare.emulator.office.grants.codes.clear()
    session.answer(back)
    session.expect(words)
    assert session.finish() == code
    assert not (usual_folder(bare) / "credentials.toml").exists()


def test_oauth_off_a_terminal_by_standard_input_and_then_a_run(bare: World) -> None:
    """The whole way without a person: the page is printed, its answer comes by a pipe."""
    sell(bare)
    grants = bare.emulator.office.grants
    assert connected(bare, "plugandpay").returncode == 0
    secret = bare.folder / "secret"
    secret.write_text(grants.client_secret)
    process = _started_with_input(
        bare,
        *("connect", "billit", "--client-id", grants.client_id, "--client-secret-file", str(secret)),
        *("--redirect-uri", "https://shop.example.be/billit", "--redirected-stdin", "--go-live", first_day()),
    )
    assert process.stdout.readline().startswith("Open this address")
    page = process.stdout.readline().strip()
    _, stderr = process.communicate(open_page(page) + "\n", timeout=30)
    assert process.returncode == 0, stderr
    assert bare.run("sync", env=connect_environment(bare)).returncode == 0
    assert list(bare.totals().values()) == ["97.00"]
    assert refreshes(bare) == 1  # the code's; none since


@pytest.mark.parametrize("uri", ["http://127.0.0.1:99999/", "http://[", "banana", ""])
def test_a_redirect_uri_that_is_no_address_is_a_usage_error(bare: World, uri: str) -> None:
    """Otherwise: a slip of the pen is called a bug."""
    result = bare.run(
        *("connect", "billit", "--client-id", "x", "--redirect-uri", uri),
        env=connect_environment(bare, PPBILLIT_BILLIT__CLIENT_SECRET="y"),
    )
    assert result.returncode == 2
    assert "--redirect-uri is no answer: it is not a web address" in result.stderr


def test_access_is_given_again_where_the_config_belongs_to_somebody_else(
    bare: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise: under systemd, where the config is root's, the cure for lost tokens ends with 73."""
    world = bare
    world.configure()
    use_oauth(world)
    token_path(world).unlink()
    monkeypatch.setattr(save, "atomic_write", _closed_folder)
    monkeypatch.setattr(oauth_grant, "_redirected_address", lambda *found: open_page(found[-1]))
    result = world.run_in_process("connect", "billit", "--oauth")
    assert result.returncode == 0, result.stderr
    assert token_path(world).exists()
    assert world.run_in_process("sync").returncode == 0


def _closed_folder(path: Path, _text: str) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


def test_off_a_terminal_an_answer_that_nobody_can_hear_is_a_usage_error(bare: World) -> None:
    """Otherwise: it waits ten minutes for a page that leads elsewhere, or to a port that is taken."""
    grants = bare.emulator.office.grants
    taken = bare.emulator.billit_url
    for uri in ("https://shop.example.be/billit", f"{taken}/back"):
        result = bare.run(
            *("connect", "billit", "--client-id", grants.client_id, "--redirect-uri", uri),
            env=connect_environment(bare, PPBILLIT_BILLIT__CLIENT_SECRET=grants.client_secret),
        )
        assert result.returncode == 2
        assert "--redirected-stdin" in result.stderr


def test_oauth_replaces_a_key_and_a_key_replaces_oauth(bare: World) -> None:
    assert connected(bare, "--go-live", first_day()).returncode == 0
    session = at_terminal(bare, "--config", str(bare.config_file), "connect", "billit", "--oauth")
    grants = bare.emulator.office.grants
    session.reply("The client id", grants.client_id)
    session.reply("The client secret", grants.client_secret)
    session.reply("The redirect URI", "https://shop.example.be/billit")
    session.expect("let your application in:\n")
    session.answer(open_page(session.expect("\nWaiting")))
    assert session.finish() == 0
    assert "api_key" not in credentials(bare)["billit"]
    assert bare.run("sync", env=connect_environment(bare)).returncode == 0
    assert connected(bare, "billit", "--no-oauth").returncode == 0
    assert "client_id" not in credentials(bare)["billit"]
    assert "api_key" in credentials(bare)["billit"]
