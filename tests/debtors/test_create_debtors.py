"""A debtor is created once, whatever happens to the answer, and not where one is there."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator import DropRequest, Fault, FaultKind
from ppbillit_emulator.billit.idempotency import scope_of
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, NO_ADDRESS
from support.billit_debtors import (
    PARTIES,
    PARTY,
    address,
    debtor_of,
    debtor_records,
    debtor_requests,
    enter,
    flattened,
    make_upsert_match,
    our_debtors,
)
from support.shop_orders import sell
from support.world import World, run_until_quiet

if TYPE_CHECKING:
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

AN, VAT = CONSUMER_BE.email, str(FIRM_BE.vat_id_number)

# --- created bare, then completed ---------------------------------------------------------------


def same_address(world: World) -> int:
    """Enter a firm at the address where the Belgian consumer lives."""
    return enter(world, "Atelier in de Veldstraat BV", VATNumber=VAT, Addresses=[address()])


def flat_address(world: World) -> int:
    flat = {name: value for name, value in address(Street="VELDSTRAAT").items() if name != "AddressType"}
    return enter(world, "Atelier in de Veldstraat BV", VATNumber=VAT, Addresses=[], **flat)


def same_email(world: World) -> int:
    world.configure(customers={"match_email": False})
    return enter(world, "Voorbeeld BV", VATNumber=VAT, Email=AN.upper())


def email_of_several(world: World) -> int:
    world.configure(customers={"match_email": False})
    return enter(world, "Voorbeeld BV", VATNumber=VAT, Email=f"office@x.example;{AN}")


LIKENESSES = [same_address, flat_address, same_email, email_of_several]


@pytest.mark.parametrize("shows", [True, False], ids=["lists show addresses", "lists show none"])
@pytest.mark.parametrize("upsert", ["party_id", "matching"])
@pytest.mark.parametrize("alike", LIKENESSES, ids=lambda alike: alike.__name__)
def test_a_new_debtor_never_takes_the_place_of_one_that_is_there(
    world: World, alike: Any, upsert: str, shows: bool
) -> None:
    """Otherwise: a firm is renamed after the consumer who lives above it, and loses its VAT number."""
    world.emulator.office.switches.update(party_upsert=upsert, party_lists_addresses=shows)
    firm = alike(world)
    before = debtor_records(world)[firm]
    order = sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert debtor_records(world)[firm] == before
    assert world.emulator.office.overwritten == []
    [made] = our_debtors(world)
    assert debtor_of(world, order) == made
    assert (our_debtors(world)[made]["Email"], flattened(our_debtors(world)[made])["StreetNumber"]) == (
        AN,
        "5",
    )
    [posted] = debtor_requests(world, "POST", PARTIES)
    assert AN.encode() not in posted.body
    assert b"Veldstraat" not in posted.body
    assert world.run_in_process("sync").stdout == ""


@pytest.mark.parametrize("shows", [True, False])
def test_two_of_one_house_stay_two_also_where_lists_show_no_addresses(world: World, shows: bool) -> None:
    """Otherwise: the second of a couple takes over the first one's debtor."""
    world.emulator.office.switches.update(party_upsert="matching", party_lists_addresses=shows)
    firm = replace(CONSUMER_BE, company="Peeters BV", vat_id_number=VAT, email="firm@x.example")
    first = sell(world, buyer=firm)
    assert world.run_in_process("sync").returncode == 0
    before = debtor_records(world)
    second = sell(world)
    third = sell(world, buyer=replace(CONSUMER_BE, email="partner@x.example", firstname="Bert"))
    assert world.run_in_process("sync").returncode == 0
    assert world.emulator.office.overwritten == []
    assert len({debtor_of(world, order) for order in (first, second, third)}) == 3
    assert {number: debtor_records(world)[number] for number in before} == before


@pytest.mark.parametrize("hidden", ["party_lists_addresses", "party_lists_external_id"])
def test_whoever_moves_into_a_firm_s_house_later_does_not_take_its_place(world: World, hidden: str) -> None:
    """Otherwise: the house is known as long as the run lasts, and a list without it empties the mirror."""
    world.emulator.office.switches.update(party_upsert="matching", **{hidden: False})
    firm = replace(FIRM_BE, street=CONSUMER_BE.street, housenumber="5", zipcode="9000", city="Gent")
    sell(world, buyer=firm)
    assert world.run_in_process("sync").returncode == 0
    before = debtor_records(world)
    for number in range(2):
        sell(world, buyer=replace(CONSUMER_BE, email=f"c{number}@x.example"))
        world.write("UPDATE meta SET value = '2000-01-01' WHERE name = 'deep_read'")
        assert world.run_in_process("sync").returncode == 0
    assert world.emulator.office.overwritten == []
    assert {number: debtor_records(world)[number] for number in before} == before
    assert len(our_debtors(world)) == 3


