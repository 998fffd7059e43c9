"""`ppbillit history`: what happened to an order, or to all, as the state file noted it."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ppbillit.cli.compose import state_at_rest
from ppbillit.cli.findings import in_language, named, reasons_in_words
from ppbillit.cli.options import Face, Json
from ppbillit.cli.payments import payments_in_language, sides_in_words
from ppbillit.cli.reading import Answer, answer
from ppbillit.cli.status import standing
from ppbillit.config import load_config
from ppbillit.errors import WrongRequest
from ppbillit.reasons import in_words
from ppbillit.sync.stuck import stuck_payments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from ppbillit.config import Config
    from ppbillit.reasons import Language
    from ppbillit.state import Event, OrderRecord, StateStore

OrderNumber = Annotated[
    int | None, typer.Argument(metavar="[ORDER]", min=1, help="Its number in Plug&Pay; else all orders.")
]
Most = Annotated[
    int, typer.Option("--last", min=1, metavar="NUMBER", help="How many events of all orders are shown.")
]


def history(
    context: typer.Context, order: OrderNumber = None, *, last: Most = 50, as_json: Json = False
) -> None:
    """Show what happened to an order, when, in which run and why; or the last events of all orders.

    Looks only into the state file, where nothing of this is ever changed or taken out.
    """
    face: Face = context.obj

    def look() -> Answer:
        config = load_config(face.config_path, os.environ).config
        with state_at_rest(config) as state:
            return _of_one(state, order, config) if order else _of_all(state, last, config)

    raise typer.Exit(answer(face, {"command": "history", "order_id": order}, look, as_json=as_json))


def _of_one(state: StateStore, order_id: int, config: Config) -> Answer:
    record = state.orders.get(order_id)
    if record is None:
        raise WrongRequest(
            f"Order {order_id} is not on record.",
            "Give the number of the order in Plug&Pay, which is not the number of its invoice.",
        )
    events = _told(state.events(order_id), config)
    lines = [
        Text(named(record), style="bold"),
        *(Text(_line(event, config.zone)) for event in events),
        *_now(*in_language([record], config.language)),
        *_payment_now(state, order_id, config.language),
    ]
    return Answer(lines, {"events": [_as_json(event) for event in events], "stage": record.stage.value})


def _of_all(state: StateStore, most: int, config: Config) -> Answer:
    events = _told(state.events(most=most), config)
    return Answer(
        list(_by_run(events, config.zone)) or [Text("nothing has happened yet")],
        {"events": [_as_json(event) for event in events]},
    )


def _told(events: Iterable[Event], config: Config) -> list[Event]:
    return [replace(event, reasons=in_words(event.reasons, config.language)) for event in events]


def _by_run(events: list[Event], zone: ZoneInfo) -> Iterator[Text]:
    for run_id, some in groupby(events, key=lambda event: event.run_id):
        yield Text(f"run {run_id}" if run_id else "by hand", style="bold")
        for event in some:
            yield Text(f"  order {event.order_id}: {_line(event, zone)}")


def _line(event: Event, zone: ZoneInfo) -> str:
    at = event.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    return f"{at} {event.what}{f': {event.why}' if event.why else ''}"


def _now(record: OrderRecord) -> Iterator[Text]:
    """Say what there is to do now, where there is something to do."""
    if record.reasons and record.dismissed is None:
        yield Text(f"it is {standing(record)}:")
        yield from reasons_in_words(record.reasons)


def _payment_now(state: StateStore, order_id: int, language: Language) -> Iterator[Text]:
    for stuck in payments_in_language(stuck_payments(state), language):
        if stuck.record.order_id == order_id:
            yield Text(f"its payment is {sides_in_words(stuck.payment)}:")
            yield from reasons_in_words(stuck.reasons)


def _as_json(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(timespec="milliseconds"),
        "run_id": event.run_id or None,
        "order_id": event.order_id,
        "what": event.what,
        "why": event.why or None,
    }
