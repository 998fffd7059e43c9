"""The command line: what stands before a command, and which commands there are."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from ppbillit import __version__
from ppbillit.cli.connect import connect
from ppbillit.cli.debtors import debtors
from ppbillit.cli.demo import demo
from ppbillit.cli.doctor import doctor
from ppbillit.cli.emulator import emulator
from ppbillit.cli.explain import explain
from ppbillit.cli.export_existing import export_existing
from ppbillit.cli.history import history
from ppbillit.cli.logs import LogFormat, RunLog, Warnings
from ppbillit.cli.notify import notify_test
from ppbillit.cli.options import Face
from ppbillit.cli.prices import prices
from ppbillit.cli.probe import probe
from ppbillit.cli.rebuild_state import rebuild_state
from ppbillit.cli.retry import retry
from ppbillit.cli.screen import ColorChoice, Screen
from ppbillit.cli.skip import skip
from ppbillit.cli.status import status
from ppbillit.cli.sync import sync
from ppbillit.cli.sync_payments import sync_payments
from ppbillit.cli.usage import Commands
from ppbillit.config.sources import at_home

app = typer.Typer(
    name="ppbillit",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # errors speak through the funnel in `running`
    rich_markup_mode=None,
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"ppbillit {__version__}")
        raise typer.Exit


@app.callback()
def before(  # noqa: PLR0913  (each is a flag)
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
    warnings, logger = Warnings(screen), logging.getLogger("ppbillit")
    logger.addHandler(warnings)
    context.call_on_close(lambda: logger.removeHandler(warnings))
    face = Face(screen, config, trace and at_home(trace))
    screen.log = RunLog(
        log_file and at_home(log_file),
        log_format,
        face.run_id,
        context.invoked_subcommand or "",
        screen.warn,
    )
    context.obj = face


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
