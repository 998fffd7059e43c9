"""Words for a person: the report on standard output, errors on standard error.

What comes from the shop is printed as it is, never read as markup.  Off a terminal there is no colour, no bar
and no wrapping, and a run with nothing to say says nothing.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Literal, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from ppbillit.money import plain
from ppbillit.report import Outcome

if TYPE_CHECKING:
    from ppbillit.errors import PpbillitError
    from ppbillit.report import Finding, RunReport

ColorChoice = Literal["auto", "always", "never"]

_STYLES = {
    Outcome.CREATED: "green",
    Outcome.ADOPTED: "green",
    Outcome.SENT: "green",
    Outcome.DELIVERED: "green",
    Outcome.HELD: "yellow",
    Outcome.PARKED: "yellow",
    Outcome.UNKNOWN: "yellow",
    Outcome.FAILED: "red",
    Outcome.DELETED: "yellow",
    Outcome.SKIPPED: "dim",
}
_KINDS = {"invoice": "invoice", "credit_note": "credit note"}


@dataclass
class Screen:
    """Where a command speaks: `out` is the result, `err` the talk."""

    color: ColorChoice = "auto"
    out: Console = field(init=False)
    err: Console = field(init=False)

    def __post_init__(self) -> None:
        """Open both streams."""
        self.out = self._console(sys.stdout)
        self.err = self._console(sys.stderr)

    def _console(self, stream: IO[str]) -> Console:
        return Console(
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

    def report(self, report: RunReport) -> None:
        """Print a line per order that has news, what to do about it, and a summary."""
        for finding in report.findings:
            self._finding(finding, report)
        counted = [f"{number} {name}" for name, number in report.counts().items() if number and name in _NEWS]
        if counted:
            self.out.print(
                f"{'dry run, nothing was written: ' if report.dry_run else ''}{', '.join(counted)}"
            )
        elif self.is_watched:
            self.out.print("nothing new")
        if report.stuck and self.is_watched:
            self.out.print(f"{report.stuck} stuck, old and new: parked, held, unknown or failed")

    def _finding(self, finding: Finding, report: RunReport) -> None:
        verb = f"{'would be ' if report.dry_run else ''}{finding.outcome}"
        document = f" (Billit {finding.billit_id})" if finding.billit_id else ""
        line = Text.assemble(
            (f"{verb:<{18 if report.dry_run else 9}}", _STYLES.get(finding.outcome, "")),
            f" order {finding.order_id}, {_KINDS[finding.kind]} {finding.number or '(no number)'}, "
            f"{plain(finding.total)} EUR{document}",
        )
        self.out.print(line)
        for reason in finding.reasons:
            self.out.print(Text.assemble("          ", reason.message))
            self.out.print(Text.assemble("          ", (f"→ {reason.fix}", "dim")))


_NEWS = frozenset(outcome.value for outcome in Outcome) - {Outcome.UNCHANGED.value}


class Bar:
    """A progress bar on a terminal; leave it to remove it."""

    def __init__(self, screen: Screen) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=screen.err,
            transient=True,
        )
        self._task: TaskID | None = None

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

    def __enter__(self) -> Self:
        """Nothing is shown before there is something to show."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the bar."""
        self._progress.stop()
