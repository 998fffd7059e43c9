"""`sync-payments`: its flags, the requests of a quiet run, and payments that could not be checked."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT
from support.payments import (
    KEYS_AND_COMPANY,
    NOTHING,
    first_payment_run_of_a_day,
    moment,
    pay_in_billit,
    requests_made,
    sell_open,
    status,
    synced,
    writes,
)
from support.shop_orders import credit, sell
from support.world import SENDING, document_of

if TYPE_CHECKING:
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase
    from support.world import World

# --- the command --------------------------------------------------------------------------------


def test_a_quiet_run_costs_a_handful_of_requests_however_many_invoices_there_are(world: World) -> None:
    """Otherwise: every quarter of an hour, a request per invoice."""
    synced(world, *[sell(world) for _ in range(12)], *[sell_open(world) for _ in range(4)])
    assert world.run_in_process("sync-payments").stdout == ""
    # Besides the two first ones: what Billit changed lately, what was paid lately, and what of that is hidden.
    assert requests_made(world)[KEYS_AND_COMPANY:] == ["GET /v1/orders"] * 2 + ["GET /v2/orders"] * 2
    world.emulator.forget_journal()
    world.emulator.clock.advance(3 * 86_400)
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert len(requests_made(world)) <= KEYS_AND_COMPANY + 6  # once a day, what is open too


def test_before_there_is_an_invoice_nothing_is_asked(world: World) -> None:
    sell_open(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert "GET /v2/orders" not in requests_made(world)


def test_a_dry_run_says_what_it_would_do_and_does_nothing(world: World) -> None:
    order_id, later = synced(world, sell_open(world), sell_open(world))
    pay_in_billit(world, order_id)
    world.emulator.shop.mark_paid(later)
    before = world.state_file.read_bytes()
    result = world.run_in_process("sync-payments", "--dry-run", "--json")
    assert result.outcomes == {order_id: "paid", later: "paid"}
    assert world.state_file.read_bytes() == before
    assert (status(world, order_id), document_of(world, later).paid) == ("open", False)
    assert writes(world) == NOTHING
    assert "would be paid order" in world.run_in_process("sync-payments", "--dry-run").stdout


def test_one_order_can_be_asked_for(world: World) -> None:
    order_id, other = synced(world, sell_open(world), sell_open(world))
    pay_in_billit(world, order_id)
    pay_in_billit(world, other)
    result = world.run_in_process("sync-payments", "--order", str(order_id), "--json")
    assert result.outcomes == {order_id: "paid"}
    assert world.run_in_process("sync-payments", "--json").outcomes == {other: "paid"}


def test_an_order_that_is_asked_for_is_explained_again(world: World) -> None:
    (order_id,) = synced(world, sell_open(world, payment=DIRECT_DEBIT))
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    for _ in range(2):
        result = world.run_in_process("sync-payments", "--order", str(order_id), "--json")
        assert result.reasons(order_id) == ["payment_processing"]


@pytest.mark.parametrize("kind", ["unknown", "credit note"])
def test_an_order_without_an_invoice_cannot_be_asked_for(world: World, kind: str) -> None:
    (order_id,) = synced(world, sell(world))
    credit_id = credit(world, order_id)
    world.run_in_process("sync")
    result = world.run_in_process(
        "sync-payments", "--order", str(credit_id if kind == "credit note" else 4711)
    )
    assert result.returncode == 2
    assert "has no invoice in Billit" in result.stderr


def test_sync_leaves_payments_alone_unless_told(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    assert world.run_in_process("sync").stdout == ""
    assert writes(world) == NOTHING
    new = sell_open(world)
    both = world.run_in_process("sync", "--with-payments", "--json")
    assert both.outcomes == {order_id: "paid", new: "created"}
    assert (both.json["command"], both.json["counts"]["paid"]) == ("sync", 1)


def test_the_brake_on_new_invoices_does_not_stop_payments(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    sell(world)
    sell(world)
    result = world.run_in_process("sync", "--with-payments", "--max-new", "1", "--json")
    assert (result.returncode, result.outcomes) == (3, {order_id: "paid"})
    assert "max_new_per_run" in json.dumps(result.json["error"])


def test_a_payment_does_not_hide_that_an_invoice_needs_a_person(world: World) -> None:
    """Otherwise: the sending failed, the payment went over, and the run says that all is well."""
    world.configure(sending=SENDING)
    order_id = sell_open(world)
    world.run_in_process("sync", "--max-new", "0")
    world.emulator.office.switches.update(sender_email_validated=False)

    def hook(request: Request, phase: Phase) -> None:
        if phase == "after" and request.path == "/v1/orders/commands/send":
            pay_in_billit(world, order_id)

    world.emulator.on_request = hook
    result = world.run_in_process("sync", "--with-payments", "--json")
    assert (result.returncode, result.outcomes) == (3, {order_id: "failed"})
    assert result.reasons(order_id) == ["send_refused", "marked_in_plugandpay"]
    assert result.json["counts"]["paid"] == 1


def test_only_the_orders_asked_for_are_looked_at_with_their_payments(world: World) -> None:
    order_id, other = synced(world, sell_open(world), sell_open(world))
    pay_in_billit(world, order_id)
    pay_in_billit(world, other)
    new = sell_open(world)
    result = world.run_in_process(
        "sync", "--with-payments", "--order", str(order_id), "--order", str(new), "--json"
    )
    assert result.outcomes == {order_id: "paid", new: "created"}
    assert status(world, other) == "open"


def test_an_order_asked_for_that_gets_no_invoice_leaves_all_payments_alone(world: World) -> None:
    """Otherwise: none of the orders asked for is taken for all there are."""
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.emulator.arm(Fault(FaultKind.RATE_LIMITED, method="PATCH", times=None, retry_after=3600))
    assert (
        world.run_in_process("sync-payments").returncode == 75
    )  # known to be paid in Billit, and not carried over
    world.emulator.disarm()
    test_order = sell(world, mode="test")
    assert world.run_in_process("sync", "--with-payments", "--order", str(test_order)).returncode == 0
    assert (status(world, order_id), writes(world)) == ("open", NOTHING)


# --- payments that could not be checked ---------------------------------------------------------


@pytest.mark.parametrize("zone", ["local", "utc"])
@pytest.mark.parametrize("ours_was, theirs_is", [(0, 0), (30, 0), (0, 30), (0, -2)])
def test_clocks_and_zones_that_disagree_lose_no_payment(
    world: World, zone: str, ours_was: int, theirs_is: int
) -> None:
    """Otherwise: our clock was ahead of theirs for a day, and what happened on that day is never seen."""
    world.emulator.office.switches.update(time_zone=zone)
    world.emulator.shop.switches.update(paid_at_zone=zone)
    order_id, later = synced(world, sell_open(world), sell_open(world))
    last_look = moment(0) + timedelta(hours=ours_was)
    world.write("UPDATE meta SET value = ? WHERE name = 'payments_read'", last_look.isoformat())
    for order in (order_id, later):  # made long ago, by their clock too
        document_of(world, order).created = document_of(world, order).modified = moment(3)
    world.emulator.clock.advance(theirs_is * 3600)
    pay_in_billit(world, order_id)
    world.emulator.shop.mark_paid(later)
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid", later: "paid"}


@pytest.mark.parametrize(
    "billit, shop",
    [
        ({"summary_external_id": False}, {}),
        ({"page_size": 1}, {"max_page_size": 1}),
        ({"page_size": 1, "drift": "touch"}, {}),
        ({"unknown_enums": True}, {"unknown_method": "wero", "unknown_provider": "whop"}),
        ({"unknown_fields": True, "nulls": True}, {"extra_fields": True, "empty_paid_at": True}),
        ({}, {"payment_filters": "ignored"}),
        ({}, {"date_filter": "ignored", "default_hidden": "visible"}),
        ({}, {"known_includes": "sdk", "unknown_include": "refuse"}),
        ({}, {"wrap_single": False, "short_timestamps": True, "amounts": "numbers"}),
        ({"paid_unsent_status": "Paid"}, {}),
    ],
    ids=str,
)
def test_nothing_unproven_changes_which_payments_are_carried_over(
    world: World, billit: dict[str, object], shop: dict[str, object]
) -> None:
    world.emulator.office.switches.update(**billit)
    world.emulator.shop.switches.update(**shop)
    order_id, later, hidden, unpaid = synced(
        world, sell_open(world), sell_open(world), sell_open(world, is_hidden=True), sell_open(world)
    )
    pay_in_billit(world, order_id)
    world.emulator.shop.mark_paid(later)
    world.emulator.shop.mark_paid(hidden)
    result = world.run_in_process("sync-payments", "--json")
    assert result.outcomes == {order_id: "paid", later: "paid", hidden: "paid"}
    assert status(world, unpaid) == "open"
    assert not document_of(world, unpaid).paid
    world.emulator.office.switches.update(drift="none")
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == (1, 2)
