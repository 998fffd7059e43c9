"""Words for a person: the report on standard output, errors on standard error.

What comes from the shop is printed as it is, never read as markup.  Off a terminal there is no colour, no bar
and no wrapping, and a run with nothing to say says nothing.
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
from ppbillit.cli.output import table
from ppbillit.reasons.words import phrase

if TYPE_CHECKING:
    from ppbillit.errors import PpbillitError
    from ppbillit.report import RunReport

ColorChoice = Literal["auto", "always", "never"]


class _Stream(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the funnel; Rich would end the process with 1, which is none of our exit codes."""
        raise BrokenPipeError


@dataclass
class Screen:
    """Where a command speaks: `out` is the result, `err` the talk, `log` what is kept of both."""

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
            # A log in another locale gets "\xeb" for what it cannot hold, not a traceback.
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
        """Tell whether a person sits at standard error."""
        return self.err.is_terminal

    def error(self, error: PpbillitError) -> None:
        """Say what happened and what to do, in one block that cron mails as it is."""
        self.err.print(Text.assemble(("ppbillit: ", "bold red"), error.message))
        self.err.print(Text.assemble(("  fix: ", "bold"), error.fix))

    def talk(self, words: str) -> None:
        """Say something by the way, to a person only."""
        if self.is_watched:
            self.err.print(Text(words, style="dim"))

    def warn(self, words: str) -> None:
        """Say something that should be read, also in a cron mail."""
        self.err.print(Text.assemble(("ppbillit: ", "bold yellow"), words))

    def document(self, document: dict[str, Any]) -> None:
        """Print one JSON document, the whole result."""
        self.out.file.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        self.out.file.flush()

    def report(self, report: RunReport, *, is_whole: bool = True) -> None:
        """Print what has news and what to do about it: as a table to a person, as lines to a file.

        Of a run that is not whole nobody is told that there is nothing new.
        """
        news, language = report.findings, report.language
        if self.out.is_terminal and news:
            shown = table.table(news, dry_run=report.dry_run, language=language)
            self.out.print(shown, soft_wrap=False)
            for words in table.remarks(news, language):
                self.out.print(words)
        else:
            for words in table.lines(news, dry_run=report.dry_run, language=language):
                self.out.print(words)
        if counted := table.summary(report):
            rehearsed = "dry run: would be {counted}; nothing was written"
            self.out.print(phrase(rehearsed, language, counted=counted) if report.dry_run else counted)
        elif self.out.is_terminal and is_whole:
            self.out.print(phrase("nothing new", language))
        if report.stuck and self.out.is_terminal:
            many = "{count} in all are stuck: `ppbillit status` lists them"
            self.out.print(phrase(many, language, count=report.stuck))


class ProgressBar:
    """Shows how far a run is; a context manager that leaves nothing behind."""

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
        """Nothing is shown before there is something to show."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the bar."""
        self._progress.stop()

    def begin(self, what: str, total: int) -> None:
        """Show a new stretch of work."""
        if self._task is None:
            self._progress.start()
        else:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(what, total=total)

    def advance(self) -> None:
        """Show one more done."""
        if self._task is not None:
            self._progress.advance(self._task)
