"""What was sent already, in a small file beside the state file.

It is not in the state itself, since a run that fails before the state is open has news too, and a state file
restored from a backup must not send everything again.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ppbillit.files import atomic_write
from ppbillit.notifications.news import SentNews

if TYPE_CHECKING:
    from pathlib import Path


class SentFile:
    """The file, readable by its owner only; it is made when there is something to keep."""

    def __init__(self, state_file: Path) -> None:
        self.path = state_file.with_name(f"{state_file.name}.told")

    def read(self) -> SentNews:
        """Return what was sent: nothing if there is no file that can be read, so that it is sent again."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            return SentNews(
                {str(order_id): str(how) for order_id, how in found["orders"].items()},
                {str(what): _aware(when) for what, when in found["failures"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return SentNews()

    def write(self, sent: SentNews) -> None:
        """Save what was sent; raise OSError."""
        failures = {what: when.isoformat() for what, when in sent.failures.items()}
        text = json.dumps({"orders": dict(sent.orders), "failures": failures}, ensure_ascii=False)
        atomic_write(self.path, text)


def _aware(when: Any) -> datetime:
    moment = datetime.fromisoformat(when)
    if moment.tzinfo is None:
        raise ValueError(when)
    return moment
