"""Reading a list whose rows move while we read it (plugandpay.md §6.3).

Pages are numbered by us, the links of the answer are never followed (plugandpay.md §13.19).  A row that vanishes
from a page already read shifts the rest forward, and one row is never shown; no sum in the answer tells.  So a
list of more than one page counts as read only when another pass shows nothing that was missed before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MOST_PASSES = 6
MOST_PAGES = 10_000  # 250,000 orders: not a shop, but a server that does not know where its list ends


class NotAList(Exception):  # noqa: N818  (reads as what it is)
    """The answer is JSON, but no page of orders."""


class ListChanged(Exception):  # noqa: N818
    """The list changed under every pass."""


class _Meta(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    last_page: int | None = None
    total: int | None = None


class _Page(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    data: list[dict[str, Any]]
    meta: _Meta = _Meta()


@dataclass
class _Pass:
    """All pages, once.  `rows` may hold an order twice; `total` is what the last page claimed."""

    rows: list[Mapping[str, Any]] = field(default_factory=list)
    ids: set[int] = field(default_factory=set)
    pages: int = 0
    total: int | None = None

    def take(self, page: _Page) -> bool:
        """Add a page; say whether there may be another one."""
        ids = {row_id(row) for row in page.data}
        is_news = not ids <= self.ids
        self.rows.extend(page.data)
        self.ids |= ids
        self.pages += 1
        self.total = page.meta.total
        last = page.meta.last_page
        # Where nobody says how many pages there are, one without news is past the end.
        return bool(page.data) and (is_news if last is None else self.pages < last)


def row_id(row: Mapping[str, Any]) -> int:
    """Give the id of an order; raises NotAList where there is none: nothing can be said about such a row."""
    value = row.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise NotAList


def read_all(fetch: Callable[[int], Any]) -> Iterator[Mapping[str, Any]]:
    """Give every row, the latest reading of each last; `fetch` gives the JSON of page 1, 2, ….

    Raises NotAList, KeptMoving.
    """
    rows: list[Mapping[str, Any]] = []
    seen: set[int] = set()
    for number in range(MOST_PASSES):
        this = _one_pass(fetch)
        rows.extend(this.rows)
        # Bigger ids are orders made while we read: nobody can have missed those.
        missed = {order for order in this.ids - seen if order < max(seen)} if seen else set()
        seen |= this.ids
        is_whole = this.total is None or len(seen) >= this.total
        if is_whole and not missed and (this.pages == 1 or number > 0):
            return iter(rows)
    raise ListChanged


def _one_pass(fetch: Callable[[int], Any]) -> _Pass:
    this = _Pass()
    for number in range(1, MOST_PAGES + 1):
        if not this.take(_page(fetch(number))):
            return this
    raise NotAList


def _page(answer: Any) -> _Page:
    try:
        return _Page.model_validate(answer)
    except ValidationError:
        raise NotAList from None
