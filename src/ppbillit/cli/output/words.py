"""How orders, payments, reasons and times are shown to a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from rich.text import Text

from ppbillit.money import euros_text
from ppbillit.reasons import translate
from ppbillit.reasons.words import phrase, word
from ppbillit.state import Stage
from ppbillit.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from ppbillit.invoicing.stuck import StuckPayment
    from ppbillit.reasons import Language, Reason
    from ppbillit.report import Finding
    from ppbillit.state import Event, OrderRecord, PaymentRecord, Tally

_WithReasons = TypeVar("_WithReasons", "OrderRecord", "StuckPayment", "Event")


def in_language(items: Iterable[_WithReasons], language: Language) -> list[_WithReasons]:
    """Return orders, payments or events with their reasons in a language."""
    return [replace(each, reasons=translate(each.reasons, language)) for each in items]


def reason_lines(reasons: Iterable[Reason]) -> Iterator[Text]:
    """Yield two lines for each reason: why, and what to do."""
    for reason in reasons:
        yield Text(f"    {reason.message}")
        yield Text(f"    → {reason.fix}", style="dim")


def local_time(moment: datetime, zone: ZoneInfo, timespec: str = "minutes") -> str:
    """Return a time on the shop's clock, with its UTC offset."""
    return moment.astimezone(zone).isoformat(sep=" ", timespec=timespec)


# --- orders -------------------------------------------------------------------------------------

_KINDS = {"invoice": "invoice", "credit_note": "credit note"}

_STATUS_WORDS: dict[Stage, str] = {
    Stage.PARKED: "parked",
    Stage.HELD: "held",
    Stage.CHECKED: "unsent",
    Stage.FAILED: "failed",
    Stage.SENT: "pending",
    Stage.CREATING: "unknown",
    Stage.CREATED: "unknown",
    Stage.SENDING: "unknown",
}

# Stages that only appear in counts, never in the list of stuck orders.
_AT_REST = {Stage.WAITING: "not final yet in Plug&Pay", Stage.SKIPPED: "never to be made"}


def order_name(order: Finding | OrderRecord, language: Language = "en") -> str:
    """Name an order by its numbers and its total (euros gross)."""
    return phrase(
        "order {order_id}, {document}, {total} EUR",
        language,
        order_id=order.order_id,
        document=document_name(order, language),
        total=euros_text(order.total),
    )


def document_name(order: Finding | OrderRecord, language: Language) -> str:
    """Name the document of an order by its kind and number."""
    number = printable(order.number) if order.number else phrase("without number", language)
    return f"{word(_KINDS[order.kind], language)} {number}"


def status_word(record: OrderRecord) -> str:
    """Return the word for where an order stands; for a stuck one it is the outcome that runs report."""
    if record.stage is Stage.CHECKED and record.channel == "none":
        return "unknown"  # Billit does not show it
    return _STATUS_WORDS.get(record.stage, record.stage.value)


def count_by_status(tallies: Iterable[Tally]) -> dict[str, int]:
    """Count all orders by status word, so that a word means the same here and in the list of stuck orders."""
    counts: Counter[str] = Counter()
    for tally in tallies:
        counts[_word_of_tally(tally)] += tally.count
    return dict(counts)


def _word_of_tally(tally: Tally) -> str:
    if tally.is_dismissed:
        return "skipped by hand"
    if tally.stage is Stage.CHECKED and not tally.has_channel:
        return "unknown" if tally.has_reasons else "in Billit and not to be sent"
    if tally.stage is Stage.SENT and not tally.has_reasons:
        return "sent"
    return _AT_REST.get(tally.stage) or _STATUS_WORDS.get(tally.stage, tally.stage.value)


# --- payments -----------------------------------------------------------------------------------

_BILLIT_SAYS = {
    "partly": "paid in part",
    "differs": "paid, with another total",
    "open_differs": "open, with another total",
}


def both_sides(payment: PaymentRecord, language: Language) -> str:
    """Return what Plug&Pay and what Billit says of a payment."""
    shop, billit = payment.shop_status, payment.billit_status
    nothing = phrase("nothing yet", language)
    return phrase(
        "{shop} in Plug&Pay, {billit} in Billit",
        language,
        shop=word(shop, language) if shop else nothing,
        billit=word(_BILLIT_SAYS.get(billit, billit), language) if billit else nothing,
    )
