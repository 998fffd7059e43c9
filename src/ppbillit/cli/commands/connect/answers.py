"""The answers of flags and environment. Secrets come from standard input, a file or an environment variable."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ppbillit.config.key_files import LARGEST_KEY_FILE
from ppbillit.config.keys import variable_of
from ppbillit.errors import WrongRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from ppbillit.config import StartedConfig
    from ppbillit.config.keys import KeyPath


@dataclass(frozen=True)
class SecretSource:
    """Where a secret comes from that is not typed: a line of standard input, a file, an environment variable.

    It is never on the command line, which every user of the machine can read, and which the shell remembers.
    """

    key: KeyPath
    flag: str
    from_stdin: bool
    file: Path | None
    _ahead: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def variable(self) -> str:
        """The environment variable for the secret."""
        return variable_of(self.key)

    @property
    def flags(self) -> str:
        """The ways to give the secret, for a message."""
        return f"--{self.flag}-stdin, --{self.flag}-file or {self.variable}"

    @property
    def is_flagged(self) -> bool:
        """Check whether a flag names a source."""
        return self.from_stdin or self.file is not None

    @property
    def is_given(self) -> bool:
        """Check whether a flag or the environment gives the secret."""
        return self.is_flagged or bool(os.environ.get(self.variable, "").strip())

    def read(self, environ: Mapping[str, str] = os.environ) -> str | None:
        """Return the secret; None where it is not given."""
        if self.from_stdin:
            return self._ahead.pop() if self._ahead else _next_line()
        if self.file is not None:
            return self._read_file(self.file)
        return environ.get(self.variable, "").strip() or None

    def read_ahead(self) -> bool:
        """Read its line of standard input now; return whether there was one."""
        line = _next_line()
        self._ahead.append(line)
        return bool(line)

    def _read_file(self, path: Path) -> str:
        try:
            with path.open(encoding="utf-8-sig") as file:
                found = file.read(LARGEST_KEY_FILE).strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not text"
            raise WrongRequest(
                f"The file of --{self.flag}-file cannot be read ({why}).",
                "Name a file with nothing but that in it.",
            ) from None
        if not found:  # else it would count as Enter, which keeps the present key
            raise WrongRequest(f"The file of --{self.flag}-file is empty.", "Put the key in it, and no more.")
        return found


def _next_line() -> str:
    return sys.stdin.readline(LARGEST_KEY_FILE).strip()


def read_lines_ahead(secrets: Sequence[SecretSource]) -> None:
    """Read the lines of standard input that secrets come from, before any secret is used.

    Raise WrongRequest where there are too few.
    """
    piped = [] if sys.stdin.isatty() else [secret for secret in secrets if secret.from_stdin]
    found = sum([secret.read_ahead() for secret in piped])
    if found < len(piped):
        flags = ", ".join(f"--{secret.flag}-stdin" for secret in piped)
        raise WrongRequest(
            f"Standard input has {found} of the {len(piped)} lines that {flags} are to read. No key was used.",
            "Give one key a line, in this order.",
        )


@dataclass(frozen=True)
class BillitAnswers:
    """The answers about Billit."""

    key: SecretSource
    secret: SecretSource
    environment: str | None
    oauth: bool | None
    client_id: str | None
    redirect_uri: str | None
    redirected_by_stdin: bool
    company: int | None

    @property
    def says_anything(self) -> bool:
        """Check whether any flag is about Billit."""
        plain = (self.environment, self.oauth, self.client_id, self.redirect_uri, self.company)
        return self.key.is_flagged or self.secret.is_flagged or any(each is not None for each in plain)

    @property
    def stdin_secret(self) -> SecretSource:
        """The secret that standard input may hold: that of the application if there is one, else the API key."""
        names_one = self.oauth is None and (self.client_id or self.secret.is_flagged)
        return self.secret if self.oauth or names_one else self.key

    def lacking(self, started: StartedConfig) -> Iterator[str]:
        """Yield the names of keys and secrets that are neither given nor in the config."""
        config = started.config.billit
        if self.oauth or self.client_id or (config.client_id and self.oauth is None):
            if not self.client_id and not config.client_id:
                yield "the client id of your application at Billit (--client-id)"
            is_known = self.client_id in {None, config.client_id} and config.client_id
            if not self.secret.is_given and (not is_known or ("billit", "client_secret") in started.missing):
                yield f"the client secret of that application ({self.secret.flags})"
        elif not self.key.is_given and (("billit", "api_key") in started.missing or config.client_id):
            yield f"the API key of Billit ({self.key.flags})"


@dataclass(frozen=True)
class ShopAnswers:
    """The answers about the shop."""

    key: SecretSource
    name: str | None

    @property
    def says_anything(self) -> bool:
        """Check whether any flag is about the shop."""
        return self.key.is_flagged or self.name is not None


@dataclass(frozen=True)
class ConfigAnswers:
    """The answers for the first config."""

    go_live: date | None
    number: str | None
    group_lines: bool | None
    default_debtor: str | None
    send_businesses: str | None
    send_consumers: str | None

    def flags(self) -> list[str]:
        """Return the names of the flags that were given."""
        return [f"--{name.replace('_', '-')}" for name, value in vars(self).items() if value is not None]
