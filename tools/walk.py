"""Trace the walk of one order, and of one payment each way, through the files of the product: `make walk`.

The command runs in this process, the emulator in another one.  The commands first run until nothing is left to do;
then one thing changes, and the next run is traced in its main thread.  The walk is what happens inside the
function that has the command's name and is not part of the command line.

- Files and functions are those that were entered.  Lambdas and comprehensions are not counted as functions.
- A visit is a call from one file of the product into another, directly or through a library.  Resuming a generator
  is not a visit.  A visit to a file that was visited before is a return.
- Transactions are what SQLite committed, by COMMIT or by a statement outside of a transaction.
- `steps` is the sum of the folders that hold the steps of a run.

With `--order` the path is printed too: a line for each visit, indented by depth, with the function that was
called.  Consecutive visits to one file share a line.
"""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points
from inspect import CO_GENERATOR
from itertools import groupby, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch
from urllib.request import Request, urlopen

import ppbillit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

PACKAGE = f"{Path(ppbillit.__file__).parent}/"
COMMAND_LINE = "cli/"
STEPS = {"invoicing", "debtors", "payments", "exactly_once", "run.py"}
WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")
MOST_RUNS = 6
OLD = 20  # days: after the go-live date of the emulator's config, and before what each run reads again

FIRM, NEW_FIRM = "BE0123456749", "BE0563846944"
ADDRESS = {"street": "Kouter", "housenumber": "7", "zipcode": "9000", "city": "Gent", "country": "BE"}
TAX = {"amount": "31.50", "rate": {"id": 101, "country": "BE", "percentage": "21.0"}}
ITEM = {"label": "Workshop", "type": "standard", "amount": "150.00", "amount_with_tax": "181.50", "tax": TAX}


class Call(NamedTuple):
    """A call of a function of the product; `file` is its path in the package."""

    file: str
    function: str
    depth: int
    is_visit: bool

    @property
    def folder(self) -> str:
        """The folder of the package that the file is in, or the file itself."""
        return self.file.partition("/")[0]


class Tracer:
    """Notes the calls and transactions of a run, and between which calls the walk lies."""

    def __init__(self, command: str) -> None:
        self.calls: list[Call] = []
        self.commits: list[int] = []  # the number of calls before each
        self.begin = self.end = 0
        self._name = command.replace("-", "_")
        self._walk: FrameType | None = None
        self._stack: list[tuple[FrameType | None, str, int]] = [(None, "", -1)]
        self._generators: set[FrameType] = set()

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        """Note an event of `sys.setprofile`."""
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PACKAGE):
            file = code.co_filename.removeprefix(PACKAGE)
            if not self._walk and code.co_name == self._name and not file.startswith(COMMAND_LINE):
                self._walk, self.begin = frame, len(self.calls)
            _, caller, depth = self._stack[-1]
            depth += caller != file
            is_visit = caller != file and frame not in self._generators
            self._stack.append((frame, file, depth))
            self.calls.append(Call(file, code.co_qualname, depth, is_visit))
            if code.co_flags & CO_GENERATOR:
                self._generators.add(frame)
        elif event == "return" and frame is self._stack[-1][0]:
            self._stack.pop()
            self.end = len(self.calls) if frame is self._walk else self.end

    def connect(self, *arguments: Any, **more: Any) -> sqlite3.Connection:
        """Open a database as `sqlite3.connect` does, and note its transactions."""
        database = sqlite3.Connection(*arguments, **more)

        def note(sql: str) -> None:
            if sql.startswith("COMMIT") or (sql.startswith(WRITING) and not database.in_transaction):
                self.commits.append(len(self.calls))

        database.set_trace_callback(note)
        return database

    def table(self) -> Iterator[str]:
        """Yield the figures, a line at a time."""
        walk, commits = self.calls[self.begin : self.end], self.commits
        yield f"{'':<20}{'files':>7}{'functions':>11}{'visits':>8}{'returns':>9}{'transactions':>14}"
        yield f"{figures('the whole command', self.calls)}{len(commits):>14}"
        yield f"{figures('the walk', walk)}{sum(self.begin < each <= self.end for each in commits):>14}"
        yield figures("  steps", [call for call in walk if call.folder in STEPS])
        for folder in sorted({call.folder for call in walk}):
            yield figures(f"    {folder}", [call for call in walk if call.folder == folder])

    def path(self) -> Iterator[str]:
        """Yield the visits of the walk, a line at a time."""
        visits = [call for call in self.calls[self.begin : self.end] if call.is_visit]
        for (depth, file), row in groupby(visits, lambda call: (call.depth, call.file)):
            times = Counter(call.function for call in row)
            called = [f"{name} ×{count}" if count > 1 else name for name, count in times.items()]
            yield f"{'  ' * (depth - visits[0].depth)}{file}: {', '.join(called)}"


def figures(title: str, calls: list[Call]) -> str:
    """Return files, functions, visits and returns of these calls as a line of the table."""
    files = {call.file for call in calls}
    functions = {call[:2] for call in calls if not call.function.endswith(">")}
    visits = [call.file for call in calls if call.is_visit]
    returns = len(visits) - len(set(visits))
    return f"{title:<20}{len(files):>7}{len(functions):>11}{len(visits):>8}{returns:>9}"


