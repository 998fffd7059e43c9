"""The files in contrib/ work as they are: known directives, command lines that parse."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ppbillit.cli.main import app
from ppbillit.errors import ExitCode

CONTRIB = Path(__file__).parents[2] / "contrib"
COMMAND = Path(sys.executable).with_name("ppbillit")

# What systemd.unit(5), .exec(5), .service(5), .kill(5) and .timer(5) know, as far as it is used here.
DIRECTIVES = {
    "Unit": {"Description", "Wants", "After"},
    "Service": {
        "AmbientCapabilities", "CapabilityBoundingSet", "DynamicUser", "Environment", "EnvironmentFile",
        "ExecStart",
        "KillSignal", "LoadCredential", "LockPersonality", "NoNewPrivileges", "PrivateDevices", "PrivateTmp",
        "ProcSubset", "ProtectClock", "ProtectControlGroups", "ProtectHome", "ProtectHostname",
        "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "ProtectProc", "ProtectSystem",
        "RemoveIPC", "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID",
        "StateDirectory", "StateDirectoryMode", "SuccessExitStatus", "SystemCallArchitectures",
        "SystemCallErrorNumber", "SystemCallFilter", "TimeoutStartSec", "TimeoutStopSec", "Type", "UMask",
    },
    "Timer": {"OnCalendar", "RandomizedDelaySec", "Persistent"},
    "Install": {"WantedBy"},
}  # fmt: skip
MAY_REPEAT = {"LoadCredential", "SystemCallFilter"}
ROTATE = {"su", "monthly", "rotate", "compress", "delaycompress", "missingok", "notifempty", "nocreate"}

CRON_FIELD = re.compile(r"(\*|\d+(-\d+)?)(/\d+)?(,(\*|\d+(-\d+)?)(/\d+)?)*")


def lines(name: str) -> list[str]:
    """Return the lines that mean something."""
    text = (CONTRIB / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def unit(name: str) -> dict[str, list[str]]:
    """Read a unit file strictly: sections and directives that are known, each of these once."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in lines(name):
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = match[1]
            assert section in DIRECTIVES
            continue
        directive, equals, value = line.partition("=")
        assert equals, line
        assert directive in DIRECTIVES[section], line
        found.setdefault(directive, []).append(value)
    for directive, values in found.items():
        assert len(values) == 1 or directive in MAY_REPEAT, directive
    return found


def parses(arguments: list[str]) -> None:
    """Hold a command line against the real one; --help is answered only when everything before it parses."""
    answer = CliRunner().invoke(app, [*arguments, "--help"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    assert f"Usage: ppbillit {arguments[-1]}" in answer.stdout


def test_the_service_is_hardened_and_starts_the_command_as_it_can_be_typed() -> None:
    service = unit("ppbillit.service")
    program, *arguments = shlex.split(service["ExecStart"][0])
    assert program == "/opt/ppbillit/bin/ppbillit"
    parses(arguments)
    assert service["ProtectSystem"] == ["strict"]
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == service["DynamicUser"] == ["yes"]
    assert service["CapabilityBoundingSet"] == [""]
    assert service["StateDirectory"] == ["ppbillit"]
    assert [credential.partition(":")[0] for credential in service["LoadCredential"]] == [
        "plugandpay.key",
        "billit.key",
    ]


def test_an_order_that_needs_a_person_is_a_failure_of_the_service_and_another_try_is_not() -> None:
    """Otherwise: `systemctl --failed` is empty while an invoice is parked, or red since two runs met."""
    codes = {ExitCode(int(code)) for code in unit("ppbillit.service")["SuccessExitStatus"][0].split()}
    assert codes == {ExitCode.TRY_LATER, ExitCode.TERMINATED}


def test_the_timer_makes_up_for_the_time_the_machine_was_off() -> None:
    timer = unit("ppbillit.timer")
    assert timer["Persistent"] == ["true"]
    assert timer["RandomizedDelaySec"]
    assert timer["WantedBy"] == ["timers.target"]


@pytest.mark.system
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here to ask")
def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    for name in ("ppbillit.service", "ppbillit.timer"):
        text = (CONTRIB / name).read_text(encoding="utf-8")
        text = text.replace("/opt/ppbillit/bin/ppbillit", str(COMMAND))  # it wants the program to be there
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in ("ppbillit.service", "ppbillit.timer"):
        verdict = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],
            capture_output=True,
            text=True,
            check=False,
        )
        ours = [line for line in verdict.stderr.splitlines() if "ppbillit" in line]
        assert (verdict.returncode, ours) == (0, []), verdict.stderr


def test_the_line_for_cron_is_one_that_cron_and_the_command_can_read() -> None:
    settings = [line for line in lines("crontab") if re.match(r"[A-Z]+=", line)]
    jobs = [line for line in lines("crontab") if line not in settings]
    assert settings == ["MAILTO=you@example.com"]
    [run] = jobs
    *times, command = run.split(None, 5)
    for each, (lowest, highest) in zip(times, [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)], strict=True):
        assert CRON_FIELD.fullmatch(each)
        numbers = [int(number) for number in re.findall(r"(?<!/)\b\d+", each)]
        assert all(lowest <= number <= highest for number in numbers)
    assert "%" not in command  # cron would end the line there
    program, *arguments = shlex.split(command)
    assert program == "~/.local/bin/ppbillit"
    parses(arguments)


def test_logrotate_leaves_the_new_file_to_ppbillit() -> None:
    """Otherwise: logrotate makes the file anew for everybody to read, or cuts it under the run."""
    opening, *directives, closing = lines("logrotate")
    assert re.fullmatch(r"/\S+ \{", opening)
    assert closing == "}"
    names = [line.split()[0] for line in directives]
    assert set(names) <= ROTATE
    assert "nocreate" in names
    assert len(names) == len(set(names))
