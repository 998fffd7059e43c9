"""A run from top to bottom: `sync` for what is new, `export_existing` for what is old."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ppbillit.errors import WrongRequest
from ppbillit.sync.create import create
from ppbillit.sync.debtors import refresh_debtors, update_debtors
from ppbillit.sync.follow import follow_deliveries
from ppbillit.sync.look import look_before_create
from ppbillit.sync.payments.learn import learn_orders
from ppbillit.sync.plan import make_plan
from ppbillit.sync.products import with_products
from ppbillit.sync.read import Window, read_by_id, read_window, remember_window, sync_window
from ppbillit.sync.reconsider import reconsider
from ppbillit.sync.send import send_ready
from ppbillit.sync.settle import settle_attempts
from ppbillit.sync.verify import verify_created

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.errors import Brake
    from ppbillit.plugandpay.models import Order, UnreadableOrder
    from ppbillit.sync.job import Job


logger = logging.getLogger("ppbillit.sync")


def sync(job: Job, order_ids: list[int] | None = None) -> None:
    """Invoice the shop's orders from the go-live date on, and send what is to be sent.

    With `order_ids`, only those, also where Billit refused them before; the mark then stays where it is.
    Raises `Brake` where too much is new: then nothing new is made, but what was made before is still sent.
    """
    job.asked_for = frozenset(order_ids or ())
    settle_attempts(job)
    verify_created(job)
    window = sync_window(job) if order_ids is None else None
    if window and window.deep:
        reconsider(job)
    orders = read_window(job, window) if window else read_by_id(job, order_ids or [])
    brake = make_documents(job, orders, anew=bool(window and window.deep))
    if job.sender is not None:
        send_ready(job, job.sender)
    follow_deliveries(job, daily=bool(window and window.deep))
    if brake:
        raise brake
    if window and not job.stopping():
        remember_window(job, window)


def export_existing(job: Job, since: date, until: date | None, order_ids: list[int] | None = None) -> None:
    """Make documents of the orders before the go-live date.  A job without a sender: nothing can be sent.

    Raises WrongRequest where the dates make no sense, and otherwise what `sync` raises.
    """
    last_day = job.settings.go_live - timedelta(days=1)
    if since > last_day:
        raise WrongRequest(
            f"export-existing is for orders before the go-live date, {job.settings.go_live}, not from {since} on.",
            "Give an earlier --since; later orders are the business of `ppbillit sync`.",
        )
    if until and until < since:
        raise WrongRequest(f"--until {until} is before --since {since}.", "Turn the two around.")
    if until and until > last_day:
        logger.warning(
            "--until %s is not before the go-live date: this goes up to %s, the day before it; "
            "what comes later is the business of `ppbillit sync`",
            *(until, last_day),
        )
    job.asked_for = frozenset(order_ids or ())
    settle_attempts(job)
    verify_created(job)
    window = Window(since, min(until or last_day, last_day))
    orders = read_window(job, window) if order_ids is None else read_by_id(job, order_ids)
    if brake := make_documents(job, orders, anew=True):
        raise brake


def make_documents(job: Job, orders: Sequence[Order | UnreadableOrder], *, anew: bool) -> Brake | None:
    """Make what is to be made, or give the brake that keeps it from being made.

    A rehearsal shows it all the same.  `anew`: with all of Billit's debtors read afresh.
    """
    if job.updater:
        update_debtors(job, job.updater, orders)
    orders = with_products(job, orders)
    learn_orders(job, orders)
    remaining = look_before_create(job, make_plan(job, orders))
    brake = job.brake(len(remaining))
    if not remaining or (brake and not job.is_rehearsal):
        return brake
    if not job.updater:  # which has just read them all
        refresh_debtors(job, anew=anew)
    job.progress.begin("invoicing", len(remaining))
    for planned in remaining:
        if job.stopping():
            break
        create(job, planned)
        job.progress.advance()
    return brake
