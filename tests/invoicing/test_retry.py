"""`retry` continues each stuck order from its stage, once; nothing is made or sent twice."""

from __future__ import annotations

from typing import Any

import pytest
from filelock import FileLock

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.billit_debtors import debtor_of, edit
from support.private_people import FIRM, PERSON, SECRETS
from support.sending import (
    BE,
    assert_quiet,
    calls_to_send,
    channel,
    directory_requests,
    later,
    refuse_to_send,
    send_by_hand,
    sent,
)
from support.shop_orders import day, sell, sell_lines
from support.stuck_orders import MENDED, STUCK, get_stuck, join_peppol, name_a_code, take_the_euro_off
from support.world import SENDING, Result, World, document_key, document_of

ALREADY = "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue"


def retry(world: World, *order_ids: int) -> Result:
    return world.run_in_process("retry", *map(str, order_ids), "--json")


# --- mended orders go on ------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["number", "all"])
@pytest.mark.parametrize("kind", MENDED)
def test_what_was_mended_goes_on_from_where_it_stood(world: World, kind: str, way: str) -> None:
    """Otherwise: the message says "run retry", and retry does nothing, or does it twice."""
    order_id = get_stuck(world, kind)
    before = len(sent(world))
    mend, outcome = MENDED[kind]
    mend(world, order_id)
    if kind == "undelivered":
        world.emulator.clock.advance(3600)
    result = world.run_in_process("retry", *([str(order_id)] if way == "number" else ["--all"]), "--json")
    assert (result.returncode, result.outcomes) == (0, {order_id: outcome})
    assert result.json["command"] == "retry"
    assert len(sent(world)) - before == (1 if outcome == "sent" else 0)
    assert list(world.totals()) == [document_key(order_id)]
    assert world.run_in_process("status").returncode == 0
    assert_quiet(world)
    assert world.run_in_process("retry", "--all").stdout == ""
    assert len(sent(world)) - before == (1 if outcome == "sent" else 0)


@pytest.mark.parametrize("kind", ["parked", "held", "unsent", "pending", "backfilled"])
def test_what_was_not_mended_stays_and_is_told_again(world: World, kind: str) -> None:
    """Otherwise: silence, which looks like success."""
    order_id = get_stuck(world, kind)
    before = (world.stages(), sent(world), len(world.emulator.office.live))
    result = retry(world, order_id)
    assert result.returncode == 3
    assert result.outcomes == {order_id: STUCK[kind][2]}
    assert len(result.reasons(order_id)) == 1
    assert (world.stages(), sent(world), len(world.emulator.office.live)) == before
    assert world.run_in_process("status").returncode == 3


def test_a_document_that_is_refused_again_is_told_again(world: World) -> None:
    order_id = get_stuck(world, "refused")
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path="/v1/orders$"))
    result = retry(world, order_id)
    assert (result.returncode, result.reasons(order_id)) == (3, ["billit_refused"])
    assert retry(world, order_id).outcomes == {order_id: "sent"}
    assert len(sent(world)) == 1


def test_a_sending_that_is_refused_again_is_told_again(world: World) -> None:
    order_id = get_stuck(world, "failed")
    refuse_to_send(world, "GenericError", "Nog altijd niet.")
    result = retry(world, order_id)
    assert (result.returncode, result.outcomes) == (3, {order_id: "failed"})
    assert retry(world, order_id).outcomes == {order_id: "sent"}
    assert len(sent(world)) == 1


@pytest.mark.parametrize("kind", ["creating", "sending"])
def test_what_is_not_known_yet_is_looked_up_before_anything_else(world: World, kind: str) -> None:
    """Otherwise: an impatient owner makes the second invoice himself."""
    order_id = get_stuck(world, kind)
    world.configure(sync={"settle_seconds": 3600})
    for _ in range(3):
        result = retry(world, order_id)
        assert set(result.outcomes.values()) <= {"unknown"}
    assert world.stages() == {order_id: kind}
    assert (len(world.emulator.office.live), sent(world)) == (1 if kind == "sending" else 0, [])
    world.configure(sync={"settle_seconds": 0.01})
    with later(days=1):
        for _ in range(3):
            retry(world, order_id)
    assert sent(world) == [(order_id, "SMTP")]
    assert world.totals() == {document_key(order_id): "97.00"}


def test_what_did_arrive_unseen_is_found_by_a_retry(world: World) -> None:
    world.configure(sending=SENDING)
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="/v1/orders$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    world.run_in_process("sync")
    assert world.stages() == {order_id: "creating"}
    world.emulator.office.switches.update(search_lag_seconds=0)
    assert retry(world, order_id).outcomes == {order_id: "sent"}
    assert (len(world.emulator.office.live), len(sent(world))) == (1, 1)


