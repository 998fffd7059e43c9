"""The rules of the house, read from the source: who may import whom, who may do what."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("ppbillit", "ppbillit_emulator")
    for path in sorted((SOURCE / package).rglob("*.py"))
}

SERVICES = ("plugandpay.models", "plugandpay.ports", "billit.models", "billit.ports", "billit.responses")

# Which parts of ours a part may import, beside itself.  An arrow that is not here is not wanted.
ARROWS = {
    "errors": set(),
    "money": set(),
    "text": set(),
    "files": set(),
    "outcomes": set(),
    "reasons": {"text"},
    "report": {"errors", "money", "reasons"},
    "config": {"errors", "files"},
    "http": {"errors", "files"},
    "plugandpay": {"errors", "http", "outcomes", "text"},
    "billit": {"", "errors", "files", "http", "outcomes", "text"},  # "" is the version, for the User-Agent
    "mapping": {"money", "reasons", "plugandpay.models", "billit.models"},
    "state": {"errors", "files", "money", "reasons", "report"},
    # From here on, only the ports of the two services: who is not given a port cannot write through it.
    "run": {"errors", "mapping", "money", "reasons", "report", "state", *SERVICES},
    "exactly_once": {"errors", "mapping", "money", "outcomes", "run", "state", *SERVICES},
    "debtors": {
        "errors", "exactly_once", "mapping", "outcomes", "reasons", "report", "run", "state", *SERVICES,
    },
    "invoicing": {
        "debtors", "errors", "exactly_once", "mapping", "money", "outcomes", "reasons", "report", "run", "state",
        *SERVICES,
    },
    "payments": {
        "debtors", "errors", "exactly_once", "invoicing", "mapping", "money", "outcomes", "reasons", "report",
        "run", "state", *SERVICES,
    },
    "notifications": {"", "errors", "files", "http", "reasons", "report", "state"},
    "ppbillit_emulator": set(),
    "cli": {
        "", "billit", "config", "debtors", "errors", "exactly_once", "files", "http", "invoicing", "mapping",
        "money", "notifications", "payments", "plugandpay", "ppbillit_emulator", "reasons", "report", "run",
        "state", "text",
    },
    "__main__": {"cli"},
}  # fmt: skip

# What only one place may do: a module of Python's or a library's, and the part of ours that may import it.
ONLY_IN = {
    "httpx": {"http"},
    "sqlite3": {"state"},
    "apprise": {"notifications"},
    "typer": {"cli"},
    "rich": {"cli"},
    "subprocess": {"cli", "notifications"},
    "signal": {"cli"},
    "socket": {"ppbillit_emulator"},
    "tomllib": {"config"},
    "random": {"http", "ppbillit_emulator"},
}

# The mapping is pure: nothing in it can reach the world, the clock or chance.
IMPURE = {
    "os", "sys", "io", "time", "random", "secrets", "logging", "pathlib", "socket", "sqlite3", "subprocess",
    "tempfile", "threading", "urllib", "httpx",
}  # fmt: skip

NEAR_MONEY = {
    "mapping",
    "money",
    "state",
    "run",
    "report",
    "exactly_once",
    "debtors",
    "invoicing",
    "payments",
}

MOST_LINES_IN_A_MODULE = 400
MOST_LINES_IN_A_FUNCTION = 60


def part_of(module: str) -> str:
    """Return the part a module is in: "ppbillit.invoicing.plan" is in "invoicing"; the emulator is one part."""
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == "ppbillit" else package


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imports(module: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in MODULES else node.module
                for alias in node.names
            }
    return found


def calls(module: str) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree(module)) if isinstance(node, ast.Call)}


def methods(module: str, port: str) -> set[str]:
    [found] = [node for node in tree(module).body if isinstance(node, ast.ClassDef) and node.name == port]
    return {node.name for node in found.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_the_parts_its_own_part_may(module: str) -> None:
    part = part_of(module)
    for imported in imports(module):
        if not imported.startswith("ppbillit"):
            continue
        name = imported.removeprefix("ppbillit.")
        allowed = part_of(imported) == part or part_of(imported) in ARROWS[part] or name in ARROWS[part]
        assert part == "" or allowed, f"{module} imports {imported}"


def test_only_the_commands_import_the_emulator() -> None:
    """Otherwise: what runs for real depends on what only emulates."""
    for module in MODULES:
        if any(imported.startswith("ppbillit_emulator") for imported in imports(module)):
            assert module.startswith(("ppbillit.cli.", "ppbillit_emulator")), module


@pytest.mark.parametrize("module", MODULES)
def test_what_one_part_does_no_other_part_does(module: str) -> None:
    for imported in imports(module):
        owners = ONLY_IN.get(imported.partition(".")[0])
        assert owners is None or part_of(module) in owners, f"{module} imports {imported}"


def test_one_module_alone_speaks_http() -> None:
    assert [module for module in MODULES if "httpx" in imports(module)] == ["ppbillit.http.connection"]


@pytest.mark.parametrize("module", [module for module in MODULES if part_of(module) in {"mapping", "money"}])
def test_the_mapping_is_pure(module: str) -> None:
    assert not {name.partition(".")[0] for name in imports(module)} & IMPURE
    assert not calls(module) & {"open", "datetime.now", "date.today", "datetime.today", "input"}


@pytest.mark.parametrize("module", [module for module in MODULES if part_of(module) == "ppbillit_emulator"])
def test_the_emulator_imports_only_itself_and_the_standard_library(module: str) -> None:
    for imported in imports(module):
        assert imported.partition(".")[0] in {"ppbillit_emulator", *sys.stdlib_module_names}, imported


@pytest.mark.parametrize("module", MODULES)
def test_only_the_face_prints_and_exits(module: str) -> None:
    if part_of(module) != "cli":
        assert not calls(module) & {"print", "sys.exit", "exit", "quit", "os._exit", "typer.echo"}


@pytest.mark.parametrize(
    "module",
    [
        module
        for module in MODULES
        if part_of(module)
        in {"mapping", "money", "state", "exactly_once", "debtors", "invoicing", "payments", "report", "run"}
    ],
)
def test_no_float_comes_near_money(module: str) -> None:
    for node in ast.walk(tree(module)):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), ast.unparse(node)
        assert not (isinstance(node, ast.Call) and ast.unparse(node.func) == "float"), ast.unparse(node)


LISTS: set[str] = set()  # looked things up in, not read


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_functions_stay_small_enough_to_read(module: str) -> None:
    if module not in LISTS:
        assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= MOST_LINES_IN_A_MODULE
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MOST_LINES_IN_A_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(tree(module))


# Methods of these ports that only read.
READS = {"paid_since", "with_payment", "payment"}
WRITERS = {
    name
    for port, module in (
        ("DocumentCreator", "ppbillit.billit.ports"),
        ("DocumentSender", "ppbillit.billit.ports"),
        ("DebtorUpdater", "ppbillit.billit.ports"),
        ("PaymentMarker", "ppbillit.billit.ports"),
        ("PaymentSource", "ppbillit.plugandpay.ports"),
    )
    for name in methods(module, port)
} - READS


def test_the_ports_that_write_are_known() -> None:
    """Otherwise: a new way to write is not seen by the next test."""
    expected = {
        "complete_debtor", "create_debtor", "create_document", "mark_paid", "mark_unpaid", "send_document",
        "set_paid", "update_debtor",
    }  # fmt: skip
    assert expected == WRITERS


@pytest.mark.parametrize("module", MODULES)
def test_nothing_else_calls_a_port_that_writes(module: str) -> None:
    """Otherwise: a write without an attempt on disk, which a crash or a lost answer makes twice."""
    called = {name.rpartition(".")[2] for name in calls(module) if "." in name}
    if module != "ppbillit.exactly_once.writes" and part_of(module) not in {
        "billit",
        "plugandpay",
        "ppbillit_emulator",
    }:
        assert not called & WRITERS


@pytest.mark.system
def test_no_command_but_the_two_that_need_it_loads_the_emulator() -> None:
    """Otherwise: every run that cron starts loads fifty modules for nothing."""
    script = (
        "import sys, ppbillit.cli.main\n"
        "sys.exit(any(name.startswith('ppbillit_emulator') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_only_write_once_performs_a_write() -> None:
    """Otherwise: a write that is made beside the protocol."""
    performing = [module for module in MODULES if any(name.endswith(".perform") for name in calls(module))]
    assert performing == ["ppbillit.exactly_once.write_once"]


def floors() -> dict[str, int]:
    """Return the floor of each part, as docs/architecture.md has it."""
    page = (SOURCE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", page, re.MULTILINE)
    return {part: int(floor) for floor, parts in rows for part in re.findall(r"`(\w+)`", parts)}


@pytest.mark.parametrize("part", ARROWS.keys() - {"__main__", "ppbillit_emulator"})
def test_every_arrow_leads_to_a_lower_floor_of_the_page(part: str) -> None:
    """Otherwise: the page that explains the house explains another one."""
    lower = {each for each, floor in floors().items() if floor < floors()[part]}
    wanted = {name.partition(".")[0] for name in ARROWS[part]} - {"", "ppbillit_emulator"}
    assert wanted - lower == set()


def test_no_files_import_each_other_in_a_circle() -> None:
    """Type imports included.  Otherwise: neither of two files can be read without the other."""
    graph = {module: imports(module) & MODULES.keys() - {module} for module in MODULES}
    while True:
        needed = set().union(*graph.values()) if graph else set()
        free = {module for module, needs in graph.items() if module not in needed or not needs & graph.keys()}
        if not free:
            break
        graph = {module: needs - free for module, needs in graph.items() if module not in free}
    assert sorted(graph) == []


def test_every_part_of_the_house_has_its_arrows_written_down() -> None:
    assert {part_of(module) for module in MODULES} - {""} == set(ARROWS)
