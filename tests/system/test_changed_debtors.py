"""What is not on a debtor as on the order: said once, and changed only where a person asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT, NO_ADDRESS
from system.parties import PARTIES, PARTY, address, asked, cards, debtor_of, edit, elsewhere, enter, ours
from system.shops import credit, sell

if TYPE_CHECKING:
    from system.world import Result, World

AN, VAT = CONSUMER_BE.email, str(FIRM_BE.vat_id_number)
MOVED = replace(CONSUMER_BE, street="Langestraat", housenumber="7 bus 3", zipcode="8000", city="Brugge")
MOVED_AGAIN = replace(MOVED, street="Kortestraat", zipcode="8200")
NEW_ADDRESS = address(Street="Langestraat", StreetNumber="7", Box="3", Zipcode="8000", City="Brugge")


def known_an(world: World, **members: Any) -> int:
    """Enter the Belgian consumer as the shop knows her."""
    return enter(world, "An Peeters", **{"Email": AN, "Addresses": [address()], **members})


def update(world: World, *arguments: str) -> Result:
    return world.here("sync", "--update-debtors", "--json", *arguments)


def said(result: Result, order: int) -> list[str]:
    return [
        why["message"]
        for each in result.json["orders"]
        if each["order_id"] == order
        for why in each["reasons"]
    ]


# --- said --------------------------------------------------------------------------------------------


def test_a_difference_is_said_once_and_nothing_is_changed(world: World) -> None:
    """Otherwise: every order of somebody who moved complains again, or the books change by themselves."""
    an = known_an(world)
    before = cards(world)
    order = sell(world, buyer=replace(MOVED, lastname="Janssens"))
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert result.reasons(order) == ["debtor_differs"]
    assert said(result, order) == [
        f"its debtor {an} in Billit has another name, street, postcode and city than the order"
    ]
    assert "Janssens" not in result.stdout
    assert (cards(world), asked(world, "PATCH", PARTY)) == (before, [])
    again = sell(world, buyer=replace(MOVED, lastname="Janssens"))
    assert world.here("sync", "--json").reasons(again) == []
    assert cards(world) == before


def test_a_debtor_of_ours_is_left_as_it_is_too(world: World) -> None:
    sell(world)
    world.here("sync")
    before = cards(world)
    moved = sell(world, buyer=MOVED)
    assert world.here("sync", "--json").reasons(moved) == ["debtor_differs"]
    assert cards(world) == before


@pytest.mark.parametrize(
    "buyer",
    [
        CONSUMER_BE,
        replace(CONSUMER_BE, lastname="PEETERS", street="veldstraat 5", housenumber=None),
        replace(NO_ADDRESS, firstname="An", lastname="Peeters", email=AN),
        replace(CONSUMER_BE, invoice_email="an@invoices.example"),
    ],
    ids=["the same", "spelled otherwise", "no address", "another address for invoices"],
)
def test_what_is_the_same_or_not_given_is_not_said(world: World, buyer: Any) -> None:
    known_an(world)
    order = sell(world, buyer=buyer)
    assert world.here("sync", "--json").reasons(order) == []


def test_a_consumer_s_order_says_nothing_of_the_firm_it_is_linked_to(world: World) -> None:
    """Otherwise: whoever orders for herself with the firm's address is said to be a firm that moved."""
    enter(world, "Voorbeeld BV", VATNumber=VAT, Email=AN)
    order = sell(world)
    assert world.here("sync", "--json").reasons(order) == []


def test_a_difference_that_was_put_right_and_came_back_is_said_again(world: World) -> None:
    """Otherwise: the second time somebody moves, nobody hears of it."""
    an = known_an(world)
    assert sell(world, buyer=MOVED)
    world.here("sync")
    edit(world, an, Addresses=[NEW_ADDRESS])
    settled = sell(world, buyer=MOVED)
    assert world.here("sync", "--json").reasons(settled) == []
    order = sell(world, buyer=replace(MOVED_AGAIN, city="Gent"))
    assert world.here("sync", "--json").reasons(order) == ["debtor_differs"]


def test_the_very_same_difference_is_said_again_once_it_has_been_put_right(world: World) -> None:
    """Otherwise: somebody puts the old address back by mistake, and nobody hears of it."""
    an = known_an(world)
    codes = []
    for addresses in (None, None, [NEW_ADDRESS], [address()], None):
        if addresses:
            edit(world, an, Addresses=addresses)
        order = sell(world, buyer=MOVED)
        codes.append(world.here("sync", "--json").reasons(order))
    assert codes == [["debtor_differs"], [], [], ["debtor_differs"], []]


