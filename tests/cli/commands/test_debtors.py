"""`debtors` lists what is odd among Billit's customers, in words and as JSON; it only reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE
from support.billit_debtors import (
    PARTIES,
    PARTY,
    address,
    another_address,
    debtor_records,
    debtor_requests,
    enter,
    our_debtors,
)
from support.shop_orders import sell

if TYPE_CHECKING:
    from support.world import Result, World

VAT = str(FIRM_BE.vat_id_number)


def odd(world: World) -> list[dict[str, Any]]:
    """Return the oddities of the JSON document."""
    result = world.run_in_process("debtors", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    found: list[dict[str, Any]] = result.json["oddities"]
    return found


def named(party_id: int, name: str, nr: str | None = None) -> dict[str, Any]:
    return {"party_id": party_id, "nr": nr, "name": name}


def test_nothing_odd_is_said_in_one_line(world: World) -> None:
    """Otherwise: silence, and nobody knows whether it looked."""
    enter(world, "An Peeters", Email="an@x.example")
    enter(world, "Voorbeeld BV", VATNumber=VAT, Email="office@x.example")
    result = world.run_in_process("debtors")
    assert (result.returncode, result.stdout, result.stderr) == (0, "2 debtors, nothing odd\n", "")
    assert world.run_in_process("debtors", "--json").json == {
        "schema": 1,
        "command": "debtors",
        "debtors": 2,
        "countries_are_shown": True,
        "oddities": [],
        "exit_code": 0,
    }


def test_books_without_debtors_are_not_odd(world: World) -> None:
    assert world.run_in_process("debtors").stdout == "0 debtors, nothing odd\n"


def same_vat_number(world: World) -> tuple[str, str, list[dict[str, Any]]]:
    first = enter(world, "Voorbeeld BV", VATNumber=VAT, Nr="7")
    second = enter(world, "De Voorbeelden", VATNumber=VAT)
    return "same VAT number", VAT, [named(first, "Voorbeeld BV", "7"), named(second, "De Voorbeelden")]


def same_email(world: World) -> tuple[str, str, list[dict[str, Any]]]:
    first = enter(world, "An Peeters", Email="AN@x.example; an@y.example")
    second = enter(world, "Bert Claes", Email="an@X.example")
    return "same e-mail address", "an@x.example", [named(first, "An Peeters"), named(second, "Bert Claes")]


def similar_name(world: World) -> tuple[str, None, list[dict[str, Any]]]:
    first, second = enter(world, "An Peeters"), enter(world, "Peeters An")
    return "similar name", None, [named(first, "An Peeters"), named(second, "Peeters An")]


def firm_without_number(world: World) -> tuple[str, None, list[dict[str, Any]]]:
    return "looks like a firm", None, [named(enter(world, "Drukkerij Wouters NV"), "Drukkerij Wouters NV")]


def no_country(world: World) -> tuple[str, None, list[dict[str, Any]]]:
    without = {name: value for name, value in address().items() if name != "CountryCode"}
    return "no country", None, [named(enter(world, "An Peeters", Addresses=[without]), "An Peeters")]


def no_address(world: World) -> tuple[str, None, list[dict[str, Any]]]:
    return "no country", None, [named(enter(world, "An Peeters", Addresses=[]), "An Peeters")]


HEADINGS = {
    "same VAT number": "one VAT number",
    "same e-mail address": "one e-mail address",
    "similar name": "only a hint",
    "looks like a firm": "without VAT number",
    "no country": "without a country",
}


@pytest.mark.parametrize(
    "make",
    [same_vat_number, same_email, similar_name, firm_without_number, no_country, no_address],
    ids=lambda make: make.__name__,
)
def test_each_oddity_is_told_with_whom_it_concerns_and_what_to_do(world: World, make: Any) -> None:
    """Otherwise: a number, and the bookkeeper has to find out whose it is and what is wrong with it."""
    enter(world, "Zeynep Öztürk", Email="z@x.example")
    what, shared, debtors = make(world)
    assert odd(world) == [{"what": what, "shared": shared, "debtors": debtors}]
    before = debtor_records(world)
    result = world.run_in_process("debtors")
    heading, advice, line, total = result.stdout.splitlines()
    assert result.returncode == 0
    assert HEADINGS[what] in heading
    assert advice.startswith("  → ")
    assert all(f"{each['party_id']} {each['name']}" in line for each in debtors)
    assert (shared or "") in line
    assert total.startswith(f"{len(before)} debtors, 1 thing")
    assert "Zeynep" not in result.stdout
    assert (debtor_records(world), world.writes()) == (before, 0)


def test_each_kind_of_oddity_has_one_heading(world: World) -> None:
    for make in (same_vat_number, similar_name, firm_without_number, no_country):
        make(world)
    enter(world, "Bakkerij Aerts NV")
    lines = world.run_in_process("debtors").stdout.splitlines()
    headings = [line for line in lines if not line.startswith(" ")][:-1]
    assert len(headings) == len(set(headings)) == 4


def test_a_name_cannot_write_on_the_screen(world: World) -> None:
    """Otherwise: a customer's name turns the terminal red, or hides the line below it."""
    enter(world, "\x1b[31m [bold]Rood[/bold]\r\nNV")
    result = world.run_in_process("debtors")
    assert "\x1b" not in result.stdout
    assert "[31m [bold]Rood[/bold] NV" in result.stdout


