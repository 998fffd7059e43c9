"""Names, addresses and keys stay out of everything that is printed, mailed, logged or traced."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.builder import OPEN_TRANSFER
from ppbillit_emulator.plugandpay.lines import Line
from support.private_people import FIRM, PERSON, SECRETS
from support.shop_orders import credit, sell, sell_lines
from support.world import SENDING, World


def test_no_name_address_or_key_is_in_any_output_trace_or_event(world: World) -> None:
    """Otherwise: customers' names in the mails of cron, in log files, in a trace sent to a stranger."""
    keys = [world.emulator.plugandpay_key, world.emulator.billit_key]
    world.configure(sending=SENDING)
    trace = world.folder / "trace.jsonl"
    said = ""
    first = sell(world, buyer=PERSON)
    sell(world, buyer=FIRM)
    unexplained = sell_lines(world, [Line("Bon", "50.00", "0")], PERSON)
    credit(world, first)
    troubles = [
        Fault(FaultKind.REFUSE, api="billit", method="POST", path="/v1/parties$", body=_echo()),
        Fault(FaultKind.HTML_200_AFTER, api="billit", method="POST", path="/v1/orders$"),
        Fault(FaultKind.REFUSE, api="billit", method="POST", path="/send$"),
        Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="/v1/orders$"),
    ]
    for trouble in (*troubles, None):
        world.emulator.disarm()
        if trouble:
            world.emulator.arm(trouble)
        for flags in (["--dry-run"], ["--json"], [], ["--order", str(unexplained)]):
            result = world.run_traced(trace, "sync", *flags)
            said += result.stdout + result.stderr
    world.lose_state()
    for verb in (["sync"], ["rebuild-state"], ["export-existing", "--since", "2020-01-01"]):
        result = world.run_traced(trace, *verb)
        said += result.stdout + result.stderr
    world.configure(billit={"party_id": 574991})
    said += world.run("sync").stderr
    with closing(sqlite3.connect(world.state_file)) as database:
        events = str(database.execute("SELECT * FROM events").fetchall())
        reasons = str(database.execute("SELECT reasons FROM orders").fetchall())
    assert trace.stat().st_mode & 0o777 == 0o600
    traced, logged = trace.read_text(), trace.with_suffix(".log").read_text()
    assert "/v1/orders" in traced
    for place, text in {
        "output": said,
        "trace": traced,
        "log": logged,
        "events": events,
        "reasons": reasons,
    }.items():
        assert text, place
        for secret in (*SECRETS, *keys):
            assert secret.casefold() not in text.casefold(), (place, secret)


_TOLD = "Kanariefirst KANARIELAST (kanarie.mail@example.be): dit kan niet."


@pytest.mark.parametrize("refused", [r"/v1/parties$", r"/v1/orders$", r"/commands/send$", r"PATCH"])
@pytest.mark.parametrize("code", ["SomethingOfTomorrow", "TheCustomer_0_Is_1_"])
def test_a_text_of_billit_s_about_a_refusal_names_nobody(world: World, refused: str, code: str) -> None:
    """Otherwise: Billit fills in who it is about, and cron mails it."""
    world.configure(sending=SENDING)
    order_id = sell(world, buyer=PERSON, payment=OPEN_TRANSFER)
    body = {"errors": [{"Code": code, "Description": _TOLD}]}
    method, path = ("PATCH", "/v1/orders/") if refused == "PATCH" else ("POST", refused)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method=method, path=path, body=body, times=None))
    said = world.run_in_process("sync", "--json").stdout
    world.emulator.shop.mark_paid(order_id)
    said += "".join(
        world.run_in_process(*verb).stdout for verb in (["sync-payments"], ["status"], ["history"])
    )
    assert code in said
    assert ("dit kan niet" in said) is (code == "SomethingOfTomorrow")
    assert not [secret for secret in SECRETS if secret in said.casefold()]


def test_a_text_about_a_delivery_that_failed_names_nobody(world: World) -> None:
    world.configure(sending=SENDING)
    world.emulator.clock.advance(-3600)
    order_id = sell(world, buyer=PERSON)
    world.emulator.office.switches.update(delivery_result="Error", refused_info=_TOLD)
    world.run_in_process("sync")
    world.emulator.clock.advance(3600)
    result = world.run_in_process("sync", "--json")
    assert result.reasons(order_id) == ["delivery_failed"]
    assert "dit kan niet" in result.stdout
    assert not [secret for secret in SECRETS if secret in result.stdout.casefold()]


def _echo() -> dict[str, object]:
    return {"errors": [{"Code": "TheEmailAddress_0_IsInvalid", "Description": "Het adres klopt niet."}]}


def test_the_state_file_and_its_folder_are_for_their_owner_only(world: World) -> None:
    """Otherwise: everybody on the machine can read who bought what."""
    sell(world)
    world.run("sync")
    assert world.state_file.stat().st_mode & 0o777 == 0o600
    assert world.state_file.parent.stat().st_mode & 0o777 == 0o700
    names = {path.name for path in world.state_file.parent.iterdir()}
    assert names <= {"state.sqlite3", "state.sqlite3.lock"}
