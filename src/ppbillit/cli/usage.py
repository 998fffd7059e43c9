"""What is said of a flag that cannot be: typer's words, without those of the library beneath it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_OURS = "Value error, "


class Commands(TyperGroup):
    """All commands, with words for people about flags that cannot be."""

    def make_context(self, *arguments: Any, **extra: Any) -> Any:
        """Read what stands before the command."""
        with _in_plain_words():
            return super().make_context(*arguments, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Read what stands behind it, and run it."""
        with _in_plain_words():
            return super().invoke(ctx)


@contextmanager
def _in_plain_words() -> Iterator[None]:
    try:
        yield
    except typer.BadParameter as wrong:
        wrong.message = wrong.message.removeprefix(_NOT_OURS)
        raise
