"""A run from top to bottom: `sync` for what is new, `export_existing` for what is old.

Each step takes what is at one stage and moves it to the next; where an order stands between two steps is in the
state, so that a run which is cut off is continued by the next one.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from ppbillit.debtors import refresh_debtors
from ppbillit.debtors.update import update_debtors
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
from ppbillit.invoicing.send import send
from ppbillit.invoicing.track import recheck, track
from ppbillit.invoicing.verify import Compared, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.billit.ports import DebtorUpdater, DocumentCreator, DocumentSender
    from ppbillit.errors import Brake
    from ppbillit.plugandpay.models import Order, UnreadableOrder
    from ppbillit.run import Run

logger = logging.getLogger("ppbillit.sync")

DebtorsToRead = Literal["all", "changed", "none"]


def sync(
    run: Run,
    creator: DocumentCreator,
    sender: DocumentSender,
    order_ids: list[int] | None = None,
    *,
    updater: DebtorUpdater | None = None,
) -> None:
    """Invoice the shop's orders from the go-live date on, and send what is to be sent.

    With `order_ids`, only those, also where Billit refused them before; the mark then stays where it is.  With an
    `updater`, Billit's debtors are brought up to date with these orders first.
    Raise Brake where too much is new: then nothing new is created, but what was created before is still sent.
    """
    run = run.about(order_ids)
    resolve_attempts(run)
    compared = verify(run)
    window = sync_window(run) if order_ids is None else None
    is_daily = window is not None and window.deep
    if is_daily:
        compared = {**compared, **recheck(run)}
    orders = read_window(run, window) if window else read_by_id(run, order_ids or [])
    if updater:
        update_debtors(run, updater, orders)
    debtors_to_read: DebtorsToRead = "none" if updater else "all" if is_daily else "changed"
    compared, brake = make_documents(run, creator, orders, compared, debtors_to_read)
    just_sent = send(run, sender, compared)
    track(run, just_sent, daily=is_daily)
    if brake:
        raise brake
    if window and not run.stopping():
        remember_window(run, window)


def export_existing(
    run: Run, creator: DocumentCreator, since: date, until: date | None, order_ids: list[int] | None = None
) -> None:
    """Create documents of the orders before the go-live date.  It is given nothing that could send.

    Raise WrongRequest where the dates make no sense, and otherwise what `sync` raises.
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
    run = run.about(order_ids)
    resolve_attempts(run)
    compared = verify(run)
    window = Window(since, min(until or last_day, last_day))
    orders = read_window(run, window) if order_ids is None else read_by_id(run, order_ids)
    _, brake = make_documents(run, creator, orders, compared, "all")
    if brake:
        raise brake


def make_documents(
    run: Run,
    creator: DocumentCreator,
    orders: Sequence[Order | UnreadableOrder],
    compared: Compared,
    debtors_to_read: DebtorsToRead,
) -> tuple[Compared, Brake | None]:
    """Create what is to be created and compare it; return what was compared, and the brake if it held.

    A dry run goes on all the same.  The mirror of Billit's debtors is brought up to date first.
    """
    orders = with_products(run, orders)
    note_orders(run, orders)
    remaining = find_existing(run, make_plan(run, orders))
    brake = run.brake(len(remaining))
    if brake and not run.scope.dry_run:
        remaining = []
    if remaining:
        if debtors_to_read != "none":
            refresh_debtors(run, anew=debtors_to_read == "all")
        run.progress.begin("invoicing", len(remaining))
    compared = verify(run, compared)  # what was found to be there already
    for planned in remaining:
        if run.stopping():
            break
        create(run, creator, planned)
        # At once: where it cannot be read back, no more are created; and a credit note needs its invoice's number.
        compared = verify(run, compared)
        run.progress.advance()
    return compared, brake
