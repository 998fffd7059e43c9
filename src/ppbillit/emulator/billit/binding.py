"""From the JSON that was posted to known members with values of the right type, or a refusal (billit sheet §2)."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ppbillit.emulator.billit.errors import BillitError, generic
from ppbillit.emulator.billit.fields import READ_ONLY, Kind
from ppbillit.emulator.clock import to_brussels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ppbillit.emulator.billit.switches import BillitSwitches
    from ppbillit.emulator.wire import Request

_TOO_LARGE: Final = Decimal(10) ** 12
_DATE: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII
)
_PYTHON: Final[dict[Kind, type[Any]]] = {
    "text": str,
    "date": str,
    "int": int,
    "bool": bool,
    "map": dict,
    "list": list,
    "texts": list,
}
BAD_DATE: Final = datetime.min  # noqa: DTZ901  (what .NET calls default: each date has its own code for it)


def body_object(request: Request) -> dict[str, Any]:
    """Read the body as one JSON object; anything else binds to nothing: "Data is Required" (§9.4)."""
    try:
        value = request.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise generic("Data is Required")
    return value


def bind(
    raw: Any, table: Mapping[str, Kind], switches: BillitSwitches, *, nulls: bool = False
) -> dict[str, Any]:
    """Give the members of `table` that were sent, typed; unknown ones are ignored or refused by switch.

    With `nulls` (PATCH) an explicit null is a value; without it, it is refused or dropped by switch.
    """
    if not isinstance(raw, dict):
        raise generic("Data is Required")
    spelled = {name.lower(): name for name in table} if switches.any_letter_case else {n: n for n in table}
    bound: dict[str, Any] = {}
    for sent, value in raw.items():
        name = spelled.get(sent.lower() if switches.any_letter_case else sent)
        if name is None:
            if switches.unknown_members == "reject" and sent not in READ_ONLY:
                raise generic(f"Could not find member '{sent}' on object")
        elif value is not None:
            bound[name] = _typed(value, table[name], name)
        elif nulls:
            bound[name] = None
        elif switches.explicit_nulls == "reject":
            raise generic(f"Required property '{name}' expects a non-null value.")
    return bound


def bind_all(raw: list[Any], table: Mapping[str, Kind], switches: BillitSwitches) -> list[dict[str, Any]]:
    """Bind each object of a list."""
    return [bind(each, table, switches) for each in raw]


def parse_date(text: str) -> datetime:
    """Read a date or timestamp as zone-less Belgian local time; BAD_DATE where it is none."""
    if not _DATE.fullmatch(text):
        return BAD_DATE
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return BAD_DATE
    return moment if moment.tzinfo is None else to_brussels(moment)


def _typed(value: Any, kind: Kind, name: str) -> Any:
    if kind == "number":
        return _number(value, name)
    # A bool is an int to Python, not to JSON.
    if not isinstance(value, _PYTHON[kind]) or (kind == "int" and isinstance(value, bool)):
        raise _unfit(name)
    if kind == "texts" and not all(isinstance(each, str) for each in value):
        raise _unfit(name)
    return parse_date(value) if kind == "date" else value


def _number(value: Any, name: str) -> Decimal:
    """Numbers only: a text, NaN or an astronomical amount does not bind."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _unfit(name)
    number = Decimal(value)
    if abs(number) >= _TOO_LARGE:
        raise _unfit(name)
    return number


def _unfit(name: str) -> BillitError:
    return generic(f"Error converting value of '{name}'.")
