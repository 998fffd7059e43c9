"""A payment that cannot be read, or may not be written, holds up no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.builder import Payment
from support.payments import (
    KEYS_AND_COMPANY,
    first_payment_run_of_a_day,
    pay_in_billit,
    requests_made,
    sell_open,
    status,
    synced,
    writes,
)
from support.sending import later
from support.shop_orders import enter_document_by_hand, sell
from support.world import SENDING, document_of

if TYPE_CHECKING:
    from support.world import World

FORBIDDEN = {"status": 403, "body": {"message": "This action is unauthorized."}}

# How one order's payment may be unreadable, and how the run ends in which that is news.
HIDDEN: dict[str, tuple[dict[str, Any], int]] = {
    "500": ({"kind": FaultKind.ERROR_500_BEFORE}, 69),
    "web page": ({"kind": FaultKind.HTML_200_BEFORE}, 69),
    "422": ({"kind": FaultKind.REFUSE, "status": 422}, 69),
    "403": ({"kind": FaultKind.REFUSE, **FORBIDDEN}, 77),
}
VERBS = {"sync-payments": ("sync-payments",), "sync": ("sync", "--with-payments")}


def hide(world: World, order_id: int, how: str) -> None:
    """Let the shop show one order's payment no more."""
    path = rf"^/v2/orders/{order_id}/payment$"
    world.emulator.arm(Fault(**HIDDEN[how][0], api="plugandpay", method="GET", path=path, times=None))


def forbid(world: World, path: str = r"/payment$") -> None:
    """Let the key set orders to paid no more."""
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="plugandpay", method="PATCH", path=path, times=None, **FORBIDDEN)  # type: ignore[arg-type]
    )


def codes(world: World) -> dict[int, list[str]]:
    listed = world.run_in_process("status", "--json").json["payments"]
    return {each["order_id"]: [reason["code"] for reason in each["reasons"]] for each in listed}


def paid_in_billit(world: World, count: int) -> tuple[int, ...]:
    orders = synced(world, *(sell_open(world) for _ in range(count)))
    for order_id in orders:
        pay_in_billit(world, order_id)
    return orders


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("how", HIDDEN)
def test_one_payment_that_cannot_be_read_ends_one_run_and_then_holds_up_no_other(
    world: World, how: str, verb: str
) -> None:
    """Otherwise: one order that the shop stumbles over, and nobody is paid any more."""
    hidden, good = paid_in_billit(world, 2)
    hide(world, hidden, how)
    first = world.run_in_process(*VERBS[verb], "--json")
    assert (first.returncode, first.reasons(hidden)) == (HIDDEN[how][1], ["payment_not_readable"])
    assert codes(world) == {hidden: ["payment_not_readable"]}
    second = world.run_in_process(*VERBS[verb], "--json")
    assert (second.returncode, second.outcomes) == (0, {good: "paid"})
    for _ in range(2):  # on other days too
        first_payment_run_of_a_day(world)
        assert world.run_in_process(*VERBS[verb]).stdout == ""
    world.emulator.disarm()
    first_payment_run_of_a_day(world)
    assert world.run_in_process(*VERBS[verb], "--json").outcomes == {hidden: "paid"}
    assert codes(world) == {}


def test_several_payments_that_cannot_be_read_do_not_end_as_many_runs(world: World) -> None:
    """Otherwise: ten orders that the shop stumbles over, and nobody is paid for ten runs."""
    *hidden, good = paid_in_billit(world, 5)
    for order_id in hidden:
        hide(world, order_id, "422")
    assert [world.run_in_process("sync-payments").returncode for _ in range(3)] == [69, 69, 0]
    assert status(world, good) == "paid"
    assert list(codes(world)) == hidden


def test_a_clock_that_was_ahead_keeps_no_later_outage_from_ending_a_run(world: World) -> None:
    """Otherwise: the clock was a year ahead for an hour, and for a year a run goes on where it should end."""
    first, second, _ = paid_in_billit(world, 3)
    hide(world, first, "422")
    with later(days=300):
        assert world.run_in_process("sync-payments").returncode == 69
    hide(world, second, "422")
    assert world.run_in_process("sync-payments").returncode == 69


