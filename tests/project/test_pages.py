"""The README and docs/ agree with the code: tables, links, and the output of commands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command

from ppbillit.cli.main import app
from ppbillit.config.keys import config_keys, sections
from ppbillit.errors import ExitCode
from ppbillit.report import NEEDS_A_PERSON, Outcome
from ppbillit_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
}
KEYS = {key.dotted for key in config_keys().values()}
SKIPPED = "[…]"


def table(heading: str) -> dict[str, str]:
    """Return the first two columns of the README's table with this heading."""
    _, _, rest = README.partition(f"| {heading} |")
    rows = rest.partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {first: second for first, second, *_ in cells}


def shape(line: str) -> str:
    """Return a line without what changes from day to day: its digits and its spacing."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "0", line)).strip()


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGES[page], re.DOTALL)


def prose(page: str) -> str:
    """Return a page without its blocks, each paragraph on one line."""
    return re.sub(r"(?<!\n)\n *(?=\S)", " ", re.sub(r"```.*?```", "", PAGES[page], flags=re.DOTALL))


def links(page: str) -> Iterator[tuple[str, str]]:
    """Return the files that a page links to, as paths from the root, each with its anchor."""
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            linked = (ROOT / page).parent.joinpath(path) if path else ROOT / page
            yield linked.resolve().relative_to(ROOT).as_posix(), anchor


def typed(page: str) -> Iterator[list[str]]:
    """Return the commands that a page says can be typed, in blocks and in sentences, without "ppbillit"."""
    for block in blocks(page, "console"):
        for line in block.splitlines():
            if line.strip().startswith("$ ppbillit "):
                yield shlex.split(line)[2:]
    for code in re.findall(r"`ppbillit ([^`]+)`", prose(page)):
        if not code.startswith("…"):
            yield shlex.split(code)


def named_keys(page: str) -> set[str]:
    """Return the keys that a page names together with their table, or in a block that is a config."""
    said = prose(page)
    named = {f"{table}.{key}" for table, key in re.findall(r"`\[([a-z.]+)\] ([a-z_]+)", said)}
    several = r"((?:`[a-z_]+[^`\[]*`(?:,| and| en)? ?)+)(?:in|under|below) `\[([a-z.]+)\]`"
    for keys, table in re.findall(several, said):
        named |= {f"{table}.{key}" for key in re.findall(r"`([a-z_]+)(?: = [^`]*)?`", keys)}
    in_reasons = r"\b([a-z]+(?:_[a-z]+)+|[a-z]+(?= = ))(?: = \S+)? in \[([a-z.]+)\]"
    named |= {f"{table}.{key}" for key, table in re.findall(in_reasons, said.replace("`", ""))}
    for block in blocks(page, "toml"):
        named |= {f"{table}.{key}" for table, keys in tomllib.loads(block).items() for key in keys}
    return named


def test_the_exit_table_is_the_enum() -> None:
    assert [int(code) for code in table("exit code")] == sorted(ExitCode)


def test_every_command_is_in_the_readme_and_nothing_else_is() -> None:
    commands = {command.name for command in app.registered_commands}
    assert {row.strip("`").removeprefix("ppbillit ") for row in table("command")} == commands


def test_every_command_answers_a_script_but_those_that_the_readme_names() -> None:
    """Otherwise: a script that relies on the README gets words."""
    [without] = re.findall(r"every command takes but ((?:`[a-z-]+`(?:, | and )?)+)", README)
    commands = get_command(app).commands.items()  # type: ignore[attr-defined]  # a group has them
    lacking = {
        name for name, command in commands if "--json" not in str([each.opts for each in command.params])
    }
    assert set(re.findall(r"`([a-z-]+)`", without)) == lacking


def test_every_outcome_is_explained() -> None:
    explained = {row.strip("`") for row in table("outcome")}
    assert {Outcome(name) for name in explained} >= NEEDS_A_PERSON
    for outcome in set(Outcome) - {Outcome.UNCHANGED}:
        assert f"`{outcome}`" in README


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_is_one_that_can_be_typed(page: str) -> None:
    """Otherwise: who follows a page meets "No such option"."""
    root: Any = get_command(app)
    for words in typed(page):
        before, rest, _ = root.make_parser(root.context_class(root)).parse_args(list(words))
        assert rest or before, words
        if rest:
            command = root.commands[rest[0]]
            command.make_parser(command.context_class(command)).parse_args(rest[1:])


def test_the_pages_name_commands() -> None:
    """Otherwise: the test above holds because it finds nothing."""
    without = {"docs/config.md", "docs/architecture.md", "docs/exactly-once.md"}
    assert {page for page in PAGES if list(typed(page))} >= set(PAGES) - without


def test_every_page_is_found_from_the_readme() -> None:
    found, new = set(), {"README.md"}
    while new:
        found |= new
        new = {path for page in new for path, _ in links(page) if path in PAGES} - found
    assert set(PAGES) - found == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for path, anchor in links(page):
        assert (ROOT / path).exists(), path
        if anchor:
            headings = re.findall(r"^#+ (.*)$", PAGES[path], re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_key_that_a_page_names_with_its_table_is_one(page: str) -> None:
    """Otherwise: who copies it into the config is told that there is no such key."""
    assert named_keys(page) - KEYS == set()
    tables = set(re.findall(r"`\[([a-z.]+)\]", prose(page)))
    assert tables - set(sections()) - {"ledger.products"} == set()


def test_keys_are_found_where_they_are_named() -> None:
    """Otherwise: the test above holds because it finds nothing."""
    for page in ("docs/bookkeeper.md", "docs/boekhouder.md"):
        assert named_keys(page) == {
            "vat.zero_rate", "invoice.group_lines", "invoice.on_cent_difference", "invoice.zero_total",
            "payments.to_billit", "payments.reopen_reversed", "ledger.default", "invoice.number",
            "customers.default_debtor", "customers.default_debtor_for",
        }  # fmt: skip
    assert named_keys("README.md") >= {"sending.businesses", "sending.consumers", "payments.to_billit"}
    assert named_keys("docs/reasons.md") >= {"vat.zero_rate", "customers.default_debtor", "invoice.number"}
    assert named_keys("docs/running.md") >= {"notify.urls", "billit.api_key_file"}


@pytest.mark.parametrize("page", ["docs/bookkeeper.md", "docs/boekhouder.md"])
def test_a_page_for_the_bookkeeper_names_keys_in_its_last_table_only(page: str) -> None:
    """Otherwise: who reads it stumbles over words that are for somebody else."""
    text, _, setting_up = PAGES[page].rpartition("\n## ")
    assert "`[" in setting_up
    assert "`[" not in text
    assert "config" not in text


@pytest.mark.parametrize("page", ["docs/bookkeeper.md", "docs/boekhouder.md"])
def test_the_vat_codes_that_a_bookkeeper_reads_are_the_defaults(page: str) -> None:
    """Otherwise: the bookkeeper checks the books against codes that are not in them."""
    names = ("oss", "eu_services", "eu_goods", "domestic_reverse_charge", "outside_eu")
    codes = re.findall(r"^\| [^|]+ \| (\d+)\b", PAGES[page], re.MULTILINE)
    assert codes == [config_keys()["vat", name].field.default for name in names]


@pytest.mark.system
@pytest.mark.timeout(180)
def test_the_demo_prints_what_the_readme_shows_and_reaches_nothing_but_its_own_emulator(
    tmp_path: Path,
) -> None:
    """The owner's environment may name the real services and the real state file: the demo must not see them."""
    with Emulator() as theirs:
        demo = subprocess.run(
            [sys.executable, "-m", "ppbillit", "demo"],
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "PPBILLIT_BILLIT__BASE_URL": theirs.billit_url,
                "PPBILLIT_BILLIT__API_KEY": theirs.billit_key,
                "PPBILLIT_PLUGANDPAY__BASE_URL": theirs.plugandpay_url,
                "PPBILLIT_STATE_FILE": str(tmp_path / "state.sqlite3"),
                "STATE_DIRECTORY": str(tmp_path),
            },
        )
        assert theirs.journal == []
        assert list(tmp_path.iterdir()) == []
    assert demo.stderr == ""
    assert demo.returncode == ExitCode.DONE
    printed = iter([shape(line) for line in demo.stdout.splitlines()])
    [shown] = [block for block in blocks("README.md", "console") if block.startswith("$ make demo")]
    for line in shown.splitlines()[1:]:
        if line and line != SKIPPED:
            assert shape(line) in printed, line  # in this order, with others in between
