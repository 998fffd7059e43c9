"""What `connect` writes: `credentials.toml`, and a first `config.toml` if there is none."""

from __future__ import annotations

import fcntl
import os
import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import tomli_w

from ppbillit.config.example import first_config
from ppbillit.config.keys import BILLIT_ACCESS
from ppbillit.config.layers import CREDENTIALS_NAME
from ppbillit.errors import CannotWrite, SetupWrong
from ppbillit.files import atomic_write

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from ppbillit.config.keys import KeyPath

_HEAD = """\
# Written by `ppbillit connect`: the same keys as config.toml, which it goes before.  Keep it to yourself.

"""

_ACCESS = {path[-1] for way in BILLIT_ACCESS for path in way}


def write_credentials(config_path: Path, table: str, values: Mapping[str, Any]) -> Path:
    """Set these keys of one table in the credentials beside the config, keep the others, and return the file.

    Raise CannotWrite.
    """
    path = config_path.with_name(CREDENTIALS_NAME).resolve()
    with _os_errors_named(path), _folder_locked(path.parent):
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig")) if path.exists() else {}
        # A new key, or new application, replaces both of the old.
        replaced = _ACCESS if _ACCESS & values.keys() else set()
        kept = {name: value for name, value in tables.get(table, {}).items() if name not in replaced}
        tables[table] = {**kept, **values}
        atomic_write(path, _HEAD + tomli_w.dumps(tables))
    return path


def write_first_config(
    path: Path, answers: Mapping[KeyPath, Any], in_credentials: Collection[KeyPath]
) -> None:
    """Write a commented config with these answers; raise SetupWrong if there is one already, CannotWrite."""
    with _os_errors_named(path), _folder_locked(path.parent):
        try:
            atomic_write(path, first_config(answers, in_credentials), replace=False)
        except FileExistsError:
            raise SetupWrong(
                f"There is a config at {path} by now, and it is yours: nothing was written in it.",
                "Run `ppbillit doctor` to see whether it serves.",
            ) from None


@contextmanager
def _folder_locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing there: of two that set a table each, one would lose its own.

    The folder itself is locked, since a lock file would stay behind beside the config.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _os_errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(
            f"{path} cannot be written ({error.strerror}).",
            "Check the rights of its folder; or hand over the keys as files or variables, as docs/config.md says.",
        ) from error
