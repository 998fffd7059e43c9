"""Errors that end a run, each with its exit code.

A problem with one order is not an error: it is a `Reason` on that order (see `reasons`), and the run goes on.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends; a test compares the README's table with this enum."""

    DONE = 0
    USAGE = 2
    NEEDS_ATTENTION = 3
    UNAVAILABLE = 69
    BUG = 70
    CANNOT_WRITE = 73
    TRY_LATER = 75
    KEYS_REFUSED = 77
    SETUP_WRONG = 78
    INTERRUPTED = 130
    TERMINATED = 143


class PpbillitError(Exception):
    """An error that ends a run: what happened and what to do about it, in words for the owner."""

    exit_code = ExitCode.BUG

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class WrongRequest(PpbillitError):  # noqa: N818  (named after what happened; so are the others)
    """What the command line asks for does not exist or cannot be done."""

    exit_code = ExitCode.USAGE


class Unavailable(PpbillitError):  # noqa: N818
    """A service cannot be reached, or its answer is not that of an API (a redirect, a web page)."""

    exit_code = ExitCode.UNAVAILABLE


class TryLater(PpbillitError):  # noqa: N818
    """A rate limit, or another run in progress: run the same command later."""

    exit_code = ExitCode.TRY_LATER


class KeysRefused(PpbillitError):  # noqa: N818
    """A key is not accepted, or gives no access to the company of the config."""

    exit_code = ExitCode.KEYS_REFUSED


class NotAllowed(KeysRefused):
    """A key is accepted, but not for this request; it may be for others."""


class CannotWrite(PpbillitError):  # noqa: N818
    """A file that must be written cannot be: the state, the config, the tokens, the log."""

    exit_code = ExitCode.CANNOT_WRITE


class SetupWrong(PpbillitError):  # noqa: N818
    """The config or the state file is not what this run needs."""

    exit_code = ExitCode.SETUP_WRONG


class Stopped(PpbillitError):  # noqa: N818
    """A signal ended the run before its work was done."""

    def __init__(self, message: str, fix: str, exit_code: ExitCode) -> None:
        super().__init__(message, fix)
        self.exit_code = exit_code


class Brake(PpbillitError):  # noqa: N818
    """The run would make more new documents, or payments, than `max_new_per_run`; it made none."""

    exit_code = ExitCode.NEEDS_ATTENTION
