"""`sync` invoices what is new since the go-live date; a second run changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from support.shop_orders import day, sell, six_documents
from support.world import BRUSSELS, SENDING, World, document_key, today


def test_a_go_live_date_that_is_moved_back_brings_the_orders_in_between(world: World) -> None:
    """Otherwise: they are too new for the export, too old for the sync, and lost without a word."""
    recent, earlier = sell(world), sell(world, days_ago=150)
    assert world.run_in_process("sync", "--json").outcomes == {recent: "created"}
    world.configure(sync={"go_live": today() - timedelta(days=200)})
    assert world.run_in_process("sync", "--json").outcomes == {earlier: "created"}


# --- what is invoiced ---------------------------------------------------------------------------


def test_a_second_run_writes_nothing_and_says_nothing(world: World) -> None:
    """Otherwise: cron sends a mail every ten minutes, and nobody reads the one that matters."""
    world.configure(sending=SENDING)
    six_documents(world)
    first = world.run("sync")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[-1] == "6 created, 6 sent"
    written, books = world.writes(), world.end_state()
    second = world.run("sync")  # looks at what is under way, and notes which version it saw
    before = world.tables()
    third = world.run("sync")
    for run in (second, third):
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert (world.writes(), world.end_state()) == (written, books)
    read_at = ("deliveries_read",)  # when Billit was last asked what became of what was sent
    after = world.tables()
    for tables in (before, after):
        tables["meta"] = [row for row in tables["meta"] if row[0] not in read_at]
    assert after == before


def test_every_document_says_what_the_customer_paid(world: World) -> None:
    """Otherwise: the bookkeeper finds a cent of difference in every tenth invoice, months later."""
    orders = six_documents(world)
    assert world.run("sync").returncode == 0
    assert world.totals() == dict(
        zip(
            map(document_key, orders), ["97.00", "413.40", "97.00", "128.09", "245.45", "49.00"], strict=True
        )
    )  # fmt: skip
    assert not world.emulator.office.overwritten
    assert len(world.emulator.office.parties) == 4  # the consumer bought twice, and got something back


def test_the_second_order_of_a_known_buyer_uses_the_debtor_that_is_there(world: World) -> None:
    """Otherwise: the list of debtors fills up with copies of the same customer."""
    first = sell(world)
    world.run_in_process("sync")
    second = sell(world, "49.00", days_ago=1)
    result = world.run_in_process("sync", "--json")
    assert result.outcomes == {second: "created"}
    assert len(world.emulator.office.parties) == 1
    assert world.totals() == {document_key(first): "97.00", document_key(second): "49.00"}


def test_test_orders_and_concepts_are_never_exported_even_where_the_api_lists_them(world: World) -> None:
    """Otherwise: the seller's own try-outs, and half-written offers, turn up in the VAT return."""
    switches = world.emulator.shop.switches
    switches.update(default_mode="both", concepts_in_date_filter=True, unknown_filter="ignore")
    real = sell(world)
    test = sell(world, mode="test")
    concept = sell(world, status="concept")
    result = world.run_in_process("sync", "--json")
    assert result.outcomes == {real: "created", concept: "skipped"}
    assert result.reasons(concept) == ["concept"]
    assert world.run_in_process("sync").stdout == ""
    assert world.run_in_process("sync", "--order", str(test), "--order", str(concept)).returncode == 0
    assert world.totals() == {document_key(real): "97.00"}


def test_a_concept_that_was_made_final_is_invoiced_then(world: World) -> None:
    """Otherwise: what the seller finishes a month later is never invoiced."""
    world.emulator.shop.switches.update(concepts_in_date_filter=True)
    concept = sell(world, status="concept", days_ago=9)
    world.run_in_process("sync")
    world.emulator.shop.switches.update(concepts_in_date_filter=False)
    world.emulator.shop.finalise(concept)
    assert world.run_in_process("sync", "--json").outcomes == {concept: "created"}


def test_a_concept_made_final_with_a_date_before_go_live_is_left_to_the_export(world: World) -> None:
    """Otherwise: an invoice of last year is sent to a customer who got it a year ago."""
    world.configure(sending=SENDING)
    world.emulator.shop.switches.update(concepts_in_date_filter=True)
    concept = sell(world, status="concept")
    world.run_in_process("sync")
    world.emulator.shop.finalise(concept, day=day(40))
    result = world.run_in_process("sync", "--json")
    assert (result.outcomes, result.reasons(concept)) == ({concept: "skipped"}, ["before_go_live"])
    assert world.run_in_process("sync").stdout == ""
    exported = world.run_in_process("export-existing", "--since", day(60), "--json")
    assert exported.outcomes == {concept: "created"}
    assert world.run_in_process("sync").stdout == ""
    assert not world.emulator.office.deliveries


def test_a_back_dated_order_is_found_by_the_first_run_of_a_later_day(world: World) -> None:
    """Otherwise: an order entered late, with the date of the sale, falls through the net."""
    world.configure(sync={"go_live": today() - timedelta(days=60)})
    sell(world)
    assert world.run_in_process("sync").returncode == 0
    late = sell(world, "49.00", days_ago=40)
    assert world.run_in_process("sync", "--json").outcomes == {}  # beyond the ordinary look back
    yesterday = (today() - timedelta(days=1)).isoformat()
    world.write("UPDATE meta SET value = ? WHERE name = 'deep_read'", yesterday)
    assert world.run_in_process("sync", "--json").outcomes == {late: "created"}


@pytest.mark.parametrize("offset, outcome", [(30, "created"), (-30, None)])
def test_go_live_begins_at_midnight_of_the_shop(world: World, offset: int, outcome: str | None) -> None:
    """Otherwise: the orders of the first half hour are invoiced by nobody, or by two programs."""
    midnight = datetime.combine(world.go_live, time(0), BRUSSELS).astimezone(UTC)
    order_id = sell(world, created_at=midnight + timedelta(minutes=offset))
    result = world.run_in_process("sync", "--json")
    assert result.outcomes == ({order_id: outcome} if outcome else {})
