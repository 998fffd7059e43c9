"""The chapters of the demo; each runs a real command in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from ppbillit.cli.commands.demo.check import check_result
from ppbillit.cli.commands.demo.config import config_for, go_live, write_config
from ppbillit.cli.commands.demo.world import furnish
from ppbillit.cli.output.table import finding_lines, findings_table
from ppbillit.errors import ExitCode, PpbillitError
from ppbillit.reasons import Reason
from ppbillit.report import NEEDS_A_PERSON, Finding, Outcome
from ppbillit_emulator import Emulator
from ppbillit_emulator.sample_shop import sample_orders

if TYPE_CHECKING:
    from rich.console import Console

    from ppbillit_emulator import Request

_LATE_ORDERS = 9  # added after the first sync, for the run that is killed
_FATAL_INVOICE = 4  # the run is killed when Billit has stored this invoice and not yet answered
_DELIVERY_SECONDS = 3600  # by the emulated clock, which the story moves: a slow machine tells the same story
_MOST_SHOWN = 6
_NEWS = {outcome.value for outcome in Outcome} - {Outcome.UNCHANGED.value}
_EXIT_CODES = {ExitCode.DONE: "done", ExitCode.NEEDS_ATTENTION: "finished, some orders need a person"}
_COUNTRIES = {
    "BE": "Belgium",
    "NL": "the Netherlands",
    "DE": "Germany",
    "CH": "Switzerland",
    "GB": "Great Britain",
}


def run_demo(out: Console) -> ExitCode:
    """Run the demo in an emulated world of its own; return 0 if Billit's books are right at the end."""
    today = datetime.now(ZoneInfo("Europe/Brussels")).date()
    with tempfile.TemporaryDirectory(prefix="ppbillit-demo-") as folder, Emulator() as world:
        furnish(world)
        return Story(out, world, Path(folder), today).play()


