"""A check: what was looked at, how it is, what to do; and a list of them in words and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from ppbillit.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from rich.console import Console

    from ppbillit.errors import PpbillitError
    from ppbillit.http import HttpClient


class Level(StrEnum):
    """How it is."""

    GOOD = "good"
    NOTE = "note"  # works, and somebody should know
    WRONG = "wrong"  # a run would end here, or do what nobody wants
    UNCHECKED = "unchecked"  # could not be looked at, for a reason that another check names


_MARKS = {Level.GOOD: "✓", Level.NOTE: "!", Level.WRONG: "✗", Level.UNCHECKED: "-"}
_PLAIN_MARKS = {**_MARKS, Level.GOOD: "ok", Level.WRONG: "x"}  # for a terminal or a log that is not UTF-8
_STYLES = {Level.GOOD: "green", Level.NOTE: "yellow", Level.WRONG: "bold red", Level.UNCHECKED: "dim"}


@dataclass(frozen=True)
class Check:
    """One line of the table; `code` is what a run would end with for it."""

    name: str
    level: Level
    finding: str
    fix: str = ""
    code: ExitCode = ExitCode.DONE


def good(name: str, finding: str) -> Check:
    """All is well."""
    return Check(name, Level.GOOD, finding)


def note(name: str, finding: str, fix: str) -> Check:
    """It works, and somebody should know."""
    return Check(name, Level.NOTE, finding, fix)


def wrong(name: str, finding: str, fix: str, code: ExitCode = ExitCode.SETUP_WRONG) -> Check:
    """It does not work."""
    return Check(name, Level.WRONG, finding, fix, code)


def trouble(name: str, error: PpbillitError) -> Check:
    """What a run would end with."""
    return Check(name, Level.WRONG, error.message, error.fix, error.exit_code)


def unchecked(name: str, why: str) -> Check:
    """It could not be looked at."""
    return Check(name, Level.UNCHECKED, why)


def local(moment: datetime, zone: ZoneInfo) -> str:
    """Write a time on the shop's clock, with its offset."""
    return moment.astimezone(zone).isoformat(sep=" ", timespec="minutes")


def exit_code(checks: Sequence[Check]) -> ExitCode:
    """Give what a run would end with: the first thing that is wrong decides."""
    return next((check.code for check in checks if check.level is Level.WRONG), ExitCode.DONE)


def as_members(checks: Sequence[Check]) -> dict[str, Any]:
    """Give the checks as they stand in the JSON document."""
    return {
        "checks": [
            {"check": each.name, "level": each.level.value, "finding": each.finding, "fix": each.fix or None}
            for each in checks
        ]
    }


def table(checks: Sequence[Check]) -> Table:
    """Lay the checks out for a person at a terminal."""
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for each in checks:
        words = Text(each.finding)
        if each.fix:
            words.append(f"\n→ {each.fix}", style="dim")
        grid.add_row(Text(_MARKS[each.level], style=_STYLES[each.level]), each.name, words)
    return grid


def lines(checks: Sequence[Check], console: Console) -> Iterator[Text]:
    """Write a line for each check, and one for its fix, for a file or a pipe."""
    marks = _MARKS if console.encoding.lower().startswith("utf") else _PLAIN_MARKS
    arrow = "→" if marks is _MARKS else "->"
    for each in checks:
        yield Text(f"{marks[each.level]} {each.name}: {each.finding}")
        if each.fix:
            yield Text(f"    {arrow} {each.fix}")


_NOTED = timedelta(minutes=1)
_WRONG = timedelta(minutes=30)  # around midnight an order falls on another day


def clock(name: str, transport: HttpClient) -> Check:
    """Compare; a header says whole seconds, and travels."""
    ahead = transport.clock_ahead
    if ahead is None:
        return unchecked(name, "its answers carry no date")
    seconds = round(abs(ahead.total_seconds()))
    if abs(ahead) < _NOTED:
        return good(name, f"within {max(1, seconds)} s")
    words = f"this machine is {_shown(seconds)} {'behind' if ahead > timedelta() else 'ahead'}"
    fix = "set the clock, and switch on time synchronisation (`timedatectl set-ntp true` on most Linux machines)"
    return wrong(name, words, fix) if abs(ahead) >= _WRONG else note(name, words, fix)


def _shown(seconds: int) -> str:
    return f"{seconds} s" if seconds < 600 else f"{seconds // 60} min"  # noqa: PLR2004  (ten minutes)
