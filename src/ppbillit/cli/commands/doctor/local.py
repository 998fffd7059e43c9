"""What can be checked without asking anybody: the config, who may read what, the state and what it tells."""

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
from ppbillit.cli.commands.doctor.checks import Check, good, local, note, trouble, unchecked, wrong
from ppbillit.cli.output.table import status_word
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
_JITTER = timedelta(minutes=1)
_STALE = timedelta(hours=26)  # a daily run, and an hour or two for a slow day


def version() -> Check:
    """Say what runs."""
    return good(VERSION, f"ppbillit {__version__}, Python {platform.python_version()}")


def broken_config(error: ConfigError) -> list[Check]:
    """Give a line for every mistake."""
    return [wrong(CONFIG, f"{each.place}: {each.reason}", each.fix) for each in error.mistakes]


def config(loaded: LoadedConfig) -> Iterator[Check]:
    """Say which config holds, and where one place overrules another."""
    beside = loaded.path.with_name(CREDENTIALS_NAME)
    yield good(CONFIG, f"{loaded.path}{f' and {CREDENTIALS_NAME} beside it' if beside.exists() else ''}")
    for words in loaded.notes:
        yield note(CONFIG, words, "nothing to do if you meant it; else remove one of the two")


def notices(config: Config) -> Iterator[Check]:
    """Say whether those who are to be told can be; nothing where that is nobody.  Nobody is told anything."""
    if config.notify.urls and find_spec("apprise") is None:
        yield note(
            NOTICES,
            "[notify] has urls, and Apprise, which sends messages, is not installed",
            "`pip install 'ppbillit[notify]'` with the pip beside this ppbillit brings it",
        )
    elif config.notify.urls or config.notify.heartbeat_url:
        yield good(NOTICES, "can be sent as far as can be told here; `ppbillit notify-test` tries it")


def modes(loaded: LoadedConfig) -> Iterator[Check]:
    """Say who else may read or change what is the owner's alone; the config's own files were judged when read.

    Only tokens that others can read end a run; the state file is closed to them by it.
    """
    state_file = loaded.config.state_file.resolve()
    try:
        is_there(state_file)
    except PpbillitError:
        yield unchecked(MODES, "the folder of the state file is closed to you")
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
    """In a folder like /tmp everybody can make files, and nobody can replace another's."""
    return bool(folder.stat().st_mode & stat.S_ISVTX)


def state(config: Config, identity: Identity | Account) -> Iterator[Check]:
    """Say whether the state is sound and of this shop and company, and what it tells of earlier runs."""
    path = config.state_file.resolve()
    with ExitStack() as stack:
        try:
            if not is_there(path):
                yield _beginning(path)
                yield from (unchecked(name, "there is no state file yet") for name in (UNFINISHED, LAST_RUN))
                return
            opened = stack.enter_context(dry_copy(path, identity))
        except PpbillitError as error:
            yield trouble(STATE, error)
            yield from (unchecked(name, "the state file cannot be used") for name in (UNFINISHED, LAST_RUN))
            return
        yield _found(path, f"sound, and of this {_whose(identity)}")
        yield _unfinished(opened)
        yield _last_run(opened, config.zone)


def _beginning(path: Path) -> Check:
    """Say whether the first run can make the state file, which it does with folders that are not there yet."""
    folder = next(each for each in path.parents if each.exists())
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return good(STATE, f"{path}: none yet, the first run begins it")
    return wrong(
        STATE,
        f"{path}: none yet, and none can be made there: you may not write in {folder}",
        "check the rights of that folder, or name another state_file in the config",
        ExitCode.CANNOT_WRITE,
    )


def _found(path: Path, how: str) -> Check:
    """Say how the file is, and whether runs of this user can write it, and their journal beside it."""
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK):
        return good(STATE, f"{path}: {how}")
    return wrong(
        STATE,
        f"{path}: {how}, but you may not write it, or not in its folder",
        "run doctor as the user who runs ppbillit; if this is that user, give the file and its folder to it",
        ExitCode.CANNOT_WRITE,
    )


def _whose(identity: Identity | Account) -> str:
    return "shop and company" if isinstance(identity, Identity) else "company (the shop was not asked)"


def _unfinished(state: StateStore) -> Check:
    stuck, payments = state.orders.stuck(), stuck_payments(state)
    if not stuck and not payments:
        return good(UNFINISHED, "none")
    counts = Counter(status_word(record) for record in stuck)
    counts["with a payment on which both sides do not agree"] = len(payments)
    parts = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    return note(UNFINISHED, parts, "`ppbillit status` lists them, each with what to do about it")


def _last_run(state: StateStore, zone: ZoneInfo) -> Check:
    last = state.last_good_run("sync")
    if last is None:
        return note(LAST_RUN, "no sync has finished yet", "run `ppbillit sync`, then let cron do it")
    ago = datetime.now(UTC) - last
    if ago < -_JITTER:
        words = f"{local(last, zone)}, which is still to come"
        return note(LAST_RUN, words, "set the clock of this machine; if it is right by now, sync once more")
    words = f"{local(last, zone)}, {max(0, ago / timedelta(hours=1)):.0f} hours ago"
    if ago > _STALE:
        return note(LAST_RUN, words, "look whether cron still runs `ppbillit sync`, and what its mails say")
    return good(LAST_RUN, words)
