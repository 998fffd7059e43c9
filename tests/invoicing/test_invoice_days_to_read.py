"""Which invoice days the next run reads: none is left out, and none is read without need."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ppbillit.invoicing.select import Window, next_window
from support.schema_defaults import settings

TODAY = date(2026, 11, 20)
LONG_AGO = date(2026, 1, 1)
READ_TODAY = {"mark": "2026-11-20", "go_live": "2026-01-01", "deep_read": "2026-11-20"}


def days(since: int, *, deep: bool = False) -> Window:
    return Window(TODAY - timedelta(days=since), None, deep)


def seen(since: date = LONG_AGO, /, *, overlap: int = 7, deep: int = 62, **remembered: str) -> Window:
    given = settings(go_live=since, overlap_days=overlap, deep_overlap_days=deep)
    return next_window(given, {**READ_TODAY, **remembered}.get, TODAY)


def test_a_run_looks_a_week_back() -> None:
    assert seen() == days(7)
    assert seen(overlap=3) == days(3)


def test_the_first_run_of_a_day_looks_further_back() -> None:
    assert seen(deep_read="2026-11-19") == days(62, deep=True)
    assert seen(deep_read="2026-11-19", deep=90) == days(90, deep=True)


def test_after_a_pause_the_days_in_between_are_looked_at_too() -> None:
    """Otherwise: a cron job that stood still for a month loses a month of orders."""
    assert seen(mark="2026-10-20", deep_read="2026-11-20") == days(7 + 31)
    assert seen(mark="2026-10-20", deep_read="2026-10-20") == days(62 + 31, deep=True)


def test_nothing_before_the_go_live_date_is_looked_at() -> None:
    assert seen(TODAY - timedelta(days=2), go_live="2026-11-18") == days(2)


@pytest.mark.parametrize("missing", ["mark", "go_live"])
def test_without_a_mark_everything_since_the_go_live_date_is_looked_at(missing: str) -> None:
    remembered = {name: value for name, value in READ_TODAY.items() if name != missing}
    assert next_window(settings(go_live=LONG_AGO), remembered.get, TODAY) == Window(LONG_AGO, None, deep=True)


def test_an_earlier_go_live_date_is_gone_back_to_at_once() -> None:
    """Otherwise: the orders between the two dates are invoiced by nobody."""
    assert seen(go_live="2026-06-01") == Window(LONG_AGO, None, deep=True)


def test_a_mark_of_the_future_is_not_believed() -> None:
    """Otherwise: a clock that was ahead for an hour hides the orders of a year."""
    assert seen(mark="2027-11-20") == days(7)
