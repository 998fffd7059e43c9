"""A server that forks the command: it imports everything once, and each of its children is one run.

`forked_command` starts this script and sends what to run over its standard input, which is a socket.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import json
import os
import signal
import socket
import sys
import tempfile
import termios
import threading
import time
from contextlib import redirect_stdout, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import ppbillit
from ppbillit.cli import command
from ppbillit_emulator import Emulator
from ppbillit_emulator.plugandpay.builder import build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    import coverage

_LONGEST_JOB = 1 << 16
_DESCRIPTORS = 4  # the socket of the client, standard input, output and error


def warm_up() -> None:
    """Run the command and coverage once, so that the children have nothing left to import or to prepare."""
    with Emulator() as emulator, tempfile.TemporaryDirectory() as folder:
        emulator.shop.add(build_order([Line("Tekencursus", "97.00")], CONSUMER_BE))
        os.environ |= {
            "PPBILLIT_STATE_FILE": f"{folder}/state/state.sqlite3",
            "PPBILLIT_PLUGANDPAY__API_KEY": emulator.plugandpay_key,
            "PPBILLIT_PLUGANDPAY__BASE_URL": emulator.plugandpay_url,
            "PPBILLIT_BILLIT__API_KEY": emulator.billit_key,
            "PPBILLIT_BILLIT__BASE_URL": emulator.billit_url,
            "PPBILLIT_BILLIT__PARTY_ID": str(emulator.party_id),
            "PPBILLIT_SYNC__GO_LIVE": "2026-01-01",
        }
        config = Path(folder, "config.toml")
        config.touch(0o600)
        sys.argv = ["ppbillit", "--config", str(config), "sync", "--json"]
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            try:
                command()
            except SystemExit as end:
                if end.code:
                    raise
    with suppress(ImportError):
        measuring = new_coverage(None)
        measuring.start()
        measuring.stop()


def serve(channel: socket.socket) -> dict[str, Any]:
    """Fork a child for each job; return the job, in the children only."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, _LONGEST_JOB, _DESCRIPTORS)
        while message and not message.endswith(b"\n"):
            message += channel.recv(_LONGEST_JOB)
        if not message:  # the client has closed its end
            _reap(0)
            os._exit(0)
        _reap(os.WNOHANG)
        if os.fork() == 0:
            channel.close()
            return _attend(json.loads(message), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        channel.sendall(b".")


def _reap(options: int) -> None:
    """Reap the children that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def _attend(job: dict[str, Any], link: int, *streams: int) -> dict[str, Any]:
    """Fork again: the parent reports the pid and the exit code of the child; return in the child only."""
    if pid := os.fork():
        for descriptor in streams:
            os.close(descriptor)
        os.write(link, b"%d\n" % pid)
        _, status = os.waitpid(pid, 0)
        os.write(link, b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    os.close(link)
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    for descriptor in set(streams):
        os.close(descriptor)
    return job


def begin(job: dict[str, Any]) -> None:
    """Set everything up as it is when the installed command begins."""
    if job["at_terminal"]:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["environment"])
    time.tzset()
    sys.argv = ["ppbillit", *job["arguments"]]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115


def measured(data_file: str) -> None:
    """Run the command under coverage, without its search for modules that were never imported."""
    measuring = new_coverage(data_file)
    measuring.start()
    try:
        command()
    finally:
        measuring.stop()
        measuring.save()


def new_coverage(data_file: str | None) -> coverage.Coverage:
    """Return a measurement of the package; one without a file measures for nothing."""
    import coverage  # noqa: PLC0415  (not installed for the tests of the package)

    source = Path(ppbillit.__file__).parent
    return coverage.Coverage(
        data_file, data_suffix=True, branch=True, include=[f"{source}/*"], config_file=False
    )


def run_to_the_end(main: Callable[[], object]) -> NoReturn:
    """Run the command and end as the interpreter does, without freeing every object first, which is slow."""
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    assert isinstance(code, int)
    os._exit(code)


if __name__ == "__main__":
    warm_up()
    gc.collect()
    gc.freeze()
    job = serve(socket.socket(fileno=os.dup(0)))
    begin(job)
    run_to_the_end(partial(measured, job["coverage_data"]) if job["coverage_data"] else command)
