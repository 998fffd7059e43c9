"""Orders before the go-live date: invoiced on request, once, and never sent."""

from __future__ import annotations

import random
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator import Fault, FaultKind
from support.shop_orders import credit, day, sell, sell_abroad, sell_net, six_documents, three_documents
from support.world import SENDING, World, document_key, today

if TYPE_CHECKING:
    from collections.abc import Callable

SINCE = ("export-existing", "--since", day(60))


def test_an_export_makes_the_old_documents_once_and_sends_none(world: World) -> None:
    """Otherwise: hundreds of customers get an invoice of last year in their mailbox."""
    world.configure(sending=SENDING)
    old = [sell(world, days_ago=30), sell_net(world, days_ago=25), sell_abroad(world, days_ago=11)]
    new = sell(world, "49.00")
    first = world.run(*SINCE, "--json")
    assert (first.returncode, first.outcomes) == (0, dict.fromkeys(old, "created"))
    second = world.run(*SINCE)
    assert (second.returncode, second.stdout) == (0, "")
    assert world.run("sync", "--json").outcomes == {new: "sent"}
    assert set(world.totals()) == {document_key(each) for each in (*old, new)}
    assert [sent.document_id for sent in world.emulator.office.deliveries] == [
        world.emulator.office.by_external_id(document_key(new))[0].order_id
    ]


def test_a_sync_leaves_the_old_orders_alone(world: World) -> None:
    """Otherwise: the orders that Combidesk already took are invoiced a second time."""
    sell(world, days_ago=11)
    assert world.run("sync").returncode == 0
    assert world.totals() == {}


@pytest.mark.parametrize("since", [0, 10])
def test_an_export_from_the_go_live_date_on_is_refused(world: World, since: int) -> None:
    """Otherwise: new invoices are made by the export, and so never sent."""
    sell(world)
    result = world.run("export-existing", "--since", day(since))
    assert result.returncode == 2
    assert "go-live" in result.stderr
    assert "ppbillit sync" in result.stderr
    assert world.writes() == 0


def test_an_export_from_later_to_earlier_is_a_typing_error(world: World) -> None:
    """Otherwise: two dates swapped look like "nothing to export"."""
    sell(world, days_ago=30)
    result = world.run_in_process("export-existing", "--since", day(20), "--until", day(40))
    assert (result.returncode, world.writes()) == (2, 0)
    assert "--until" in result.stderr


def test_until_ends_the_export_and_the_go_live_date_does_too(world: World) -> None:
    """Otherwise: a month too much is in the books before anybody notices."""
    wanted, later, new = sell(world, days_ago=30), sell(world, days_ago=20), sell(world)
    assert world.run_in_process(*SINCE, "--until", day(25), "--json").outcomes == {wanted: "created"}
    assert world.run_in_process(*SINCE, "--until", day(0), "--json").outcomes == {later: "created"}
    assert document_key(new) not in world.totals()


def test_an_until_that_reaches_beyond_is_said_to_be_cut(world: World) -> None:
    """Otherwise: somebody waits for the rest of the month in vain."""
    sell(world, days_ago=30)
    cut = world.run(*SINCE, "--until", day(0))
    assert cut.returncode == 0
    assert f"--until {day(0)} is not before the go-live date: this goes up to {day(11)}" in cut.stderr
    assert world.run(*SINCE, "--until", day(11)).stderr == ""


def test_an_export_cut_off_half_way_goes_on_where_it_was(world: World) -> None:
    """Otherwise: the export of ten thousand orders has to succeed in one go."""
    world.configure(sending=SENDING)
    six_documents(world, days_ago=20)
    world.emulator.arm(
        Fault(FaultKind.REDIRECT_302, api="billit", path=r"/v1/orders/\d+$", nth=3, times=None)
    )
    assert world.run_in_process(*SINCE).returncode == 69
    world.emulator.disarm()
    assert (
        world.run_in_process("sync").returncode == 0
    )  # the one that was not yet compared is not this verb's to send
    assert world.run_in_process(*SINCE).returncode == 0
    world.run_in_process("sync")
    assert len(world.totals()) == 6
    today_s_credit = 1
    assert len(world.emulator.office.deliveries) == today_s_credit


def test_the_credit_of_an_old_invoice_names_it_and_is_sent(world: World) -> None:
    """Otherwise: a credit note of today is treated as old because its invoice is."""
    world.configure(sending=SENDING)
    old = sell(world, days_ago=30)
    world.run_in_process(*SINCE)
    note = credit(world, old)
    assert world.run_in_process("sync", "--json").outcomes == {note: "sent"}
    [made] = world.emulator.office.by_external_id(document_key(note))
    assert made.fields["AboutInvoiceNumber"] == world.emulator.shop.orders[old]["invoice_number"]


