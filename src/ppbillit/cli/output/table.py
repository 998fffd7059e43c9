"""The findings of a run: as a table for a terminal, or line by line for a log or a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from ppbillit.cli.output.words import document_name, order_name, reason_lines
from ppbillit.money import euros_text
from ppbillit.reasons.words import phrase, word
from ppbillit.report import NEEDS_A_PERSON, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ppbillit.reasons import Language
    from ppbillit.report import Finding, RunReport

_STYLES = {
    Outcome.CREATED: "green",
    Outcome.ADOPTED: "green",
    Outcome.SENT: "green",
    Outcome.DELIVERED: "green",
    Outcome.PAID: "green",
    Outcome.SKIPPED: "dim",
    Outcome.FAILED: "red",
}
_OTHER_STYLE = "yellow"
_NEWS = [outcome for outcome in Outcome if outcome is not Outcome.UNCHANGED]


def findings_table(findings: Iterable[Finding], *, dry_run: bool, language: Language = "en") -> Table:
    """Return the findings as a table; `reasons_by_order` says what to do about them."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    # A number that is cut off is useless, so in a narrow window its cell is wrapped.
    table.add_column(phrase("order", language), no_wrap=True, overflow="fold")
    table.add_column(phrase("document", language), overflow="fold")
    table.add_column("EUR", justify="right", no_wrap=True, overflow="fold")
    table.add_column(phrase("would be" if dry_run else "is now", language), overflow="fold")
    if not dry_run:
        table.add_column(phrase("in Billit", language), justify="right", no_wrap=True, overflow="fold")
    for finding in findings:
        cells = [
            Text(str(finding.order_id)),
            Text(document_name(finding, language)),
            Text(euros_text(finding.total)),
            Text(word(finding.outcome, language), style=_STYLES.get(finding.outcome, _OTHER_STYLE)),
        ]
        table.add_row(*cells, *([] if dry_run else [Text(str(finding.billit_id or ""))]))
    return table


def finding_lines(findings: Iterable[Finding], *, dry_run: bool, language: Language = "en") -> Iterator[Text]:
    """Yield a line for each finding, followed by its reasons and what to do about each."""
    for finding in findings:
        outcome = word(finding.outcome, language)
        sentence = "would be {outcome} {order}" if dry_run else "{outcome} {order}"
        place = f" (Billit {finding.billit_id})" if finding.billit_id else ""
        line = Text(
            phrase(sentence, language, outcome=outcome, order=f"{order_name(finding, language)}{place}")
        )
        at = line.plain.index(outcome)  # no text from the shop stands before it
        line.stylize(_STYLES.get(finding.outcome, _OTHER_STYLE), at, at + len(outcome))
        yield line
        yield from reason_lines(finding.reasons)


def reasons_by_order(findings: Iterable[Finding], language: Language = "en") -> Iterator[Text]:
    """Yield the number and the reasons of each finding that has reasons."""
    for finding in findings:
        if finding.reasons:
            style = "bold" if finding.outcome in NEEDS_A_PERSON else ""
            facts = {"order_id": finding.order_id, "outcome": word(finding.outcome, language)}
            yield Text(phrase("order {order_id} ({outcome}):", language, **facts), style=style)
            yield from reason_lines(finding.reasons)


def summary(report: RunReport) -> str:
    """Return the counts on one line; an empty text where there is no news."""
    counts = report.counts()
    return ", ".join(
        f"{counts[outcome]} {word(outcome, report.language)}" for outcome in _NEWS if counts[outcome]
    )
