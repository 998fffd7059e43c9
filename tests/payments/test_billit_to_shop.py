"""What is paid in Billit becomes paid in the shop, where the proof is sufficient."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT, Payment
from support.payments import (
    KEYS_AND_COMPANY,
    NOTHING,
    first_payment_run_of_a_day,
    pay_in_billit,
    pay_some_in_billit,
    requests_made,
    sell_and_sync,
    sell_open,
    set_status,
    status,
    synced,
    writes,
)
from support.shop_orders import credit, day, sell
from support.world import World, document_of, today


def test_an_order_whose_invoice_is_paid_in_billit_is_set_to_paid(world: World) -> None:
    order_id, other = synced(world, sell_open(world), sell_open(world))
    pay_in_billit(world, order_id)
    first = world.run_in_process("sync-payments", "--json")
    assert (first.returncode, first.outcomes) == (0, {order_id: "paid"})
    assert first.reasons(order_id) == ["marked_in_plugandpay"]
    assert (status(world, order_id), status(world, other)) == ("paid", "open")
    [patch] = world.emulator.shop.patches
    assert (patch["body"], patch["before"]) == ({"status": "paid", "type": "manual"}, "open")
    again = world.run_in_process("sync-payments")
    assert (again.returncode, again.stdout) == (0, "")
    assert writes(world) == (1, 0)


def test_the_date_of_the_bank_the_amount_and_the_source_are_kept(world: World) -> None:
    """Otherwise: nobody can say any more when the money came, since Plug&Pay only knows when it was told."""
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id, on=today() - timedelta(days=2))
    world.run_in_process("sync-payments")
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
    first = world.run_in_process("sync-payments", "--json")
    assert first.reasons(order_id) == [code]
    world.emulator.forget_journal()
    assert world.run_in_process("sync-payments").stdout == ""  # said once
    assert len(requests_made(world)) <= KEYS_AND_COMPANY + 4  # and not asked for again in every run
    assert status(world, order_id) == payment.status
    assert writes(world) == NOTHING


def test_a_direct_debit_that_failed_after_all_is_looked_at_again(world: World) -> None:
    """Otherwise: Billit's change was seen while the debit was under way, and nobody comes back to it."""
    (order_id,) = synced(world, sell_open(world, payment=DIRECT_DEBIT))
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    set_status(world, order_id, "open")
    first_payment_run_of_a_day(world)
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert writes(world) == (1, 0)


def test_a_direct_debit_that_settles_by_itself_needs_no_write(world: World) -> None:
    (order_id,) = synced(world, sell_open(world, payment=DIRECT_DEBIT))
    pay_in_billit(world, order_id)
    world.run_in_process("sync-payments")
    world.emulator.shop.mark_paid(order_id)
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == NOTHING


def test_a_credited_order_is_never_set_to_paid(world: World) -> None:
    """Otherwise: the settlement of an invoice by its credit note gives the customer the course for nothing."""
    (order_id,) = synced(world, sell_open(world))
    credit(world, order_id)
    pay_in_billit(world, order_id)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["payment_credited"]
    assert world.run_in_process("sync-payments").stdout == ""
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
    assert world.run_in_process("sync", "--with-payments", "--json").outcomes[credit_id] == "created"
    pay_in_billit(world, credit_id)
    for _ in range(2):
        assert world.run_in_process("sync-payments", "--json").outcomes == {}
        first_payment_run_of_a_day(world)
    assert (status(world, order_id), status(world, credit_id)) == ("credited", "credit_invoice")
    assert writes(world) == NOTHING


def test_what_is_paid_in_part_is_said_and_left_alone_until_it_is_all(world: World) -> None:
    (order_id,) = synced(world, sell_open(world))
    pay_some_in_billit(world, order_id, "40.00")
    first = world.run_in_process("sync-payments", "--json")
    assert (first.returncode, first.outcomes, first.reasons(order_id)) == (
        0,
        {order_id: "skipped"},
        ["partly_paid"],
    )
    assert "40.00 of 97.00" in first.stdout
    assert world.run_in_process("sync-payments").stdout == ""
    pay_some_in_billit(world, order_id, "10.00")
    assert "50.00 of 97.00" in world.run_in_process("sync-payments").stdout
    assert writes(world) == NOTHING
    pay_some_in_billit(world, order_id, "47.00")
    assert world.run_in_process("sync-payments", "--json").outcomes == {order_id: "paid"}
    assert writes(world) == (1, 0)


def test_paid_with_something_still_to_pay_is_paid_in_part(world: World) -> None:
    """Otherwise: Billit's flag alone is believed, which comes with any payment."""
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    document_of(world, order_id).to_pay = Decimal("0.01")
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["partly_paid"]
    assert writes(world) == NOTHING


def test_an_invoice_of_another_total_is_no_proof_of_payment(world: World) -> None:
    """Otherwise: an invoice that was halved in Billit and paid sets an order to paid in full."""
    (order_id,) = synced(world, sell_open(world))
    document = document_of(world, order_id)
    document.totals = document_of(world, sell_and_sync(world, "50.00")).totals
    pay_in_billit(world, order_id)
    assert world.run_in_process("sync-payments", "--json").reasons(order_id) == ["paid_other_total"]
    assert writes(world) == NOTHING


def test_switched_off_the_shop_is_not_written(world: World) -> None:
    world.configure(payments={"to_plugandpay": False})
    (order_id,) = synced(world, sell_open(world))
    pay_in_billit(world, order_id)
    assert world.run_in_process("sync-payments").stdout == ""
    assert (status(world, order_id), writes(world)) == ("open", NOTHING)
