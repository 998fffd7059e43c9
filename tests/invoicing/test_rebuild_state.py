"""`rebuild-state` makes a lost state file anew from what Billit holds."""

from __future__ import annotations

from ppbillit_emulator import Fault, FaultKind
from support.shop_orders import credit, day, sell, sell_net, three_documents
from support.world import SENDING, World, assert_refused, document_key


def test_rebuilding_knows_what_was_deleted_held_adopted_and_backfilled(world: World) -> None:
    """Otherwise: what was thrown away on purpose comes back with the rebuilt state."""
    world.configure(sending=SENDING)
    old = sell(world, days_ago=20)
    world.run_in_process("export-existing", "--since", day(30))
    deleted, kept = sell(world), sell_net(world)
    world.run_in_process("sync")
    [document] = world.emulator.office.by_external_id(document_key(deleted))
    document.deleted = world.emulator.clock.now()
    world.lose_state()
    result = world.run_in_process("rebuild-state", "--json")
    assert result.outcomes == {old: "adopted", deleted: "deleted", kept: "adopted"}
    assert dict(world.rows("SELECT order_id, backfill FROM orders"))[old] == 1
    sends = list(world.emulator.office.deliveries)
    for verb in (["sync"], ["export-existing", "--since", day(30)]):
        assert world.run_in_process(*verb).returncode == 0
    assert set(world.totals()) == {document_key(old), document_key(kept)}
    assert world.emulator.office.deliveries == sends


def test_a_rebuilding_that_was_cut_off_leaves_no_half_state(world: World) -> None:
    """Otherwise: half a state looks like a whole one, and the other half is invoiced again."""
    three_documents(world)
    world.run_in_process("sync")
    world.lose_state()
    world.emulator.arm(Fault(FaultKind.REDIRECT_302, api="plugandpay", path="/v2/orders$", times=1))
    assert world.run_in_process("rebuild-state").returncode == 69
    assert_refused(world.run_in_process("sync"), 78, "rebuild-state")
    assert world.run_in_process("rebuild-state").returncode == 0
    assert world.run_in_process("sync").returncode == 0
    assert len(world.totals()) == 3


def test_a_state_file_that_is_there_is_not_rebuilt_over(world: World) -> None:
    """Otherwise: a hasty command replaces a good memory by a poorer one."""
    sell(world)
    world.run_in_process("sync")
    before = world.tables()
    assert_refused(world.run_in_process("rebuild-state"), 78, "There is a state file")
    assert world.tables() == before


def test_a_credit_of_a_backfilled_invoice_finds_it_after_a_rebuild(world: World) -> None:
    """Otherwise: a credit note loses its invoice together with the old disk."""
    old = sell(world, days_ago=20)
    world.run_in_process("export-existing", "--since", day(30))
    world.lose_state()
    world.run_in_process("rebuild-state")
    note = credit(world, old)
    assert world.run_in_process("sync", "--json").outcomes == {note: "created"}
    [made] = world.emulator.office.by_external_id(document_key(note))
    assert made.fields["AboutInvoiceNumber"] == world.emulator.shop.orders[old]["invoice_number"]
