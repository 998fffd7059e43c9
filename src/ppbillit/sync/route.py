"""Which way a document goes, or why it stays: the receiver is asked for before anything is sent over Peppol.

The directory's answers are kept for a week, so that an unreachable receiver costs one question a week.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.errors import Unavailable
from ppbillit.mapping.debtor import valid_vat_number
from ppbillit.mapping.debtor_card import company_number
from ppbillit.reasons import Reason, reason
from ppbillit.sync.debtors.mirror import look_again

if TYPE_CHECKING:
    from ppbillit.billit.gateway import TransportType
    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Job

ASKED_AGAIN_AFTER = timedelta(days=7)
_MOST_TROUBLES = 2

# What a receiver must be registered for (billit sheet §7).
_TYPES = {"invoice": "BISv3Invoice", "credit_note": "BISv3CreditNote"}
_KINDS = {"invoice": "invoices", "credit_note": "credit notes"}


def route(job: Job, record: OrderRecord) -> TransportType | Reason:
    """Give the way for a document with a channel, or why it cannot go now.

    `auto` is Peppol where the receiver can be reached, and e-mail where it cannot.  Where the directory gives no
    answer, neither is known, and it waits.
    """
    match record.channel:
        case "email":
            return "SMTP"
        case "letter":
            return "Letter"
        case "peppol" | "auto":
            return _over_peppol(job, record)
        case "none":
            raise ValueError(record)


def remember_refusal(job: Job, record: OrderRecord) -> None:
    """Billit does not reach the receiver, whatever the directory said: believed for a week."""
    for identifier in _identifiers(job, record):
        known = job.state.receivers.get(identifier)
        job.state.receivers.put(identifier, (known.takes if known else frozenset()) - {_TYPES[record.kind]})


def not_reachable(job: Job, record: OrderRecord) -> Reason:
    """Say that it cannot be received over Peppol, and what to do."""
    if not _identifiers(job, record):
        return reason("no_peppol_number", order_id=record.order_id)
    return reason("not_on_peppol", kinds=_KINDS[record.kind], order_id=record.order_id)


def _over_peppol(job: Job, record: OrderRecord) -> TransportType | Reason:
    is_known = True
    for identifier in _identifiers(job, record):
        takes = _takes(job, identifier, record)
        if takes is None:
            is_known = False
        elif _TYPES[record.kind] in takes:
            return "Peppol"
    if not is_known:
        return reason("receiver_unknown")
    return "SMTP" if record.channel == "auto" else not_reachable(job, record)


def _takes(job: Job, identifier: str, record: OrderRecord) -> frozenset[str] | None:
    """Give what the directory says that an identifier takes; None where it cannot be had.

    One entry that cannot be had must not keep all other documents from being sent; but where none can be had, not
    every document is to wait for it.
    """
    known = job.state.receivers.get(identifier)
    is_fresh = known is not None and job.now() - known.asked_at < ASKED_AGAIN_AFTER
    if known is not None and is_fresh and record.order_id not in job.asked_for:
        return known.takes
    if job.directory_troubles >= _MOST_TROUBLES:
        return None
    try:
        takes = job.reader.receiver(identifier)
    except Unavailable:
        job.directory_troubles += 1
        return None
    job.state.receivers.put(identifier, takes)
    return takes


def _identifiers(job: Job, record: OrderRecord) -> list[str]:
    """Give the numbers that the receiver may be registered by: its debtor's in Billit, since Billit sends there.

    A Belgian firm may be there by its company number alone (billit sheet §7), which is in its VAT number.
    """
    vat_number, company = _numbers(job, record)
    numbers = [vat_number, company]
    if vat_number and vat_number.startswith("BE"):
        numbers.append(vat_number[2:])
    return list(dict.fromkeys(number for number in numbers if number))


def _numbers(job: Job, record: OrderRecord) -> tuple[str | None, str | None]:
    """Give VAT and company number of the debtor; of one that was merged away meanwhile, the document knows."""
    if record.party_id is not None:
        debtor = job.state.debtors.get(record.party_id) or look_again(job, record.party_id)
        if debtor is not None:
            return debtor.vat_number, debtor.card.get("CBE")
    document = job.reader.document(record.document_id)
    customer = document.customer if document else None
    if customer is None:
        return None, None
    return valid_vat_number(customer.vat_number, None), company_number(customer)
