"""The steps of `connect`; the keys of each side are written as soon as they have been tried."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ppbillit.cli.commands.connect.answers import read_lines_ahead
from ppbillit.cli.commands.connect.billit import connect_billit
from ppbillit.cli.commands.connect.first_config import ask_for_config
from ppbillit.cli.commands.connect.plugandpay import connect_shop
from ppbillit.cli.prompts import Prompter, Question, stopped_by_user
from ppbillit.config import ConfigError, load_what_is_there
from ppbillit.config.save import write_credentials, write_first_config
from ppbillit.config.schema import ENV_PREFIX
from ppbillit.errors import ExitCode, WrongRequest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ppbillit.cli.commands.connect.answers import BillitAnswers, ConfigAnswers, ShopAnswers
    from ppbillit.cli.options import CommandContext
    from ppbillit.config import StartedConfig
    from ppbillit.config.keys import KeyPath


class Side(StrEnum):
    """What to connect."""

    PLUGANDPAY = "plugandpay"
    BILLIT = "billit"
    BOTH = "both"


_BOTH = {Side.PLUGANDPAY, Side.BILLIT}
_GO_LIVE = ("sync", "go_live")


class ConnectSteps:
    """One run of `connect`, with the answers of its flags."""

    def __init__(
        self, ctx: CommandContext, shop: ShopAnswers, billit: BillitAnswers, config: ConfigAnswers
    ) -> None:
        self._ctx = ctx
        self._prompter = Prompter(ctx.screen)
        self._shop = shop
        self._billit = billit
        self._config = config
        self._written: set[KeyPath] = set()

    def run(self, side: Side | None) -> ExitCode:
        """Connect the side, or what is not connected yet, and write the first config if there is none."""
        try:
            return self._run(side)
        except KeyboardInterrupt:
            raise stopped_by_user() from None

    def _run(self, side: Side | None) -> ExitCode:
        started = self._started()
        if started.is_there and (given := self._config.flags()):
            raise WrongRequest(
                f"There is a config at {started.path}, and it is yours: {', '.join(given)} would change nothing.",
                "Edit the config, and leave these flags out.",
            )
        sides = self._sides(side, started)
        if not self._prompter.can_ask and (lacking := list(self._lacking(started, sides))):
            raise WrongRequest(
                f"Off a terminal nothing is asked, and this is not given: {'; '.join(lacking)}.",
                "Give it with the flags named, or run it at a terminal.",
            )
        read_lines_ahead(
            [
                *([self._shop.key] if Side.PLUGANDPAY in sides else []),
                *([self._billit.stdin_secret] if Side.BILLIT in sides else []),
            ]
        )
        if Side.PLUGANDPAY in sides:
            self._write(started, "plugandpay", *connect_shop(started, self._prompter, self._shop))
        if Side.BILLIT in sides:
            self._write(started, "billit", *connect_billit(started, self._prompter, self._billit))
        self._finish(self._started())
        return ExitCode.DONE

    def _started(self) -> StartedConfig:
        """Load the config files, without the secrets in the environment, which are answers like typed ones."""
        asked = {secret.variable for secret in (self._shop.key, self._billit.key, self._billit.secret)}
        environ = {name: value for name, value in os.environ.items() if name.upper() not in asked}
        return load_what_is_there(self._ctx.config_path, environ)

    def _sides(self, side: Side | None, started: StartedConfig) -> set[Side]:
        if side is not None:
            return _BOTH if side is Side.BOTH else {side}
        sides = _open_sides(started)
        sides |= {Side.PLUGANDPAY} if self._shop.says_anything else set()
        sides |= {Side.BILLIT} if self._billit.says_anything else set()
        if sides or not started.is_there:
            return sides
        picked = Side(
            self._prompter.choice(Question("What to connect anew", "plugandpay or billit"), [*Side])
        )
        return _BOTH if picked is Side.BOTH else {picked}

    def _lacking(self, started: StartedConfig, sides: set[Side]) -> Iterator[str]:
        """Yield the names of all missing answers, for an error off a terminal before anything is done."""
        has_key = self._shop.key.is_given or ("plugandpay", "api_key") not in started.missing
        if Side.PLUGANDPAY in sides and not has_key:
            yield f"the API key of Plug&Pay ({self._shop.key.flags})"
        if Side.BILLIT in sides:
            yield from self._billit.lacking(started)
        will_be_whole = not _open_sides(started) - sides
        needs_day = _GO_LIVE in started.missing and self._config.go_live is None
        if not started.is_there and will_be_whole and needs_day:
            yield "the go-live date (--go-live)"

    def _write(self, started: StartedConfig, table: str, values: dict[str, Any], opened: str) -> None:
        self._ctx.screen.out.print(opened)
        if values and not _is_in_files(started.path, table, values):
            path = write_credentials(started.path, table, values)
            self._written |= {(table, name) for name in values}
            self._ctx.screen.out.print(f"written: {path}")

    def _finish(self, started: StartedConfig) -> None:
        """Write the config if there is none and both sides are connected; print the next step."""
        out = self._ctx.screen.out
        if still_open := _open_sides(started):
            out.print(f"next: ppbillit connect {min(still_open)}")
            return
        if not started.is_there:
            answers = ask_for_config(started, self._prompter, self._config)
            write_first_config(started.path, answers, self._written)
            out.print(f"written: {started.path}")
        elif _GO_LIVE in started.missing:
            out.print(f"next: write go_live = 2027-01-01 (your first day) below [sync] in {started.path}")
            return
        out.print("next: ppbillit doctor, then ppbillit sync --dry-run, which shows what would be invoiced")


def _open_sides(started: StartedConfig) -> set[Side]:
    """Return the sides that are not connected yet."""
    return {Side(table) for table, *_ in started.missing if table != _GO_LIVE[0]}


def _is_in_files(path: Path, table: str, values: dict[str, Any]) -> bool:
    """Check whether the files hold all values already, since the user may not be able to write in their folder.

    Environment variables are left out: a value that only a variable has is written.
    """
    environ = {name: value for name, value in os.environ.items() if not name.upper().startswith(ENV_PREFIX)}
    try:
        files = load_what_is_there(path, environ)
    except ConfigError:  # without the variables it does not serve
        return False
    config = files.config.model_dump()[table]
    return all((table, name) not in files.missing and config[name] == value for name, value in values.items())
