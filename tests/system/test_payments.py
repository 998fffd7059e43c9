"""Payments both ways: each status in each direction, and what people do in between."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT, Payment
from system.shops import by_hand, credit, day, sell
from system.tills import (
    KEYS_AND_COMPANY,
    NOTHING,
    asked,
    change,
    document_of,
    first_run_of_a_day,
    moment,
    pay_in_billit,
    pay_some_in_billit,
    sell_open,
    set_status,
    status,
    synced,
    unpay_in_billit,
    writes,
)
from system.world import BRUSSELS, SENDING, World, today

if TYPE_CHECKING:
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase


# --- from Billit to the shop -------------------------------------------------------------------------


def test_an_order_whose_invoice_is_paid_in_billit_is_set_to_paid(world: World) -> None:
    order_id, other = synced(world, sell_open(world), sell_open(world))
    pay_in_billit(world, order_id)
    first = world.here("sync-payments", "--json")
    assert (first.returncode, first.outcomes) == (0, {order_id: "paid"})
    assert first.reasons(order_id) == ["marked_in_plugandpay"]
    assert (status(world, order_id), status(world, other)) == ("paid", "open")
    [patch] = world.emulator.shop.patches
    assert (patch["body"], patch["before"]) == ({"status": "paid", "type": "manual"}, "open")
    again = world.here("sync-payments")
    assert (again.returncode, again.stdout) == (0, "")
    assert writes(world) == (1, 0)


def test_the_date_of_the_bank_the_amount_and_the_source_are_kept(world: World) -> None:
    """Otherwise: nobody can say any more when the money came, since Plug&Pay only knows when it was told."""
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id, on=today() - timedelta(days=2))
    world.here("sync-payments")
    [kept] = world.rows("SELECT source, amount_cents, billit_paid_on FROM payments")
    assert kept == ("billit", 9700, f"{day(2)}T00:00:00")


@pytest.mark.parametrize(
    "payment, code",
    [
        (DIRECT_DEBIT, "payment_processing"),
        (Payment("reversed", "directdebit"), "paid_after_reversal"),
        (Payment("wondrous", "banktransfer"), "payment_status_unknown"),
    ],
)
def test_only_an_open_payment_is_written(world: World, payment: Payment, code: str) -> None:
    """Otherwise: a direct debit is collected for what is paid, or an order charged back counts as paid."""
    (order_id,) = synced(world, sell_open(world, payment=payment))
    pay_in_billit(world, order_id)
    first = world.here("sync-payments", "--json")
    assert first.reasons(order_id) == [code]
    world.emulator.forget_journal()
    assert world.here("sync-payments").stdout == ""  # said once
    assert len(asked(world)) <= KEYS_AND_COMPANY + 4  # and not asked for again in every run
    assert status(world, order_id) == payment.status
    assert writes(world) == NOTHING


def test_a_direct_debit_that_failed_after_all_is_looked_at_again(world: World) -> None:
    """Otherwise: Billit's change was seen while the debit was under way, and nobody comes back to it."""
    (order_id,) = synced(world, sell_open(world, payment=DIRECT_DEBIT))
    pay_in_billit(world, order_id)
    world.here("sync-payments")
    set_status(world, order_id, "open")
    first_run_of_a_day(world)
    assert world.here("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert writes(world) == (1, 0)


def test_a_direct_debit_that_settles_by_itself_needs_no_write(world: World) -> None:
    (order_id,) = synced(world, sell_open(world, payment=DIRECT_DEBIT))
    pay_in_billit(world, order_id)
    world.here("sync-payments")
    world.emulator.shop.mark_paid(order_id)
    assert world.here("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_a_credited_order_is_never_set_to_paid(world: World) -> None:
    """Otherwise: the settlement of an invoice by its credit note gives the customer the course for nothing."""
    (order_id,) = synced(world, sell_open(world))
    credit(world, order_id)
    pay_in_billit(world, order_id)
    assert world.here("sync-payments", "--json").reasons(order_id) == ["payment_credited"]
    assert world.here("sync-payments").stdout == ""
    assert (status(world, order_id), writes(world)) == ("credited", NOTHING)


@pytest.mark.parametrize("credited_status", [True, False])
@pytest.mark.parametrize("has_paid", [True, False])
def test_the_settlement_of_a_credit_note_marks_nothing(
    world: World, *, credited_status: bool, has_paid: bool
) -> None:
    """Otherwise: Billit calls a credited invoice paid, and its credit note too."""
    world.emulator.office.switches.update(credit_settles=True, credited_status=credited_status)
    (order_id,) = synced(world, sell(world) if has_paid else sell_open(world))
    credit_id = credit(world, order_id)
    assert world.here("sync", "--with-payments", "--json").outcomes[credit_id] == "created"
    pay_in_billit(world, credit_id)
    for _ in range(2):
        assert world.here("sync-payments", "--json").outcomes == {}
        first_run_of_a_day(world)
    assert (status(world, order_id), status(world, credit_id)) == ("credited", "credit_invoice")
    assert writes(world) == NOTHING


def test_what_is_paid_in_part_is_said_and_left_alone_until_it_is_all(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_some_in_billit(world, order_id, "40.00")
    first = world.here("sync-payments", "--json")
    assert (first.returncode, first.outcomes, first.reasons(order_id)) == (
        0,
        {order_id: "skipped"},
        ["partly_paid"],
    )
    assert "40.00 of 97.00" in first.stdout
    assert world.here("sync-payments").stdout == ""
    pay_some_in_billit(world, order_id, "10.00")
    assert "50.00 of 97.00" in world.here("sync-payments").stdout
    assert writes(world) == NOTHING
    pay_some_in_billit(world, order_id, "47.00")
    assert world.here("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert writes(world) == (1, 0)


def test_paid_with_something_still_to_pay_is_paid_in_part(world: World) -> None:
    """Otherwise: Billit's flag alone is believed, which comes with any payment."""
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    document_of(world, order_id).to_pay = Decimal("0.01")
    assert world.here("sync-payments", "--json").reasons(order_id) == ["partly_paid"]
    assert writes(world) == NOTHING


def test_an_invoice_of_another_total_is_no_proof_of_payment(world: World) -> None:
    """Otherwise: an invoice that was halved in Billit and paid sets an order to paid in full."""
    (order_id,) = synced(world, sell_open(world))
    document = document_of(world, order_id)
    document.totals = document_of(world, sell_and_sync(world, "50.00")).totals
    pay_in_billit(world, order_id)
    assert world.here("sync-payments", "--json").reasons(order_id) == ["paid_other_total"]
    assert writes(world) == NOTHING


def sell_and_sync(world: World, price: str) -> int:
    order_id = sell_open(world, price)
    world.here("sync")
    return order_id


def test_switched_off_the_shop_is_not_written(world: World) -> None:
    world.configure(payments={"to_plugandpay": False})
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    assert world.here("sync-payments").stdout == ""
    assert (status(world, order_id), writes(world)) == ("open", NOTHING)


# --- from the shop to Billit -------------------------------------------------------------------------


def test_an_invoice_whose_order_is_paid_later_is_marked_with_date_and_method(world: World) -> None:
    order_id, other = synced(world, sell_open(world), sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    first = world.here("sync-payments", "--json")
    assert (first.returncode, first.outcomes) == (0, {order_id: "paid"})
    assert first.reasons(order_id) == ["marked_in_billit"]
    document = document_of(world, order_id)
    assert document.paid
    assert document.paid_date
    assert document.paid_date.date() == world.emulator.clock.now().astimezone(BRUSSELS).date()
    assert document.fields["PaymentMethod"] == "Wired"
    assert not document_of(world, other).paid
    assert world.here("sync-payments").stdout == ""
    assert writes(world) == (0, 1)


def test_a_payment_without_a_moment_is_found_among_what_was_open(world: World) -> None:
    """Otherwise: an order set to paid by hand never shows in the list of what was paid lately."""
    (order_id,) = synced(world, sell_open(world))
    set_status(world, order_id, "paid")
    assert world.here("sync-payments").stdout == ""
    first_run_of_a_day(world)
    assert world.here("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert document_of(world, order_id).paid


def test_a_method_that_billit_does_not_let_be_changed_is_left_out(world: World) -> None:
    world.emulator.office.switches.update(patch_payment_method="reject")
    (order_id,) = synced(world, sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    assert world.here("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert document_of(world, order_id).paid


def test_what_billit_holds_in_part_is_not_overruled_by_the_shop(world: World) -> None:
    """Otherwise: a payment the bookkeeper is still booking is there twice."""
    (order_id,) = synced(world, sell_open(world))
    pay_some_in_billit(world, order_id, "40.00")
    world.emulator.shop.mark_paid(order_id)
    assert world.here("sync-payments", "--json").reasons(order_id) == ["partly_paid_in_billit"]
    assert world.here("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_an_invoice_of_another_total_is_not_marked_and_said_once(world: World) -> None:
    """Otherwise: it is settled with what was paid; or left open in silence, at a request a day."""
    (order_id,) = synced(world, sell_open(world))
    document_of(world, order_id).totals = document_of(world, sell_and_sync(world, "50.00")).totals
    world.emulator.shop.mark_paid(order_id)
    result = world.here("sync-payments", "--json")
    assert (result.outcomes, result.reasons(order_id)) == ({order_id: "skipped"}, ["paid_unlike_invoice"])
    assert "over 50.00 and not 97.00" in result.stdout
    world.emulator.forget_journal()
    first_run_of_a_day(world)
    assert world.here("sync-payments").stdout == ""
    assert not [each for each in asked(world) if each.startswith("GET /v1/orders/")]
    assert world.here("status").returncode == 3
    assert writes(world) == NOTHING


def test_an_invoice_whose_total_was_corrected_is_marked_by_itself(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    right = document_of(world, order_id).totals
    document_of(world, order_id).totals = document_of(world, sell_and_sync(world, "50.00")).totals
    world.emulator.shop.mark_paid(order_id)
    world.here("sync-payments")
    document_of(world, order_id).totals = right
    change(world, order_id, InternalInfo="corrected")
    assert world.here("sync-payments", "--json").outcomes == {order_id: "paid"}


@pytest.mark.parametrize("paid_in_shop", [True, False])
def test_a_cent_that_was_accepted_when_the_invoice_was_made_is_not_waited_for(
    world: World, *, paid_in_shop: bool
) -> None:
    """Otherwise: the customer pays what the shop asked for, and the order stays open for want of a cent."""
    world.configure(invoice={"on_cent_difference": "accept"})
    world.emulator.office.switches.update(gross_group_vat="recomputed")
    (order_id,) = synced(world, sell_open(world))
    pay_some_in_billit(world, order_id, "40.00")
    total = document_of(world, order_id).totals.incl
    assert total != Decimal("97.00")
    assert (
        f"40.00 of {total}" in world.here("sync-payments").stdout
    )  # Billit's total, to which it is compared
    pay_some_in_billit(world, order_id, "57.00")
    if paid_in_shop:
        world.emulator.shop.mark_paid(order_id)
    assert world.here("sync-payments", "--json").outcomes == ({} if paid_in_shop else {order_id: "paid"})
    assert status(world, order_id) == "paid"
    assert world.here("status", "--json").json["payments"] == []


def test_left_to_the_bookkeeper_no_invoice_is_marked_nor_made_as_paid(world: World) -> None:
    world.configure(payments={"to_billit": False})
    order_id, later = sell(world), sell_open(world)
    world.here("sync")
    world.emulator.shop.mark_paid(later)
    assert world.here("sync-payments").stdout == ""
    assert not document_of(world, order_id).paid
    assert not document_of(world, later).paid
    pay_in_billit(world, order_id)
    world.emulator.forget_journal()
    assert world.here("sync-payments").stdout == ""
    assert (
        asked(world).count(f"GET /v2/orders/{order_id}/payment") == 1
    )  # it may have been charged back since
    world.emulator.forget_journal()
    assert world.here("sync-payments").stdout == ""
    assert f"GET /v2/orders/{order_id}/payment" not in asked(world)
    assert writes(world) == NOTHING


# --- by hand, on either side ---------------------------------------------------------------------------


def test_what_is_paid_on_both_sides_by_hand_is_written_nowhere(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.emulator.shop.mark_paid(order_id)
    assert world.here("sync-payments").stdout == ""
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
    assert world.here("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_an_order_credited_between_the_list_and_the_look_is_not_written(world: World) -> None:
    """Otherwise: a credited order is paid, its course is open, and the shop's books are wrong."""
    world.emulator.shop.switches.update(patch_credited="accept")
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    between(world, "/v1/orders", lambda: credit(world, order_id))
    assert world.here("sync-payments", "--json").reasons(order_id) == ["payment_credited"]
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
    refused = world.here("sync-payments", "--json")
    assert (refused.returncode, refused.reasons(order_id)) == (0, [f"payment_{word}"])
    assert world.here("sync-payments").stdout == ""
    assert (status(world, order_id), writes(world)) == (word, NOTHING)


def test_an_invoice_marked_between_the_list_and_the_look_is_not_written(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    pay_in_billit(world, order_id)
    document_of(world, order_id).modified = moment(30)  # the list does not show it yet
    assert world.here("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_what_a_person_turns_back_in_the_shop_is_said_and_not_turned_again(world: World) -> None:
    """Otherwise: the tool and the owner take turns, and the customer gets a mail each time."""
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.here("sync-payments")
    set_status(world, order_id, "open")
    change(world, order_id, InternalInfo="looked at")  # Billit lists it again
    first_run_of_a_day(world)
    assert world.here("sync-payments", "--json").reasons(order_id) == ["payment_undone_in_plugandpay"]
    first_run_of_a_day(world)
    assert world.here("sync-payments").stdout == ""
    assert (status(world, order_id), writes(world)) == ("open", (1, 0))


def test_what_a_person_turns_back_in_billit_is_said_and_not_turned_again(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    world.emulator.shop.mark_paid(order_id)
    world.here("sync-payments")
    unpay_in_billit(world, order_id)
    assert world.here("sync-payments", "--json").reasons(order_id) == ["payment_undone_in_billit"]
    first_run_of_a_day(world)
    assert world.here("sync-payments").stdout == ""
    assert not document_of(world, order_id).paid
    assert writes(world) == (0, 1)


def test_an_order_that_is_set_back_and_paid_in_billit_again_is_not_written_twice(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.here("sync-payments")
    set_status(world, order_id, "open")
    unpay_in_billit(world, order_id)
    first_run_of_a_day(world)
    world.here("sync-payments")
    pay_in_billit(world, order_id)
    first_run_of_a_day(world)
    world.here("sync-payments")
    assert len(world.emulator.shop.patches) == 1


def test_an_invoice_deleted_in_billit_has_no_payment_any_more(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    document_of(world, order_id).deleted = world.emulator.clock.now()
    world.emulator.shop.mark_paid(order_id)
    assert world.here("sync-payments", "--json").outcomes == {order_id: "deleted"}
    assert world.here("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_an_order_that_is_gone_from_the_shop_is_said_once(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    world.emulator.shop.delete(order_id)
    assert world.here("sync-payments", "--json").reasons(order_id) == ["payment_order_gone"]
    first_run_of_a_day(world)
    assert world.here("sync-payments").stdout == ""


# --- whose invoices these are -----------------------------------------------------------------------


def test_what_was_exported_or_taken_over_has_payments_too_and_is_never_sent(world: World) -> None:
    world.configure(sending=SENDING)
    old = sell_open(world, days_ago=20)
    world.here("export-existing", "--since", day(30))
    adopted = sell_open(world, "121.00")
    by_hand(world, world.emulator.shop.orders[adopted]["invoice_number"])
    assert world.here("sync", "--adopt", "--json").outcomes == {adopted: "adopted"}
    [document] = [each for each in world.emulator.office.live if each.external_provider is None]
    document.paid, document.to_pay = True, document.to_pay * 0
    pay_in_billit(world, old)
    world.emulator.office.touch(document)
    assert world.here("sync-payments", "--json").outcomes == {old: "paid", adopted: "paid"}
    assert world.emulator.office.deliveries == []


def test_what_a_rebuilt_state_finds_paid_on_both_sides_is_no_news(world: World) -> None:
    paid, later, unpaid = sell(world), sell_open(world), sell_open(world)
    world.here("sync")
    pay_in_billit(world, later)
    world.here("sync-payments")
    world.lose_state()
    assert world.here("rebuild-state").returncode == 0
    world.emulator.forget_journal()
    assert world.here("sync-payments").stdout == ""
    assert not [each for each in asked(world) if each.endswith("/payment")]
    pay_in_billit(world, unpaid)
    assert world.here("sync-payments", "--json").outcomes == {unpaid: "paid"}
    assert status(world, paid) == "paid"


def test_of_a_state_that_knows_nothing_of_payments_all_is_learned_from_the_lists(world: World) -> None:
    """Otherwise: the first run after an update asks for every invoice there is by itself."""
    order_id, unpaid, *_ = synced(world, sell_open(world), sell_open(world), sell(world), sell(world))
    pay_in_billit(world, order_id)
    world.here("sync-payments")
    world.write("DELETE FROM payments")
    world.write("DELETE FROM meta WHERE name IN ('payments_read', 'payments_looked')")
    world.emulator.forget_journal()
    assert world.here("sync-payments").stdout == ""
    assert not [each for each in asked(world) if each.endswith("/payment")]
    assert status(world, unpaid) == "open"
