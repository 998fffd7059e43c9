"""`ppbillit sync-payments`: carry payments over between Plug&Pay and Billit, both ways."""

from __future__ import annotations

import typer

from ppbillit.cli.options import CommandContext, DryRun, Json, MaxNew, OrderIds, RunFlags
from ppbillit.cli.session import run_command
from ppbillit.payments.reconcile import sync_payments as carry_payments_over


def sync_payments(
    context: typer.Context,
    *,
    dry_run: DryRun = False,
    as_json: Json = False,
    max_new: MaxNew = None,
    order: OrderIds = None,
) -> None:
    """Set orders to paid in Plug&Pay whose invoice is paid in Billit, and the other way round.

    Makes and sends no invoice. An order is set to paid once; what you undo by hand is left as it is.
    """
    ctx: CommandContext = context.obj
    flags = RunFlags(dry_run, as_json, max_new, order_ids=tuple(order or ()))
    order_ids = list(flags.order_ids) or None
    raise typer.Exit(
        run_command(
            "sync-payments",
            ctx,
            flags,
            lambda run, ports: carry_payments_over(ports.payment_run(run), order_ids),
        )
    )
