"""`ppbillit retry`: try stuck orders again, after a person has corrected the cause."""

from __future__ import annotations

from typing import Annotated

import typer

from ppbillit.cli.options import Adopt, CommandContext, DryRun, Json, MaxNew, RunFlags
from ppbillit.cli.session import run_command
from ppbillit.payments.reconcile import retry_with_payments

OrderNumbers = Annotated[
    list[int] | None, typer.Argument(metavar="ORDER", min=1, help="Their numbers in Plug&Pay.")
]
All = Annotated[bool, typer.Option("--all", help="All that are stuck, as `ppbillit status` lists them.")]


def retry(  # noqa: PLR0913  (each is a flag)
    context: typer.Context,
    *,
    orders: OrderNumbers = None,
    every: All = False,
    dry_run: DryRun = False,
    as_json: Json = False,
    max_new: MaxNew = None,
    adopt: Adopt = False,
) -> None:
    """Try stuck orders again, each from where it stands: make it, compare it, send it, ask after it.

    A payment that is stuck is looked at on both sides, and carried over if nothing stands in its way any more.
    Nothing is made twice and nothing that was backfilled is sent. An order that was skipped is taken up again.
    """
    if bool(orders) is every:
        raise typer.BadParameter("give the numbers of the orders, or --all", param_hint="ORDER")
    ctx: CommandContext = context.obj
    flags = RunFlags(dry_run, as_json, max_new, tuple(orders or ()), adopt)
    order_ids = list(orders) if orders else None
    raise typer.Exit(
        run_command(
            "retry",
            ctx,
            flags,
            lambda run, ports: retry_with_payments(
                ports.payment_run(run), ports.creator, ports.sender, order_ids
            ),
        )
    )
