"""A dry run reads both services, writes to neither, and reports what it would do."""

from __future__ import annotations

from typing import Any

import pytest

from ppbillit.billit.ports import BillitReader, DocumentCreator, DocumentSender, PaymentMarker
from ppbillit.exactly_once.dry_run import DryRunBillit, DryRunShop
from ppbillit.outcomes import Done
from ppbillit.plugandpay.ports import PaymentSource
from support.shop_orders import day, three_documents
from support.world import SENDING, World


@pytest.mark.parametrize("verb", [("sync",), ("export-existing", "--since", day(30))])
@pytest.mark.parametrize("began", [False, True])
def test_a_dry_run_writes_nothing_anywhere_and_says_what_would_be(
    world: World, verb: tuple[str, ...], *, began: bool
) -> None:
    """Otherwise: "just looking" makes invoices."""
    world.configure(sending=SENDING)
    if began:
        world.run_in_process("sync")
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


# --- the two services of a dry run --------------------------------------------------------------


class Anything:
    """A Billit that says which of its methods was called."""

    def __getattr__(self, name: str) -> Any:  # noqa: D105
        return name


def methods(part: type) -> set[str]:
    return {name for name in vars(part) if not name.startswith("_")}


def test_every_read_reaches_billit_and_no_write_does() -> None:
    rehearsal = DryRunBillit(Anything())
    for name in methods(BillitReader) - {"document"}:
        assert getattr(rehearsal, name) == name
    writers = methods(DocumentCreator) | methods(DocumentSender) | methods(PaymentMarker)
    for name in writers - methods(BillitReader):
        assert getattr(rehearsal, name) != name


def test_a_writing_method_of_a_later_day_does_not_get_through() -> None:
    with pytest.raises(AttributeError):
        _ = DryRunBillit(Anything()).delete_document


def test_every_look_at_payments_reaches_the_shop_and_no_write_does() -> None:
    """Otherwise: a dry run sets an order to paid, and its customer gets the course."""
    rehearsal = DryRunShop(Anything())
    for name in methods(PaymentSource) - {"set_paid"}:
        assert getattr(rehearsal, name) == name
    assert isinstance(rehearsal.set_paid(7), Done)
    with pytest.raises(AttributeError):
        _ = rehearsal.delete_order
