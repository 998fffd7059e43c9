"""Waiting for others for a few seconds and no longer, whatever they do: hang, dribble, look for a name."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def within(seconds: float, task: Callable[[], T]) -> T | None:
    """Do the task and give what it gave; None where it is not done after so many seconds.

    Then it is left behind, in a thread that does not keep the process alive.  What it raises is raised here.
    """
    answers: list[T] = []
    errors: list[Exception] = []

    def answer() -> None:
        try:
            answers.append(task())
        except Exception as error:  # noqa: BLE001  (raised again below)
            errors.append(error)

    thread = Thread(target=answer, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    return answers[0] if answers else None
