"""The rules of the house , read from the source: who may import whom, who may do what."""

from __future__ import annotations

import ast
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

# Which parts of ours a part may import, beside itself.  An arrow that is not here is not wanted.
ARROWS = {
    "errors": set(),
    "money": set(),
    "text": set(),
    "outcomes": set(),
    "files": set(),
    "reasons": {"text"},
    "report": {"errors", "money", "reasons"},
    "config": {"errors", "files"},
    "http": {"errors", "files"},
    "plugandpay": {"outcomes", "errors", "http", "text"},
    "billit": {"", "outcomes", "errors", "http", "text"},  # "" is the version, for the User-Agent
    "mapping": {"money", "reasons", "plugandpay.models", "billit.models"},
    "state": {"errors", "files", "money", "reasons"},
    "run": {
        "errors", "invoicing.peppol_directory", "mapping", "money", "reasons", "report", "state",
        "plugandpay.models", "plugandpay.ports", "billit.models", "billit.ports",
    },
    "exactly_once": {
        "outcomes", "errors", "mapping", "money", "state",
        "plugandpay.models", "plugandpay.ports", "billit.models", "billit.ports",
    },
    "debtors": {
        "outcomes", "errors", "exactly_once", "mapping", "reasons", "report", "run", "state",
        "plugandpay.models", "billit.models", "billit.ports", "invoicing.resolve",
    },
    "invoicing": {
        "outcomes", "debtors", "errors", "exactly_once", "mapping", "money", "reasons", "report", "run", "state",
        "plugandpay.models", "plugandpay.ports", "billit.models", "billit.ports", "billit.responses",
    },
    "payments": {
        "outcomes", "debtors.redact", "errors", "exactly_once", "invoicing", "mapping", "money", "reasons",
        "report", "run", "state", "plugandpay.models", "plugandpay.ports", "billit.models", "billit.ports",
    },
    "notifications": {"", "errors", "http", "reasons", "report", "state"},
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
    "stamina": {"http"},
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


LISTS = {"ppbillit.state.orders"}  # looked things up in, not read


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


def test_every_part_of_the_house_has_its_arrows_written_down() -> None:
    assert {part_of(module) for module in MODULES} - {""} == set(ARROWS)
