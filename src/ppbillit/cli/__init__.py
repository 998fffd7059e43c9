"""The face: one module per command; flags in, words and exit codes out.  Nothing else prints or exits."""

from __future__ import annotations

import sys


def command() -> None:
    """The installed command."""
    try:
        # Here, since loading it all takes a moment, in which somebody may press Ctrl-C.
        from ppbillit.cli.main import app  # noqa: PLC0415

        app()
    except KeyboardInterrupt:
        sys.stderr.write("ppbillit: Stopped before anything was done.\n")
        sys.exit(130)  # ExitCode.INTERRUPTED, which may not be loaded yet
