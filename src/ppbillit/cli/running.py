"""One run around a verb: config, lock, services, state, report, exit code."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ppbillit.cli.bar import Bar
from ppbillit.cli.compose import one_at_a_time, rules_of, services, settings_of, state_for_run
from ppbillit.cli.funnel import funnel
from ppbillit.cli.notify import notices_for
from ppbillit.cli.stop import StopSwitch
from ppbillit.config import load_config
from ppbillit.errors import ExitCode, PpbillitError, Stopped
from ppbillit.notices import Silence
from ppbillit.report import RunReport
from ppbillit.sync.job import Job, NoProgress, PaymentDesk, Progress
from ppbillit.sync.rehearsal import DeskRehearsal, Rehearsal
from ppbillit.sync.stuck import all_stuck

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.cli.options import Face, RunFlags
    from ppbillit.state import StateStore


@dataclass
class Run:
    """A command under way: everything its ending needs to know, however it ends."""

    face: Face
    flags: RunFlags
    report: RunReport
    notices: Silence = field(default_factory=Silence)

    @classmethod
    def of(cls, command: str, face: Face, flags: RunFlags) -> Run:
        """Begin the run's report."""
        return cls(face, flags, RunReport(command, face.run_id, datetime.now(UTC), flags.dry_run))

    def end(self, work: Callable[[], ExitCode]) -> int:
        """Do the work, say what came of it, and give the exit code."""
        return funnel(self.face.screen, work, self._tell)

    def _tell(self, code: ExitCode, error: PpbillitError | None) -> None:
        self.face.screen.log.report(self.report)
        try:
            if self.flags.as_json:
                self.face.screen.document(self._json(code, error))
            else:
                self.face.screen.report(self.report, is_whole=error is None)
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


def run_verb(
    command: str,
    face: Face,
    flags: RunFlags,
    verb: Callable[[Job], None],
    *,
    backfill: bool = False,
    payments: bool = False,
) -> int:
    """Run a verb that makes documents, or one about payments, and give its exit code."""
    run = Run.of(command, face, flags)
    return run.end(lambda: _work(run, verb, backfill=backfill, payments=payments))


def _work(run: Run, verb: Callable[[Job], None], *, backfill: bool, payments: bool) -> ExitCode:
    config = load_config(run.face.config_path, os.environ).config
    run.report.language = config.language
    state_file = config.state_file.resolve()  # the lock is the file's, by whatever name it is called
    run.notices = notices_for(config, run.report.command, run.flags)
    with ExitStack() as stack:
        stopping = stack.enter_context(StopSwitch(run.face.screen.talk))
        if not run.flags.dry_run:
            stack.enter_context(one_at_a_time(state_file))
        run.notices.begin(run.report)
        both = stack.enter_context(services(config, run.face.trace_path, stopping.sleep))
        state = stack.enter_context(state_for_run(state_file, both, dry_run=run.flags.dry_run))
        stack.callback(lambda: run.notices.saw(lambda: all_stuck(state)))
        hands = Rehearsal(both.billit) if run.flags.dry_run else both.billit
        desk: PaymentDesk = DeskRehearsal(both.shop) if run.flags.dry_run else both.shop
        progress: Progress = NoProgress()
        if run.face.screen.is_watched and not run.flags.as_json:
            progress = stack.enter_context(Bar(run.face.screen.err))
        job = Job(
            shop=both.shop,
            reader=hands,
            creator=hands,
            # An export of existing invoices has nobody who could send.
            sender=None if backfill else hands,
            state=state,
            rules=rules_of(config, both.identity.tenant_id, state.remembered("settled")),
            settings=settings_of(config, run.flags),
            report=run.report,
            backfill=backfill,
            updater=hands if run.flags.update_debtors else None,
            is_rehearsal=run.flags.dry_run,
            progress=progress,
            stopping=stopping,
            # Only a verb about payments has a hand for them.
            desk=desk if payments else None,
            marker=hands if payments else None,
        )
        return _recorded(state, run.report, lambda: verb(job), stopping)


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
