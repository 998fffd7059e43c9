"""A difference between an order and its debtor is said once, and nothing is changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT, NO_ADDRESS
from support.billit_debtors import PARTY, address, debtor_of, debtor_records, debtor_requests, edit, enter
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
from support.shop_orders import sell

if TYPE_CHECKING:
    from support.world import World


def test_a_difference_is_said_once_and_nothing_is_changed(world: World) -> None:
    """Otherwise: every order of somebody who moved complains again, or the books change by themselves."""
    an = known_an(world)
    before = debtor_records(world)
    order = sell(world, buyer=replace(MOVED, lastname="Janssens"))
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order: "created"})
    assert result.reasons(order) == ["debtor_differs"]
    assert messages(result, order) == [
        f"its debtor {an} in Billit has another name, street, postcode and city than the order"
    ]
    assert "Janssens" not in result.stdout
    assert (debtor_records(world), debtor_requests(world, "PATCH", PARTY)) == (before, [])
    again = sell(world, buyer=replace(MOVED, lastname="Janssens"))
    assert world.run_in_process("sync", "--json").reasons(again) == []
    assert debtor_records(world) == before


def test_a_debtor_of_ours_is_left_as_it_is_too(world: World) -> None:
    sell(world)
    world.run_in_process("sync")
    before = debtor_records(world)
    moved = sell(world, buyer=MOVED)
    assert world.run_in_process("sync", "--json").reasons(moved) == ["debtor_differs"]
    assert debtor_records(world) == before


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
    assert world.run_in_process("sync", "--json").reasons(order) == []


def test_a_consumer_s_order_says_nothing_of_the_firm_it_is_linked_to(world: World) -> None:
    """Otherwise: whoever orders for herself with the firm's address is said to be a firm that moved."""
    enter(world, "Voorbeeld BV", VATNumber=VAT, Email=AN)
    order = sell(world)
    assert world.run_in_process("sync", "--json").reasons(order) == []


def test_a_difference_that_was_put_right_and_came_back_is_said_again(world: World) -> None:
    """Otherwise: the second time somebody moves, nobody hears of it."""
    an = known_an(world)
    assert sell(world, buyer=MOVED)
    world.run_in_process("sync")
    edit(world, an, Addresses=[NEW_ADDRESS])
    settled = sell(world, buyer=MOVED)
    assert world.run_in_process("sync", "--json").reasons(settled) == []
    order = sell(world, buyer=replace(MOVED_AGAIN, city="Gent"))
    assert world.run_in_process("sync", "--json").reasons(order) == ["debtor_differs"]


def test_the_very_same_difference_is_said_again_once_it_has_been_put_right(world: World) -> None:
    """Otherwise: somebody puts the old address back by mistake, and nobody hears of it."""
    an = known_an(world)
    codes = []
    for addresses in (None, None, [NEW_ADDRESS], [address()], None):
        if addresses:
            edit(world, an, Addresses=addresses)
        order = sell(world, buyer=MOVED)
        codes.append(world.run_in_process("sync", "--json").reasons(order))
    assert codes == [["debtor_differs"], [], [], ["debtor_differs"], []]


def test_who_orders_from_home_and_from_work_is_told_of_once(world: World) -> None:
    """Otherwise: one customer with two addresses, and a line about it in every mail."""
    known_an(world)
    orders = [sell(world, buyer=buyer) for buyer in (MOVED, CONSUMER_BE, MOVED, CONSUMER_BE)]
    result = world.run_in_process("sync", "--json")
    assert [result.reasons(order) for order in orders] == [["debtor_differs"], [], [], []]


def test_without_being_asked_no_run_changes_a_debtor(world: World) -> None:
    known_an(world)
    before = debtor_records(world)
    sell(world, buyer=MOVED)
    for arguments in (("sync",), ("sync", "--dry-run", "--update-debtors"), ("sync", "--adopt")):
        assert world.run_in_process(*arguments).returncode == 0
    assert (debtor_records(world), debtor_requests(world, "PATCH", PARTY)) == (before, [])


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
    before = debtor_records(world)[club]
    order = sell(world, buyer=PRIVATE)
    result = update_debtors(world)
    assert (debtor_of(world, order), debtor_records(world)[club]) == (club, before)
    assert (result.returncode, result.reasons(order)) == (0, [])


def test_one_firm_s_order_never_changes_another_firm(world: World) -> None:
    baker = enter(world, "Bakkerij BV", VATNumber="BE0999400403", Email=FIRM_BE.email)
    before = debtor_records(world)[baker]
    sell(world, buyer=FIRM_BE)
    sell(world, buyer=replace(FIRM_BE, company="Voorbeeld", vat_id_number=None))
    assert update_debtors(world).returncode == 0
    assert debtor_records(world)[baker] == before
