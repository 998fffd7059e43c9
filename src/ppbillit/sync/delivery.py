"""What a document of Billit shows of its own sending and delivery (billit sheet §6.1).  Pure: asks nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppbillit.billit.models import Document, Message
    from ppbillit.state import OrderRecord

# "Failed" is only in one integrator's types; every other word, known or not, counts as pending.
_FINAL_TROUBLE = frozenset({"Error", "Failed"})
_WAYS = {"Peppol": "over Peppol", "SMTP": "by e-mail", "Letter": "by letter"}


def is_on_its_way(document: Document) -> bool:
    """Tell whether Billit has sent the document or is about to, by whatever hand, with whatever result."""
    delivery = document.delivery
    return bool(document.is_sent) or bool(delivery and delivery.document_delivery_status)


def has_gone(document: Document, record: OrderRecord) -> bool:
    """Tell whether it is on its way otherwise than in the failed delivery that is to be tried again.

    Without this, the failed sending would count as the second one.
    """
    return is_on_its_way(document) and not (has_failed(document) and failure_of(document) == record.failure)


def has_failed(document: Document) -> bool:
    """Tell whether Billit has given up delivering the document."""
    return bool(document.delivery and document.delivery.document_delivery_status in _FINAL_TROUBLE)


def has_failed_again(document: Document, record: OrderRecord) -> bool:
    """Tell whether a delivery failed that is not the one which a person wanted tried again.

    Billit may go on showing that one until it has taken up the new sending.
    """
    return has_failed(document) and failure_of(document) != record.failure


def failure_of(document: Document) -> str:
    """Give what tells one failed delivery of a document from the next: when it failed, or how often it left.

    Not the document's last change: a payment or a reminder changes it too.
    """
    refused_on = document.delivery.document_refused_date if document.delivery else None
    return refused_on or f"{len(_outgoing(document))} messages"


def is_delivered(document: Document) -> bool:
    """Tell whether it arrived."""
    return bool(document.delivery and document.delivery.is_document_delivered)


def was_handed_over(document: Document) -> bool:
    """Tell whether the last that left was an e-mail or a letter: nobody answers those.

    So Billit may never say "delivered" of them.  What left before, and bounced, is no proof of what left last.
    """
    last = _last_sent(document)
    return last is not None and bool(last.success) and last.transport_type in {"SMTP", "Letter"}


def way_of(document: Document) -> str:
    """Say how the document left last, by whatever hand; nothing where Billit does not show it."""
    last = _last_sent(document)
    return in_words(last.transport_type) if last and last.transport_type else ""


def in_words(transport: str) -> str:
    """Say how a document leaves that is sent so; what we do not know stays Billit's own word."""
    return _WAYS.get(transport, transport)


def leaves_no_trace(document: Document) -> bool:
    """Tell whether Billit calls it sent and shows neither a delivery nor a message: marked so by a person."""
    return not _outgoing(document) and not (document.delivery and document.delivery.document_delivery_status)


def _last_sent(document: Document) -> Message | None:
    """Give the last that left: by its date, where Billit gives dates; else the last in the list."""
    placed = list(enumerate(_outgoing(document)))
    return max(placed, key=lambda each: (each[1].creation_date or "", each[0]))[1] if placed else None


def _outgoing(document: Document) -> list[Message]:
    return [each for each in document.messages or () if each.message_direction == "Outgoing"]
