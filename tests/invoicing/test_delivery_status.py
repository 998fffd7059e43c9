"""What was sent is followed until it is delivered or failed, reported once, with few requests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import FIRM_BE
from support.sending import BE, assert_quiet, channel, later, send_by_hand, sent
from support.shop_orders import noon, sell
from support.stuck_orders import get_stuck, stuck_reasons
from support.world import SENDING, World, document_of

AN_HOUR = 3600


def send_to(world: World, *, result: str = "Delivered", over: str = "email") -> int:
    """Send one invoice, of which Billit will know the end in an hour."""
    channel(world, over)
    world.emulator.office.peppol.add(BE)
    world.emulator.office.switches.update(delivery_result=result, delivery_seconds=AN_HOUR)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    return order_id


def reads(world: World, since: int) -> list[str]:
    """Return the requests about documents that Billit got, from a place in the journal on."""
    return [
        f"{arrival.method} {arrival.path}"
        for arrival in world.emulator.journal[since:]
        if arrival.path.startswith("/v1/orders")
    ]


@pytest.mark.parametrize("over", ["peppol", "email", "letter"])
def test_a_delivery_is_followed_until_it_arrives(world: World, over: str) -> None:
    order_id = send_to(world, over=over)
    assert_quiet(world)  # half an hour is no news
    assert world.stages() == {order_id: "sent"}
    world.emulator.clock.advance(AN_HOUR + 1)
    arrived = world.run_in_process("sync", "--json")
    assert (arrived.returncode, arrived.outcomes) == (0, {order_id: "delivered"})
    assert arrived.json["counts"]["delivered"] == 1
    assert world.stages() == {order_id: "delivered"}
    looked = len(world.emulator.journal)
    assert_quiet(world)
    assert reads(world, looked) == []
    with later(days=3):
        assert_quiet(world)
        assert world.run_in_process("status").returncode == 0
    assert len(sent(world)) == 1


FAILURES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "rule_broken", "BR-S-08"),
    ({"refused_info": "[BR-11]-The Buyer postal address shall contain a country."}, "rule_country", "BR-11"),
    ({"refused_info": "Onbekende bestelling"}, "delivery_failed", "Onbekende bestelling"),
    ({"refused_info": ""}, "delivery_failed", "InvalidInvoice"),
    ({"refused_info": "", "refused_reason": ""}, "delivery_failed", "no reason"),
    ({"error_keeps_sent": False}, "rule_broken", "BR-S-08"),
    ({"delivery_words": "confac"}, "rule_broken", "BR-S-08"),
    ({"nulls": True}, "rule_broken", "BR-S-08"),
]


@pytest.mark.parametrize("switches, code, named", FAILURES, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("over", ["peppol", "email"])
def test_a_failed_delivery_is_told_once_in_words_with_a_fix(
    world: World, over: str, switches: dict[str, Any], code: str, named: str
) -> None:
    """Otherwise: the customer never got the invoice, and nobody knows, or everybody is told every hour."""
    world.emulator.office.switches.update(**switches)
    order_id = send_to(world, result="Error", over=over)
    assert_quiet(world)
    world.emulator.clock.advance(AN_HOUR + 1)
    failed = world.run_in_process("sync", "--json")
    assert (failed.returncode, failed.outcomes) == (3, {order_id: "failed"})
    [reason] = failed.json["orders"][0]["reasons"]
    assert reason["code"] == code
    assert named in reason["message"]
    assert f"ppbillit retry {order_id}" in reason["fix"]
    assert_quiet(world)
    with later(days=3):
        assert_quiet(world)  # not sent again by itself
        assert world.run_in_process("status").returncode == 3
    assert len(sent(world)) == 1


def test_other_words_for_a_delivery_are_understood(world: World) -> None:
    world.emulator.office.switches.update(delivery_words="confac")
    order_id = send_to(world)
    world.emulator.clock.advance(AN_HOUR + 1)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "delivered"}


def test_unknown_words_for_a_delivery_mean_that_it_is_under_way(world: World) -> None:
    """Otherwise: Billit invents a new word, and everything under way counts as failed, or as delivered."""
    world.emulator.office.switches.update(unknown_enums=True)
    order_id = send_to(world, over="peppol")
    for _ in range(2):
        assert_quiet(world)
    assert world.stages() == {order_id: "sent"}
    world.emulator.clock.advance(AN_HOUR + 1)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "delivered"}


def test_what_takes_longer_than_a_day_is_told_once_and_delivered_in_the_end(world: World) -> None:
    """Otherwise: Billit's queue is stuck for a week, and nobody is told."""
    order_id = send_to(world, over="peppol")
    delivery = document_of(world, order_id).delivery
    assert delivery
    delivery.due = None
    with later(hours=23):
        assert_quiet(world)
        assert world.run_in_process("status").returncode == 0
    with later(hours=25):
        slow = world.run_in_process("sync", "--json")
        assert (slow.returncode, slow.outcomes, slow.reasons(order_id)) == (
            3,
            {order_id: "pending"},
            ["delivery_slow"],
        )
        assert slow.json["counts"]["stuck"] == 1
        assert_quiet(world)
        [stuck] = world.run_in_process("status", "--json").json["stuck"]
        assert (stuck["order_id"], stuck["standing"]) == (order_id, "pending")
    with later(days=5):
        assert_quiet(world)
        document = document_of(world, order_id)
        assert document.delivery
        document.delivery.due = world.emulator.clock.now()
        document.delivery.outcome = "Delivered"
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "delivered"}
        assert world.run_in_process("status").returncode == 0
    assert len(sent(world)) == 1


