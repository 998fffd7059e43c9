"""Who is told of a run; and `ppbillit notify-test`, which tells them something now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from ppbillit.cli.error_handler import handle_errors
from ppbillit.cli.options import CommandContext, Json
from ppbillit.config import load_config
from ppbillit.errors import ExitCode, SetupWrong, Unavailable
from ppbillit.notifications import Heartbeat, Message, send

if TYPE_CHECKING:
    from ppbillit.config import Config
    from ppbillit.errors import PpbillitError

# What runs by itself.  A dry run, single orders, an export: there somebody sits and watches.
_SCHEDULED = {"sync", "sync-payments"}


def _heartbeat(config: Config) -> Heartbeat | None:
    url = config.notify.heartbeat_url
    return Heartbeat(url.get_secret_value()) if url else None


def _urls(config: Config) -> list[str]:
    return [url.get_secret_value() for url in config.notify.urls]


def notify_test(context: typer.Context, *, as_json: Json = False) -> None:
    """Send a test message to each address of [notify] in the config, ping the heartbeat, and say what happened."""
    ctx: CommandContext = context.obj
    told: list[tuple[str, str]] = []

    def tell(code: ExitCode, error: PpbillitError | None) -> None:
        if as_json:
            problem = {"error": {"message": error.message, "fix": error.fix}} if error else {}
            results = [{"whom": whom, "trouble": trouble or None} for whom, trouble in told]
            document = {"schema": 1, "command": "notify-test", "told": results, **problem}
            ctx.screen.document({**document, "exit_code": int(code)})
        else:
            for whom, trouble in told:
                ctx.screen.out.print(f"{whom}: {trouble or 'told'}")

    raise typer.Exit(handle_errors(ctx.screen, lambda: _test(ctx, told), tell))


def _test(ctx: CommandContext, told: list[tuple[str, str]]) -> ExitCode:
    config = load_config(ctx.config_path, os.environ).config
    heartbeat, urls = _heartbeat(config), _urls(config)
    if not heartbeat and not urls:
        raise SetupWrong(
            "Nobody is to be told anything.", "Set heartbeat_url or urls below [notify] in the config."
        )
    if heartbeat:
        facts = {"command": "notify-test", "run_id": ctx.run_id, "exit_code": 0}
        told.append(("the heartbeat", heartbeat.end(ExitCode.DONE, facts) or ""))
    if urls:
        message = Message("ppbillit: a test", f"Messages of ppbillit arrive here. Run {ctx.run_id}")
        told += [(delivery.address, delivery.trouble) for delivery in send(urls, message)]
    failed = [whom for whom, trouble in told if trouble]
    if failed:
        raise Unavailable(
            f"Not told: {', '.join(failed)}.",
            "Compare the address with its service's own page, or with Apprise's for it, and try again.",
        )
    return ExitCode.DONE
