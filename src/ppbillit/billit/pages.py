"""Read complete lists from Billit although rows come and go meanwhile (billit.md §8.1, §8.6).

NextPageLink is never followed: it names a host, and the key must not be sent to another one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from ppbillit.billit.models import Document, UnreadableDocument

Listed = TypeVar("Listed", bound="Document | UnreadableDocument")
Row = TypeVar("Row")

PER_PAGE = 120  # the maximum (billit.md §8.1)
MOST_PASSES = 5
BELGIUM = ZoneInfo("Europe/Brussels")

# Billit's times have no zone; that they are Belgian is an assumption.  This margin covers UTC too, and the hour
# that occurs twice in October.
_ZONE_MARGIN = timedelta(hours=3)


class ListChanged(Exception):  # noqa: N818  (reads as what it is)
    """The list changed during every pass, or the server does not keep to the requested order."""


def read_by_id(read_after: Callable[[int], list[Listed]]) -> list[Listed]:
    """Return all documents; `read_after` returns the first page of those with an OrderID above a number.

    No row can be missed: where the next page begins depends on an id, not on how many rows precede it.  The list
    ends at an empty page.  Links and page sizes are not trusted, since a list cut short would let an invoice be
    created twice.  Raise ListChanged if ids do not rise, since then rows would be missed.
    """
    documents: list[Listed] = []
    last_id = 0
    while page := read_after(last_id):
        for document in page:
            if document.order_id <= last_id:
                raise ListChanged
            last_id = document.order_id
        documents.extend(page)
    return documents


def read_by_position(
    read_from: Callable[[int], tuple[list[Row], bool]], identity: Callable[[Row], int]
) -> list[Row]:
    """Return all rows of a list that cannot be paged by id.

    `read_from` returns the page after so many rows, and whether the answer links to a next page.  Each page begins
    with the last row of the previous one.  If it does not, rows have moved and the list is read again.  Raise
    ListChanged after five such passes.
    """
    for _ in range(MOST_PASSES):
        rows = _one_pass(read_from, identity)
        if rows is not None:
            return list({identity(row): row for row in rows}.values())
    raise ListChanged


def _one_pass(
    read_from: Callable[[int], tuple[list[Row], bool]], identity: Callable[[Row], int]
) -> list[Row] | None:
    page, has_link = read_from(0)
    rows = list(page)
    while len(page) > 1:
        page, has_link = read_from(len(rows) - 1)
        if page and not has_link and identity(page[0]) == identity(rows[0]):
            break  # the same page whatever is skipped: the list is not paged
        if not page or identity(page[0]) != identity(rows[-1]):
            return None
        rows.extend(page[1:])
    return rows


def odata_text(value: str) -> str:
    """Format a text as an OData literal."""
    return "'" + value.replace("'", "''") + "'"


def odata_day(value: date) -> str:
    """Format the beginning of a day as an OData literal."""
    return f"datetime'{value.isoformat()}T00:00:00'"


def odata_moment(value: datetime) -> str:
    """Format an aware time as an OData literal without a zone, some hours early rather than late."""
    local = value.astimezone(BELGIUM).replace(tzinfo=None) - _ZONE_MARGIN
    return f"datetime'{local.isoformat(timespec='seconds')}'"
