"""The pages about reasons agree with the catalogue."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ppbillit.reasons.catalogue import CATALOGUE, TOPICS
from ppbillit.reasons.page import page

if TYPE_CHECKING:
    from ppbillit.reasons import Language

DOCS = Path(__file__).parents[2] / "docs"
PAGES: dict[Language, str] = {"en": "reasons.md", "nl": "redenen.md"}


@pytest.mark.parametrize("language", PAGES)
def test_the_page_in_the_repository_is_not_stale(language: Language) -> None:
    word = "" if language == "en" else f" {language}"
    advice = f"run: python -m ppbillit.reasons.page{word} > docs/{PAGES[language]}"
    assert (DOCS / PAGES[language]).read_text(encoding="utf-8") == page(language), advice


@pytest.mark.system
@pytest.mark.parametrize("words, language", [((), "en"), (("nl",), "nl")])
def test_both_can_be_printed(words: tuple[str, ...], language: Language) -> None:
    command = [sys.executable, "-m", "ppbillit.reasons.page", *words]
    made = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
    assert made == page(language)


@pytest.mark.parametrize("language", PAGES)
def test_every_reason_is_on_the_page_once(language: Language) -> None:
    assert re.findall(r"^\| `(\w+)` \|", page(language), re.MULTILINE) == list(CATALOGUE)


@pytest.mark.parametrize("language", PAGES)
def test_every_topic_has_its_own_chapter(language: Language) -> None:
    chapters = re.findall(r"^## (.+)$", page(language), re.MULTILINE)
    assert chapters == [topic.title(language) for topic in TOPICS]


@pytest.mark.parametrize("language", PAGES)
def test_no_fact_is_left_in_braces_and_no_cell_breaks_its_row(language: Language) -> None:
    rows = [line for line in page(language).splitlines() if line.startswith("| `")]
    for row in rows:
        assert "{" not in row
        assert len(re.findall(r"(?<!\\)\|", row)) == 4