def test_who_orders_from_home_and_from_work_is_told_of_once(world: World) -> None:
    """Otherwise: one customer with two addresses, and a line about it in every mail."""
    known_an(world)
    orders = [sell(world, buyer=buyer) for buyer in (MOVED, CONSUMER_BE, MOVED, CONSUMER_BE)]
    result = world.here("sync", "--json")
    assert [result.reasons(order) for order in orders] == [["debtor_differs"], [], [], []]


# --- changed, where a person asks --------------------------------------------------------------------


def test_update_debtors_gives_a_debtor_the_name_and_address_of_the_order(world: World) -> None:
    """Otherwise: for each customer who moved somebody types the new address into Billit."""
    facts = {"Nr": "77", "Phone": "1", "Language": "FR", "VATLiable": False, "IBAN": "BE68539007547034"}
    delivery = {**elsewhere(), "AddressType": "DeliveryAddress"}
    an = known_an(
        world, **facts, Addresses=[address(Box="2", Name="An"), delivery], Email=f"a@x.example;{AN}"
    )
    before = cards(world)[an]
    order = sell(world, buyer=replace(MOVED, lastname="Janssens", telephone="2"))
    result = update(world)
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert result.reasons(order) == ["debtor_updated"]
    assert said(result, order) == [
        f"debtor {an} in Billit now has the order's name and street and postcode and city"
    ]
    changed = {"Name": "An Janssens", "Addresses": [{**NEW_ADDRESS, "Name": "An"}, delivery]}
    assert cards(world)[an] == {**before, **changed}
    assert (debtor_of(world, order), list(cards(world))) == (an, [an])
    written = world.writes()
    assert update(world).json["orders"] == []
    assert world.writes() == written


def test_update_debtors_gives_an_address_to_who_has_none(world: World) -> None:
    an = known_an(world, Addresses=[])
    order = sell(world)
    assert said(update(world), order) == [
        f"debtor {an} in Billit now has the order's street and postcode and city and country"
    ]
    seen = len(world.emulator.journal)
    assert update(world).returncode == 0
    assert asked(world, "PATCH", PARTY, seen) == []


def test_update_debtors_gives_an_e_mail_address_only_to_who_has_none(world: World) -> None:
    """Otherwise: the bookkeeper's choice of address is overwritten by whichever was typed in the shop."""
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT, Addresses=[kouter()])
    order = sell(world, buyer=FIRM_BE)
    assert update(world).reasons(order) == ["debtor_updated"]
    assert cards(world)[firm]["Email"] == FIRM_BE.invoice_email
    edit(world, firm, Email="bookkeeper@x.example")
    assert update(world).json["orders"] == []
    assert cards(world)[firm]["Email"] == "bookkeeper@x.example"


def kouter() -> dict[str, str]:
    return address(Street="Kouter", StreetNumber="7")


def test_without_being_asked_no_run_changes_a_debtor(world: World) -> None:
    known_an(world)
    before = cards(world)
    sell(world, buyer=MOVED)
    for arguments in (("sync",), ("sync", "--dry-run", "--update-debtors"), ("sync", "--adopt")):
        assert world.here(*arguments).returncode == 0
    assert (cards(world), asked(world, "PATCH", PARTY)) == (before, [])


def test_a_dry_run_says_what_it_would_change_and_changes_nothing(world: World) -> None:
    known_an(world)
    sell(world)
    world.here("sync")
    before, state = cards(world), world.state_file.read_bytes()
    order = sell(world, buyer=MOVED)
    result = update(world, "--dry-run")
    assert result.reasons(order) == ["debtor_to_update"]  # and not that it differs as well
    [words] = said(result, order)
    assert "would be given the order's street and postcode and city" in words
    assert (cards(world), world.state_file.read_bytes()) == (before, state)


def test_the_newest_order_of_a_debtor_leads(world: World) -> None:
    """Otherwise: an order of last month moves the customer back."""
    an = known_an(world)
    sell(world, buyer=MOVED, days_ago=1)
    sell(world, buyer=MOVED_AGAIN, days_ago=5)  # sold later, invoiced with an earlier date
    assert update(world).returncode == 0
    assert len(asked(world, "PATCH", PARTY)) == 1
    assert cards(world)[an]["Addresses"][0]["Street"] == "Kortestraat"


