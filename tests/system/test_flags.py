"""The brake, single orders, dry runs, and documents that somebody made by hand."""

from __future__ import annotations

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line
from system.shops import by_hand, day, sell, sell_lines, six_documents, three_documents
from system.world import SENDING, World


@pytest.mark.parametrize("way", ["flag", "config"])
def test_the_brake_stops_a_run_before_its_first_document(world: World, way: str) -> None:
    """Otherwise: a wrong go-live date makes a thousand invoices before anybody sees the first."""
    six_documents(world)
    flags = ["--max-new", "5"] if way == "flag" else []
    world.configure(sync={"max_new_per_run": 5} if way == "config" else {})
    result = world.run("sync", *flags)
    assert result.returncode == 3
    assert "6 new documents" in result.stderr
    assert "--max-new 6" in result.stderr
    assert (world.writes(), world.totals()) == (0, {})
    assert world.run("sync", "--max-new", "6").returncode == 0
    assert len(world.totals()) == 6


def test_order_takes_only_that_order(world: World) -> None:
    """Otherwise: trying the tool out with one order invoices the whole shop."""
    world.configure(sending=SENDING)
    _, second, _ = three_documents(world)
    result = world.here("sync", "--order", str(second), "--json")
    assert result.outcomes == {second: "sent"}
    assert world.stages() == {second: "sent"}
    assert len(world.here("sync", "--json").outcomes) == 2  # the mark was left where it was


def test_order_sends_only_that_order_too(world: World) -> None:
    """Otherwise: looking after one order sends whatever an earlier run left unsent."""
    first, second, _ = three_documents(world)
    world.emulator.arm(Fault(FaultKind.REDIRECT_302, api="billit", method="POST", path="/send$", times=None))
    world.configure(sending=SENDING)
    world.here("sync", "--order", str(first))
    world.emulator.disarm()
    world.write("UPDATE orders SET stage = 'checked'")  # as after a crash before the sending was announced
    world.write("DELETE FROM attempts WHERE subject = 'sending'")
    assert world.here("sync", "--order", str(second), "--json").outcomes == {second: "sent"}
    assert world.stages()[first] == "checked"


def test_order_does_not_reach_behind_the_go_live_date(world: World) -> None:
    """Otherwise: `sync --order` with an old number sends somebody an invoice of last year."""
    world.configure(sending=SENDING)
    old, new = sell(world, days_ago=20), sell(world)
    result = world.here("sync", "--order", str(old), "--json")
    assert (result.outcomes, result.reasons(old)) == ({old: "skipped"}, ["before_go_live"])
    assert world.totals() == {}
    exported = world.here("export-existing", "--since", day(30), "--order", str(new), "--json")
    assert (exported.outcomes, exported.reasons(new)) == ({new: "skipped"}, ["not_existing"])
    assert world.totals() == {}
    assert world.here("sync", "--json").outcomes == {new: "sent"}
    assert world.here("export-existing", "--since", day(30), "--json").outcomes == {old: "created"}
    assert len(world.emulator.office.deliveries) == 1


def test_an_order_asked_for_by_number_is_always_explained(world: World) -> None:
    """Otherwise: the owner asks for one order, and the answer is silence."""
    unexplained = sell_lines(world, [Line("Cadeaubon", "50.00", "0")], CONSUMER_BE)
    assert world.here("sync").returncode == 3
    assert world.here("sync").stdout == ""
    asked = world.here("sync", "--order", str(unexplained), "--json")
    assert (asked.returncode, asked.reasons(unexplained)) == (3, ["vat_zero_unexplained"])


def test_an_order_that_the_shop_does_not_have_is_said_so(world: World) -> None:
    """Otherwise: a typing error in the number looks like "all is done"."""
    order_id = sell(world)
    result = world.here("sync", "--order", str(order_id), "--order", "999999")
    assert result.returncode == 2
    assert "no order 999999" in result.stderr
    assert world.totals() == {}


