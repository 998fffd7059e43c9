"""`ppbillit status`: what is stuck and what to do about it, what stands where, the last runs and the next."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from ppbillit.cli.compose import settings_of, state_at_rest
from ppbillit.cli.findings import in_language, named, reasons_in_words
from ppbillit.cli.options import Face, Json, RunFlags
from ppbillit.cli.payments import payment_as_json, payments_in_language, sides_in_words
from ppbillit.cli.reading import Answer, answer
from ppbillit.config import load_config
from ppbillit.errors import ExitCode
from ppbillit.money import plain
from ppbillit.state import Stage
from ppbillit.sync.read import next_window
from ppbillit.sync.stuck import dismissed_payments, stuck_payments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from ppbillit.config import Config
    from ppbillit.state import OrderRecord, RunRecord, StateStore
    from ppbillit.sync.read import Window
    from ppbillit.sync.stuck import StuckPayment

_RUNS = 5

# The headings under which stuck orders are told, in this order.
_STUCK = {
    "parked": "Not made, until something changes",
    "held": "In Billit with another total than was paid",
    "unsent": "In Billit, not sent",
    "failed": "In Billit, but sending or delivering it failed",
    "pending": "Sent, and not delivered for more than a day",
    "unknown": "Not known yet; the next run looks it up",
}
_STANDING: dict[Stage, str] = {
    Stage.PARKED: "parked",
    Stage.HELD: "held",
    Stage.CHECKED: "unsent",
    Stage.FAILED: "failed",
    Stage.SENT: "pending",
    Stage.CREATING: "unknown",
    Stage.CREATED: "unknown",
    Stage.SENDING: "unknown",
}


def status(context: typer.Context, *, as_json: Json = False) -> None:
    """List what is stuck and what to do about each, how many orders stand where, the last runs, and the next one.

    Looks only into the state file. Exit code 3 where something is stuck.
    """
    face: Face = context.obj

    def look() -> Answer:
        config = load_config(face.config_path, os.environ).config
        with state_at_rest(config) as state:
            return _answer(state, config)

    raise typer.Exit(answer(face, {"command": "status"}, look, as_json=as_json))


def standing(record: OrderRecord) -> str:
    """Give the word for where an order stands that something is said of: of a stuck one, as runs call it."""
    return _STANDING.get(record.stage, record.stage.value)


def _answer(state: StateStore, config: Config) -> Answer:
    stuck = in_language(state.orders.stuck(), config.language)
    dismissed = in_language(state.orders.dismissed(), config.language)
    payments = payments_in_language(stuck_payments(state), config.language)
    left = payments_in_language(dismissed_payments(state), config.language)
    counted, runs, mark = state.orders.counted(), state.last_runs(_RUNS), state.remembered("mark")
    today = datetime.now(UTC).astimezone(config.zone).date()
    coming = next_window(settings_of(config, RunFlags()), state.remembered, today)
    words = [
        *([] if payments and not stuck else _stuck_in_words(stuck)),
        *_payments_in_words(payments),
        *_dismissed_in_words(dismissed),
        *_payments_left_in_words(left),
        Text(
            f"on record: {', '.join(f'{count} {stage}' for stage, count in counted.items()) or 'no orders'}"
        ),
        *(Text(_run_in_words(run, config.zone)) for run in runs),
        Text(_coming_in_words(coming)),
    ]
    document: dict[str, Any] = {
        "stuck": [{**_as_json(record), "standing": standing(record)} for record in stuck],
        "payments": [payment_as_json(each) for each in payments],
        "skipped_by_hand": [{**_as_json(record), "reason": record.dismissed} for record in dismissed],
        "payments_skipped_by_hand": [
            {**payment_as_json(each), "reason": each.payment.dismissed} for each in left
        ],
        "stages": {stage.value: count for stage, count in counted.items()},
        "mark": mark,
        "runs": [_run_as_json(run) for run in runs],
        "next": {"since": coming.since.isoformat(), "deep": coming.deep},
    }
    return Answer(words, document, ExitCode.UNSETTLED if stuck or payments else ExitCode.DONE)


def _stuck_in_words(stuck: list[OrderRecord]) -> Iterator[Text]:
    if not stuck:
        yield Text("nothing is stuck", style="green")
    for word, heading in _STUCK.items():
        records = [record for record in stuck if standing(record) == word]
        if records:
            yield Text(f"{heading} ({len(records)})", style="bold")
        for record in records:
            yield Text(f"  {named(record)}")
            yield from reasons_in_words(record.reasons)
            if not record.reasons:
                yield Text("    nothing to do: the next run takes it up", style="dim")


def _dismissed_in_words(dismissed: list[OrderRecord]) -> Iterator[Text]:
    if dismissed:
        yield Text(f"Skipped by hand ({len(dismissed)})", style="bold")
    for record in dismissed:
        yield Text(f"  {named(record)}: {record.dismissed}")


def _payments_in_words(payments: list[StuckPayment]) -> Iterator[Text]:
    if payments:
        yield Text(f"Payments on which both sides do not agree ({len(payments)})", style="bold")
    for stuck in payments:
        yield Text(f"  {named(stuck.record)}: {sides_in_words(stuck.payment)}")
        yield from reasons_in_words(stuck.reasons)


def _payments_left_in_words(payments: list[StuckPayment]) -> Iterator[Text]:
    if payments:
        yield Text(f"Payments skipped by hand ({len(payments)})", style="bold")
    for left in payments:
        yield Text(f"  {named(left.record)}: {left.payment.dismissed}")


def _as_json(record: OrderRecord) -> dict[str, Any]:
    return {
        "order_id": record.order_id,
        "kind": record.kind,
        "number": record.number,
        "total": plain(record.total),
        "billit_id": record.billit_id,
        "backfill": record.backfill,
        "reasons": [reason.json() for reason in record.reasons],
    }


def _run_in_words(run: RunRecord, zone: ZoneInfo) -> str:
    began = run.started_at.astimezone(zone).isoformat(sep=" ", timespec="minutes")
    ending = "cut off, or still at work" if run.exit_code is None else f"exit code {run.exit_code}"
    news = ", ".join(f"{count} {name}" for name, count in run.counts.items() if count and name != "unchanged")
    return f"{began} {run.command}: {ending}{f' ({news})' if news else ''}"


def _coming_in_words(coming: Window) -> str:
    how = " (the long look back, once a day)" if coming.deep else ""
    return f"the next sync looks at orders invoiced from {coming.since} on{how}"


def _run_as_json(run: RunRecord) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "command": run.command,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "finished_at": run.finished_at.isoformat(timespec="seconds") if run.finished_at else None,
        "exit_code": run.exit_code,
        "counts": dict(run.counts),
    }
