"""On whom an order is booked: the default debtor, the VAT number, the e-mail address, our key; never likeness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT, FIRM_NL
from system.parties import address, cards, debtor_of, edit, elsewhere, enter, ours
from system.shops import sell, sell_abroad, sell_net
from system.world import SENDING, World

AN, VAT = CONSUMER_BE.email, str(FIRM_BE.vat_id_number)
OFFICE = FIRM_BE.email


# --- the default debtor ------------------------------------------------------------------------------


def test_all_orders_are_booked_on_the_default_debtor_and_not_sent(world: World) -> None:
    """Otherwise: the till in Billit's books gets a thousand customers, or invoices go to the till."""
    world.configure(customers={"default_debtor": "WEBSHOP"}, sending=SENDING)
    known = enter(world, "An Peeters", Email=AN), enter(world, "Webshop", Nr=" WEBSHOP ")
    before = cards(world)
    orders = [sell(world), sell_net(world)]
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, dict.fromkeys(orders, "created"))
    assert [debtor_of(world, order) for order in orders] == [known[1], known[1]]
    assert [result.reasons(order) for order in orders] == [["default_debtor_unsent"]] * 2
    assert (cards(world), world.emulator.office.deliveries) == (before, [])
    assert world.here("sync").stdout == ""
    assert world.here("status").returncode == 0


def test_only_consumers_are_booked_on_the_default_debtor_where_the_config_says_so(world: World) -> None:
    """Otherwise: a firm does not get the e-invoice it has a right to."""
    customers = {"default_debtor": "WEBSHOP", "default_debtor_for": "consumers"}
    world.configure(customers=customers, sending=SENDING)
    shop = enter(world, "Webshop", Nr="WEBSHOP")
    consumer, firm, club = sell(world), sell_net(world), sell(world, buyer=FIRM_BE_WITHOUT_VAT)
    result = world.here("sync", "--json")
    assert result.outcomes == {consumer: "created", firm: "sent", club: "unsent"}  # no number to reach it by
    assert debtor_of(world, consumer) == shop
    assert shop not in {debtor_of(world, order) for order in (firm, club)}
    assert len(ours(world)) == 2


def test_nothing_is_said_of_sending_where_nothing_would_be_sent(world: World) -> None:
    world.configure(
        customers={"default_debtor": "WEBSHOP"}, sending={"businesses": "none", "consumers": "none"}
    )
    enter(world, "Webshop", Nr="WEBSHOP")
    order = sell(world)
    assert world.here("sync", "--json").reasons(order) == []


def test_a_document_on_the_default_debtor_is_not_sent_later_either(world: World) -> None:
    """Otherwise: the key is taken out of the config, and a month of invoices goes to the till."""
    world.configure(customers={"default_debtor": "WEBSHOP"}, sending=SENDING)
    enter(world, "Webshop", Nr="WEBSHOP", Email="shop@x.example")
    orders = [sell(world), sell_net(world)]
    world.here("sync")
    world.configure(customers={"default_debtor": ""})
    assert world.here("sync").stdout == ""
    world.here("retry", *map(str, orders))
    assert world.emulator.office.deliveries == []


def test_a_default_debtor_that_is_not_there_parks_orders_until_it_is(world: World) -> None:
    """Otherwise: a typing error in the config, and each customer gets a debtor of their own after all."""
    world.configure(customers={"default_debtor": "WEBSHOP"})
    shop = enter(world, "Webshop", Nr="WEBSHOP2")
    order = sell(world)
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {order: "parked"})
    [said] = result.json["orders"][0]["reasons"]
    assert (said["code"], "WEBSHOP" in said["message"]) == ("default_debtor_missing", True)
    assert world.here("sync").stdout == ""
    assert (world.totals(), list(cards(world))) == ({}, [shop])
    edit(world, shop, Nr="WEBSHOP")
    assert world.here("sync", "--json").outcomes == {order: "created"}
    assert debtor_of(world, order) == shop