# --- sending again ------------------------------------------------------------------------------


def test_a_failed_delivery_is_sent_again_once_for_each_time_it_is_asked_for(world: World) -> None:
    order_id = get_stuck(world, "undelivered")
    world.emulator.office.switches.update(delivery_result="Error", delivery_seconds=60)
    for times in (2, 3):
        world.emulator.clock.advance(3600)
        assert retry(world, order_id).outcomes == {order_id: "sent"}
        assert retry(world, order_id).json["counts"]["sent"] == 0  # it is under way
        assert len(sent(world)) == times
        world.emulator.clock.advance(3600)
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "failed"}
        assert_quiet(world)
    assert len(sent(world)) == 3


def test_a_delivery_that_failed_only_just_is_not_taken_for_sent_again(world: World) -> None:
    """Otherwise: Billit takes no second sending within minutes, and the first one counts as the second."""
    channel(world, "email")
    world.emulator.office.switches.update(delivery_result="Error", delivery_seconds=0)
    order_id = sell(world)
    world.run_in_process("sync")
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "failed"}
    world.emulator.office.switches.update(delivery_result="never")
    result = retry(world, order_id)
    assert calls_to_send(world)[1:]
    assert len(sent(world)) == 1  # Billit answered ALREADY
    assert (result.returncode, result.outcomes) == (3, {order_id: "failed"})
    assert world.run_in_process("status").returncode == 3
    world.emulator.clock.advance(3600)
    assert retry(world, order_id).outcomes == {order_id: "sent"}
    assert len(sent(world)) == 2


def test_a_failed_delivery_that_arrived_after_all_is_not_sent_again(world: World) -> None:
    order_id = get_stuck(world, "undelivered")
    document = document_of(world, order_id)
    assert document.delivery
    document.delivery.outcome = "Delivered"
    world.emulator.office.touch(document)
    retry(world, order_id)
    with later(hours=25):
        world.run_in_process("sync")
    assert len(sent(world)) == 1
    assert world.stages() == {order_id: "delivered"}


@pytest.mark.parametrize("kind", ["failed", "unsent", "held", "hidden"])
def test_what_somebody_sent_in_billit_meanwhile_is_not_sent_again(world: World, kind: str) -> None:
    """Otherwise: the owner sends it by hand, settles it with retry, and the customer gets it twice."""
    order_id = get_stuck(world, kind)
    if kind == "held":
        take_the_euro_off(world, order_id)
    send_by_hand(world, order_id)
    told = len(calls_to_send(world))
    assert retry(world, order_id).outcomes == {order_id: "sent"}
    assert (sent(world), len(calls_to_send(world))) == ([], told)
    assert world.stages() == {order_id: "sent"}


def test_a_document_that_was_deleted_in_billit_is_told_and_not_made_again(world: World) -> None:
    order_id = get_stuck(world, "failed")
    document_of(world, order_id).deleted = world.emulator.clock.now()
    assert retry(world, order_id).outcomes == {order_id: "deleted"}
    assert retry(world, order_id).json["counts"]["created"] == 0
    assert world.emulator.office.live == []


@pytest.mark.parametrize("name, way", [("auto", "SMTP"), ("email", "SMTP"), ("letter", "Letter")])
def test_an_unsent_document_goes_by_the_channel_of_today(world: World, name: str, way: str) -> None:
    """Otherwise: the message says to set the channel to auto, and that helps only what is yet to come."""
    order_id = get_stuck(world, "unsent")
    channel(world, name)
    world.run_in_process("sync")
    retry(world, order_id)
    assert sent(world) == [(order_id, way)]
    assert_quiet(world)


def test_an_unsent_document_that_is_not_to_be_sent_any_more_is_not_sent(world: World) -> None:
    order_id = get_stuck(world, "unsent")
    channel(world, "none")
    world.emulator.office.peppol.add(BE)
    retry(world, order_id)
    assert (sent(world), calls_to_send(world)) == ([], [])


def test_a_failed_sending_goes_by_the_channel_of_today(world: World) -> None:
    order_id = get_stuck(world, "failed")
    channel(world, "letter")
    assert retry(world, order_id).outcomes == {order_id: "sent"}
    assert sent(world) == [(order_id, "Letter")]


def test_what_was_made_while_sending_was_off_is_not_sent_by_a_retry(world: World) -> None:
    """Otherwise: the owner tries a month without sending, switches it on, and a retry mails the month."""
    order_id = sell(world)
    world.run_in_process("sync")
    world.configure(sending=SENDING)
    retry(world, order_id)
    assert_quiet(world)
    assert sent(world) == []


