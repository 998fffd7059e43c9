"""English terms inside the facts of a reason: each has its Dutch, and each Dutch term is used."""

from __future__ import annotations

import ast
import re
from itertools import chain, product
from typing import TYPE_CHECKING, get_args

import pytest
from product_source import calls

from ppbillit.debtors.card import _COMPARED
from ppbillit.debtors.match import By
from ppbillit.invoicing.channel import _KINDS
from ppbillit.mapping.amounts import READINGS
from ppbillit.mapping.shop_profile import QUESTIONS, ShopProfile
from ppbillit.mapping.vat_table import TABLE, Row
from ppbillit.reasons.words import TERMS, TERMS_WITHIN, fact_in_dutch

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL_TERMS = {**TERMS, **TERMS_WITHIN}
# What is the same in Dutch, or not ours to translate: names, codes, keys, commands.
SAME = {"Plug&Pay", "Billit", "rounding", "sync", "s"}
ANSWERS = {
    "tax_amount": ("the VAT", "the base"),
    "invoice_date": ("not given", "a date", "a timestamp"),
}


def left_in_english(fact: str, value: str) -> set[str]:
    """Return the words of a fact that no term covers."""
    if value in TERMS.get(fact, {}):
        return set()
    for term in sorted(TERMS_WITHIN.get(fact, {}), key=len, reverse=True):
        value = re.sub(rf"(?<!\w){re.escape(term)}(?!\w)", "", value)
    return set(re.findall(r"[A-Za-z][\w.&-]*", value)) - SAME


def possible_texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression can give, with 0 for what is filled in."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from chain(possible_texts(node.body), possible_texts(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from chain.from_iterable(map(possible_texts, node.values))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        yield from possible_texts(node.func.value)


def written_out() -> Iterator[tuple[str, str, str]]:
    """Yield place, fact and text of every fact that is written out where a reason is made."""
    for place, call, name in calls():
        if name == "reason":
            for keyword in call.keywords:
                yield from ((place, str(keyword.arg), text) for text in possible_texts(keyword.value))
        outcomes = {"Unknown", "NotSent", "undo"}
        if name in outcomes and place.startswith(
            ("http/", "billit/", "exactly_once/", "debtors/", "invoicing/", "payments/")
        ):
            yield from (
                (place, "why", text) for argument in call.args[:1] for text in possible_texts(argument)
            )


def test_no_fact_that_is_written_out_where_a_reason_is_made_stays_english() -> None:
    found = list(written_out())
    assert {fact for _, fact, _ in found} >= {"why", "what", "made", "difference"}
    assert [(*each, left) for each in found if (left := left_in_english(each[1], each[2]))] == []


def made_elsewhere() -> Iterator[tuple[str, str]]:
    """Yield fact and text of every fact that is made of our words elsewhere, and given to a reason by a name."""
    yield from (("tried", f"{reading}: 1.00 net, 1.21 gross") for reading in READINGS)
    words = {name: {str(getattr(reading, name)) for reading in READINGS} for name in vars(READINGS[0])}
    for question, answer in chain.from_iterable(
        product([name], {**words, **ANSWERS}[name]) for name in QUESTIONS
    ):
        yield "here", str(ShopProfile({question: answer}))
        yield "settled", str(ShopProfile({question: answer}))
    yield from (("treatment", row.said) for row in TABLE if isinstance(row, Row) and row.said)
    yield "treatment", "a rounding difference"
    yield "what", " and ".join(_COMPARED)
    yield from (("by", by) for by in get_args(By) if by != "making")
    yield from (("kinds", kinds) for kinds in _KINDS.values())
    yield from (("kind", kind.replace("_", " ")) for kind in _KINDS)
    yield "why", "says that this attempt was made before"
    yield from (("billit", "no total"), ("difference", "unknown"))
    yield from (("total", "an unknown total"), ("problems", "Billit gives no reason"))
    yield from (("day", "without a date"), ("made", "1.00 or 1.01"), ("difference", "+0.01 or -0.01"))


@pytest.mark.parametrize("fact,value", sorted(set(made_elsewhere())))
def test_a_text_of_ours_is_translated_whole(fact: str, value: str) -> None:
    assert fact_in_dutch(fact, value) != value
    assert left_in_english(fact, value) == set()


def test_a_treatment_without_words_of_its_own_never_stands_in_a_reason() -> None:
    """Such a row takes its code from `zero_rate`, or needs none."""
    silent = [row for row in TABLE if isinstance(row, Row) and not row.said]
    assert {row.key for row in silent} == {None, "zero_rate"}


def test_every_term_is_used() -> None:
    """Otherwise: terms for English words that were changed long ago."""
    said: dict[str, str] = {}
    for fact, text in chain(((fact, text) for _, fact, text in written_out()), made_elsewhere()):
        said[fact] = f"{said.get(fact, '')}\n{text}"
    shared = {"by": "what", "kind": "what", "kinds": "what"}
    for fact, other in shared.items():
        said[other] = f"{said[other]}\n{said[fact]}"
    unsaid = {
        (fact, term)
        for fact, terms in ALL_TERMS.items()
        for term in terms
        if fact not in shared and not re.search(rf"(?<!\w){re.escape(term)}(?!\w)", said[fact])
    }
    assert unsaid == set()
