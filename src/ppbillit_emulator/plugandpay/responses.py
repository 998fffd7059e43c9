"""Responses as Laravel writes them: objects, errors and pages (plugandpay.md §5, §6.3)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ppbillit_emulator.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ppbillit_emulator.plugandpay.shop import Shop
    from ppbillit_emulator.plugandpay.switches import ShopSwitches
    from ppbillit_emulator.wire import Request

JSON = {"Content-Type": "application/json"}
NUMBER = "\x00number:"
"""Prefix of text that is written as a JSON number with the same digits, which `json` alone cannot do."""
_MARKED = re.compile(r'"\\u0000number:(-?[0-9.]+)"')


class RefusedError(Exception):
    """A request that is refused with this response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def json_response(status: int, value: Any, **headers: str) -> Response:
    """Return a JSON response; Laravel escapes non-ASCII letters, and so does `json` by default."""
    text = _MARKED.sub(r"\1", json.dumps(value, separators=(",", ":"), default=str))
    return Response(status, text.encode(), {**JSON, **headers})


def message_response(status: int, text: str, **headers: str) -> Response:
    """Return a response with a message only, as most errors are."""
    return json_response(status, {"message": text}, **headers)


def single_response(shop: Shop, value: Any, status: int = 200) -> Response:
    """Return a single object, inside `data` or bare, by switch (§5)."""
    return json_response(status, {"data": value} if shop.switches.wrap_single else value)


def validation_error(errors: Mapping[str, list[str]]) -> RefusedError:
    """Return the error for invalid fields: 422."""
    body = {"message": "The given data was invalid.", "errors": dict(errors)}
    return RefusedError(json_response(422, body))


def not_found(model: str, key: object) -> RefusedError:
    """Return the error for an unknown id: 404."""
    return RefusedError(message_response(404, f"No query results for model [App\\Models\\{model}] {key}"))


def paginate(
    request: Request, rows: Sequence[Any], switches: ShopSwitches, show: Callable[[Any], Any]
) -> dict[str, Any]:
    """Return one page of the rows; a page after the last is empty, not an error."""
    size = min(_number(request, "limit", switches.default_page_size), switches.max_page_size)
    page = _number(request, "page", 1)
    last = max(1, -(-len(rows) // size))
    shown = rows[(page - 1) * size : page * size]
    path = _path(request, switches)
    first_row = (page - 1) * size + 1

    def link(number: int) -> str | None:
        return _link(path, request, number, switches) if 1 <= number <= last else None

    links = {"first": link(1), "last": link(last), "prev": link(page - 1), "next": link(page + 1)}
    meta: dict[str, Any] = {
        "current_page": page,
        "from": first_row if shown else None,
        "last_page": last,
        "path": path,
        "per_page": size,
        "to": first_row + len(shown) - 1 if shown else None,
        "total": len(rows),
    }
    if switches.links_in_meta:
        meta["links"] = [
            {"url": link(each), "label": str(each), "active": each == page} for each in range(1, last + 1)
        ]
    return {"data": [show(each) for each in shown], "links": links, "meta": meta}


def _number(request: Request, name: str, default: int) -> int:
    value = request.parameter(name)
    if value is None or value == "":
        return default
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise validation_error({name: [f"The {name} must be at least 1."]})
    return int(value)


def _path(request: Request, switches: ShopSwitches) -> str:
    """Return the URL of the list, on the host of the request or on another one, by switch (§6.3, §13.21)."""
    host = switches.links_host or f"http://{request.headers.get('host', 'api.plugandpay.com')}"
    return host + request.path


def _link(path: str, request: Request, number: int, switches: ShopSwitches) -> str:
    kept: dict[str, Any] = {}
    if not switches.links_lose_filters:
        kept = {name: request.parameter(name) for name in request.query if name != "page"}
    return f"{path}?{urlencode({**kept, 'page': number})}"
