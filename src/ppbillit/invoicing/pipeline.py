"""A run from top to bottom: `sync` for what is new, `export_existing` for what is old."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ppbillit.debtors import refresh_debtors, update_debtors
from ppbillit.errors import WrongRequest
from ppbillit.invoicing.create import create
from ppbillit.invoicing.existing import find_existing
from ppbillit.invoicing.payment_facts import note_orders
from ppbillit.invoicing.plan import make_plan
from ppbillit.invoicing.resolve import resolve_attempts
from ppbillit.invoicing.select import (
    Window,
    read_by_id,
    read_window,
    remember_window,
    sync_window,
    with_products,
)
from ppbillit.invoicing.send import send_ready
from ppbillit.invoicing.track import recheck, track_deliveries
from ppbillit.invoicing.verify import verify_created

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.errors import Brake
    from ppbillit.plugandpay.models import Order, UnreadableOrder
    from ppbillit.run import Run

logger = logging.getLogger("ppbillit.sync")


def sync(run: Run, order_ids: list[int] | None = None) -> None:
    """Invoice the shop's orders from the go-live date on, and send what is to be sent.

    With `order_ids`, only those, also where Billit refused them before; the mark then stays where it is.
    Raises `Brake` where too much is new: then nothing new is made, but what was made before is still sent.
    """
    run.asked_for = frozenset(order_ids or ())
    resolve_attempts(run)
    verify_created(run)
    window = sync_window(run) if order_ids is None else None
    if window and window.deep:
        recheck(run)
    orders = read_window(run, window) if window else read_by_id(run, order_ids or [])
    brake = make_documents(run, orders, anew=bool(window and window.deep))
    if run.sender is not None:
        send_ready(run, run.sender)
    track_deliveries(run, daily=bool(window and window.deep))
    if brake:
        raise brake
    if window and not run.stopping():
        remember_window(run, window)


def export_existing(run: Run, since: date, until: date | None, order_ids: list[int] | None = None) -> None:
    """Make documents of the orders before the go-live date.  A job without a sender: nothing can be sent.

    Raises WrongRequest where the dates make no sense, and otherwise what `sync` raises.
    """
    last_day = run.settings.go_live - timedelta(days=1)
    if since > last_day:
        raise WrongRequest(
            f"export-existing is for orders before the go-live date, {run.settings.go_live}, not from {since} on.",
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
    run.asked_for = frozenset(order_ids or ())
    resolve_attempts(run)
    verify_created(run)
    window = Window(since, min(until or last_day, last_day))
    orders = read_window(run, window) if order_ids is None else read_by_id(run, order_ids)
    if brake := make_documents(run, orders, anew=True):
        raise brake


def make_documents(run: Run, orders: Sequence[Order | UnreadableOrder], *, anew: bool) -> Brake | None:
    """Make what is to be made, or give the brake that keeps it from being made.

    A rehearsal shows it all the same.  `anew`: with all of Billit's debtors read afresh.
    """
    if run.updater:
        update_debtors(run, run.updater, orders)
    orders = with_products(run, orders)
    note_orders(run, orders)
    remaining = find_existing(run, make_plan(run, orders))
    brake = run.brake(len(remaining))
    if not remaining or (brake and not run.is_rehearsal):
        return brake
    if not run.updater:  # which has just read them all
        refresh_debtors(run, anew=anew)
    run.progress.begin("invoicing", len(remaining))
    for planned in remaining:
        if run.stopping():
            break
        create(run, planned)
        run.progress.advance()
    return brake
