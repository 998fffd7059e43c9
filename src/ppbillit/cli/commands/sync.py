"""`ppbillit sync`: invoice new orders."""

from __future__ import annotations

from typing import Annotated

import typer

from ppbillit.cli.options import (
    Adopt,
    CommandContext,
    DryRun,
    Json,
    MaxNew,
    OrderIds,
    RunFlags,
    UpdateDebtors,
)
from ppbillit.cli.session import run_command
from ppbillit.cli.wiring import Ports
from ppbillit.invoicing import pipeline
from ppbillit.payments.reconcile import and_then_payments
from ppbillit.run import Run


def sync(  # noqa: PLR0913  (each is a flag)
    context: typer.Context,
    *,
    dry_run: DryRun = False,
    as_json: Json = False,
    max_new: MaxNew = None,
    order: OrderIds = None,
    adopt: Adopt = False,
    update_debtors: UpdateDebtors = False,
    with_payments: Annotated[
        bool, typer.Option("--with-payments", help="Carry payments over too, as sync-payments does.")
    ] = False,
) -> None:
    """Invoice the shop's orders from the go-live date on, and send them as the config says.

    Made to run from cron: run it as often as you like, it makes each invoice once.
    """
    ctx: CommandContext = context.obj
    flags = RunFlags(dry_run, as_json, max_new, tuple(order or ()), adopt, update_debtors)
    order_ids = list(flags.order_ids) or None

    def work(run: Run, ports: Ports) -> None:
        updater = ports.updater if flags.update_debtors else None

        def invoice() -> None:
            pipeline.sync(run, ports.creator, ports.sender, order_ids, updater=updater)

        if with_payments:
            and_then_payments(invoice, ports.payment_run(run), order_ids)
        else:
            invoice()

    raise typer.Exit(run_command("sync", ctx, flags, work))
