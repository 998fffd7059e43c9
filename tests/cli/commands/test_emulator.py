"""`emulator` keeps running until it is stopped."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from typing import TYPE_CHECKING

import pytest

from ppbillit.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "ppbillit"]
pytestmark = pytest.mark.system


def test_it_prints_a_config_that_works_and_ends_at_a_signal(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    with subprocess.Popen(
        [*COMMAND, "emulator", "--port", "0", "--write-config", str(path)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        printed = []
        for line in running.stdout:
            printed.append(line)
            if line.startswith("# running"):
                break
        pasted = "".join(printed).partition("`chmod 600` it\n")[2].partition("# written")[0]
        assert tomllib.loads(pasted) == tomllib.loads(path.read_text())
        assert path.stat().st_mode & 0o077 == 0
        done = subprocess.run(
            [*COMMAND, "--config", str(path), "sync", "--dry-run", "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        report = json.loads(done.stdout)
        assert (done.returncode, report["exit_code"]) == (ExitCode.NEEDS_ATTENTION, ExitCode.NEEDS_ATTENTION)
        assert report["counts"]["created"] > 30
        [control] = [line.split()[1] for line in printed if line.startswith("control")]
        with urllib.request.urlopen(control) as answer:  # noqa: S310  (our own loopback address)
            assert json.load(answer)
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == ExitCode.DONE


def test_a_port_that_is_taken_is_named_and_so_is_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        if port > 65_533:
            pytest.skip("too near the end of the ports for three in a row")
        done = subprocess.run(
            [*COMMAND, "emulator", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == ExitCode.SETUP_WRONG
    assert str(port) in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_config_is_never_written_over_a_file_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("mine")
    done = subprocess.run(
        [*COMMAND, "emulator", "--port", "0", "--empty", "--write-config", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == ExitCode.SETUP_WRONG
    assert str(path) in done.stderr
    assert path.read_text() == "mine"
