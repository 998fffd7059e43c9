"""The catalogue of reasons: complete, used, and readable."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import ppbillit
from ppbillit.reasons import reason
from ppbillit.reasons.english import ENGLISH

SOURCE = Path(ppbillit.__file__).parent


def codes_and_facts_in_the_source() -> list[tuple[str, str, frozenset[str]]]:
    """Give place, code and facts of every call of `reason("code", fact=...)`."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        if "emulator" in path.parts:
            continue
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


def facts_of(code: str) -> set[str]:
    return {name for text in ENGLISH[code] for _, name, _, _ in string.Formatter().parse(text) if name}


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


@pytest.mark.parametrize("code", sorted(ENGLISH))
def test_a_reason_is_a_sentence_without_capital_or_stop_and_says_what_to_do(code: str) -> None:
    filled = reason(code, **dict.fromkeys(facts_of(code), "fact"))
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
