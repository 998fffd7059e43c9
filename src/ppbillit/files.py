"""Files that only their owner may read, and files that are whole on disk whenever the process ends."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_READ_OR_CHANGE = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH


def is_open_to_others(file: int | Path) -> bool:
    """Check whether other users may read or change a file; terminals, pipes and devices keep nothing."""
    mode = os.stat(file).st_mode  # noqa: PTH116  (takes a descriptor too)
    return stat.S_ISREG(mode) and bool(mode & _READ_OR_CHANGE)


def restrict_to_owner(descriptor: int) -> bool:
    """Remove the rights of other users from an open file that is ours; return whether there were any."""
    found = os.fstat(descriptor)
    if found.st_uid != os.geteuid() or not is_open_to_others(descriptor):
        return False
    os.fchmod(descriptor, stat.S_IMODE(found.st_mode) & ~_OTHERS)
    return True


def open_private(path: Path) -> int:
    """Open a file to append to and return its descriptor; a file that is new or ours becomes its owner's only.

    Raise OSError, also where the path is a link made by another user, who would choose where we write.
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


# --- files that are whole or not there --------------------------------------------------------


def atomic_write(path: Path, text: str, *, replace: bool = True) -> None:
    """Write a file for its owner only: after a crash it is the old one or the new one, never half of it.

    Make its folder if necessary. Raise OSError; FileExistsError if there is a file already and `replace` is false.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        write_draft(draft, text.encode())
        if replace:
            put_in_place(draft, path)
        else:
            path.hardlink_to(draft)  # unlike a rename, it fails where there is a file
            sync_directory(path.parent)
    finally:
        draft.unlink(missing_ok=True)  # it may hold half of a key


def write_draft(draft: Path, content: bytes) -> None:
    """Write a new file for its owner only and sync it to disk, in place of one that a killed process left."""
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def put_in_place(draft: Path, path: Path) -> None:
    """Rename a draft to its final name, and sync the name to disk."""
    draft.replace(path)
    sync_directory(path.parent)


def sync_directory(folder: Path) -> None:
    """Sync the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