@pytest.mark.parametrize("kind", [FaultKind.CLOSE_AFTER, FaultKind.CLOSE_BEFORE])
def test_a_lost_answer_is_found_again_where_lists_show_no_keys(world: World, kind: FaultKind) -> None:
    """Otherwise: nothing carries our key, as far as lists tell, and the debtor is made anew under the next one."""
    world.emulator.office.switches.update(party_lists_external_id=False, idempotency_header="neither")
    world.configure(customers={"match_email": False})
    world.emulator.arm(Fault(kind, api="billit", method="POST", path=PARTIES))
    order = sell(world)
    assert run_until_quiet(world) <= 4
    assert [debtor_of(world, order)] == list(our_debtors(world))


def test_where_nobody_could_be_meant_a_debtor_is_made_in_one_request(world: World) -> None:
    """Otherwise: every new customer costs two requests, for the sake of a few."""
    only_country = replace(NO_ADDRESS, country="BE")
    enter(world, "Somebody", Email="somebody@x.example", Addresses=[address(Street="Elders")])
    enter(world, "No address", Addresses=[{"AddressType": "InvoiceAddress", "CountryCode": "BE"}])
    buyers = [CONSUMER_BE, only_country, replace(only_country, email="x@x.example")]
    for buyer in buyers:
        sell(world, buyer=buyer)
    assert world.run_in_process("sync").returncode == 0
    assert (len(debtor_requests(world, "POST", PARTIES)), len(debtor_requests(world, "PATCH", PARTY))) == (
        3,
        0,
    )


# --- lost answers, refusals and kills -----------------------------------------------------------

LOST = [
    FaultKind.ERROR_500_BEFORE,
    FaultKind.ERROR_500_AFTER,
    FaultKind.HTML_200_BEFORE,
    FaultKind.HTML_200_AFTER,
    FaultKind.REDIRECT_302,
    FaultKind.BAD_GATEWAY_502,
    FaultKind.BAD_GATEWAY_AFTER,
    FaultKind.CLOSE_BEFORE,
    FaultKind.CLOSE_AFTER,
    FaultKind.RESET_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.HALF_BODY_AFTER,
    FaultKind.EMPTY_200,
    FaultKind.WRONG_CONTENT_TYPE,
    FaultKind.LATE_AFTER,
]


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("way, method", [("whole", "POST"), ("bare", "POST"), ("bare", "PATCH")])
def test_a_debtor_is_made_once_and_whole_whatever_becomes_of_the_answer(
    world: World, way: str, method: str, kind: FaultKind
) -> None:
    """Otherwise: Billit hiccups, and the customer is there twice, or without an address for ever."""
    world.configure(billit={"timeout_seconds": 0.5})
    other = make_upsert_match(world, way, CONSUMER_BE)
    before = debtor_records(world)
    world.emulator.arm(
        Fault(
            kind, api="billit", method=method, path="^/v1/parties", seconds=0.6 if kind == "late_after" else 0
        )
    )
    order = sell(world)
    assert run_until_quiet(world) <= 4
    assert world.emulator.faults.fired
    [(made, fields)] = our_debtors(world).items()
    assert (debtor_of(world, order), fields["Email"], flattened(fields)["StreetNumber"]) == (made, AN, "5")
    assert {number: debtor_records(world)[number] for number in before} == before
    assert set(debtor_records(world)) == {made, *([other] if other else [])}
    assert world.emulator.office.overwritten == []
    assert world.run_in_process("sync").stdout == ""


def test_a_debtor_whose_making_is_not_known_is_not_invoiced_by_another_order_either(world: World) -> None:
    """Otherwise: the second order of the same customer makes what the first may have made."""
    world.configure(sync={"settle_seconds": 3600})
    world.emulator.office.switches.update(idempotency_header="neither", search_lag_seconds=900)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=PARTIES))
    first, second = sell(world), sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {first: "parked", second: "parked"})
    assert (result.reasons(first), result.reasons(second)) == (["debtor_unknown"], ["debtor_unknown"])
    world.emulator.clock.advance(901)
    assert set(world.run_in_process("sync", "--json").outcomes.values()) == {"created"}
    assert len(our_debtors(world)) == 1