def test_a_credit_note_of_an_old_order_moves_nobody_back(world: World) -> None:
    """Otherwise: an order from before the move is credited, and the next invoices go to the old house."""
    an = known_an(world)
    first = sell(world)
    sell(world, buyer=MOVED)
    credit(world, first)
    assert update(world).returncode == 0
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_an_order_that_is_in_billit_already_updates_its_debtor_when_asked_for(world: World) -> None:
    an = known_an(world)
    order, other = sell(world, buyer=MOVED), sell(world, buyer=replace(FIRM_BE, city="Brugge"))
    enter(world, "Voorbeeld BV", VATNumber=VAT, Email=FIRM_BE.invoice_email, Addresses=[kouter()])
    world.here("sync")
    books = world.totals()
    result = update(world, "--order", str(order))
    assert (result.returncode, result.outcomes) == (0, {order: "updated"})
    assert result.reasons(order) == ["debtor_updated"]
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]
    assert (world.totals(), len(asked(world, "PATCH", PARTY))) == (books, 1)
    assert update(world).outcomes == {other: "updated"}


# --- never a firm by a private order -----------------------------------------------------------------

PRIVATE = replace(CONSUMER_BE, firstname="Wouter", lastname="Claes", email="bestuur@harmonie.example")
FIRMS: list[dict[str, Any]] = [
    {"VATNumber": VAT},
    {"VATNumber": "CHE116281710", "VATLiable": True},
    {"VATLiable": True},
    {"VATLiable": True, "Identifiers": [{"IdentifierType": "CBE", "Identifier": "0123456749"}]},
]


@pytest.mark.parametrize("firm", FIRMS, ids=["Belgian", "Swiss", "without number", "by company number"])
def test_a_private_order_never_changes_a_firm_nor_is_anything_said_of_it(
    world: World, firm: dict[str, Any]
) -> None:
    """Otherwise: the brass band is renamed after its treasurer, because he bought a trumpet."""
    club = enter(world, str(FIRM_BE_WITHOUT_VAT.company), Email=PRIVATE.email, **firm)
    before = cards(world)[club]
    order = sell(world, buyer=PRIVATE)
    result = update(world)
    assert (debtor_of(world, order), cards(world)[club]) == (club, before)
    assert (result.returncode, result.reasons(order)) == (0, [])


def test_a_firm_that_we_made_is_not_changed_by_a_private_order_either(world: World) -> None:
    sell(world, buyer=FIRM_BE_WITHOUT_VAT)
    world.here("sync")
    before = ours(world)
    order = sell(world, buyer=PRIVATE)
    assert update(world).reasons(order) == []
    assert ours(world) == before


def test_a_newer_private_order_does_not_stand_before_the_firm_s_own(world: World) -> None:
    """Otherwise: the firm's move is forgotten because somebody there bought a book."""
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT, Email=FIRM_BE.email)
    own = sell(world, buyer=FIRM_BE)
    sell(world, buyer=replace(CONSUMER_BE, email=FIRM_BE.email))
    result = update(world)
    assert result.reasons(own) == ["debtor_updated"]
    assert cards(world)[firm]["Addresses"] == [kouter()]


def test_one_firm_s_order_never_changes_another_firm(world: World) -> None:
    baker = enter(world, "Bakkerij BV", VATNumber="BE0999400403", Email=FIRM_BE.email)
    before = cards(world)[baker]
    sell(world, buyer=FIRM_BE)
    sell(world, buyer=replace(FIRM_BE, company="Voorbeeld", vat_id_number=None))
    assert update(world).returncode == 0
    assert cards(world)[baker] == before


def test_the_default_debtor_is_never_changed(world: World) -> None:
    """Otherwise: the till has the name and address of whoever bought last."""
    world.configure(customers={"default_debtor": "WEBSHOP"})
    enter(world, "Webshop", Nr="WEBSHOP")
    before = cards(world)
    sell(world)
    assert update(world).returncode == 0
    assert (cards(world), asked(world, "PATCH", PARTY)) == (before, [])