def test_of_two_default_debtors_the_oldest_is_taken_and_it_is_said_once(world: World) -> None:
    world.configure(customers={"default_debtor": "WEBSHOP"})
    oldest, _ = enter(world, "Webshop", Nr="WEBSHOP"), enter(world, "Webshop 2", Nr="WEBSHOP")
    first, second = sell(world), sell(world)
    result = world.here("sync", "--json")
    assert (result.reasons(first), result.reasons(second)) == (["debtor_ambiguous"], [])
    assert debtor_of(world, first) == debtor_of(world, second) == oldest
    third = sell(world)
    assert world.here("sync", "--json").reasons(third) == []


# --- VAT number, e-mail address, key -----------------------------------------------------------------


def test_the_vat_number_leads_then_the_e_mail_address_then_our_key(world: World) -> None:
    """Otherwise: a firm's invoice is booked on the person who placed the order, or on nobody."""
    person = enter(world, "Lies Peeters", Email=OFFICE)
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT)
    by_number = sell(world, buyer=FIRM_BE)
    by_address = sell(world, buyer=replace(FIRM_BE, company=None, vat_id_number=None, invoice_email=None))
    nobody_yet = sell(world)
    assert world.here("sync").returncode == 0
    assert [debtor_of(world, order) for order in (by_number, by_address)] == [firm, person]
    [made] = ours(world)
    assert debtor_of(world, nobody_yet) == made
    edit(world, made, Email="an@elsewhere.example")
    by_key = sell(world)
    assert world.here("sync").returncode == 0
    assert debtor_of(world, by_key) == made
    assert list(ours(world)) == [made]


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
    assert world.here("sync", "--json").outcomes == {order: "created"}
    assert (debtor_of(world, order), list(cards(world))) == (known, [known])


@pytest.mark.parametrize("shows", [True, False])
def test_a_vat_number_that_was_entered_without_its_country_is_recognised(
    world: World, *, shows: bool
) -> None:
    """Otherwise: each firm whose number somebody typed as it stands on the letterhead is there twice."""
    world.emulator.office.switches.update(party_lists_addresses=shows)
    known = enter(world, "Voorbeeld BV", VATNumber=VAT.removeprefix("BE"))
    order = sell(world, buyer=FIRM_BE)
    assert world.here("sync").returncode == 0
    assert (debtor_of(world, order), list(cards(world))) == (known, [known])


def test_the_address_for_invoices_is_recognised_too(world: World) -> None:
    known = enter(world, "Voorbeeld", Email=str(FIRM_BE.invoice_email))
    order = sell(world, buyer=FIRM_BE)
    world.here("sync")
    assert debtor_of(world, order) == known


@pytest.mark.parametrize("email", ["an.peeters@example.bex", "xan.peeters@example.be", "an.peeters", ""])
def test_likeness_recognises_nobody(world: World, email: str) -> None:
    """Otherwise: father and son of one name and one house are one customer."""
    same = enter(world, "An Peeters", Email=email, Phone="09 111 11 11", Addresses=[address()])
    before = cards(world)[same]
    order = sell(world, buyer=replace(CONSUMER_BE, telephone="09 111 11 11"))
    assert world.here("sync", "--json").outcomes == {order: "created"}
    assert debtor_of(world, order) != same
    assert cards(world)[same] == before


def test_two_firms_whose_mail_goes_to_one_bookkeeper_stay_two(world: World) -> None:
    """Otherwise: the baker gets the florist's invoices, with the florist's VAT number."""
    florist = replace(FIRM_BE, company="Bloemen BV", vat_id_number="BE0999500569")
    known = enter(world, "Bakkerij BV", VATNumber="BE0999400403", Email=OFFICE)
    orders = [sell(world, buyer=florist), sell(world, buyer=FIRM_BE)]
    assert world.here("sync").returncode == 0
    assert len({known, *(debtor_of(world, order) for order in orders)}) == 3
    assert {fields["VATNumber"] for fields in ours(world).values()} == {"BE0999500569", VAT}