def ask(method: str, url: str, body: object = None, **headers: str) -> Any:
    """Send JSON to the emulator, and return the JSON of its answer."""
    kind = "application/json"
    headers |= {"Accept": kind, "Content-Type": kind, "User-Agent": "CustomApiCall/2"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, headers, method=method)) as answer:  # noqa: S310  (loopback)
        return json.loads(answer.read() or "null")


@dataclass
class World:
    """The emulator, and the installed command with the config that fits it."""

    control: str
    config_file: Path

    def switch(self, **switches: object) -> None:
        """Set switches of the emulated Billit."""
        ask("POST", f"{self.control}/switches", {"billit": switches})

    def sell(self, vat_number: str, days_ago: int, **payment: str) -> int:
        """Sell something to a firm that Peppol reaches, and return the order's id."""
        created = (datetime.now(UTC) - timedelta(days_ago)).isoformat().replace("+00:00", "Z")
        contact = {"company": f"Firm {vat_number}", "email": f"{vat_number}@example.org"}
        billing = {"address": ADDRESS, "contact": {**contact, "vat_id_number": vat_number}}
        order = {"created_at": created, "is_tax_included": False, "items": [ITEM], "billing": billing}
        ask("POST", f"{self.control}/peppol", {"identifier": vat_number})
        return int(ask("POST", f"{self.control}/orders", {**order, "payment": payment})["ids"][0])

    def pay_in_shop(self, order_id: int) -> None:
        """Set an order to paid in the shop."""
        shop = tomllib.loads(self.config_file.read_text(encoding="utf-8"))["plugandpay"]
        url = f"{shop['base_url']}/v2/orders/{order_id}/payment"
        ask("PATCH", url, {"status": "paid"}, Authorization=f"Bearer {shop['api_key']}")

    def pay_in_billit(self, order_id: int) -> None:
        """Mark an order's invoice as paid in Billit."""
        billit = tomllib.loads(self.config_file.read_text(encoding="utf-8"))["billit"]
        books = ask("GET", f"{self.control}/books")["ledger"]
        [invoice] = [row["order_id"] for row in books if row["external_id"].endswith(f"-{order_id}")]
        paid = {"Paid": True, "PaidDate": f"{datetime.now(UTC).date()}T00:00:00"}
        keys = {"apiKey": billit["api_key"], "partyID": str(billit["party_id"])}
        ask("PATCH", f"{billit['base_url']}/v1/orders/{invoice}", paid, **keys)

    def run(self, command: str) -> dict[int, str]:
        """Run the installed command in this process, and return the outcome of each order it reports."""
        [installed] = entry_points(group="console_scripts", name="ppbillit")
        arguments = ["ppbillit", "--config", str(self.config_file), command, "--json"]
        with patch.object(sys, "argv", arguments), redirect_stdout(io.StringIO()) as output:
            with suppress(SystemExit):
                installed.load()()
            return {order["order_id"]: order["outcome"] for order in json.loads(output.getvalue())["orders"]}

    def rest(self) -> None:
        """Run the commands until nothing is left to do."""
        for command in ("sync", "sync-payments"):
            if all(self.run(command) for _ in range(MOST_RUNS)):
                raise SystemExit(f"`ppbillit {command}` has something to do in each of {MOST_RUNS} runs.")

    def walk(self, title: str, command: str, expected: dict[int, str]) -> None:
        """Trace a run that has to report what is expected, and print its walk."""
        tracer = Tracer(command)
        with patch.object(sqlite3, "connect", tracer.connect):
            sys.setprofile(tracer)
            found = self.run(command)
            sys.setprofile(None)
        if found != expected or not tracer.end or not tracer.commits:
            raise SystemExit(f"{title}: the run reports {found}, walk or transactions were not found.")
        print(title, *tracer.table(), "", sep="\n")
        if "--order" in sys.argv:
            print(*tracer.path(), "", sep="\n")


@contextmanager
def new_world() -> Iterator[World]:
    """Run the emulator with an empty shop."""
    command = [
        sys.executable,
        "-m",
        "ppbillit",
        "emulator",
        "--empty",
        "--port=0",
        "--write-config=config.toml",
    ]
    with (
        tempfile.TemporaryDirectory(prefix="ppbillit-walk-") as folder,
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as emulator,  # noqa: S603
    ):
        try:
            said = takewhile(lambda line: "until Ctrl-C" not in line, emulator.stdout or ())
            [control] = [line.split()[1] for line in said if line.startswith("control")]
            yield World(control.removesuffix("/state"), Path(folder, "config.toml"))
        finally:
            emulator.terminate()


def main() -> None:
    """Take each walk."""
    with new_world() as world:
        world.switch(delivery_seconds=0)
        first, second = (world.sell(FIRM, OLD, status="open", method="banktransfer") for _ in range(2))
        world.rest()
        world.switch(delivery_result="never")
        new = world.sell(NEW_FIRM, 1, status="paid", method="bancontact")
        world.walk("A new order, from the shop's list to sent", "sync", {new: "sent"})
        world.rest()
        world.pay_in_shop(first)
        world.walk("A payment, from the shop to Billit", "sync-payments", {first: "paid"})
        world.rest()
        world.pay_in_billit(second)
        world.walk("A payment, from Billit to the shop", "sync-payments", {second: "paid"})


if __name__ == "__main__":
    main()
