"""`ppbillit emulator`: an emulated Plug&Pay and Billit, left running for anybody's own trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ppbillit.cli.funnel import funnel
from ppbillit.cli.options import Face


def emulator(
    context: typer.Context,
    *,
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65_533, help="The first of three ports; 0 takes any three free ones."
        ),
    ] = 8471,
    empty: Annotated[bool, typer.Option("--empty", help="Begin with a shop without orders.")] = False,
    write: Annotated[
        Path | None, typer.Option("--write-config", help="Also write the config to this new file.")
    ] = None,
) -> None:
    """Run an emulated Plug&Pay and Billit on this machine until Ctrl-C, for trying things out.

    Nothing leaves the machine. The control address is for seeding orders, reading the books and arming faults.
    """
    from ppbillit.cli.emulated.standing import run  # noqa: PLC0415  (the emulator is for this command alone)

    face: Face = context.obj
    raise typer.Exit(funnel(face.screen, lambda: run(face.screen, port, write, empty=empty)))
