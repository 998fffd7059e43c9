"""What a document of Billit shows of its own sending and delivery (billit sheet §6.1).  Pure: asks nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.state import OrderRecord

# "Failed" is only in one integrator's types; every other word, known or not, counts as pending.
_FINAL_TROUBLE = frozenset({"Error", "Failed"})


def is_on_its_way(document: Document) -> bool:
    """Tell whether Billit has sent the document or is about to, by whatever hand, with whatever result."""
    delivery = document.delivery
    return bool(document.is_sent) or bool(delivery and delivery.document_delivery_status)


def has_gone(document: Document, record: OrderRecord) -> bool:
    """Tell whether it is on its way otherwise than in a delivery that failed and is to be tried again.

    That one is known by its version, which `reopen` put on record: a document that failed and was sent again is of
    a later version.  Without this, the failed sending would count as the second one, or be repeated for ever.
    """
    is_the_failed_one = has_failed(document) and record.modified == document.last_modified
    return is_on_its_way(document) and not is_the_failed_one


def has_failed(document: Document) -> bool:
    """Tell whether Billit has given up delivering the document."""
    return bool(document.delivery and document.delivery.document_delivery_status in _FINAL_TROUBLE)


def is_delivered(document: Document) -> bool:
    """Tell whether it arrived."""
    return bool(document.delivery and document.delivery.is_document_delivered)


def was_handed_over(document: Document) -> bool:
    """Tell whether the last that left was an e-mail or a letter: nobody answers those.

    So Billit may never say "delivered" of them.  What left before, and bounced, is no proof of what left last.
    """
    outgoing = [each for each in document.messages or () if each.message_direction == "Outgoing"]
    if not outgoing:
        return False
    # By its date, where Billit gives dates; else the last in the list.
    last = max(enumerate(outgoing), key=lambda placed: (placed[1].creation_date or "", placed[0]))[1]
    return bool(last.success) and last.transport_type in {"SMTP", "Letter"}
