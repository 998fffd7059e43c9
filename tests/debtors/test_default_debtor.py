"""All orders, or those of consumers, go to the default debtor, and are not sent."""

from __future__ import annotations

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT
from support.billit_debtors import debtor_of, debtor_records, edit, enter, our_debtors
from support.shop_orders import sell, sell_net
from support.world import SENDING, World

AN, VAT = CONSUMER_BE.email, str(FIRM_BE.vat_id_number)


def test_all_orders_are_booked_on_the_default_debtor_and_not_sent(world: World) -> None:
    """Otherwise: the till in Billit's books gets a thousand customers, or invoices go to the till."""
    world.configure(customers={"default_debtor": "WEBSHOP"}, sending=SENDING)
    known = enter(world, "An Peeters", Email=AN), enter(world, "Webshop", Nr=" WEBSHOP ")
    before = debtor_records(world)
    orders = [sell(world), sell_net(world)]
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, dict.fromkeys(orders, "created"))
    assert [debtor_of(world, order) for order in orders] == [known[1], known[1]]
    assert [result.reasons(order) for order in orders] == [["default_debtor_unsent"]] * 2
    assert (debtor_records(world), world.emulator.office.deliveries) == (before, [])
    assert world.run_in_process("sync").stdout == ""
    assert world.run_in_process("status").returncode == 0


def test_only_consumers_are_booked_on_the_default_debtor_where_the_config_says_so(world: World) -> None:
    """Otherwise: a firm does not get the e-invoice it has a right to."""
    customers = {"default_debtor": "WEBSHOP", "default_debtor_for": "consumers"}
    world.configure(customers=customers, sending=SENDING)
    shop = enter(world, "Webshop", Nr="WEBSHOP")
    consumer, firm, club = sell(world), sell_net(world), sell(world, buyer=FIRM_BE_WITHOUT_VAT)
    result = world.run_in_process("sync", "--json")
    assert result.outcomes == {consumer: "created", firm: "sent", club: "unsent"}  # no number to reach it by
    assert debtor_of(world, consumer) == shop
    assert shop not in {debtor_of(world, order) for order in (firm, club)}
    assert len(our_debtors(world)) == 2


def test_nothing_is_said_of_sending_where_nothing_would_be_sent(world: World) -> None:
    world.configure(
        customers={"default_debtor": "WEBSHOP"}, sending={"businesses": "none", "consumers": "none"}
    )
    enter(world, "Webshop", Nr="WEBSHOP")
    order = sell(world)
    assert world.run_in_process("sync", "--json").reasons(order) == []


def test_a_document_on_the_default_debtor_is_not_sent_later_either(world: World) -> None:
    """Otherwise: the key is taken out of the config, and a month of invoices goes to the till."""
    world.configure(customers={"default_debtor": "WEBSHOP"}, sending=SENDING)
    enter(world, "Webshop", Nr="WEBSHOP", Email="shop@x.example")
    orders = [sell(world), sell_net(world)]
    world.run_in_process("sync")
    world.configure(customers={"default_debtor": ""})
    assert world.run_in_process("sync").stdout == ""
    world.run_in_process("retry", *map(str, orders))
    assert world.emulator.office.deliveries == []


def test_a_default_debtor_that_is_not_there_parks_orders_until_it_is(world: World) -> None:
    """Otherwise: a typing error in the config, and each customer gets a debtor of their own after all."""
    world.configure(customers={"default_debtor": "WEBSHOP"})
    shop = enter(world, "Webshop", Nr="WEBSHOP2")
    order = sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {order: "parked"})
    [said] = result.json["orders"][0]["reasons"]
    assert (said["code"], "WEBSHOP" in said["message"]) == ("default_debtor_missing", True)
    assert world.run_in_process("sync").stdout == ""
    assert (world.totals(), list(debtor_records(world))) == ({}, [shop])
    edit(world, shop, Nr="WEBSHOP")
    assert world.run_in_process("sync", "--json").outcomes == {order: "created"}
    assert debtor_of(world, order) == shop


def test_of_two_default_debtors_the_oldest_is_taken_and_it_is_said_once(world: World) -> None:
    world.configure(customers={"default_debtor": "WEBSHOP"})
    oldest, _ = enter(world, "Webshop", Nr="WEBSHOP"), enter(world, "Webshop 2", Nr="WEBSHOP")
    first, second = sell(world), sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.reasons(first), result.reasons(second)) == (["debtor_ambiguous"], [])
    assert debtor_of(world, first) == debtor_of(world, second) == oldest
    third = sell(world)
    assert world.run_in_process("sync", "--json").reasons(third) == []
