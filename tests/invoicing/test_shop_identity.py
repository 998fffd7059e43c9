"""The state file belongs to one shop and one company; a second state file for both is refused."""

from __future__ import annotations

from ppbillit_emulator import Fault, FaultKind
from support.shop_orders import enter_document_by_hand, sell, three_documents
from support.world import World, assert_refused, document_key


def test_a_shop_under_a_new_name_is_not_invoiced_all_over_again(world: World) -> None:
    """Otherwise: new keys, nothing of "ours" in Billit, and every invoice is made a second time."""
    order_id = sell(world)
    assert world.run_in_process("sync").returncode == 0
    world.configure(plugandpay={"shop": "my-shop"})
    renamed = world.run_in_process("sync")
    assert renamed.returncode == 78
    assert 'shop = "4711"' in renamed.stderr
    world.lose_state()
    lost = world.run_in_process("sync")
    assert lost.returncode == 78
    assert 'shop = "4711"' in lost.stderr
    assert world.totals() == {document_key(order_id): "97.00"}


def test_another_shop_of_the_same_company_is_no_trouble(world: World) -> None:
    enter_document_by_hand(world, "A-1", days_ago=20, own_key="plugandpay-4712-999999")
    order_id = sell(world)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "created"}


# --- a second machine ---------------------------------------------------------------------------


def test_a_second_machine_is_refused_like_a_lost_file(world: World) -> None:
    """Otherwise: the old server is switched on again, and both invoice."""
    three_documents(world)
    assert world.run("sync").returncode == 0
    sell(world, days_ago=1)
    other = {"PPBILLIT_STATE_FILE": str(world.folder / "other" / "state.sqlite3")}
    written = world.writes()
    assert_refused(world.run("sync", env=other), 78, "rebuild-state", "another machine")
    assert world.writes() == written


def test_a_machine_whose_only_invoice_got_lost_on_the_way_is_still_known(world: World) -> None:
    """Otherwise: a first run that died at once leaves a document that nobody counts."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="/v1/orders$"))
    world.run_in_process("sync")
    world.lose_state()
    assert_refused(world.run_in_process("sync"), 78, "rebuild-state")
    assert world.run_in_process("rebuild-state", "--json").outcomes == {order_id: "adopted"}
