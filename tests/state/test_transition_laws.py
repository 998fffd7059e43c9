"""The laws of the order's state machine, over every sequence of rows of the table."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppbillit.state import Identity, OrderFacts, Stage, dry_copy, transitions
from ppbillit.state.orders import WrongStage
from ppbillit.state.transitions import TABLE
from support.order_moves import key, move

if TYPE_CHECKING:
    from ppbillit.state import StateStore, Transition

SHOP = Identity("4711", 588708, "https://api.billit.be")
FACTS = OrderFacts(1, "invoice", "2026001", date(2026, 10, 5), Decimal("97.00"), backfill=False)
ROWS = st.lists(st.sampled_from(TABLE), max_size=12)


def stage(state: StateStore) -> Stage | None:
    record = state.orders.get(1)
    return record.stage if record else None


def reachable(start: frozenset[Stage | None]) -> set[str]:
    """Return the names of the rows that some sequence of rows leads to, from an order that is not on record."""
    stages, found = set(start), set[str]()
    while True:
        open_rows = {row for row in TABLE if any(_leaves(row, each) for each in stages)}
        names = {row.name for row in open_rows}
        if names == found:
            return found
        found, stages = names, stages | {row.enters for row in open_rows}


def _leaves(row: Transition, stage: Stage | None) -> bool:
    return row.whole_row if stage is None else stage in row.leaves


def test_every_row_has_a_name_of_its_own() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE)


def test_every_row_and_every_stage_can_be_reached() -> None:
    assert reachable(frozenset({None})) == {row.name for row in TABLE}
    assert {row.enters for row in TABLE} == set(Stage)


@given(
    rows=ROWS, backfill=st.booleans(), channel=st.sampled_from(["none", "auto", "peppol", "email", "letter"])
)
def test_no_sequence_of_rows_breaks_a_check_of_the_schema(
    rows: list[Transition], backfill: bool, channel: str
) -> None:
    """Otherwise: a run ends with a traceback, in the middle of an order."""
    facts = replace(FACTS, backfill=backfill)
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        for row in rows:
            before = state.orders.get(1)
            may = before.stage in row.leaves if before else row.whole_row
            if may and row.sends and before and before.channel == "none":
                may = False
            if may:
                move(state, row, facts, channel="none" if backfill else channel)
                assert stage(state) is row.enters
            else:
                with pytest.raises(WrongStage):
                    move(state, row, facts, channel="none" if backfill else channel)
                assert state.orders.get(1) == before


@given(rows=ROWS)
def test_what_was_backfilled_or_adopted_is_never_sent(rows: list[Transition]) -> None:
    """Otherwise: a customer gets an invoice that they had years ago."""
    facts = replace(FACTS, backfill=True)
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        for row in rows:
            try:
                move(state, row, facts, channel="none")
            except WrongStage:
                continue
            assert stage(state) not in {Stage.SENDING, Stage.SENT, Stage.DELIVERED, Stage.FAILED}


@given(rows=ROWS)
def test_an_order_that_has_its_document_never_becomes_one_that_is_created_again(
    rows: list[Transition],
) -> None:
    """Otherwise: a second invoice."""
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        has_document = False
        for row in rows:
            try:
                move(state, row, FACTS)
            except WrongStage:
                continue
            record = state.orders.get(1)
            assert record
            assert not (has_document and record.billit_id is None)
            has_document = record.billit_id is not None


@given(rows=ROWS)
def test_an_attempt_is_open_exactly_where_its_outcome_may_be_unknown(rows: list[Transition]) -> None:
    """Otherwise: a restart forgets that something may have been done, or looks for what never was asked for."""
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        for row in rows:
            try:
                move(state, row, FACTS)
            except WrongStage:
                continue
            if stage(state) is Stage.CREATING:
                assert state.attempts.open("document", key(FACTS))
            if stage(state) is Stage.SENDING:
                assert state.attempts.open("sending", key(FACTS))
            if row in {transitions.CREATED, transitions.REFUSED, transitions.CREATE_NOT_SENT}:
                assert state.attempts.open("document", key(FACTS)) is None
            if row in {transitions.SENT, transitions.SEND_REFUSED, transitions.SEND_NOT_SENT}:
                assert state.attempts.open("sending", key(FACTS)) is None


@pytest.mark.system
def test_the_page_shows_the_table_as_it_is() -> None:
    """Otherwise: who reads how it works reads how it worked once.  `python tools/draw_transitions.py --write`."""
    root = Path(__file__).parents[2]
    tool = str(root / "tools" / "draw_transitions.py")
    drawn = subprocess.run([sys.executable, tool], capture_output=True, text=True, check=True).stdout.strip()
    assert drawn in (root / "docs" / "exactly-once.md").read_text(encoding="utf-8")


# --- more ---------------------------------------------------------------------------------------
