"""Words and phrases around reasons: each one shown has its Dutch, each Dutch one is shown, and no fact is lost."""

from __future__ import annotations

import ast
import string
from typing import TYPE_CHECKING, get_args

import pytest
from product_source import calls, modules, texts

from ppbillit.cli.commands.history import _WRITES
from ppbillit.cli.output.words import _AT_REST, _BILLIT_SAYS, _STATUS_WORDS
from ppbillit.invoicing import document_facts
from ppbillit.reasons.words import PHRASES, WORDS, phrase, word
from ppbillit.report import Outcome
from ppbillit.state import PaymentWrite, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator


def phrases() -> Iterator[str]:
    """Yield every phrase that is written out where it is shown."""
    for _, call, name in calls():
        if name in {"phrase", "_heading"}:
            first = call.args[0]
            choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            yield from (
                each.value
                for each in choices
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def facts(text: str) -> set[str]:
    return {fact for _, fact, _, _ in string.Formatter().parse(text) if fact}


def test_every_phrase_that_is_shown_has_its_dutch() -> None:
    """Otherwise: half a sentence is English."""
    assert len(set(phrases())) > 20
    assert set(phrases()) - PHRASES.keys() == set()
    assert {*_AT_REST.values(), *_BILLIT_SAYS.values()} <= WORDS.keys()


def test_every_phrase_in_the_list_is_shown() -> None:
    others = [module for path, module in modules().items() if path != "reasons/words.py"]
    shown = {text for module in others for text in texts(module)}
    assert PHRASES.keys() - shown == set()


def test_every_word_for_an_outcome_or_a_stage_has_one_in_dutch() -> None:
    """Otherwise: half a sentence is English, and only in a rare case."""
    codes = {
        *map(str, Outcome),
        *map(str, Stage),
        *_STATUS_WORDS.values(),
        *document_facts._CHANNEL_NAMES.values(),
    }
    assert codes - WORDS.keys() == set()


def test_every_event_that_the_state_writes_has_a_word_in_dutch() -> None:
    """Otherwise: the history of an order is in two languages, and only in a rare case."""
    events = {
        text
        for place, call, _ in calls()
        if place.startswith("state/") and ast.unparse(call.func).endswith(("_database.event", "_note_event"))
        for text in texts(call.args[1])
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