def test_the_directory_is_asked_anew_and_once_for_each_receiver(world: World) -> None:
    """Otherwise: a retry of a hundred documents asks the same question a hundred times."""
    orders = [get_stuck(world, "unsent") for _ in range(3)]
    assert directory_requests(world) == [BE, BE[2:]]
    assert retry(world, *orders).outcomes == dict.fromkeys(orders, "unsent")
    assert directory_requests(world) == [BE, BE[2:]] * 2


def test_mended_addresses_are_used(world: World) -> None:
    world.configure(sending=SENDING)
    order_id = sell_lines(world, [Line("Cursus", "97.00")], CONSUMER_BE)
    refuse_to_send(world, "TheCustomer_0_DoesNotHaveAValidEmailAddress")
    assert world.run_in_process("sync", "--json").reasons(order_id) == ["send_no_email"]
    edit(world, debtor_of(world, order_id), Email="nieuw@example.be")
    assert retry(world, order_id).outcomes == {order_id: "sent"}
    assert world.emulator.office.deliveries[0].destination == "nieuw@example.be"


# --- backfilled orders --------------------------------------------------------------------------


def test_a_backfilled_order_is_made_and_never_sent(world: World) -> None:
    order_id = get_stuck(world, "backfilled")
    name_a_code(world, order_id)
    assert retry(world, order_id).outcomes == {order_id: "created"}
    assert world.rows("SELECT backfill, channel, stage FROM orders") == [(1, "none", "checked")]
    for _ in range(2):
        assert world.run_in_process("retry", str(order_id)).returncode == 0
        assert_quiet(world)
    with later(days=8):
        assert_quiet(world)
    assert (sent(world), calls_to_send(world)) == ([], [])


def test_an_old_order_that_nobody_exported_is_left_alone(world: World) -> None:
    """Otherwise: `retry` with an old number sends somebody an invoice of last year."""
    world.configure(sending=SENDING)
    old, new = sell(world, days_ago=20), sell(world)
    result = retry(world, old, new)
    assert result.outcomes == {old: "skipped", new: "sent"}
    assert result.reasons(old) == ["before_go_live"]
    assert world.totals() == {document_key(new): "97.00"}
    assert world.run_in_process("export-existing", "--since", day(30), "--json").outcomes == {old: "created"}
    assert [order for order, _ in sent(world)] == [new]


def test_backfilled_and_new_orders_can_be_retried_together(world: World) -> None:
    old, new, unsent = (get_stuck(world, kind) for kind in ("backfilled", "parked", "unsent"))
    name_a_code(world, old)
    join_peppol(world, unsent)
    result = world.run_in_process("retry", "--all", "--json")
    assert (result.returncode, result.outcomes) == (0, {old: "created", new: "sent", unsent: "sent"})
    assert dict(sent(world)) == {new: "SMTP", unsent: "Peppol"}


