"""The catalogue of reasons: complete, used, and readable."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ppbillit
from ppbillit.reasons import in_words, reason
from ppbillit.reasons.dutch import DUTCH
from ppbillit.reasons.english import ENGLISH

if TYPE_CHECKING:
    from ppbillit.reasons import Language

SOURCE = Path(ppbillit.__file__).parent


def codes_and_facts_in_the_source() -> list[tuple[str, str, frozenset[str]]]:
    """Give place, code and facts of every call of `reason("code", fact=...)`."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reason"
            ):
                continue
            first = node.args[0] if node.args else None
            place = f"{path.relative_to(SOURCE)}:{node.lineno}"
            assert isinstance(first, ast.Constant), f"{place}: the code is not written out"
            assert isinstance(first.value, str), place
            facts = frozenset(keyword.arg or "**" for keyword in node.keywords)
            found.append((place, first.value, facts))
    return found


def facts_of(code: str, catalogue: dict[str, tuple[str, str]] = ENGLISH) -> set[str]:
    return {name for text in catalogue[code] for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_in_the_source_is_in_the_catalogue() -> None:
    assert [place for place, code, _ in codes_and_facts_in_the_source() if code not in ENGLISH] == []


def test_every_code_in_the_catalogue_is_used() -> None:
    used = {code for _, code, _ in codes_and_facts_in_the_source()}
    assert set(ENGLISH) - used == set()


def test_every_reason_is_given_the_facts_it_names_and_no_others() -> None:
    wrong = [
        (place, code)
        for place, code, facts in codes_and_facts_in_the_source()
        if "**" not in facts and facts != facts_of(code)
    ]
    assert wrong == []


def test_both_languages_say_the_same_codes_in_the_same_order() -> None:
    assert list(DUTCH) == list(ENGLISH)


@pytest.mark.parametrize("code", sorted(ENGLISH))
def test_both_languages_name_the_same_facts(code: str) -> None:
    """Otherwise: a Dutch reason says less than the English one, or asks for what it is not given."""
    assert facts_of(code, DUTCH) == facts_of(code)


@pytest.mark.parametrize("code", sorted(ENGLISH))
def test_both_languages_name_the_same_commands_and_keys(code: str) -> None:
    """Otherwise: a translated command that nobody can type."""

    def literal(text: str) -> list[str]:
        words = re.findall(r"`[^`]+`|\[[a-z.]+\]|\b[a-z]+(?:_[a-z]+)+\b", text)
        return sorted(words)

    assert literal(" ".join(DUTCH[code])) == literal(" ".join(ENGLISH[code]))


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("code", sorted(ENGLISH))
def test_a_reason_is_a_sentence_without_capital_or_stop_and_says_what_to_do(
    code: str, language: Language
) -> None:
    [filled] = in_words([reason(code, **dict.fromkeys(facts_of(code), "fact"))], language)
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
