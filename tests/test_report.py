"""The report of a run: each order appears once, and only news needs a person."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ppbillit.errors import ExitCode
from ppbillit.reasons import reason
from ppbillit.report import Finding, Outcome
from support.findings import CREATED, report


def test_an_order_appears_once_with_the_last_thing_that_happened_to_it() -> None:
    sent = Finding(7, "invoice", Outcome.SENT, "2026007", Decimal("97.00"), 100)
    made = report(CREATED, sent)
    assert made.findings == [sent]
    assert (made.counts()["created"], made.counts()["sent"]) == (1, 1)


def test_what_was_said_of_its_making_stays_when_a_document_is_sent() -> None:
    """Otherwise: "the VAT number was left off" is never read where invoices are sent at once."""
    noted = Finding(7, "invoice", Outcome.CREATED, "2026007", Decimal("97.00"), 100, (reason("concept"),))
    sent = Finding(7, "invoice", Outcome.SENT, "2026007", Decimal("97.00"), 100)
    [finding] = report(noted, sent).findings
    assert (finding.outcome, finding.reasons) == (Outcome.SENT, noted.reasons)


def test_what_was_not_known_and_then_turned_out_is_counted_once() -> None:
    unknown = Finding(7, "invoice", Outcome.UNKNOWN, "2026007", Decimal("97.00"))
    made = report(unknown, CREATED)
    assert (made.counts()["unknown"], made.counts()["created"]) == (0, 1)
    assert made.exit_code() is ExitCode.DONE


def test_what_is_not_known_of_a_payment_takes_nothing_off_what_happened_to_its_document() -> None:
    """Otherwise: an invoice was sent, its payment got no answer, and the run counts no sending."""
    sent = Finding(7, "invoice", Outcome.SENT, "2026007", Decimal("97.00"), 100)
    lost = Finding(7, "invoice", Outcome.UNKNOWN, "2026007", Decimal("97.00"), 100, (reason("concept"),))
    made = report(sent)
    made.add_beside(lost)
    assert made.findings == [lost]
    assert (made.counts()["sent"], made.counts()["unknown"]) == (1, 1)
    assert made.exit_code() is ExitCode.NEEDS_ATTENTION


def test_a_payment_does_not_hide_what_needs_a_person() -> None:
    failed = Finding(7, "invoice", Outcome.FAILED, "2026007", Decimal("97.00"), 100, (reason("concept"),))
    made = report(failed)
    made.add_beside(Finding(7, "invoice", Outcome.PAID, "2026007", Decimal("97.00"), 100))
    assert made.findings == [failed]
    assert (made.counts()["failed"], made.counts()["paid"]) == (1, 1)


@pytest.mark.parametrize("outcome", Outcome)
def test_only_news_that_needs_a_person_ends_with_three(outcome: Outcome) -> None:
    trouble = {"held", "parked", "unknown", "unsent", "pending", "failed", "reversed", "not_updated"}
    needs_a_person = outcome in trouble
    made = report(Finding(1, "invoice", outcome, "1", Decimal(1)))
    assert made.exit_code() is (ExitCode.NEEDS_ATTENTION if needs_a_person else ExitCode.DONE)


def test_what_is_stuck_from_before_does_not_make_a_run_loud() -> None:
    made = report()
    made.stuck = 5
    assert (made.exit_code(), made.counts()["stuck"]) == (ExitCode.DONE, 5)
