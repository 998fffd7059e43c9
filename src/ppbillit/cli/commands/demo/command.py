"""`ppbillit demo`: run the real commands over real HTTP against an emulated Plug&Pay and Billit."""

from __future__ import annotations

import typer

from ppbillit.cli.error_handler import handle_errors
from ppbillit.cli.options import CommandContext


def demo(context: typer.Context) -> None:
    """Show the whole job on an emulated shop of some 40 orders. Needs no account; nothing leaves this machine.

    Ends with a check of Billit's books: each order has exactly one invoice, with its total to the cent.
    """
    from ppbillit.cli.commands.demo.story import run_demo  # noqa: PLC0415  (it loads the emulator)

    ctx: CommandContext = context.obj
    raise typer.Exit(handle_errors(ctx.screen, lambda: run_demo(ctx.screen.out)))
