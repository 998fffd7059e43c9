"""`ppbillit demo`: the whole job against an emulated shop and Billit, with the real commands over real HTTP."""

from __future__ import annotations

import typer

from ppbillit.cli.funnel import funnel
from ppbillit.cli.options import Face


def demo(context: typer.Context) -> None:
    """Show the whole job on an emulated shop of some 40 orders. Needs no account; nothing leaves this machine.

    Ends with a check of Billit's books: each order has exactly one invoice, with its total to the cent.
    """
    from ppbillit.cli.emulated.story import tell  # noqa: PLC0415  (the emulator is for this command alone)

    face: Face = context.obj
    raise typer.Exit(funnel(face.screen, lambda: tell(face.screen.out)))
