"""Messages to people, at any address that the Apprise library knows: mail, chat, telephone.

`apprise_worker` sends them in a process of its own, which is killed when it takes too long. Addresses hold
passwords, so that one is named by its position in the config and its scheme.
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
_WORKER = [sys.executable, "-P", "-m", "ppbillit.notifications.apprise_worker"]


@dataclass(frozen=True)
class Message:
    """A message, without markup."""

    title: str
    body: str


@dataclass(frozen=True)
class Delivery:
    """How sending to one address went: `trouble` says what went wrong, and is empty if nothing did."""

    address: str
    trouble: str = ""


def send(urls: Sequence[str], message: Message) -> list[Delivery]:
    """Send a message to all addresses at once, and return how it went at each, in their order."""
    output, otherwise = _run_worker({"urls": list(urls), **asdict(message)})
    whole = [line for line in output.splitlines(keepends=True) if line.endswith(b"\n")]
    troubles = dict(map(json.loads, whole))
    return [
        Delivery(f"address {number} ({url.partition(':')[0]})", troubles.get(number, otherwise))
        for number, url in enumerate(urls, 1)
    ]


def _run_worker(job: dict[str, object]) -> tuple[bytes, str]:
    """Return what the worker wrote in its time, and what went wrong at the addresses that it wrote nothing of."""
    try:
        done = subprocess.run(  # noqa: S603  (ourselves)
            _WORKER,
            input=json.dumps(job).encode(),  # where no list of processes shows it
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
