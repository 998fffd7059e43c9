"""One run of `connect`, step by step: each side is written as soon as it is known to open."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ppbillit.cli.commands.connect.answers import read_lines_ahead
from ppbillit.cli.commands.connect.billit import connect_billit
from ppbillit.cli.commands.connect.first_config import ask_for_config
from ppbillit.cli.commands.connect.plugandpay import connect_shop
from ppbillit.cli.prompts import Question, Questions, stopped
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
    """What is connected."""

    PLUGANDPAY = "plugandpay"
    BILLIT = "billit"
    BOTH = "both"


_BOTH = {Side.PLUGANDPAY, Side.BILLIT}
_GO_LIVE = ("sync", "go_live")


class Connecting:
    """What was answered beforehand, and whom to ask for the rest."""

    def __init__(
        self, ctx: CommandContext, shop: ShopAnswers, books: BillitAnswers, config: ConfigAnswers
    ) -> None:
        self._face = ctx
        self._questions = Questions(ctx.screen)
        self._shop = shop
        self._books = books
        self._config = config
        self._learnt: set[KeyPath] = set()

    def run(self, side: Side | None) -> ExitCode:
        """Connect what is to be connected, and write the first config where that is due."""
        try:
            return self._run(side)
        except KeyboardInterrupt:
            raise stopped() from None

    def _run(self, side: Side | None) -> ExitCode:
        started = self._started()
        if started.is_there and (given := self._config.flags()):
            raise WrongRequest(
                f"There is a config at {started.path}, and it is yours: {', '.join(given)} would change nothing.",
                "Edit the config, and leave these flags out.",
            )
        sides = self._sides(side, started)
        if not self._questions.is_answered_here and (lacking := list(self._lacking(started, sides))):
            raise WrongRequest(
                f"Off a terminal nothing is asked, and this is not given: {'; '.join(lacking)}.",
                "Give it with the flags named, or run it at a terminal.",
            )
        read_lines_ahead(
            [
                *([self._shop.key] if Side.PLUGANDPAY in sides else []),
                *([self._books.stream] if Side.BILLIT in sides else []),
            ]
        )
        if Side.PLUGANDPAY in sides:
            self._keep(started, "plugandpay", *connect_shop(started, self._questions, self._shop))
        if Side.BILLIT in sides:
            self._keep(started, "billit", *connect_billit(started, self._questions, self._books))
        self._finish(self._started())
        return ExitCode.DONE

    def _started(self) -> StartedConfig:
        """Give what is on the disk; a secret in the environment is an answer, like one that is typed."""
        asked = {secret.variable for secret in (self._shop.key, self._books.key, self._books.secret)}
        environ = {name: value for name, value in os.environ.items() if name.upper() not in asked}
        return load_what_is_there(self._face.config_path, environ)

    def _sides(self, side: Side | None, started: StartedConfig) -> set[Side]:
        if side is not None:
            return _BOTH if side is Side.BOTH else {side}
        sides = _open_sides(started)
        sides |= {Side.PLUGANDPAY} if self._shop.says_anything else set()
        sides |= {Side.BILLIT} if self._books.says_anything else set()
        if sides or not started.is_there:
            return sides
        picked = Side(
            self._questions.choice(Question("What to connect anew", "plugandpay or billit"), [*Side])
        )
        return _BOTH if picked is Side.BOTH else {picked}

    def _lacking(self, started: StartedConfig, sides: set[Side]) -> Iterator[str]:
        """Name all that nobody gave and, off a terminal, nobody can be asked for, before anything is done."""
        has_key = self._shop.key.is_given or ("plugandpay", "api_key") not in started.missing
        if Side.PLUGANDPAY in sides and not has_key:
            yield f"the API key of Plug&Pay ({self._shop.key.flags})"
        if Side.BILLIT in sides:
            yield from self._books.lacking(started)
        will_be_whole = not _open_sides(started) - sides
        needs_day = _GO_LIVE in started.missing and self._config.go_live is None
        if not started.is_there and will_be_whole and needs_day:
            yield "the go-live date (--go-live)"

    def _keep(self, started: StartedConfig, table: str, learnt: dict[str, Any], opened: str) -> None:
        self._face.screen.out.print(opened)
        if learnt and not _is_in_files(started.path, table, learnt):
            path = write_credentials(started.path, table, learnt)
            self._learnt |= {(table, name) for name in learnt}
            self._face.screen.out.print(f"written: {path}")

    def _finish(self, started: StartedConfig) -> None:
        """Write the config if there is none and all else is known, and say what comes next."""
        out = self._face.screen.out
        if still_open := _open_sides(started):
            out.print(f"next: ppbillit connect {min(still_open)}")
            return
        if not started.is_there:
            answers = ask_for_config(started, self._questions, self._config)
            write_first_config(started.path, answers, self._learnt)
            out.print(f"written: {started.path}")
        elif _GO_LIVE in started.missing:
            out.print(f"next: write go_live = 2027-01-01 (your first day) below [sync] in {started.path}")
            return
        out.print("next: ppbillit doctor, then ppbillit sync --dry-run, which shows what would be invoiced")


def _open_sides(started: StartedConfig) -> set[Side]:
    """Give the sides that are not connected yet."""
    return {Side(table) for table, *_ in started.missing if table != _GO_LIVE[0]}


def _is_in_files(path: Path, table: str, learnt: dict[str, Any]) -> bool:
    """Tell whether all of it stands in the files already, whose folder may be closed to whoever renews access.

    What only a variable says is not in them; a secret that was given is written anyway.
    """
    environ = {name: value for name, value in os.environ.items() if not name.upper().startswith(ENV_PREFIX)}
    try:
        files = load_what_is_there(path, environ)
    except ConfigError:  # without the variables it does not serve
        return False
    config = files.config.model_dump()[table]
    return all((table, name) not in files.missing and config[name] == value for name, value in learnt.items())