def test_a_key_that_is_stuck_without_a_debtor_is_left_behind(world: World) -> None:
    """Otherwise: a debtor whose first try failed inside Billit is answered 409 for ever (billit.md §9.1)."""
    office = world.emulator.office

    def stick(request: Request, phase: Phase) -> None:
        if (request.method, request.path, phase) == ("POST", "/v1/parties", "before"):
            world.emulator.on_request = None
            token = office.idempotency_keys.key_of(request, office.switches)
            assert token
            scope = scope_of(request, office.party_id, office.switches)
            office.idempotency_keys.use(token, scope, request, office.clock.now())
            raise DropRequest

    world.emulator.on_request = stick
    order = sell(world)
    assert run_until_quiet(world, most=6) <= 6
    assert debtor_of(world, order) in our_debtors(world)
    assert world.rows("SELECT max(number) FROM attempts WHERE subject = 'debtor'") == [(2,)]


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_run_killed_while_it_makes_a_debtor_bare_is_completed_by_the_next(
    world: World, method: str, phase: Phase
) -> None:
    """Otherwise: a power cut leaves a customer without address or VAT number, who is used from then on."""
    make_upsert_match(world, "bare", FIRM_BE)
    before = debtor_records(world)

    def kill(request: Request, seen: Phase) -> None:
        if (request.method, seen) == (method, phase) and request.path.startswith("/v1/parties"):
            world.emulator.on_request = None
            process.kill()
            process.wait()
            raise DropRequest

    world.emulator.on_request = kill
    order = sell(world, buyer=FIRM_BE)
    process = world.start("sync", measured=False)
    assert world.finish(process).returncode == -9
    assert run_until_quiet(world) <= 4
    [(made, fields)] = our_debtors(world).items()
    assert debtor_of(world, order) == made
    assert (fields["VATNumber"], fields["Email"]) == (VAT, FIRM_BE.invoice_email)
    assert flattened(fields)["Street"] == "Kouter"
    assert {number: debtor_records(world)[number] for number in before} == before
    assert world.emulator.office.overwritten == []


@pytest.mark.parametrize("stopped", ["answer lost", "run cut off"])
def test_a_buyer_without_e_mail_address_gets_an_address_all_the_same(world: World, stopped: str) -> None:
    """Otherwise: there is nothing to recognise them by, and so their debtor passes for whole."""
    world.emulator.office.switches.update(party_upsert="matching")
    same_address(world)
    order = sell(world)
    world.emulator.shop.orders[order]["billing"]["contact"].update(email=None)
    if stopped == "answer lost":
        world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=PARTIES))
    else:
        world.emulator.arm(
            Fault(FaultKind.RATE_LIMITED, api="billit", method="PATCH", path=PARTY, retry_after=3600)
        )
    run_until_quiet(world)
    [fields] = our_debtors(world).values()
    assert flattened(fields).get("Street") == "Veldstraat"
    assert debtor_of(world, order) in our_debtors(world)


@pytest.mark.parametrize(
    "method, kind",
    [
        ("POST", FaultKind.CLOSE_AFTER),
        ("PATCH", FaultKind.CLOSE_BEFORE),
        ("PATCH", FaultKind.CLOSE_AFTER),
    ],
)
def test_a_debtor_on_its_way_is_not_given_up_for_another_with_the_same_e_mail_address(
    world: World, method: str, kind: FaultKind
) -> None:
    """Otherwise: the firm's invoice is booked on its clerk, and the firm is left in Billit with a bare name."""
    enter(world, "Upstairs", Addresses=[address(Street="Kouter", StreetNumber="7")])
    world.emulator.arm(Fault(kind, api="billit", method=method, path="^/v1/parties"))
    firm = sell(world, buyer=replace(FIRM_BE, invoice_email=None))
    clerk = sell(world, buyer=replace(CONSUMER_BE, email=FIRM_BE.email))
    assert run_until_quiet(world) <= 4
    assert debtor_records(world)[debtor_of(world, firm)].get("VATNumber") == VAT
    assert all("Email" in fields for fields in our_debtors(world).values())
    assert world.run_in_process("sync").stdout == ""
    assert debtor_of(world, clerk) in our_debtors(world)


def test_a_debtor_on_its_way_is_not_completed_with_an_address_that_another_of_ours_has(world: World) -> None:
    """Otherwise: an order with two addresses gives one of them to two debtors, and the next invoice to either."""
    world.emulator.office.switches.update(party_lists_addresses=False)
    assert world.run_in_process("sync").returncode == 0
    firm = sell(world, buyer=replace(FIRM_BE, email="office@x.example", invoice_email=None))
    assert world.run_in_process("sync").returncode == 0
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api="billit", method="PATCH", path="^/v1/parties"))
    private = sell(world)
    assert world.run_in_process("sync").returncode == 3  # bare, and without its address yet
    at_work = sell(world, buyer=replace(CONSUMER_BE, invoice_email="office@x.example"))
    assert world.run_in_process("sync", "--order", str(at_work)).returncode == 0
    assert run_until_quiet(world) <= 3
    assert debtor_of(world, at_work) == debtor_of(world, firm) != debtor_of(world, private)
    assert sorted(fields["Email"] for fields in our_debtors(world).values()) == [
        CONSUMER_BE.email,
        "office@x.example",
    ]