def test_a_payment_that_cannot_be_read_is_asked_for_once_a_day(world: World) -> None:
    [hidden] = paid_in_billit(world, 1)
    hide(world, hidden, "422")
    for _ in range(2):
        world.run_in_process("sync-payments")
    world.emulator.forget_journal()
    assert world.run_in_process("sync-payments").stdout == ""
    assert f"GET /v2/orders/{hidden}/payment" not in requests_made(world)


@pytest.mark.parametrize("by", ["number", "all"])
def test_a_retry_says_again_what_cannot_be_read_and_takes_it_up_once_it_can(world: World, by: str) -> None:
    hidden, good = paid_in_billit(world, 2)
    hide(world, hidden, "500")
    for _ in range(2):
        world.run_in_process("sync-payments")
    retry = ("retry", "--all" if by == "all" else str(hidden), "--json")
    still = world.run_in_process(*retry)
    assert (still.returncode, still.reasons(hidden)) == (3, ["payment_not_readable"])
    assert still.json["counts"]["unknown"] == 1
    world.emulator.disarm()
    assert world.run_in_process(*retry).outcomes == {hidden: "paid"}
    assert (status(world, good), codes(world)) == ("paid", {})


@pytest.mark.parametrize("odd", ["0000-00-00 00:00:00", "soon", "0001-01-01T00:00:00+02:00"])
def test_a_moment_of_payment_that_cannot_be_read_stops_nothing(world: World, odd: str) -> None:
    """Otherwise: it was paid, by a date that means nothing, and everybody else waits for it."""
    strange, good = synced(world, sell_open(world), sell_open(world))
    for order_id in (strange, good):
        world.emulator.shop.mark_paid(order_id)
    with world.emulator.lock:
        world.emulator.shop.orders[strange]["payment"]["paid_at"] = odd
    world.run_in_process("sync-payments")
    first_payment_run_of_a_day(world)
    world.run_in_process("sync-payments")
    assert document_of(world, strange).paid
    assert document_of(world, good).paid
    assert codes(world) == {}


@pytest.mark.parametrize("whose", ["ours", "another's"])
def test_an_odd_document_in_billit_s_list_holds_up_no_payment(world: World, whose: str) -> None:
    """Otherwise: somebody's hand-made invoice that Billit shows in an odd way ends every run."""
    ours, good = synced(world, sell_open(world), sell_open(world))
    other = enter_document_by_hand(world, "HAND-1")
    odd = document_of(world, ours).order_id if whose == "ours" else other
    for order_id in (ours, good):
        world.emulator.shop.mark_paid(order_id)
    with world.emulator.lock:
        [document] = [each for each in world.emulator.office.live if each.order_id == odd]
        document.number = {"odd": 1}  # type: ignore[assignment]
        world.emulator.office.touch(document)
    first = world.run_in_process("sync-payments", "--json")
    assert first.returncode == (69 if whose == "ours" else 0)  # ours is read by itself: that may be an outage
    world.run_in_process("sync-payments")
    assert document_of(world, good).paid
    assert document_of(world, ours).paid is (whose != "ours")


def test_what_was_paid_while_billit_did_not_show_it_is_learned_once_it_does(world: World) -> None:
    """Otherwise: the list of what changed is past it by then, and the order stays unpaid without a word."""
    [order_id] = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    document = document_of(world, order_id)
    paid_on, odd = document.paid_date, "20206-01-05"
    document.paid_date = odd  # type: ignore[assignment]
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["not_readable"]
    [stuck] = world.run_in_process("status", "--json").json["stuck"]
    assert (stuck["order_id"], stuck["standing"]) == (order_id, "unknown")
    assert world.run_in_process("sync-payments").returncode == 0
    with later(days=3):
        assert world.run_in_process("sync-payments").returncode == 0
        document.paid_date = paid_on  # as Billit's support would, which changes nothing else
        first_payment_run_of_a_day(world)
        assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert status(world, order_id) == "paid"


def test_retry_looks_again_at_an_invoice_that_billit_did_not_show_also_where_nothing_is_to_be_sent(
    world: World,
) -> None:
    """Otherwise: "ppbillit does not send it" is the answer, and it stays on the list of what is stuck."""
    [order_id] = paid_in_billit(world, 1)
    document = document_of(world, order_id)
    paid_on, odd = document.paid_date, "20206-01-05"
    document.paid_date = odd  # type: ignore[assignment]
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["not_readable"]
    assert world.run_in_process("retry", str(order_id), "--json").reasons(order_id) == ["not_readable"]
    document.paid_date = paid_on
    assert world.run_in_process("retry", "--all").returncode == 0
    assert world.run_in_process("status", "--json").json["stuck"] == []


