"""`--update-debtors` gives a debtor the name and address of its newest order, and changes nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT
from support.billit_debtors import (
    PARTIES,
    PARTY,
    address,
    another_address,
    debtor_of,
    debtor_records,
    debtor_requests,
    edit,
    enter,
    our_debtors,
)
from support.moved_buyers import (
    AN,
    MOVED,
    MOVED_AGAIN,
    NEW_ADDRESS,
    PRIVATE,
    VAT,
    known_an,
    messages,
    update_debtors,
)
from support.shop_orders import credit, sell

if TYPE_CHECKING:
    from support.world import World

# --- on request ---------------------------------------------------------------------------------


def test_update_debtors_gives_a_debtor_the_name_and_address_of_the_order(world: World) -> None:
    """Otherwise: for each customer who moved somebody types the new address into Billit."""
    facts = {"Nr": "77", "Phone": "1", "Language": "FR", "VATLiable": False, "IBAN": "BE68539007547034"}
    delivery = {**another_address(), "AddressType": "DeliveryAddress"}
    an = known_an(
        world, **facts, Addresses=[address(Box="2", Name="An"), delivery], Email=f"a@x.example;{AN}"
    )
    before = debtor_records(world)[an]
    order = sell(world, buyer=replace(MOVED, lastname="Janssens", telephone="2"))
    result = update_debtors(world)
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert result.reasons(order) == ["debtor_updated"]
    assert messages(result, order) == [
        f"debtor {an} in Billit now has the order's name and street and postcode and city"
    ]
    changed = {"Name": "An Janssens", "Addresses": [{**NEW_ADDRESS, "Name": "An"}, delivery]}
    assert debtor_records(world)[an] == {**before, **changed}
    assert (debtor_of(world, order), list(debtor_records(world))) == (an, [an])
    written = world.writes()
    assert update_debtors(world).json["orders"] == []
    assert world.writes() == written


def test_update_debtors_gives_an_address_to_who_has_none(world: World) -> None:
    an = known_an(world, Addresses=[])
    order = sell(world)
    assert messages(update_debtors(world), order) == [
        f"debtor {an} in Billit now has the order's street and postcode and city and country"
    ]
    seen = len(world.emulator.journal)
    assert update_debtors(world).returncode == 0
    assert debtor_requests(world, "PATCH", PARTY, seen) == []


def test_update_debtors_gives_an_e_mail_address_only_to_who_has_none(world: World) -> None:
    """Otherwise: the bookkeeper's choice of address is overwritten by whichever was typed in the shop."""
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT, Addresses=[kouter()])
    order = sell(world, buyer=FIRM_BE)
    assert update_debtors(world).reasons(order) == ["debtor_updated"]
    assert debtor_records(world)[firm]["Email"] == FIRM_BE.invoice_email
    edit(world, firm, Email="bookkeeper@x.example")
    assert update_debtors(world).json["orders"] == []
    assert debtor_records(world)[firm]["Email"] == "bookkeeper@x.example"


def kouter() -> dict[str, str]:
    return address(Street="Kouter", StreetNumber="7")


def test_a_dry_run_says_what_it_would_change_and_changes_nothing(world: World) -> None:
    known_an(world)
    sell(world)
    world.run_in_process("sync")
    before, state = debtor_records(world), world.state_file.read_bytes()
    order = sell(world, buyer=MOVED)
    result = update_debtors(world, "--dry-run")
    assert result.reasons(order) == ["debtor_to_update"]  # and not that it differs as well
    [words] = messages(result, order)
    assert "would be given the order's street and postcode and city" in words
    assert (debtor_records(world), world.state_file.read_bytes()) == (before, state)


def test_the_newest_order_of_a_debtor_leads(world: World) -> None:
    """Otherwise: an order of last month moves the customer back."""
    an = known_an(world)
    sell(world, buyer=MOVED, days_ago=1)
    sell(world, buyer=MOVED_AGAIN, days_ago=5)  # sold later, invoiced with an earlier date
    assert update_debtors(world).returncode == 0
    assert len(debtor_requests(world, "PATCH", PARTY)) == 1
    assert debtor_records(world)[an]["Addresses"][0]["Street"] == "Kortestraat"


