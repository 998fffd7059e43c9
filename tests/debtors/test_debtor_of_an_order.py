"""An order's debtor is found by VAT number, e-mail address or our own key, never by similarity."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_NL
from support.billit_debtors import (
    address,
    another_address,
    debtor_of,
    debtor_records,
    edit,
    enter,
    our_debtors,
)
from support.shop_orders import sell, sell_abroad
from support.world import SENDING, World

AN, VAT = CONSUMER_BE.email, str(FIRM_BE.vat_id_number)
OFFICE = FIRM_BE.email

# --- VAT number, e-mail address, key ------------------------------------------------------------


def test_the_vat_number_leads_then_the_e_mail_address_then_our_key(world: World) -> None:
    """Otherwise: a firm's invoice is booked on the person who placed the order, or on nobody."""
    person = enter(world, "Lies Peeters", Email=OFFICE)
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT)
    by_number = sell(world, buyer=FIRM_BE)
    by_address = sell(world, buyer=replace(FIRM_BE, company=None, vat_id_number=None, invoice_email=None))
    nobody_yet = sell(world)
    assert world.run_in_process("sync").returncode == 0
    assert [debtor_of(world, order) for order in (by_number, by_address)] == [firm, person]
    [made] = our_debtors(world)
    assert debtor_of(world, nobody_yet) == made
    edit(world, made, Email="an@elsewhere.example")
    by_key = sell(world)
    assert world.run_in_process("sync").returncode == 0
    assert debtor_of(world, by_key) == made
    assert list(our_debtors(world)) == [made]


@pytest.mark.parametrize(
    "email",
    [AN, "An.Peeters@Example.BE", f" {AN} ", f"other@x.example; {AN.upper()}", f"{AN};other@x.example;"],
)
def test_an_e_mail_address_is_recognised_in_any_letter_case_and_among_others(
    world: World, email: str
) -> None:
    """Otherwise: whoever typed a capital once is two customers for ever."""
    known = enter(world, "A. Peeters", Email=email)
    order = sell(world, buyer=replace(CONSUMER_BE, email="an.PEETERS@example.be"))
    assert world.run_in_process("sync", "--json").outcomes == {order: "created"}
    assert (debtor_of(world, order), list(debtor_records(world))) == (known, [known])


@pytest.mark.parametrize("shows", [True, False])
def test_a_vat_number_that_was_entered_without_its_country_is_recognised(
    world: World, *, shows: bool
) -> None:
    """Otherwise: each firm whose number somebody typed as it stands on the letterhead is there twice."""
    world.emulator.office.switches.update(party_lists_addresses=shows)
    known = enter(world, "Voorbeeld BV", VATNumber=VAT.removeprefix("BE"))
    order = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync").returncode == 0
    assert (debtor_of(world, order), list(debtor_records(world))) == (known, [known])


def test_the_address_for_invoices_is_recognised_too(world: World) -> None:
    known = enter(world, "Voorbeeld", Email=str(FIRM_BE.invoice_email))
    order = sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    assert debtor_of(world, order) == known


@pytest.mark.parametrize("email", ["an.peeters@example.bex", "xan.peeters@example.be", "an.peeters", ""])
def test_likeness_recognises_nobody(world: World, email: str) -> None:
    """Otherwise: father and son of one name and one house are one customer."""
    same = enter(world, "An Peeters", Email=email, Phone="09 111 11 11", Addresses=[address()])
    before = debtor_records(world)[same]
    order = sell(world, buyer=replace(CONSUMER_BE, telephone="09 111 11 11"))
    assert world.run_in_process("sync", "--json").outcomes == {order: "created"}
    assert debtor_of(world, order) != same
    assert debtor_records(world)[same] == before


def test_two_firms_whose_mail_goes_to_one_bookkeeper_stay_two(world: World) -> None:
    """Otherwise: the baker gets the florist's invoices, with the florist's VAT number."""
    florist = replace(FIRM_BE, company="Bloemen BV", vat_id_number="BE0999500569")
    known = enter(world, "Bakkerij BV", VATNumber="BE0999400403", Email=OFFICE)
    orders = [sell(world, buyer=florist), sell(world, buyer=FIRM_BE)]
    assert world.run_in_process("sync").returncode == 0
    assert len({known, *(debtor_of(world, order) for order in orders)}) == 3
    assert {fields["VATNumber"] for fields in our_debtors(world).values()} == {"BE0999500569", VAT}