def test_switching_sending_off_stops_what_was_waiting_to_be_sent(world: World) -> None:
    """Otherwise: the owner sees a mistake, switches sending off, and the next run sends the rest all the same."""
    world.configure(sending=SENDING)
    three_documents(world)
    world.emulator.arm(
        Fault(FaultKind.REDIRECT_302, api="billit", path="/v1/orders/commands/send$", times=None)
    )
    world.run_in_process("sync")
    world.emulator.disarm()
    world.configure(sending={"businesses": "none", "consumers": "none"})
    assert world.run_in_process("sync").returncode == 3  # what waits is told, once
    assert world.run_in_process("sync").returncode == 0
    assert world.emulator.office.deliveries == []
    world.configure(sending=SENDING)
    assert world.run_in_process("sync").returncode == 0
    assert len(world.emulator.office.deliveries) == 3


def test_switching_sending_on_does_not_send_what_was_made_before(world: World) -> None:
    """Otherwise: the day sending is switched on, every invoice since go-live goes out at once."""
    three_documents(world)
    world.run_in_process("sync")
    world.configure(sending=SENDING)
    assert world.run_in_process("sync").stdout == ""
    new = sell(world, days_ago=0)
    assert world.run_in_process("sync", "--json").outcomes == {new: "sent"}
    assert len(world.emulator.office.deliveries) == 1


def test_a_state_restored_from_an_old_backup_makes_and_sends_nothing_twice(world: World) -> None:
    """Otherwise: the backup that was to save the day doubles the invoices of a week."""
    world.configure(sending=SENDING)
    sell(world)
    world.run_in_process("sync")
    backup = world.state_file.with_name("backup")
    shutil.copy(world.state_file, backup)
    three_documents(world, days_ago=2)
    world.run_in_process("sync")
    books, sends = world.totals(), list(world.emulator.office.deliveries)
    shutil.copy(backup, world.state_file)
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, list(result.outcomes.values())) == (0, ["adopted"] * 3)
    assert (world.totals(), world.emulator.office.deliveries) == (books, sends)
    assert world.run_in_process("sync").stdout == ""


@pytest.mark.parametrize("seed", range(6))
def test_no_sequence_of_commands_faults_and_changes_sends_an_old_document(world: World, seed: int) -> None:
    """Otherwise: some order of export, sync, rebuild and config edit that nobody tried sends old invoices."""
    chance = random.Random(seed)  # noqa: S311  (repeatable on purpose)
    world.configure(sending=SENDING)
    go_live = world.go_live

    def rebuild() -> None:
        if world.state_file.exists():
            world.lose_state()
        world.run_in_process("rebuild-state")

    def fault() -> None:
        kind = chance.choice([FaultKind.CLOSE_AFTER, FaultKind.ERROR_500_BEFORE, FaultKind.HTML_200_AFTER])
        path = chance.choice(["/v1/parties$", "/v1/orders$", "/v1/orders/commands/send$"])
        world.emulator.arm(Fault(kind, api="billit", method="POST", path=path))

    moves: list[Callable[[], object]] = [
        lambda: world.run_in_process("sync"),
        lambda: world.run_in_process("sync"),
        lambda: world.run_in_process(*SINCE),
        lambda: world.run_in_process("sync", *[f"--order={each}" for each in world.emulator.shop.orders]),
        lambda: world.run_in_process(*SINCE, *[f"--order={each}" for each in world.emulator.shop.orders]),
        rebuild,
        fault,
        lambda: sell(world, days_ago=chance.choice([1, 30])),
        lambda: sell_net(world, days_ago=chance.choice([1, 30])),
        lambda: world.configure(
            sending=chance.choice([SENDING, {"businesses": "none", "consumers": "none"}])
        ),
    ]
    sell(world, days_ago=30)
    sell(world, days_ago=1)
    for _ in range(25):
        chance.choice(moves)()
        check_nothing_old_was_sent(world)
    assert world.go_live == go_live
    world.emulator.disarm()
    for _ in range(4):
        world.run_in_process("sync")
        world.run_in_process(*SINCE)
    check_nothing_old_was_sent(world)
    assert set(world.totals()) == {document_key(each) for each in world.emulator.shop.orders}


def check_nothing_old_was_sent(world: World) -> None:
    """Compare what left the office with the shop's own dates, and see that nothing is there or left twice."""
    office = world.emulator.office
    world.totals()
    sent = [office.documents[each.document_id].external_id for each in office.deliveries]
    assert len(sent) == len(set(sent))
    go_live = (today() - timedelta(days=10)).isoformat()
    for order_id, order in world.emulator.shop.orders.items():
        if order["invoice_date"] < go_live:
            assert document_key(order_id) not in sent
