"""Around a command: one run (config, lock, services, state, report), or one answer; and its exit code."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import simplejson

from ppbillit.cli.error_handler import handle_errors
from ppbillit.cli.output.screen import ProgressBar
from ppbillit.cli.signals import StopSwitch
from ppbillit.cli.wiring import Ports, notifier_for, one_at_a_time, run_and_ports, services, state_for_run
from ppbillit.config import load_config
from ppbillit.errors import ExitCode, PpbillitError, Stopped
from ppbillit.invoicing.stuck import all_stuck
from ppbillit.notifications import NullNotifier
from ppbillit.report import RunReport
from ppbillit.run import Progress, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.text import Text

    from ppbillit.cli.options import CommandContext, RunFlags
    from ppbillit.state import StateStore


@dataclass
class Session:
    """A command that runs: what is needed to report how it ends, however it ends."""

    ctx: CommandContext
    flags: RunFlags
    report: RunReport
    notices: NullNotifier = field(default_factory=NullNotifier)

    @classmethod
    def of(cls, command: str, ctx: CommandContext, flags: RunFlags) -> Session:
        """Return the session of a command, with an empty report."""
        return cls(ctx, flags, RunReport(command, ctx.run_id, datetime.now(UTC), flags.dry_run))

    def end(self, work: Callable[[], ExitCode]) -> int:
        """Do the work, report what came of it, and return the exit code."""
        return handle_errors(self.ctx.screen, work, self._tell)

    def _tell(self, code: ExitCode, error: PpbillitError | None) -> None:
        self.ctx.screen.log.report(self.report)
        try:
            if self.flags.as_json:
                self.ctx.screen.document(self._json(code, error))
            else:
                self.ctx.screen.report(self.report, is_whole=error is None)
        finally:
            self.notices.end(code, error, self.report)

    def _json(self, code: ExitCode, error: PpbillitError | None) -> dict[str, Any]:
        report = self.report
        document: dict[str, Any] = {
            "schema": 1,
            "command": report.command,
            "run_id": report.run_id,
            "dry_run": report.dry_run,
            "started_at": report.started_at.isoformat(timespec="seconds"),
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "counts": report.counts(),
            "orders": [finding.json() for finding in report.findings],
        }
        if error:
            document["error"] = {"message": error.message, "fix": error.fix}
        return {**document, "exit_code": int(code)}


def run_command(
    command: str,
    ctx: CommandContext,
    flags: RunFlags,
    work: Callable[[Run, Ports], None],
    *,
    backfill: bool = False,
) -> int:
    """Do a command's work as one run, and return its exit code."""
    session = Session.of(command, ctx, flags)
    return session.end(lambda: _run(session, work, backfill=backfill))


def _run(session: Session, work: Callable[[Run, Ports], None], *, backfill: bool) -> ExitCode:
    flags, screen, report = session.flags, session.ctx.screen, session.report
    config = load_config(session.ctx.config_path, os.environ).config
    report.language = config.language
    state_file = config.state_file.resolve()  # the lock is the file's, by whatever name it is called
    session.notices = notifier_for(config, report.command, flags)
    with ExitStack() as stack:
        stopping = stack.enter_context(StopSwitch(screen.talk))
        if not flags.dry_run:
            stack.enter_context(one_at_a_time(state_file))
        session.notices.begin(report)
        both = stack.enter_context(services(config, session.ctx.trace_path, stopping.sleep))
        state = stack.enter_context(state_for_run(state_file, both, dry_run=flags.dry_run))
        stack.callback(lambda: session.notices.note_stuck(lambda: all_stuck(state)))
        progress: Progress | None = None
        if screen.is_watched and not flags.as_json:
            progress = stack.enter_context(ProgressBar(screen.err))
        run, ports = run_and_ports(
            config, both, state, report, flags, backfill=backfill, progress=progress, stopping=stopping
        )
        return _recorded(state, report, lambda: work(run, ports), stopping)


def _recorded(
    state: StateStore, report: RunReport, work: Callable[[], None], stopping: StopSwitch
) -> ExitCode:
    """Do the work between two entries in the state's list of runs."""
    state.begin_run(report.run_id, report.command)
    try:
        work()
    except PpbillitError as error:
        report.stuck = len(all_stuck(state))
        state.finish_run(error.exit_code, report.counts())
        raise
    report.stuck = len(all_stuck(state))
    code = stopping.asked or report.exit_code()
    state.finish_run(code, report.counts())
    if stopping.asked:
        raise Stopped(
            "Stopped, as asked, after the order in hand.",
            "Nothing is lost: what was done is on record, and the next run goes on from here.",
            stopping.asked,
        )
    return code


@dataclass(frozen=True)
class Answer:
    """What a command found out: line by line for a person, and as the members of its JSON document.

    `trouble` is what kept it from finding out the rest.
    """

    words: Sequence[Text]
    document: dict[str, Any]
    exit_code: ExitCode = ExitCode.DONE
    trouble: PpbillitError | None = None


def answer(
    ctx: CommandContext, heading: dict[str, Any], find_out: Callable[[], Answer], *, as_json: bool
) -> int:
    """Find out and say it, or what went wrong; give the exit code.  `heading` begins the JSON document."""
    found: list[Answer] = []

    def work() -> ExitCode:
        found.append(find_out())
        if found[0].trouble:
            raise found[0].trouble
        return found[0].exit_code

    def tell(code: ExitCode, error: PpbillitError | None) -> None:
        if as_json:
            members = found[0].document if found else {}
            trouble = {"error": {"message": error.message, "fix": error.fix}} if error else {}
            _print(ctx, {"schema": 1, **heading, **members, **trouble, "exit_code": int(code)})
        else:
            for line in found[0].words if found else ():
                ctx.screen.out.print(line)

    return handle_errors(ctx.screen, work, tell)


def _print(ctx: CommandContext, document: dict[str, Any]) -> None:
    """Print amounts that are posted as JSON numbers as just these numbers, exactly."""
    text = simplejson.dumps(document, use_decimal=True, ensure_ascii=False, indent=2)
    ctx.screen.out.file.write(f"{text}\n")
    ctx.screen.out.file.flush()
