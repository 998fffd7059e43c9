"""The checks on this machine: the config, the modes of files, the state file and the runs recorded in it."""

from __future__ import annotations

import os
import platform
import stat
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ppbillit import __version__
from ppbillit.cli.commands.doctor.checks import Check, failed, good, note, unchecked, wrong
from ppbillit.cli.output.words import local_time, status_word
from ppbillit.cli.wiring import token_path
from ppbillit.config.layers import CREDENTIALS_NAME, how_to_close
from ppbillit.errors import ExitCode, PpbillitError
from ppbillit.invoicing.stuck import stuck_payments
from ppbillit.state import Identity, dry_copy, is_there

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from ppbillit.config import Config, ConfigError, LoadedConfig
    from ppbillit.state import Account, StateStore

VERSION, CONFIG, NOTICES, MODES, STATE = "version", "config", "notices", "file modes", "state file"
UNFINISHED, LAST_RUN = "unfinished work", "last good run"

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_TOLERANCE = timedelta(minutes=1)
_STALE = timedelta(hours=26)  # a daily run, and an hour or two for a slow day


def version() -> Check:
    """Return the versions of ppbillit and Python."""
    return good(VERSION, f"ppbillit {__version__}, Python {platform.python_version()}")


def config_problems(error: ConfigError) -> list[Check]:
    """Return a check for every problem in the config."""
    return [wrong(CONFIG, f"{each.place}: {each.reason}", each.fix) for each in error.problems]


def check_config(loaded: LoadedConfig) -> Iterator[Check]:
    """Report which config is used, and where one source overrides another."""
    beside = loaded.path.with_name(CREDENTIALS_NAME)
    yield good(CONFIG, f"{loaded.path}{f' and {CREDENTIALS_NAME} beside it' if beside.exists() else ''}")
    for override in loaded.notes:
        yield note(CONFIG, override, "nothing to do if you meant it; else remove one of the two")


def check_notifications(config: Config) -> Iterator[Check]:
    """Check whether notifications can be sent, without sending any; no check where none are set up."""
    if config.notify.urls and find_spec("apprise") is None:
        yield note(
            NOTICES,
            "[notify] has urls, and Apprise, which sends messages, is not installed",
            "`pip install 'ppbillit[notify]'` with the pip beside this ppbillit brings it",
        )
    elif config.notify.urls or config.notify.heartbeat_url:
        yield good(NOTICES, "can be sent as far as can be told here; `ppbillit notify-test` tries it")


def check_file_modes(loaded: LoadedConfig) -> Iterator[Check]:
    """Check whether others can read or change the tokens, the state file, or the folders of state and config.

    The modes of the config files were checked when they were loaded. Only tokens that others can read end a run;
    a run closes the state file to others itself.
    """
    state_file = loaded.config.state_file.resolve()
    try:
        is_there(state_file)
    except PpbillitError:
        yield from unchecked([MODES], "the folder of the state file is closed to you")
        return
    tokens = token_path(state_file)
    found = []
    if _is_open(tokens):
        found.append(wrong(MODES, f"others can read or change {tokens}", how_to_close(tokens)))
    if _is_open(state_file):
        closes = (
            f"nothing to do if it is yours: the next run takes that away; else {how_to_close(state_file)}"
        )
        found.append(note(MODES, f"others can read or change {state_file}", closes))
    found += [
        note(MODES, f"others can change what is in {folder}", f"chmod go-w {folder}")
        for folder in dict.fromkeys((loaded.path.resolve().parent, state_file.parent))
        if folder.is_dir() and folder.stat().st_mode & _OTHERS_WRITE and not _is_sticky(folder)
    ]
    yield from found or [good(MODES, "only their owner can read the keys and the state")]


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:  # there is none
        return False


def _is_sticky(folder: Path) -> bool:
    """Check for the sticky bit: in a folder like /tmp nobody can replace the file of somebody else."""
    return bool(folder.stat().st_mode & stat.S_ISVTX)


def check_state(config: Config, identity: Identity | Account) -> Iterator[Check]:
    """Check the state file, whether it is of this shop and company, and what it records of earlier runs."""
    path = config.state_file.resolve()
    with ExitStack() as stack:
        try:
            if not is_there(path):
                yield _new_state_file(path)
                yield from unchecked((UNFINISHED, LAST_RUN), "there is no state file yet")
                return
            state = stack.enter_context(dry_copy(path, identity))
        except PpbillitError as error:
            yield failed(STATE, error)
            yield from unchecked((UNFINISHED, LAST_RUN), "the state file cannot be used")
            return
        whose = "shop and company" if isinstance(identity, Identity) else "company (the shop was not asked)"
        yield _state_file(path, f"sound, and of this {whose}")
        yield _unfinished(state)
        yield _last_run(state, config.zone)


def _new_state_file(path: Path) -> Check:
    """Check whether the first run can create the state file, with the folders that do not exist yet."""
    folder = next(each for each in path.parents if each.exists())
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return good(STATE, f"{path}: none yet, the first run begins it")
    return wrong(
        STATE,
        f"{path}: none yet, and none can be made there: you may not write in {folder}",
        "check the rights of that folder, or name another state_file in the config",
        ExitCode.CANNOT_WRITE,
    )


def _state_file(path: Path, finding: str) -> Check:
    """Check whether runs of this user can write the file, and the journal beside it."""
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK):
        return good(STATE, f"{path}: {finding}")
    return wrong(
        STATE,
        f"{path}: {finding}, but you may not write it, or not in its folder",
        "run doctor as the user who runs ppbillit; if this is that user, give the file and its folder to it",
        ExitCode.CANNOT_WRITE,
    )


def _unfinished(state: StateStore) -> Check:
    stuck, payments = state.orders.stuck(), stuck_payments(state)
    if not stuck and not payments:
        return good(UNFINISHED, "none")
    counts = Counter(status_word(record) for record in stuck)
    counts["with a payment on which both sides do not agree"] = len(payments)
    finding = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    return note(UNFINISHED, finding, "`ppbillit status` lists them, each with what to do about it")


def _last_run(state: StateStore, zone: ZoneInfo) -> Check:
    last = state.last_good_run("sync")
    if last is None:
        return note(LAST_RUN, "no sync has finished yet", "run `ppbillit sync`, then let cron do it")
    ago = datetime.now(UTC) - last
    if ago < -_TOLERANCE:
        finding = f"{local_time(last, zone)}, which is still to come"
        return note(LAST_RUN, finding, "set the clock of this machine; if it is right by now, sync once more")
    finding = f"{local_time(last, zone)}, {max(0, ago / timedelta(hours=1)):.0f} hours ago"
    if ago > _STALE:
        return note(LAST_RUN, finding, "look whether cron still runs `ppbillit sync`, and what its mails say")
    return good(LAST_RUN, finding)