def test_a_private_order_of_a_firm_s_person_is_linked_to_the_firm_and_sent_as_private(world: World) -> None:
    """Otherwise: the manual says one thing and the tool does another, or the firm is renamed after a person."""
    world.configure(sending=SENDING)
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT, Email=AN)
    before = cards(world)
    order = sell(world)
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes, result.reasons(order)) == (0, {order: "sent"}, [])
    assert (debtor_of(world, order), cards(world)) == (firm, before)
    assert [sent.transport for sent in world.emulator.office.deliveries] == ["SMTP"]


def test_with_match_email_off_only_the_debtors_of_ppbillit_are_recognised_by_it(world: World) -> None:
    """Otherwise: the owner says that addresses prove nothing, and they are believed all the same."""
    world.configure(customers={"match_email": False})
    foreign = enter(world, "Somebody", Email=AN)
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT)
    before = cards(world)
    first, by_number = sell(world), sell(world, buyer=FIRM_BE)
    assert world.here("sync").returncode == 0
    [made] = ours(world)
    assert (debtor_of(world, first), debtor_of(world, by_number)) == (made, firm)
    # Another key than the first order's, but the same address.
    other = sell(world, buyer=replace(CONSUMER_BE, email="an@work.example", invoice_email=AN))
    assert world.here("sync").returncode == 0
    assert debtor_of(world, other) == made
    assert (list(ours(world)), {each: cards(world)[each] for each in (foreign, firm)}) == ([made], before)


def test_debtors_of_another_shop_are_not_ours(world: World) -> None:
    world.configure(customers={"match_email": False})
    theirs = enter(
        world, "An Peeters", Email=AN, ExternalProviderID="plugandpay-4712-debtor-0123456789abcdef"
    )
    order = sell(world)
    world.here("sync")
    assert debtor_of(world, order) != theirs


# --- several candidates ------------------------------------------------------------------------------


def test_of_several_candidates_the_oldest_is_taken_and_it_is_said_once(world: World) -> None:
    """Otherwise: the same customer is on one debtor today and on another tomorrow, or each run complains."""
    oldest, _, _ = (enter(world, f"An {number}", Email=AN, Addresses=[]) for number in range(3))
    first, second = sell(world), sell(world)
    result = world.here("sync", "--json")
    codes = [result.reasons(order) for order in (first, second)]
    assert codes == [["debtor_ambiguous", "debtor_differs"], []]
    words = world.here("explain", str(first)).stdout
    assert f"debtor {oldest}" in words
    third = sell(world)
    later = world.here("sync", "--json")
    assert (later.returncode, later.reasons(third)) == (0, [])
    assert {debtor_of(world, order) for order in (first, second, third)} == {oldest}


def test_several_with_one_vat_number_are_candidates_too(world: World) -> None:
    oldest, _ = (enter(world, "Voorbeeld BV", VATNumber=VAT, Addresses=[elsewhere(n)]) for n in (1, 2))
    order = sell(world, buyer=FIRM_BE)
    result = world.here("sync", "--json")
    assert result.reasons(order)[0] == "debtor_ambiguous"
    assert debtor_of(world, order) == oldest


# --- reverse charge ----------------------------------------------------------------------------------


def test_a_reverse_charge_on_a_debtor_without_vat_number_is_said(world: World) -> None:
    """Otherwise: an invoice without VAT and without the number that allows it, found by the tax office."""
    known = enter(world, "Leerhuis", Email=FIRM_NL.email)
    order = sell_abroad(world)
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert result.reasons(order) == ["debtor_without_vat_number"]
    assert debtor_of(world, order) == known
    edit(world, known, VATNumber=FIRM_NL.vat_id_number)
    again = sell_abroad(world)
    assert "debtor_without_vat_number" not in world.here("sync", "--json").reasons(again)
