"""Tokens are renewed once: with two runs at once, after a kill at every step, and on a full disk."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.billit.oauth import Access
from ppbillit.billit.token_file import TokenFile
from ppbillit.errors import CannotWrite, SetupWrong
from ppbillit_emulator import Fault, FaultKind
from support.oauth import application, put_tokens, refreshes, stored, token_path, use_oauth
from support.shop_orders import sell, three_documents
from support.world import KillAt, World

if TYPE_CHECKING:
    from ppbillit.http import HttpClient
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

# --- in a run -----------------------------------------------------------------------------------


def test_a_run_is_opened_by_tokens_and_no_key_travels(world: World) -> None:
    sell(world)
    use_oauth(world)
    assert world.run("sync").returncode == 0
    assert len(world.totals()) == 1
    assert refreshes(world) == 0
    sent = [arrival.headers for arrival in world.emulator.journal if arrival.api == "billit"]
    assert all("apikey" not in headers for headers in sent)


def test_access_that_has_ended_is_renewed_once_and_kept(world: World) -> None:
    sell(world)
    use_oauth(world, ends=LONG_AGO)
    before = stored(world)
    assert world.run("sync").returncode == 0
    assert refreshes(world) == 1
    after = stored(world)
    assert after["refresh_token"] != before["refresh_token"]
    assert after["refresh_token"] in world.emulator.office.grants.refresh
    assert token_path(world).stat().st_mode & 0o777 == 0o600
    assert world.run("sync").returncode == 0
    assert refreshes(world) == 1


def test_access_that_ends_in_mid_run_is_renewed_and_the_request_made_again(world: World) -> None:
    """Otherwise: a first run over many orders, longer than an hour, ends in the middle with 77."""
    three_documents(world)
    use_oauth(world)
    posts = 0

    def hour_passes(request: Request, phase: Phase) -> None:
        nonlocal posts
        if phase == "before" and request.method == "POST" and request.path == "/v1/orders":
            posts += 1
            if posts == 2:
                world.emulator.clock.advance(3700)

    world.emulator.on_request = hour_passes
    assert world.run_in_process("sync").returncode == 0
    assert refreshes(world) == 1
    assert len(world.totals()) == 3


def test_access_that_was_taken_back_ends_the_run_and_names_connect(world: World) -> None:
    use_oauth(world)
    world.emulator.office.grants.revoked.add(stored(world)["access_token"])
    result = world.run("sync")
    assert result.returncode == 77
    assert "taken back" in result.stderr
    assert "ppbillit connect billit" in result.stderr
    assert refreshes(world) == 0


def test_a_token_that_billit_never_gave_is_renewed_if_it_can_be(world: World) -> None:
    use_oauth(world)
    world.emulator.office.grants.access.clear()
    assert world.run("sync", "--dry-run").returncode == 0
    assert refreshes(world) == 1


@pytest.mark.parametrize(
    "how, words",
    [
        ("gone", "no access to Billit yet"),
        ("open", "Others can read"),
        ("broken", "holds no tokens"),
        ("other", "another application"),
    ],
)
def test_a_token_file_that_does_not_serve_is_explained(world: World, how: str, words: str) -> None:
    use_oauth(world)
    path = token_path(world)
    if how == "gone":
        path.unlink()
    elif how == "open":
        path.chmod(0o644)
    elif how == "broken":
        path.write_text("{")
    else:
        world.configure(billit={"client_id": "another"})
    result = world.run("sync")
    assert result.returncode in {77, 78}
    assert words in result.stderr
    assert "ppbillit connect billit" in result.stderr


def test_tokens_are_in_no_trace(world: World, tmp_path: Path) -> None:
    sell(world)
    use_oauth(world, ends=LONG_AGO)
    old = stored(world)
    trace = tmp_path / "trace.jsonl"
    result = world.run_traced(trace, "sync")
    new = stored(world)
    secret = world.emulator.office.grants.client_secret
    for hidden in (
        old["access_token"],
        old["refresh_token"],
        new["access_token"],
        new["refresh_token"],
        secret,
    ):
        assert hidden not in trace.read_text() + result.stdout + result.stderr


# --- two at once, and kills ---------------------------------------------------------------------


def test_two_runs_at_once_renew_once(world: World) -> None:
    """Otherwise: the second uses a refresh token that is used up, and everything stops until somebody looks."""
    use_oauth(world, ends=LONG_AGO)
    world.emulator.arm(Fault(FaultKind.LATENCY, api="billit", path="token$", seconds=1))
    both = [world.start("sync", "--dry-run") for _ in range(2)]
    assert [world.finish(each).returncode for each in both] == [0, 0]
    assert refreshes(world) == 1
    assert stored(world)["refresh_token"] in world.emulator.office.grants.refresh


def _renew_request(world: World) -> int:
    return next(
        number for number, arrival in enumerate(world.emulator.journal, 1) if arrival.path == "/OAuth2/token"
    )


def _peaceful_number(world: World) -> int:
    put_tokens(world, ends=LONG_AGO)
    world.emulator.forget_journal()
    assert world.run("sync", "--dry-run").returncode == 0
    number = _renew_request(world)
    put_tokens(world, ends=LONG_AGO)
    world.emulator.forget_journal()
    return number


def test_a_kill_before_billit_hears_of_the_renewal_costs_nothing(world: World) -> None:
    use_oauth(world)
    number = _peaceful_number(world)
    _run_killed(world, KillAt(number, "before"))
    assert world.run("sync").returncode == 0


def test_a_kill_between_billits_answer_and_our_disk_is_explained_and_cured_by_connect(world: World) -> None:
    """Otherwise: the owner finds every run failing and nothing that says why."""
    sell(world)
    use_oauth(world)
    number = _peaceful_number(world)
    _run_killed(world, KillAt(number, "after"))
    result = world.run("sync")
    assert result.returncode == 77
    assert "cut off just while renewing" in result.stderr
    assert "ppbillit connect billit" in result.stderr
    put_tokens(world)  # what connect does
    assert world.run("sync").returncode == 0
    assert len(world.totals()) == 1


def _run_killed(world: World, kill: KillAt) -> None:
    world.emulator.on_request = kill
    process = world.start("sync", "--dry-run", measured=False)
    kill.pid = process.pid
    assert world.finish(process).returncode == -9
    world.emulator.on_request = None


class Crash(BaseException):
    """What a power cut is to a process: nothing catches it."""


@pytest.mark.parametrize("step", range(8))
def test_a_crash_at_each_step_of_keeping_new_tokens_leaves_tokens_that_work_or_a_cure(
    world: World, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise: half a file, which no later run can read and no message explains."""
    use_oauth(world, ends=LONG_AGO)
    steps = _Steps(step)
    for name in ("unlink", "open", "replace", "fsync"):
        steps.around(monkeypatch, os if name in {"open", "fsync"} else None, name)
    try:
        world.run_in_process("sync", "--dry-run")
    except Crash:
        pass
    else:
        assert steps.seen <= step, "fewer steps than were thought"
    monkeypatch.undo()
    used_up = _newest(world)["refresh_token"] not in world.emulator.office.grants.refresh
    result = world.run_in_process("sync", "--dry-run")
    assert result.returncode == (77 if used_up else 0), result.stderr
    if used_up:
        assert "ppbillit connect billit" in result.stderr
    assert token_path(world).stat().st_mode & 0o777 == 0o600


