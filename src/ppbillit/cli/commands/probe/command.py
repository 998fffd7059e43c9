"""`ppbillit probe`: report what the two services really do, found out by reading; without anybody's data."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ppbillit.billit.client import BillitClient
from ppbillit.cli.commands.probe.billit import BillitProbe
from ppbillit.cli.commands.probe.findings import ProbeReport, first_line
from ppbillit.cli.commands.probe.plugandpay import ShopProbe
from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import Services, one_at_a_time, open_clients, state_for_run
from ppbillit.errors import PpbillitError, TryLater, Unavailable
from ppbillit.http import Clock
from ppbillit.http.trace import Trace
from ppbillit.invoicing.identity import check_company, identify_shop
from ppbillit.mapping.shop_profile import ShopProfile
from ppbillit.plugandpay.client import PlugAndPayClient
from ppbillit.state import Identity

if TYPE_CHECKING:
    from collections.abc import Callable

AllKeys = Annotated[
    bool, typer.Option("--all", help="Print the names and the kinds of all keys too; --json always has them.")
]
KeepNothing = Annotated[bool, typer.Option("--dry-run", help="Keep nothing in the state file.")]


def probe(
    context: typer.Context, *, every: AllKeys = False, dry_run: KeepNothing = False, as_json: Json = False
) -> None:
    """Find out what the documentation leaves open, by reading a handful of your own orders and documents.

    The report holds answers, names of keys and kinds of values; no names, amounts or keys of yours, so it can be
    sent to anybody. What it settles is kept in the state file, and later runs warn of an order that contradicts
    it. It writes nothing in Plug&Pay or Billit.
    """
    ctx: CommandContext = context.obj

    def report() -> Answer:
        return _report(ctx, dry_run=dry_run, whole=every)

    raise typer.Exit(answer(ctx, {"command": "probe"}, report, as_json=as_json))


def _report(ctx: CommandContext, *, dry_run: bool, whole: bool) -> Answer:
    config = ctx.load_config()
    state_file = config.state_file.resolve()
    shop_report, billit_report = ProbeReport("Plug&Pay"), ProbeReport("Billit")
    with ExitStack() as stack:
        if not dry_run:
            stack.enter_context(one_at_a_time(state_file))
        trace = stack.enter_context(Trace(ctx.trace_path)) if ctx.trace_path else None
        clients = open_clients(config, stack, Clock(), trace=trace)
        shop, billit = PlugAndPayClient(clients.shop, config.zone), BillitClient(clients.billit)
        tenant_id = identify_shop(shop, config.plugandpay.shop)
        check_company(billit, config.billit.party_id)
        identity = Identity(tenant_id, config.billit.party_id, config.billit.base_url)
        state = stack.enter_context(
            state_for_run(state_file, Services(shop, billit, identity), dry_run=dry_run)
        )
        shop_probe = ShopProbe(clients.shop, shop_report)
        billit_probe = BillitProbe(clients.billit, billit_report)
        errors = [
            _read_all(shop_probe.read_all, shop_report),
            _read_all(billit_probe.read_all, billit_report),
        ]
        profile = shop_probe.profile()
        if profile.answers:
            state.remember(settled=profile.as_text())
    document: dict[str, Any] = {
        "plugandpay": shop_report.as_json(),
        "billit": billit_report.as_json(),
        "settled": dict(profile.answers),
        "dry_run": dry_run,
    }
    reports = [*shop_report.lines(whole=whole), *billit_report.lines(whole=whole)]
    lines = [first_line(), *reports, _last_line(profile, dry_run=dry_run)]
    return Answer(lines, document, trouble=next(filter(None, errors), None))


def _read_all(read_all: Callable[[], None], report: ProbeReport) -> PpbillitError | None:
    """Read everything from a service; return the error that ended it, after which the report stays partial."""
    try:
        read_all()
    except (Unavailable, TryLater) as error:
        report.answers["all other questions"] = "not asked, since it gave no sound answers any more"
        return error
    return None


def _last_line(profile: ShopProfile, *, dry_run: bool) -> Text:
    if not profile.answers:
        return Text("Nothing was settled by the orders that were read.")
    kept = "Would be kept" if dry_run else "Kept in the state file"
    return Text(f"{kept}: {profile}.")
