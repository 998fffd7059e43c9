"""`ppbillit skip`: record that a stuck order needs nothing more from ppbillit."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from ppbillit.cli.options import CommandContext, Json, OrderNumber
from ppbillit.cli.output.words import order_name
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import one_at_a_time, state_at_rest
from ppbillit.invoicing.skip import skip_order
from ppbillit.mapping.document_texts import clean
from ppbillit.state import HAS_DOCUMENT

Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for whoever looks it up later.")]


def skip(context: typer.Context, order: OrderNumber, *, reason: Why, as_json: Json = False) -> None:
    """Say that a stuck order needs nothing more from ppbillit, and why. `ppbillit retry` takes it up again.

    Asks neither Plug&Pay nor Billit and changes nothing there.
    """
    why = clean(reason)
    if not why:
        raise typer.BadParameter("say why", param_hint="--reason")
    ctx: CommandContext = context.obj

    def skipped() -> Answer:
        config = ctx.load_config()
        with one_at_a_time(config.state_file.resolve()), state_at_rest(config, to_change=True) as state:
            record = skip_order(state, order, why)
        left = "it stays in Billit as it is" if record.stage in HAS_DOCUMENT else "it will not be made"
        line = Text(f"skipped: {order_name(record)}; {left}")
        return Answer([line], {"stage": record.stage.value, "reason": why})

    heading = {"command": "skip", "order_id": order}
    raise typer.Exit(answer(ctx, heading, skipped, as_json=as_json))
