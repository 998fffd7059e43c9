"""`retry`: a person has mended something and wants stuck orders tried again, each from where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ppbillit.invoicing.document_facts import failure_of, has_failed
from ppbillit.invoicing.lookup import document_of, missing_reasons
from ppbillit.invoicing.pipeline import make_documents
from ppbillit.invoicing.resolve import resolve_attempts
from ppbillit.invoicing.select import read_by_id, read_on_record
from ppbillit.invoicing.send import send_ready
from ppbillit.invoicing.track import recheck_held, still_failed, track_deliveries
from ppbillit.invoicing.verify import verify_created
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import HAS_DOCUMENT, OrderRecord, Stage

if TYPE_CHECKING:
    from ppbillit.run import Run


def retry(run: Run, order_ids: list[int] | None = None) -> None:
    """Try these orders again, or all that are stuck: make, compare, send or ask after, whichever is next.

    An order that was dismissed is taken up again.  What was backfilled is made and never sent.  Raises
    WrongRequest where the shop does not know an order that was named, and otherwise what `sync` raises.
    """
    chosen = [record.order_id for record in run.state.orders.stuck()] if order_ids is None else order_ids
    if not chosen:  # asked for nothing would mean: asked for all
        return
    run.asked_for, run.asks_for_all = frozenset(chosen), order_ids is None
    for order_id in chosen:
        if record := run.state.orders.get(order_id):
            _prepare(run, record)
    export = replace(run, backfill=True, sender=None)
    brakes = []
    for each in (export, run):
        resolve_attempts(each)
        verify_created(each)
        to_make = [order_id for order_id in chosen if _is_to_be_made(each, order_id)]
        read = read_on_record if order_ids is None else read_by_id
        brakes.append(make_documents(each, read(each, to_make), anew=bool(to_make)))
    if run.sender is not None:
        send_ready(run, run.sender)
    track_deliveries(run)
    if brake := next(filter(None, brakes), None):  # what was made before is sent all the same
        raise brake


def _is_to_be_made(run: Run, order_id: int) -> bool:
    """Tell whether it has no document yet; one that is not on record is the business of a sync."""
    record = run.state.orders.get(order_id)
    if record is None:
        return not run.backfill
    return record.stage not in HAS_DOCUMENT and record.backfill == run.backfill


def _prepare(run: Run, record: OrderRecord) -> None:
    """Bring an order to where its next step begins."""
    orders = run.state.orders
    if record.dismissed is not None:
        orders.take_up_again(record.order_id)
    else:
        orders.note_retry(record.order_id)
    match record.stage:
        case Stage.FAILED:
            _reopen(run, record)
        case Stage.CHECKED if record.channel == "none":
            if missing_reasons(record) and document_of(run, record) is None:
                return
            run.found(record, Outcome.CHECKED, (reason("never_to_be_sent"),))
        case Stage.CHECKED:
            _rechannel(run, record)
        case Stage.SENT:
            orders.note(
                record.order_id, missing_reasons(record)
            )  # so that its delivery is asked after once more
        case Stage.HELD:
            recheck_held(run, record)
            if run.record(record.order_id).stage is Stage.CHECKED:
                _rechannel(run, record)
        case _:
            pass  # made, looked up or left alone by what follows


def _reopen(run: Run, record: OrderRecord) -> None:
    """A failed sending goes again, unless it went by some other hand, or is not to go at all any more."""
    document = still_failed(run, record)
    if document is None:
        return
    if run.settings.channel_for(record.buyer) == "none":
        off = reason("sending_off", channel=record.channel, order_id=record.order_id)
        run.found(record, Outcome.FAILED, (*record.reasons, off))
        return
    run.state.orders.reopen(record.order_id, failure_of(document) if has_failed(document) else None)
    _rechannel(run, record)


def _rechannel(run: Run, record: OrderRecord) -> None:
    """It goes by the channel that the config names today; what had none when it was made never gets one."""
    today = run.settings.channel_for(record.buyer)
    if "none" not in {record.channel, today}:
        run.state.orders.rechannel(record.order_id, today)
