"""Charge-backs: found weeks later, reported once, undone in Billit only where the config says so."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT
from support.payments import (
    change,
    first_payment_run_of_a_day,
    pay_in_billit,
    sell_open,
    set_status,
    status,
    synced,
    unpay_in_billit,
    writes,
)
from support.shop_orders import credit, sell
from support.world import document_of, today

if TYPE_CHECKING:
    from support.world import World

REOPEN = {"reopen_reversed": True}
PATCH = r"^/v1/orders/\d+$"


@pytest.fixture(name="paid")
def _paid(world: World) -> int:
    """Return an order that was paid, invoiced as paid, and looked at."""
    order_id = sell(world, days_ago=9)
    world.run_in_process("sync", "--with-payments")
    return order_id


def charged_back(world: World, order_id: int) -> None:
    world.emulator.shop.charge_back(order_id)
    first_payment_run_of_a_day(world)


def test_a_charge_back_is_said_with_what_to_do_and_nothing_is_changed(world: World, paid: int) -> None:
    """Otherwise: the money is gone, and the books call the invoice paid for ever."""
    charged_back(world, paid)
    first = world.run_in_process("sync-payments", "--json")
    assert (first.returncode, first.outcomes) == (3, {paid: "reversed"})
    assert first.reasons(paid) == ["payment_reversed"]
    first_payment_run_of_a_day(world)
    again = world.run_in_process("sync-payments", "--json")
    assert (again.returncode, again.outcomes) == (0, {})
    assert document_of(world, paid).paid
    assert writes(world) == (0, 0)


def test_a_charge_back_that_a_sync_reads_by_the_way_is_said_by_the_next_look_at_payments(
    world: World,
) -> None:
    order_id = sell(world)
    world.run_in_process("sync", "--with-payments")
    world.emulator.shop.charge_back(order_id)
    assert world.run_in_process("sync").stdout == ""
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "reversed"}


def test_where_the_owner_wants_it_the_invoice_is_marked_as_unpaid_again(world: World, paid: int) -> None:
    world.configure(payments=REOPEN)
    charged_back(world, paid)
    first = world.run_in_process("sync-payments", "--json")
    assert (first.returncode, first.outcomes) == (3, {paid: "reversed"})
    assert first.reasons(paid) == ["payment_reopened"]
    document = document_of(world, paid)
    assert (document.paid, document.paid_date, str(document.to_pay)) == (False, None, "97.00")
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert (status(world, paid), writes(world)) == ("reversed", (0, 1))


@pytest.mark.parametrize("reopens", [True, False])
def test_what_is_paid_in_billit_after_a_charge_back_is_neither_undone_nor_written_to_the_shop(
    world: World, paid: int, *, reopens: bool
) -> None:
    """Otherwise: the customer pays by bank at last, and the tool takes it back, or pays an order charged back."""
    world.configure(payments={"reopen_reversed": reopens})
    charged_back(world, paid)
    world.run_in_process("sync-payments")
    unpay_in_billit(world, paid)
    world.run_in_process("sync-payments")
    pay_in_billit(world, paid)
    result = world.run_in_process("sync-payments", "--json")
    assert (result.outcomes, result.reasons(paid)) == ({paid: "skipped"}, ["paid_after_reversal"])
    for _ in range(2):
        first_payment_run_of_a_day(world)
        assert world.run_in_process("sync-payments").stdout == ""
    assert document_of(world, paid).paid
    assert (status(world, paid), world.emulator.shop.patches) == ("reversed", [])


@pytest.mark.parametrize("reopens", [True, False])
def test_an_order_that_is_paid_again_after_a_charge_back_is_paid_on_both_sides(
    world: World, paid: int, *, reopens: bool
) -> None:
    world.configure(payments={"reopen_reversed": reopens})
    charged_back(world, paid)
    world.run_in_process("sync-payments")
    world.emulator.shop.mark_paid(paid)
    assert world.run_in_process("sync-payments", "--json").outcomes == ({paid: "paid"} if reopens else {})
    assert document_of(world, paid).paid
    # And charged back a second time.
    charged_back(world, paid)
    assert world.run_in_process("sync-payments", "--json").outcomes == {paid: "reversed"}
    assert document_of(world, paid).paid is not reopens


def test_a_charge_back_of_what_nobody_saw_paid_is_never_undone(world: World) -> None:
    """Otherwise: what the bookkeeper marked after the charge-back is unmarked by a tool that was not there."""
    order_id = sell_open(world)
    world.run_in_process("sync")
    world.emulator.shop.charge_back(order_id)
    pay_in_billit(world, order_id)
    world.configure(payments=REOPEN)
    result = world.run_in_process("sync-payments", "--json")
    assert (result.outcomes, result.reasons(order_id)) == ({order_id: "reversed"}, ["payment_reversed"])
    assert document_of(world, order_id).paid
    assert writes(world) == (0, 0)


def test_an_invoice_that_a_person_marked_as_unpaid_first_is_no_news(world: World, paid: int) -> None:
    world.configure(payments=REOPEN)
    unpay_in_billit(world, paid)
    charged_back(world, paid)
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == (0, 0)


def test_an_invoice_that_was_credited_meanwhile_is_left_alone(world: World, paid: int) -> None:
    world.configure(payments=REOPEN)
    credit(world, paid)
    world.run_in_process("sync")
    world.emulator.shop.orders[paid]["payment"]["status"] = "reversed"
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == (0, 0)


@pytest.mark.parametrize("side", ["shop", "billit", "deleted"])
def test_what_changed_since_the_list_was_read_is_not_undone(world: World, paid: int, side: str) -> None:
    """Otherwise: the customer pays again while the run is at work, and the invoice is unmarked all the same."""
    world.configure(payments=REOPEN)
    charged_back(world, paid)

    def act(request: object, phase: str) -> None:
        if phase == "after" and getattr(request, "path", "") == "/v1/orders":
            world.emulator.on_request = None
            if side == "shop":
                world.emulator.shop.mark_paid(paid)
            elif side == "billit":
                change(world, paid, Paid=False, PaidDate=None)
            else:
                document_of(world, paid).deleted = world.emulator.clock.now()

    world.emulator.on_request = act
    result = world.run_in_process("sync-payments", "--json")
    assert result.outcomes == ({paid: "deleted"} if side == "deleted" else {})
    assert writes(world) == (0, 0)
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""


def test_a_refused_unmarking_is_said_and_not_repeated(world: World, paid: int) -> None:
    world.configure(payments=REOPEN)
    charged_back(world, paid)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="PATCH", path=PATCH))
    result = world.run_in_process("sync-payments", "--json")
    assert (result.returncode, result.reasons(paid)) == (3, ["payment_reversed", "payment_refused"])
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""


@pytest.mark.parametrize("kind", [FaultKind.CLOSE_AFTER, FaultKind.CLOSE_BEFORE, FaultKind.ERROR_500_AFTER])
def test_an_unmarking_without_an_answer_is_done_once(world: World, paid: int, kind: FaultKind) -> None:
    world.configure(payments=REOPEN)
    charged_back(world, paid)
    world.emulator.arm(Fault(kind, api="billit", method="PATCH", path=PATCH))
    first = world.run_in_process("sync-payments", "--json")
    assert first.outcomes == {paid: "reversed" if "after" in kind else "unknown"}
    time.sleep(0.02)
    second = world.run_in_process("sync-payments", "--json")
    assert second.outcomes == ({} if "after" in kind else {paid: "reversed"})
    assert not document_of(world, paid).paid
    assert writes(world) == (0, 1)


def test_an_unmarking_without_an_answer_that_is_no_longer_wanted_is_dropped(world: World, paid: int) -> None:
    """Otherwise: the order is paid again in the meantime, and its invoice is marked as unpaid."""
    world.configure(payments=REOPEN)
    charged_back(world, paid)
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api="billit", method="PATCH", path=PATCH))
    world.run_in_process("sync-payments")
    world.emulator.shop.mark_paid(paid)
    time.sleep(0.02)
    assert world.run_in_process("sync-payments").stdout == ""
    assert document_of(world, paid).paid
    assert world.rows("SELECT stage, pending FROM payments") == [("paid", None)]


# --- what changes after it was said -------------------------------------------------------------


def codes(world: World) -> dict[int, list[str]]:
    listed = world.run_in_process("status", "--json").json["payments"]
    return {each["order_id"]: [reason["code"] for reason in each["reasons"]] for each in listed}


def test_a_charge_back_stays_listed_when_the_shop_opens_the_order_again(world: World, paid: int) -> None:
    """Otherwise: the shop sends its reminder, and nobody knows any more that the books call it paid."""
    charged_back(world, paid)
    world.run_in_process("sync-payments")
    set_status(world, paid, "open")
    for _ in range(2):
        first_payment_run_of_a_day(world)
        world.run_in_process("sync-payments")
        assert codes(world) == {paid: ["payment_reversed"]}
    assert (status(world, paid), writes(world)) == ("open", (0, 0))


def test_a_charge_back_of_an_invoice_with_another_total_by_now_is_said(world: World, paid: int) -> None:
    document_of(world, paid).totals = document_of(world, sell_and_sync(world)).totals
    change(world, paid, InternalInfo="halved")
    world.run_in_process("sync-payments")
    charged_back(world, paid)
    assert world.run_in_process("sync-payments", "--json").reasons(paid) == ["payment_reversed"]
    assert codes(world) == {paid: ["payment_reversed"]}


def sell_and_sync(world: World) -> int:
    order_id = sell(world, "50.00")
    world.run_in_process("sync")
    return order_id


def test_a_transfer_after_a_debit_that_failed_is_no_payment_that_was_taken_back(world: World) -> None:
    """Otherwise: the customer who has just paid is asked for the money."""
    (order_id,) = synced(world, sell_open(world, payment=DIRECT_DEBIT))
    set_status(world, order_id, "reversed")
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    pay_in_billit(world, order_id)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["paid_after_reversal"]


@pytest.mark.parametrize("reopens", [True, False])
def test_what_was_paid_anew_before_the_charge_back_was_found_is_not_undone(
    world: World, paid: int, *, reopens: bool
) -> None:
    """Otherwise: the bookkeeper saw it first, the customer paid by bank, and the tool takes that back."""
    world.configure(payments={"reopen_reversed": reopens})
    world.emulator.shop.charge_back(paid)
    unpay_in_billit(world, paid)
    pay_in_billit(world, paid, on=today())
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments", "--json").reasons(paid) == ["paid_after_reversal"]
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert document_of(world, paid).paid


def test_a_date_that_the_bookkeeper_corrects_is_still_the_same_payment(world: World, paid: int) -> None:
    """Otherwise: the day of the bank's statement makes another payment of it, and no charge-back is undone."""
    world.configure(payments=REOPEN)
    change(world, paid, PaidDate=f"{today() - timedelta(days=5)}T00:00:00")
    assert world.run_in_process("sync-payments").stdout == ""
    charged_back(world, paid)
    assert world.run_in_process("sync-payments", "--json").reasons(paid) == ["payment_reopened"]


