"""The list of commands, and the flags that stand before a command."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ppbillit import __version__
from ppbillit.cli.commands.connect.command import connect
from ppbillit.cli.commands.debtors import debtors
from ppbillit.cli.commands.demo.command import demo
from ppbillit.cli.commands.doctor.command import doctor
from ppbillit.cli.commands.emulator import emulator
from ppbillit.cli.commands.explain.command import explain
from ppbillit.cli.commands.export_existing import export_existing
from ppbillit.cli.commands.history import history
from ppbillit.cli.commands.notify_test import notify_test
from ppbillit.cli.commands.prices import prices
from ppbillit.cli.commands.probe.command import probe
from ppbillit.cli.commands.rebuild_state import rebuild_state
from ppbillit.cli.commands.retry import retry
from ppbillit.cli.commands.skip import skip
from ppbillit.cli.commands.status import status
from ppbillit.cli.commands.sync import sync
from ppbillit.cli.commands.sync_payments import sync_payments
from ppbillit.cli.log_file import LogFormat, RunLog, WarningHandler
from ppbillit.cli.options import CommandContext
from ppbillit.cli.output.screen import ColorChoice, Screen
from ppbillit.config.layers import at_home

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "Value error, "


class Commands(TyperGroup):
    """The group of all commands; its messages about wrong flags do not have Typer's prefix."""

    def make_context(self, *arguments: Any, **extra: Any) -> Any:
        """Parse the flags before the command."""
        with _without_prefix():
            return super().make_context(*arguments, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Parse the flags after the command, and run it."""
        with _without_prefix():
            return super().invoke(ctx)


@contextmanager
def _without_prefix() -> Iterator[None]:
    try:
        yield
    except typer.BadParameter as error:
        error.message = error.message.removeprefix(_PREFIX)
        raise


app = typer.Typer(
    name="ppbillit",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # `error_handler` prints errors
    rich_markup_mode=None,
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"ppbillit {__version__}")
        raise typer.Exit


@app.callback()
def global_flags(  # noqa: PLR0913  (each is a flag)
    context: typer.Context,
    *,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="The config file; else PPBILLIT_CONFIG, else the usual place."),
    ] = None,
    trace: Annotated[
        Path | None,
        typer.Option("--trace", help="Write every request and answer to this file, without names and keys."),
    ] = None,
    log_file: Annotated[
        Path | None,
        typer.Option(
            "--log-file", help="Log every run, request and finding to this file, without names and keys."
        ),
    ] = None,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="How the lines of the log file are written.")
    ] = "text",
    color: Annotated[ColorChoice, typer.Option("--color", help="Colour in the output.")] = "auto",
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda value: _version(wanted=value),
            is_eager=True,
            help="Show the version.",
        ),
    ] = False,
) -> None:
    """Turn the orders of a Plug&Pay shop into sales invoices in Billit: exactly once, to the cent."""
    del version
    screen = Screen(color)
    handler, logger = WarningHandler(screen.warn), logging.getLogger("ppbillit")
    logger.addHandler(handler)
    context.call_on_close(lambda: logger.removeHandler(handler))
    ctx = CommandContext(screen, config, trace and at_home(trace))
    screen.log = RunLog(
        log_file and at_home(log_file),
        log_format,
        ctx.run_id,
        context.invoked_subcommand or "",
        screen.warn,
    )
    context.obj = ctx


app.command("connect")(connect)
app.command("doctor")(doctor)
app.command("probe")(probe)
app.command("sync")(sync)
app.command("sync-payments")(sync_payments)
app.command("export-existing")(export_existing)
app.command("status")(status)
app.command("history")(history)
app.command("retry")(retry)
app.command("skip")(skip)
app.command("debtors")(debtors)
app.command("explain")(explain)
app.command("prices")(prices)
app.command("rebuild-state")(rebuild_state)
app.command("notify-test")(notify_test)
app.command("demo")(demo)
app.command("emulator")(emulator)