def test_an_odd_document_does_not_end_a_run_that_looks_after_what_was_sent(world: World) -> None:
    world.configure(sending=SENDING)
    order_id = sell(world)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    other = enter_document_by_hand(world, "HAND-1")
    with world.emulator.lock:
        [document] = [each for each in world.emulator.office.live if each.order_id == other]
        document.number = {"odd": 1}  # type: ignore[assignment]
    assert world.run_in_process("sync", "--with-payments").returncode == 0


# --- writing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_one_order_that_may_not_be_set_to_paid_is_told_as_that_and_holds_up_no_other(
    world: World, verb: str
) -> None:
    """Otherwise: the run says that the key may not read, and nobody is paid any more."""
    bad, good = paid_in_billit(world, 2)
    forbid(world, rf"^/v2/orders/{bad}/payment$")
    first = world.run_in_process(*VERBS[verb], "--json")
    assert (first.returncode, first.outcomes) == (3, {bad: "failed", good: "paid"})
    assert first.reasons(bad) == ["payment_forbidden"]
    world.emulator.forget_journal()
    assert world.run_in_process(*VERBS[verb]).stdout == ""
    assert f"PATCH /v2/orders/{bad}/payment" not in requests_made(world)
    world.emulator.disarm()
    first_payment_run_of_a_day(world)  # the key may have been given the right since
    assert world.run_in_process(*VERBS[verb], "--json").outcomes == {bad: "paid"}
    assert codes(world) == {}


def test_a_key_that_may_set_no_order_to_paid_tries_three_and_ends_the_run(world: World) -> None:
    """Otherwise: hundreds of requests that are all refused, and hundreds of orders to look after."""
    orders = paid_in_billit(world, 5)
    forbid(world)
    tried = [f"PATCH /v2/orders/{order_id}/payment" for order_id in orders[:3]]
    for _ in range(2):
        world.emulator.forget_journal()
        ended = world.run_in_process("sync-payments")
        assert ended.returncode == 77
        assert "does not let it set orders to paid" in ended.stderr
        assert [
            each for each in requests_made(world) if each.startswith("PATCH")
        ] == tried  # and no other three
    world.emulator.disarm()
    assert world.run_in_process("sync-payments", "--json").outcomes == dict.fromkeys(orders, "paid")
    assert codes(world) == {}


def test_orders_that_may_not_be_set_to_paid_here_and_there_are_no_fault_of_the_key(world: World) -> None:
    orders = paid_in_billit(world, 6)
    forbid(world, rf"^/v2/orders/({'|'.join(map(str, orders[::2]))})/payment$")
    result = world.run_in_process("sync-payments", "--json")
    assert result.returncode == 3
    assert [result.outcomes[each] for each in orders] == ["failed", "paid"] * 3


# --- asking -------------------------------------------------------------------------------------


def test_a_wrong_number_among_those_asked_for_changes_nothing(world: World) -> None:
    """Otherwise: it says that nothing was changed, and what was stuck is taken off the list."""
    [order_id] = paid_in_billit(world, 1)
    forbid(world)
    world.run_in_process("sync-payments")
    before = world.rows("SELECT * FROM payments")
    result = world.run_in_process("sync-payments", "--order", str(order_id), "--order", "999")
    assert result.returncode == 2
    assert "Order 999 has no invoice" in result.stderr
    assert world.rows("SELECT * FROM payments") == before


def test_what_is_stuck_costs_one_request_a_day_each(world: World) -> None:
    orders = synced(world, *(sell_open(world, payment=Payment("wondrous", "banktransfer")) for _ in range(4)))
    sell(world)
    for order_id in orders:
        pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    first_payment_run_of_a_day(world)
    world.emulator.forget_journal()
    assert world.run_in_process("sync-payments").stdout == ""
    requests = requests_made(world)
    assert sorted(each for each in requests if each.endswith("/payment")) == [
        f"GET /v2/orders/{order_id}/payment" for order_id in orders
    ]
    assert len(requests) <= KEYS_AND_COMPANY + 6 + len(orders)
    assert writes(world) == (0, 0)
