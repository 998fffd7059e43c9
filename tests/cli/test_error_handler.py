"""Every error ends in words and an exit code."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ppbillit.cli.error_handler import handle_errors
from ppbillit.cli.output.screen import Screen
from ppbillit.errors import ExitCode, PpbillitError, TryLater

if TYPE_CHECKING:
    from pathlib import Path


def test_expected_trouble_is_two_lines_and_its_own_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> ExitCode:
        raise TryLater("Another run is at work.", "Let it finish.")

    assert handle_errors(Screen(), work) == ExitCode.TRY_LATER
    assert capsys.readouterr().err == "ppbillit: Another run is at work.\n  fix: Let it finish.\n"


def test_a_bug_is_called_one_and_its_traceback_kept_for_the_report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def work() -> ExitCode:
        raise ZeroDivisionError

    assert handle_errors(Screen(), work) == ExitCode.BUG
    said = capsys.readouterr().err
    [log] = tmp_path.iterdir()
    assert str(log) in said
    assert "Traceback" not in said
    assert "ZeroDivisionError" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_a_bug_whose_traceback_cannot_be_kept_is_said_all_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise: where no folder for such files can be written, cron mails the traceback instead of words."""

    def nowhere(**_: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.mkstemp", nowhere)

    def work() -> ExitCode:
        raise ZeroDivisionError

    assert handle_errors(Screen(), work) == ExitCode.BUG
    said = capsys.readouterr().err
    assert "This is a bug in ppbillit (ZeroDivisionError)." in said
    assert "TMPDIR" in said


def test_a_report_that_cannot_be_printed_is_said_on_the_other_stream(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def tell(_code: ExitCode, _error: PpbillitError | None) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert handle_errors(Screen(), lambda: ExitCode.DONE, tell) == ExitCode.CANNOT_WRITE
    assert "No space left" in capsys.readouterr().err


@pytest.mark.system
@pytest.mark.parametrize("where", ["work", "tell"])
def test_a_reader_that_has_seen_enough_is_no_trouble(where: str) -> None:
    """`ppbillit … | head` closes the pipe under us."""
    script = f"""
import sys
from ppbillit.cli.error_handler import handle_errors
from ppbillit.cli.output.screen import Screen
from ppbillit.errors import ExitCode
screen = Screen()
def speak(*_):
    for _ in range(20000):
        screen.out.print("a line of the report")
    return ExitCode.NEEDS_ATTENTION
work, tell = (speak, None) if {where == "work"} else (lambda: ExitCode.NEEDS_ATTENTION, speak)
sys.exit(handle_errors(screen, work, tell) if tell else handle_errors(screen, work))
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(30) == (ExitCode.DONE if where == "work" else ExitCode.NEEDS_ATTENTION)


@pytest.mark.system
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_name_that_the_log_cannot_hold_is_no_trouble(encoding: str) -> None:
    script = 'from ppbillit.cli.output.screen import Screen; Screen().out.print("Zoë → 3 × Ł")'
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert b"\\u0141" in done.stdout
