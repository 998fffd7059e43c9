"""Payments that a person changed on either side are respected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.payments import (
    NOTHING,
    change,
    first_payment_run_of_a_day,
    moment,
    pay_in_billit,
    requests_made,
    sell_open,
    set_status,
    status,
    synced,
    unpay_in_billit,
    writes,
)
from support.shop_orders import credit, day, enter_document_by_hand, sell
from support.world import SENDING, World, document_of

if TYPE_CHECKING:
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase


def test_what_is_paid_on_both_sides_by_hand_is_written_nowhere(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.emulator.shop.mark_paid(order_id)
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def between(world: World, path: str, act: object) -> None:
    """Do something right after a request has been answered."""

    def hook(request: Request, phase: Phase) -> None:
        if phase == "after" and request.method == "GET" and request.path.startswith(path):
            world.emulator.on_request = None
            assert callable(act)
            act()

    world.emulator.on_request = hook


def test_an_order_set_to_paid_between_the_list_and_the_look_is_not_written(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    between(world, "/v1/orders", lambda: world.emulator.shop.mark_paid(order_id))
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_an_order_credited_between_the_list_and_the_look_is_not_written(world: World) -> None:
    """Otherwise: a credited order is paid, its course is open, and the shop's books are wrong."""
    world.emulator.shop.switches.update(patch_credited="accept")
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    between(world, "/v1/orders", lambda: credit(world, order_id))
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["payment_credited"]
    assert (status(world, order_id), writes(world)) == ("credited", NOTHING)


@pytest.mark.parametrize("word", ["credited", "processing"])
def test_an_order_that_changed_between_the_look_and_the_write_is_refused_and_understood(
    world: World, word: str
) -> None:
    """Otherwise: the refusal is blamed on the order, and a person sent looking for a fault."""
    world.emulator.shop.switches.update(patch_processing="refuse")
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    act = (
        (lambda: credit(world, order_id)) if word == "credited" else lambda: set_status(world, order_id, word)
    )
    between(world, f"/v2/orders/{order_id}/payment", act)
    refused = world.run_in_process("sync-payments", "--json")
    assert (refused.returncode, refused.reasons(order_id)) == (0, [f"payment_{word}"])
    assert world.run_in_process("sync-payments").stdout == ""
    assert (status(world, order_id), writes(world)) == (word, NOTHING)


def test_an_invoice_marked_between_the_list_and_the_look_is_not_written(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    pay_in_billit(world, order_id)
    document_of(world, order_id).modified = moment(30)  # the list does not show it yet
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_what_a_person_turns_back_in_the_shop_is_said_and_not_turned_again(world: World) -> None:
    """Otherwise: the tool and the owner take turns, and the customer gets a mail each time."""
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    set_status(world, order_id, "open")
    change(world, order_id, InternalInfo="looked at")  # Billit lists it again
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == [
        "payment_undone_in_plugandpay"
    ]
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert (status(world, order_id), writes(world)) == ("open", (1, 0))


def test_what_a_person_turns_back_in_billit_is_said_and_not_turned_again(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    world.run_in_process("sync-payments")
    unpay_in_billit(world, order_id)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["payment_undone_in_billit"]
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""
    assert not document_of(world, order_id).paid
    assert writes(world) == (0, 1)


def test_an_order_that_is_set_back_and_paid_in_billit_again_is_not_written_twice(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    set_status(world, order_id, "open")
    unpay_in_billit(world, order_id)
    first_payment_run_of_a_day(world)
    world.run_in_process("sync-payments")
    pay_in_billit(world, order_id)
    first_payment_run_of_a_day(world)
    world.run_in_process("sync-payments")
    assert len(world.emulator.shop.patches) == 1


def test_an_invoice_deleted_in_billit_has_no_payment_any_more(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    document_of(world, order_id).deleted = world.emulator.clock.now()
    world.emulator.shop.mark_paid(order_id)
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "deleted"}
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_an_order_that_is_gone_from_the_shop_is_said_once(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.emulator.shop.delete(order_id)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["payment_order_gone"]
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments").stdout == ""


def test_what_was_exported_or_taken_over_has_payments_too_and_is_never_sent(world: World) -> None:
    world.configure(sending=SENDING)
    old = sell_open(world, days_ago=20)
    world.run_in_process("export-existing", "--since", day(30))
    adopted = sell_open(world, "121.00")
    enter_document_by_hand(world, world.emulator.shop.orders[adopted]["invoice_number"])
    assert world.run_in_process("sync", "--adopt", "--json").outcomes == {adopted: "adopted"}
    [document] = [each for each in world.emulator.office.live if each.external_provider is None]
    document.paid, document.to_pay = True, document.to_pay * 0
    pay_in_billit(world, old)
    world.emulator.office.touch(document)
    assert world.run_in_process("sync-payments", "--json").outcomes == {old: "paid", adopted: "paid"}
    assert world.emulator.office.deliveries == []


def test_what_a_rebuilt_state_finds_paid_on_both_sides_is_no_news(world: World) -> None:
    paid, later, unpaid = sell(world), sell_open(world), sell_open(world)
    world.run_in_process("sync")
    pay_in_billit(world, later)
    world.run_in_process("sync-payments")
    world.lose_state()
    assert world.run_in_process("rebuild-state").returncode == 0
    world.emulator.forget_journal()
    assert world.run_in_process("sync-payments").stdout == ""
    assert not [each for each in requests_made(world) if each.endswith("/payment")]
    pay_in_billit(world, unpaid)
    assert world.run_in_process("sync-payments", "--json").outcomes == {unpaid: "paid"}
    assert status(world, paid) == "paid"


def test_of_a_state_that_knows_nothing_of_payments_all_is_learned_from_the_lists(world: World) -> None:
    """Otherwise: the first run after an update asks for every invoice there is by itself."""
    order_id, unpaid, *_ = synced(world, sell_open(world), sell_open(world), sell(world), sell(world))
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    world.write("DELETE FROM payments")
    world.write("DELETE FROM meta WHERE name IN ('payments_read', 'payments_looked')")
    world.emulator.forget_journal()
    assert world.run_in_process("sync-payments").stdout == ""
    assert not [each for each in requests_made(world) if each.endswith("/payment")]
    assert status(world, unpaid) == "open"
