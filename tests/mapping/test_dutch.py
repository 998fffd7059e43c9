"""Reasons in Dutch: no word of ours stays English, and no word of others is touched."""

from __future__ import annotations

import ast
import re
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

import ppbillit
from ppbillit.mapping.amounts import READINGS
from ppbillit.mapping.debtor_card import _COMPARED
from ppbillit.mapping.settled import QUESTIONS, Settled
from ppbillit.mapping.treatments import TABLE, Row
from ppbillit.reasons import Reason, in_words, reason
from ppbillit.reasons.dutch import DUTCH
from ppbillit.reasons.dutch.terms import TERMS, in_dutch
from ppbillit.sync.debtors.recognise import By
from ppbillit.sync.route import _KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(ppbillit.__file__).parent

# What is the same in Dutch, or not ours to put into it: names, codes, keys, commands.
SAME = {"Plug&Pay", "Billit", "rounding", "sync", "s"}
ANSWERS = {
    "tax_amount": ("the VAT", "the base"),
    "invoice_date": ("not given", "a date", "a timestamp"),
}


def left_in_english(fact: str, value: str) -> set[str]:
    """Give the words of a fact that are not ours to the terms."""
    for term in sorted(TERMS.get(fact, {}), key=len, reverse=True):
        value = re.sub(rf"(?<!\w){re.escape(term)}(?!\w)", "", value)
    return set(re.findall(r"[A-Za-z][\w.&-]*", value)) - SAME


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Give every call in the source, its place and the name of what is called."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                place = f"{path.relative_to(SOURCE)}:{node.lineno}"
                yield place, node, ast.unparse(node.func).rpartition(".")[2]


def texts(node: ast.expr) -> Iterator[str]:
    """Give the texts that are written out in an expression, with 0 for what is filled in."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from chain(texts(node.body), texts(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from chain.from_iterable(map(texts, node.values))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        yield from texts(node.func.value)


def written_out() -> Iterator[tuple[str, str, str]]:
    """Give place, fact and text of every fact that is written out where a reason is made."""
    for place, call, name in calls():
        if name == "reason":
            for keyword in call.keywords:
                yield from ((place, str(keyword.arg), text) for text in texts(keyword.value))
        outcomes = {"Unknown", "NotSent", "undo"}
        if name in outcomes and place.startswith(("transport/", "billit/", "sync/")):
            yield from ((place, "why", text) for argument in call.args[:1] for text in texts(argument))


def test_no_fact_that_is_written_out_where_a_reason_is_made_stays_english() -> None:
    found = list(written_out())
    assert {fact for _, fact, _ in found} >= {"why", "what", "made", "difference"}
    assert [(*each, left) for each in found if (left := left_in_english(each[1], each[2]))] == []


def ours() -> Iterator[tuple[str, str]]:
    """Give every text of ours that reaches a fact by a name."""
    yield from (("tried", f"{reading}: 1.00 net, 1.21 gross") for reading in READINGS)
    words = {name: {str(getattr(reading, name)) for reading in READINGS} for name in vars(READINGS[0])}
    for question, answer in chain.from_iterable(
        product([name], {**words, **ANSWERS}[name]) for name in QUESTIONS
    ):
        yield "here", str(Settled({question: answer}))
        yield "settled", str(Settled({question: answer}))
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


@pytest.mark.parametrize("fact,value", sorted(set(ours())))
def test_a_text_of_ours_becomes_dutch_whole(fact: str, value: str) -> None:
    assert in_dutch(fact, value) != value
    assert left_in_english(fact, value) == set()


def test_a_treatment_without_words_of_its_own_never_stands_in_a_reason() -> None:
    """Such a row has its code from `zero_rate`, which it asks for, or needs none."""
    silent = [row for row in TABLE if isinstance(row, Row) and not row.said]
    assert {row.key for row in silent} == {None, "zero_rate"}


def test_every_term_stands_for_something_that_is_said() -> None:
    """Otherwise: terms of words that were mended long ago."""
    said: dict[str, str] = {}
    for fact, text in chain(((fact, text) for _, fact, text in written_out()), ours()):
        said[fact] = f"{said.get(fact, '')}\n{text}"
    shared = {"by": "what", "kind": "what", "kinds": "what"}
    for fact, other in shared.items():
        said[other] = f"{said[other]}\n{said[fact]}"
    unsaid = {
        (fact, term)
        for fact, terms in TERMS.items()
        for term in terms
        if fact not in shared and not re.search(rf"(?<!\w){re.escape(term)}(?!\w)", said[fact])
    }
    assert unsaid == set()


@pytest.mark.parametrize("label", ["invoice", "a credit note or an invoice", "VAT number", "name", "unknown"])
def test_what_a_product_is_called_is_left_as_it_is(label: str) -> None:
    """Otherwise: the shop owner looks for a product that is not there."""
    [told] = in_words([reason("vat_zero_unexplained", line=label)], "nl")
    assert told.message == f'op de regel "{label}" staat geen btw, en niets in de bestelling zegt waarom'


def test_what_billit_or_a_person_said_is_left_as_it_is() -> None:
    said = "the VAT number and the name are unknown (Invoice_Number)"
    for made in (reason("billit_refused", problems=said), reason("dismissed", words=said, order_id=1)):
        [told] = in_words([made], "nl")
        assert said in told.message


def test_what_the_machine_said_of_the_network_is_left_as_it_is() -> None:
    why = "could not be reached ([Errno -3] Temporary failure in name resolution)"
    [told] = in_words([reason("not_sent_to_billit", why=why)], "nl")
    assert told.message == (
        "Billit kon niet bereikt worden ([Errno -3] Temporary failure in name resolution), "
        "dus is ze nog niet gemaakt"
    )


def test_a_reason_that_was_kept_without_its_facts_stays_in_english() -> None:
    kept = Reason("vat_code_missing", "as it was said", "as it was to be mended")
    assert in_words([kept], "nl") == (kept,)


def test_a_reason_that_was_kept_without_facts_and_needs_none_is_put_into_dutch() -> None:
    [told] = in_words([Reason("test_order", "it is a test order", "nothing to do")], "nl")
    assert (told.message, told.fix) == DUTCH["test_order"]


def test_a_reason_of_a_later_version_stays_as_it_was_kept() -> None:
    kept = Reason("not_known_here", "something", "do something")
    assert in_words([kept], "nl") == (kept,)


def test_a_reason_is_the_same_one_with_and_without_its_facts() -> None:
    """Otherwise: after an update every stuck order is news again."""
    made = reason("original_unsettled", original=12)
    assert made == Reason(made.code, made.message, made.fix)


def test_reasons_in_english_are_as_they_were_made() -> None:
    made = reason("totals_differ", billit="no total", shop="97.00", difference="unknown")
    assert in_words([made], "en") == (made,)
    [told] = in_words([made], "nl")
    assert told.message == (
        "Billit maakte er geen totaal van, de klant betaalde 97.00 (verschil onbekend): ze wordt niet verstuurd"
    )