def test_the_shop_is_asked_before_two_words_of_different_age_are_taken_for_an_agreement(world: World) -> None:
    """Otherwise: paid, charged back, paid by bank; and that last payment passes for the one taken back."""
    world.configure(payments={"reopen_reversed": True, "to_billit": False})
    order_id = sell(world, days_ago=9)
    world.run_in_process("sync", "--with-payments")
    world.emulator.shop.charge_back(order_id)
    pay_in_billit(world, order_id)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["paid_after_reversal"]
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert document_of(world, order_id).paid


@pytest.mark.parametrize("verb", ["sync-payments", "retry"])
def test_reopening_that_is_switched_on_later_undoes_what_was_said_before(
    world: World, paid: int, verb: str
) -> None:
    """Otherwise: the line names the switch, and the switch does nothing about that line."""
    charged_back(world, paid)
    world.run_in_process("sync-payments")
    world.configure(payments=REOPEN)
    command = (verb, str(paid)) if verb == "retry" else (verb,)
    assert world.run_in_process(*command, "--json").reasons(paid) == ["payment_reopened"]
    assert not document_of(world, paid).paid


def test_what_is_paid_after_a_charge_back_has_a_date_of_its_own(world: World, paid: int) -> None:
    """Otherwise: the second payment stands in the books with the day of the first."""
    world.configure(payments=REOPEN)
    charged_back(world, paid)
    world.run_in_process("sync-payments")
    set_status(world, paid, "paid")
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments", "--json").outcomes == {paid: "paid"}
    paid_on = document_of(world, paid).paid_date
    assert paid_on
    assert paid_on.date() == today()


def test_an_order_credited_after_a_charge_back_and_paid_in_billit_is_said(world: World, paid: int) -> None:
    """Otherwise: that it was paid once hides that it was not when it was credited."""
    world.configure(payments=REOPEN)
    charged_back(world, paid)
    world.run_in_process("sync-payments")
    set_status(world, paid, "credited")
    first_payment_run_of_a_day(world)
    world.run_in_process("sync-payments")
    pay_in_billit(world, paid)
    assert world.run_in_process("sync-payments", "--json").reasons(paid) == ["payment_credited"]
