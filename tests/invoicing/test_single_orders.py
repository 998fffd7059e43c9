"""`--order` handles only the orders that it names."""

from __future__ import annotations

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.shop_orders import day, sell, sell_lines, three_documents
from support.world import SENDING, World


def test_order_takes_only_that_order(world: World) -> None:
    """Otherwise: trying the tool out with one order invoices the whole shop."""
    world.configure(sending=SENDING)
    _, second, _ = three_documents(world)
    result = world.run_in_process("sync", "--order", str(second), "--json")
    assert result.outcomes == {second: "sent"}
    assert world.stages() == {second: "sent"}
    assert len(world.run_in_process("sync", "--json").outcomes) == 2  # the mark was left where it was


def test_order_sends_only_that_order_too(world: World) -> None:
    """Otherwise: looking after one order sends whatever an earlier run left unsent."""
    first, second, _ = three_documents(world)
    world.emulator.arm(Fault(FaultKind.REDIRECT_302, api="billit", method="POST", path="/send$", times=None))
    world.configure(sending=SENDING)
    world.run_in_process("sync", "--order", str(first))
    world.emulator.disarm()
    world.write("UPDATE orders SET stage = 'checked'")  # as after a crash before the sending was announced
    world.write("DELETE FROM attempts WHERE subject = 'sending'")
    assert world.run_in_process("sync", "--order", str(second), "--json").outcomes == {second: "sent"}
    assert world.stages()[first] == "checked"


def test_order_does_not_reach_behind_the_go_live_date(world: World) -> None:
    """Otherwise: `sync --order` with an old number sends somebody an invoice of last year."""
    world.configure(sending=SENDING)
    old, new = sell(world, days_ago=20), sell(world)
    result = world.run_in_process("sync", "--order", str(old), "--json")
    assert (result.outcomes, result.reasons(old)) == ({old: "skipped"}, ["before_go_live"])
    assert world.totals() == {}
    exported = world.run_in_process("export-existing", "--since", day(30), "--order", str(new), "--json")
    assert (exported.outcomes, exported.reasons(new)) == ({new: "skipped"}, ["not_existing"])
    assert world.totals() == {}
    assert world.run_in_process("sync", "--json").outcomes == {new: "sent"}
    assert world.run_in_process("export-existing", "--since", day(30), "--json").outcomes == {old: "created"}
    assert len(world.emulator.office.deliveries) == 1


def test_an_order_asked_for_by_number_is_always_explained(world: World) -> None:
    """Otherwise: the owner asks for one order, and the answer is silence."""
    unexplained = sell_lines(world, [Line("Cadeaubon", "50.00", "0")], CONSUMER_BE)
    assert world.run_in_process("sync").returncode == 3
    assert world.run_in_process("sync").stdout == ""
    asked = world.run_in_process("sync", "--order", str(unexplained), "--json")
    assert (asked.returncode, asked.reasons(unexplained)) == (3, ["vat_zero_unexplained"])


def test_an_order_that_the_shop_does_not_have_is_said_so(world: World) -> None:
    """Otherwise: a typing error in the number looks like "all is done"."""
    order_id = sell(world)
    result = world.run_in_process("sync", "--order", str(order_id), "--order", "999999")
    assert result.returncode == 2
    assert "no order 999999" in result.stderr
    assert world.totals() == {}
