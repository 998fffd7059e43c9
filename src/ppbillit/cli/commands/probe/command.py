"""`ppbillit probe`: what the two services really do, found out by reading, in a report without anybody's data."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ppbillit.billit.client import BillitClient
from ppbillit.cli.commands.probe.billit import BillitProbe
from ppbillit.cli.commands.probe.findings import Report, opening
from ppbillit.cli.commands.probe.plugandpay import ShopProbe
from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import Services, one_at_a_time, open_clients, state_for_run
from ppbillit.config import load_config
from ppbillit.errors import PpbillitError, TryLater, Unavailable
from ppbillit.http import Clock
from ppbillit.http.trace import Trace
from ppbillit.invoicing.identity import check_company, identify_shop
from ppbillit.mapping.shop_profile import ShopProfile
from ppbillit.plugandpay.payments import PlugAndPayPayments
from ppbillit.state import Identity

if TYPE_CHECKING:
    from collections.abc import Callable

All = Annotated[
    bool, typer.Option("--all", help="Print the names and the kinds of all keys too; --json always has them.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Keep nothing in the state file.")]


def probe(
    context: typer.Context, *, every: All = False, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Find out what the documentation leaves open, by reading a handful of your own orders and documents.

    The report holds answers, names of keys and kinds of values; no names, amounts or keys of yours, so it can be
    sent to anybody. What it settles is kept in the state file, and later runs warn of an order that contradicts
    it. It writes nothing in Plug&Pay or Billit.
    """
    ctx: CommandContext = context.obj
    raise typer.Exit(
        answer(
            ctx, {"command": "probe"}, lambda: _find_out(ctx, dry_run=dry_run, whole=every), as_json=as_json
        )
    )


def _find_out(ctx: CommandContext, *, dry_run: bool, whole: bool) -> Answer:
    config = load_config(ctx.config_path, os.environ).config
    state_file = config.state_file.resolve()
    shop, books = Report("Plug&Pay"), Report("Billit")
    with ExitStack() as stack:
        if not dry_run:
            stack.enter_context(one_at_a_time(state_file))
        trace = stack.enter_context(Trace(ctx.trace_path)) if ctx.trace_path else None
        doors = open_clients(config, stack, Clock(), trace=trace)
        client, books_client = PlugAndPayPayments(doors.shop, config.zone), BillitClient(doors.books)
        tenant_id = identify_shop(client, config.plugandpay.shop)
        check_company(books_client, config.billit.party_id)
        identity = Identity(tenant_id, config.billit.party_id, config.billit.base_url)
        state = stack.enter_context(
            state_for_run(state_file, Services(client, books_client, identity), dry_run=dry_run)
        )
        asked = ShopProbe(doors.shop, shop)
        troubles = [_asked(asked.ask, shop), _asked(BillitProbe(doors.books, books).ask, books)]
        settled = asked.settled()
        if settled.answers:
            state.remember("settled", settled.as_text())
    closing = _closing(settled, dry_run=dry_run)
    document: dict[str, Any] = {
        "plugandpay": shop.document(),
        "billit": books.document(),
        "settled": dict(settled.answers),
        "dry_run": dry_run,
    }
    words = [opening(), *shop.words(whole=whole), *books.words(whole=whole), closing]
    return Answer(words, document, trouble=next(filter(None, troubles), None))


def _asked(ask: Callable[[], None], report: Report) -> PpbillitError | None:
    """Ask one service everything; give what ended it.  What it answered until then stands in the report."""
    try:
        ask()
    except (Unavailable, TryLater) as error:
        report.answer("all other questions", "not asked, since it gave no sound answers any more")
        return error
    return None


def _closing(settled: ShopProfile, *, dry_run: bool) -> Text:
    if not settled.answers:
        return Text("Nothing was settled by the orders that were read.")
    kept = "Would be kept" if dry_run else "Kept in the state file"
    return Text(f"{kept}: {settled}.")
