"""`ppbillit skip`: settle a stuck order by a person's word."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.text import Text

from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.output.table import named
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import one_at_a_time, state_at_rest
from ppbillit.config import load_config
from ppbillit.invoicing.skip import skip_order
from ppbillit.mapping.document_texts import clean
from ppbillit.state import HAS_DOCUMENT

OrderNumber = Annotated[int, typer.Argument(metavar="ORDER", min=1, help="Its number in Plug&Pay.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for whoever looks it up later.")]


def skip(context: typer.Context, order: OrderNumber, *, reason: Why, as_json: Json = False) -> None:
    """Say that a stuck order needs nothing more from ppbillit, and why. `ppbillit retry` takes it up again.

    Asks neither Plug&Pay nor Billit and changes nothing there.
    """
    why = clean(reason)
    if not why:
        raise typer.BadParameter("say why", param_hint="--reason")
    ctx: CommandContext = context.obj

    def settle() -> Answer:
        config = load_config(ctx.config_path, os.environ).config
        with one_at_a_time(config.state_file.resolve()), state_at_rest(config, to_change=True) as state:
            record = skip_order(state, order, why)
        left = "it stays in Billit as it is" if record.stage in HAS_DOCUMENT else "it will not be made"
        words = Text(f"skipped: {named(record)}; {left}")
        return Answer([words], {"stage": record.stage.value, "reason": why})

    heading = {"command": "skip", "order_id": order}
    raise typer.Exit(answer(ctx, heading, settle, as_json=as_json))
