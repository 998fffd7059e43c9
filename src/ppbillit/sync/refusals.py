"""What Billit's refusals mean: words for a person, and which answers end the run with nothing done."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ppbillit.errors import KeysRefused, Stopped, TryLater, Unavailable
from ppbillit.sync.nameless import nameless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ppbillit.billit.models import Problem, Refused


# A code with a place for something (`TheCustomer_0_…`) has a text with that filled in, which may be a name.  Of
# these it is a country or a kind of document.
_FILLED_IN = re.compile(r"_\d+(?:_|$)")
_NAME_NOBODY = frozenset({
    "invalidvatpercentagefortaxcountry_0_", "thecustomerdoesnotsupportpeppolfortype_0",
    "theordertypecode_0_isinvalid", "theorderdirectioncode_0_isinvalid",
})  # fmt: skip


def words(refused: Refused, names: Iterable[str]) -> str:
    """Name what Billit named: codes, with their texts where they have any, without these names."""
    named = [
        f"{text} ({problem.code})" if (text := _text(problem, names)) else problem.code
        for problem in refused.problems
    ]
    return "; ".join(named) or f"HTTP {refused.status}"


def _text(problem: Problem, names: Iterable[str]) -> str:
    is_filled_in = _FILLED_IN.search(problem.code) and problem.code.casefold() not in _NAME_NOBODY
    return "" if is_filled_in else nameless(problem.text, names)


def has_code(refused: Refused, *codes: str) -> bool:
    """Tell whether Billit named one of these codes; their case varies (billit sheet §9.4)."""
    named = {problem.code.casefold() for problem in refused.problems}
    return any(code.casefold() in named for code in codes)


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
