"""Which numbers are asked for in the Peppol directory, how often, and what follows from the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator.billit.debtors import merge_by_hand
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT, FIRM_NL
from support.billit_debtors import debtor_of, edit, enter
from support.sending import (
    BE,
    COMPANY,
    NL,
    assert_quiet,
    calls_to_send,
    channel,
    directory_requests,
    later,
    refuse_to_send,
    sent,
    stop_before_sending,
)
from support.shop_orders import credit, sell

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.buyers import Buyer
    from support.world import World

ACTIVE = "TheCustomerIsNotActiveOnPeppol"
TYPE = "TheCustomerDoesNotSupportPeppolForType_0"

# --- the directory ------------------------------------------------------------------------------


@pytest.mark.parametrize("finds_company", [True, False])
def test_a_receiver_is_asked_for_by_vat_number_and_then_by_company_number(
    world: World, *, finds_company: bool
) -> None:
    """Otherwise: a firm that is on Peppol by its company number alone counts as unreachable."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.switches.update(peppol_vat_finds_cbe=finds_company)
    world.emulator.office.peppol.add(COMPANY)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync").returncode == 0
    assert sent(world) == [(order_id, "Peppol")]
    assert directory_requests(world) == ([BE] if finds_company else [BE, COMPANY])


def test_a_debtor_without_vat_number_is_asked_for_by_its_company_number(world: World) -> None:
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add("0402940374")
    association: dict[str, Any] = {
        "name": FIRM_BE_WITHOUT_VAT.company,
        "Email": FIRM_BE_WITHOUT_VAT.email,
        "Identifiers": [{"IdentifierType": "CBE", "Identifier": "0402940374"}],
    }
    party_id = enter(world, **association)
    order_id = sell(world, buyer=FIRM_BE_WITHOUT_VAT)
    world.run_in_process("sync")
    assert debtor_of(world, order_id) == party_id
    assert directory_requests(world) == ["0402940374"]
    assert sent(world) == [(order_id, "Peppol")]


def test_a_foreign_firm_is_asked_for_by_its_vat_number_alone(world: World) -> None:
    world.configure(sending={"businesses": "peppol"})
    order_id = sell(world, buyer=FIRM_NL)
    assert world.run_in_process("sync", "--json").reasons(order_id) == ["not_on_peppol"]
    assert directory_requests(world) == [NL]


def test_a_receiver_of_invoices_may_take_no_credit_notes(world: World) -> None:
    """Otherwise: the credit note bounces, and the customer keeps an invoice that was taken back."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(BE, ("BISv3Invoice",))
    invoice = sell(world, buyer=FIRM_BE)
    note = credit(world, invoice)
    result = world.run_in_process("sync", "--json")
    assert result.outcomes == {invoice: "sent", note: "unsent"}
    [reason] = result.json["orders"][1]["reasons"]
    assert (reason["code"], "credit notes" in reason["message"]) == ("not_on_peppol", True)
    assert sent(world) == [(invoice, "Peppol")]
    assert directory_requests(world) == [BE, COMPANY]  # one answer serves both kinds
    world.emulator.office.peppol.add(BE)
    with later(days=8):
        assert world.run_in_process("sync", "--json").outcomes[note] == "sent"


def test_auto_mails_a_credit_note_that_its_receiver_does_not_take(world: World) -> None:
    channel(world, "auto")
    world.emulator.office.peppol.add(BE, ("BISv3Invoice",))
    invoice = sell(world, buyer=FIRM_BE)
    note = credit(world, invoice)
    assert world.run_in_process("sync").returncode == 0
    assert sent(world) == [(invoice, "Peppol"), (note, "SMTP")]


def test_ten_documents_to_one_receiver_cost_one_question_in_a_week(world: World) -> None:
    """Otherwise: a shop with a thousand orders asks the directory a thousand times."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(BE)
    for _ in range(5):
        sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    assert directory_requests(world) == [BE]
    for _ in range(5):
        sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    assert (directory_requests(world), len(sent(world))) == ([BE], 10)
    with later(days=8):
        world.run_in_process("sync")
        assert directory_requests(world) == [BE]  # nobody is asked about without something to send
        sell(world, buyer=FIRM_BE, days_ago=3)
        world.run_in_process("sync")
        assert directory_requests(world) == [BE, BE]


def test_who_cannot_be_reached_is_told_once_and_asked_for_again_every_week(world: World) -> None:
    """Otherwise: cron mails the same line four times an hour, or the invoice waits for ever."""
    world.configure(sending={"businesses": "peppol"})
    orders = [sell(world, buyer=FIRM_BE) for _ in range(3)]
    first = world.run_in_process("sync", "--json")
    assert (first.returncode, first.json["counts"]["unsent"], first.json["counts"]["stuck"]) == (3, 3, 3)
    assert first.outcomes == dict.fromkeys(orders, "unsent")
    assert first.reasons(orders[0]) == ["not_on_peppol"]
    assert directory_requests(world) == [BE, COMPANY]
    assert_quiet(world)
    with later(days=6, hours=23):
        assert_quiet(world)
        assert directory_requests(world) == [BE, COMPANY]
    with later(days=7, minutes=5):
        assert_quiet(world)  # still not there, which is no news
        assert directory_requests(world) == [BE, COMPANY] * 2
        listed = world.run_in_process("status")
        assert listed.returncode == 3
        assert all(f"order {each}," in listed.stdout for each in orders)
    world.emulator.office.peppol.add(BE)
    with later(days=14, minutes=10):
        joined = world.run_in_process("sync", "--json")
        assert (joined.returncode, joined.outcomes) == (0, dict.fromkeys(orders, "sent"))
        assert directory_requests(world) == [BE, COMPANY] * 2 + [BE]
        assert_quiet(world)
        assert world.run_in_process("status").returncode == 0
    assert sent(world) == [(each, "Peppol") for each in orders]
    assert len(calls_to_send(world)) == 3  # Billit itself was never bothered before


