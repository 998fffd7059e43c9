"""Output: tables for a person, lines for a log, one JSON document for a script."""

from __future__ import annotations

import io
import json
import logging
from decimal import Decimal

import pytest
from rich.console import Console

from ppbillit.cli.log_file import WarningHandler
from ppbillit.cli.output.screen import ProgressBar, Screen
from ppbillit.errors import Unavailable
from ppbillit.reasons import reason
from ppbillit.report import Finding, Outcome, RunReport
from support.findings import CREATED, report

PARKED = Finding(8, "credit_note", Outcome.PARKED, None, Decimal("1089.00"), None, (reason("concept"),))
RUDE = Finding(
    9, "invoice", Outcome.PARKED, "[red]9[/x]", Decimal(1), None, (reason("unreadable", problem="[/]"),)
)


def said(made: RunReport, monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> str:
    stream = io.StringIO()
    screen = Screen("never")
    monkeypatch.setattr(
        screen,
        "out",
        Console(file=stream, force_terminal=terminal, no_color=True, highlight=False, markup=False, width=80),
    )
    screen.report(made)
    return stream.getvalue()


def test_a_run_without_news_is_silent_in_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    unchanged = Finding(1, "invoice", Outcome.UNCHANGED, "1", Decimal(1))
    assert said(report(unchanged), monkeypatch, terminal=False) == ""
    assert said(report(unchanged), monkeypatch, terminal=True) == "nothing new\n"


def test_of_a_run_that_was_stopped_nobody_is_told_that_there_is_nothing_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    screen = Screen("never")
    monkeypatch.setattr(screen, "out", Console(file=stream, force_terminal=True))
    screen.report(report(), is_whole=False)
    assert stream.getvalue() == ""


def test_a_log_gets_a_line_for_each_order_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(report(PARKED, CREATED), monkeypatch, terminal=False) == (
        "created order 7, invoice 2026007, 97.00 EUR (Billit 100)\n"
        "parked order 8, credit note without number, 1089.00 EUR\n"
        "    its invoice is still a concept in Plug&Pay\n"
        "    → nothing to do: it is looked at again on every run until it is final\n"
        "1 created, 1 parked\n"
    )


def test_a_person_gets_a_table_and_what_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    made = report(CREATED, PARKED)
    made.stuck = 2
    words = said(made, monkeypatch, terminal=True)
    assert "invoice 2026007" in words
    assert "in Billit" in words
    assert "order 8 (parked):" in words
    assert words.endswith("1 created, 1 parked\n2 in all are stuck: `ppbillit status` lists them\n")


def test_a_dry_run_says_so_on_every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = said(report(CREATED, dry_run=True), monkeypatch, terminal=False).splitlines()
    assert lines[0].startswith("would be created order 7")
    assert lines[1] == "dry run: would be 1 created; nothing was written"
    assert "would be" in said(report(CREATED, dry_run=True), monkeypatch, terminal=True)


@pytest.mark.parametrize("terminal", [False, True])
def test_what_the_shop_wrote_is_printed_as_it_is(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    """Rich would take "[red]" for a colour and lose it, and stumble over "[/x]"."""
    words = said(report(RUDE), monkeypatch, terminal=terminal)
    assert "[red]9[/x]" in words
    assert "[/]" in words


def test_an_error_is_two_lines_that_begin_with_our_name(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().error(Unavailable("Billit [is] down.", "Run it again later."))
    assert capsys.readouterr().err == "ppbillit: Billit [is] down.\n  fix: Run it again later.\n"


def test_long_lines_are_not_wrapped_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().error(Unavailable("x" * 300, "y"))
    assert "x" * 300 in capsys.readouterr().err


def test_json_is_one_document_with_everything_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    Screen("always").document({"name": "Zoë", "orders": [CREATED.json()]})
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert json.loads(printed)["orders"] == [
        {
            "order_id": 7,
            "kind": "invoice",
            "outcome": "created",
            "number": "2026007",
            "total": "97.00",
            "billit_id": 100,
            "reasons": [],
        }
    ]


def test_colour_can_be_asked_for_and_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for color, coloured in (("always", True), ("never", False), ("auto", False)):
        Screen(color).error(Unavailable("m", "f"))  # type: ignore[arg-type]  # all three are choices
        assert ("\x1b[" in capsys.readouterr().err) is coloured


def test_the_bar_shows_each_stretch_and_leaves_nothing_behind() -> None:
    stream = io.StringIO()
    with ProgressBar(Console(file=stream, force_terminal=True, width=60)) as bar:
        bar.advance()
        bar.begin("invoicing", 2)
        bar.advance()
        bar.begin("sending", 1)
        bar.advance()
    assert "sending" in stream.getvalue()


def test_what_a_part_warns_of_is_said_and_what_it_only_tells_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger = logging.getLogger("ppbillit.test")
    handler = WarningHandler(Screen("never").warn)
    logger.addHandler(handler)
    logger.info("by the way")
    logger.warning("no ledger codes in this run")
    logger.removeHandler(handler)
    assert capsys.readouterr().err == "ppbillit: no ledger codes in this run\n"


def test_what_is_said_by_the_way_is_for_a_person_only(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().talk("stopping")
    assert capsys.readouterr().err == ""
    Screen("always").talk("stopping")
    assert "stopping" in capsys.readouterr().err
