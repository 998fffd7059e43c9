"""Which of Billit's debtors a buyer is: the default debtor, the VAT number, the e-mail address, our own key.

In this order, and never by similarity.  A debtor that is found is used by its PartyID and left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ppbillit.mapping.debtor import debtor_key_prefix
from ppbillit.mapping.debtor_card import address_key, card_of_draft, differing
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from ppbillit.mapping.debtor import Buyer
    from ppbillit.state import DebtorRecord
    from ppbillit.sync.job import Job

By = Literal["number", "VAT number", "e-mail address", "key", "making"]


@dataclass(frozen=True)
class Found:
    """The debtor to invoice, by what it was found, and what is to be said about the choice.

    `by` the number means that it is the default debtor, who is not the buyer; by making, that it is new.
    """

    party_id: int
    by: By
    value: str = ""
    notes: tuple[Reason, ...] = ()

    @property
    def is_the_buyer(self) -> bool:
        """Tell whether the debtor stands for who bought."""
        return self.by != "number"


@dataclass(frozen=True)
class NotFound:
    """No debtor: refused, or not known yet."""

    reason: Reason
    is_refused: bool = False


def recognise(job: Job, buyer: Buyer) -> Found | NotFound | None:
    """Find the buyer in the mirror; None: nobody there is the buyer; NotFound: nobody may stand in either."""
    debtors, settings = job.state.debtors, job.settings
    if settings.default_debtor and (settings.default_debtor_for == "all" or buyer.kind == "consumer"):
        return _default_debtor(job)
    if buyer.vat_number and (same := debtors.by("vat_number", buyer.vat_number)):
        return _found(same, "VAT number", buyer.vat_number, buyer)
    for email in buyer.emails:
        if same := [each for each in debtors.by("email", email) if _may_be(job, buyer, each)]:
            return _found(same, "e-mail address", email, buyer)
    if same := debtors.by("key", buyer.key):
        return _found(same, "key", buyer.key, buyer)
    return None


def might_be_mistaken(job: Job, buyer: Buyer) -> bool:
    """Tell whether Billit could take a new debtor for one it has, and write over that one (billit sheet §3.4).

    It is said to match by VAT number, e-mail address and address when an invoice is posted; whether it does so
    when a debtor is posted, nobody has written down.  Where lists show no addresses, anybody may live there.
    """
    debtors = job.state.debtors
    if any(debtors.by("email", email) for email in buyer.emails):
        return True
    here = address_key(card_of_draft(buyer.draft))
    if here is None:
        return False
    ours = debtor_key_prefix(job.rules.tenant_id)
    return bool(debtors.by("address", here)) or not debtors.addresses_are_shown(ours)


def _default_debtor(job: Job) -> Found | NotFound:
    number = job.settings.default_debtor
    same = job.state.debtors.by("nr", number)
    if not same:
        return NotFound(reason("default_debtor_missing", number=number))
    return _found(same, "number", number, None)


def _may_be(job: Job, buyer: Buyer, debtor: DebtorRecord) -> bool:
    """Two firms may share an e-mail address: a debtor with another VAT number than the buyer's is not the buyer.

    With `match_email` off, only debtors that ppbillit made are looked at.
    """
    if buyer.vat_number and debtor.vat_number and debtor.vat_number != buyer.vat_number:
        return False
    is_ours = (debtor.key or "").startswith(debtor_key_prefix(job.rules.tenant_id))
    return job.settings.match_email or is_ours


def _found(same: list[DebtorRecord], by: By, value: str, buyer: Buyer | None) -> Found:
    """Take the oldest of several, so that the choice is the same in every run."""
    oldest = same[0]
    notes = []
    if len(same) > 1:
        notes.append(reason("debtor_ambiguous", count=len(same), by=by, party_id=oldest.party_id))
    if buyer is not None:
        notes += _remarks(buyer, oldest)
    return Found(oldest.party_id, by, value, tuple(notes))


def _remarks(buyer: Buyer, debtor: DebtorRecord) -> list[Reason]:
    """Say what is not on the debtor as it is on the order."""
    if buyer.reverse_charged and debtor.vat_number is None:
        return [reason("debtor_without_vat_number", party_id=debtor.party_id)]
    if not is_for(buyer, debtor):
        return []
    differ = differing(debtor.card, card_of_draft(buyer.draft))
    return [reason("debtor_differs", party_id=debtor.party_id, what=_listed(differ))] if differ else []


def is_for(buyer: Buyer, debtor: DebtorRecord) -> bool:
    """Tell whether the buyer's name and address are the debtor's to have.

    A private order by somebody of a firm is linked to the firm, and says nothing about it.
    """
    return debtor.vat_number is None or debtor.vat_number == buyer.vat_number


def _listed(words: tuple[str, ...]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
