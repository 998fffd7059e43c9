"""The words around reasons: each that is said is in the list, each in the list is said, and all facts are kept."""

from __future__ import annotations

import ast
import string
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

import ppbillit
from ppbillit.cli.history import _WRITES
from ppbillit.cli.payments import _BILLIT_SAYS
from ppbillit.cli.standing import _AT_REST, _STANDING
from ppbillit.reasons.phrases import PHRASES, WORDS, phrase, word
from ppbillit.report import Outcome
from ppbillit.state import PaymentWrite, Stage
from ppbillit.sync import delivery

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(ppbillit.__file__).parent


def texts() -> Iterator[str]:
    """Give every text that is written out in the source, outside of the list itself."""
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name != "phrases.py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def said() -> Iterator[str]:
    """Give every phrase that is written out where it is said."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"phrase", "_heading"}:
                first = node.args[0]
                choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                yield from (
                    each.value
                    for each in choices
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def facts(text: str) -> set[str]:
    return {fact for _, fact, _, _ in string.Formatter().parse(text) if fact}


def test_every_phrase_that_is_said_is_in_the_list() -> None:
    """Otherwise: half a sentence is English."""
    assert len(set(said())) > 20
    assert set(said()) - PHRASES.keys() == set()
    assert {*_AT_REST.values(), *_BILLIT_SAYS.values()} <= PHRASES.keys()


def test_no_phrase_is_in_the_list_that_nobody_says() -> None:
    assert PHRASES.keys() - set(texts()) == set()


def test_every_word_for_an_outcome_or_a_stage_has_one_in_dutch() -> None:
    """Otherwise: half a sentence is English, and only in the rare case."""
    codes = {*map(str, Outcome), *map(str, Stage), *_STANDING.values(), *delivery._WAYS.values()}
    assert codes - WORDS.keys() == set()


def test_every_event_that_the_state_writes_has_a_word_in_dutch() -> None:
    """Otherwise: the history of an order is in two languages, and only in the rare case."""
    events = {
        each.value
        for path in sorted((SOURCE / "state").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("_database.event", "_dismissal"))
        for each in ast.walk(node.args[1])
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }
    assert {"payment not readable", "taken up again", "adopted"} <= events
    assert events - WORDS.keys() == set()
    assert {*_WRITES} == {*get_args(PaymentWrite)}
    assert {*_WRITES.values()} <= WORDS.keys()


@pytest.mark.parametrize("english", PHRASES)
def test_a_phrase_has_the_same_facts_in_both_languages(english: str) -> None:
    assert facts(english) == facts(PHRASES[english])


def test_a_code_of_others_stays_what_it_is() -> None:
    assert word("chargeback_pending", "nl") == "chargeback_pending"
    assert word("parked", "en") == "parked"
    assert phrase("nothing is stuck", "nl") == "niets zit vast"
