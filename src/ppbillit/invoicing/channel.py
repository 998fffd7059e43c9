"""Step 6b: by which channel a document goes, or why it stays: a receiver is asked for before Peppol is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.debtors.card import company_number
from ppbillit.debtors.mirror import refetch_debtor
from ppbillit.errors import Unavailable
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.peppol_directory import (
    PeppolDirectory,
    keep_merged_debtor_numbers,
    merged_debtor_numbers,
)
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


class ChannelFinder:
    """Finds the channel of one document after another, in one run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._directory = PeppolDirectory(run)
        self._debtors_read: set[int] = set()  # read by themselves, since a person asked for their order
        self._unread_debtors = 0

    def find(self, record: OrderRecord) -> TransportType | Reason:
        """Return the channel for a document that has one in the config, or why it cannot go now.

        `auto` is Peppol where the receiver can be reached, and e-mail where it cannot.  Where the directory gives
        no answer, neither is known, and the document waits.
        """
        match record.channel:
            case "email":
                return "SMTP"
            case "letter":
                return "Letter"
            case "peppol" | "auto":
                return self._over_peppol(record)
            case "none":
                raise ValueError(record)

    def not_reached(self, record: OrderRecord) -> Reason:
        """Record that Billit does not reach the receiver, whatever the directory said; believed for a week."""
        receivers = self._run.state.receivers
        identifiers = self._identifiers(record) or []
        for identifier in identifiers:
            known = receivers.get(identifier)
            receivers.put(identifier, (known.takes if known else frozenset()) - {_TYPES[record.kind]})
        return _not_reachable(record, identifiers)

    def _over_peppol(self, record: OrderRecord) -> TransportType | Reason:
        identifiers = self._identifiers(record)
        if identifiers is None:
            return reason("receiver_unknown", order_id=record.order_id)
        anew = self._run.is_asked_for(record.order_id)
        match self._directory.reaches(identifiers, _TYPES[record.kind], anew=anew):
            case True:
                return "Peppol"
            case None:
                return reason("receiver_unknown", order_id=record.order_id)
            case False:
                return "SMTP" if record.channel == "auto" else _not_reachable(record, identifiers)

    def _identifiers(self, record: OrderRecord) -> list[str] | None:
        """Return the numbers that the receiver may be registered by; None where Billit does not say which.

        They are its debtor's in Billit, since Billit sends there.  A Belgian firm may be registered by its company
        number alone (billit.md §7), which is in its VAT number.
        """
        found = self._numbers(record)
        if found is None:
            return None
        vat_number, company = found
        numbers = [vat_number, company]
        if vat_number and vat_number.startswith("BE"):
            numbers.append(vat_number[2:])
        return list(dict.fromkeys(number for number in numbers if number))

    def _numbers(self, record: OrderRecord) -> Numbers | None:
        """Return the debtor's VAT and company number; of one that was merged meanwhile, the document knows."""
        run = self._run
        gone = None if run.is_asked_for(record.order_id) else record.party_id
        if gone is not None and (kept := merged_debtor_numbers(run, gone)):
            return kept
        try:
            debtor = self._debtor(record)
        except Unavailable:
            self._unread_debtors += not any(each.code == "receiver_unknown" for each in record.reasons)
            if self._unread_debtors >= _MOST_UNREAD:
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

    def _debtor(self, record: OrderRecord) -> DebtorRecord | None:
        """Return the debtor of a document, read anew, once a run, where a person asked for its order."""
        party_id = record.party_id
        if party_id is None:
            return None
        known = self._run.state.debtors.get(party_id)
        is_to_be_read = known is None or self._run.is_asked_for(record.order_id)
        if not is_to_be_read or party_id in self._debtors_read:
            return known
        self._debtors_read.add(party_id)
        return refetch_debtor(self._run, party_id)


def _not_reachable(record: OrderRecord, identifiers: list[str]) -> Reason:
    """Return that it cannot be received over Peppol, and what to do."""
    if not identifiers:
        return reason("no_peppol_number", order_id=record.order_id)
    return reason("not_on_peppol", kinds=_KINDS[record.kind], order_id=record.order_id)
