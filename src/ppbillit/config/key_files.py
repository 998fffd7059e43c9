"""Keys that stand in files of their own, and the paths that lead there."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from ppbillit.config.layers import how_to_close, is_open_to_others

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_KEY_FILE = 64 * 1024  # a key of Plug&Pay is about 1 kB; this is somebody's database

# systemd guards this folder itself, by access lists that look like an open group in the mode.
CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"

# Where containers get their secrets: only root can make it, and everybody inside may read what lies there.
SECRET_MOUNT = Path("/run/secrets")


class KeyFileWrong(Exception):  # noqa: N818
    """A file cannot be used: why, and what to do."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix


def resolve(written: str, folder: Path, environ: Mapping[str, str]) -> Path:
    """Follow a path of the config: `~`, variables, and from the config's own folder where it is relative."""
    try:
        expanded = Template(written.strip()).substitute(environ)
        return folder / Path(expanded).expanduser()
    except KeyError:  # its name stays unsaid: this may be a key, pasted where a path belongs
        fix = "write the whole path, or set it; systemd sets CREDENTIALS_DIRECTORY for a service with credentials"
        raise KeyFileWrong("uses a $VARIABLE that is not set", fix) from None
    except ValueError:
        raise KeyFileWrong(
            "has a stray $ in it", "write $NAME for a variable, $$ for the sign itself"
        ) from None
    except RuntimeError:  # a ~ without a home
        raise KeyFileWrong("uses ~, and there is no home folder", "write the whole path") from None


def read_key(path: Path, environ: Mapping[str, str]) -> str:
    """Read a file that holds nothing but a key."""
    try:
        if not path.is_file():
            raise KeyFileWrong(_absent(path), "make it, with nothing but the key in it")
        if is_open_to_others(path) and not _is_guarded(path, environ):
            raise KeyFileWrong("names a file that others can read or change", how_to_close(path))
        if path.stat().st_size > LARGEST_KEY_FILE:
            raise KeyFileWrong(
                "names a file too large for a key", "name a file with nothing but the key in it"
            )
        key = path.read_bytes().decode("utf-8-sig").strip()
    except OSError as error:
        reason = f"names a file that cannot be read: {os.strerror(error.errno or 0)}"
        raise KeyFileWrong(reason, "make it a file that you can read") from None
    except UnicodeDecodeError:
        raise KeyFileWrong("names a file that is not text", "put nothing but the key in it") from None
    if not key:
        raise KeyFileWrong("names an empty file", "put the key in it")
    return key


def _absent(path: Path) -> str:
    return "names something that is no file" if path.exists() else "names a file that does not exist"


def _is_guarded(path: Path, environ: Mapping[str, str]) -> bool:
    folder = environ.get(CREDENTIALS_VARIABLE, "")
    if folder and path.is_relative_to(folder):
        return True
    is_mounted = path.resolve().is_relative_to(SECRET_MOUNT.resolve())
    return is_mounted and not path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
