"""A run that cannot go on says why in two lines, ends with the right exit code, and loses nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal

import pytest

from ppbillit.http import RetryPolicy
from ppbillit_emulator import Fault, FaultKind
from support.shop_orders import three_documents
from support.world import SENDING, Result, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

LATER = 3600  # a Retry-After that no run waits for


def assert_two_lines(result: Result, code: int, *words: str) -> None:
    """What happened and what to do about it, fit for a mail from cron."""
    assert result.returncode == code, result
    lines = result.stderr.splitlines()
    assert len(lines) <= 2, result.stderr
    assert lines[0].startswith("ppbillit: ")
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a failed connection be tried again without a pause; that the pauses are bounded has its own tests."""
    monkeypatch.setattr(
        "ppbillit.http.client.RetryPolicy", lambda: RetryPolicy(wait_initial=0, wait_jitter=0)
    )


def no_faults(world: World) -> None:
    world.emulator.disarm()
    world.configure(
        plugandpay={"api_key": world.emulator.plugandpay_key, "base_url": world.emulator.plugandpay_url},
        billit={
            "api_key": world.emulator.billit_key,
            "base_url": world.emulator.billit_url,
            "party_id": world.emulator.party_id,
        },
    )


def bad_shop_key(world: World) -> None:
    world.configure(plugandpay={"api_key": world.emulator.plugandpay_key[:-4] + "AAAA"})


def bad_billit_key(world: World) -> None:
    world.configure(billit={"api_key": "no-such-key"})


def wrong_company(world: World) -> None:
    world.configure(billit={"party_id": 574991})


def nobody_listens(api: str) -> Callable[[World], None]:
    def trouble(world: World) -> None:
        world.configure(**{api: {"base_url": "http://127.0.0.1:9"}})

    return trouble


def answers(api: str, kind: FaultKind, **more: Any) -> Callable[[World], None]:
    def trouble(world: World) -> None:
        world.emulator.arm(Fault(kind, api=api, times=None, **more))  # type: ignore[arg-type]

    return trouble


TROUBLES = {
    "a bad Plug&Pay key": (bad_shop_key, 77, ["Plug&Pay", "key"]),
    "a bad Billit key": (bad_billit_key, 77, ["Billit", "key"]),
    "a wrong company": (wrong_company, 77, ["574991", "588708 (Atelier Voorbeeld BV)"]),
    "nobody at Plug&Pay": (nobody_listens("plugandpay"), 69, ["Plug&Pay could not be reached"]),
    "nobody at Billit": (nobody_listens("billit"), 69, ["Billit could not be reached"]),
    "a login page for Plug&Pay": (
        answers("plugandpay", FaultKind.REDIRECT_302),
        69,
        ["Plug&Pay", "redirect"],
    ),
    "a login page for Billit": (answers("billit", FaultKind.REDIRECT_302), 69, ["Billit", "redirect"]),
    "HTML for Plug&Pay": (answers("plugandpay", FaultKind.HTML_200_BEFORE), 69, ["Plug&Pay", "web page"]),
    "HTML for Billit": (answers("billit", FaultKind.HTML_200_BEFORE), 69, ["Billit", "web page"]),
    "HTML for Billit's list": (
        answers("billit", FaultKind.HTML_200_BEFORE, path="/v1/orders$", method="GET"),
        69,
        ["Billit", "web page"],
    ),
    "a rate limit of Plug&Pay": (
        answers("plugandpay", FaultKind.RATE_LIMITED, retry_after=LATER),
        75,
        ["Plug&Pay", "rate limit"],
    ),
    "a rate limit of Billit": (
        answers("billit", FaultKind.RATE_LIMITED, retry_after=LATER, retry_after_as_date=True),
        75,
        ["Billit", "rate limit"],
    ),
}


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_with_a_service_is_said_in_two_lines_and_costs_nothing(world: World, trouble: str) -> None:
    """Otherwise: a page of Python in the mail, a wrong exit code for the monitor, or a lost order."""
    make, code, words = TROUBLES[trouble]
    world.configure(sending=SENDING)
    three_documents(world)
    make(world)
    started = time.monotonic()
    # The command's own patience with a closed port costs ten seconds, so it is tried once.
    result = world.run_in_process("sync") if trouble == "nobody at Plug&Pay" else world.run("sync")
    assert time.monotonic() - started < 40
    assert_two_lines(result, code, *words)
    assert result.stdout == ""
    assert (world.writes(), world.totals()) == (0, {})
    assert not world.emulator.strays  # nobody followed a link with our key in hand
    no_faults(world)
    assert world.run_in_process("sync").returncode == 0
    assert len(world.totals()) == len(world.emulator.office.deliveries) == 3