def test_auto_mails_who_cannot_be_reached(world: World) -> None:
    channel(world, "auto")
    order_id = sell(world, buyer=FIRM_BE)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order_id: "sent"})
    assert (sent(world), directory_requests(world)) == ([(order_id, "SMTP")], [BE, COMPANY])


@pytest.mark.parametrize("code", [ACTIVE, TYPE, ACTIVE.lower()])
def test_billit_knows_better_than_the_directory(world: World, code: str) -> None:
    """Otherwise: the same refusal in every run, or an invoice that is given up."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(BE)
    refuse_to_send(world, code)
    first, second = (sell(world, buyer=FIRM_BE) for _ in range(2))
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {first: "unsent", second: "unsent"})
    assert result.reasons(first) == result.reasons(second) == ["not_on_peppol"]
    assert len(calls_to_send(world)) == 1  # the second one is spared it
    assert_quiet(world)
    with later(days=6):
        assert_quiet(world)
    with later(days=8):
        again = world.run_in_process("sync", "--json")
        assert (again.returncode, again.outcomes) == (0, {first: "sent", second: "sent"})
        assert_quiet(world)
    assert sent(world) == [(first, "Peppol"), (second, "Peppol")]


@pytest.mark.parametrize("code", [ACTIVE, TYPE])
def test_auto_mails_at_once_what_billit_refuses_to_send_over_peppol(world: World, code: str) -> None:
    channel(world, "auto")
    world.emulator.office.peppol.add(BE)
    refuse_to_send(world, code)
    first, second = (sell(world, buyer=FIRM_BE) for _ in range(2))
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {first: "sent", second: "sent"})
    assert [body["TransportType"] for body in calls_to_send(world)] == ["Peppol", "SMTP", "SMTP"]
    assert sent(world) == [(first, "SMTP"), (second, "SMTP")]
    assert_quiet(world)


def test_a_refusal_for_credit_notes_leaves_invoices_alone(world: World) -> None:
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(BE)
    invoice = sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    world.emulator.office.peppol.add(BE, ("BISv3Invoice",))
    note = credit(world, invoice)
    assert world.run_in_process("sync", "--json").outcomes == {note: "unsent"}
    other = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync", "--json").outcomes == {other: "sent"}
    assert directory_requests(world) == [BE]


# --- debtors without numbers, and debtors that are gone -----------------------------------------


@pytest.mark.parametrize("buyer", [CONSUMER_BE, FIRM_BE_WITHOUT_VAT], ids=["person", "association"])
def test_a_debtor_without_any_number_waits_until_it_has_one(world: World, buyer: Buyer) -> None:
    """Otherwise: what the message says to do is done, and does not help."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=buyer)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.reasons(order_id)) == (3, ["no_peppol_number"])
    assert (directory_requests(world), calls_to_send(world)) == ([], [])
    assert_quiet(world)
    edit(world, debtor_of(world, order_id), VATNumber=BE)
    assert world.run_in_process("retry", str(order_id), "--json").outcomes == {order_id: "sent"}
    assert sent(world) == [(order_id, "Peppol")]


def test_a_number_that_was_corrected_in_billit_is_the_one_that_is_asked_for(world: World) -> None:
    """Otherwise: the old number is asked for every week, as long as no new order comes in."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(NL)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "unsent"}
    edit(world, debtor_of(world, order_id), VATNumber=NL)
    assert world.run_in_process("retry", str(order_id), "--json").outcomes == {order_id: "sent"}
    assert directory_requests(world) == [BE, COMPANY, NL]


def test_a_debtor_that_was_merged_into_another_is_reached_there(world: World) -> None:
    """Otherwise: the owner clears up doubles, and what was for them is never sent."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=FIRM_BE_WITHOUT_VAT)
    stop_before_sending(world)
    world.run_in_process("sync")
    world.emulator.disarm()
    kept = enter(world, "De Ware Vrienden", VATNumber=BE)
    merge_by_hand(world.emulator.office, debtor_of(world, order_id), kept)
    with later(days=1):
        sell(world, days_ago=1)
        world.run_in_process("sync")
        if not sent(world):
            world.run_in_process("retry", str(order_id))
    assert sent(world) == [(order_id, "Peppol")]


def test_a_document_of_before_debtors_were_noted_is_sent_too(world: World) -> None:
    """Otherwise: what an older ppbillit made and did not send stays where it is for ever."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=FIRM_BE)
    stop_before_sending(world)
    world.run_in_process("sync")
    world.emulator.disarm()
    world.write("UPDATE orders SET party_id = NULL")
    world.write("DELETE FROM debtors")
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    assert directory_requests(world) == [BE]
