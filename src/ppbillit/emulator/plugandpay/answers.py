"""Answers in Laravel's forms (plugandpay sheet §5)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ppbillit.emulator.wire import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = {"Content-Type": "application/json"}
NUMBER = "\x00number:"
"""Marks text that is to stand in the JSON as a number, digit for digit; json has no way to say that."""
_MARKED = re.compile(r'"\\u0000number:(-?[0-9.]+)"')


class RefusedError(Exception):
    """A request that ends here, with its answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def answer(status: int, value: Any, **headers: str) -> Response:
    """Give a JSON answer; Laravel escapes non-ASCII letters, as json does by default."""
    text = _MARKED.sub(r"\1", json.dumps(value, separators=(",", ":"), default=str))
    return Response(status, text.encode(), {**JSON, **headers})


def message(status: int, text: str, **headers: str) -> Response:
    """Give the one-member body of most refusals."""
    return answer(status, {"message": text}, **headers)


def invalid(errors: Mapping[str, list[str]]) -> RefusedError:
    """Give the refusal of a form: 422 with the fields at fault."""
    body = {"message": "The given data was invalid.", "errors": dict(errors)}
    return RefusedError(answer(422, body))


def missing(model: str, key: object) -> RefusedError:
    """Give the refusal of an id that the shop does not have."""
    return RefusedError(message(404, f"No query results for model [App\\Models\\{model}] {key}"))
