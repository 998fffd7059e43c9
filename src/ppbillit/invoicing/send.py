"""Step 6, send: what is in Billit, right to the cent, and has a channel.

A sending is on disk before it is asked for; the document is looked at before a second try.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.billit.responses import has_code
from ppbillit.debtors.redact import names_of_record
from ppbillit.exactly_once.resolve import delay_is_over
from ppbillit.exactly_once.write_once import Intent, Unanswered, write_once
from ppbillit.exactly_once.writes import SendDocument
from ppbillit.invoicing.channel import ChannelFinder
from ppbillit.invoicing.delivery_errors import ALREADY_SENT, NOT_ON_PEPPOL, why_not_sent
from ppbillit.invoicing.document_facts import channel_name, channel_of, has_gone
from ppbillit.invoicing.lookup import document_of, missing_reasons, record_sent_elsewhere
from ppbillit.invoicing.verify import Compared, verify_one
from ppbillit.outcomes import Done, Refused
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Attempt, OrderRecord, Stage, transitions

if TYPE_CHECKING:
    from ppbillit.billit.ports import DocumentSender, TransportType
    from ppbillit.run import Run

# How long a document that was compared is taken to be as it was.
_FRESH = timedelta(minutes=1)


def send(run: Run, sender: DocumentSender, compared: Compared) -> frozenset[int]:
    """Resolve the sendings that were not answered, then send what is ready; return the orders that were sent.

    `compared` is what `verify` returned: when this run found each document to be right.
    """
    return _Sending(run, sender, compared).send_all()


class _Sending:
    """The sendings of one run."""

    def __init__(self, run: Run, sender: DocumentSender, compared: Compared) -> None:
        self.run, self.sender = run, sender
        self.compared = dict(compared)
        self.channels = ChannelFinder(run)
        self.sent: set[int] = set()

    def send_all(self) -> frozenset[int]:
        orders = self.run.state.orders
        for record in orders.at(Stage.SENDING):
            if self.run.concerns(record.order_id) and record.dismissed is None:
                self._resolve(record)
        ready = [
            record
            for record in orders.at(Stage.CHECKED)
            if self.run.concerns(record.order_id) and self._may_send(record)
        ]
        if ready:
            self.run.progress.begin("sending", len(ready))
        for record in ready:
            if self.run.stopping():
                break
            self._send_or_say_why_not(record)
            self.run.progress.advance()
        return frozenset(self.sent)

    def _may_send(self, record: OrderRecord) -> bool:
        """Return whether the config still names the channel that the document was made for.

        What a person has skipped is not sent.
        """
        if record.channel == "none" or record.dismissed is not None:
            return False
        today = self.run.settings.channel_for(record.buyer)
        if today == "none":
            self._stays(record, reason("sending_off", channel=record.channel, order_id=record.order_id))
        elif record.channel != today:
            self._stays(
                record,
                reason("channel_changed", channel=record.channel, today=today, order_id=record.order_id),
            )
        return record.channel == today

    def _stays(self, record: OrderRecord, why: Reason) -> None:
        """Report why it is not sent; that its document cannot be read, if that is said, stays a reason."""
        now = self.run.order(record.order_id)  # finding its channel may have read it
        self.run.note(record, Outcome.UNSENT, (why, *missing_reasons(now)), said=(why,))

    def _send_or_say_why_not(self, record: OrderRecord) -> None:
        # Who asks for it by number may have sent it by hand, having read that it was not sent.
        if self.run.is_asked_for(record.order_id) and not self._is_still_right(record):
            return
        channel = self.channels.find(record)
        if isinstance(channel, Reason):
            self._stays(record, channel)
        elif self._is_still_right(record):
            self._send(record, channel)

    def _is_still_right(self, record: OrderRecord) -> bool:
        """Return whether it may be sent as it was compared; read it again where that is not just now.

        Somebody may have sent or changed it in Billit since, as Billit does every morning at nine, also in the
        middle of a run.  What it sent within minutes it does not send again (`ALREADY_SENT`).
        """
        compared_at = self.compared.get(record.order_id)
        if compared_at is not None and self.run.now() - compared_at < _FRESH:
            return True
        document = verify_one(self.run, record)
        if document is None:
            return False
        if has_gone(document, record):
            record_sent_elsewhere(self.run, record, document)
            return False
        self.compared[record.order_id] = self.run.now()
        return True

    def _resolve(self, record: OrderRecord) -> None:
        """Find out from the document whether a sending without an answer went, once that can be believed.

        If it did not, it is what it was before: to be sent, if it still is.
        """
        document = document_of(self.run, record)
        if document is None:
            return
        unknown = reason("send_unknown")
        if has_gone(document, record):
            self._sent(record, channel_of(document))
        elif delay_is_over(self.run, "sending", self.run.rules.document_key(record.order_id)):
            self.run.record(record, transitions.SEND_MISSED, (unknown,))
        elif self.run.is_asked_for(record.order_id):
            self.run.say(record, Outcome.UNKNOWN, (unknown,))

    def _send(self, record: OrderRecord, channel: TransportType) -> None:
        if record.backfill:
            raise ValueError(record)
        run, key = self.run, self.run.rules.document_key(record.order_id)
        ending = write_once(
            run.state.attempts,
            Intent(
                "sending",
                key,
                begin=lambda: self._begin(record),
                forget=lambda _why: run.record(record, transitions.SEND_NOT_SENT),
            ),
            SendDocument(self.sender, record.document_id, channel, run.settings.strict_sending),
        )
        match ending:
            case Done():
                self._sent(record, channel_name(channel))
            case Refused() if has_code(ending, ALREADY_SENT) and self._went_before(record):
                self._sent(record, channel_name(channel))
            case Refused() if has_code(ending, *NOT_ON_PEPPOL) and channel == "Peppol":
                self._not_on_peppol(record)
            case Refused():
                refusal = why_not_sent(ending, record.order_id, names_of_record(run, record))
                run.record(record, transitions.SEND_REFUSED, (refusal,))
            case Unanswered():  # a used key is no proof either that anything was sent
                self._look(record)

    def _begin(self, record: OrderRecord) -> Attempt:
        # A sending that is lost again and again is told once.
        unknown = tuple(each for each in record.reasons if each.code == "send_unknown")
        applied = self.run.record(record, transitions.SEND, unknown)
        if applied.attempt is None:
            raise TypeError(applied)
        return applied.attempt

    def _went_before(self, record: OrderRecord) -> bool:
        """Return whether what Billit says to have sent just now is more than the delivery that failed."""
        if record.failure is None:
            return True
        document = self.run.billit.document(record.document_id)
        return document is not None and has_gone(document, record)

    def _not_on_peppol(self, record: OrderRecord) -> None:
        """Billit knows better than the directory: send by e-mail where the channel is auto, else wait a week."""
        unreached = self.channels.not_reached(record)
        self.run.record(record, transitions.SEND_POSTPONED, (unreached,))
        if record.channel == "auto":
            self._send(record, "SMTP")
        elif record.reasons != (unreached,) or self.run.is_asked_for(record.order_id):
            self.run.say(record, Outcome.UNSENT, (unreached,))

    def _sent(self, record: OrderRecord, channel: str) -> None:
        self.sent.add(record.order_id)
        self.run.record(record, transitions.SENT, detail=channel)

    def _look(self, record: OrderRecord) -> None:
        """No sound answer came: if the document does not show the sending yet, the next run looks again."""
        document = self.run.billit.document(record.document_id)
        if document and has_gone(document, record):
            self._sent(record, channel_of(document))
        else:
            self.run.note(record, Outcome.UNKNOWN, (reason("send_unknown"),))
