"""`ppbillit history`: show what happened to one order, or to all, from the state file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.output.words import (
    both_sides,
    in_language,
    local_time,
    order_name,
    reason_lines,
    status_word,
)
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import state_at_rest
from ppbillit.errors import WrongRequest
from ppbillit.invoicing.stuck import stuck_payments
from ppbillit.reasons.words import phrase, word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from ppbillit.config import Config
    from ppbillit.reasons import Language
    from ppbillit.state import Event, OrderRecord, StateStore

OneOrder = Annotated[
    int | None, typer.Argument(metavar="ORDER", min=1, help="Its number in Plug&Pay; else all orders.")
]
Last = Annotated[
    int, typer.Option("--last", min=1, metavar="NUMBER", help="How many events of all orders are shown.")
]
# Which payment was being written, by the code that the state stores.
_WRITES = {
    "plugandpay": "paid, in Plug&Pay",
    "billit": "paid, in Billit",
    "reopening": "unpaid, in Billit",
}
# A time as the state writes it.
_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d:\d\d)?")


def history(
    context: typer.Context, order: OneOrder = None, *, last: Last = 50, as_json: Json = False
) -> None:
    """Show what happened to an order, when, in which run and why; or the last events of all orders.

    Looks only into the state file, where nothing of this is ever changed or taken out.
    """
    ctx: CommandContext = context.obj

    def read_state() -> Answer:
        config = ctx.load_config()
        with state_at_rest(config) as state:
            return _of_one(state, order, config) if order else _of_all(state, last, config)

    raise typer.Exit(answer(ctx, {"command": "history", "order_id": order}, read_state, as_json=as_json))


def _of_one(state: StateStore, order_id: int, config: Config) -> Answer:
    record = state.orders.get(order_id)
    if record is None:
        raise WrongRequest(
            f"Order {order_id} is not on record.",
            "Give the number of the order in Plug&Pay, which is not the number of its invoice.",
        )
    language = config.language
    events = in_language(state.events(order_id), language)
    lines = [
        Text(order_name(record, language), style="bold"),
        *_by_run(events, config, named_orders=False),
        *_what_to_do(in_language([record], language), language),
        *_what_to_do_about_payment(state, order_id, language),
    ]
    return Answer(lines, {"events": [_as_json(event) for event in events], "stage": record.stage.value})


def _of_all(state: StateStore, most: int, config: Config) -> Answer:
    events = in_language(state.events(most=most), config.language)
    return Answer(
        list(_by_run(events, config)) or [Text(phrase("nothing has happened yet", config.language))],
        {"events": [_as_json(event) for event in events]},
    )


def _by_run(events: list[Event], config: Config, *, named_orders: bool = True) -> Iterator[Text]:
    """Yield a heading for each run and below it a line for each event, with the number of its order if wanted."""
    language = config.language
    for run_id, of_run in groupby(events, key=lambda event: event.run_id):
        heading = phrase("run {run_id}", language, run_id=run_id) if run_id else phrase("by hand", language)
        yield Text(heading, style="bold")
        for event in of_run:
            line = _line(event, config)
            if named_orders:
                line = phrase("order {order_id}: {what}", language, order_id=event.order_id, what=line)
            yield Text(f"  {line}")


def _line(event: Event, config: Config) -> str:
    shown = replace(event, words=_words(event, config.language, config.zone))
    at = local_time(event.at, config.zone, "seconds")
    return f"{at} {word(event.what, config.language)}{f': {shown.why}' if shown.why else ''}"


def _words(event: Event, language: Language, zone: ZoneInfo) -> str:
    """Return the text of an event: our own words in the language and with local times, a person's unchanged."""
    if event.what in {"sent", "delivered"}:
        return word(event.words, language)
    if event.what in {"payment being written", "payment written", "payment refused"}:
        return word(_WRITES.get(event.words, event.words), language)
    if event.what in {"paid", "payment reversed"}:
        return _with_local_times(event.words, zone).replace(
            "known first in", phrase("known first in", language)
        )
    return event.words


def _with_local_times(words: str, zone: ZoneInfo) -> str:
    """Convert the times in a stored text to the shop's clock.

    Billit's times have no zone and are not converted; a midnight of Billit's is shown as a date.
    """

    def shown(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found[0])
        if moment.tzinfo is not None:
            return local_time(moment, zone, "seconds")
        if moment.time() == time():
            return moment.date().isoformat()
        return moment.isoformat(sep=" ", timespec="minutes")

    return _TIME.sub(shown, words)


def _what_to_do(records: list[OrderRecord], language: Language) -> Iterator[Text]:
    for record in records:
        if record.reasons and record.dismissed is None:
            yield Text(phrase("it is {standing}:", language, standing=word(status_word(record), language)))
            yield from reason_lines(record.reasons)


def _what_to_do_about_payment(state: StateStore, order_id: int, language: Language) -> Iterator[Text]:
    for stuck in in_language(stuck_payments(state), language):
        if stuck.record.order_id == order_id:
            sides = both_sides(stuck.payment, language)
            yield Text(phrase("its payment is {sides}:", language, sides=sides))
            yield from reason_lines(stuck.reasons)


def _as_json(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(timespec="milliseconds"),
        "run_id": event.run_id or None,
        "order_id": event.order_id,
        "what": event.what,
        "why": event.why or None,
    }
