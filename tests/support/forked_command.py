"""The command in processes of its own by the hundred: forked from one that has done all the importing.

Run as a script this is that process: it reads one job a line, forks, and says the child's pid and how it ended.
The children are real processes, with their own sockets and files, to be killed like any other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

_ONLY_OWNER = 0o600


class ForkedCommand:
    """The process that forks; leave it to end it."""

    def __init__(self) -> None:
        # Coverage is for the other tests: these children mostly die before they could write any.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        folder = str(Path(__file__).parents[1])
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**environment, "PYTHONPATH": folder},
        )

    def __enter__(self) -> Self:
        """It runs already."""
        return self

    def __exit__(self, *_: object) -> None:
        """No more jobs: it ends by itself."""
        self._process.communicate(timeout=10)

    def start(self, arguments: list[str], folder: Path, environment: dict[str, str]) -> int:
        """Start the command with these arguments; return its pid."""
        run = {"arguments": arguments, "folder": str(folder), "environment": environment}
        print(json.dumps(run), file=self._stream(self._process.stdin), flush=True)
        return int(self._stream(self._process.stdout).readline())

    def finish(self) -> int:
        """Wait for the one that was started last; return its exit code, or minus the signal that ended it."""
        return int(self._stream(self._process.stdout).readline())

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        assert stream is not None
        return stream


def _serve(main: Callable[[], object]) -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _work(main, json.loads(line))
        _say(pid)
        _, status = os.waitpid(pid, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _work(main: Callable[[], object], run: dict[str, Any]) -> None:
    """Be the command, in the child."""
    code = 1
    try:
        os.chdir(run["folder"])
        os.environ.clear()
        os.environ.update(run["environment"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _ONLY_OWNER), descriptor)
        sys.argv = ["ppbillit", *run["arguments"]]
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    from ppbillit.cli import command

    _serve(command)