@dataclass
class Story:
    """The demo, chapter by chapter."""

    out: Console
    world: Emulator
    folder: Path
    today: date

    def play(self) -> ExitCode:
        """Play all chapters and return the exit code: 0 if Billit's books are right at the end."""
        orders = sample_orders(self.today)
        early, late = orders[:-_LATE_ORDERS], orders[-_LATE_ORDERS:]
        old = {order["id"] for order in orders if order["created_at"][:10] < go_live(self.today).isoformat()}
        self.world.office.switches.update(delivery_seconds=_DELIVERY_SECONDS)
        self._open_shop(early)
        self._chapter("What would happen", "sync", "--dry-run")
        first = self._chapter("The orders become invoices, and Billit sends them", "sync")
        self._chapter("Run again, as cron does: nothing is left to do", "sync")
        self._crash(late)
        self.world.office.clock.advance(_DELIVERY_SECONDS)
        second = self._chapter("The next run finds out what Billit has, and goes on from there", "sync")
        self._chapter(
            "Orders from before the go-live date: exported, never sent",
            "export-existing",
            "--since",
            min(order["created_at"][:10] for order in orders),
        )
        self._show_output("What needs you, whenever you want to know", "status")
        parked = {finding.order_id for finding in (*first, *second) if finding.outcome is Outcome.PARKED}
        return self._check(parked, old)

    # --- chapters --------------------------------------------------------------------------------

    def _open_shop(self, orders: list[dict[str, Any]]) -> None:
        for order in orders:
            self.world.shop.add(order)
        write_config(
            self.folder / "config.toml", config_for(self.world, self.today, self.folder / "state.sqlite3")
        )
        kinds = Counter(_kind_of_sale(order) for order in orders)
        self._title("An emulated shop, and an emulated Billit, on this machine")
        self._print(f"{len(orders)} orders: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()))

    def _chapter(self, title: str, *arguments: str) -> list[Finding]:
        """Run a real command and show what it reports."""
        self._begin(title, *arguments)
        done = self._run(*arguments, "--json")
        report = json.loads(done.stdout)
        if error := report.get("error"):  # the command has printed it on standard error
            raise PpbillitError(
                f"The demo stops, since this chapter failed: {error['message']}", error["fix"]
            )
        found = [_finding(order) for order in report["orders"]]
        self._show(found, dry_run=report["dry_run"])
        news = [f"{count} {name}" for name, count in report["counts"].items() if count and name in _NEWS]
        self._print(", ".join(news) or "nothing to do, so cron stays silent")
        self._print(f"exit code {done.returncode}: {_EXIT_CODES[ExitCode(done.returncode)]}", style="dim")
        return found

    def _show_output(self, title: str, *arguments: str) -> None:
        """Run a command and show its output as it is."""
        self._begin(title, *arguments)
        self._print(self._run(*arguments).stdout.rstrip())

    def _crash(self, late: list[dict[str, Any]]) -> None:
        """Add orders, and kill the run that invoices them at the worst moment."""
        for order in late:
            self.world.shop.add(order)
        self._begin(f"{len(late)} more orders come in, and the run is killed in the middle", "sync")
        process = subprocess.Popen(  # noqa: S603  (ourselves)
            self._command("sync", "--json"), stdout=subprocess.PIPE, env=_environment()
        )
        stored = 0

        def kill(request: Request, phase: str) -> None:
            nonlocal stored
            if phase == "after" and request.method == "POST" and request.path == "/v1/orders":
                stored += 1
                if stored == _FATAL_INVOICE:
                    process.send_signal(signal.SIGKILL)

        self.world.on_request = kill
        process.communicate()
        self.world.on_request = None
        self._print(
            f"killed (SIGKILL) when Billit had stored invoice {stored} and before ppbillit heard of it; "
            f"{len(late) - stored} orders are still to do"
        )

    def _check(self, parked: set[int], old: set[int]) -> ExitCode:
        self._title("Check, from the shop's orders and Billit's books alone")
        checks = check_result(self.world, parked, old)
        rows = Table(box=None, pad_edge=False, header_style="bold")
        for heading, justify in (("", "left"), ("should be", "right"), ("is", "right"), ("", "left")):
            rows.add_column(heading, justify=justify)  # type: ignore[arg-type]  # both are JustifyMethods
        for check in checks:
            mark = Text("ok", style="green") if check.holds else Text("WRONG", style="bold red")
            rows.add_row(check.question, str(check.expected), str(check.found), mark)
        self.out.print(rows, soft_wrap=False)
        all_hold = all(check.holds for check in checks)
        self._print("\nThe books are right." if all_hold else "\nThe books are WRONG.", style="bold")
        return ExitCode.DONE if all_hold else ExitCode.BUG

    # --- running and printing --------------------------------------------------------------------

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  (ourselves)
            self._command(*arguments), stdout=subprocess.PIPE, check=False, text=True, env=_environment()
        )

    def _command(self, *arguments: str) -> list[str]:
        config = str(self.folder / "config.toml")
        return [sys.executable, "-m", "ppbillit", "--config", config, *arguments]

    def _show(self, found: list[Finding], *, dry_run: bool) -> None:
        """Show the first few ordinary orders, and every one that needs a person."""
        stuck = [finding for finding in found if finding.outcome in NEEDS_A_PERSON]
        ordinary = sorted(
            (finding for finding in found if finding.outcome not in NEEDS_A_PERSON),
            key=lambda finding: finding.outcome is Outcome.DELIVERED,  # last, since they were shown before
        )
        if not found:
            return
        self.out.print(findings_table(ordinary[:_MOST_SHOWN], dry_run=dry_run), soft_wrap=False)
        if len(ordinary) > _MOST_SHOWN:
            self._print(f"… and {len(ordinary) - _MOST_SHOWN} more like these", style="dim")
        for line in finding_lines(stuck, dry_run=dry_run):
            self.out.print(line)

    def _begin(self, title: str, *arguments: str) -> None:
        self._title(title)
        self._print(f"$ ppbillit {' '.join(arguments)}", style="bold")

    def _title(self, title: str) -> None:
        self.out.print()
        self._print(f"── {title}", style="bold cyan")

    def _print(self, words: str, style: str = "") -> None:
        self.out.print(Text(words, style=style))
        self.out.file.flush()


def _environment() -> dict[str, str]:
    """Return the environment without overrides of the config: the demo must not reach the real services."""
    ours = ("PPBILLIT_", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _finding(order: dict[str, Any]) -> Finding:
    return Finding(
        order["order_id"],
        order["kind"],
        Outcome(order["outcome"]),
        order["number"],
        Decimal(order["total"]),
        order["billit_id"],
        tuple(Reason(**reason) for reason in order["reasons"]),
    )


def _kind_of_sale(order: dict[str, Any]) -> str:
    """Describe an order as a shop owner would."""
    if order["mode"] == "test":
        return "in test mode"
    if order["invoice_status"] == "concept":
        return "still a concept"
    if Decimal(order["amount_with_tax"]) < 0:
        return "credit invoice"
    contact = order["billing"]["contact"]
    buyer = "firms" if contact.get("company") or contact.get("vat_id_number") else "consumers"
    country = order["billing"]["address"].get("country")
    return (
        f"to {buyer} in {_COUNTRIES.get(country, country)}" if country else f"to {buyer} without an address"
    )
