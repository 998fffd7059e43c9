"""`ppbillit rebuild-state`: make a lost state file anew from what Billit holds."""

from __future__ import annotations

import os
from contextlib import ExitStack

import typer

from ppbillit.cli.compose import (
    one_at_a_time,
    put_in_place,
    rebuild_draft,
    rules_of,
    services,
    settings_of,
    state_to_rebuild,
)
from ppbillit.cli.options import Face, Json, RunFlags
from ppbillit.cli.running import Run
from ppbillit.cli.stop import StopSwitch
from ppbillit.config import load_config
from ppbillit.errors import ExitCode, Stopped
from ppbillit.sync.job import Job
from ppbillit.sync.rebuild import rebuild
from ppbillit.sync.rehearsal import Rehearsal


def rebuild_state(context: typer.Context, *, as_json: Json = False) -> None:
    """Make a lost state file anew: adopt every document of this shop that Billit holds, by key and number.

    Creates nothing in Billit and sends nothing. What was deleted there stays deleted.
    """
    face: Face = context.obj
    run = Run.of("rebuild-state", face, RunFlags(as_json=as_json))
    raise typer.Exit(run.end(lambda: _work(run)))


def _work(run: Run) -> ExitCode:
    config = load_config(run.face.config_path, os.environ).config
    run.report.language = config.language
    state_file = config.state_file.resolve()
    with ExitStack() as stack:
        stopping = stack.enter_context(StopSwitch(run.face.screen.talk))
        stack.enter_context(one_at_a_time(state_file))
        both = stack.enter_context(services(config, run.face.trace_path, stopping.sleep))
        with state_to_rebuild(state_file, both.identity) as state:
            job = Job(
                shop=both.shop,
                reader=both.billit,
                creator=Rehearsal(both.billit),  # a rebuild has nothing to create with
                sender=None,
                state=state,
                rules=rules_of(config, both.identity.tenant_id),
                settings=settings_of(config, run.flags),
                report=run.report,
                stopping=stopping,
            )
            state.begin_run(run.report.run_id, run.report.command)
            rebuild(job)
            code = run.report.exit_code()
            state.finish_run(code, run.report.counts())
        if stopping.asked:
            raise Stopped(
                "Stopped before the state file was whole; it was not put in place.",
                "Run `ppbillit rebuild-state` again.",
                stopping.asked,
            )
        put_in_place(rebuild_draft(state_file), state_file)
    return code
