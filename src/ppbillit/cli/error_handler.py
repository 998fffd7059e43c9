"""Turn every way in which a command can fail into a message on standard error and an exit code; no tracebacks."""

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
    from typing import Any

    from ppbillit.cli.output.screen import Screen


def handle_errors(
    screen: Screen,
    work: Callable[[], ExitCode],
    print_result: Callable[[ExitCode, PpbillitError | None], None] = lambda _code, _error: None,
) -> int:
    """Run `work`, let `print_result` print what came of it, print the error if there is one.

    Return the exit code.
    """
    with ExitStack() as stack:

        def logged_work() -> ExitCode:
            stack.enter_context(screen.log)  # where the log file cannot be opened, no work is done
            return work()

        code, error = _outcome(logged_work)
        code, error = _printed(print_result, code, error)
        if error:
            screen.error(error)
        screen.log.ended(code, error)
    return int(code)


def error_as_json(error: PpbillitError | None) -> dict[str, Any]:
    """Return the member of a JSON document that describes an error; none without an error."""
    return {"error": {"message": error.message, "fix": error.fix}} if error else {}


def _outcome(work: Callable[[], ExitCode]) -> tuple[ExitCode, PpbillitError | None]:
    try:
        return work(), None
    except PpbillitError as error:
        return error.exit_code, error
    except BrokenPipeError:
        _discard_output()
        return ExitCode.DONE, None
    except KeyboardInterrupt:
        stopped = Stopped("Stopped.", "Run the same command again.", ExitCode.INTERRUPTED)
        return stopped.exit_code, stopped
    except Exception as bug:  # noqa: BLE001  (every unforeseen exception is a bug, and is reported as one)
        return ExitCode.BUG, _bug(bug)


def _printed(
    print_result: Callable[[ExitCode, PpbillitError | None], None],
    code: ExitCode,
    error: PpbillitError | None,
) -> tuple[ExitCode, PpbillitError | None]:
    """Print the result; return the code and the error again, or those of a failure to print."""
    try:
        print_result(code, error)
    except BrokenPipeError:
        _discard_output()  # the reader, such as `head`, has closed the pipe
    except OSError as failure:
        code = ExitCode.CANNOT_WRITE
        error = CannotWrite(
            f"The result cannot be printed ({failure.strerror}).",
            "Nothing is lost: what was done is in the state file and in Billit. Give the output another place.",
        )
    return code, error


def _bug(bug: Exception) -> PpbillitError:
    """Write the traceback, which holds no values of the shop, to a file for a bug report."""
    try:
        handle, name = tempfile.mkstemp(prefix="ppbillit-bug-", suffix=".log")  # readable by its owner only
        with os.fdopen(handle, "w", encoding="utf-8") as log:
            log.write(f"ppbillit {__version__}, Python {sys.version}\n")
            traceback.print_exception(bug, file=log)
    except OSError as failure:  # such as a full disk
        report = f"run it again with TMPDIR set to a folder that can be written ({failure.strerror})"
    else:
        report = f"report it with the file {Path(name)}"
    return PpbillitError(
        f"This is a bug in ppbillit ({type(bug).__name__}).",
        f"Nothing is lost: the state is on disk. Please {report}.",
    )


def _discard_output() -> None:
    """Redirect standard output to nowhere; otherwise Python prints an error when it flushes it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
