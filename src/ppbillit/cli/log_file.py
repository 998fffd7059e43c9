"""Logging: warnings go to standard error, everything goes to the file of `--log-file`.

A line of the file has the time, the level, the id of the run, the module and the message: as text, with local time
and its offset, or as JSON, with UTC. Orders are named by their numbers only; no line names a person.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from ppbillit import __version__
from ppbillit.errors import CannotWrite, ExitCode, PpbillitError
from ppbillit.files import is_open_to_others, open_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import TextIOWrapper

    from ppbillit.report import RunReport

LogFormat = Literal["text", "json"]

_package = logging.getLogger("ppbillit")
_run = logging.getLogger("ppbillit.run")


class WarningHandler(logging.Handler):
    """Pass warnings and errors to `warn`, which prints them; their messages hold nothing private."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._warn = warn
        self.addFilter(lambda record: record.name != _run.name)  # the error handler prints how a run ends

    def emit(self, record: logging.LogRecord) -> None:
        """Print the message of a record."""
        self._warn(record.getMessage())


class LogFile(WatchedFileHandler):
    """A log file that only its owner can read; it is created again when logrotate has moved it away.

    Raise CannotWrite where it cannot be opened at first. At most the last folder of its path is created, since a
    longer path that does not exist is mistyped. A later failure, such as a full disk, is reported to `warn` once
    and does not stop the run.
    """

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._has_gap = False
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            super().__init__(path)
        except OSError as error:
            raise CannotWrite(
                f"The log file {path} cannot be written ({error.strerror}).",
                "Check its folders and their rights (only the last one is made), or give --log-file another file.",
            ) from None
        if self.stream and is_open_to_others(self.stream.fileno()):
            self._warn(f"others can read the log file {path}, which is somebody else's")

    def _open(self) -> TextIOWrapper:
        descriptor = open_private(Path(self.baseFilename))
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line for the record."""
        try:
            super().emit(record)
        except OSError:  # from opening the file again; a failure to write calls `handleError` by itself
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (its name in logging)
        """Warn once that the log has a gap, and try again with the next line."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)
            return
        self._drop()
        if not self._has_gap:
            self._has_gap = True
            self._warn("the log file cannot be written any more; the run goes on without it")

    def close(self) -> None:
        """Close the file, also where the disk is full."""
        self._drop()
        super().close()

    def _drop(self) -> None:
        with suppress(OSError):
            if self.stream:
                self.stream.close()
        self.stream = None  # so that it is opened again, as logging itself does


class LineFormatter(logging.Formatter):
    """Format a record as one line, of text or of JSON."""

    def __init__(self, run_id: str, form: LogFormat) -> None:
        super().__init__()
        self._run_id = run_id
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; in a text line, the lines of a longer message are joined by bars."""
        at = datetime.fromtimestamp(record.created, UTC)
        part, message = record.name.removeprefix("ppbillit."), record.getMessage()
        if self._form == "text":
            time_and_level = f"{at.astimezone().isoformat(timespec='seconds')} {record.levelname}"
            return f"{time_and_level} {self._run_id} {part}: {' | '.join(message.splitlines())}"
        line = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "run_id": self._run_id,
            "part": part,
            "message": message,
            **getattr(record, "facts", {}),
        }
        return json.dumps(line, ensure_ascii=False)


@dataclass
class RunLog(AbstractContextManager["RunLog"]):
    """The log of one command, from its start to its end; without a path it does nothing."""

    path: Path | None = None
    form: LogFormat = "text"
    run_id: str = ""
    command: str = ""
    warn: Callable[[str], None] = lambda _message: None
    _file: LogFile | None = field(default=None, init=False)
    _level: int = field(default=logging.NOTSET, init=False)
    _began: float = field(default_factory=time.monotonic, init=False)
    _counts: dict[str, int] = field(default_factory=dict, init=False)

    def __enter__(self) -> Self:
        """Open the file and log the start; raise CannotWrite where it cannot be opened."""
        if self.path:
            self._file = LogFile(self.path, self.warn)
            self._file.setFormatter(LineFormatter(self.run_id, self.form))
            self._level = _package.level
            _package.addHandler(self._file)
            _package.setLevel(logging.INFO)
            facts = {"event": "begin", "command": self.command, "version": __version__}
            _run.info("%s begins (ppbillit %s)", self.command, __version__, extra={"facts": facts})
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._file:
            _package.removeHandler(self._file)
            _package.setLevel(self._level)
            self._file.close()
            self._file = None

    def report(self, report: RunReport) -> None:
        """Log a line for each finding, and keep the counts for the last line."""
        if not self._file:
            return
        self._counts = report.counts()
        would = "would be " if report.dry_run else ""
        for finding in report.findings:
            codes = [reason.code for reason in finding.reasons]
            facts = {
                "event": "order",
                "order_id": finding.order_id,
                "outcome": finding.outcome.value,
                "reasons": codes,
                "dry_run": report.dry_run,
            }
            why = f" ({', '.join(codes)})" if codes else ""
            message = f"order {finding.order_id} {would}{finding.outcome}{why}"
            _run.info("%s", message, extra={"facts": facts})

    def ended(self, code: ExitCode, error: PpbillitError | None) -> None:
        """Log how the command ended."""
        if not self._file:
            return
        seconds = round(time.monotonic() - self._began, 1)
        facts: dict[str, Any] = {
            "event": "end",
            "command": self.command,
            "exit_code": int(code),
            "seconds": seconds,
            "counts": self._counts,
        }
        if error:
            facts["error"] = error.message
        counted = ", ".join(f"{count} {name}" for name, count in self._counts.items() if count)
        ending = f"{self.command} ends with exit code {int(code)} after {seconds} s"
        _run.log(
            logging.ERROR if error else logging.INFO,
            "%s",
            ": ".join(part for part in (ending, counted, error.message if error else "") if part),
            extra={"facts": facts},
        )