def test_what_was_slow_and_then_failed_is_told_as_failed(world: World) -> None:
    order_id = send_to(world, result="Error", over="peppol")
    world.emulator.clock.advance(-2 * 86400)  # an hour is up in two days
    with later(days=1, hours=1):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "pending"}
    with later(days=3):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "failed"}
        assert_quiet(world)


@pytest.mark.parametrize("over", ["email", "letter"])
def test_what_left_by_mail_counts_as_delivered_after_a_day(world: World, over: str) -> None:
    """Otherwise: nobody acknowledges an e-mail, so every one of them is reported as stuck."""
    order_id = send_to(world, result="never", over=over)
    with later(hours=23):
        assert_quiet(world)
    with later(hours=25):
        arrived = world.run_in_process("sync", "--json")
        assert (arrived.returncode, arrived.outcomes) == (0, {order_id: "delivered"})
        assert_quiet(world)
        assert world.run_in_process("status").returncode == 0


def test_an_email_that_billit_could_not_hand_over_does_not_count_as_delivered(world: World) -> None:
    order_id = send_to(world, result="never")
    document = document_of(world, order_id)
    document.messages[:] = [replace(each, success=False) for each in document.messages]
    with later(hours=25):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "pending"}


def test_an_email_of_before_is_no_proof_for_what_went_over_peppol_after_it(world: World) -> None:
    """Otherwise: the bounced e-mail makes the Peppol sending count as delivered."""
    order_id = send_to(world, result="Error")
    world.emulator.clock.advance(AN_HOUR + 1)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "failed"}
    world.emulator.office.switches.update(delivery_result="never")
    channel(world, "peppol")
    assert world.run_in_process("retry", str(order_id), "--json").outcomes == {order_id: "sent"}
    assert [way for _, way in sent(world)] == ["SMTP", "Peppol"]
    with later(hours=25):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "pending"}


# --- number of requests -------------------------------------------------------------------------


def test_many_pending_documents_cost_a_list_and_each_one_look(world: World) -> None:
    """Otherwise: a hundred invoices under way cost a hundred requests every quarter of an hour."""
    channel(world, "email")
    world.emulator.office.switches.update(delivery_result="never")
    orders = [sell(world) for _ in range(12)]
    looked = len(world.emulator.journal)
    world.run_in_process("sync")
    assert [each for each in reads(world, looked) if "LastModified" in each] == []  # it was sent this second
    looked = len(world.emulator.journal)
    assert_quiet(world)
    assert (
        len(reads(world, looked)) <= len(orders) + 2
    )  # the list, and each once to see that it has not failed
    for _ in range(3):
        looked = len(world.emulator.journal)
        assert_quiet(world)
        assert set(reads(world, looked)) == {"GET /v1/orders"}
        assert len(reads(world, looked)) <= 2
    for order_id in orders[:10]:
        document = document_of(world, order_id)
        assert document.delivery
        document.delivery.due = world.emulator.clock.now()
        document.delivery.outcome = "Delivered"
    looked = len(world.emulator.journal)
    assert world.run_in_process("sync", "--json").outcomes == dict.fromkeys(orders[:10], "delivered")
    assert set(reads(world, looked)) == {"GET /v1/orders"}  # the list alone says so


def test_a_day_of_pending_costs_one_more_look_at_each(world: World) -> None:
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    orders = [sell(world, buyer=FIRM_BE) for _ in range(6)]
    world.run_in_process("sync")
    assert_quiet(world)
    with later(hours=25):
        looked = len(world.emulator.journal)
        assert world.run_in_process("sync", "--json").outcomes == dict.fromkeys(orders, "pending")
        assert len(reads(world, looked)) <= len(orders) + 3  # a list of all that changed, and of all deleted
        looked = len(world.emulator.journal)
        assert_quiet(world)
        assert len(reads(world, looked)) <= 2


def test_nothing_under_way_costs_nothing(world: World) -> None:
    sell(world)
    world.run_in_process("sync")
    looked = len(world.emulator.journal)
    assert_quiet(world)
    assert reads(world, looked) == []


# --- odd deliveries -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "switch", [{"time_zone": "utc"}, {"page_size": 2}, {"summary_external_id": False}], ids=str
)
def test_nothing_unproven_about_lists_hides_a_delivery(world: World, switch: dict[str, object]) -> None:
    world.emulator.office.switches.update(**switch)
    order_id = send_to(world)
    for _ in range(3):
        world.emulator.clock.advance(AN_HOUR / 2)
        world.run_in_process("sync")
    assert world.stages() == {order_id: "delivered"}


