"""Which way a document goes, or why it stays: the receiver is asked for before anything is sent over Peppol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.debtors.card import company_number
from ppbillit.debtors.mirror import refetch_debtor
from ppbillit.errors import Unavailable
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.peppol_directory import keep_merged_debtor_numbers, merged_debtor_numbers
from ppbillit.mapping.buyer import valid_vat_number
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from ppbillit.billit.ports import TransportType
    from ppbillit.invoicing.peppol_directory import Numbers
    from ppbillit.run import Run
    from ppbillit.state import DebtorRecord, OrderRecord

# So many debtors that cannot be read, and of whom that was not said before, are no odd ones: Billit is out of
# order, and the run ends.
_MOST_UNREAD = 3

# What a receiver must be registered for (billit.md §7).
_TYPES = {"invoice": "BISv3Invoice", "credit_note": "BISv3CreditNote"}
_KINDS = {"invoice": "invoices", "credit_note": "credit notes"}


def choose_channel(run: Run, record: OrderRecord) -> TransportType | Reason:
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
            return _over_peppol(run, record)
        case "none":
            raise ValueError(record)


def not_reached(run: Run, record: OrderRecord) -> Reason:
    """Billit does not reach the receiver, whatever the directory said: believed for a week, and said."""
    identifiers = _identifiers(run, record) or []
    for identifier in identifiers:
        known = run.state.receivers.get(identifier)
        run.state.receivers.put(identifier, (known.takes if known else frozenset()) - {_TYPES[record.kind]})
    return _not_reachable(record, identifiers)


def _over_peppol(run: Run, record: OrderRecord) -> TransportType | Reason:
    identifiers = _identifiers(run, record)
    if identifiers is None:
        return reason("receiver_unknown", order_id=record.order_id)
    anew = record.order_id in run.asked_for
    match run.directory.reaches(run, identifiers, _TYPES[record.kind], anew=anew):
        case True:
            return "Peppol"
        case None:
            return reason("receiver_unknown", order_id=record.order_id)
        case False:
            return "SMTP" if record.channel == "auto" else _not_reachable(record, identifiers)


def _not_reachable(record: OrderRecord, identifiers: list[str]) -> Reason:
    """Say that it cannot be received over Peppol, and what to do."""
    if not identifiers:
        return reason("no_peppol_number", order_id=record.order_id)
    return reason("not_on_peppol", kinds=_KINDS[record.kind], order_id=record.order_id)


def _identifiers(run: Run, record: OrderRecord) -> list[str] | None:
    """Give the numbers that the receiver may be registered by: its debtor's in Billit, since Billit sends there.

    A Belgian firm may be there by its company number alone (billit.md §7), which is in its VAT number.  None
    where Billit does not say which they are.
    """
    found = _numbers(run, record)
    if found is None:
        return None
    vat_number, company = found
    numbers = [vat_number, company]
    if vat_number and vat_number.startswith("BE"):
        numbers.append(vat_number[2:])
    return list(dict.fromkeys(number for number in numbers if number))


def _numbers(run: Run, record: OrderRecord) -> Numbers | None:
    """Give VAT and company number of the debtor; of one that was merged away meanwhile, the document knows."""
    gone = record.party_id if record.order_id not in run.asked_for else None
    if gone is not None and (kept := merged_debtor_numbers(run, gone)):
        return kept
    try:
        debtor = _debtor(run, record)
    except Unavailable:
        run.unread_debtors += not any(each.code == "receiver_unknown" for each in record.reasons)
        if run.unread_debtors >= _MOST_UNREAD:
            raise
        return None
    if debtor is not None:
        return debtor.vat_number, debtor.card.get("CBE")
    document = document_of(run, record)
    if document is None:
        return None
    customer = document.customer
    if customer is None:
        return None, None
    numbers = (valid_vat_number(customer.vat_number, None), company_number(customer))
    if customer.party_id and customer.party_id != record.party_id:
        run.state.orders.note_party(record.order_id, customer.party_id)
    elif record.party_id is not None:
        keep_merged_debtor_numbers(run, record.party_id, numbers)
    return numbers


def _debtor(run: Run, record: OrderRecord) -> DebtorRecord | None:
    """Give the debtor of a document; read anew, once a run, where a person says that something was mended."""
    party_id = record.party_id
    if party_id is None:
        return None
    known = run.state.debtors.get(party_id)
    is_to_be_read = known is None or record.order_id in run.asked_for
    if not is_to_be_read or party_id in run.debtors_read:
        return known
    run.debtors_read.add(party_id)
    return refetch_debtor(run, party_id)
