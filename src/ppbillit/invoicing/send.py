"""Send what may be sent: in Billit, to the cent, with a way.  Marked first, looked at before a second try."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from ppbillit.billit.responses import has_code
from ppbillit.debtors.redact import names_of_record
from ppbillit.exactly_once.write import taken_back, unreachable
from ppbillit.invoicing.channel import choose_channel, not_reached
from ppbillit.invoicing.delivery_errors import ALREADY_SENT, NOT_ON_PEPPOL, why_not_sent
from ppbillit.invoicing.document_facts import channel_name, channel_of, has_gone
from ppbillit.invoicing.lookup import document_of, missing_reasons, record_sent_elsewhere
from ppbillit.invoicing.verify import verify
from ppbillit.outcomes import Done, KeyUsed, NotSent, Refused, Unknown
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import OrderRecord, Stage

if TYPE_CHECKING:
    from ppbillit.billit.ports import DocumentSender, TransportType
    from ppbillit.run import Run

# How long what was compared is taken to be as it was.
_STILL_TRUE = timedelta(minutes=1)


def send_ready(run: Run, sender: DocumentSender) -> None:
    """Find out what became of sendings that were not answered, and send what is ready."""
    for record in run.state.orders.at(Stage.SENDING):
        if run.concerns(record.order_id) and record.dismissed is None:
            _settle_sending(run, record)
    ready = [
        record
        for record in run.state.orders.at(Stage.CHECKED)
        if run.concerns(record.order_id) and _may_send(run, record)
    ]
    if ready:
        run.progress.begin("sending", len(ready))
    for record in ready:
        if run.stopping():
            return
        _send_or_say_why_not(run, sender, record)
        run.progress.advance()


def _may_send(run: Run, record: OrderRecord) -> bool:
    """A document goes by the channel it was made for, and only while the config still says so for its buyer.

    And not what a person has said needs nothing more.
    """
    if record.channel == "none" or record.dismissed is not None:
        return False
    today = run.settings.channel_for(record.buyer)
    if today == "none":
        _stays(run, record, reason("sending_off", channel=record.channel, order_id=record.order_id))
    elif record.channel != today:
        changed = reason("channel_changed", channel=record.channel, today=today, order_id=record.order_id)
        _stays(run, record, changed)
    return record.channel == today


def _stays(run: Run, record: OrderRecord, why: Reason) -> None:
    """Say why it is not sent; that its document cannot be read, if that is said, stays true."""
    said = (why, *missing_reasons(run.record(record.order_id)))  # as of now: finding its way may have read it
    if run.state.orders.note(record.order_id, said) or record.order_id in run.asked_for:
        run.found(record, Outcome.UNSENT, (why,))


def _send_or_say_why_not(run: Run, sender: DocumentSender, record: OrderRecord) -> None:
    # Who asks for it by number may have sent it by hand, having read that it was not sent.
    if record.order_id in run.asked_for and not _is_as_it_was(run, record):
        return
    way = choose_channel(run, record)
    if isinstance(way, Reason):
        _stays(run, record, way)
    elif _is_as_it_was(run, record):
        _send(run, sender, record, way)


def _is_as_it_was(run: Run, record: OrderRecord) -> bool:
    """Look again at what was not compared just now: somebody may have sent or changed it in Billit since.

    As Billit does every morning at nine, also in the middle of a run.  What it sent within minutes it does not
    send again (`ALREADY_SENT`).
    """
    compared_at = run.verified.get(record.order_id)
    if compared_at is not None and run.now() - compared_at < _STILL_TRUE:
        return True
    document = verify(run, record)
    if document is None:
        return False
    if has_gone(document, record):
        record_sent_elsewhere(run, record, document)
        return False
    run.verified[record.order_id] = run.now()
    return True


def _settle_sending(run: Run, record: OrderRecord) -> None:
    """A sending without an answer: the document itself says whether it went, once that can be believed.

    If it did not, it is what it was before: to be sent, if it still is.
    """
    key = run.rules.document_key(record.order_id)
    document = document_of(run, record)
    attempt = run.state.attempts.open("sending", key)
    if document is None:
        return
    if has_gone(document, record):
        _sent(run, record, key, channel_of(document))
    elif attempt is None or run.settled_by_now(attempt.unknown_since):
        run.state.orders.record_sending_missed(record.order_id, (reason("send_unknown"),))
    elif record.order_id in run.asked_for:
        run.found(record, Outcome.UNKNOWN, (reason("send_unknown"),))


def _send(run: Run, sender: DocumentSender, record: OrderRecord, way: TransportType) -> None:
    if record.backfill:
        raise ValueError(record)
    key = run.rules.document_key(record.order_id)
    # One that is lost again and again is told once.
    unknown = tuple(each for each in record.reasons if each.code == "send_unknown")
    attempt = run.state.orders.begin_sending(record.order_id, key, unknown)
    with taken_back(lambda _why: run.state.orders.record_sending_not_sent(record.order_id, key)):
        outcome = sender.send(record.document_id, way, attempt.token, strict=run.settings.strict_sending)
    match outcome:
        case Done(None):
            _sent(run, record, key, channel_name(way))
        case Refused() if has_code(outcome, ALREADY_SENT) and _went_before(run, record):
            _sent(run, record, key, channel_name(way))
        case Refused() if has_code(outcome, *NOT_ON_PEPPOL) and way == "Peppol":
            _not_on_peppol(run, sender, record, key)
        case Refused():
            refusal = why_not_sent(outcome, record.order_id, names_of_record(run, record))
            run.state.orders.record_sending_refused(record.order_id, key, (refusal,))
            run.found(record, Outcome.FAILED, (refusal,))
        case NotSent(why=why):
            run.state.orders.record_sending_not_sent(record.order_id, key)
            raise unreachable(why)
        case KeyUsed():  # that is no proof that anything was sent
            run.state.attempts.note_contested("sending", key)
            _look(run, record, key)
        case Unknown():
            run.state.attempts.note_lost("sending", key)
            _look(run, record, key)
        case _:
            assert_never(outcome)


def _went_before(run: Run, record: OrderRecord) -> bool:
    """Billit says that it was sent just now: so it is, unless that was the delivery that failed."""
    if record.failure is None:
        return True
    document = run.reader.document(record.document_id)
    return document is not None and has_gone(document, record)


def _not_on_peppol(run: Run, sender: DocumentSender, record: OrderRecord, key: str) -> None:
    """Billit knows better than the directory: then by e-mail, where the channel is auto, or in a week again."""
    unreached = not_reached(run, record)
    run.state.orders.record_sending_postponed(record.order_id, key, (unreached,))
    if record.channel == "auto":
        _send(run, sender, record, "SMTP")
    elif record.reasons != (unreached,) or record.order_id in run.asked_for:
        run.found(record, Outcome.UNSENT, (unreached,))


def _sent(run: Run, record: OrderRecord, key: str, way: str) -> None:
    run.just_sent.add(record.order_id)
    run.state.orders.record_sent(record.order_id, key, way)
    run.found(record, Outcome.SENT)


def _look(run: Run, record: OrderRecord, key: str) -> None:
    """No sound answer: if the document does not show it yet, the next run looks again."""
    document = run.reader.document(record.document_id)
    unknown = reason("send_unknown")
    if document and has_gone(document, record):
        _sent(run, record, key, channel_of(document))
    elif run.state.orders.note(record.order_id, (unknown,)) or record.order_id in run.asked_for:
        run.found(record, Outcome.UNKNOWN, (unknown,))
