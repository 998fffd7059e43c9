"""A world for one test: an emulated shop and Billit, a config, a state file, and the command to run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import tomli_w
from typer.main import get_command
from typer.testing import CliRunner

from ppbillit.cli.main import app
from ppbillit_emulator import DropRequest, Emulator
from support.forked_command import fork_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ppbillit_emulator import Request
    from ppbillit_emulator.billit.records import Document
    from ppbillit_emulator.server import Phase
    from support.forked_command import ForkedCommand

COMMAND = Path(sys.executable).with_name("ppbillit")
SENDING = {"businesses": "peppol", "consumers": "email"}
BRUSSELS = ZoneInfo("Europe/Brussels")
SECONDS = 60

_commands = cache(get_command)


def today() -> date:
    """Return the shop's calendar day."""
    return datetime.now(BRUSSELS).date()


@dataclass(frozen=True)
class Result:
    """How one run of the command ended."""

    returncode: int
    stdout: str
    stderr: str = ""

    @property
    def json(self) -> dict[str, Any]:
        """Return the one document on standard output; anything beside it is an error."""
        document = json.loads(self.stdout)
        assert isinstance(document, dict)
        return document

    @property
    def outcomes(self) -> dict[int, str]:
        """Return the outcome of each order in the document on standard output."""
        return {order["order_id"]: order["outcome"] for order in self.json["orders"]}

    def reasons(self, order_id: int) -> list[str]:
        """Return the codes of an order's reasons."""
        [order] = [order for order in self.json["orders"] if order["order_id"] == order_id]
        return [reason["code"] for reason in order["reasons"]]


@dataclass(frozen=True)
class EndState:
    """What a run leaves behind, without what may differ between two equally good runs (ids, times)."""

    documents: list[tuple[str, ...]]
    debtors: list[str]
    sends: list[tuple[str, ...]]
    orders: list[tuple[Any, ...]]


def _here(*arguments: str) -> Result:
    """Be the command as CliRunner is, without building all commands anew for each of thousands of runs."""
    code: object = 0
    with CliRunner().isolation() as (stdout, stderr, _):
        try:
            _commands(app).main(arguments, prog_name="ppbillit")
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
        sys.stderr.flush()
        said = stdout.getvalue().decode(), stderr.getvalue().decode()
    assert isinstance(code, int)
    return Result(code, *said)


