"""`retry`: a person has mended something and wants stuck orders tried again, each from where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import SETTLED, OrderRecord, Stage
from ppbillit.sync.delivery import failure_of, has_failed
from ppbillit.sync.follow import follow_deliveries
from ppbillit.sync.read import read_by_id, read_on_record
from ppbillit.sync.reconsider import look_at_held, still_failed
from ppbillit.sync.run import make_documents
from ppbillit.sync.send import send_ready
from ppbillit.sync.settle import settle_attempts
from ppbillit.sync.shown import document_of, unseen
from ppbillit.sync.verify import verify_created

if TYPE_CHECKING:
    from ppbillit.sync.job import Job


def retry(job: Job, order_ids: list[int] | None = None) -> None:
    """Try these orders again, or all that are stuck: make, compare, send or ask after, whichever is next.

    An order that was dismissed is taken up again.  What was backfilled is made and never sent.  Raises
    WrongRequest where the shop does not know an order that was named, and otherwise what `sync` raises.
    """
    chosen = [record.order_id for record in job.state.orders.stuck()] if order_ids is None else order_ids
    if not chosen:  # asked for nothing would mean: asked for all
        return
    job.asked_for, job.asks_for_all = frozenset(chosen), order_ids is None
    for order_id in chosen:
        if record := job.state.orders.get(order_id):
            _prepare(job, record)
    export = replace(job, backfill=True, sender=None)
    brakes = []
    for each in (export, job):
        settle_attempts(each)
        verify_created(each)
        to_make = [order_id for order_id in chosen if _is_to_be_made(each, order_id)]
        read = read_on_record if order_ids is None else read_by_id
        brakes.append(make_documents(each, read(each, to_make), anew=bool(to_make)))
    if job.sender is not None:
        send_ready(job, job.sender)
    follow_deliveries(job)
    if brake := next(filter(None, brakes), None):  # what was made before is sent all the same
        raise brake


def _is_to_be_made(job: Job, order_id: int) -> bool:
    """Tell whether it has no document yet; one that is not on record is the business of a sync."""
    record = job.state.orders.get(order_id)
    if record is None:
        return not job.backfill
    return record.stage not in SETTLED and record.backfill == job.backfill


def _prepare(job: Job, record: OrderRecord) -> None:
    """Bring an order to where its next step begins."""
    orders = job.state.orders
    if record.dismissed is not None:
        orders.take_up_again(record.order_id)
    else:
        orders.note_retry(record.order_id)
    match record.stage:
        case Stage.FAILED:
            _reopen(job, record)
        case Stage.CHECKED if record.channel == "none":
            if unseen(record) and document_of(job, record) is None:
                return
            job.found(record, Outcome.CHECKED, (reason("never_to_be_sent"),))
        case Stage.CHECKED:
            _rechannel(job, record)
        case Stage.SENT:
            orders.note(record.order_id, unseen(record))  # so that its delivery is asked after once more
        case Stage.HELD:
            look_at_held(job, record)
            if job.record(record.order_id).stage is Stage.CHECKED:
                _rechannel(job, record)
        case _:
            pass  # made, looked up or left alone by what follows


def _reopen(job: Job, record: OrderRecord) -> None:
    """A failed sending goes again, unless it went by some other hand, or is not to go at all any more."""
    document = still_failed(job, record)
    if document is None:
        return
    if job.settings.channel_for(record.buyer) == "none":
        off = reason("sending_off", channel=record.channel, order_id=record.order_id)
        job.found(record, Outcome.FAILED, (*record.reasons, off))
        return
    job.state.orders.reopen(record.order_id, failure_of(document) if has_failed(document) else None)
    _rechannel(job, record)


def _rechannel(job: Job, record: OrderRecord) -> None:
    """It goes by the channel that the config names today; what had none when it was made never gets one."""
    today = job.settings.channel_for(record.buyer)
    if "none" not in {record.channel, today}:
        job.state.orders.rechannel(record.order_id, today)
