"""What a document of Billit shows of its own sending and delivery (billit.md §6.1).  Pure: asks nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.money import cents, euros_text
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from ppbillit.billit.models import Document, Message
    from ppbillit.state import OrderFacts, OrderRecord

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
    return is_on_its_way(document) and not (has_failed(document) and _is_known(document, record.failure))


def has_failed(document: Document) -> bool:
    """Tell whether Billit has given up delivering the document."""
    return bool(document.delivery and document.delivery.document_delivery_status in _FINAL_TROUBLE)


def has_failed_again(document: Document, record: OrderRecord) -> bool:
    """Tell whether a delivery failed that is not the one which a person wanted tried again.

    Billit may go on showing that one until it has taken up the new sending.
    """
    return has_failed(document) and not _is_known(document, record.failure)


def failure_of(document: Document) -> str:
    """Give by what a failed delivery is known: how many messages had left by then, and when it failed.

    Not the document's last change: a payment or a reminder changes it too.
    """
    return f"{len(_outgoing(document))} {_refused_on(document)}".strip()


def _is_known(document: Document, failure: str | None) -> bool:
    """Tell whether this failed delivery is that one: by when it failed, or else by the number."""
    if failure is None:
        return False
    count, _, refused_on = failure.partition(" ")
    if refused_on and _refused_on(document):
        return refused_on == _refused_on(document)
    return count == str(len(_outgoing(document)))


def _refused_on(document: Document) -> str:
    return (document.delivery and document.delivery.document_refused_date) or ""


def is_delivered(document: Document) -> bool:
    """Tell whether it arrived."""
    return bool(document.delivery and document.delivery.is_document_delivered)


def was_handed_over(document: Document, record: OrderRecord) -> bool:
    """Tell whether it left by e-mail or as a letter: nobody answers those, so Billit may never say "delivered".

    What left before the failure after which it was sent again, and bounced, is no proof.  Nor is what left after
    it, which may be a reminder of a payment: the first message since then is the sending.
    """
    before = int((record.failure or "0").partition(" ")[0])
    since = _outgoing(document)[before:]
    return bool(since) and bool(since[0].success) and since[0].transport_type in {"SMTP", "Letter"}


def channel_of(document: Document) -> str:
    """Say how the document left last, by whatever hand; nothing where Billit does not show it."""
    outgoing = _outgoing(document)
    return channel_name(outgoing[-1].transport_type or "") if outgoing else ""


def channel_name(transport: str) -> str:
    """Say how a document leaves that is sent so; what we do not know stays Billit's own word."""
    return _WAYS.get(transport, transport)


def leaves_no_trace(document: Document) -> bool:
    """Tell whether Billit calls it sent and shows neither a delivery nor a message: marked so by a person."""
    return not _outgoing(document) and not (document.delivery and document.delivery.document_delivery_status)


def _outgoing(document: Document) -> list[Message]:
    """Give what left, in turn: by date, where Billit gives dates; else as it is listed."""
    outgoing = (each for each in document.messages or () if each.message_direction == "Outgoing")
    return sorted(outgoing, key=lambda message: message.creation_date or "")


def total_difference(document: Document, facts: OrderFacts) -> Reason | None:
    """Say by how much Billit's gross total is not the order's, or None where it is, to the cent.

    Or to the cent or two that `on_cent_difference` accepts.
    """
    made, total = document.total_incl, facts.total
    if made is not None and abs(cents(made) - total) <= facts.accepted_difference:
        return None
    figures = {
        "billit": "no total" if made is None else euros_text(made),
        "shop": euros_text(total),
        "difference": "unknown" if made is None else f"{cents(made - total):+f}",
    }
    if is_on_its_way(document):
        return reason("sent_with_other_total", order_id=facts.order_id, **figures)
    return reason("totals_differ", **figures)