def test_a_credit_note_of_an_old_order_moves_nobody_back(world: World) -> None:
    """Otherwise: an order from before the move is credited, and the next invoices go to the old house."""
    an = known_an(world)
    first = sell(world)
    sell(world, buyer=MOVED)
    credit(world, first)
    assert update_debtors(world).returncode == 0
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_an_order_that_is_in_billit_already_updates_its_debtor_when_asked_for(world: World) -> None:
    an = known_an(world)
    order, other = sell(world, buyer=MOVED), sell(world, buyer=replace(FIRM_BE, city="Brugge"))
    enter(world, "Voorbeeld BV", VATNumber=VAT, Email=FIRM_BE.invoice_email, Addresses=[kouter()])
    world.run_in_process("sync")
    books = world.totals()
    result = update_debtors(world, "--order", str(order))
    assert (result.returncode, result.outcomes) == (0, {order: "updated"})
    assert result.reasons(order) == ["debtor_updated"]
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]
    assert (world.totals(), len(debtor_requests(world, "PATCH", PARTY))) == (books, 1)
    assert update_debtors(world).outcomes == {other: "updated"}


# --- never a firm by a private order ------------------------------------------------------------


def test_a_firm_that_we_made_is_not_changed_by_a_private_order_either(world: World) -> None:
    sell(world, buyer=FIRM_BE_WITHOUT_VAT)
    world.run_in_process("sync")
    before = our_debtors(world)
    order = sell(world, buyer=PRIVATE)
    assert update_debtors(world).reasons(order) == []
    assert our_debtors(world) == before


def test_a_newer_private_order_does_not_stand_before_the_firm_s_own(world: World) -> None:
    """Otherwise: the firm's move is forgotten because somebody there bought a book."""
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT, Email=FIRM_BE.email)
    own = sell(world, buyer=FIRM_BE)
    sell(world, buyer=replace(CONSUMER_BE, email=FIRM_BE.email))
    result = update_debtors(world)
    assert result.reasons(own) == ["debtor_updated"]
    assert debtor_records(world)[firm]["Addresses"] == [kouter()]


def test_the_default_debtor_is_never_changed(world: World) -> None:
    """Otherwise: the till has the name and address of whoever bought last."""
    world.configure(customers={"default_debtor": "WEBSHOP"})
    enter(world, "Webshop", Nr="WEBSHOP")
    before = debtor_records(world)
    sell(world)
    assert update_debtors(world).returncode == 0
    assert (debtor_records(world), debtor_requests(world, "PATCH", PARTY)) == (before, [])


# --- lists without addresses, and corrections in Billit -----------------------------------------


def test_a_debtor_is_changed_also_where_lists_show_no_addresses(world: World) -> None:
    """Otherwise: "--update-debtors" does nothing, and says nothing, with a Billit that is a little different."""
    world.emulator.office.switches.update(party_lists_addresses=False)
    an = known_an(world)
    order = sell(world, buyer=MOVED)
    assert "debtor_updated" in update_debtors(world).reasons(order)
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_where_lists_show_no_addresses_what_somebody_changed_is_not_taken_for_what_was_known(
    world: World,
) -> None:
    """Otherwise: the address that was read last month stands for what Billit shows today."""
    world.emulator.office.switches.update(party_lists_addresses=False)
    an = known_an(world)
    sell(world, buyer=MOVED)
    assert update_debtors(world).returncode == 0
    edit(world, an, Addresses=[address()])
    order = sell(world, buyer=MOVED_AGAIN)
    assert update_debtors(world, "--dry-run").returncode == 0
    told = f"debtor {an} in Billit now has the order's street and postcode and city"
    assert messages(update_debtors(world), order) == [told]


