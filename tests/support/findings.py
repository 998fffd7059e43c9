"""Reports of a run, made from findings."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from ppbillit.report import Finding, Outcome, RunReport

CREATED = Finding(7, "invoice", Outcome.CREATED, "2026007", Decimal("97.00"), 100)


def report(*findings: Finding, dry_run: bool = False) -> RunReport:
    made = RunReport("sync", "r1", datetime(2026, 10, 5, tzinfo=UTC), dry_run)
    for finding in findings:
        made.add(finding)
    return made
