"""`ppbillit doctor`: whether all is as a run needs it; writes nothing, asks only to read."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from ppbillit.billit.client import BillitClient
from ppbillit.cli.commands.doctor import local
from ppbillit.cli.commands.doctor.billit import BillitChecks, access
from ppbillit.cli.commands.doctor.checks import Check, as_members, exit_code, lines, table, trouble, unchecked
from ppbillit.cli.commands.doctor.plugandpay import ShopChecks
from ppbillit.cli.error_handler import handle_errors
from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.wiring import open_clients
from ppbillit.config import Config, ConfigError, load_config
from ppbillit.errors import ExitCode, PpbillitError
from ppbillit.http import Clock, RetryPolicy
from ppbillit.invoicing.identity import refuse_second_start
from ppbillit.plugandpay.client import PlugAndPayClient
from ppbillit.state import Account, Identity, is_there

Offline = Annotated[bool, typer.Option("--offline", help="Check only what is on this machine.")]

# Somebody waits for it: a service that is down is said to be so soon.
_RETRY = RetryPolicy(attempts=2, seconds=30)


def doctor(context: typer.Context, *, offline: Offline = False, as_json: Json = False) -> None:
    """Check everything that a run needs: config, keys, rights, clocks, state; with what to do where it is wrong.

    Reads only: nothing is written, here or there. The exit code is that of the first thing that is wrong.
    """
    ctx: CommandContext = context.obj
    found: list[Check] = []

    def work() -> ExitCode:
        _look(ctx.config_path, found, offline=offline)
        return exit_code(found)

    def tell(code: ExitCode, error: PpbillitError | None) -> None:
        if as_json:
            problem = {"error": {"message": error.message, "fix": error.fix}} if error else {}
            members: dict[str, Any] = {**as_members(found), **problem, "exit_code": int(code)}
            ctx.screen.document({"schema": 1, "command": "doctor", **members})
        elif ctx.screen.out.is_terminal:
            ctx.screen.out.print(table(found), soft_wrap=False)
        else:
            for line in lines(found, ctx.screen.out):
                ctx.screen.out.print(line)

    raise typer.Exit(handle_errors(ctx.screen, work, tell))


def _look(config_path: Path | None, found: list[Check], *, offline: bool) -> None:
    found.append(local.version())
    try:
        loaded = load_config(config_path, os.environ)
    except ConfigError as error:
        found += local.broken_config(error)
        found.append(unchecked("all else", "the config has to be right first"))
        return
    found += local.config(loaded)
    found += local.modes(loaded)
    config = loaded.config
    found += local.notices(config)
    identity: Identity | Account = Account(config.billit.party_id, config.billit.base_url)
    if not offline:
        identity = _ask(config, found) or identity
    elif config.billit.client_id:
        found.append(access(config))
    if not any(check.name == local.STATE for check in found):
        found += local.state(config, identity)


def _ask(config: Config, found: list[Check]) -> Identity | None:
    """Check both services; give whose they turned out to be."""
    timing = Clock(sleep=time.sleep)
    with ExitStack() as stack:
        doors = open_clients(config, stack, timing, retry=_RETRY, renews=False)
        client, books_client = PlugAndPayClient(doors.shop, config.zone), BillitClient(doors.books)
        shop = ShopChecks(config, client, doors.shop)
        found += shop.checks()
        books = BillitChecks(config, books_client, doors.books)
        found += books.checks()
        if shop.tenant_id is None:
            return None
        try:
            if books.is_open and not is_there(config.state_file):
                refuse_second_start(client, books_client, shop.tenant_id, config.state_file)
        except PpbillitError as error:
            found.append(trouble(local.STATE, error))
        return Identity(shop.tenant_id, config.billit.party_id, config.billit.base_url)