def _newest(world: World) -> dict[str, Any]:
    """Return the newest tokens that are whole on the disk, in place or not."""
    draft = token_path(world).with_name(f"{token_path(world).name}.new")
    try:
        tokens = json.loads(draft.read_bytes())
    except (FileNotFoundError, json.JSONDecodeError):
        return stored(world)
    assert isinstance(tokens, dict)
    return tokens


def test_tokens_that_were_written_and_not_put_in_place_are_taken_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise: a power cut at the last moment costs the access, though the new tokens lie on the disk."""
    use_oauth(world, ends=LONG_AGO)

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash)
        with pytest.raises(Crash):
            world.run_in_process("sync", "--dry-run")
    assert stored(world)["refresh_token"] not in world.emulator.office.grants.refresh
    assert world.run_in_process("sync", "--dry-run").returncode == 0
    assert refreshes(world) == 1


class _Steps:
    """Counts the writes to the folder, and crashes just before the nth."""

    def __init__(self, nth: int) -> None:
        self.nth = nth
        self.seen = 0

    def around(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        target = owner or Path
        original = getattr(target, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            concerns = name == "fsync" or "billit-tokens.json" in str(arguments[0])
            if concerns and not str(arguments[0]).endswith(".lock"):
                self.seen += 1
                if self.seen == self.nth + 1:
                    raise Crash
            return original(*arguments, **named)

        monkeypatch.setattr(target, name, counted)


def test_a_folder_that_cannot_be_written_is_found_before_the_refresh_token_is_used_up(
    world: World, token_client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise: a full disk costs the access."""
    put_tokens(world, ends=LONG_AGO)
    world.emulator.forget_journal()

    def full(_descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    access = Access(application(world), TokenFile(token_path(world)), token_client)
    with pytest.raises(CannotWrite, match="No space left"):
        access.secrets()
    assert refreshes(world) == 0


@pytest.mark.parametrize("kind", [FaultKind.CLOSE_BEFORE, FaultKind.CLOSE_AFTER])
def test_a_lost_answer_to_a_renewal_is_try_later_and_then_the_truth(world: World, kind: FaultKind) -> None:
    use_oauth(world, ends=LONG_AGO)
    world.emulator.arm(Fault(kind, api="billit", path="token$"))
    assert world.run("sync").returncode == 69
    assert world.run("sync").returncode == (0 if kind is FaultKind.CLOSE_BEFORE else 77)


def test_a_command_that_must_not_write_does_not_renew(world: World, token_client: HttpClient) -> None:
    put_tokens(world, ends=datetime.now(UTC) + timedelta(seconds=30))
    access = Access(application(world), TokenFile(token_path(world)), token_client, renews=False)
    before = token_path(world).read_bytes()
    assert access.secrets()["Authorization"].startswith("Bearer test_access")
    assert token_path(world).read_bytes() == before


def test_tokens_that_are_wrong_in_the_file_are_no_bug(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text('{"billit_url": 5}')
    path.chmod(0o600)
    with pytest.raises(SetupWrong):
        TokenFile(path).read()
