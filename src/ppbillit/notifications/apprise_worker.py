"""The process that sends messages (`python -m` runs it), and that may be ended at any moment.

It reads its errand as JSON from standard input, and writes a line for each address as soon as it knows what became
of the message there: its place, and what went wrong.  Apprise, which comes with `ppbillit[notify]`, is loaded here
and nowhere else.
"""

from __future__ import annotations

import json
import sys
from threading import Lock, Thread
from typing import Any

_NOT_INSTALLED = "cannot be used: Apprise is not installed, `pip install 'ppbillit[notify]'` brings it"
_writing = Lock()
_answer = sys.stdout


def _say(place: int, trouble: str) -> None:
    with _writing:
        _answer.write(f"{json.dumps([place, trouble])}\n")
        _answer.flush()


def _deliver(place: int, url: str, errand: dict[str, Any]) -> None:
    """Send to one address; whatever one of Apprise's hundred plugins trips over is trouble with that address."""
    try:
        _say(place, _sent(url, errand))
    except Exception as error:  # noqa: BLE001
        _say(place, f"failed ({type(error).__name__})")


def _sent(url: str, errand: dict[str, Any]) -> str:
    """Give what went wrong; nothing where all is well."""
    from apprise import Apprise  # noqa: PLC0415  (`main` has seen that it is there)

    sender = Apprise()
    if not sender.add(url):
        return "is none that Apprise understands"
    went = sender.notify(title=errand["title"], body=errand["body"], body_format="text")
    return "" if went else "could not be reached, or refused the message"


def main() -> None:
    """Do the errand."""
    errand = json.load(sys.stdin)
    sys.stdout = sys.stderr  # what a plugin prints is no answer of ours
    places = list(enumerate(errand["urls"], 1))
    try:
        import apprise  # noqa: F401, PLC0415  (an extra)
    except ImportError:
        for place, _ in places:
            _say(place, _NOT_INSTALLED)
        return
    threads = [Thread(target=_deliver, args=(place, url, errand)) for place, url in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
