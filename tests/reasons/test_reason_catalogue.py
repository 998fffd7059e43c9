"""The catalogue of reasons: complete, used, and alike in both languages."""

from __future__ import annotations

import ast
import re
import string
from typing import TYPE_CHECKING

import pytest
from product_source import calls

from ppbillit.reasons import reason, translate
from ppbillit.reasons.catalogue import CATALOGUE, TOPICS

if TYPE_CHECKING:
    from ppbillit.reasons import Language


def codes_and_facts_in_the_source() -> list[tuple[str, str, frozenset[str]]]:
    """Return place, code and facts of every call of `reason("code", fact=...)`."""
    found = []
    for place, call, name in calls():
        if name == "reason":
            first = call.args[0] if call.args else None
            assert isinstance(first, ast.Constant), f"{place}: the code is not written out"
            assert isinstance(first.value, str), place
            found.append((place, first.value, frozenset(keyword.arg or "**" for keyword in call.keywords)))
    return found


def facts_of(code: str, language: Language = "en") -> set[str]:
    texts = CATALOGUE[code].texts(language)
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_in_the_source_is_in_the_catalogue() -> None:
    assert [place for place, code, _ in codes_and_facts_in_the_source() if code not in CATALOGUE] == []


def test_every_code_in_the_catalogue_is_used() -> None:
    used = {code for _, code, _ in codes_and_facts_in_the_source()}
    assert set(CATALOGUE) - used == set()


def test_no_code_is_in_two_topics() -> None:
    """Otherwise: one of the two entries is silently lost."""
    assert sum(len(topic.entries) for topic in TOPICS) == len(CATALOGUE)


def test_every_reason_is_given_the_facts_it_names_and_no_others() -> None:
    wrong = [
        (place, code)
        for place, code, facts in codes_and_facts_in_the_source()
        if "**" not in facts and facts != facts_of(code)
    ]
    assert wrong == []


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_name_the_same_facts(code: str) -> None:
    """Otherwise: the Dutch text says less than the English one, or needs a fact that it is not given."""
    assert facts_of(code, "nl") == facts_of(code, "en")


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_name_the_same_commands_and_keys(code: str) -> None:
    """Otherwise: a translated command that nobody can type."""

    def literal(language: Language) -> list[str]:
        text = " ".join(CATALOGUE[code].texts(language))
        return sorted(re.findall(r"`[^`]+`|\[[a-z.]+\]|\b[a-z]+(?:_[a-z]+)+\b", text))

    assert literal("nl") == literal("en")


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_reason_is_a_sentence_without_capital_or_stop_and_says_what_to_do(
    code: str, language: Language
) -> None:
    [filled] = translate([reason(code, **dict.fromkeys(facts_of(code), "fact"))], language)
    assert filled.code == code
    for text in (filled.message, filled.fix):
        assert text
        assert "{" not in text
        assert not text[0].isupper() or text.split()[0] in {"Plug&Pay", "Plug&Pay's", "Billit"}
        assert not text.endswith(".")


def test_an_unknown_code_or_a_missing_fact_is_a_bug() -> None:
    with pytest.raises(KeyError):
        reason("no_such_code")
    with pytest.raises(KeyError):
        reason("unreadable")
