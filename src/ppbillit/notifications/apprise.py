"""Messages to people, to any address that the Apprise library knows: mail, chat, telephone.

They are sent by `messenger` in a process of its own, which can be ended when it takes too long.  Addresses hold
passwords: what is said of one is its place in the config and its scheme.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 8.0

# -P: nothing is imported from the folder that the command was started in.
_MESSENGER = [sys.executable, "-P", "-m", "ppbillit.notifications.apprise_worker"]


@dataclass(frozen=True)
class Message:
    """What is said, without markup."""

    title: str
    body: str


@dataclass(frozen=True)
class Delivery:
    """What became of a message at one address: `trouble` says what went wrong, and is empty where nothing did."""

    address: str
    trouble: str = ""


def send(urls: Sequence[str], message: Message) -> list[Delivery]:
    """Send a message to all addresses at once, and say what became of it at each, in their order."""
    output, otherwise = _said({"urls": list(urls), **asdict(message)})
    whole = [line for line in output.splitlines(keepends=True) if line.endswith(b"\n")]
    troubles = dict(map(json.loads, whole))
    return [
        Delivery(f"address {place} ({url.partition(':')[0]})", troubles.get(place, otherwise))
        for place, url in enumerate(urls, 1)
    ]


def _said(errand: dict[str, object]) -> tuple[bytes, str]:
    """Give what the messenger said in the time it has, and what is wrong where it says nothing of an address."""
    try:
        done = subprocess.run(  # noqa: S603  (ourselves)
            _MESSENGER,
            input=json.dumps(errand).encode(),  # where no list of processes shows it
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # Apprise's own words, which quote addresses
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return late.stdout or b"", f"did not answer within {SECONDS:g} s"
    except OSError as error:
        return b"", f"could not be told ({error.strerror})"
    return done.stdout, "could not be told (the messenger broke off)"