# --- Billit's part -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FaultKind.CLOSE_AFTER, FaultKind.HTML_200_AFTER, FaultKind.ERROR_500_AFTER])
def test_a_change_whose_answer_is_lost_is_looked_at_and_not_repeated(world: World, kind: FaultKind) -> None:
    an = known_an(world)
    order = sell(world, buyer=MOVED)
    world.emulator.arm(Fault(kind, api="billit", method="PATCH", path=PARTY))
    result = update(world)
    assert (result.returncode, result.reasons(order)) == (0, ["debtor_updated"])
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]
    assert len(asked(world, "PATCH", PARTY)) == 1


def test_a_change_that_did_not_arrive_is_said_and_made_when_asked_again(world: World) -> None:
    an = known_an(world)
    order = sell(world, buyer=MOVED)
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api="billit", method="PATCH", path=PARTY))
    assert "debtor_not_updated" in update(world).reasons(order)
    assert cards(world)[an]["Addresses"] == [address()]
    assert update(world).reasons(order) == ["debtor_updated"]
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_a_change_that_billit_does_not_take_over_is_said(world: World) -> None:
    """Otherwise: "updated" is reported, and the next letter goes to the old house."""
    world.emulator.office.switches.update(party_patch_address="beside")
    known_an(world)
    order = sell(world, buyer=MOVED)
    result = update(world)
    assert (result.returncode, result.outcomes) == (3, {order: "created"})
    assert "debtor_not_updated" in result.reasons(order)
    assert "debtor_updated" not in result.reasons(order)


@pytest.mark.parametrize("refusing", ["fault", "nulls"])
def test_a_change_that_billit_refuses_is_said_and_the_order_is_invoiced(world: World, refusing: str) -> None:
    """Otherwise: an address that Billit dislikes keeps the invoice from being made."""
    an = known_an(world, Addresses=[address(Box="2")])
    before = cards(world)
    order = sell(world, buyer=replace(MOVED, housenumber="7"))
    if refusing == "fault":
        world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="PATCH", path=PARTY))
    else:
        world.emulator.office.switches.update(party_patch_nulls="reject")
    result = update(world)
    assert result.outcomes == {order: "created"}
    assert "debtor_update_refused" in result.reasons(order)
    assert (debtor_of(world, order), cards(world)) == (an, before)


def test_a_debtor_that_cannot_be_read_is_said_and_keeps_nobody_from_being_invoiced(world: World) -> None:
    """Otherwise: Billit stumbles over one customer, and with the flag in cron nothing is invoiced any more."""
    an = known_an(world)
    before = cards(world)[an]
    order, other = sell(world, buyer=MOVED), sell(world, buyer=FIRM_BE)
    unreadable = rf"/v1/parties/{an}$"
    world.emulator.arm(
        Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=unreadable, times=None)
    )
    result = update(world)
    assert (result.returncode, result.outcomes) == (3, {order: "created", other: "created"})
    assert "debtor_not_readable" in result.reasons(order)
    assert (debtor_of(world, order), cards(world)[an]) == (an, before)
    world.emulator.disarm()
    assert "debtor_updated" in update(world).reasons(order)


@pytest.mark.parametrize("refusing", [FaultKind.REFUSE, FaultKind.CLOSE_BEFORE])
def test_a_debtor_that_was_not_changed_is_not_counted_as_changed(world: World, refusing: FaultKind) -> None:
    """Otherwise: the counts say that all is well, and so does the exit code."""
    known_an(world)
    sell(world, buyer=MOVED)
    world.here("sync")
    world.emulator.arm(Fault(refusing, api="billit", method="PATCH", path=PARTY))
    result = update(world)
    assert (result.returncode, result.json["counts"]["updated"]) == (3, 0)


def test_a_debtor_is_changed_also_where_lists_show_no_addresses(world: World) -> None:
    """Otherwise: "--update-debtors" does nothing, and says nothing, with a Billit that is a little different."""
    world.emulator.office.switches.update(party_lists_addresses=False)
    an = known_an(world)
    order = sell(world, buyer=MOVED)
    assert "debtor_updated" in update(world).reasons(order)
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_where_lists_show_no_addresses_what_somebody_changed_is_not_taken_for_what_was_known(
    world: World,
) -> None:
    """Otherwise: the address that was read last month stands for what Billit shows today."""
    world.emulator.office.switches.update(party_lists_addresses=False)
    an = known_an(world)
    sell(world, buyer=MOVED)
    assert update(world).returncode == 0
    edit(world, an, Addresses=[address()])
    order = sell(world, buyer=MOVED_AGAIN)
    assert update(world, "--dry-run").returncode == 0
    told = f"debtor {an} in Billit now has the order's street and postcode and city"
    assert said(update(world), order) == [told]


