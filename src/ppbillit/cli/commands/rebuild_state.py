"""`ppbillit rebuild-state`: make a lost state file again from the documents in Billit."""

from __future__ import annotations

import os
from contextlib import ExitStack

import typer

from ppbillit.cli.options import CommandContext, Json, RunFlags
from ppbillit.cli.session import Session
from ppbillit.cli.signals import StopSwitch
from ppbillit.cli.wiring import (
    one_at_a_time,
    put_in_place,
    rebuild_draft,
    run_and_ports,
    services,
    state_to_rebuild,
)
from ppbillit.config import load_config
from ppbillit.errors import ExitCode, Stopped
from ppbillit.invoicing.rebuild_state import rebuild_state as rebuild


def rebuild_state(context: typer.Context, *, as_json: Json = False) -> None:
    """Make a lost state file anew: adopt every document of this shop that Billit holds, by key and number.

    Creates nothing in Billit and sends nothing. What was deleted there stays deleted.
    """
    ctx: CommandContext = context.obj
    session = Session.of("rebuild-state", ctx, RunFlags(as_json=as_json))
    raise typer.Exit(session.end(lambda: _work(session)))


def _work(session: Session) -> ExitCode:
    config = load_config(session.ctx.config_path, os.environ).config
    session.report.language = config.language
    state_file = config.state_file.resolve()
    with ExitStack() as stack:
        stopping = stack.enter_context(StopSwitch(session.ctx.screen.talk))
        stack.enter_context(one_at_a_time(state_file))
        both = stack.enter_context(services(config, session.ctx.trace_path, stopping.sleep))
        with state_to_rebuild(state_file, both.identity) as state:
            run, _ = run_and_ports(config, both, state, session.report, session.flags, stopping=stopping)
            state.begin_run(session.report.run_id, session.report.command)
            rebuild(run)
            code = session.report.exit_code()
            state.finish_run(code, session.report.counts())
        if stopping.asked:
            raise Stopped(
                "Stopped before the state file was whole; it was not put in place.",
                "Run `ppbillit rebuild-state` again.",
                stopping.asked,
            )
        put_in_place(rebuild_draft(state_file), state_file)
    return code
