"""Send what may be sent: in Billit, to the cent, with a channel.  Marked first, looked at before a second try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from ppbillit.billit.models import Accepted, Document, KeyUsed, NotSent, Refused, Unknown
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage
from ppbillit.sync.refusals import has_code, taken_back, unreachable, words

if TYPE_CHECKING:
    from ppbillit.billit.gateway import DocumentSender
    from ppbillit.state import Channel
    from ppbillit.sync.job import Job

_TRANSPORTS: dict[Channel, Literal["Peppol", "SMTP"]] = {"peppol": "Peppol", "email": "SMTP"}
_ALREADY_SENT = "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue"


def send_ready(job: Job, sender: DocumentSender) -> None:
    """Send what is ready, and find out what became of sendings that were not answered.

    A channel that the config does not name any more is not used: what waits for it waits on.
    """
    channels = {job.settings.send_businesses, job.settings.send_consumers} - {"none"}
    for record in job.state.orders.at(Stage.SENDING):
        _resume(job, sender, record, may_send=record.channel in channels)
    ready = [
        record
        for record in job.state.orders.at(Stage.CHECKED)
        if record.channel in channels and (record.order_id in job.asked_for or not job.asked_for)
    ]
    if ready:
        job.progress.begin("sending", len(ready))
    for record in ready:
        if job.stopping():
            return
        _send(job, sender, record)
        job.progress.advance()


def is_on_its_way(document: Document) -> bool:
    """Tell whether Billit has sent the document or is about to (billit sheet §6.1)."""
    delivery = document.delivery
    return bool(document.is_sent) or bool(delivery and delivery.document_delivery_status)


def _resume(job: Job, sender: DocumentSender, record: OrderRecord, *, may_send: bool) -> None:
    """A sending without an answer: the document itself says whether it went, once that can be believed."""
    key = job.rules.document_key(record.order_id)
    document = job.reader.document(record.billit_id) if record.billit_id else None
    if document is None:
        gone = reason("vanished", billit_id=record.billit_id)
        job.state.orders.record_deleted(record.order_id, (gone,))
        job.found(record, Outcome.DELETED, (gone,))
    elif is_on_its_way(document):
        job.state.orders.record_sent(record.order_id, key)
        job.found(record, Outcome.SENT)
    elif may_send and not job.stopping():
        attempt = job.state.attempts.open("sending", key)
        if attempt is None or job.settled_by_now(attempt.unknown_since):
            _send(job, sender, record)


def _send(job: Job, sender: DocumentSender, record: OrderRecord) -> None:
    if record.billit_id is None or record.backfill:
        raise ValueError(record)
    key = job.rules.document_key(record.order_id)
    attempt = job.state.orders.begin_sending(record.order_id, key)
    with taken_back(lambda: job.state.orders.record_sending_not_sent(record.order_id, key)):
        outcome = sender.send(record.billit_id, _TRANSPORTS[record.channel], attempt.token)
    match outcome:
        case Accepted():
            _sent(job, record, key)
        case Refused() if has_code(outcome, _ALREADY_SENT):
            _sent(job, record, key)
        case Refused():
            refusal = reason("send_refused", problems=words(outcome))
            job.state.orders.record_sending_refused(record.order_id, key, (refusal,))
            job.found(record, Outcome.FAILED, (refusal,))
        case NotSent(why=why):
            job.state.orders.record_sending_not_sent(record.order_id, key)
            raise unreachable(why)
        case Unknown() | KeyUsed():  # a key that was used is no proof that anything was sent
            _look(job, record, key)
        case _:
            assert_never(outcome)


def _sent(job: Job, record: OrderRecord, key: str) -> None:
    job.state.orders.record_sent(record.order_id, key)
    job.found(record, Outcome.SENT)


def _look(job: Job, record: OrderRecord, key: str) -> None:
    """No sound answer: if the document does not show it yet, the next run looks again."""
    job.state.attempts.note_lost("sending", key)
    document = job.reader.document(record.billit_id) if record.billit_id else None
    if document and is_on_its_way(document):
        _sent(job, record, key)
    else:
        job.found(record, Outcome.UNKNOWN, (reason("send_unknown"),))
