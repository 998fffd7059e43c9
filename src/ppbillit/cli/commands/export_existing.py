"""`ppbillit export-existing`: make invoices of orders from before the go-live date, without sending them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ppbillit.cli.options import Adopt, CommandContext, DryRun, Json, MaxNew, OrderIds, RunFlags, read_day
from ppbillit.cli.session import run_command
from ppbillit.invoicing.pipeline import export_existing as export


def export_existing(  # noqa: PLR0913  (each is a flag)
    context: typer.Context,
    *,
    since: Annotated[
        date,
        typer.Option("--since", parser=read_day, metavar="DATE", help="The first invoice date to export."),
    ],
    until: Annotated[
        date | None,
        typer.Option(
            "--until",
            parser=read_day,
            metavar="DATE",
            help="The last one; by default the day before the go-live date.",
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    max_new: MaxNew = None,
    order: OrderIds = None,
    adopt: Adopt = False,
) -> None:
    """Make invoices in Billit of orders from before the go-live date. They are never sent to anybody.

    Can be stopped and run again at any time: what is there already is not made twice.
    """
    ctx: CommandContext = context.obj
    flags = RunFlags(dry_run, as_json, max_new, tuple(order or ()), adopt)
    order_ids = list(flags.order_ids) or None
    raise typer.Exit(
        run_command(
            "export-existing",
            ctx,
            flags,
            lambda run, ports: export(run, ports.creator, since, until, order_ids),
            backfill=True,
        )
    )