# --- numbers, flags -----------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["810001", "--all"], ["x"], ["0"], ["-5"]], ids=str)
def test_it_takes_numbers_or_all_and_not_both(world: World, arguments: list[str]) -> None:
    """Otherwise: a forgotten number means everything."""
    get_stuck(world, "refused")
    written = world.writes()
    result = world.run_in_process("retry", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert world.writes() == written


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_number_that_the_shop_does_not_know_is_said_so(world: World, flags: list[str]) -> None:
    order_id = get_stuck(world, "refused")
    result = world.run_in_process("retry", str(order_id), "999999", *flags)
    assert result.returncode == 2
    assert "no order 999999" in result.stderr
    assert "Traceback" not in result.stderr
    if flags:
        assert result.json["exit_code"] == 2


def test_one_order_that_the_shop_has_no_more_does_not_block_all_others(world: World) -> None:
    """Otherwise: `retry --all` is refused for ever because of one deleted order."""
    gone, backfilled, unsent = (get_stuck(world, kind) for kind in ("parked", "backfilled", "unsent"))
    for order_id in (gone, backfilled):
        del world.emulator.shop.orders[order_id]
    join_peppol(world, unsent)
    assert world.run_in_process("retry", "--all", "--json").outcomes[unsent] == "sent"


def test_an_order_that_was_never_seen_is_made(world: World) -> None:
    world.configure(sending=SENDING)
    order_id, other = sell(world), sell(world)
    assert retry(world, order_id).outcomes == {order_id: "sent"}
    assert world.stages() == {order_id: "sent"}
    assert world.run_in_process("sync", "--json").outcomes == {other: "sent"}


def test_only_what_is_asked_for_is_touched(world: World) -> None:
    orders = {kind: get_stuck(world, kind) for kind in ("refused", "failed", "unsent", "sending")}
    join_peppol(world, 0)
    chosen = orders.pop("failed")
    assert retry(world, chosen).outcomes == {chosen: "sent"}
    assert [order for order, _ in sent(world)] == [chosen]
    stages = world.stages()
    assert {kind: stages[order_id] for kind, order_id in orders.items()} == {
        kind: STUCK[kind][1] for kind in orders
    }


def test_all_of_nothing_is_nothing(world: World) -> None:
    """Otherwise: `retry --all` without anything stuck does what only a sync should."""
    world.configure(sending=SENDING)
    sell(world)
    world.run_in_process("sync")
    waiting = sell(world)
    result = world.run_in_process("retry", "--all")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert waiting not in world.stages()
    assert len(sent(world)) == 1


def test_all_takes_everything_that_is_stuck(world: World) -> None:
    kinds = ["refused", "unsent", "failed", "undelivered", "held"]
    orders = {kind: get_stuck(world, kind) for kind in kinds}
    join_peppol(world, 0)
    take_the_euro_off(world, orders["held"])
    world.emulator.clock.advance(3600)
    before = len(sent(world))
    result = world.run_in_process("retry", "--all", "--json")
    assert (result.returncode, result.outcomes) == (0, dict.fromkeys(orders.values(), "sent"))
    assert sorted(order for order, _ in sent(world)[before:]) == sorted(orders.values())
    assert world.run_in_process("status").returncode == 0


@pytest.mark.parametrize("kind", STUCK)
def test_a_dry_run_shows_what_would_happen_and_leaves_everything(world: World, kind: str) -> None:
    order_id = get_stuck(world, kind)
    if kind in MENDED:
        MENDED[kind][0](world, order_id)
    written, left, state = world.writes(), sent(world), world.state_file.read_bytes()
    rehearsed = world.run_in_process("retry", str(order_id), "--dry-run", "--json")
    assert rehearsed.json["dry_run"] is True
    if kind in MENDED:
        assert rehearsed.outcomes == {order_id: MENDED[kind][1]}
    assert (world.writes(), sent(world), world.state_file.read_bytes()) == (written, left, state)


def test_the_brake_holds_for_a_retry_too(world: World) -> None:
    orders = [get_stuck(world, "parked") for _ in range(3)]
    name_a_code(world, 0)
    result = world.run_in_process("retry", "--all", "--max-new", "2")
    assert (result.returncode, world.totals()) == (3, {})
    assert "3 new documents" in result.stderr
    assert world.run_in_process("retry", "--all", "--max-new", "3", "--json").outcomes == dict.fromkeys(
        orders, "sent"
    )


def test_it_waits_for_no_other_run(world: World) -> None:
    order_id = get_stuck(world, "refused")
    with FileLock(world.state_file.with_name(f"{world.state_file.name}.lock")):
        result = world.run_in_process("retry", str(order_id), "--json")
    assert result.returncode == result.json["exit_code"] == 75
    assert "Another run" in result.stderr


def test_an_outage_in_the_middle_loses_nothing(world: World) -> None:
    order_id = get_stuck(world, "failed")
    limit = Fault(FaultKind.RATE_LIMITED, api="billit", path="/send$", retry_after=3600, times=None)
    world.emulator.arm(limit)
    assert world.run_in_process("retry", str(order_id)).returncode == 75
    world.emulator.disarm()
    assert world.stages() == {order_id: "checked"}
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    assert len(sent(world)) == 1


def test_a_retry_is_in_the_list_of_runs(world: World) -> None:
    order_id = get_stuck(world, "failed")
    run_id = retry(world, order_id).json["run_id"]
    [latest, *_] = world.run_in_process("status", "--json").json["runs"]
    assert (latest["run_id"], latest["command"], latest["exit_code"]) == (run_id, "retry", 0)


def test_nobody_is_named(world: World) -> None:
    world.configure(sending={"businesses": "peppol", "consumers": "email"})
    world.emulator.office.switches.update(account_verified=False)
    first, firm = sell(world, buyer=PERSON), sell(world, buyer=FIRM)
    world.run_in_process("sync")
    said: list[Any] = [
        world.run_in_process("retry", *flags) for flags in (["--all"], ["--all", "--json"], [str(first)])
    ]
    assert world.stages() == {first: "failed", firm: "checked"}
    for result in said:
        for secret in (*SECRETS, world.emulator.billit_key):
            assert secret.casefold() not in (result.stdout + result.stderr).casefold()


def test_a_firm_may_be_retried_while_its_receiver_is_unknown(world: World) -> None:
    world.configure(sending=SENDING)
    order_id = sell(world, buyer=FIRM_BE)
    fault = Fault(FaultKind.REFUSE, api="billit", path="participantInformation", status=404, times=None)
    world.emulator.arm(fault)
    assert world.run_in_process("sync", "--json").reasons(order_id) == ["receiver_unknown"]
    assert retry(world, order_id).reasons(order_id) == ["receiver_unknown"]
    world.emulator.disarm()
    join_peppol(world, order_id)
    assert retry(world, order_id).outcomes == {order_id: "sent"}
