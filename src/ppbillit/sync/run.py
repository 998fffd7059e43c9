"""A run from top to bottom: `sync` for what is new, `export_existing` for what is old, `first_run` before both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ppbillit.errors import SetupWrong, WrongRequest
from ppbillit.mapping.rules import document_key_prefix
from ppbillit.state import STUCK
from ppbillit.sync.create import create
from ppbillit.sync.debtors import refresh_debtors
from ppbillit.sync.follow import follow_deliveries
from ppbillit.sync.keys import read_with_keys
from ppbillit.sync.look import look_before_create
from ppbillit.sync.plan import make_plan
from ppbillit.sync.read import Window, read_by_id, read_window, remember_window, sync_window
from ppbillit.sync.send import send_ready
from ppbillit.sync.settle import settle_attempts
from ppbillit.sync.verify import verify_created

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ppbillit.billit.gateway import BillitReader
    from ppbillit.plugandpay.models import Order, UnreadableOrder
    from ppbillit.sync.job import Job


def sync(job: Job, order_ids: list[int] | None = None) -> None:
    """Invoice the shop's orders from the go-live date on, and send what is to be sent.

    With `order_ids`, only those, also where Billit refused them before; the mark then stays where it is.
    Raises `Brake` before the first create, and the errors of the services and the state.
    """
    job.asked_for = frozenset(order_ids or ())
    settle_attempts(job, order_ids)
    verify_created(job)
    if order_ids is None:
        window = sync_window(job)
        _make_documents(job, read_window(job, window))
        if not job.stopping():
            remember_window(job, window)
    else:
        _make_documents(job, read_by_id(job, order_ids))
    if job.sender is not None:
        send_ready(job, job.sender)
    follow_deliveries(job)
    job.report.stuck = len(job.state.orders.at(*STUCK))


def export_existing(job: Job, since: date, until: date | None, order_ids: list[int] | None = None) -> None:
    """Make documents of the orders before the go-live date.  A job without a sender: nothing can be sent.

    Raises SetupWrong where `since` is not before the go-live date, WrongRequest where `until` is before
    `since`, and otherwise what `sync` raises.
    """
    last_day = job.settings.go_live - timedelta(days=1)
    if since > last_day:
        raise SetupWrong(
            f"export-existing is for orders before the go-live date, {job.settings.go_live}, not from {since} on.",
            "Give an earlier --since; later orders are the business of `ppbillit sync`.",
        )
    if until and until < since:
        raise WrongRequest(f"--until {until} is before --since {since}.", "Turn the two around.")
    job.asked_for = frozenset(order_ids or ())
    settle_attempts(job, order_ids)
    verify_created(job)
    window = Window(since, min(until or last_day, last_day))
    _make_documents(job, read_window(job, window) if order_ids is None else read_by_id(job, order_ids))
    job.report.stuck = len(job.state.orders.at(*STUCK))


def _make_documents(job: Job, orders: Iterable[Order | UnreadableOrder]) -> None:
    remaining = look_before_create(job, make_plan(job, orders))
    job.brake(len(remaining))
    if not remaining:
        return
    refresh_debtors(job)
    job.progress.begin("invoicing", len(remaining))
    for planned in remaining:
        if job.stopping():
            return
        create(job, planned)
        job.progress.advance()


@dataclass(frozen=True)
class FirstRun:
    """A run without a state file may start from nothing only if nothing of ours is in Billit (DESIGN §10)."""

    reader: BillitReader
    tenant_id: str

    def check(self, state_file: Path) -> None:
        """Raise SetupWrong where Billit holds a document with our key."""
        prefix = document_key_prefix(self.tenant_id)
        for document in read_with_keys(self.reader, list(self.reader.all_documents())):
            if (document.external_provider_id or "").startswith(prefix):
                raise SetupWrong(
                    f"There is no state file at {state_file}, but Billit already holds invoices of this shop "
                    f"made by ppbillit (for example {document.order_number or document.order_id}).",
                    "If the file was lost, run `ppbillit rebuild-state`; if another machine does this job, "
                    "let only one of them.",
                )