def test_what_a_bookkeeper_corrected_after_it_was_taken_over_is_left_and_said_once(world: World) -> None:
    """Otherwise: with the flag in cron, a typing error of the customer comes back every quarter of an hour."""
    an = known_an(world)
    order = sell(world, buyer=MOVED)
    assert update_debtors(world).returncode == 0
    edit(world, an, Addresses=[address(Street="Nieuwstraat")])
    corrected = debtor_records(world)[an]
    left = update_debtors(world)
    assert (left.returncode, left.outcomes, left.reasons(order)) == (
        3,
        {order: "not_updated"},
        ["debtor_left"],
    )
    assert update_debtors(world).json["orders"] == []
    again = sell(world, buyer=MOVED)  # the same words once more are no news either
    assert "debtor_updated" not in update_debtors(world).reasons(again)
    assert debtor_records(world)[an] == corrected
    asked = update_debtors(world, "--order", str(again))
    assert asked.reasons(again) == ["debtor_updated"]
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_who_moves_away_and_back_again_is_moved_back(world: World) -> None:
    """Otherwise: what ppbillit itself wrote in between is taken for a correction, and the old house stays."""
    an = known_an(world)
    for buyer in (MOVED, MOVED_AGAIN, MOVED):
        order = sell(world, buyer=buyer)
        assert "debtor_updated" in update_debtors(world).reasons(order)
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_a_bookkeeper_who_puts_back_what_was_there_before_is_left_alone_too(world: World) -> None:
    """Otherwise: a correction that looks like an earlier order is undone by every run."""
    an = known_an(world)
    sell(world, buyer=MOVED)
    assert update_debtors(world).returncode == 0
    order = sell(world, buyer=MOVED_AGAIN)
    assert update_debtors(world).returncode == 0
    edit(world, an, Addresses=[NEW_ADDRESS])
    assert update_debtors(world).reasons(order) == ["debtor_left"]
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_an_order_that_a_person_named_is_not_undone_by_a_newer_one(world: World) -> None:
    """Otherwise: what is asked for by hand in the day is gone again in the night."""
    an = known_an(world)
    named = sell(world, buyer=MOVED)
    assert update_debtors(world).returncode == 0
    sell(world, buyer=MOVED_AGAIN)
    assert update_debtors(world).returncode == 0
    assert update_debtors(world, "--order", str(named)).returncode == 0
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]
    assert update_debtors(world).returncode == 3
    assert debtor_records(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_what_a_bookkeeper_corrected_on_a_debtor_that_was_made_of_the_order_is_left_too(world: World) -> None:
    """Otherwise: a typing error of a new customer is mended by day, and is back the next morning."""
    order = sell(world, buyer=MOVED)
    assert update_debtors(world).returncode == 0
    made = debtor_of(world, order)
    edit(world, made, Addresses=[address(Street="Nieuwstraat")])
    corrected = debtor_records(world)[made]
    assert update_debtors(world).reasons(order) == ["debtor_left"]
    assert debtor_records(world)[made] == corrected


def test_a_debtor_that_was_merged_away_in_the_meantime_is_left(world: World) -> None:
    an, kept = known_an(world), enter(world, "Peeters", Email="x@x.example", Addresses=[NEW_ADDRESS])
    order = sell(world, buyer=MOVED)
    seen: list[object] = []

    def merge(request: Any, phase: str) -> None:
        if (request.method, request.path, phase) == ("GET", "/v1/parties", "after") and not seen:
            seen.append(request)
            edit(world, kept, Email=AN)
            del world.emulator.office.parties[an]

    world.emulator.on_request = merge
    result = update_debtors(world)
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert debtor_of(world, order) == kept


def test_a_rate_limit_while_debtors_are_changed_ends_the_run_and_the_next_goes_on(world: World) -> None:
    known_an(world)
    order = sell(world, buyer=MOVED)
    world.emulator.arm(Fault(FaultKind.RATE_LIMITED, api="billit", method="PATCH", retry_after=3600))
    limited = update_debtors(world)
    assert (limited.returncode, limited.outcomes) == (75, {})
    assert update_debtors(world).outcomes == {order: "created"}


def test_updating_reads_the_list_of_debtors_once_and_each_that_differs_twice(world: World) -> None:
    """Otherwise: one flag, and the run asks for every debtor of the shop by itself."""
    known_an(world)
    for number in range(5):
        who = replace(CONSUMER_BE, email=f"c{number}@x.example", housenumber=str(number))
        home = address(StreetNumber=str(number))
        enter(world, "An Peeters", Email=who.email, Addresses=[home])
        sell(world, buyer=who)
    sell(world, buyer=MOVED)
    assert update_debtors(world).returncode == 0
    assert (len(debtor_requests(world, "PATCH", PARTY)), len(debtor_requests(world, "GET", PARTY))) == (1, 2)
    whole = [
        each
        for each in debtor_requests(world, "GET", PARTIES)
        if "LastModified" not in each.query["$filter"][0]
    ]
    assert len(whole) == 2  # one page, and that there is no more
