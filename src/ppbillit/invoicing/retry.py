"""`retry`: a person has put something right and wants stuck orders tried again, each from where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ppbillit.invoicing.document_facts import failure_of, has_failed
from ppbillit.invoicing.lookup import document_of, missing_reasons
from ppbillit.invoicing.pipeline import make_documents
from ppbillit.invoicing.resolve import resolve_attempts
from ppbillit.invoicing.select import read_by_id, read_on_record
from ppbillit.invoicing.send import send
from ppbillit.invoicing.track import recheck_held, still_failed, track
from ppbillit.invoicing.verify import Compared, verify
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import HAS_DOCUMENT, OrderRecord, Stage, transitions

if TYPE_CHECKING:
    from ppbillit.billit.ports import DocumentCreator, DocumentSender
    from ppbillit.run import Run


def retry(
    run: Run, creator: DocumentCreator, sender: DocumentSender, order_ids: list[int] | None = None
) -> None:
    """Try these orders again, or all that are stuck: create, compare, send or track, whichever is next.

    An order that was skipped is taken up again.  What was backfilled is created and never sent.
    Raise WrongRequest where the shop does not know an order that was named, and otherwise what `sync` raises.
    """
    chosen = [record.order_id for record in run.state.orders.stuck()] if order_ids is None else order_ids
    if not chosen:  # about no order would mean: about all
        return
    run = run.about(chosen, all_stuck=order_ids is None)
    compared: Compared = {}
    for order_id in chosen:
        if record := run.state.orders.get(order_id):
            compared = {**compared, **_prepare(run, record)}
    export = replace(run, scope=replace(run.scope, backfill=True))
    brakes = []
    for each in (export, run):
        resolve_attempts(each)
        compared = verify(each, compared)
        to_create = [order_id for order_id in chosen if _is_to_be_created(each, order_id)]
        read = read_on_record if order_ids is None else read_by_id
        orders = read(each, to_create)
        compared, brake = make_documents(each, creator, orders, compared, "all" if to_create else "changed")
        brakes.append(brake)
    just_sent = send(run, sender, compared)
    track(run, just_sent)
    if brake := next(filter(None, brakes), None):  # what was created before is sent all the same
        raise brake


def _is_to_be_created(run: Run, order_id: int) -> bool:
    """Return whether it has no document yet; one that is not on record is for a sync."""
    record = run.state.orders.get(order_id)
    if record is None:
        return not run.scope.backfill
    return record.stage not in HAS_DOCUMENT and record.backfill == run.scope.backfill


def _prepare(run: Run, record: OrderRecord) -> Compared:
    """Bring an order to where its next step begins; return it where it was compared."""
    orders = run.state.orders
    compared: Compared = {}
    if record.dismissed is not None:
        orders.take_up_again(record.order_id)
        record = run.order(record.order_id)
    else:
        orders.note_retry(record.order_id)
    match record.stage:
        case Stage.FAILED:
            _reopen(run, record)
        case Stage.CHECKED if record.channel == "none":
            if missing_reasons(record) and document_of(run, record) is None:
                return compared
            run.say(record, Outcome.CHECKED, (reason("never_to_be_sent"),))
        case Stage.CHECKED:
            _rechannel(run, record)
        case Stage.SENT:
            orders.note(record.order_id, missing_reasons(record))  # so that it is tracked once more
        case Stage.HELD:
            compared = {record.order_id: recheck_held(run, record)}
            if run.order(record.order_id).stage is Stage.CHECKED:
                _rechannel(run, record)
        case _:
            pass  # created, looked up or left alone by what follows
    return compared


def _reopen(run: Run, record: OrderRecord) -> None:
    """Reopen a failed sending, unless somebody else sent it, or the config does not send it any more."""
    document = still_failed(run, record)
    if document is None:
        return
    if run.settings.channel_for(record.buyer) == "none":
        off = reason("sending_off", channel=record.channel, order_id=record.order_id)
        run.say(record, Outcome.FAILED, (*record.reasons, off))
        return
    failure = failure_of(document) if has_failed(document) else None
    run.record(record, transitions.REOPEN, failure=failure)
    _rechannel(run, record)


def _rechannel(run: Run, record: OrderRecord) -> None:
    """Use the channel that the config names today; a document that was created without one never gets one."""
    today = run.settings.channel_for(record.buyer)
    if "none" not in {record.channel, today}:
        run.state.orders.rechannel(record.order_id, today)
