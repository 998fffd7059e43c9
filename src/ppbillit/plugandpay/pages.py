"""Read a complete list although its rows move meanwhile (plugandpay.md §6.3).

Pages are requested by number; links of the answer are never followed (plugandpay.md §13.19).  If a row disappears
from a page already read, the others move up and one row is never shown, and no count in the answer reveals it.  So
a list of more than one page is only complete when another pass shows nothing that was missed before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_PASSES = 6
MOST_PAGES = 10_000  # 250,000 orders: more than any shop has, so the server does not end its list


class NotAList(Exception):  # noqa: N818  (reads as what it is)
    """The answer is JSON, but not a page of a list."""


class ListChanged(Exception):  # noqa: N818
    """The list changed during every pass."""


class _Meta(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    last_page: int | None = None
    total: int | None = None


class _Page(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    data: list[dict[str, Any]]
    meta: _Meta = _Meta()


@dataclass(frozen=True)
class _Pass:
    """All pages, read once.  `rows` may hold a row twice; `total` is the count on the last page."""

    rows: list[dict[str, Any]]
    ids: set[int]
    pages: int
    total: int | None


def row_id(row: Mapping[str, Any]) -> int:
    """Return the id of a row.  Raise NotAList if it has none."""
    value = row.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise NotAList


def read_all(read_page: Callable[[int], Any]) -> list[Mapping[str, Any]]:
    """Return every row, with the latest reading of each last; `read_page` returns the JSON of page 1, 2, ….

    Raise NotAList or ListChanged.
    """
    rows: list[Mapping[str, Any]] = []
    seen: set[int] = set()
    for number in range(MOST_PASSES):
        this = _one_pass(read_page)
        rows.extend(this.rows)
        # Higher ids were created meanwhile: no earlier pass can have missed those.
        missed = {id_ for id_ in this.ids - seen if id_ < max(seen)} if seen else set()
        seen |= this.ids
        is_complete = this.total is None or len(seen) >= this.total
        if is_complete and not missed and (this.pages == 1 or number > 0):
            return rows
    raise ListChanged


def _one_pass(read_page: Callable[[int], Any]) -> _Pass:
    rows: list[dict[str, Any]] = []
    ids: set[int] = set()
    for number in range(1, MOST_PAGES + 1):
        try:
            page = _Page.model_validate(read_page(number))
        except ValidationError:
            raise NotAList from None
        new = {row_id(row) for row in page.data} - ids
        rows.extend(page.data)
        ids |= new
        last = page.meta.last_page
        # If the number of pages is not given, a page without new rows is past the end.
        has_next = bool(new) if last is None else number < last
        if not page.data or not has_next:
            return _Pass(rows, ids, number, page.meta.total)
    raise NotAList
