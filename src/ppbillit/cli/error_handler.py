"""The one funnel for everything that can go wrong: words on standard error, an exit code, never a traceback."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ppbillit import __version__
from ppbillit.errors import CannotWrite, ExitCode, PpbillitError, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.cli.output.screen import Screen


def handle_errors(
    screen: Screen,
    work: Callable[[], ExitCode],
    tell: Callable[[ExitCode, PpbillitError | None], None] = lambda _code, _error: None,
) -> int:
    """Do the work, let `tell` print what came of it, say what went wrong, and give the exit code."""
    with ExitStack() as stack:

        def work_on_record() -> ExitCode:
            stack.enter_context(screen.log)  # where that is not possible, nothing else is done
            return work()

        code, error = _outcome(work_on_record)
        code, error = _told(tell, code, error)
        if error:
            screen.error(error)
        screen.log.ended(code, error)
    return int(code)


def _told(
    tell: Callable[[ExitCode, PpbillitError | None], None], code: ExitCode, error: PpbillitError | None
) -> tuple[ExitCode, PpbillitError | None]:
    try:
        tell(code, error)
    except BrokenPipeError:
        _close_quietly()  # the reader, `head` for one, has seen enough
    except OSError as trouble:
        code = ExitCode.CANNOT_WRITE
        error = CannotWrite(
            f"The result cannot be printed ({trouble.strerror}).",
            "Nothing is lost: what was done is in the state file and in Billit. Give the output another place.",
        )
    return code, error


def _outcome(work: Callable[[], ExitCode]) -> tuple[ExitCode, PpbillitError | None]:
    try:
        return work(), None
    except PpbillitError as trouble:
        return trouble.exit_code, trouble
    except BrokenPipeError:
        _close_quietly()
        return ExitCode.DONE, None
    except KeyboardInterrupt:
        stopped = Stopped("Stopped.", "Run the same command again.", ExitCode.INTERRUPTED)
        return stopped.exit_code, stopped
    except Exception as bug:  # noqa: BLE001  (what nobody foresaw is a bug, and is said to be one)
        return ExitCode.BUG, _bug(bug)


def _bug(bug: Exception) -> PpbillitError:
    """Keep the traceback where a report of the bug can find it; it holds no values of the shop."""
    try:
        handle, name = tempfile.mkstemp(prefix="ppbillit-bug-", suffix=".log")  # readable by its owner only
        with os.fdopen(handle, "w", encoding="utf-8") as log:
            log.write(f"ppbillit {__version__}, Python {sys.version}\n")
            traceback.print_exception(bug, file=log)
    except OSError as trouble:  # a full disk, for one, on which bugs like to show
        report = f"run it again with TMPDIR set to a folder that can be written ({trouble.strerror})"
    else:
        report = f"report it with the file {Path(name)}"
    return PpbillitError(
        f"This is a bug in ppbillit ({type(bug).__name__}).",
        f"Nothing is lost: the state is on disk. Please {report}.",
    )


def _close_quietly() -> None:
    """Point standard output nowhere, or Python would complain when it flushes it at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
