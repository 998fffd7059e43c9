"""The flags and arguments that several commands share, and the context that every command gets."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ppbillit.cli.output.screen import Screen
from ppbillit.config import load_config

if TYPE_CHECKING:
    from ppbillit.config import Config

OrderNumber = Annotated[int, typer.Argument(metavar="ORDER", min=1, help="Its number in Plug&Pay.")]
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
    """Parse a date flag; raise BadParameter, for which Typer prints the message and exits with code 2."""
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
    """The flags before the command, and the id of this run."""

    screen: Screen
    config_path: Path | None = None
    trace_path: Path | None = None
    run_id: str = field(default_factory=_run_id)

    def load_config(self) -> Config:
        """Load the config; raise ConfigError with all mistakes in it."""
        return load_config(self.config_path, os.environ).config


@dataclass(frozen=True)
class RunFlags:
    """The flags of a command that makes documents."""

    dry_run: bool = False
    as_json: bool = False
    max_new: int | None = None
    order_ids: tuple[int, ...] = ()
    adopt: bool = False
    update_debtors: bool = False
