"""Send what may be sent: in Billit, to the cent, with a way.  Marked first, looked at before a second try."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from ppbillit.billit.models import Accepted, KeyUsed, NotSent, Refused, Unknown
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage
from ppbillit.sync.delivery import has_gone, in_words, way_of
from ppbillit.sync.nameless import names_of_record
from ppbillit.sync.refusals import has_code, taken_back, unreachable
from ppbillit.sync.route import not_reached, route
from ppbillit.sync.send_refusals import ALREADY_SENT, NOT_ON_PEPPOL, why_not_sent
from ppbillit.sync.shown import document_of, record_sent_elsewhere, unseen
from ppbillit.sync.verify import verify

if TYPE_CHECKING:
    from ppbillit.billit.gateway import DocumentSender, TransportType
    from ppbillit.sync.job import Job


# How long what was compared is taken to be as it was.
_STILL_TRUE = timedelta(minutes=1)


def send_ready(job: Job, sender: DocumentSender) -> None:
    """Find out what became of sendings that were not answered, and send what is ready."""
    for record in job.state.orders.at(Stage.SENDING):
        if job.concerns(record.order_id) and record.dismissed is None:
            _settle_sending(job, record)
    ready = [
        record
        for record in job.state.orders.at(Stage.CHECKED)
        if job.concerns(record.order_id) and _may_send(job, record)
    ]
    if ready:
        job.progress.begin("sending", len(ready))
    for record in ready:
        if job.stopping():
            return
        _send_or_say_why_not(job, sender, record)
        job.progress.advance()


def _may_send(job: Job, record: OrderRecord) -> bool:
    """A document goes by the channel it was made for, and only while the config still says so for its buyer.

    And not what a person has said needs nothing more.
    """
    if record.channel == "none" or record.dismissed is not None:
        return False
    today = job.settings.channel_for(record.buyer)
    if today == "none":
        _stays(job, record, reason("sending_off", channel=record.channel, order_id=record.order_id))
    elif record.channel != today:
        changed = reason("channel_changed", channel=record.channel, today=today, order_id=record.order_id)
        _stays(job, record, changed)
    return record.channel == today


def _stays(job: Job, record: OrderRecord, why: Reason) -> None:
    """Say why it is not sent; that its document cannot be read, if that is said, stays true."""
    said = (why, *unseen(job.record(record.order_id)))  # as of now: finding its way may have read it
    if job.state.orders.note(record.order_id, said) or record.order_id in job.asked_for:
        job.found(record, Outcome.UNSENT, (why,))


def _send_or_say_why_not(job: Job, sender: DocumentSender, record: OrderRecord) -> None:
    # Who asks for it by number may have sent it by hand, having read that it was not sent.
    if record.order_id in job.asked_for and not _is_as_it_was(job, record):
        return
    way = route(job, record)
    if isinstance(way, Reason):
        _stays(job, record, way)
    elif _is_as_it_was(job, record):
        _send(job, sender, record, way)


def _is_as_it_was(job: Job, record: OrderRecord) -> bool:
    """Look again at what was not compared just now: somebody may have sent or changed it in Billit since.

    As Billit does every morning at nine, also in the middle of a run.  What it sent within minutes it does not
    send again (`ALREADY_SENT`).
    """
    compared_at = job.verified.get(record.order_id)
    if compared_at is not None and job.now() - compared_at < _STILL_TRUE:
        return True
    document = verify(job, record)
    if document is None:
        return False
    if has_gone(document, record):
        record_sent_elsewhere(job, record, document)
        return False
    job.verified[record.order_id] = job.now()
    return True


def _settle_sending(job: Job, record: OrderRecord) -> None:
    """A sending without an answer: the document itself says whether it went, once that can be believed.

    If it did not, it is what it was before: to be sent, if it still is.
    """
    key = job.rules.document_key(record.order_id)
    document = document_of(job, record)
    attempt = job.state.attempts.open("sending", key)
    if document is None:
        return
    if has_gone(document, record):
        _sent(job, record, key, way_of(document))
    elif attempt is None or job.settled_by_now(attempt.unknown_since):
        job.state.orders.record_sending_missed(record.order_id, (reason("send_unknown"),))
    elif record.order_id in job.asked_for:
        job.found(record, Outcome.UNKNOWN, (reason("send_unknown"),))


def _send(job: Job, sender: DocumentSender, record: OrderRecord, way: TransportType) -> None:
    if record.backfill:
        raise ValueError(record)
    key = job.rules.document_key(record.order_id)
    # One that is lost again and again is told once.
    unknown = tuple(each for each in record.reasons if each.code == "send_unknown")
    attempt = job.state.orders.begin_sending(record.order_id, key, unknown)
    with taken_back(lambda _why: job.state.orders.record_sending_not_sent(record.order_id, key)):
        outcome = sender.send(record.document_id, way, attempt.token, strict=job.settings.strict_sending)
    match outcome:
        case Accepted():
            _sent(job, record, key, in_words(way))
        case Refused() if has_code(outcome, ALREADY_SENT) and _went_before(job, record):
            _sent(job, record, key, in_words(way))
        case Refused() if has_code(outcome, *NOT_ON_PEPPOL) and way == "Peppol":
            _not_on_peppol(job, sender, record, key)
        case Refused():
            refusal = why_not_sent(outcome, record.order_id, names_of_record(job, record))
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


def _went_before(job: Job, record: OrderRecord) -> bool:
    """Billit says that it was sent just now: so it is, unless that was the delivery that failed."""
    if record.failure is None:
        return True
    document = job.reader.document(record.document_id)
    return document is not None and has_gone(document, record)


def _not_on_peppol(job: Job, sender: DocumentSender, record: OrderRecord, key: str) -> None:
    """Billit knows better than the directory: then by e-mail, where the channel is auto, or in a week again."""
    unreached = not_reached(job, record)
    job.state.orders.record_sending_postponed(record.order_id, key, (unreached,))
    if record.channel == "auto":
        _send(job, sender, record, "SMTP")
    elif record.reasons != (unreached,) or record.order_id in job.asked_for:
        job.found(record, Outcome.UNSENT, (unreached,))


def _sent(job: Job, record: OrderRecord, key: str, way: str) -> None:
    job.just_sent.add(record.order_id)
    job.state.orders.record_sent(record.order_id, key, way)
    job.found(record, Outcome.SENT)


def _look(job: Job, record: OrderRecord, key: str) -> None:
    """No sound answer: if the document does not show it yet, the next run looks again."""
    document = job.reader.document(record.document_id)
    unknown = reason("send_unknown")
    if document and has_gone(document, record):
        _sent(job, record, key, way_of(document))
    elif job.state.orders.note(record.order_id, (unknown,)) or record.order_id in job.asked_for:
        job.found(record, Outcome.UNKNOWN, (unknown,))
