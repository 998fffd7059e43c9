"""The file with the OAuth tokens: readable by its owner only, always whole, changed by one run at a time.

It is beside the state file and not beside the config, since it changes every hour, and a config may be read-only.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from ppbillit.errors import CannotWrite, SetupWrong, TryLater
from ppbillit.files import is_open_to_others, put_in_place, write_draft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Longer than a renewal can take with all its tries and pauses.
LOCK_SECONDS = 300.0
_ROOM = 16 * 1024  # bytes; two tokens need less


@dataclass(frozen=True)
class Tokens:
    """The tokens of one application at one Billit; the access token is valid until `expires_at` (UTC)."""

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
    """The token file at `path`; it is read anew each time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._draft = path.with_name(f"{path.name}.new")

    def read(self) -> Tokens | None:
        """Return the tokens, or None if there is no file; raise SetupWrong if others can read it."""
        again = "Run `ppbillit connect billit`, which writes it anew."
        try:
            with self.path.open("rb") as file:
                if is_open_to_others(file.fileno()):
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
        """Keep every other run from changing the file; raise TryLater or CannotWrite."""
        with self._os_errors_named():
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
            self._take_up_draft()
            yield
        finally:
            lock.release()

    def make_room(self) -> None:
        """Reserve disk space for new tokens before the old ones are used up; raise CannotWrite."""
        with self._os_errors_named():
            write_draft(self._draft, b" " * _ROOM)

    def write(self, tokens: Tokens) -> None:
        """Write tokens into the reserved space and sync them to disk; raise CannotWrite."""
        text = json.dumps({"schema": 1, **asdict(tokens)}, default=_as_text, indent=1) + "\n"
        with self._os_errors_named():
            with self._draft.open("r+b") as file:
                file.write(text.encode())
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
            put_in_place(self._draft, self.path)

    def _take_up_draft(self) -> None:
        """Use the tokens that a killed run wrote and did not put in place: those in place are used up."""
        with self._os_errors_named():
            try:
                _Stored.model_validate_json(self._draft.read_bytes())
            except (FileNotFoundError, ValidationError):
                return  # no draft, half of one, or only reserved space
            put_in_place(self._draft, self.path)

    @contextmanager
    def _os_errors_named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CannotWrite(
                f"The access to Billit cannot be kept in {self.path} ({error.strerror}).",
                "Check the disk space and the rights of its folder, which is that of state_file. If the next "
                "run then says that Billit refuses the access, run `ppbillit connect billit`.",
            ) from error


def _as_text(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError
    return value.astimezone(UTC).isoformat(timespec="seconds")