def test_a_private_order_of_a_firm_s_person_is_linked_to_the_firm_and_sent_as_private(world: World) -> None:
    """Otherwise: the manual says one thing and the tool does another, or the firm is renamed after a person."""
    world.configure(sending=SENDING)
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT, Email=AN)
    before = debtor_records(world)
    order = sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes, result.reasons(order)) == (0, {order: "sent"}, [])
    assert (debtor_of(world, order), debtor_records(world)) == (firm, before)
    assert [sent.transport for sent in world.emulator.office.deliveries] == ["SMTP"]


def test_with_match_email_off_only_the_debtors_of_ppbillit_are_recognised_by_it(world: World) -> None:
    """Otherwise: the owner says that addresses prove nothing, and they are believed all the same."""
    world.configure(customers={"match_email": False})
    foreign = enter(world, "Somebody", Email=AN)
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT)
    before = debtor_records(world)
    first, by_number = sell(world), sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync").returncode == 0
    [made] = our_debtors(world)
    assert (debtor_of(world, first), debtor_of(world, by_number)) == (made, firm)
    # Another key than the first order's, but the same address.
    other = sell(world, buyer=replace(CONSUMER_BE, email="an@work.example", invoice_email=AN))
    assert world.run_in_process("sync").returncode == 0
    assert debtor_of(world, other) == made
    assert (list(our_debtors(world)), {each: debtor_records(world)[each] for each in (foreign, firm)}) == (
        [made],
        before,
    )


def test_debtors_of_another_shop_are_not_ours(world: World) -> None:
    world.configure(customers={"match_email": False})
    theirs = enter(
        world, "An Peeters", Email=AN, ExternalProviderID="plugandpay-4712-debtor-0123456789abcdef"
    )
    order = sell(world)
    world.run_in_process("sync")
    assert debtor_of(world, order) != theirs


# --- several candidates -------------------------------------------------------------------------


def test_of_several_candidates_the_oldest_is_taken_and_it_is_said_once(world: World) -> None:
    """Otherwise: the same customer is on one debtor today and on another tomorrow, or each run complains."""
    oldest, _, _ = (enter(world, f"An {number}", Email=AN, Addresses=[]) for number in range(3))
    first, second = sell(world), sell(world)
    result = world.run_in_process("sync", "--json")
    codes = [result.reasons(order) for order in (first, second)]
    assert codes == [["debtor_ambiguous", "debtor_differs"], []]
    words = world.run_in_process("explain", str(first)).stdout
    assert f"debtor {oldest}" in words
    third = sell(world)
    later = world.run_in_process("sync", "--json")
    assert (later.returncode, later.reasons(third)) == (0, [])
    assert {debtor_of(world, order) for order in (first, second, third)} == {oldest}


def test_several_with_one_vat_number_are_candidates_too(world: World) -> None:
    oldest, _ = (enter(world, "Voorbeeld BV", VATNumber=VAT, Addresses=[another_address(n)]) for n in (1, 2))
    order = sell(world, buyer=FIRM_BE)
    result = world.run_in_process("sync", "--json")
    assert result.reasons(order)[0] == "debtor_ambiguous"
    assert debtor_of(world, order) == oldest


# --- reverse charge -----------------------------------------------------------------------------


def test_a_reverse_charge_on_a_debtor_without_vat_number_is_said(world: World) -> None:
    """Otherwise: an invoice without VAT and without the number that allows it, found by the tax office."""
    known = enter(world, "Leerhuis", Email=FIRM_NL.email)
    order = sell_abroad(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert result.reasons(order) == ["debtor_without_vat_number"]
    assert debtor_of(world, order) == known
    edit(world, known, VATNumber=FIRM_NL.vat_id_number)
    again = sell_abroad(world)
    assert "debtor_without_vat_number" not in world.run_in_process("sync", "--json").reasons(again)