def test_it_costs_pages_and_no_state_file(world: World) -> None:
    """Otherwise: nobody can look at the debtors before the first run, when it would be of most use."""
    for number in range(130):
        enter(world, f"Klant {number * 7919 % 100_003:06}", Addresses=[another_address(number)])
    result = world.run_in_process("debtors", "--json")
    assert (result.returncode, result.json["debtors"]) == (0, 130)
    assert (len(debtor_requests(world, "GET", PARTIES)), debtor_requests(world, "GET", PARTY)) == (3, [])
    assert not world.state_file.exists()


def test_what_we_made_ourselves_is_not_odd(world: World) -> None:
    for buyer in (CONSUMER_BE, FIRM_BE):
        sell(world, buyer=buyer)
    world.run_in_process("sync")
    assert len(our_debtors(world)) == 2
    assert odd(world) == []


def test_a_debtor_whose_country_lists_do_not_show_is_not_said_to_have_none(world: World) -> None:
    """Otherwise: with a Billit that is a little different, every single customer is on the list."""
    world.emulator.office.switches.update(party_lists_addresses=False)
    enter(world, "An Peeters")
    enter(world, "Bert Claes", Addresses=[])
    assert odd(world) == []
    assert world.run_in_process("debtors", "--json").json["countries_are_shown"] is False
    first, second = world.run_in_process("debtors").stdout.splitlines()
    assert (first, "no addresses" in second) == ("2 debtors, nothing odd", True)
    assert debtor_requests(world, "GET", PARTY) == []


def test_one_is_not_said_in_the_plural(world: World) -> None:
    enter(world, "An Peeters")
    assert world.run_in_process("debtors").stdout == "1 debtor, nothing odd\n"
    firm_without_number(world)
    assert world.run_in_process("debtors").stdout.splitlines()[-1] == "2 debtors, 1 thing to look at"


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_trouble_with_billit_is_said_in_two_lines(world: World, as_json: tuple[str, ...]) -> None:
    body = {"errors": [{"Code": "ApiKeyNotValid"}]}
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", path=PARTIES, status=401, body=body))
    result: Result = world.run_in_process("debtors", *as_json)
    assert result.returncode == 77
    assert len(result.stderr.splitlines()) <= 2
    if as_json:
        document = json.loads(result.stdout)
        assert (document["command"], document["exit_code"]) == ("debtors", 77)
        assert "key" in document["error"]["message"]
    else:
        assert result.stdout == ""
