"""`skip`: an order is left alone until `retry` takes it up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from support.billit_debtors import debtor_of, edit
from support.private_people import PERSON, SECRETS
from support.sending import BE, assert_quiet, calls_to_send, channel, later, send_by_hand, sent
from support.shop_orders import credit, enter_document_by_hand, sell, sell_net
from support.stuck_orders import MENDED, STUCK, get_stuck
from support.world import SENDING, Result, World, document_key

if TYPE_CHECKING:
    from collections.abc import Callable

WHY = "met de hand gemaakt"
KNOWN = [kind for kind in STUCK if kind not in {"creating", "sending"}]


def skip(world: World, order_id: int, why: str = WHY) -> Result:
    return world.run_in_process("skip", str(order_id), "--reason", why, "--json")


def skipped(world: World) -> dict[int, str]:
    """Return what `status` lists as skipped by hand, each with why."""
    return {
        each["order_id"]: each["reason"]
        for each in world.run_in_process("status", "--json").json["skipped_by_hand"]
    }


@pytest.mark.parametrize("kind", KNOWN)
def test_a_skipped_order_is_stuck_no_longer_and_left_alone(world: World, kind: str) -> None:
    """Otherwise: the owner settled it by hand, and it is made or sent all the same."""
    order_id = get_stuck(world, kind)
    _, stage, _ = STUCK[kind]
    arrived, before = len(world.emulator.journal), len(sent(world))
    told = skip(world, order_id)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.json == {
        "schema": 1,
        "command": "skip",
        "order_id": order_id,
        "stage": stage,
        "reason": WHY,
        "exit_code": 0,
    }
    assert len(world.emulator.journal) == arrived  # nobody was asked
    assert skipped(world) == {order_id: WHY}
    status = world.run_in_process("status")
    assert status.returncode == 0
    assert "nothing is stuck" in status.stdout
    assert WHY in status.stdout
    MENDED[kind][0](world, order_id)  # whatever it was stuck on may vanish
    made = len(world.emulator.office.live)
    world.run_in_process("sync")
    with later(days=8):
        world.run_in_process("sync")
        assert world.run_in_process("sync").stdout == ""
        world.run_in_process("export-existing", "--since", "2020-01-01")
        assert world.run_in_process("retry", "--all").stdout == ""
    assert (len(sent(world)), len(world.emulator.office.live)) == (before, made)
    assert skipped(world) == {order_id: WHY}


@pytest.mark.parametrize("kind", KNOWN)
def test_a_retry_takes_a_skipped_order_up_again(world: World, kind: str) -> None:
    """Otherwise: a slip of the finger, and the order is never invoiced."""
    order_id = get_stuck(world, kind)
    before = len(sent(world))
    skip(world, order_id)
    mend, outcome = MENDED[kind]
    mend(world, order_id)
    if kind == "undelivered":
        world.emulator.clock.advance(3600)
    again = world.run_in_process("retry", str(order_id), "--json")
    assert (again.returncode, again.outcomes) == (0, {order_id: outcome})
    assert len(sent(world)) - before == (1 if outcome == "sent" else 0)
    assert skipped(world) == {}
    assert_quiet(world)


@pytest.mark.parametrize("kind", ["parked", "unsent", "held", "failed"])
def test_what_is_taken_up_again_and_not_mended_is_stuck_again(world: World, kind: str) -> None:
    order_id = get_stuck(world, kind)
    skip(world, order_id)
    world.emulator.office.switches.update(account_verified=False)
    world.run_in_process("retry", str(order_id))
    stuck = world.run_in_process("status", "--json").json["stuck"]
    assert [(each["order_id"], each["standing"]) for each in stuck] == [(order_id, STUCK[kind][2])]
    assert sent(world) == []


def test_a_dry_run_of_a_retry_leaves_it_skipped(world: World) -> None:
    order_id = get_stuck(world, "parked")
    skip(world, order_id)
    world.run_in_process("retry", str(order_id), "--dry-run")
    assert skipped(world) == {order_id: WHY}


def test_the_words_say_what_becomes_of_it(world: World) -> None:
    parked, unsent = get_stuck(world, "parked"), get_stuck(world, "unsent")
    first = world.run_in_process("skip", str(parked), "--reason", WHY)
    second = world.run_in_process("skip", str(unsent), "--reason", WHY)
    assert f"order {parked}, " in first.stdout
    assert "will not be made" in first.stdout
    assert "stays in Billit" in second.stdout


def test_an_order_that_waits_in_the_shop_can_be_skipped(world: World) -> None:
    """Otherwise: a concept that will never be finished cannot be put aside."""
    order_id = sell(world)
    world.emulator.shop.orders[order_id]["invoice_status"] = "concept"
    world.run_in_process("sync")
    assert world.stages() == {order_id: "waiting"}
    assert skip(world, order_id).returncode == 0
    world.emulator.shop.orders[order_id]["invoice_status"] = "final"
    assert_quiet(world)
    assert world.totals() == {}


def test_skipping_again_gives_the_new_reason(world: World) -> None:
    order_id = get_stuck(world, "parked")
    skip(world, order_id, "eerst zo")
    assert skip(world, order_id, "toch zo").returncode == 0
    assert skipped(world) == {order_id: "toch zo"}


def test_an_order_asked_for_by_number_says_that_it_was_skipped(world: World) -> None:
    order_id = get_stuck(world, "parked")
    skip(world, order_id)
    asked = world.run_in_process("sync", "--order", str(order_id), "--json")
    assert (asked.returncode, asked.outcomes) == (0, {order_id: "skipped"})
    [reason] = asked.json["orders"][0]["reasons"]
    assert (reason["code"], WHY in reason["message"]) == ("dismissed", True)
    assert f"ppbillit retry {order_id}" in reason["fix"]


def test_a_skipped_sending_that_somebody_makes_good_is_still_no_business_of_ours(world: World) -> None:
    order_id = get_stuck(world, "unsent")
    skip(world, order_id)
    send_by_hand(world, order_id)
    world.emulator.office.peppol.add(BE)
    with later(days=8):
        world.run_in_process("sync")
    assert (sent(world), calls_to_send(world)) == ([], [])


def test_the_credit_note_of_a_skipped_invoice_is_told(world: World) -> None:
    """Otherwise: it waits for ever for an invoice that nobody makes, without a word."""
    first = get_stuck(world, "parked")
    skip(world, first)
    note = credit(world, first)
    world.run_in_process("sync")
    listed = [each["order_id"] for each in world.run_in_process("status", "--json").json["stuck"]]
    assert note in listed or document_key(note) in world.totals()


def credit_of_what_was_made_by_hand(world: World) -> int:
    """Credit an order that a person skipped, since he had made its invoice himself."""
    first = sell(world)
    enter_document_by_hand(world, world.emulator.shop.orders[first]["invoice_number"])
    world.run_in_process("sync")
    skip(world, first)
    return credit(world, first)


def test_the_credit_note_of_an_invoice_that_was_made_by_hand_is_made_when_asked_for(world: World) -> None:
    """Otherwise: the owner settles the invoice as he is told, and no command ever makes its credit note."""
    note = credit_of_what_was_made_by_hand(world)
    assert world.run_in_process("sync", "--json").reasons(note) == ["original_dismissed"]
    assert world.run_in_process("sync").stdout == ""
    assert world.run_in_process("retry", str(note), "--json").outcomes == {note: "created"}
    assert document_key(note) in world.totals()


def test_retry_of_all_makes_no_credit_note_of_an_invoice_that_a_person_settled(world: World) -> None:
    """Otherwise: something else is retried, and the books hold a credit note of an invoice that never was."""
    note = credit_of_what_was_made_by_hand(world)
    world.run_in_process("sync")
    assert world.run_in_process("retry", "--all", "--json").reasons(note) == ["original_dismissed"]
    assert document_key(note) not in world.totals()


# --- orders that cannot be skipped --------------------------------------------------------------


def created(world: World) -> int:
    return sell(world)


def delivered(world: World) -> int:
    channel(world, "email")
    world.emulator.office.switches.update(delivery_result="Delivered", delivery_seconds=0)
    order_id = sell_net(world)
    world.run_in_process("sync")
    return order_id


def under_way(world: World) -> int:
    channel(world, "email")
    return sell(world)


@pytest.mark.parametrize("make, stage", [(created, "checked"), (delivered, "delivered"), (under_way, "sent")])
def test_what_is_not_stuck_cannot_be_skipped(world: World, make: Callable[[World], int], stage: str) -> None:
    """Otherwise: a wrong number, and a good invoice is not followed any more."""
    order_id = make(world)
    world.run_in_process("sync")
    assert world.stages() == {order_id: stage}
    before = world.state_file.read_bytes()
    result = skip(world, order_id)
    assert result.returncode == result.json["exit_code"] == 2
    assert "not stuck" in result.stderr
    assert world.state_file.read_bytes() == before


@pytest.mark.parametrize("kind", ["creating", "sending"])
def test_what_is_not_known_yet_cannot_be_skipped(world: World, kind: str) -> None:
    """Otherwise: it is set aside as not made, and Billit has it."""
    order_id = get_stuck(world, kind)
    result = skip(world, order_id)
    assert (result.returncode, "ppbillit sync" in result.stderr) == (2, True)
    assert skipped(world) == {}
    assert world.stages() == {order_id: kind}


def test_what_was_not_known_can_be_skipped_once_it_is(world: World) -> None:
    order_id = get_stuck(world, "sending")
    world.emulator.office.switches.update(account_verified=False)
    with later(days=1):
        world.run_in_process("sync")
        assert world.stages() == {order_id: "failed"}
        assert skip(world, order_id).returncode == 0


def test_an_order_that_is_not_on_record_cannot_be_skipped(world: World) -> None:
    order_id = sell(world)
    world.configure(sync={"go_live": world.go_live})
    world.run_in_process("sync", "--dry-run")
    assert skip(world, order_id).returncode == 78  # there is no state file yet
    world.run_in_process("sync")
    result = skip(world, 999999)
    assert (result.returncode, "not on record" in result.stderr) == (2, True)


@pytest.mark.parametrize("why", ["", "  ", "\n\t"])
def test_a_reason_is_needed(world: World, why: str) -> None:
    """Otherwise: a year later nobody knows why there is no invoice."""
    order_id = get_stuck(world, "parked")
    result = world.run_in_process("skip", str(order_id), "--reason", why)
    assert (result.returncode, result.stdout) == (2, "")
    assert skipped(world) == {}


@pytest.mark.parametrize("arguments", [[], ["810001"], ["--reason", "x"], ["x", "--reason", "x"]], ids=str)
def test_a_number_and_a_reason_are_needed(world: World, arguments: list[str]) -> None:
    assert world.run_in_process("skip", *arguments).returncode == 2


def test_a_reason_is_kept_on_one_line(world: World) -> None:
    """Otherwise: a line break or a colour code in it spoils every list it appears in."""
    order_id = get_stuck(world, "parked")
    skip(world, order_id, "met de hand\n\x1b[31mgemaakt\x1b[0m  in Billit ")
    [why] = skipped(world).values()
    assert "\n" not in why
    assert "\x1b" not in why
    assert why.startswith("met de hand")


def test_a_run_at_work_is_not_disturbed(world: World) -> None:
    order_id = get_stuck(world, "parked")
    with FileLock(world.state_file.with_name(f"{world.state_file.name}.lock")):
        result = skip(world, order_id)
    assert result.returncode == result.json["exit_code"] == 75
    assert skipped(world) == {}


def test_without_a_state_file_there_is_nothing_to_skip(world: World) -> None:
    result = skip(world, 810001)
    assert result.returncode == result.json["exit_code"] == 78
    assert not world.state_file.exists()


def test_the_state_file_of_another_company_is_left_alone(world: World) -> None:
    order_id = get_stuck(world, "parked")
    world.configure(billit={"party_id": 574991})
    before = world.state_file.read_bytes()
    result = skip(world, order_id)
    assert result.returncode == result.json["exit_code"] == 78
    assert world.state_file.read_bytes() == before


def test_nobody_is_named(world: World) -> None:
    world.configure(sending=SENDING)
    world.emulator.office.switches.update(account_verified=False)
    order_id = sell(world, buyer=PERSON)
    world.run_in_process("sync")
    edit(world, debtor_of(world, order_id), VATNumber=BE)
    for flags in ([], ["--json"]):
        result = world.run_in_process("skip", str(order_id), "--reason", WHY, *flags)
        assert result.returncode == 0
        for secret in SECRETS:
            assert secret.casefold() not in (result.stdout + result.stderr).casefold()
