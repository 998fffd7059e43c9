"""Credit notes and the invoices they credit, with and without a reference in the shop."""

from __future__ import annotations

import pytest

from ppbillit_emulator import Fault, FaultKind
from support.sending import channel
from support.shop_orders import credit, sell, sell_net, three_documents
from support.world import World, document_key, document_of


def about(world: World, order_id: int) -> str | None:
    """Return the number of the invoice that an order's credit note names."""
    [document] = world.emulator.office.by_external_id(document_key(order_id))
    named = document.fields.get("AboutInvoiceNumber")
    return None if named is None else str(named)


def number(world: World, order_id: int) -> str:
    return str(world.emulator.shop.orders[order_id]["invoice_number"])


@pytest.mark.parametrize("word", ["both", "credit", "absent"])
def test_a_credit_note_names_its_invoice_whether_the_shop_does_or_not(world: World, word: str) -> None:
    """Otherwise: the invoice stays open in the books beside a credit note that nobody can place."""
    world.emulator.shop.switches.update(related_orders=word)
    sold = sell(world)
    credited = credit(world, sold)
    assert world.run_in_process("sync").returncode == 0
    assert about(world, credited) == number(world, sold)


def test_of_two_invoices_that_it_could_credit_a_credit_note_names_neither(world: World) -> None:
    """Otherwise: the wrong one of two equal purchases counts as settled."""
    world.emulator.shop.switches.update(related_orders="absent")
    first, second = sell(world), sell(world)
    credits_made = [credit(world, first), credit(world, second)]
    result = world.run_in_process("sync", "--json")
    assert result.returncode == 0
    for credited in credits_made:
        assert about(world, credited) is None
        assert result.reasons(credited) == ["original_unknown"]


def test_a_credit_of_another_customer_or_amount_is_no_match(world: World) -> None:
    world.emulator.shop.switches.update(related_orders="absent")
    sold = sell(world)
    credited = credit(world, sold)
    world.emulator.shop.orders[credited]["billing"]["contact"]["email"] = "somebody.else@example.org"
    assert world.run_in_process("sync").returncode == 0
    assert about(world, credited) is None


def test_a_credit_note_waits_for_the_invoice_it_was_matched_with(world: World) -> None:
    """Otherwise: the credit is booked in a month in which its invoice does not exist yet."""
    world.emulator.shop.switches.update(related_orders="absent")
    sold = sell(world)
    number_of_sold = world.emulator.shop.orders[sold]["invoice_number"]
    credited = credit(world, sold)
    world.emulator.shop.orders[sold]["invoice_number"] = None
    parked = world.run_in_process("sync", "--json")
    assert parked.reasons(sold) == ["number_missing"]
    assert parked.reasons(credited) == ["original_unsettled"]
    world.emulator.shop.orders[sold]["invoice_number"] = number_of_sold
    assert world.run_in_process("sync").returncode == 0
    assert about(world, credited) == number_of_sold


def test_an_original_that_was_deleted_in_billit_is_left_out(world: World) -> None:
    """Otherwise: Billit refuses the credit note for ever, since what it is about is not there."""
    sold = sell(world)
    assert world.run_in_process("sync").returncode == 0
    [document] = world.emulator.office.by_external_id(document_key(sold))
    document.deleted = world.emulator.clock.now()
    credited = credit(world, sold)
    first = world.run_in_process("sync", "--json")
    assert first.reasons(credited) == ["billit_refused"]
    assert world.stages()[sold] == "deleted"
    assert world.run_in_process("sync").returncode == 0
    assert about(world, credited) is None


# --- renumbered and refused invoices ------------------------------------------------------------


def test_a_credit_for_an_invoice_that_was_renumbered_after_its_sending_finds_it(world: World) -> None:
    """Otherwise: every second run ends with a bug, and sends nothing."""
    channel(world, "email")
    order_id = sell(world)
    world.run_in_process("sync")
    document_of(world, order_id).number = "2026-A1"
    note, other = credit(world, order_id), sell(world)
    codes = [world.run_in_process("sync").returncode for _ in range(3)]
    assert 70 not in codes
    assert world.stages() == {order_id: "sent", note: "sent", other: "sent"}


