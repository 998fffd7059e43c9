"""`ppbillit status`: list what is stuck and what to do about it, count all orders, show the last and next runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from ppbillit.cli.options import CommandContext, Json, RunFlags
from ppbillit.cli.output.words import (
    both_sides,
    count_by_status,
    in_language,
    local_time,
    order_name,
    reason_lines,
    status_word,
)
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import settings_of, state_at_rest
from ppbillit.errors import ExitCode
from ppbillit.invoicing.select import next_window
from ppbillit.invoicing.stuck import skipped_payments, stuck_payments
from ppbillit.money import euros_text
from ppbillit.reasons.words import phrase, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ppbillit.config import Config
    from ppbillit.invoicing.select import Window
    from ppbillit.invoicing.stuck import StuckPayment
    from ppbillit.reasons import Language, Reason
    from ppbillit.state import OrderRecord, RunRecord, StateStore

_RUNS = 5

# The headings of the stuck orders, by status word, in the order in which they are shown.
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

    def read_state() -> Answer:
        config = ctx.load_config()
        with state_at_rest(config) as state:
            return _answer(state, config)

    raise typer.Exit(answer(ctx, {"command": "status"}, read_state, as_json=as_json))


def _answer(state: StateStore, config: Config) -> Answer:
    language = config.language
    stuck = in_language(state.orders.stuck(), language)
    skipped = in_language(state.orders.dismissed(), language)
    payments = in_language(stuck_payments(state), language)
    payments_skipped = in_language(skipped_payments(state), language)
    runs = state.last_runs(_RUNS)
    today = datetime.now(UTC).astimezone(config.zone).date()
    window = next_window(settings_of(config, RunFlags()), state.remembered, today)
    lines = [
        *([] if payments and not stuck else _stuck_lines(stuck, language)),
        *_section(
            phrase("Payments on which both sides do not agree", language),
            [(each.record, both_sides(each.payment, language), each.reasons) for each in payments],
            language,
        ),
        *_section(
            phrase("Skipped by hand", language), [(each, each.dismissed, ()) for each in skipped], language
        ),
        *_section(
            phrase("Payments skipped by hand", language),
            [(each.record, each.payment.dismissed, ()) for each in payments_skipped],
            language,
        ),
        Text(_counts_line(count_by_status(state.orders.tallied()), language)),
        *(Text(_run_line(run, config)) for run in runs),
        Text(_next_line(window, language)),
    ]
    document: dict[str, Any] = {
        "stuck": [{**_order_as_json(each), "standing": status_word(each)} for each in stuck],
        "payments": [_payment_as_json(each) for each in payments],
        "skipped_by_hand": [{**_order_as_json(each), "reason": each.dismissed} for each in skipped],
        "payments_skipped_by_hand": [
            {**_payment_as_json(each), "reason": each.payment.dismissed} for each in payments_skipped
        ],
        "stages": {stage.value: count for stage, count in state.orders.counted().items()},
        "mark": state.remembered("mark"),
        "runs": [_run_as_json(run) for run in runs],
        "next": {"since": window.since.isoformat(), "deep": window.deep},
    }
    return Answer(lines, document, ExitCode.NEEDS_ATTENTION if stuck or payments else ExitCode.DONE)


# --- lines for a person -------------------------------------------------------------------------


def _stuck_lines(stuck: list[OrderRecord], language: Language) -> Iterator[Text]:
    if not stuck:
        yield Text(phrase("nothing is stuck", language), style="green")
    for status, heading in _STUCK.items():
        orders = [(each, None, each.reasons) for each in stuck if status_word(each) == status]
        yield from _section(phrase(heading, language), orders, language)


def _section(
    heading: str, orders: Sequence[tuple[OrderRecord, str | None, tuple[Reason, ...]]], language: Language
) -> Iterator[Text]:
    """Yield a heading and its orders, each with a remark or with its reasons; nothing where there are none."""
    if orders:
        yield Text(f"{heading} ({len(orders)})", style="bold")
    for record, remark, reasons in orders:
        yield Text(f"  {order_name(record, language)}{'' if remark is None else f': {remark}'}")
        yield from reason_lines(reasons)
        if remark is None and not reasons:
            yield Text(f"    {phrase('nothing to do: the next run takes it up', language)}", style="dim")


def _counts_line(counts: dict[str, int], language: Language) -> str:
    counted = ", ".join(f"{count} {word(status, language)}" for status, count in counts.items())
    return phrase("on record: {counted}", language, counted=counted or phrase("no orders", language))


def _run_line(run: RunRecord, config: Config) -> str:
    language = config.language
    if run.exit_code is None:
        ending = phrase("cut off, or still at work", language)
    else:
        ending = phrase("exit code {code}", language, code=run.exit_code)
    counts = {name: count for name, count in run.counts.items() if count and name != "unchanged"}
    news = ", ".join(f"{count} {word(name, language)}" for name, count in counts.items())
    return f"{local_time(run.started_at, config.zone)} {run.command}: {ending}{f' ({news})' if news else ''}"


def _next_line(window: Window, language: Language) -> str:
    deep = phrase(" (the long look back, once a day)", language) if window.deep else ""
    since = phrase("the next sync looks at orders invoiced from {since} on", language, since=window.since)
    return f"{since}{deep}"


# --- as JSON ------------------------------------------------------------------------------------


def _order_as_json(record: OrderRecord) -> dict[str, Any]:
    return {
        "order_id": record.order_id,
        "kind": record.kind,
        "number": record.number,
        "total": euros_text(record.total),
        "billit_id": record.billit_id,
        "backfill": record.backfill,
        "reasons": [reason.json() for reason in record.reasons],
    }


def _payment_as_json(stuck: StuckPayment) -> dict[str, Any]:
    record, payment = stuck.record, stuck.payment
    return {
        "order_id": record.order_id,
        "number": record.number,
        "total": euros_text(record.total),
        "billit_id": record.billit_id,
        "in_plugandpay": payment.shop_status,
        "in_billit": payment.billit_status,
        "paid_in_billit": None if payment.billit_amount is None else euros_text(payment.billit_amount),
        "plugandpay_paid_at": payment.shop_paid_at.isoformat() if payment.shop_paid_at else None,
        "billit_paid_on": payment.billit_paid_on.isoformat() if payment.billit_paid_on else None,  # no zone
        "known_first_in": payment.source,
        "is_unknown": payment.pending is not None,
        "reasons": [reason.json() for reason in stuck.reasons],
    }


def _run_as_json(run: RunRecord) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "command": run.command,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "finished_at": run.finished_at.isoformat(timespec="seconds") if run.finished_at else None,
        "exit_code": run.exit_code,
        "counts": dict(run.counts),
    }
