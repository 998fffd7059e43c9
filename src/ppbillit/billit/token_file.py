"""The file with the tokens of OAuth: private to its owner, written atomically, changed by one run at a time.

It is stored beside the state file and not beside the config: it changes every hour, whereas a config may be
read-only, with secrets that the system provides.
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

# Longer than a renewal can take, with its tries, pauses and slow answers.
LOCK_SECONDS = 300.0
_ROOM = 16 * 1024  # more than two tokens need
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Tokens:
    """Tokens for one application at one Billit; `expires_at` is that of the access token."""

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
    """The token file at `path`, not cached in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._draft = path.with_name(f"{path.name}.new")

    def read(self) -> Tokens | None:
        """Return the tokens; None if there are none.  Raise SetupWrong if others can read them."""
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
        """Lock the file against changes by other runs.  Raise TryLater or CannotWrite."""
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
        """Reserve disk space for tokens before any are used up.  Raise CannotWrite."""
        with self._named_trouble():
            self._draft.unlink(missing_ok=True)  # of a run that was interrupted; the lock is held
            descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(b" " * _ROOM)
                _to_disk(file.fileno())

    def write(self, tokens: Tokens) -> None:
        """Store tokens durably in the reserved space.  Raise CannotWrite."""
        text = json.dumps({"schema": 1, **asdict(tokens)}, default=_as_text, indent=1) + "\n"
        with self._named_trouble():
            with self._draft.open("r+b") as file:
                file.write(text.encode())
                file.truncate()
                file.flush()
                _to_disk(file.fileno())
            self._name_draft()

    def _put_in_place(self) -> None:
        """Use complete tokens that an interrupted run wrote: those in the file are used up then."""
        with self._named_trouble():
            try:
                _Stored.model_validate_json(self._draft.read_bytes())
            except (FileNotFoundError, ValidationError):
                return  # no file, incomplete tokens, or only the reserved space
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