def test_a_refused_credit_is_on_record_as_refused_before_its_invoice_is_looked_at(world: World) -> None:
    """Otherwise: Billit refused it, and it is said that nobody knows."""
    channel(world, "email")
    order_id = sell(world)
    world.run_in_process("sync")
    document_of(world, order_id).number = "2026-A1"
    note = credit(world, order_id)
    own = rf"/{document_of(world, order_id).order_id}$"
    world.emulator.arm(Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=own, times=None))
    world.run_in_process("sync")
    assert world.stages()[note] == "parked"


# --- refused credit notes -----------------------------------------------------------------------

A_DOCUMENT = r"^/v1/orders/\d+$"


def refuse_the_original(world: World) -> None:
    body = {"errors": [{"Code": "TheAboutInvoiceNumberCouldNotBeFound"}]}
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="billit", method="POST", path="^/v1/orders$", body=body, times=None)
    )


@pytest.mark.parametrize("shown", [True, False])
def test_a_credit_note_refused_for_an_invoice_that_is_there_is_parked_and_not_tried_for_ever(
    world: World, *, shown: bool
) -> None:
    """Otherwise: each run asks Billit again, and gets the same answer."""
    order_id = sell(world)
    assert world.run_in_process("sync").returncode == 0
    note = credit(world, order_id)
    refuse_the_original(world)
    if not shown:
        hidden = Fault(FaultKind.REFUSE, api="billit", method="GET", path=A_DOCUMENT, status=404, times=None)
        world.emulator.arm(hidden)
    first = world.run_in_process("sync", "--json")
    assert first.returncode == 3
    assert first.reasons(note) == ["billit_refused"]
    before = world.writes()
    assert world.run_in_process("sync").stdout == ""
    assert world.writes() == before


def test_a_credit_note_that_names_no_invoice_and_is_refused_for_one_is_parked(world: World) -> None:
    """Otherwise: an answer that makes no sense ends the run."""
    world.emulator.shop.switches.update(related_orders="absent")
    note = credit(world, sell(world))
    second = credit(world, sell(world))  # which of the two equal ones it credits is not known
    refuse_the_original(world)
    result = world.run_in_process("sync", "--json")
    assert result.returncode == 3
    assert result.outcomes[note] == result.outcomes[second] == "parked"


# --- waiting for the invoice --------------------------------------------------------------------


def test_a_credit_note_waits_for_an_invoice_that_is_parked(world: World) -> None:
    """Otherwise: the books hold a credit of an invoice that does not exist."""
    order_id = sell(world)
    note = credit(world, order_id)
    refused = Fault(FaultKind.REFUSE, api="billit", method="POST", path="^/v1/orders$")
    world.emulator.arm(refused)
    first = world.run_in_process("sync", "--json")
    assert first.outcomes == {order_id: "parked", note: "parked"}
    assert first.reasons(note) == ["original_unsettled"]
    assert world.run_in_process("sync").stdout == ""
    assert world.run_in_process("sync", "--order", str(order_id), "--json").outcomes == {order_id: "created"}
    assert world.run_in_process("sync", "--json").outcomes == {note: "created"}


# --- credits of credits -------------------------------------------------------------------------


def test_two_credits_that_name_each_other_do_not_wait_for_ever(world: World) -> None:
    """Otherwise: each takes the other for its invoice, and both are parked."""
    firsts = [sell(world), sell_net(world)]
    both = [credit(world, first) for first in firsts]
    for one, other in (both, reversed(both)):
        world.emulator.shop.orders[one]["related_orders"] = [{"id": other, "invoice_number": "x"}]
    result = world.run_in_process("sync", "--json")
    assert {result.outcomes[each] for each in both} == {"created"}


# --- the reference on the document --------------------------------------------------------------


def test_a_credit_note_names_the_invoice_it_credits(world: World) -> None:
    """Otherwise: the bookkeeper cannot match the two."""
    first, _, credit = three_documents(world)
    world.run_in_process("sync")
    office = world.emulator.office
    [invoice], [note] = (
        office.by_external_id(document_key(first)),
        office.by_external_id(document_key(credit)),
    )
    assert note.fields["AboutInvoiceNumber"] == invoice.number
    assert note.totals.incl == invoice.totals.incl
