"""Every citation of a page of docs/reference/ opens a section that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("src", "tests", "tools", "benchmarks")
CITATION = re.compile(r"\b(billit|plugandpay)\.md\s+((?:§\d+(?:\.\d+)?(?: [a-zA-Z]\b)?(?:, | to | and )?)+)")


def sections(page: str) -> set[str]:
    """Return what can be cited of a page: its sections, its traps as §14.3, its open questions as §15 c."""
    text = (ROOT / f"docs/reference/{page}.md").read_text(encoding="utf-8")
    found = set()
    chapters = re.findall(r"^## (\d+)\. ([^\n]*)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    for number, title, body in chapters:
        found.add(number)
        found |= set(re.findall(r"^### (\d+\.\d+)", body, re.MULTILINE))
        if title == "Traps":
            found |= {f"{number}.{trap}" for trap in re.findall(r"^(\d+)\. ", body, re.MULTILINE)}
        if title == "Open questions":
            found |= {f"{number} {letter}" for letter in re.findall(r"^\| ([a-z]) \|", body, re.MULTILINE)}
        if title == "Sample bodies":
            letters = re.findall(r"^(?:\*\*|.*; )([A-Z])\. ", body, re.MULTILINE)
            found |= {f"{number} {letter}" for letter in letters}
    return found


def cited() -> set[tuple[str, str]]:
    """Return the pages and sections that the code and the tests cite; switches.py says its page once."""
    found = set()
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for page, sections in CITATION.findall(text):
            found |= {(page, each) for each in re.findall(r"§(\d+(?:\.\d+)?(?: [a-zA-Z]\b)?)", sections)}
        if path.name == "switches.py":
            found |= {(path.parent.name, each) for each in re.findall(r"§(\d+(?:\.\d+)?(?: [a-z]\b)?)", text)}
    return found


@pytest.mark.parametrize("page", ["billit", "plugandpay"])
def test_every_section_that_is_cited_is_there(page: str) -> None:
    """Otherwise: who wants to know why a line is as it is finds nothing."""
    wanted = {section for cited_page, section in cited() if cited_page == page}
    assert len(wanted) > 20
    assert wanted - sections(page) == set()


@pytest.mark.parametrize("page", ["billit", "plugandpay"])
def test_every_switch_of_the_emulator_is_named_at_what_it_plays(page: str) -> None:
    """Otherwise: an open point looks as if nothing played it."""
    [switches] = [path for path in (ROOT / "src").rglob("switches.py") if path.parent.name == page]
    names = set(re.findall(r"^    ([a-z_]+): .* = ", switches.read_text(encoding="utf-8"), re.MULTILINE))
    text = (ROOT / f"docs/reference/{page}.md").read_text(encoding="utf-8")
    assert names - set(re.findall(r"[a-z_]+", text)) == set()


# --- more ---------------------------------------------------------------------------------------
