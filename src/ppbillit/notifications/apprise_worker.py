"""The process that sends messages (`python -m ppbillit.notifications.apprise_worker`); it may be killed.

It reads a job as JSON from standard input, and writes a line for each address as soon as sending to it has ended:
the number of the address, and what went wrong. Apprise, which comes with `ppbillit[notify]`, is loaded only here.
"""

from __future__ import annotations

import json
import sys
from threading import Lock, Thread
from typing import Any

_NOT_INSTALLED = "cannot be used: Apprise is not installed, `pip install 'ppbillit[notify]'` brings it"
_writing = Lock()
_output = sys.stdout


def _write_result(number: int, trouble: str) -> None:
    with _writing:
        _output.write(f"{json.dumps([number, trouble])}\n")
        _output.flush()


def _deliver(number: int, url: str, job: dict[str, Any]) -> None:
    """Send to one address; an error in one of Apprise's hundred plugins concerns that address only."""
    try:
        _write_result(number, _send(url, job))
    except Exception as error:  # noqa: BLE001
        _write_result(number, f"failed ({type(error).__name__})")


def _send(url: str, job: dict[str, Any]) -> str:
    """Return what went wrong, "" if nothing did."""
    from apprise import Apprise  # noqa: PLC0415  (`main` has checked that it is there)

    sender = Apprise()
    if not sender.add(url):
        return "is none that Apprise understands"
    was_sent = sender.notify(title=job["title"], body=job["body"], body_format="text")
    return "" if was_sent else "could not be reached, or refused the message"


def main() -> None:
    """Do the job."""
    job = json.load(sys.stdin)
    sys.stdout = sys.stderr  # what a plugin prints is no result of ours
    addresses = list(enumerate(job["urls"], 1))
    try:
        import apprise  # noqa: F401, PLC0415  (an extra)
    except ImportError:
        for number, _ in addresses:
            _write_result(number, _NOT_INSTALLED)
        return
    threads = [Thread(target=_deliver, args=(number, url, job)) for number, url in addresses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
