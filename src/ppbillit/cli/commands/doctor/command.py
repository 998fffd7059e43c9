"""`ppbillit doctor`: check whether everything is as a run needs it; read only."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from ppbillit.billit.client import BillitClient
from ppbillit.cli.commands.doctor import local
from ppbillit.cli.commands.doctor.billit import BillitChecks, check_access
from ppbillit.cli.commands.doctor.checks import (
    Check,
    check_lines,
    checks_as_json,
    checks_table,
    exit_code,
    failed,
    unchecked,
)
from ppbillit.cli.commands.doctor.plugandpay import ShopChecks
from ppbillit.cli.error_handler import error_as_json, handle_errors
from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.wiring import open_clients
from ppbillit.config import Config, ConfigError, load_config
from ppbillit.errors import ExitCode, PpbillitError
from ppbillit.http import Clock, RetryPolicy
from ppbillit.invoicing.identity import refuse_second_start
from ppbillit.plugandpay.client import PlugAndPayClient
from ppbillit.state import Account, Identity, is_there

if TYPE_CHECKING:
    from pathlib import Path

Offline = Annotated[bool, typer.Option("--offline", help="Check only what is on this machine.")]

# A person waits for the result, so a service that is down is soon given up.
_RETRY = RetryPolicy(attempts=2, seconds=30)


def doctor(context: typer.Context, *, offline: Offline = False, as_json: Json = False) -> None:
    """Check everything that a run needs: config, keys, rights, clocks, state; with what to do where it is wrong.

    Reads only: nothing is written, here or there. The exit code is that of the first thing that is wrong.
    """
    ctx: CommandContext = context.obj
    screen = ctx.screen
    found: list[Check] = []  # filled one by one, so that an interrupted command prints what it found

    def work() -> ExitCode:
        _check(ctx.config_path, found, offline=offline)
        return exit_code(found)

    def print_result(code: ExitCode, error: PpbillitError | None) -> None:
        if as_json:
            members = {**checks_as_json(found), **error_as_json(error), "exit_code": int(code)}
            screen.document({"schema": 1, "command": "doctor", **members})
        elif screen.out.is_terminal:
            screen.out.print(checks_table(found), soft_wrap=False)
        else:
            for line in check_lines(found, screen.out):
                screen.out.print(line)

    raise typer.Exit(handle_errors(screen, work, print_result))


def _check(config_path: Path | None, found: list[Check], *, offline: bool) -> None:
    found.append(local.version())
    try:
        loaded = load_config(config_path, os.environ)
    except ConfigError as error:
        found += local.config_problems(error)
        found += unchecked(["all else"], "the config has to be right first")
        return
    found += local.check_config(loaded)
    found += local.check_file_modes(loaded)
    config = loaded.config
    found += local.check_notifications(config)
    identity: Identity | Account = Account(config.billit.party_id, config.billit.base_url)
    if not offline:
        identity = _check_services(config, found) or identity
    elif config.billit.client_id:
        found.append(check_access(config))
    if not any(check.name == local.STATE for check in found):
        found += local.check_state(config, identity)


def _check_services(config: Config, found: list[Check]) -> Identity | None:
    """Check both services; return the identity of the shop and the company if the shop could be asked."""
    timing = Clock(sleep=time.sleep)
    with ExitStack() as stack:
        clients = open_clients(config, stack, timing, retry=_RETRY, renews=False)
        shop, billit = PlugAndPayClient(clients.shop, config.zone), BillitClient(clients.billit)
        shop_checks = ShopChecks(config, shop, clients.shop)
        found += shop_checks.checks()
        billit_checks = BillitChecks(config, billit, clients.billit)
        found += billit_checks.checks()
        if shop_checks.tenant_id is None:
            return None
        try:
            if billit_checks.is_open and not is_there(config.state_file):
                refuse_second_start(shop, billit, shop_checks.tenant_id, config.state_file)
        except PpbillitError as error:
            found.append(failed(local.STATE, error))
        return Identity(shop_checks.tenant_id, config.billit.party_id, config.billit.base_url)
