"""Reading Billit's lists whole, though rows come and go while we read (billit.md §8.1, §8.6).

NextPageLink is never followed: it names a host, and the key goes to no other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from ppbillit.billit.models import Document, UnreadableDocument

Listed = TypeVar("Listed", bound="Document | UnreadableDocument")
Row = TypeVar("Row", bound=BaseModel)
Page = tuple[list[Row], bool]  # the rows, and whether the answer says there are more

PER_PAGE = 120  # the most there is (billit.md §8.1)
MOST_PASSES = 5
BELGIUM = ZoneInfo("Europe/Brussels")

# Billit's times have no zone; that they are Belgian is a guess.  This covers UTC too, and the hour that comes
# twice in October.
_ZONE_MARGIN = timedelta(hours=3)


class ListChanged(Exception):  # noqa: N818  (reads as what it is)
    """The list changed under every pass, or its server does not keep to the order asked for."""


def by_id(fetch: Callable[[int], list[Listed]]) -> list[Listed]:
    """Give all documents; `fetch` gives the first page of those whose OrderID is greater than a number.

    No row can move out of sight: where the next page begins depends on an id, not on how many rows precede it.
    The end is where a page is empty; links and page sizes are not believed, since a list cut short would let
    an invoice be made twice.  Raises KeptMoving where ids do not rise, since then something would be missed.
    """
    documents: list[Listed] = []
    last = 0
    while page := fetch(last):
        for document in page:
            if document.order_id <= last:
                raise ListChanged
            last = document.order_id
        documents.extend(page)
    return documents


def by_position(fetch: Callable[[int], Page[Row]], identity: Callable[[Row], int]) -> list[Row]:
    """Give all rows of a list that cannot be asked for by id; `fetch` gives the page after so many rows.

    Each page begins with the last row of the one before; if it does not, rows have moved, and it is all read
    again.  Raises KeptMoving after five such passes.
    """
    for _ in range(MOST_PASSES):
        rows = _one_pass(fetch, identity)
        if rows is not None:
            return list({identity(row): row for row in rows}.values())
    raise ListChanged


def _one_pass(fetch: Callable[[int], Page[Row]], identity: Callable[[Row], int]) -> list[Row] | None:
    page, has_link = fetch(0)
    rows = list(page)
    while len(page) > 1:
        page, has_link = fetch(len(rows) - 1)
        if page and not has_link and identity(page[0]) == identity(rows[0]):
            break  # it begins anew, whatever we skip: a list that comes as a whole
        if not page or identity(page[0]) != identity(rows[-1]):
            return None
        rows.extend(page[1:])
    return rows


def text(value: str) -> str:
    """Write a text as an OData literal."""
    return "'" + value.replace("'", "''") + "'"


def day(value: date) -> str:
    """Write the beginning of a day as an OData literal."""
    return f"datetime'{value.isoformat()}T00:00:00'"


def moment(value: datetime) -> str:
    """Write an aware time as an OData literal without a zone, hours early rather than late (see above)."""
    local = value.astimezone(BELGIUM).replace(tzinfo=None) - _ZONE_MARGIN
    return f"datetime'{local.isoformat(timespec='seconds')}'"
