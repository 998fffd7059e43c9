"""The total that Billit made is read back and compared before anything is sent."""

from __future__ import annotations

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.shop_orders import sell, sell_lines, sell_net
from support.world import SENDING, World, document_key


def test_a_number_on_the_wire_is_never_a_float(world: World) -> None:
    """Otherwise: 0.1 + 0.2."""
    sell(world, "29.99")
    world.run_in_process("sync")
    [posted] = [
        each.body for each in world.emulator.journal if (each.method, each.path) == ("POST", "/v1/orders")
    ]
    assert b"29.99" in posted
    assert world.totals() == {document_key(810_001): "29.99"}


# --- the total of a document --------------------------------------------------------------------


def test_what_billit_rounds_otherwise_is_held_with_its_cents_and_never_sent(world: World) -> None:
    """Otherwise: the customer paid 97.00 and gets an invoice of 97.01."""
    world.configure(sending=SENDING)
    world.emulator.office.switches.update(gross_group_vat="recomputed")
    safe, unsafe, net = sell(world, "121.00"), sell(world, "97.00"), sell_net(world)
    result = world.run("sync", "--json")
    assert result.returncode == 3
    assert result.outcomes == {safe: "sent", unsafe: "held", net: "sent"}
    assert result.reasons(unsafe) == ["totals_differ"]
    [held] = [order for order in result.json["orders"] if order["order_id"] == unsafe]
    assert "97.01" in held["reasons"][0]["message"]
    assert "97.00" in held["reasons"][0]["message"]
    assert "+0.01" in held["reasons"][0]["message"]
    again = world.run("sync", "--json")
    assert (again.returncode, again.outcomes, again.json["counts"]["stuck"]) == (0, {}, 1)
    sent = {
        world.emulator.office.documents[each.document_id].external_id
        for each in world.emulator.office.deliveries
    }
    assert sent == {document_key(safe), document_key(net)}


def test_nothing_more_is_created_where_the_first_document_cannot_be_read_back(world: World) -> None:
    """Otherwise: a hundred documents that nobody could compare."""
    first, second = sell(world, "121.00"), sell(world, "242.00")
    world.emulator.arm(
        Fault(FaultKind.BAD_GATEWAY_502, api="billit", method="GET", path=r"^/v1/orders/\d+$", times=None)
    )
    assert world.run_in_process("sync").returncode == 69
    assert list(world.totals()) == [document_key(first)]
    world.emulator.disarm()
    assert world.run_in_process("sync").returncode == 0
    assert set(world.totals()) == {document_key(first), document_key(second)}


def test_each_document_is_read_back_before_the_next_is_created(world: World) -> None:
    """Otherwise: an outage shows when all of them are there."""
    sell(world, "121.00")
    sell(world, "242.00")
    world.run_in_process("sync")
    first, _ = sorted(world.emulator.office.documents)
    asked = [f"{each.method} {each.path}" for each in world.emulator.journal if each.api == "billit"]
    created = [number for number, each in enumerate(asked) if each == "POST /v1/orders"]
    assert len(created) == 2
    assert f"GET /v1/orders/{first}" in asked[created[0] : created[1]]


@pytest.mark.parametrize(
    "verb", [("sync",), ("export-existing", "--since", "2020-01-01"), ("rebuild-state",)]
)
def test_every_verb_compares_totals(world: World, verb: tuple[str, ...]) -> None:
    """Otherwise: a difference is found by whoever does the VAT return."""
    world.emulator.office.switches.update(gross_group_vat="recomputed")
    order_id = sell(world, "97.00", days_ago=20 if verb[0] == "export-existing" else 3)
    if verb == ("rebuild-state",):
        world.run_in_process("sync")
        world.lose_state()
    result = world.run_in_process(*verb, "--json")
    assert (result.returncode, result.outcomes) == (3, {order_id: "held"})


def test_a_document_somebody_changed_before_it_was_compared_is_held(world: World) -> None:
    """Otherwise: a run is cut off, somebody edits the draft in Billit, and the edited one is sent unseen."""
    world.configure(sending=SENDING)
    order_id = sell(world, "121.00")
    read_back = Fault(FaultKind.REDIRECT_302, api="billit", method="GET", path=r"/v1/orders/\d+$")
    world.emulator.arm(read_back)
    assert world.run_in_process("sync").returncode == 69
    [document] = world.emulator.office.live
    other = sell_lines(world, [Line("Cursus", "242.00")], CONSUMER_BE, days_ago=20)
    world.run_in_process("export-existing", "--since", "2020-01-01")
    document.totals = world.emulator.office.by_external_id(document_key(other))[0].totals
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {order_id: "held"})
    assert world.emulator.office.deliveries == []


def test_a_cent_that_the_owner_accepts_holds_nothing_up(world: World) -> None:
    """Otherwise: a shop whose owner has said "a cent is fine" still has to look at every such invoice."""
    world.configure(invoice={"on_cent_difference": "accept"}, sending=SENDING)
    world.emulator.office.switches.update(gross_group_vat="recomputed")
    order_id = sell(world, "97.00")
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order_id: "sent"})
    assert world.totals() == {document_key(order_id): "97.01"}


def test_a_rounding_line_gives_the_total_whatever_billit_does_with_gross_prices(world: World) -> None:
    """Otherwise: the one way that relies on documented arithmetic alone does not work either."""
    world.configure(invoice={"on_cent_difference": "rounding_line"}, sending=SENDING)
    world.emulator.office.switches.update(gross_group_vat="recomputed")
    order_id = sell(world, "97.00")
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order_id: "sent"})
    assert world.totals() == {document_key(order_id): "97.00"}