@dataclass
class World:
    """One emulator, one config, one state file."""

    emulator: Emulator
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def config_file(self) -> Path:
        """The config, readable by its owner only."""
        return self.folder / "config.toml"

    @property
    def state_file(self) -> Path:
        """The state file that the config names at first."""
        return self.folder / "state" / "state.sqlite3"

    @property
    def go_live(self) -> date:
        """The go-live date that the config names."""
        day = self.settings["sync"]["go_live"]
        assert isinstance(day, date)
        return day

    def configure(self, **sections: Any) -> None:
        """Lay these values over the config; a section's keys are added to those it has."""
        for name, value in sections.items():
            if isinstance(value, dict):
                self.settings[name] = {**self.settings.get(name, {}), **value}
            else:
                self.settings[name] = value
        self.config_file.write_text(tomli_w.dumps(self.settings), encoding="utf-8")
        self.config_file.chmod(0o600)

    # --- running the command ------------------------------------------------------------------

    def run(self, *arguments: str, env: Mapping[str, str] | None = None, measured: bool = True) -> Result:
        """Run the command in a forked process until it ends."""
        return self.finish(self.start(*arguments, env=env, measured=measured))

    def start(
        self, *arguments: str, env: Mapping[str, str] | None = None, measured: bool = True
    ) -> ForkedCommand:
        """Start the command in a forked process; with `measured` false, coverage does not measure it."""
        environment = {**self.environment(measured=measured), **(env or {})}
        return fork_server().start(self._options(*arguments), self.folder, environment, measured=measured)

    def run_installed(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        wrap: tuple[str, ...] = (),
        measured: bool = False,
    ) -> Result:
        """Run the installed command until it ends; `wrap` stands before it on the command line."""
        return self.finish(self.start_installed(*arguments, env=env, wrap=wrap, measured=measured))

    def start_installed(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        wrap: tuple[str, ...] = (),
        measured: bool = False,
    ) -> subprocess.Popen[str]:
        """Start the installed command.

        A fork does not do where Python or the kernel reads something only when a process starts: variables like
        PYTHONPATH and PYTHONIOENCODING, and limits.
        """
        return subprocess.Popen(
            [*wrap, str(COMMAND), *self._options(*arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**self.environment(measured=measured), **(env or {})},
        )

    def _options(self, *arguments: str) -> list[str]:
        return ["--config", str(self.config_file), *arguments]

    @staticmethod
    def finish(process: ForkedCommand | subprocess.Popen[str]) -> Result:
        """Wait for the end of what `start` began."""
        try:
            stdout, stderr = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Result(process.wait(), stdout, stderr)

    def environment(self, *, measured: bool = True) -> dict[str, str]:
        """Return an environment with nothing in it that a test did not put there."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in {"PATH", "TMPDIR"} or (measured and name.startswith("COVERAGE_"))
        }
        return {**kept, "HOME": str(self.folder), "LANG": "C.UTF-8"}

    def run_in_process(self, *arguments: str) -> Result:
        """Run the same command inside this process: quicker, and a test can reach into it."""
        return _here(*self._options(*arguments))

    def run_traced(self, trace: Path, *arguments: str) -> Result:
        """Run inside this process with `--trace`, and with a log file beside the trace."""
        log = trace.with_suffix(".log")
        return self.run_in_process("--trace", str(trace), "--log-file", str(log), *arguments)

    # --- looking and meddling -----------------------------------------------------------------

    def end_state(self) -> EndState:
        """Take the snapshot that two runs are compared by."""
        office = self.emulator.office
        keys = {document.order_id: document.external_id or "" for document in office.documents.values()}
        return EndState(
            documents=sorted(
                (row.external_id or "", row.kind, row.order_number, str(row.excl), str(row.incl))
                for row in office.ledger()
            ),
            debtors=sorted(
                str(party.fields.get("ExternalProviderID") or party.name) for party in office.parties.values()
            ),
            sends=sorted((keys[sent.document_id], sent.transport) for sent in office.deliveries),
            orders=self.rows(
                "SELECT order_id, kind, stage, number, invoice_day, total_cents, backfill, channel, adopted, "
                "digest, reasons FROM orders ORDER BY order_id"
            ),
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the state file."""
        with closing(sqlite3.connect(f"{self.state_file.as_uri()}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    def write(self, sql: str, *values: object) -> None:
        """Meddle with the state file."""
        with closing(sqlite3.connect(self.state_file)) as database, database:
            database.execute(sql, values)

    def stages(self) -> dict[int, str]:
        """Return the stage of every order on record."""
        return dict(self.rows("SELECT order_id, stage FROM orders"))

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return everything in the state file but the list of runs."""
        names = [name for (name,) in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: self.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in names if name != "runs"}  # noqa: S608

    def writes(self) -> int:
        """Count the requests that changed anything, on both sides."""
        return sum(sum(kinds.values()) for kinds in self.emulator.writes().values())

    def lose_state(self) -> None:
        """Take away the state file and all that lies beside it, as a new disk would."""
        shutil.rmtree(self.state_file.parent)

    def totals(self) -> dict[str, str]:
        """Return the gross total of every living document, by our key; a key that is there twice is an error."""
        ledger = self.emulator.office.ledger()
        totals = {row.external_id or row.order_number: str(row.incl) for row in ledger}
        assert len(totals) == len(ledger), [row.external_id for row in ledger]
        return totals


def document_key(order_id: int) -> str:
    """Return the key that the document of an order carries."""
    return f"plugandpay-4711-{order_id}"


@contextmanager
def new_world(folder: Path, **sections: Any) -> Iterator[World]:
    """Open a world: ten days of go-live behind us, no pauses, nothing sent unless a test says so."""
    folder.mkdir(parents=True, exist_ok=True)
    with Emulator() as emulator:
        emulator.office.switches.update(delivery_result="never")
        world = World(emulator, folder)
        world.configure(
            state_file=str(world.state_file),
            plugandpay={
                "api_key": emulator.plugandpay_key,
                "base_url": emulator.plugandpay_url,
                "requests_per_second": 1000,
                "timeout_seconds": 10,
            },
            billit={
                "api_key": emulator.billit_key,
                "base_url": emulator.billit_url,
                "party_id": emulator.party_id,
                "requests_per_second": 1000,
                "timeout_seconds": 10,
            },
            sync={"go_live": today() - timedelta(days=10), "settle_seconds": 0.01},
        )
        world.configure(**sections)
        yield world


class KillAt:
    """A hook for Emulator.on_request: kill -9 of the process at its nth request, before or after its handling."""

    def __init__(self, nth: int, phase: Phase) -> None:
        self.nth = nth
        self.phase = phase
        self.pid: int | None = None
        self.seen = 0

    def __call__(self, _request: Request, phase: Phase) -> None:
        """Count, and at the nth kill: what was to be answered is answered to nobody."""
        if phase == "before":
            self.seen += 1
        if phase == self.phase and self.seen == self.nth:
            self.nth = -1  # once; the runs after it live
            give_up = time.monotonic() + SECONDS
            while self.pid is None and time.monotonic() < give_up:
                time.sleep(0.001)
            assert self.pid is not None
            os.kill(self.pid, signal.SIGKILL)
            raise DropRequest


def document_of(world: World, order_id: int) -> Document:
    """Return the document of an order, as the office has it."""
    [document] = world.emulator.office.by_external_id(document_key(order_id))
    return document


def run_until_quiet(world: World, most: int = 5, pause: float = 0.01) -> int:
    """Run until nothing is stuck any more, each past the settle delay of the last; return how many it took."""
    for number in range(1, most + 1):
        time.sleep(pause)
        result = world.run_in_process("sync", "--json")
        if result.returncode == 0 and result.json["counts"]["stuck"] == 0:
            return number
    return most + 1


def assert_refused(result: Result, code: int, *words: str) -> None:
    """One line of what, one of what to do, no traceback, nothing on standard output."""
    assert result.returncode == code, result
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0].startswith("ppbillit: ")
    assert len(lines) <= 2
    for word in words:
        assert word in result.stderr