@pytest.mark.parametrize("own_key", [None, "combidesk-77123"], ids=["person", "connector"])
def test_a_number_used_by_somebody_else_is_parked_once_and_adopted_when_told_so(
    world: World, own_key: str | None
) -> None:
    """Otherwise: the invoice that the bookkeeper typed in, or Combidesk made, is there twice."""
    world.configure(sending=SENDING)
    order_id = sell(world, "121.00")
    number = world.emulator.shop.orders[order_id]["invoice_number"]
    document_id = by_hand(world, number, own_key=own_key)
    first = world.run("sync", "--json")
    assert (first.returncode, first.outcomes) == (3, {order_id: "parked"})
    assert first.reasons(order_id) == ["number_taken"]
    second = world.run("sync")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    adopted = world.run("sync", "--order", str(order_id), "--adopt", "--json")
    assert (adopted.returncode, adopted.outcomes) == (0, {order_id: "adopted"})
    assert [order["billit_id"] for order in adopted.json["orders"]] == [document_id]
    assert world.run("sync").stdout == ""
    assert (world.totals(), world.emulator.office.deliveries) == (
        {own_key or number: "121.00"},
        [],
    )
    world.lose_state()
    assert world.here("rebuild-state", "--json").outcomes == {order_id: "adopted"}  # by its number


def test_a_number_that_billit_itself_knows_as_taken_is_looked_up(world: World) -> None:
    """Otherwise: an invoice of years ago has the number, and Billit's refusal says nothing of it."""
    order_id, other = sell(world), sell(world, "49.00")
    by_hand(world, world.emulator.shop.orders[order_id]["invoice_number"], days_ago=800)
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {order_id: "parked", other: "created"})
    assert result.reasons(order_id) == ["number_taken"]
    posts = len(world.emulator.journal)
    assert world.here("sync").stdout == ""
    assert "POST" not in {arrival.method for arrival in world.emulator.journal[posts:]}
    asked = world.here("sync", "--adopt", "--json")
    assert asked.reasons(order_id) == ["not_adopted"]  # 121.00 is not 97.00


def test_a_document_of_another_kind_with_the_same_number_is_no_conflict(world: World) -> None:
    """Otherwise: a purchase, or an offer, with a number of the shop's keeps an invoice from being made."""
    world.emulator.office.switches.update(duplicate_number_scope="type")
    order_id = sell(world)
    number = world.emulator.shop.orders[order_id]["invoice_number"]
    by_hand(world, number, "CreditNote")
    assert world.here("sync", "--json").outcomes == {order_id: "created"}


def test_a_document_deleted_in_billit_is_not_made_again(world: World) -> None:
    """Otherwise: what the bookkeeper throws away comes back every hour."""
    order_id = sell(world)
    world.here("sync")
    [document] = world.emulator.office.live
    document.deleted = world.emulator.clock.now()
    for arguments in ((), ("--order", str(order_id)), ("--order", str(order_id), "--adopt")):
        assert world.here("sync", *arguments).returncode == 0
    assert world.totals() == {}


@pytest.mark.parametrize("verb", [("sync",), ("export-existing", "--since", day(30))])
@pytest.mark.parametrize("began", [False, True])
def test_a_dry_run_writes_nothing_anywhere_and_says_what_would_be(
    world: World, verb: tuple[str, ...], *, began: bool
) -> None:
    """Otherwise: "just looking" makes invoices."""
    world.configure(sending=SENDING)
    if began:
        world.here("sync")
    three_documents(world, days_ago=3 if verb == ("sync",) else 20)
    bytes_before = world.state_file.read_bytes() if began else None
    world.emulator.forget_journal()
    dry = world.run(*verb, "--dry-run")
    assert dry.returncode == 0
    lines = [line for line in dry.stdout.splitlines() if " order " in line]
    assert lines
    assert all(line.startswith("would be ") for line in lines)
    assert "nothing was written" in dry.stdout
    assert world.writes() == 0
    assert {arrival.method for arrival in world.emulator.journal} == {"GET"}
    if began:
        assert world.state_file.read_bytes() == bytes_before
    else:
        assert not world.state_file.parent.exists()
    as_json = world.run(*verb, "--dry-run", "--json")
    assert as_json.json["dry_run"] is True
    real = world.run(*verb, "--json")
    assert real.outcomes == as_json.outcomes  # and what it said is what then happens


@pytest.mark.parametrize("flag", ["--log-format", "--color"])
def test_a_flag_with_a_wrong_word_is_answered_in_plain_words(world: World, flag: str) -> None:
    refused = world.run(flag, "xml", "sync")
    assert refused.returncode == 2
    assert f"Invalid value for '{flag}': 'xml' is not one of" in refused.stderr


def test_a_mistake_behind_the_command_is_answered_in_plain_words(world: World) -> None:
    refused = world.run("export-existing", "--since", "1 January")
    assert refused.returncode == 2
    assert "Invalid value for '--since': write the day as 2026-01-31" in refused.stderr