def test_what_a_bookkeeper_corrected_after_it_was_taken_over_is_left_and_said_once(world: World) -> None:
    """Otherwise: with the flag in cron, a typing error of the customer comes back every quarter of an hour."""
    an = known_an(world)
    order = sell(world, buyer=MOVED)
    assert update(world).returncode == 0
    edit(world, an, Addresses=[address(Street="Nieuwstraat")])
    corrected = cards(world)[an]
    left = update(world)
    assert (left.returncode, left.outcomes, left.reasons(order)) == (
        3,
        {order: "not_updated"},
        ["debtor_left"],
    )
    assert update(world).json["orders"] == []
    again = sell(world, buyer=MOVED)  # the same words once more are no news either
    assert "debtor_updated" not in update(world).reasons(again)
    assert cards(world)[an] == corrected
    asked = update(world, "--order", str(again))
    assert asked.reasons(again) == ["debtor_updated"]
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_who_moves_away_and_back_again_is_moved_back(world: World) -> None:
    """Otherwise: what ppbillit itself wrote in between is taken for a correction, and the old house stays."""
    an = known_an(world)
    for buyer in (MOVED, MOVED_AGAIN, MOVED):
        order = sell(world, buyer=buyer)
        assert "debtor_updated" in update(world).reasons(order)
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_a_bookkeeper_who_puts_back_what_was_there_before_is_left_alone_too(world: World) -> None:
    """Otherwise: a correction that looks like an earlier order is undone by every run."""
    an = known_an(world)
    sell(world, buyer=MOVED)
    assert update(world).returncode == 0
    order = sell(world, buyer=MOVED_AGAIN)
    assert update(world).returncode == 0
    edit(world, an, Addresses=[NEW_ADDRESS])
    assert update(world).reasons(order) == ["debtor_left"]
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_an_order_that_a_person_named_is_not_undone_by_a_newer_one(world: World) -> None:
    """Otherwise: what is asked for by hand in the day is gone again in the night."""
    an = known_an(world)
    named = sell(world, buyer=MOVED)
    assert update(world).returncode == 0
    sell(world, buyer=MOVED_AGAIN)
    assert update(world).returncode == 0
    assert update(world, "--order", str(named)).returncode == 0
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]
    assert update(world).returncode == 3
    assert cards(world)[an]["Addresses"] == [NEW_ADDRESS]


def test_what_a_bookkeeper_corrected_on_a_debtor_that_was_made_of_the_order_is_left_too(world: World) -> None:
    """Otherwise: a typing error of a new customer is mended by day, and is back the next morning."""
    order = sell(world, buyer=MOVED)
    assert update(world).returncode == 0
    made = debtor_of(world, order)
    edit(world, made, Addresses=[address(Street="Nieuwstraat")])
    corrected = cards(world)[made]
    assert update(world).reasons(order) == ["debtor_left"]
    assert cards(world)[made] == corrected


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
    result = update(world)
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert debtor_of(world, order) == kept


def test_a_rate_limit_while_debtors_are_changed_ends_the_run_and_the_next_goes_on(world: World) -> None:
    known_an(world)
    order = sell(world, buyer=MOVED)
    world.emulator.arm(Fault(FaultKind.RATE_LIMITED, api="billit", method="PATCH", retry_after=3600))
    limited = update(world)
    assert (limited.returncode, limited.outcomes) == (75, {})
    assert update(world).outcomes == {order: "created"}


def test_updating_reads_the_list_of_debtors_once_and_each_that_differs_twice(world: World) -> None:
    """Otherwise: one flag, and the run asks for every debtor of the shop by itself."""
    known_an(world)
    for number in range(5):
        who = replace(CONSUMER_BE, email=f"c{number}@x.example", housenumber=str(number))
        home = address(StreetNumber=str(number))
        enter(world, "An Peeters", Email=who.email, Addresses=[home])
        sell(world, buyer=who)
    sell(world, buyer=MOVED)
    assert update(world).returncode == 0
    assert (len(asked(world, "PATCH", PARTY)), len(asked(world, "GET", PARTY))) == (1, 2)
    whole = [each for each in asked(world, "GET", PARTIES) if "LastModified" not in each.query["$filter"][0]]
    assert len(whole) == 2  # one page, and that there is no more
