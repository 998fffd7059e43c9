"""Every golden order becomes the document a person has read and accepted."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from support.golden_orders import FOLDER, GoldenOrders, main

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN = GoldenOrders()


@pytest.mark.parametrize("name", sorted(GOLDEN.order_names() & GOLDEN.document_names()))
def test_an_order_becomes_the_accepted_document(name: str) -> None:
    if difference := GOLDEN.difference(name):
        pytest.fail(f"{difference}\nRead it; if right: golden_orders.py accept --force {name}", pytrace=False)


def test_every_order_has_an_accepted_document() -> None:
    assert GOLDEN.order_names() - GOLDEN.document_names() == set()


def test_every_document_has_its_order() -> None:
    assert GOLDEN.document_names() - GOLDEN.order_names() == set()


def test_nothing_else_lies_in_the_two_folders() -> None:
    known = {GOLDEN.order_path(name) for name in GOLDEN.order_names()}
    known |= {GOLDEN.document_path(name) for name in GOLDEN.document_names()}
    assert {path for folder in ("orders", "documents") for path in (FOLDER / folder).iterdir()} == known


@pytest.fixture
def copied(tmp_path: Path) -> GoldenOrders:
    store = GoldenOrders(tmp_path)
    for path in (store.order_path("concept"), store.document_path("concept")):
        path.parent.mkdir()
    shutil.copy(GOLDEN.order_path("concept"), store.order_path("concept"))
    return store


def test_accepting_writes_a_missing_document(copied: GoldenOrders) -> None:
    assert main(["accept"], copied) == 0
    assert copied.expected("concept") == GOLDEN.expected("concept")


def test_accepting_leaves_a_document_that_differs_and_says_so(
    copied: GoldenOrders, capsys: pytest.CaptureFixture[str]
) -> None:
    copied.document_path("concept").write_text("{}\n")
    assert main(["accept", "concept"], copied) == 1
    assert copied.expected("concept") == "{}\n"
    assert "concept: differs" in capsys.readouterr().out


def test_accepting_by_force_overwrites_it(copied: GoldenOrders) -> None:
    copied.document_path("concept").write_text("{}\n")
    assert main(["accept", "--force", "concept"], copied) == 0
    assert copied.difference("concept") == ""


def test_a_changed_document_is_shown_as_a_unified_diff(copied: GoldenOrders) -> None:
    copied.document_path("concept").write_text(GOLDEN.expected("concept").replace("97.00", "98.00"))
    assert '-  "total": "98.00"' in copied.difference("concept")
    assert '+  "total": "97.00"' in copied.difference("concept")
