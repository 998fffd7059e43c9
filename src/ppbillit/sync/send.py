"""Send what may be sent: in Billit, to the cent, with a way.  Marked first, looked at before a second try."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.billit.models import Accepted, Document, KeyUsed, NotSent, Refused, Unknown
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage
from ppbillit.sync.gone import not_shown
from ppbillit.sync.refusals import has_code, taken_back, unreachable
from ppbillit.sync.route import not_reachable, remember_refusal, route
from ppbillit.sync.send_refusals import ALREADY_SENT, NOT_ON_PEPPOL, why_not_sent
from ppbillit.sync.verify import verify

if TYPE_CHECKING:
    from ppbillit.billit.gateway import DocumentSender, TransportType
    from ppbillit.sync.job import Job


def send_ready(job: Job, sender: DocumentSender) -> None:
    """Send what is ready, and find out what became of sendings that were not answered."""
    for record in job.state.orders.at(Stage.SENDING):
        _resume(job, sender, record)
    ready = [
        record
        for record in job.state.orders.at(Stage.CHECKED)
        if _may_send(job, record) and job.concerns(record.order_id)
    ]
    if ready:
        job.progress.begin("sending", len(ready))
    for record in ready:
        if job.stopping():
            return
        _send_or_say_why_not(job, sender, record)
        job.progress.advance()


def is_on_its_way(document: Document) -> bool:
    """Tell whether Billit has sent the document or is about to (billit sheet §6.1)."""
    delivery = document.delivery
    return bool(document.is_sent) or bool(delivery and delivery.document_delivery_status)


def _may_send(job: Job, record: OrderRecord) -> bool:
    """A document goes by the channel it was made for, and only while the config still says so for its buyer.

    And not what a person has said needs nothing more.
    """
    today = job.settings.channel_for(record.buyer)
    return record.channel != "none" and record.channel == today and record.dismissed is None


def _send_or_say_why_not(job: Job, sender: DocumentSender, record: OrderRecord) -> None:
    way = route(job, record)
    if not isinstance(way, Reason):
        if _is_as_it_was(job, record):
            _send(job, sender, record, way)
    elif job.state.orders.note(record.order_id, (way,)) or record.order_id in job.asked_for:
        job.found(record, Outcome.UNSENT, (way,))


def _is_as_it_was(job: Job, record: OrderRecord) -> bool:
    """Look again at what was not compared in this run: somebody may have sent or changed it in Billit since.

    A delivery that failed, and that a person wants tried again, is known by its version.
    """
    if record.order_id in job.verified:
        return True
    document = verify(job, record)
    if document is None:
        return False
    is_the_failed_one = record.modified is not None and record.modified == document.last_modified
    if is_on_its_way(document) and not is_the_failed_one:
        job.state.orders.record_sent_elsewhere(record.order_id)
        job.found(record, Outcome.SENT)
        return False
    return True


def _resume(job: Job, sender: DocumentSender, record: OrderRecord) -> None:
    """A sending without an answer: the document itself says whether it went, once that can be believed."""
    key = job.rules.document_key(record.order_id)
    document = job.reader.document(record.document_id)
    if document is None:
        not_shown(job, record)
    elif is_on_its_way(document):
        _sent(job, record, key)
    elif _may_send(job, record) and not job.stopping():
        attempt = job.state.attempts.open("sending", key)
        way = route(job, record)
        if not isinstance(way, Reason) and (attempt is None or job.settled_by_now(attempt.unknown_since)):
            _send(job, sender, record, way)


def _send(job: Job, sender: DocumentSender, record: OrderRecord, way: TransportType) -> None:
    if record.backfill:
        raise ValueError(record)
    key = job.rules.document_key(record.order_id)
    attempt = job.state.orders.begin_sending(record.order_id, key)
    with taken_back(lambda _why: job.state.orders.record_sending_not_sent(record.order_id, key)):
        outcome = sender.send(record.document_id, way, attempt.token, strict=job.settings.strict_sending)
    match outcome:
        case Accepted():
            _sent(job, record, key)
        case Refused() if has_code(outcome, ALREADY_SENT):
            _sent(job, record, key)
        case Refused() if has_code(outcome, *NOT_ON_PEPPOL) and way == "Peppol":
            _not_on_peppol(job, sender, record, key)
        case Refused():
            refusal = why_not_sent(outcome, record.order_id)
            job.state.orders.record_sending_refused(record.order_id, key, (refusal,))
            job.found(record, Outcome.FAILED, (refusal,))
        case NotSent(why=why):
            job.state.orders.record_sending_not_sent(record.order_id, key)
            raise unreachable(why)
        case KeyUsed():  # that is no proof that anything was sent
            job.state.attempts.note_contested("sending", key)
            _look(job, record, key)
        case Unknown():
            job.state.attempts.note_lost("sending", key)
            _look(job, record, key)
        case _:
            assert_never(outcome)


def _not_on_peppol(job: Job, sender: DocumentSender, record: OrderRecord, key: str) -> None:
    """Billit knows better than the directory: then by e-mail, where the channel is auto, or in a week again."""
    remember_refusal(job, record)
    unreached = not_reachable(job, record)
    job.state.orders.record_sending_postponed(record.order_id, key, (unreached,))
    if record.channel == "auto":
        _send(job, sender, record, "SMTP")
    else:
        job.found(record, Outcome.UNSENT, (unreached,))


def _sent(job: Job, record: OrderRecord, key: str) -> None:
    job.just_sent.add(record.order_id)
    job.state.orders.record_sent(record.order_id, key)
    job.found(record, Outcome.SENT)


def _look(job: Job, record: OrderRecord, key: str) -> None:
    """No sound answer: if the document does not show it yet, the next run looks again."""
    document = job.reader.document(record.document_id)
    unknown = reason("send_unknown")
    if document and is_on_its_way(document):
        _sent(job, record, key)
    elif job.state.orders.note(record.order_id, (unknown,)):
        job.found(record, Outcome.UNKNOWN, (unknown,))
