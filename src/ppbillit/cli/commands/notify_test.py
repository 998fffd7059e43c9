"""`ppbillit notify-test`: send a test message to every address of [notify], and ping the heartbeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ppbillit.cli.error_handler import error_as_json, handle_errors
from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.wiring import addresses_of, heartbeat_of
from ppbillit.errors import ExitCode, SetupWrong, Unavailable
from ppbillit.notifications import Message, send

if TYPE_CHECKING:
    from ppbillit.errors import PpbillitError


def notify_test(context: typer.Context, *, as_json: Json = False) -> None:
    """Send a test message to each address of [notify] in the config, ping the heartbeat, and say what happened."""
    ctx: CommandContext = context.obj
    results: list[tuple[str, str]] = []  # each address with what went wrong, or an empty text

    def print_result(code: ExitCode, error: PpbillitError | None) -> None:
        if as_json:
            told = [{"whom": whom, "trouble": trouble or None} for whom, trouble in results]
            document = {"schema": 1, "command": "notify-test", "told": told, **error_as_json(error)}
            ctx.screen.document({**document, "exit_code": int(code)})
        else:
            for whom, trouble in results:
                ctx.screen.out.print(f"{whom}: {trouble or 'told'}")

    raise typer.Exit(handle_errors(ctx.screen, lambda: _send(ctx, results), print_result))


def _send(ctx: CommandContext, results: list[tuple[str, str]]) -> ExitCode:
    config = ctx.load_config()
    heartbeat, urls = heartbeat_of(config), addresses_of(config)
    if not heartbeat and not urls:
        raise SetupWrong(
            "Nobody is to be told anything.", "Set heartbeat_url or urls below [notify] in the config."
        )
    if heartbeat:
        facts = {"command": "notify-test", "run_id": ctx.run_id, "exit_code": 0}
        results.append(("the heartbeat", heartbeat.end(ExitCode.DONE, facts) or ""))
    if urls:
        message = Message("ppbillit: a test", f"Messages of ppbillit arrive here. Run {ctx.run_id}")
        results += [(delivery.address, delivery.trouble) for delivery in send(urls, message)]
    failed = [whom for whom, trouble in results if trouble]
    if failed:
        raise Unavailable(
            f"Not told: {', '.join(failed)}.",
            "Compare the address with its service's own page, or with Apprise's for it, and try again.",
        )
    return ExitCode.DONE
