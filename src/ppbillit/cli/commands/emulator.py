"""`ppbillit emulator`: run an emulated Plug&Pay and Billit until it is stopped, for trying things out."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ppbillit.cli.commands.demo.config import config_for, config_text, write_config
from ppbillit.cli.error_handler import handle_errors
from ppbillit.cli.options import CommandContext
from ppbillit.cli.signals import StopSwitch
from ppbillit.errors import ExitCode, SetupWrong

if TYPE_CHECKING:
    from datetime import date

    from ppbillit.cli.output.screen import Screen
    from ppbillit_emulator import Emulator

_STATE_FILE = Path("ppbillit-emulator.sqlite3")


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
    ctx: CommandContext = context.obj
    raise typer.Exit(handle_errors(ctx.screen, lambda: _serve(ctx.screen, port, write, empty=empty)))


def _serve(screen: Screen, port: int, write: Path | None, *, empty: bool) -> ExitCode:
    """Open three ports from `port` on (0: any), print how to use them, and wait for a signal.

    Raise SetupWrong where the ports are taken or the config cannot be written.
    """
    # Imported here, so that all other commands start without loading the emulator.
    from ppbillit.cli.commands.demo.world import furnish  # noqa: PLC0415
    from ppbillit_emulator import Emulator  # noqa: PLC0415
    from ppbillit_emulator.sample_shop import sample_orders  # noqa: PLC0415

    today = datetime.now(ZoneInfo("Europe/Brussels")).date()
    world = Emulator(ports=(port, port + 1, port + 2) if port else (0, 0, 0))
    try:
        world.start()
    except OSError as error:
        raise SetupWrong(
            f"The ports {port} to {port + 2} cannot be opened ({error.strerror}).",
            "Name others with --port, or let --port 0 find free ones.",
        ) from error
    with StopSwitch() as stopping:
        try:
            if not empty:
                furnish(world)
                for order in sample_orders(today):
                    world.shop.add(order)
            _introduce(screen, world, today, write)
            while not stopping():
                stopping.wait(3600)
        finally:
            world.stop()
    return ExitCode.DONE


def _introduce(screen: Screen, world: Emulator, today: date, write: Path | None) -> None:
    config = config_for(world, today, _STATE_FILE.absolute())
    out = screen.out
    out.print(f"Plug&Pay  {world.plugandpay_url}  key {world.plugandpay_key[:12]}… (in the config below)")
    out.print(f"Billit    {world.billit_url}  key {world.billit_key}  company {world.party_id}")
    out.print(f"control   {world.control_url}/_control/state")
    out.print("\n# a config.toml to paste; `chmod 600` it\n")
    out.print(config_text(config))
    if write is not None:
        try:
            write_config(write, config)
        except OSError as error:
            raise SetupWrong(
                f"The config {write} cannot be written ({os.strerror(error.errno or 0)}).", "Name a new file."
            ) from error
        out.print(f"# written to {write}; now run: ppbillit --config {write} sync --dry-run")
    out.print("# running until Ctrl-C")
    out.file.flush()