@pytest.mark.parametrize("path", ["/v1/parties", "/v1/orders", "/v1/orders/commands/send"])
def test_a_key_revoked_in_mid_run_ends_it_there_and_loses_nothing(world: World, path: str) -> None:
    """Otherwise: a hundred orders are parked for a trouble that is none of theirs."""
    world.configure(sending=SENDING)
    orders = three_documents(world)
    posts: list[object] = []

    def revoke(request: Request, phase: Phase) -> None:
        if (request.method, request.path, phase) == ("POST", path, "before"):
            posts.append(request)
            if len(posts) > 1:
                world.emulator.office.key = "another one"

    world.emulator.on_request = revoke
    result = world.run_in_process("sync", "--json")
    assert result.returncode == result.json["exit_code"] == 77
    assert len(posts) == 2
    world.emulator.on_request = None
    world.emulator.office.key = world.emulator.billit_key
    assert world.run_in_process("sync").returncode == 0
    assert world.stages() == dict.fromkeys(orders, "sent")
    assert len(world.totals()) == len(world.emulator.office.deliveries) == 3


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("api", ["plugandpay", "billit"])
def test_an_outage_in_mid_run_is_69_and_the_next_run_goes_on(
    world: World, api: Literal["plugandpay", "billit"]
) -> None:
    """Otherwise: half the orders of the day are forgotten because the network went."""
    world.configure(sending=SENDING)
    three_documents(world)
    last = {"plugandpay": "/v2/auth/tenants/me", "billit": "/v2/orders"}[api]

    def cut(request: Request, phase: Phase) -> None:
        if phase == "after" and request.path == last:
            port.append(world.emulator.take_down(api))
            world.emulator.on_request = None

    port: list[int] = []
    world.emulator.on_request = cut
    result = world.run_in_process("sync")
    world.emulator.bring_up(api, port[0])
    assert_two_lines(result, 69, "could not be reached")
    assert world.run_in_process("sync").returncode == 0
    assert len(world.totals()) == len(world.emulator.office.deliveries) == 3


FIVE_MISTAKES = """\
state_file = ""
[plugandpay]
api_kei = "shop-key-canary"
[billit]
api_key = "billit-key-canary"
party_id = "none"
[sync]
go_live = "soon"
max_new_per_run = 0
"""


def test_a_config_with_five_mistakes_names_them_all_by_file_and_line(world: World) -> None:
    """Otherwise: five runs to find five typing errors."""
    world.config_file.write_text(FIVE_MISTAKES)
    result = world.run("sync")
    assert (result.returncode, result.stdout) == (78, "")
    for line, name in ((3, "api_kei"), (6, "party_id"), (8, "go_live"), (9, "max_new_per_run")):
        assert f"{world.config_file}:{line} " in result.stderr
        assert name in result.stderr
    assert "did you mean api_key" in result.stderr
    assert "canary" not in result.stderr
    mistakes = [line for line in result.stderr.splitlines() if f"{world.config_file}:" in line]
    assert len(mistakes) >= 5


def test_a_config_that_is_not_there_is_said_so(world: World) -> None:
    """Otherwise: a traceback as the first thing a new user sees."""
    world.config_file.unlink()
    assert_two_lines(world.run("sync"), 78, str(world.config_file))


def broken_config(world: World) -> None:
    world.config_file.write_text(FIVE_MISTAKES)


def low_brake(world: World) -> None:
    world.configure(sync={"max_new_per_run": 1})


@pytest.mark.parametrize(
    "trouble, code", [(broken_config, 78), (bad_shop_key, 77), (wrong_company, 77), (low_brake, 3), (None, 0)]
)
@pytest.mark.parametrize("verb", ["sync", "export-existing", "rebuild-state"])
def test_json_is_one_document_whatever_happens(
    world: World, trouble: Callable[[World], None] | None, code: int, verb: str
) -> None:
    """Otherwise: the monitoring script chokes just when there is something to report."""
    three_documents(world, days_ago=3 if verb == "sync" else 20)
    if trouble:
        trouble(world)
    since = ["--since", "2020-01-01"] if verb == "export-existing" else []
    result = world.run(verb, *since, "--json")
    if (verb, trouble) == ("rebuild-state", low_brake):
        code = 0  # it makes nothing that could be braked
    document = result.json
    assert result.returncode == document["exit_code"] == code
    assert (document["schema"], document["command"], document["dry_run"]) == (1, verb, False)
    assert set(document) >= {"run_id", "started_at", "finished_at", "counts", "orders"}
    assert ("error" in document) is (code != 0)
    if code:
        assert set(document["error"]) == {"message", "fix"}
