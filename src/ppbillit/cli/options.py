"""The flags that several commands share, and what stands before the command."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from ppbillit.cli.output.screen import Screen

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would happen; write nothing, here or in Billit.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of words.")]
MaxNew = Annotated[
    int | None,
    typer.Option(
        "--max-new",
        min=0,
        metavar="NUMBER",
        help="Allow this many new documents, or payments to be written, instead of max_new_per_run.",
    ),
]
OrderIds = Annotated[
    list[int] | None,
    typer.Option(
        "--order",
        metavar="NUMBER",
        help="Only this order (its number in Plug&Pay); may be given several times.",
    ),
]
UpdateDebtors = Annotated[
    bool,
    typer.Option(
        "--update-debtors",
        help="Give Billit's debtors the name and address that the orders of this run have.",
    ),
]
Adopt = Annotated[
    bool,
    typer.Option(
        "--adopt", help="Take over documents of the same number that were made by hand or another connector."
    ),
]


def read_day(text: str) -> date:
    """Read a day as it is typed; typer turns the error into words and exit code 2."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write the day as 2026-01-31") from None
    if day.year not in _YEARS:
        raise typer.BadParameter("no shop had orders then")
    return day


_YEARS = range(2000, 2100)


def _run_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@dataclass
class CommandContext:
    """What stood before the command, and the id that all it says and does goes by."""

    screen: Screen
    config_path: Path | None = None
    trace_path: Path | None = None
    run_id: str = field(default_factory=_run_id)


@dataclass(frozen=True)
class RunFlags:
    """The flags of a command that makes documents."""

    dry_run: bool = False
    as_json: bool = False
    max_new: int | None = None
    order_ids: tuple[int, ...] = ()
    adopt: bool = False
    update_debtors: bool = False
