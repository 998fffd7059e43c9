"""Where goes what the parts of ppbillit log: warnings to standard error, everything to `--log-file`.

A line of the file has its time, its level, the id of its run, and who says what: as text for people, with local
time and its offset, or as JSON for machines, with UTC.  Orders are their numbers; nobody is named.
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

    from ppbillit.cli.output.screen import Screen
    from ppbillit.report import RunReport

LogFormat = Literal["text", "json"]

_OURS = logging.getLogger("ppbillit")
_run = logging.getLogger("ppbillit.run")


class Warnings(logging.Handler):
    """Prints warnings and worse; what is only informative is not for the screen."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(logging.WARNING)
        self._screen = screen
        self.addFilter(lambda record: record.name != _run.name)  # how a run ends, the screen says itself

    def emit(self, record: logging.LogRecord) -> None:
        """Print one; its words hold nothing private."""
        self._screen.warn(record.getMessage())


class LogFile(WatchedFileHandler):
    """A file that only its owner can read; when it was moved away, as logrotate does, it is begun anew.

    Raises CannotWrite where it cannot be opened at first; of its folders at most the last one is made, since a
    longer path that is not there is mistyped.  Trouble later, such as a full disk, is told to `warn`, once, and
    stops nothing.
    """

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._is_troubled = False
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
        """Write one."""
        try:
            super().emit(record)
        except OSError:  # in opening it anew; trouble in writing comes to `handleError` by itself
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (its name in logging)
        """Say once that the log has a gap, and try again with the next line."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)
            return
        self._drop()
        if not self._is_troubled:
            self._is_troubled = True
            self._warn("the log file cannot be written any more; the run goes on without it")

    def close(self) -> None:
        """Close it, whatever the disk says."""
        self._drop()
        super().close()

    def _drop(self) -> None:
        with suppress(OSError):
            if self.stream:
                self.stream.close()
        self.stream = None  # as logging itself does, to open it anew


class AsText(logging.Formatter):
    """A line for people."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self._run_id = run_id

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; a message of several lines becomes one."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="seconds")
        words = " | ".join(record.getMessage().splitlines())
        return f"{moment} {record.levelname} {self._run_id} {_part(record)}: {words}"


class AsJson(logging.Formatter):
    """A line for machines: what every line has, and the facts that this one is made of."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self._run_id = run_id

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        return json.dumps(
            {
                "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
                "level": record.levelname.lower(),
                "run_id": self._run_id,
                "part": _part(record),
                "message": record.getMessage(),
                **getattr(record, "facts", {}),
            },
            ensure_ascii=False,
        )


def _part(record: logging.LogRecord) -> str:
    return record.name.removeprefix("ppbillit.")


@dataclass
class RunLog(AbstractContextManager["RunLog"]):
    """The log of one command, from its beginning to its end; without a path it is nothing."""

    path: Path | None = None
    form: LogFormat = "text"
    run_id: str = ""
    command: str = ""
    warn: Callable[[str], None] = lambda _words: None
    _file: LogFile | None = field(default=None, init=False)
    _level: int = field(default=logging.NOTSET, init=False)
    _began: float = field(default_factory=time.monotonic, init=False)
    _counts: dict[str, int] = field(default_factory=dict, init=False)

    def __enter__(self) -> Self:
        """Open the file and say what begins; raises CannotWrite."""
        if self.path:
            self._file = LogFile(self.path, self.warn)
            self._file.setFormatter(AsJson(self.run_id) if self.form == "json" else AsText(self.run_id))
            self._level = _OURS.level
            _OURS.addHandler(self._file)
            _OURS.setLevel(logging.INFO)
            facts = {"event": "begin", "command": self.command, "version": __version__}
            _run.info("%s begins (ppbillit %s)", self.command, __version__, extra={"facts": facts})
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._file:
            _OURS.removeHandler(self._file)
            _OURS.setLevel(self._level)
            self._file.close()
            self._file = None

    def report(self, report: RunReport) -> None:
        """Write a line for each finding, and keep the counts for the end."""
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
            words = f"order {finding.order_id} {would}{finding.outcome}{why}"
            _run.info("%s", words, extra={"facts": facts})

    def ended(self, code: ExitCode, error: PpbillitError | None) -> None:
        """Say how it ended."""
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
        words = f"{self.command} ends with exit code {int(code)} after {seconds} s"
        _run.log(
            logging.ERROR if error else logging.INFO,
            "%s",
            ": ".join(part for part in (words, counted, error.message if error else "") if part),
            extra={"facts": facts},
        )
