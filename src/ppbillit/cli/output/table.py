"""The findings of a run in words: a table for a person at a terminal, a line each for a log or a mail."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from ppbillit.money import euros_text
from ppbillit.reasons import translate
from ppbillit.reasons.words import phrase, word
from ppbillit.report import NEEDS_A_PERSON, Outcome
from ppbillit.state import Stage
from ppbillit.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ppbillit.reasons import Language, Reason
    from ppbillit.report import Finding, RunReport
    from ppbillit.state import OrderRecord, Tally

_STYLES = {
    Outcome.CREATED: "green",
    Outcome.ADOPTED: "green",
    Outcome.SENT: "green",
    Outcome.DELIVERED: "green",
    Outcome.PAID: "green",
    Outcome.SKIPPED: "dim",
    Outcome.FAILED: "red",
}
_TROUBLE = "yellow"
_KINDS = {"invoice": "invoice", "credit_note": "credit note"}
_NEWS = [outcome for outcome in Outcome if outcome is not Outcome.UNCHANGED]


def table(findings: Iterable[Finding], *, dry_run: bool, language: Language = "en") -> Table:
    """Give the findings as a table; what is to be done about them is in `remarks`."""
    columns = Table(box=None, pad_edge=False, header_style="bold")
    # A number that is cut is no number; a narrow window breaks the lines instead.
    columns.add_column(phrase("order", language), no_wrap=True, overflow="fold")
    columns.add_column(phrase("document", language), overflow="fold")
    columns.add_column("EUR", justify="right", no_wrap=True, overflow="fold")
    columns.add_column(phrase("would be" if dry_run else "is now", language), overflow="fold")
    if not dry_run:
        columns.add_column(phrase("in Billit", language), justify="right", no_wrap=True, overflow="fold")
    for finding in findings:
        cells = [
            Text(str(finding.order_id)),
            Text(_document(finding, language)),
            Text(euros_text(finding.total)),
            Text(word(finding.outcome, language), style=_STYLES.get(finding.outcome, _TROUBLE)),
        ]
        columns.add_row(*cells, *([] if dry_run else [Text(str(finding.billit_id or ""))]))
    return columns


def lines(findings: Iterable[Finding], *, dry_run: bool, language: Language = "en") -> Iterator[Text]:
    """Give a line per finding, followed by its reasons and what to do about each."""
    for finding in findings:
        outcome = word(finding.outcome, language)
        sentence = "would be {outcome} {order}" if dry_run else "{outcome} {order}"
        place = f" (Billit {finding.billit_id})" if finding.billit_id else ""
        line = Text(phrase(sentence, language, outcome=outcome, order=f"{named(finding, language)}{place}"))
        at = line.plain.index(outcome)  # nothing of the shop's stands before it
        line.stylize(_STYLES.get(finding.outcome, _TROUBLE), at, at + len(outcome))
        yield line
        yield from reasons_in_words(finding.reasons)


def remarks(findings: Iterable[Finding], language: Language = "en") -> Iterator[Text]:
    """Give, for every finding that says more than its outcome, the order and its reasons."""
    for finding in findings:
        if finding.reasons:
            style = "bold" if finding.outcome in NEEDS_A_PERSON else ""
            said = {"order_id": finding.order_id, "outcome": word(finding.outcome, language)}
            yield Text(phrase("order {order_id} ({outcome}):", language, **said), style=style)
            yield from reasons_in_words(finding.reasons)


def summary(report: RunReport) -> str:
    """Give the counts in a line; empty where there is no news."""
    counts = report.counts()
    return ", ".join(
        f"{counts[outcome]} {word(outcome, report.language)}" for outcome in _NEWS if counts[outcome]
    )


def named(what: Finding | OrderRecord, language: Language = "en") -> str:
    """Name an order by its numbers and its total."""
    return phrase(
        "order {order_id}, {document}, {total} EUR",
        language,
        order_id=what.order_id,
        document=_document(what, language),
        total=euros_text(what.total),
    )


def in_language(records: Iterable[OrderRecord], language: Language) -> list[OrderRecord]:
    """Give orders with their reasons in a language."""
    return [replace(record, reasons=translate(record.reasons, language)) for record in records]


def reasons_in_words(reasons: Iterable[Reason]) -> Iterator[Text]:
    """Give two lines per reason: why, and what to do."""
    for reason in reasons:
        yield Text(f"    {reason.message}")
        yield Text(f"    → {reason.fix}", style="dim")


def _document(what: Finding | OrderRecord, language: Language) -> str:
    number = printable(what.number) if what.number else phrase("without number", language)
    return f"{word(_KINDS[what.kind], language)} {number}"


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

# What is counted of orders that nothing is to be said of, in words that stand in no list of outcomes.
_AT_REST = {Stage.WAITING: "not final yet in Plug&Pay", Stage.SKIPPED: "never to be made"}


def status_word(record: OrderRecord) -> str:
    """Give the word for where an order stands that something is said of: of a stuck one, as runs call it."""
    if record.stage is Stage.CHECKED and record.channel == "none":
        return "unknown"  # Billit does not show it
    return _STATUS_WORDS.get(record.stage, record.stage.value)


def counted(tallies: Iterable[Tally]) -> dict[str, int]:
    """Count all orders by where they stand, so that the same word means the same as in the list of the stuck."""
    counts: Counter[str] = Counter()
    for tally in tallies:
        counts[_word(tally)] += tally.count
    return dict(counts)


def _word(tally: Tally) -> str:
    if tally.is_dismissed:
        return "skipped by hand"
    if tally.stage is Stage.CHECKED and not tally.has_channel:
        return "unknown" if tally.has_reasons else "in Billit and not to be sent"
    if tally.stage is Stage.SENT and not tally.has_reasons:
        return "sent"
    return _AT_REST.get(tally.stage) or _STATUS_WORDS.get(tally.stage, tally.stage.value)
