"""`ppbillit explain`: show why one order becomes the document it becomes, or none."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

import typer

from ppbillit.cli.commands.explain.as_text import explanation_lines
from ppbillit.cli.commands.explain.explanation import Explanation, explain_order
from ppbillit.cli.commands.explain.facts import facts_of
from ppbillit.cli.options import CommandContext, Json, OrderNumber, RunFlags
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import run_and_ports, services
from ppbillit.report import RunReport
from ppbillit.state import dry_copy


def explain(context: typer.Context, order: OrderNumber, *, as_json: Json = False) -> None:
    """Show what becomes of one order and why: amounts, VAT, accounts, debtor, lines, and the JSON to be posted.

    Reads only: nothing is written, here or in Billit. It names the customer.
    """
    ctx: CommandContext = context.obj

    def find_out() -> Answer:
        explanation = _explanation(ctx, order)
        facts = facts_of(explanation)
        return Answer(explanation_lines(explanation, facts), facts)

    heading = {"command": "explain", "order_id": order}
    raise typer.Exit(answer(ctx, heading, find_out, as_json=as_json))


def _explanation(ctx: CommandContext, order_id: int) -> Explanation:
    config = ctx.load_config()
    state_file = config.state_file.resolve()
    with ExitStack() as stack:
        both = stack.enter_context(services(config, ctx.trace_path))
        state = stack.enter_context(dry_copy(state_file, both.identity))
        report = RunReport("explain", "", datetime.now(UTC), dry_run=True, language=config.language)
        run, _ = run_and_ports(config, both, state, report, RunFlags(dry_run=True))
        return explain_order(run, order_id)
