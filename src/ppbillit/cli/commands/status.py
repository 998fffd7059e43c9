"""`ppbillit status`: what is stuck and what to do about it, what stands where, the last runs and the next."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from ppbillit.cli.options import CommandContext, Json, RunFlags
from ppbillit.cli.output.payments import payment_as_json, payments_in_language, sides_in_words
from ppbillit.cli.output.table import counted, in_language, named, reasons_in_words, status_word
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import settings_of, state_at_rest
from ppbillit.config import load_config
from ppbillit.errors import ExitCode
from ppbillit.invoicing.select import next_window
from ppbillit.invoicing.stuck import skipped_payments, stuck_payments
from ppbillit.money import euros_text
from ppbillit.reasons.words import PHRASES, phrase, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sized

    from ppbillit.config import Config
    from ppbillit.invoicing.select import Window
    from ppbillit.invoicing.stuck import StuckPayment
    from ppbillit.reasons import Language
    from ppbillit.state import OrderRecord, RunRecord, StateStore

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


def status(context: typer.Context, *, as_json: Json = False) -> None:
    """List what is stuck and what to do about each, how many orders stand where, the last runs, and the next one.

    Looks only into the state file. Exit code 3 where something is stuck.
    """
    ctx: CommandContext = context.obj

    def look() -> Answer:
        config = load_config(ctx.config_path, os.environ).config
        with state_at_rest(config) as state:
            return _answer(state, config)

    raise typer.Exit(answer(ctx, {"command": "status"}, look, as_json=as_json))


def _answer(state: StateStore, config: Config) -> Answer:
    stuck = in_language(state.orders.stuck(), config.language)
    dismissed = in_language(state.orders.dismissed(), config.language)
    payments = payments_in_language(stuck_payments(state), config.language)
    left = payments_in_language(skipped_payments(state), config.language)
    language = config.language
    runs, mark = state.last_runs(_RUNS), state.remembered("mark")
    today = datetime.now(UTC).astimezone(config.zone).date()
    coming = next_window(settings_of(config, RunFlags()), state.remembered, today)
    words = [
        *([] if payments and not stuck else _stuck_in_words(stuck, language)),
        *_payments_in_words(payments, language),
        *_dismissed_in_words(dismissed, language),
        *_payments_left_in_words(left, language),
        Text(_counted_in_words(counted(state.orders.tallied()), language)),
        *(Text(_run_in_words(run, config)) for run in runs),
        Text(_coming_in_words(coming, language)),
    ]
    document: dict[str, Any] = {
        "stuck": [{**_as_json(record), "standing": status_word(record)} for record in stuck],
        "payments": [payment_as_json(each) for each in payments],
        "skipped_by_hand": [{**_as_json(record), "reason": record.dismissed} for record in dismissed],
        "payments_skipped_by_hand": [
            {**payment_as_json(each), "reason": each.payment.dismissed} for each in left
        ],
        "stages": {stage.value: count for stage, count in state.orders.counted().items()},
        "mark": mark,
        "runs": [_run_as_json(run) for run in runs],
        "next": {"since": coming.since.isoformat(), "deep": coming.deep},
    }
    return Answer(words, document, ExitCode.NEEDS_ATTENTION if stuck or payments else ExitCode.DONE)


def _stuck_in_words(stuck: list[OrderRecord], language: Language) -> Iterator[Text]:
    if not stuck:
        yield Text(phrase("nothing is stuck", language), style="green")
    for stands, heading in _STUCK.items():
        records = [record for record in stuck if status_word(record) == stands]
        if records:
            yield _heading(heading, records, language)
        for record in records:
            yield Text(f"  {named(record, language)}")
            yield from reasons_in_words(record.reasons)
            if not record.reasons:
                yield Text(f"    {phrase('nothing to do: the next run takes it up', language)}", style="dim")


def _heading(english: str, what: Sized, language: Language) -> Text:
    return Text(f"{phrase(english, language)} ({len(what)})", style="bold")


def _dismissed_in_words(dismissed: list[OrderRecord], language: Language) -> Iterator[Text]:
    if dismissed:
        yield _heading("Skipped by hand", dismissed, language)
    for record in dismissed:
        yield Text(f"  {named(record, language)}: {record.dismissed}")


def _payments_in_words(payments: list[StuckPayment], language: Language) -> Iterator[Text]:
    if payments:
        yield _heading("Payments on which both sides do not agree", payments, language)
    for stuck in payments:
        yield Text(f"  {named(stuck.record, language)}: {sides_in_words(stuck.payment, language)}")
        yield from reasons_in_words(stuck.reasons)


def _payments_left_in_words(payments: list[StuckPayment], language: Language) -> Iterator[Text]:
    if payments:
        yield _heading("Payments skipped by hand", payments, language)
    for left in payments:
        yield Text(f"  {named(left.record, language)}: {left.payment.dismissed}")


def _counted_in_words(counts: dict[str, int], language: Language) -> str:
    told = (f"{count} {_place(where, language)}" for where, count in counts.items())
    return phrase("on record: {counted}", language, counted=", ".join(told) or phrase("no orders", language))


def _place(where: str, language: Language) -> str:
    return phrase(where, language) if where in PHRASES else word(where, language)


def _as_json(record: OrderRecord) -> dict[str, Any]:
    return {
        "order_id": record.order_id,
        "kind": record.kind,
        "number": record.number,
        "total": euros_text(record.total),
        "billit_id": record.billit_id,
        "backfill": record.backfill,
        "reasons": [reason.json() for reason in record.reasons],
    }


def _run_in_words(run: RunRecord, config: Config) -> str:
    language = config.language
    began = run.started_at.astimezone(config.zone).isoformat(sep=" ", timespec="minutes")
    if run.exit_code is None:
        ending = phrase("cut off, or still at work", language)
    else:
        ending = phrase("exit code {code}", language, code=run.exit_code)
    told = {name: count for name, count in run.counts.items() if count and name != "unchanged"}
    news = ", ".join(f"{count} {word(name, language)}" for name, count in told.items())
    return f"{began} {run.command}: {ending}{f' ({news})' if news else ''}"


def _coming_in_words(coming: Window, language: Language) -> str:
    how = phrase(" (the long look back, once a day)", language) if coming.deep else ""
    return f"{phrase('the next sync looks at orders invoiced from {since} on', language, since=coming.since)}{how}"


def _run_as_json(run: RunRecord) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "command": run.command,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "finished_at": run.finished_at.isoformat(timespec="seconds") if run.finished_at else None,
        "exit_code": run.exit_code,
        "counts": dict(run.counts),
    }