def test_a_debtor_that_billit_will_not_complete_is_neither_used_nor_made_again(world: World) -> None:
    """Otherwise: it is posted anew in every run, or invoices go to a customer without an address."""
    make_upsert_match(world, "bare", CONSUMER_BE)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="PATCH", path=PARTY, times=None))
    orders = [sell(world), sell(world), sell(world)]
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, set(result.outcomes.values())) == (3, {"parked"})
    assert result.reasons(orders[0]) == ["debtor_refused"]
    for _ in range(4):
        time.sleep(0.01)
        assert world.run_in_process("sync").returncode in {0, 3}
    assert (world.totals(), len(our_debtors(world))) == ({}, 1)
    world.emulator.disarm()
    assert world.run_in_process("retry", *map(str, orders)).returncode == 0
    assert len(world.totals()) == 3
    [fields] = our_debtors(world).values()
    assert (fields["Email"], flattened(fields)["Street"]) == (AN, "Veldstraat")


def test_each_run_completes_a_debtor_under_a_key_of_its_own(world: World) -> None:
    """Otherwise: a refusal that uses its key up is answered 409 for ever, and the customer is never invoiced."""
    make_upsert_match(world, "bare", CONSUMER_BE)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="PATCH", path=PARTY))
    order = sell(world)
    assert world.run_in_process("sync", "--json").reasons(order) == ["debtor_refused"]
    assert world.run_in_process("retry", str(order)).returncode == 0
    keys = [patch.headers["idempotency-key"] for patch in debtor_requests(world, "PATCH", PARTY)]
    assert len(keys) == len(set(keys)) == 2


def test_a_refused_debtor_parks_its_orders_and_no_other(world: World) -> None:
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path=PARTIES))
    disliked, other = sell(world), sell(world, buyer=FIRM_BE)
    result = world.run_in_process("sync", "--json")
    assert result.outcomes == {disliked: "parked", other: "created"}
    assert result.reasons(disliked) == ["debtor_refused"]


def test_a_rate_limit_at_a_new_debtor_takes_back_what_was_announced(world: World) -> None:
    """Otherwise: a refusal that did nothing is treated as a riddle, and delays an invoice."""
    for method in ("POST", "PATCH"):
        world.emulator.arm(
            Fault(FaultKind.RATE_LIMITED, api="billit", method=method, path="^/v1/parties", retry_after=3600)
        )
    make_upsert_match(world, "bare", CONSUMER_BE)
    order = sell(world)
    assert [world.run_in_process("sync").returncode for _ in range(3)] == [75, 75, 0]
    assert [debtor_of(world, order)] == list(our_debtors(world))


def test_billit_may_hide_what_it_took_a_new_debtor_for_but_not_that_it_wrote_over_it(world: World) -> None:
    """Otherwise: a way of matching that nobody thought of is found out by the customers."""
    world.emulator.office.switches.update(party_upsert="matching", match_number=True)
    firm = enter(world, "Voorbeeld BV", VATNumber=VAT, Email="office@x.example")
    order = sell(world)
    posted: list[str] = []

    def number_it(request: Request, phase: Phase) -> None:
        if (request.method, request.path, phase) == ("POST", "/v1/parties", "before"):
            nr = request.json()["Nr"]
            posted.append(nr)
            world.emulator.office.parties[firm].fields["Nr"] = nr

    world.emulator.on_request = number_it
    result = world.run_in_process("sync", "--json")
    assert (result.outcomes, result.reasons(order)) == ({order: "parked"}, ["debtor_written_over"])
    assert str(firm) in result.json["orders"][0]["reasons"][0]["message"]
    world.emulator.on_request = None
    assert world.run_in_process("sync").stdout == ""
    assert (len(posted), world.totals()) == (1, {})


# --- found late ---------------------------------------------------------------------------------


def test_a_debtor_that_a_later_look_finds_is_not_made_again(world: World) -> None:
    """Otherwise: the list of debtors lags a little, and the customer is there twice."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="^/v1/parties$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    assert world.run_in_process("sync").returncode == 3
    world.run_in_process("sync")  # missed once
    world.emulator.office.switches.update(search_lag_seconds=0)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "created"}
    assert len(world.emulator.office.parties) == 1


# --- refused, then mended -----------------------------------------------------------------------


def test_a_refused_debtor_is_tried_again_when_its_details_were_mended_and_not_before(world: World) -> None:
    """Otherwise: it is posted on every run, or never again."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path="/v1/parties$"))
    assert world.run_in_process("sync", "--json").reasons(order_id) == ["debtor_refused"]
    posted = len(world.emulator.journal)
    assert world.run_in_process("sync").stdout == ""
    assert "POST" not in {arrival.method for arrival in world.emulator.journal[posted:]}
    world.emulator.shop.orders[order_id]["billing"]["contact"]["lastname"] = "Pieters"
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "created"}
