"""What Billit's refusals mean: words for a person, and which answers end the run with nothing done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ppbillit.errors import KeysRefused, Stopped, TryLater, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def taken_back(undo: Callable[[str], None]) -> Iterator[None]:
    """Around a write: where the rate limit or the key ends the run, nothing was done.

    `undo` puts that on record, and is told what Billit does: "takes no more requests for now".
    """
    try:
        yield
    except TryLater:
        undo("takes no more requests for now")
        raise
    except Stopped:
        undo("was not asked again, since the run was stopped")
        raise
    except KeysRefused:
        undo("does not accept the key")
        raise


def unreachable(why: str, service: str = "Billit") -> Unavailable:
    """Give the error that ends a run whose write could not leave this machine."""
    return Unavailable(f"{service} {why}.", "Nothing is lost: the next run goes on from here.")
