"""What can go wrong for a whole run, and the exit code each such thing ends with.

Trouble with a single order is not here: that is a `Reason` on the order (see `reasons`), and the run goes on.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends; the README's table is tested against this enum."""

    DONE = 0
    USAGE = 2
    UNSETTLED = 3
    UNAVAILABLE = 69
    BUG = 70
    CANNOT_WRITE = 73
    TRY_LATER = 75
    KEYS_REFUSED = 77
    SETUP_WRONG = 78
    INTERRUPTED = 130
    TERMINATED = 143


class PpbillitError(Exception):
    """Something that ends a run: what happened, and what to do about it, in a person's words."""

    exit_code = ExitCode.BUG

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class WrongRequest(PpbillitError):  # noqa: N818  (reads as what it is; so do the others)
    """What was asked for on the command line is not there to be done."""

    exit_code = ExitCode.USAGE


class Unavailable(PpbillitError):  # noqa: N818
    """A service cannot be reached, or answers what no API answers (a redirect, a web page)."""

    exit_code = ExitCode.UNAVAILABLE


class TryLater(PpbillitError):  # noqa: N818
    """A rate limit, or another run in progress: the same command later is the cure."""

    exit_code = ExitCode.TRY_LATER


class KeysRefused(PpbillitError):  # noqa: N818
    """A key is not accepted, or does not open the company it is meant for."""

    exit_code = ExitCode.KEYS_REFUSED


class NotAllowed(KeysRefused):
    """A key is accepted, but not for what was asked for; it may be for the next."""


class CannotWrite(PpbillitError):  # noqa: N818
    """The state file cannot be made or written."""

    exit_code = ExitCode.CANNOT_WRITE


class SetupWrong(PpbillitError):  # noqa: N818
    """The config or the state file is not what this run needs."""

    exit_code = ExitCode.SETUP_WRONG


class Stopped(PpbillitError):  # noqa: N818
    """A signal came before the work was whole."""

    def __init__(self, message: str, fix: str, exit_code: ExitCode) -> None:
        super().__init__(message, fix)
        self.exit_code = exit_code


class Brake(PpbillitError):  # noqa: N818
    """More new documents, or payments, than `max_new_per_run`: stopped before the first one."""

    exit_code = ExitCode.UNSETTLED
