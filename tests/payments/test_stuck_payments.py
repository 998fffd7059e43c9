"""Stuck payments: `status` lists them, runs count them, `retry` and `skip` settle them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT, Payment
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.payments import (
    NOTHING,
    agree,
    first_payment_run_of_a_day,
    one_sided,
    pay_in_billit,
    pay_some_in_billit,
    payment_fault,
    sell_open,
    set_status,
    status,
    synced,
    unpay_in_billit,
    writes,
)
from support.shop_orders import credit, day, sell, sell_lines
from support.world import document_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.payments import Side
    from support.world import Result, World

# --- one of each kind ---------------------------------------------------------------------------


def partly(world: World) -> int:
    (order_id,) = synced(world, sell_open(world))
    pay_some_in_billit(world, order_id, "40.00")
    return order_id


def partly_though_paid(world: World) -> int:
    order_id = partly(world)
    world.emulator.shop.mark_paid(order_id)
    return order_id


def other_total(world: World) -> int:
    order_id, half = synced(world, sell_open(world), sell_open(world, "50.00"))
    document_of(world, order_id).totals = document_of(world, half).totals
    pay_in_billit(world, order_id)
    return order_id


def under_way(world: World) -> int:
    (order_id,) = synced(world, sell_open(world, payment=DIRECT_DEBIT))
    pay_in_billit(world, order_id)
    return order_id


def unheard_of(world: World) -> int:
    (order_id,) = synced(world, sell_open(world, payment=Payment("wondrous", "banktransfer")))
    pay_in_billit(world, order_id)
    return order_id


def credited(world: World) -> int:
    (order_id,) = synced(world, sell_open(world))
    credit(world, order_id)
    pay_in_billit(world, order_id)
    return order_id


def gone(world: World) -> int:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    del world.emulator.shop.orders[order_id]
    return order_id


def turned_back_in_shop(world: World) -> int:
    (order_id,) = synced(world, sell(world))
    set_status(world, order_id, "open")
    first_payment_run_of_a_day(world)
    return order_id


def turned_back_in_billit(world: World) -> int:
    (order_id,) = synced(world, sell(world))
    unpay_in_billit(world, order_id)
    return order_id


def charged_back(world: World) -> int:
    (order_id,) = synced(world, sell(world))
    world.emulator.shop.charge_back(order_id)
    first_payment_run_of_a_day(world)
    return order_id


def refused(world: World, side: Side = "shop") -> int:
    order_id = one_sided(world, side)
    world.emulator.arm(payment_fault(FaultKind.REFUSE, side, times=2))
    return order_id


def lost(world: World, side: Side = "shop") -> int:
    world.configure(sync={"settle_seconds": 3600})
    order_id = one_sided(world, side)
    world.emulator.arm(payment_fault(FaultKind.CLOSE_BEFORE, side))
    return order_id


def unlike(world: World) -> int:
    order_id, half = synced(world, sell_open(world), sell_open(world, "50.00"))
    document_of(world, order_id).totals = document_of(world, half).totals
    world.emulator.shop.mark_paid(order_id)
    return order_id


def forbidden(world: World) -> int:
    order_id = one_sided(world, "shop")
    world.emulator.arm(payment_fault(FaultKind.REFUSE, "shop", status=403))
    return order_id


# What is told, what is said of it, and what either side says.
Kind = tuple["Callable[[World], int]", str, tuple[str, str]]
WAITS: dict[str, Kind] = {
    "partly": (partly, "partly_paid", ("open", "partly")),
    "under way": (under_way, "payment_processing", ("processing", "paid")),
}
KINDS: dict[str, Kind] = {
    "unlike": (unlike, "paid_unlike_invoice", ("paid", "open_differs")),
    "forbidden": (forbidden, "payment_forbidden", ("open", "paid")),
    "partly though paid": (partly_though_paid, "partly_paid_in_billit", ("paid", "partly")),
    "other total": (other_total, "paid_other_total", ("open", "differs")),
    "unheard of": (unheard_of, "payment_status_unknown", ("wondrous", "paid")),
    "credited": (credited, "payment_credited", ("credited", "paid")),
    "gone": (gone, "payment_order_gone", ("gone", "paid")),
    "turned back in the shop": (
        turned_back_in_shop,
        "payment_undone_in_plugandpay",
        ("open", "paid"),
    ),
    "turned back in Billit": (turned_back_in_billit, "payment_undone_in_billit", ("paid", "open")),
    "charged back": (charged_back, "payment_reversed", ("reversed", "paid")),
    "refused by the shop": (refused, "payment_refused", ("open", "paid")),
    "refused by Billit": (lambda world: refused(world, "billit"), "payment_refused", ("paid", "open")),
    "lost by the shop": (lost, "payment_unknown", ("open", "paid")),
    "lost by Billit": (lambda world: lost(world, "billit"), "payment_unknown", ("paid", "open")),
}

ALL = WAITS | KINDS


def get_stuck(world: World, kind: str) -> int:
    """Let a payment get stuck, or have to wait, and a run find it."""
    order_id = ALL[kind][0](world)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == [ALL[kind][1]]
    world.emulator.disarm()
    return order_id


def listed(world: World) -> list[dict[str, Any]]:
    """Return the payments that `status` lists; they alone are stuck here."""
    told = world.run_in_process("status", "--json")
    found: list[dict[str, Any]] = told.json["payments"]
    assert told.json["stuck"] == []
    assert told.returncode == told.json["exit_code"] == (3 if found else 0)
    return found


def codes(world: World) -> dict[int, list[str]]:
    return {each["order_id"]: [reason["code"] for reason in each["reasons"]] for each in listed(world)}


def retried(world: World, *orders: int) -> Result:
    return world.run_in_process("retry", *(map(str, orders) if orders else ["--all"]), "--json")


# --- listed and counted -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_payment_that_is_stuck_is_listed_with_what_to_do(world: World, kind: str) -> None:
    """Otherwise: it is told once, in the mail of a Sunday night, and then never again."""
    order_id = get_stuck(world, kind)
    _, code, sides = KINDS[kind]
    [stuck] = listed(world)
    assert (stuck["order_id"], stuck["in_plugandpay"], stuck["in_billit"]) == (order_id, *sides)
    assert stuck["is_unknown"] is (code == "payment_unknown")
    [reason] = stuck["reasons"]
    assert reason["code"] == code
    said = world.run_in_process("status")
    assert said.returncode == 3
    assert f"order {order_id}, invoice" in said.stdout
    for words in (reason["message"], f"→ {reason['fix']}", "Payments on which both sides do not agree (1)"):
        assert words in said.stdout
    assert "nothing is stuck" not in said.stdout
    assert reason["message"] in world.run_in_process("history", str(order_id)).stdout


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_counted_by_every_run_and_told_by_one(world: World, kind: str) -> None:
    order_id = get_stuck(world, kind)
    for verb in ("sync-payments", "sync"):
        later = world.run_in_process(verb, "--json")
        assert (later.returncode, later.json["counts"]["stuck"]) == (0, 1)
        assert order_id not in later.outcomes


@pytest.mark.parametrize("kind", WAITS)
def test_what_settles_by_itself_is_told_once_and_not_stuck(world: World, kind: str) -> None:
    """Otherwise: the list of what needs a person is full of what does not, and nobody reads it any more."""
    order_id = get_stuck(world, kind)
    assert listed(world) == []
    first_payment_run_of_a_day(world)
    later = world.run_in_process("sync-payments", "--json")
    assert (later.returncode, later.outcomes, later.json["counts"]["stuck"]) == (0, {}, 0)
    assert retried(world).outcomes == {}
    _, code, _ = WAITS[kind]
    assert retried(world, order_id).reasons(order_id) == [code]  # to who asks for it


def test_an_order_that_is_stuck_with_its_payment_is_counted_once(world: World) -> None:
    order_id = get_stuck(world, "partly though paid")
    parked = sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE)
    assert world.run_in_process("sync", "--json").json["counts"]["stuck"] == 2
    world.write("UPDATE orders SET stage = 'held', reasons = '[]' WHERE order_id = ?", order_id)
    assert world.run_in_process("sync-payments", "--json").json["counts"]["stuck"] == 2
    told = world.run_in_process("status", "--json").json
    assert [each["order_id"] for each in told["stuck"]] == [order_id, parked]
    assert [each["order_id"] for each in told["payments"]] == [order_id]


def test_the_bank_s_date_and_who_knew_it_first_are_listed(world: World) -> None:
    (order_id,) = synced(world, sell_open(world, payment=Payment("wondrous", "banktransfer")))
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    [stuck] = listed(world)
    assert stuck["known_first_in"] == "billit"
    assert stuck["billit_paid_on"] == f"{day(1)}T00:00:00"
    assert (stuck["total"], stuck["paid_in_billit"]) == ("97.00", "97.00")


def test_what_is_not_carried_over_yet_is_not_stuck(world: World) -> None:
    """Otherwise: whoever leaves payments to the bookkeeper is told of each that differs, for ever."""
    order_id, later = synced(world, sell_open(world), sell_open(world))
    pay_in_billit(world, order_id)
    world.emulator.shop.mark_paid(later)
    assert world.run_in_process("sync", "--json").json["counts"]["stuck"] == 0
    assert listed(world) == []
    assert retried(world).outcomes == {}
    assert writes(world) == NOTHING


def test_a_run_that_is_cut_off_in_a_write_leaves_it_listed(world: World) -> None:
    """Otherwise: between the kill and the next run nobody knows that something is under way."""
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    world.write("UPDATE payments SET stage = 'open', pending = 'plugandpay', shop_status = 'open'")
    assert codes(world) == {order_id: ["payment_unknown"]}


@pytest.mark.parametrize(
    "kind", ["partly though paid", "unheard of", "turned back in Billit", "charged back"]
)
def test_what_is_put_right_by_hand_leaves_the_list(world: World, kind: str) -> None:
    order_id = get_stuck(world, kind)
    if kind in {"partly though paid", "turned back in Billit"}:
        pay_in_billit(world, order_id)
    elif kind == "unheard of":
        world.emulator.shop.mark_paid(order_id)
    else:
        unpay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    assert listed(world) == []


@pytest.mark.parametrize("word", ["paid", "credited"])
def test_what_was_turned_back_in_the_shop_and_put_right_there_leaves_the_list(
    world: World, word: str
) -> None:
    """Otherwise: the very thing that the line says to do is done, and never seen: it has no moment of payment."""
    order_id = get_stuck(world, "turned back in the shop")
    set_status(world, order_id, word)
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert listed(world) == []


def test_what_the_config_says_no_more_leaves_the_list(world: World) -> None:
    """Otherwise: payments are switched off, and what was said of them before stays stuck for ever."""
    get_stuck(world, "other total")
    world.configure(payments={"to_plugandpay": False})
    assert world.run_in_process("sync-payments").stdout == ""
    assert listed(world) == []


def test_an_invoice_that_is_deleted_takes_its_payment_off_the_list(world: World) -> None:
    order_id = get_stuck(world, "other total")
    with world.emulator.lock:
        document_of(world, order_id).deleted = world.emulator.clock.now()
    assert world.run_in_process("sync-payments").stdout == ""
    assert codes(world) == {order_id: ["paid_other_total"]}
    assert retried(world).outcomes == {order_id: "deleted"}
    assert listed(world) == []


# --- retried ------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["number", "all"])
@pytest.mark.parametrize("side", ["shop", "billit"])
def test_what_was_refused_is_tried_again_when_a_person_asks(world: World, side: Side, by: str) -> None:
    """Otherwise: the cause is mended, and the order stays unpaid, since a refusal is not repeated by itself."""
    order_id = get_stuck(world, f"refused by {'the shop' if side == 'shop' else 'Billit'}")
    result = retried(world, *([order_id] if by == "number" else []))
    assert (result.returncode, result.outcomes) == (0, {order_id: "paid"})
    assert agree(world, order_id)
    assert listed(world) == []
    assert retried(world).outcomes == {}


@pytest.mark.parametrize("side", ["shop", "billit"])
def test_a_lost_write_is_looked_up_and_not_repeated_within_the_settle_delay(world: World, side: Side) -> None:
    order_id = get_stuck(world, f"lost by {'the shop' if side == 'shop' else 'Billit'}")
    early = retried(world, order_id)
    assert (early.returncode, early.outcomes, writes(world)) == (3, {order_id: "unknown"}, NOTHING)
    world.configure(sync={"settle_seconds": 0.01})
    time.sleep(0.02)
    assert retried(world, order_id).outcomes == {order_id: "paid"}
    assert agree(world, order_id)
    assert sum(writes(world)) == 1
    assert listed(world) == []


@pytest.mark.parametrize("kind", ["unlike", "other total", "credited", "charged back"])
def test_what_still_stands_in_the_way_is_said_again_and_nothing_is_written(world: World, kind: str) -> None:
    """Otherwise: a retry takes it off the list, and it is never heard of again."""
    order_id = get_stuck(world, kind)
    _, code, _ = KINDS[kind]
    for orders in ([order_id], []):
        result = retried(world, *orders)
        assert result.outcomes == {order_id: "reversed" if kind == "charged back" else "skipped"}
        assert result.reasons(order_id) == [code]
        assert codes(world) == {order_id: [code]}
    assert writes(world) == NOTHING


def test_a_refused_unmarking_is_tried_again_when_a_person_asks(world: World) -> None:
    """Otherwise: it was agreed on and charged back, and its invoice says paid until somebody sees it."""
    world.configure(payments={"reopen_reversed": True})
    order_id = charged_back(world)
    world.emulator.arm(payment_fault(FaultKind.REFUSE, "billit"))
    world.run_in_process("sync-payments")
    assert codes(world) == {order_id: ["payment_reversed", "payment_refused"]}
    result = retried(world, order_id)
    assert result.reasons(order_id) == ["payment_reopened"]
    assert not document_of(world, order_id).paid
    assert listed(world) == []


def test_a_charge_back_of_what_nobody_saw_paid_is_not_undone_by_a_retry_either(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    world.emulator.shop.charge_back(order_id)
    pay_in_billit(world, order_id)
    world.configure(payments={"reopen_reversed": True})
    world.run_in_process("sync-payments")
    for _ in range(2):
        assert retried(world, order_id).reasons(order_id) == ["payment_reversed"]
    assert document_of(world, order_id).paid
    assert writes(world) == NOTHING


def test_a_retry_of_one_order_leaves_the_payments_of_others_alone(world: World) -> None:
    order_id = get_stuck(world, "refused by the shop")
    other = sell_open(world)
    world.run_in_process("sync")
    pay_in_billit(world, other)
    assert retried(world, order_id).outcomes == {order_id: "paid"}
    assert status(world, other) == "open"


def test_a_dry_retry_writes_nothing(world: World) -> None:
    order_id = get_stuck(world, "refused by the shop")
    before = world.state_file.read_bytes()
    assert world.run_in_process("retry", str(order_id), "--dry-run", "--json").outcomes == {order_id: "paid"}
    assert world.state_file.read_bytes() == before
    assert writes(world) == NOTHING


def test_a_retry_that_a_rate_limit_ends_leaves_it_to_the_next_run(world: World) -> None:
    order_id = get_stuck(world, "refused by the shop")
    world.emulator.arm(Fault(FaultKind.RATE_LIMITED, method="PATCH", times=None, retry_after=3600))
    assert retried(world, order_id).returncode == 75
    world.emulator.disarm()
    assert listed(world) == []
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert writes(world) == (1, 0)


# --- skipped ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith("lost")])
def test_a_payment_that_needs_nothing_more_is_skipped(world: World, kind: str) -> None:
    """Otherwise: what nothing can be done about is stuck for ever, and nobody looks at the list any more."""
    order_id = get_stuck(world, kind)
    skipped = world.run_in_process("skip", str(order_id), "--reason", "met de klant geregeld")
    assert (skipped.returncode, skipped.stderr) == (0, "")
    assert listed(world) == []
    told = world.run_in_process("status", "--json").json["payments_skipped_by_hand"]
    assert [(each["order_id"], each["reason"]) for each in told] == [(order_id, "met de klant geregeld")]
    assert "Payments skipped by hand (1)" in world.run_in_process("status").stdout
    for _ in range(2):
        first_payment_run_of_a_day(world)
        assert world.run_in_process("sync-payments", "--json").json["counts"]["stuck"] == 0
    assert writes(world) == NOTHING


def test_a_skipped_payment_is_taken_up_again_by_a_retry(world: World) -> None:
    order_id = get_stuck(world, "refused by the shop")
    world.run_in_process("skip", str(order_id), "--reason", "later")
    assert retried(world).outcomes == {}
    assert retried(world, order_id).outcomes == {order_id: "paid"}
    assert agree(world, order_id)


@pytest.mark.parametrize("verb", [["sync-payments"], ["sync", "--with-payments"]], ids=" ".join)
def test_a_skipped_payment_stays_so_when_its_order_is_named(world: World, verb: list[str]) -> None:
    """Otherwise: "sync --order", meant for the invoice, undoes what was settled about the payment."""
    order_id = get_stuck(world, "refused by the shop")
    world.run_in_process("skip", str(order_id), "--reason", "met de klant geregeld")
    asked = world.run_in_process(*verb, "--order", str(order_id), "--json")
    assert (asked.returncode, asked.reasons(order_id)) == (0, ["payment_dismissed"])
    assert "met de klant geregeld" in world.run_in_process(*verb, "--order", str(order_id)).stdout
    assert writes(world) == NOTHING
    assert retried(world, order_id).outcomes == {order_id: "paid"}


def test_a_charge_back_after_a_skip_is_said(world: World) -> None:
    """Otherwise: a word about one matter silences the next."""
    order_id = get_stuck(world, "partly")
    world.run_in_process("skip", str(order_id), "--reason", "de rest komt")
    world.emulator.shop.mark_paid(order_id)
    with world.emulator.lock:
        document_of(world, order_id).payments.clear()
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    world.emulator.shop.charge_back(order_id)
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["payment_reversed"]


def test_a_write_of_which_nothing_is_known_cannot_be_skipped(world: World) -> None:
    """Otherwise: it was done after all, and nobody looks any more."""
    order_id = get_stuck(world, "lost by the shop")
    refused = world.run_in_process("skip", str(order_id), "--reason", "laat maar")
    assert refused.returncode == 2
    assert "not known yet whether the payment" in refused.stderr
    assert codes(world) == {order_id: ["payment_unknown"]}


def test_an_order_whose_payment_is_well_cannot_be_skipped(world: World) -> None:
    (order_id,) = synced(world, sell(world))
    refused = world.run_in_process("skip", str(order_id), "--reason", "zomaar")
    assert refused.returncode == 2
    assert "is not stuck" in refused.stderr