@pytest.mark.parametrize("hours", [-6, 6])
def test_a_billit_whose_clock_is_wrong_hides_no_delivery(world: World, hours: int) -> None:
    world.emulator.clock.advance(hours * AN_HOUR)
    order_id = send_to(world)
    world.run_in_process("sync")
    world.emulator.clock.advance(AN_HOUR + 1)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "delivered"}


def test_a_pause_of_weeks_hides_no_delivery(world: World) -> None:
    """Otherwise: the machine was off for a month, and what happened meanwhile is never asked about."""
    order_id = send_to(world)
    other = sell(world, buyer=FIRM_BE)
    world.emulator.office.switches.update(delivery_result="Error")
    world.run_in_process("sync")
    with later(days=30):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "delivered", other: "failed"}


def test_an_outage_while_asking_loses_no_delivery(world: World) -> None:
    order_id = send_to(world)
    world.emulator.clock.advance(AN_HOUR + 1)
    world.emulator.arm(
        Fault(FaultKind.HTML_200_BEFORE, api="billit", method="GET", path="/v1/orders$", times=None)
    )
    assert world.run_in_process("sync").returncode == 69
    world.emulator.disarm()
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "delivered"}


def test_a_failed_delivery_that_somebody_made_good_in_billit_is_followed_to_its_end(world: World) -> None:
    """Otherwise: it was sent again by hand and arrived, and is counted as failed for ever."""
    order_id = send_to(world, result="Error")
    world.emulator.clock.advance(AN_HOUR + 1)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "failed"}
    document = document_of(world, order_id)
    assert document.delivery
    document.delivery = replace(
        document.delivery, ended=None, due=world.emulator.clock.now(), outcome="Delivered"
    )
    with later(days=1):
        world.run_in_process("sync")
        world.run_in_process("sync")
    assert world.stages() == {order_id: "delivered"}
    assert len(sent(world)) == 1


def test_what_somebody_sent_in_billit_is_followed_too(world: World) -> None:
    world.configure(sending=SENDING)
    order_id = sell(world)
    world.emulator.arm(
        Fault(FaultKind.RATE_LIMITED, api="billit", path="/send$", retry_after=3600, times=None)
    )
    assert world.run_in_process("sync").returncode == 75
    world.emulator.disarm()
    send_by_hand(world, order_id)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    with later(days=1, hours=1):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "pending"}


def test_what_was_deleted_while_it_was_under_way_is_told_as_deleted(world: World) -> None:
    """Otherwise: the owner is told to look up a document in Billit that is not there any more."""
    order_id = send_to(world, result="never", over="peppol")
    document_of(world, order_id).deleted = world.emulator.clock.now()
    with later(hours=25):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "deleted"}


# --- slow and recent sendings -------------------------------------------------------------------


def test_a_failure_after_a_slow_one_was_skipped_is_told(world: World) -> None:
    """Otherwise: somebody was patient once, and it did not arrive."""
    order_id = get_stuck(world, "pending")
    world.run_in_process("skip", str(order_id), "--reason", "even geduld")
    delivery = document_of(world, order_id).delivery
    assert delivery
    delivery.due, delivery.outcome = world.emulator.clock.now(), "Error"
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "failed"}
    assert list(stuck_reasons(world)) == [order_id]


def test_what_was_sent_just_now_is_not_asked_after(world: World) -> None:
    """Otherwise: twice the requests, and one stray answer makes "unknown" of "sent"."""
    channel(world, "email")
    world.emulator.office.switches.update(delivery_result="never")
    sell(world)
    world.run_in_process("sync")
    orders = [sell(world) for _ in range(3)]
    looked = len(world.emulator.journal)
    assert world.run_in_process("sync", "--json").outcomes == dict.fromkeys(orders, "sent")
    own = [rf"/v1/orders/{document_of(world, order_id).order_id}" for order_id in orders]
    reads = [each.path for each in world.emulator.journal[looked:] if each.method == "GET"]
    assert [reads.count(path) for path in own] == [1, 1, 1]  # read back once


# --- from accepted to delivered -----------------------------------------------------------------


def test_deliveries_are_followed_until_they_arrive_or_fail(world: World) -> None:
    """Otherwise: "sent" is believed to be "received", and a firm never gets its invoice."""
    world.configure(sending=SENDING)
    switches = world.emulator.office.switches
    switches.update(delivery_result="Delivered", delivery_seconds=60)
    arrives = sell(world)
    assert world.run_in_process("sync", "--json").outcomes == {arrives: "sent"}
    world.emulator.clock.advance(61)
    assert world.run_in_process("sync", "--json").outcomes == {arrives: "delivered"}
    assert world.run_in_process("sync").stdout == ""
    switches.update(delivery_result="Error")
    fails = sell(world, created_at=noon(1))
    world.run_in_process("sync")
    world.emulator.clock.advance(61)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {fails: "failed"})
    assert result.reasons(fails) == ["rule_broken"]  # BR-S-08
    assert world.run_in_process("sync").stdout == ""
    assert len(world.emulator.office.deliveries) == 2
