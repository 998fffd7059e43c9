"""Lists: filter, order, page, and the link to the next page (billit sheet §8.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from ppbillit.emulator.billit.errors import generic
from ppbillit.emulator.billit.odata import Type, check_property, parse_filter, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ppbillit.emulator.billit.store import BillitOffice
    from ppbillit.emulator.billit.switches import BillitSwitches
    from ppbillit.emulator.wire import Request

_OPTIONS: Final = frozenset({"$filter", "$orderby", "$top", "$skip", "$inlinecount"})
Item = TypeVar("Item")


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """One kind of list: its rows, what they can be filtered by, how they look."""

    rows: list[Item]
    properties: Mapping[str, Type]
    type_name: str
    values: Callable[[Item], dict[str, Any]]
    text: Callable[[Item], str]
    view: Callable[[Item], dict[str, Any]]
    key: str


def page(request: Request, office: BillitOffice, listing: Listing[Item]) -> dict[str, Any]:
    """Answer a list request: {"Items": […], "NextPageLink"?, "Count"?}."""
    switches = office.switches
    for name in request.query:
        if name.startswith("$") and name not in _OPTIONS:
            raise generic(f"The query parameter '{name}' is not supported.")
    rows = _ordered(_found(request, switches, listing), request, office, listing)
    top = _count(request, "$top")
    skip = _count(request, "$skip") or 0
    size = switches.page_size if top is None else min(top, switches.page_size)
    shown = rows[skip : skip + size]
    answer: dict[str, Any] = {"Items": [listing.view(each) for each in shown]}
    ends = top is not None and top <= switches.page_size and switches.top_ends_paging
    more = skip + size < len(rows) and bool(shown) and not ends
    link = _link(request, office, skip + size) if more else None
    if link is not None or switches.nulls:
        answer["NextPageLink"] = link
    if request.parameter("$inlinecount") == "allpages" and switches.inline_count:
        answer["Count"] = len(rows)
    return answer


def is_findable(created: datetime, office: BillitOffice) -> bool:
    """Say whether a list finds something of that age yet: the search may lag behind the books."""
    return created + timedelta(seconds=office.switches.search_lag_seconds) <= office.clock.now()


def _found(request: Request, switches: BillitSwitches, listing: Listing[Item]) -> list[Item]:
    rows = listing.rows
    wanted = request.parameter("$filter")
    if wanted:
        holds = parse_filter(wanted, listing.properties, listing.type_name, switches)
        rows = [each for each in rows if holds(listing.values(each))]
    search = (request.parameter("fullTextSearch") or "").casefold()
    return [each for each in rows if search in listing.text(each)] if search else rows


def _ordered(rows: list[Item], request: Request, office: BillitOffice, listing: Listing[Item]) -> list[Item]:
    """Sort; without $orderby by id. Equal keys keep the order of their ids, or get a new one each time."""
    rows = list(rows)
    if office.switches.equal_keys == "shuffled":
        office.random.shuffle(rows)
    for part in reversed((request.parameter("$orderby") or listing.key).split(",")):
        words = part.split()
        if not words or len(words) > 2 or (words[1:] and words[1] not in ("asc", "desc")):  # noqa: PLR2004
            raise generic(f"Syntax error in '{part}'.")
        name = words[0]
        check_property(name, listing.properties, listing.type_name)
        rows.sort(key=_key(listing, name), reverse=words[1:] == ["desc"])
    return rows


def _key(listing: Listing[Item], name: str) -> Callable[[Item], tuple[bool, Any]]:
    return lambda each: sort_key(listing.values(each)[name])


def _count(request: Request, name: str) -> int | None:
    text = request.parameter(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise generic(f"The value '{text}' of {name} is not a non-negative integer.")
    return int(text)


def _link(request: Request, office: BillitOffice, skip: int) -> str | None:
    """Write the link; None where Billit gives none."""
    kept = {name: values for name, values in request.query.items() if name != "$skip"}
    target = f"{request.path}?{urlencode({**kept, '$skip': skip}, doseq=True)}"
    match office.switches.next_page_link:
        case "full":
            host = request.headers.get("host")
            return f"http://{host}{target}" if host else f"{office.base_url}{target}"
        case "relative":
            return target
        case "foreign":
            return f"{office.foreign_url}{target}"
        case "absent":
            return None
