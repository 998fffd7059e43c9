"""Files that are their owner's alone: opened so, and made so again where somebody opened them to others."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def open_private(path: Path) -> int:
    """Open a file to append to, and give its descriptor; one that is new or ours is for its owner only.

    Raises OSError; also where a link of somebody else stands in its place, who says by it where we write.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        if path.lstat().st_uid not in {os.geteuid(), 0}:
            raise OSError(errno.ELOOP, "it is a link that somebody else made", str(path)) from None
        descriptor = os.open(path, flags, 0o600)
    try:
        restrict_to_owner(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def restrict_to_owner(descriptor: int) -> bool:
    """Take away what others may do with an open file, if it is ours; tell whether there was something to take."""
    found = os.fstat(descriptor)
    if not (_is_for_others(found) and found.st_uid == os.geteuid()):
        return False
    os.fchmod(descriptor, stat.S_IMODE(found.st_mode) & ~_OTHERS)
    return True


def is_open_to_others(descriptor: int) -> bool:
    """Tell whether others may read or change an open file; a terminal or a device is none that keeps anything."""
    return _is_for_others(os.fstat(descriptor))


def _is_for_others(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) and bool(found.st_mode & _OTHERS)


def sync_directory(folder: Path) -> None:
    """Bring the names in a folder to the disk; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
