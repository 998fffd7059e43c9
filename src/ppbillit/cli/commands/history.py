"""`ppbillit history`: what happened to an order, or to all, as the state file noted it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import datetime, time
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.output.payments import payments_in_language, sides_in_words
from ppbillit.cli.output.table import in_language, named, reasons_in_words, status_word
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import state_at_rest
from ppbillit.config import load_config
from ppbillit.errors import WrongRequest
from ppbillit.invoicing.stuck import stuck_payments
from ppbillit.reasons import translate
from ppbillit.reasons.words import phrase, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from ppbillit.config import Config
    from ppbillit.reasons import Language
    from ppbillit.state import Event, OrderRecord, StateStore

OrderNumber = Annotated[
    int | None, typer.Argument(metavar="ORDER", min=1, help="Its number in Plug&Pay; else all orders.")
]
Most = Annotated[
    int, typer.Option("--last", min=1, metavar="NUMBER", help="How many events of all orders are shown.")
]
# What was being written of a payment, by the state's word for it.
_WRITES = {
    "plugandpay": "paid, in Plug&Pay",
    "billit": "paid, in Billit",
    "reopening": "unpaid, in Billit",
}
# As the state writes them.
_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d:\d\d)?")


def history(
    context: typer.Context, order: OrderNumber = None, *, last: Most = 50, as_json: Json = False
) -> None:
    """Show what happened to an order, when, in which run and why; or the last events of all orders.

    Looks only into the state file, where nothing of this is ever changed or taken out.
    """
    ctx: CommandContext = context.obj

    def look() -> Answer:
        config = load_config(ctx.config_path, os.environ).config
        with state_at_rest(config) as state:
            return _of_one(state, order, config) if order else _of_all(state, last, config)

    raise typer.Exit(answer(ctx, {"command": "history", "order_id": order}, look, as_json=as_json))


def _of_one(state: StateStore, order_id: int, config: Config) -> Answer:
    record = state.orders.get(order_id)
    if record is None:
        raise WrongRequest(
            f"Order {order_id} is not on record.",
            "Give the number of the order in Plug&Pay, which is not the number of its invoice.",
        )
    events = _told(state.events(order_id), config)
    language = config.language
    lines = [
        Text(named(record, language), style="bold"),
        *_by_run(events, config, named_orders=False),
        *_now(in_language([record], language), language),
        *_payment_now(state, order_id, language),
    ]
    return Answer(lines, {"events": [_as_json(event) for event in events], "stage": record.stage.value})


def _of_all(state: StateStore, most: int, config: Config) -> Answer:
    events = _told(state.events(most=most), config)
    return Answer(
        list(_by_run(events, config)) or [Text(phrase("nothing has happened yet", config.language))],
        {"events": [_as_json(event) for event in events]},
    )


def _told(events: Iterable[Event], config: Config) -> list[Event]:
    return [replace(event, reasons=translate(event.reasons, config.language)) for event in events]


def _by_run(events: list[Event], config: Config, *, named_orders: bool = True) -> Iterator[Text]:
    """Give a heading for each run, and below it a line for each event; of many orders each with its number."""
    language = config.language
    for run_id, some in groupby(events, key=lambda event: event.run_id):
        heading = phrase("run {run_id}", language, run_id=run_id) if run_id else phrase("by hand", language)
        yield Text(heading, style="bold")
        for event in some:
            line = _line(event, config)
            if named_orders:
                line = phrase("order {order_id}: {what}", language, order_id=event.order_id, what=line)
            yield Text(f"  {line}")


def _line(event: Event, config: Config) -> str:
    shown = replace(event, words=_words(event, config.language, config.zone))
    at = event.at.astimezone(config.zone).isoformat(sep=" ", timespec="seconds")
    return f"{at} {word(event.what, config.language)}{f': {shown.why}' if shown.why else ''}"


def _words(event: Event, language: Language, zone: ZoneInfo) -> str:
    """Give what the state noted; our own words in the language and our times, those of a person as they are."""
    if event.what in {"sent", "delivered"}:
        return word(event.words, language)
    if event.what in {"payment being written", "payment written", "payment refused"}:
        return word(_WRITES.get(event.words, event.words), language)
    if event.what in {"paid", "payment reversed"}:
        return _in_time(event.words, zone).replace("known first in", phrase("known first in", language))
    return event.words


def _in_time(words: str, zone: ZoneInfo) -> str:
    """Put the times that the state keeps, of a payment for one, on the shop's clock.

    Billit's have no zone: they stay as they are, and a midnight of those is a day.
    """

    def shown(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found[0])
        if moment.tzinfo is not None:
            return moment.astimezone(zone).isoformat(sep=" ", timespec="seconds")
        return (
            moment.date().isoformat()
            if moment.time() == time()
            else moment.isoformat(sep=" ", timespec="minutes")
        )

    return _TIME.sub(shown, words)


def _now(records: list[OrderRecord], language: Language) -> Iterator[Text]:
    """Say what there is to do now, where there is something to do."""
    for record in records:
        if record.reasons and record.dismissed is None:
            yield Text(phrase("it is {standing}:", language, standing=word(status_word(record), language)))
            yield from reasons_in_words(record.reasons)


def _payment_now(state: StateStore, order_id: int, language: Language) -> Iterator[Text]:
    for stuck in payments_in_language(stuck_payments(state), language):
        if stuck.record.order_id == order_id:
            sides = sides_in_words(stuck.payment, language)
            yield Text(phrase("its payment is {sides}:", language, sides=sides))
            yield from reasons_in_words(stuck.reasons)


def _as_json(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(timespec="milliseconds"),
        "run_id": event.run_id or None,
        "order_id": event.order_id,
        "what": event.what,
        "why": event.why or None,
    }
