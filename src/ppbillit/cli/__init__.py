"""The command line: one module per command in `commands`; nothing outside this package prints or exits."""

from __future__ import annotations

import sys


def command() -> None:
    """Run the installed command."""
    try:
        # Imported here, since loading everything takes a moment in which somebody may press Ctrl-C.
        from ppbillit.cli.main import app  # noqa: PLC0415

        app()
    except KeyboardInterrupt:
        sys.stderr.write("ppbillit: Stopped before anything was done.\n")
        sys.exit(130)  # ExitCode.INTERRUPTED, which may not be loaded yet
