"""Which orders are stuck, and what a person did about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ppbillit.state import Stage, StateStore, dry_copy, transitions
from support.order_moves import move
from support.order_stages import FACTS, SHOP, WHY, begin_token, lead_to, record, stuck_orders


@pytest.mark.parametrize("start", Stage)
def test_what_is_dismissed_stays_where_it_is_and_is_stuck_no_longer(start: Stage) -> None:
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        lead_to(state, start)
        before = record(state)
        state.orders.dismiss(1, "made by hand")
        assert record(state) == replace(before, dismissed="made by hand")
        assert (stuck_orders(state), state.orders.dismissed()) == ([], [record(state)])
        state.orders.take_up_again(1)
        assert record(state) == before
        assert state.orders.dismissed() == []


@pytest.mark.parametrize("start", Stage)
def test_stuck_is_what_needs_a_person_or_waits_for_something_outside(start: Stage) -> None:
    waits = {Stage.PARKED, Stage.CREATING, Stage.HELD, Stage.CHECKED, Stage.SENDING, Stage.FAILED}
    waits_if_something_is_said = {Stage.CREATED, Stage.SENT}
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        lead_to(state, start)
        assert stuck_orders(state) == ([1] if start in waits else [])
        state.orders.note(1, WHY)
        assert stuck_orders(state) == ([1] if start in waits | waits_if_something_is_said else [])


def test_what_is_never_to_be_sent_does_not_wait_for_its_sending(state: StateStore) -> None:
    begin_token(state, "none", replace(FACTS, backfill=True))
    move(state, transitions.CREATED, FACTS, billit_id=100)
    move(state, transitions.CHECKED, FACTS, number="2026001")
    assert stuck_orders(state) == []
    state.orders.note(1, WHY)  # Billit does not show it
    assert stuck_orders(state) == [1]


def test_orders_are_counted_by_where_they_stand(state: StateStore) -> None:
    assert state.orders.counted() == {}
    for order_id in (1, 2):
        move(state, transitions.PARK, replace(FACTS, order_id=order_id), ())
    move(state, transitions.SKIP, replace(FACTS, order_id=3), ())
    assert state.orders.counted() == {Stage.PARKED: 2, Stage.SKIPPED: 1}
    state.orders.dismiss(1, "no")
    assert state.orders.counted() == {Stage.PARKED: 2, Stage.SKIPPED: 1}


def test_what_a_person_did_is_in_the_log(state: StateStore) -> None:
    lead_to(state, Stage.PARKED)
    state.orders.dismiss(1, "made by hand")
    state.orders.take_up_again(1)
    rows = state._database.rows("SELECT what, detail FROM events WHERE order_id = 1 ORDER BY event_id")
    events = [(row["what"], row["detail"]) for row in rows]
    assert events == [("parked", ""), ("dismissed", "made by hand"), ("taken up again", "")]
