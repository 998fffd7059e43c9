"""A check of `doctor`: what was checked, the result, what to do; and how a list of checks is printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from ppbillit.errors import ExitCode, PpbillitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console

    from ppbillit.http import HttpClient


class Level(StrEnum):
    """The result of a check."""

    GOOD = "good"
    NOTE = "note"  # works, and somebody should know
    WRONG = "wrong"  # a run would end here, or do what nobody wants
    UNCHECKED = "unchecked"  # could not be checked, for a reason that another check names


@dataclass(frozen=True)
class Check:
    """One line of the table; `code` is the exit code of a run that meets the same problem."""

    name: str
    level: Level
    finding: str
    fix: str = ""
    code: ExitCode = ExitCode.DONE


def good(name: str, finding: str) -> Check:
    """Return a check that found nothing to do."""
    return Check(name, Level.GOOD, finding)


def note(name: str, finding: str, fix: str) -> Check:
    """Return a check of something that works, and of which somebody should know."""
    return Check(name, Level.NOTE, finding, fix)


def wrong(name: str, finding: str, fix: str, code: ExitCode = ExitCode.SETUP_WRONG) -> Check:
    """Return a check of something that does not work."""
    return Check(name, Level.WRONG, finding, fix, code)


def failed(name: str, error: PpbillitError) -> Check:
    """Return a check that met the error with which a run would end."""
    return Check(name, Level.WRONG, error.message, error.fix, error.exit_code)


def unchecked(names: Iterable[str], why: str) -> Iterator[Check]:
    """Yield checks that could not be made."""
    for name in names:
        yield Check(name, Level.UNCHECKED, why)


def checked(name: str, check: Callable[[], Check]) -> Check:
    """Make a check; return a failed one where it raises an error."""
    try:
        return check()
    except PpbillitError as error:
        return failed(name, error)


# --- clocks -------------------------------------------------------------------------------------

_NOTED = timedelta(minutes=1)
_WRONG = timedelta(minutes=30)  # around midnight an order would get another date


def check_clock(name: str, http: HttpClient) -> Check:
    """Compare this machine's clock with the Date header of a service, which is good to a second or two."""
    ahead = http.clock_ahead
    if ahead is None:
        return Check(name, Level.UNCHECKED, "its answers carry no date")
    seconds = round(abs(ahead.total_seconds()))
    if abs(ahead) < _NOTED:
        return good(name, f"within {max(1, seconds)} s")
    difference = f"{seconds} s" if seconds < 600 else f"{seconds // 60} min"  # noqa: PLR2004  (ten minutes)
    finding = f"this machine is {difference} {'behind' if ahead > timedelta() else 'ahead'}"
    fix = "set the clock, and switch on time synchronisation (`timedatectl set-ntp true` on most Linux machines)"
    return wrong(name, finding, fix) if abs(ahead) >= _WRONG else note(name, finding, fix)


# --- the list of checks -------------------------------------------------------------------------

_MARKS = {Level.GOOD: "✓", Level.NOTE: "!", Level.WRONG: "✗", Level.UNCHECKED: "-"}
_ASCII_MARKS = {**_MARKS, Level.GOOD: "ok", Level.WRONG: "x"}  # for a terminal or a log that is not UTF-8
_STYLES = {Level.GOOD: "green", Level.NOTE: "yellow", Level.WRONG: "bold red", Level.UNCHECKED: "dim"}


def exit_code(checks: Sequence[Check]) -> ExitCode:
    """Return the exit code of a run, which is that of the first check that is wrong."""
    return next((check.code for check in checks if check.level is Level.WRONG), ExitCode.DONE)


def checks_as_json(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the checks as a member of the JSON document."""
    return {
        "checks": [
            {"check": each.name, "level": each.level.value, "finding": each.finding, "fix": each.fix or None}
            for each in checks
        ]
    }


def checks_table(checks: Sequence[Check]) -> Table:
    """Return the checks as a table for a terminal."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in checks:
        finding = Text(each.finding)
        if each.fix:
            finding.append(f"\n→ {each.fix}", style="dim")
        table.add_row(Text(_MARKS[each.level], style=_STYLES[each.level]), each.name, finding)
    return table


def check_lines(checks: Sequence[Check], console: Console) -> Iterator[Text]:
    """Yield a line for each check, and one for its fix, for a file or a pipe."""
    marks = _MARKS if console.encoding.lower().startswith("utf") else _ASCII_MARKS
    arrow = "→" if marks is _MARKS else "->"
    for each in checks:
        yield Text(f"{marks[each.level]} {each.name}: {each.finding}")
        if each.fix:
            yield Text(f"    {arrow} {each.fix}")
