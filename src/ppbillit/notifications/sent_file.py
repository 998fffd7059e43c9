"""What was told already, in a small file beside the state file.

Not in the state itself: a run that fails before the state is open has news too, and a state file put back from a
backup must not tell everything again.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ppbillit.notifications.news import SentNews

if TYPE_CHECKING:
    from pathlib import Path


class SentFile:
    """The file; it is made only when there is something to remember, for its owner only."""

    def __init__(self, state_file: Path) -> None:
        self.path = state_file.with_name(f"{state_file.name}.told")

    def read(self) -> SentNews:
        """Give what was told; nothing where there is no file, or none that can be read: then it is told again."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            return SentNews(
                {str(order_id): str(how) for order_id, how in found["orders"].items()},
                {str(what): _aware(when) for what, when in found["failures"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return SentNews()

    def write(self, told: SentNews) -> None:
        """Remember; raises OSError."""
        failures = {what: when.isoformat() for what, when in told.failures.items()}
        text = json.dumps({"orders": dict(told.orders), "failures": failures}, ensure_ascii=False)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)


def _aware(when: Any) -> datetime:
    moment = datetime.fromisoformat(when)
    if moment.tzinfo is None:
        raise ValueError(when)
    return moment
