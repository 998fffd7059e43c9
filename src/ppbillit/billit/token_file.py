"""The file that keeps the tokens of OAuth: its owner's alone, whole or not at all, changed by one run at a time.

It lies beside the state file and not beside the config: it changes every hour, where a config may be read-only
and its secrets handed out by the system.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from ppbillit.errors import CannotWrite, SetupWrong, TryLater

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Longer than a renewal can take: tries, pauses and a slow answer together.
LOCK_SECONDS = 300.0
_ROOM = 16 * 1024  # what two tokens need at the very most
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Tokens:
    """What Billit granted: for which Billit and application, and until when the access token opens it."""

    billit_url: str
    client_id: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)  # works once
    expires_at: datetime


class _Stored(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    billit_url: str
    client_id: str
    access_token: str
    refresh_token: str
    expires_at: AwareDatetime


class TokenFile:
    """The file at `path`; nothing of it is kept in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._draft = path.with_name(f"{path.name}.new")

    def read(self) -> Tokens | None:
        """Give the tokens; None where there are none.  Raises SetupWrong where they are no secret any more."""
        again = "Run `ppbillit connect billit`, which writes it anew."
        try:
            with self.path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & _OTHERS:
                    raise SetupWrong(f"Others can read {self.path}, which opens Billit.", again)
                stored = _Stored.model_validate_json(file.read())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SetupWrong(f"{self.path} cannot be read ({error.strerror}).", again) from None
        except ValidationError:
            raise SetupWrong(f"{self.path} holds no tokens of Billit.", again) from None
        return Tokens(**stored.model_dump())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other run from changing the file; raises TryLater, CannotWrite."""
        with self._named_trouble():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=LOCK_SECONDS, mode=0o600)
            try:
                lock.acquire()
            except Timeout:
                raise TryLater(
                    "Another run of ppbillit is renewing the access to Billit, and does not finish.",
                    "Run the same command again later; nothing is lost.",
                ) from None
        try:
            self._put_in_place()
            yield
        finally:
            lock.release()

    def make_room(self) -> None:
        """Make sure that tokens can be written, before any are used up; raises CannotWrite."""
        with self._named_trouble():
            self._draft.unlink(missing_ok=True)  # of a run that was cut off; we hold the lock
            descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(b" " * _ROOM)
                _to_disk(file.fileno())

    def write(self, tokens: Tokens) -> None:
        """Put tokens where room was made; when this returns they are on the disk.  Raises CannotWrite."""
        text = json.dumps({"schema": 1, **asdict(tokens)}, default=_as_text, indent=1) + "\n"
        with self._named_trouble():
            with self._draft.open("r+b") as file:
                file.write(text.encode())
                file.truncate()
                file.flush()
                _to_disk(file.fileno())
            self._name_draft()

    def _put_in_place(self) -> None:
        """Take up tokens that a run wrote whole before it was cut off: those that lie there are used up."""
        with self._named_trouble():
            try:
                _Stored.model_validate_json(self._draft.read_bytes())
            except (FileNotFoundError, ValidationError):
                return  # none, or half of them, or only room for some
            self._name_draft()

    def _name_draft(self) -> None:
        self._draft.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            _to_disk(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _named_trouble(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CannotWrite(
                f"The access to Billit cannot be kept in {self.path} ({error.strerror}).",
                "Check the disk space and the rights of its folder, which is that of state_file. If the next "
                "run then says that Billit refuses the access, run `ppbillit connect billit`.",
            ) from error


def _to_disk(descriptor: int) -> None:
    os.fsync(descriptor)


def _as_text(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError
    return value.astimezone(UTC).isoformat(timespec="seconds")
