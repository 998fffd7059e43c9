"""What a document of Billit shows of its sending, delivery and total (billit.md §6.1).  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.money import cents, euros_text
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from ppbillit.billit.models import Document, Message
    from ppbillit.state import OrderFacts, OrderRecord

# "Failed" is only in one integrator's types; every other status, known or not, counts as pending.
_FAILED = frozenset({"Error", "Failed"})
_CHANNEL_NAMES = {"Peppol": "over Peppol", "SMTP": "by e-mail", "Letter": "by letter"}


def is_on_its_way(document: Document) -> bool:
    """Return whether Billit has sent the document or is about to, whoever asked for it and however it ended."""
    delivery = document.delivery
    return bool(document.is_sent) or bool(delivery and delivery.document_delivery_status)


def has_gone(document: Document, record: OrderRecord) -> bool:
    """Return whether the document is on its way, other than in the failed delivery that is tried again.

    Otherwise the failed sending would count as the second one.
    """
    return is_on_its_way(document) and not (has_failed(document) and _is_known(document, record.failure))


def has_failed(document: Document) -> bool:
    """Return whether Billit has given up delivering the document."""
    return bool(document.delivery and document.delivery.document_delivery_status in _FAILED)


def has_failed_again(document: Document, record: OrderRecord) -> bool:
    """Return whether a delivery failed that is not the one which a person wants tried again.

    Billit may show the earlier failure until it has taken up the new sending.
    """
    return has_failed(document) and not _is_known(document, record.failure)


def failure_of(document: Document) -> str:
    """Return what identifies a failed delivery: how many messages had left by then, and when it failed.

    Not the document's last change, which a payment or a reminder moves too.
    """
    return f"{len(_outgoing(document))} {_refused_on(document)}".strip()


def _is_known(document: Document, failure: str | None) -> bool:
    """Return whether the failed delivery is this one: by when it failed, else by the number of messages."""
    if failure is None:
        return False
    count, _, refused_on = failure.partition(" ")
    if refused_on and _refused_on(document):
        return refused_on == _refused_on(document)
    return count == str(len(_outgoing(document)))


def _refused_on(document: Document) -> str:
    return (document.delivery and document.delivery.document_refused_date) or ""


def is_delivered(document: Document) -> bool:
    """Return whether the document arrived."""
    return bool(document.delivery and document.delivery.is_document_delivered)


def was_handed_over(document: Document, record: OrderRecord) -> bool:
    """Return whether the document left by e-mail or as a letter, for which Billit may never say "delivered".

    Only the first message after the failure that is tried again counts: earlier ones bounced, and later ones may
    be reminders of a payment.
    """
    before = int((record.failure or "0").partition(" ")[0])
    since = _outgoing(document)[before:]
    return bool(since) and bool(since[0].success) and since[0].transport_type in {"SMTP", "Letter"}


def channel_of(document: Document) -> str:
    """Return how the document was sent last, in words; empty where Billit does not show it."""
    outgoing = _outgoing(document)
    return channel_name(outgoing[-1].transport_type or "") if outgoing else ""


def channel_name(transport: str) -> str:
    """Return Billit's transport type in words; an unknown one stays as it is."""
    return _CHANNEL_NAMES.get(transport, transport)


def leaves_no_trace(document: Document) -> bool:
    """Return whether Billit shows neither a delivery nor a message, as where a person marked it as sent."""
    return not _outgoing(document) and not (document.delivery and document.delivery.document_delivery_status)


def _outgoing(document: Document) -> list[Message]:
    """Return the outgoing messages, oldest first where Billit gives dates, else as they are listed."""
    outgoing = (each for each in document.messages or () if each.message_direction == "Outgoing")
    return sorted(outgoing, key=lambda message: message.creation_date or "")


def total_difference(document: Document, facts: OrderFacts) -> Reason | None:
    """Return how Billit's gross total differs from the order's; None where it is the same to the cent.

    A difference that `on_cent_difference` accepts counts as the same.
    """
    in_billit, total = document.total_incl, facts.total
    if in_billit is not None and abs(cents(in_billit) - total) <= facts.accepted_difference:
        return None
    figures = {
        "billit": "no total" if in_billit is None else euros_text(in_billit),
        "shop": euros_text(total),
        "difference": "unknown" if in_billit is None else f"{cents(in_billit - total):+f}",
    }
    if is_on_its_way(document):
        return reason("sent_with_other_total", order_id=facts.order_id, **figures)
    return reason("totals_differ", **figures)
