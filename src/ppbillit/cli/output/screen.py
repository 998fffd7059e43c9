"""The two streams of a command: results on standard output, errors and progress on standard error.

Texts from the shop are printed as they are, never read as markup. Off a terminal there is no colour, no progress
bar and no wrapping, and a run without news prints nothing.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Literal, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from ppbillit.cli.log_file import RunLog
from ppbillit.cli.output.table import finding_lines, findings_table, reasons_by_order, summary
from ppbillit.reasons.words import phrase

if TYPE_CHECKING:
    from ppbillit.errors import PpbillitError
    from ppbillit.report import RunReport

ColorChoice = Literal["auto", "always", "never"]


class _Stream(Console):
    def on_broken_pipe(self) -> None:
        """Raise, for `error_handler`; Rich would exit with 1, which is none of our exit codes."""
        raise BrokenPipeError


@dataclass
class Screen:
    """The output of a command: `out` is standard output, `err` standard error, `log` the log file."""

    color: ColorChoice = "auto"
    out: Console = field(init=False)
    err: Console = field(init=False)
    log: RunLog = field(default_factory=RunLog, init=False)

    def __post_init__(self) -> None:
        """Open both streams."""
        self.out = self._console(sys.stdout)
        self.err = self._console(sys.stderr)

    def _console(self, stream: IO[str]) -> Console:
        if isinstance(stream, io.TextIOWrapper):
            # In a locale without a character, "\xeb" is written instead of raising UnicodeEncodeError.
            stream.reconfigure(errors="backslashreplace")
        return _Stream(
            file=stream,
            force_terminal=True if self.color == "always" else None,
            no_color=True if self.color == "never" else None,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=True,
        )

    @property
    def is_watched(self) -> bool:
        """Check whether standard error is a terminal."""
        return self.err.is_terminal

    def error(self, error: PpbillitError) -> None:
        """Print what happened and what to do, in one block that cron mails as it is."""
        self.err.print(Text.assemble(("ppbillit: ", "bold red"), error.message))
        self.err.print(Text.assemble(("  fix: ", "bold"), error.fix))

    def talk(self, message: str) -> None:
        """Print a remark, on a terminal only."""
        if self.is_watched:
            self.err.print(Text(message, style="dim"))

    def warn(self, message: str) -> None:
        """Print a warning, also where cron mails it."""
        self.err.print(Text.assemble(("ppbillit: ", "bold yellow"), message))

    def document(self, document: dict[str, Any]) -> None:
        """Print the one JSON document that is the result."""
        self.out.file.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        self.out.file.flush()

    def report(self, report: RunReport, *, is_whole: bool = True) -> None:
        """Print the findings and what to do about them: as a table on a terminal, else as lines.

        "Nothing new" is only printed of a run that is whole.
        """
        findings, language = report.findings, report.language
        if self.out.is_terminal and findings:
            table = findings_table(findings, dry_run=report.dry_run, language=language)
            self.out.print(table, soft_wrap=False)
            lines = reasons_by_order(findings, language)
        else:
            lines = finding_lines(findings, dry_run=report.dry_run, language=language)
        for line in lines:
            self.out.print(line)
        if counted := summary(report):
            dry_run = "dry run: would be {counted}; nothing was written"
            self.out.print(phrase(dry_run, language, counted=counted) if report.dry_run else counted)
        elif self.out.is_terminal and is_whole:
            self.out.print(phrase("nothing new", language))
        if report.stuck and self.out.is_terminal:
            many = "{count} in all are stuck: `ppbillit status` lists them"
            self.out.print(phrase(many, language, count=report.stuck))


class ProgressBar:
    """A progress bar on the screen; a context manager that removes it at the end."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Show nothing yet; `begin` shows the bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the bar."""
        self._progress.stop()

    def begin(self, what: str, total: int) -> None:
        """Show a bar for a new step, in place of the one before."""
        if self._task is None:
            self._progress.start()
        else:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(what, total=total)

    def advance(self) -> None:
        """Show that one more is done."""
        if self._task is not None:
            self._progress.advance(self._task)
