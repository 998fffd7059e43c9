"""Which of Billit's debtors a buyer is: the default debtor, the VAT number, the e-mail address, our own key.

In this order, and never by similarity.  A debtor that is found is used by its PartyID and left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ppbillit.debtors.card import address_key, card_of_draft, differing, fingerprint, plain_number
from ppbillit.debtors.mirror import addresses_are_listed, is_ours, refetch_debtor
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from ppbillit.mapping.buyer import Buyer
    from ppbillit.run import Run
    from ppbillit.state import DebtorRecord

_DIFFERS = "debtor_differs"

By = Literal["number", "VAT number", "e-mail address", "key", "making"]


@dataclass(frozen=True)
class MatchedDebtor:
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
class NoDebtor:
    """No debtor: refused, or not known yet."""

    reason: Reason
    is_refused: bool = False


def match_debtor(run: Run, buyer: Buyer) -> MatchedDebtor | NoDebtor | None:
    """Find the buyer in the mirror; None: nobody there is the buyer; NotFound: nobody may stand in either."""
    debtors, settings = run.state.debtors, run.settings
    if settings.default_debtor and (settings.default_debtor_for == "all" or buyer.kind == "consumer"):
        return _default_debtor(run)
    if buyer.vat_number and (same := debtors.by("vat_number", buyer.vat_number)):
        return _found(same, "VAT number", buyer.vat_number, buyer)
    for email in buyer.emails:
        if same := [each for each in debtors.by("email", email) if _may_be(run, buyer, each)]:
            return _found(same, "e-mail address", email, buyer)
    if same := with_our_key(run, buyer):
        return _found(same, "key", buyer.key, buyer)
    return None


def with_our_key(run: Run, buyer: Buyer) -> list[DebtorRecord]:
    """Give what we made for this buyer, oldest first.

    Where lists show no keys, one that we have not seen since its making (its answer was lost, or the state file)
    still shows the number that we gave it, and is looked at in full before that is believed.
    """
    debtors = run.state.debtors
    if same := debtors.by("key", buyer.key):
        return same
    numbered = debtors.by("nr", buyer.draft.nr) if buyer.draft.nr else []
    looked_at = [refetch_debtor(run, each.party_id) for each in numbered if each.key is None]
    return [each for each in looked_at if each and each.key == buyer.key]


def might_be_mistaken(run: Run, buyer: Buyer) -> bool:
    """Tell whether Billit could take a new debtor for one it has, and write over that one (billit.md §3.4).

    It is said to match by VAT number, e-mail address and address when an invoice is posted; whether it does so
    when a debtor is posted, nobody has written down.  Where lists show no addresses, anybody may live there.
    """
    debtors = run.state.debtors
    if any(debtors.by("email", email) for email in buyer.emails):
        return True
    here = address_key(card_of_draft(buyer.draft))
    return here is not None and (bool(debtors.by("address", here)) or not addresses_are_listed(run))


def unsaid_notes(run: Run, buyer: Buyer, found: MatchedDebtor) -> tuple[Reason, ...]:
    """Give what is to be said of the choice and was not said yet, and take note that it is said.

    A difference is said once for what the order says and the debtor shows: it is news again when the debtor was
    changed in between.
    """
    debtors, known = run.state.debtors, run.state.debtors.get(found.party_id)
    card, wanted = known.card if known else {}, card_of_draft(buyer.draft)
    shown = fingerprint(card)
    debtors.drop_notes(found.party_id, _DIFFERS, shown)
    about = fingerprint(wanted, differing(card, wanted))
    return tuple(
        note
        for note in found.notes
        if debtors.is_news(found.party_id, note, *((shown, about) if note.code == _DIFFERS else ("", "")))
    )


def _default_debtor(run: Run) -> MatchedDebtor | NoDebtor:
    number = run.settings.default_debtor
    same = run.state.debtors.by("nr", number)
    if not same:
        return NoDebtor(reason("default_debtor_missing", number=number))
    return _found(same, "number", number, None)


def _may_be(run: Run, buyer: Buyer, debtor: DebtorRecord) -> bool:
    """Two firms may share an e-mail address: a debtor with another VAT number than the buyer's is not the buyer.

    With `match_email` off, only debtors that ppbillit made are looked at.
    """
    if buyer.vat_number and debtor.vat_number and debtor.vat_number != buyer.vat_number:
        return False
    if _has_another_company_number(buyer, debtor):
        return False
    return run.settings.match_email or is_ours(run, debtor)


def _found(same: list[DebtorRecord], by: By, value: str, buyer: Buyer | None) -> MatchedDebtor:
    """Take the oldest of several, so that the choice is the same in every run."""
    oldest = same[0]
    notes = []
    if len(same) > 1:
        notes.append(reason("debtor_ambiguous", count=len(same), by=by, party_id=oldest.party_id))
    if buyer is not None:
        notes += _remarks(buyer, oldest)
    return MatchedDebtor(oldest.party_id, by, value, tuple(notes))


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

    A private order by somebody of a firm is linked to the firm, and says nothing about it.  Nor does one firm's
    order about another: a debtor with a VAT number, whichever country's, is spoken for by orders with that number.
    """
    if debtor.vat_number or debtor.vat_shown:
        is_same = buyer.vat_number is not None and buyer.vat_number == debtor.vat_number
        return is_same or plain_number(buyer.vat_number_given) == (debtor.vat_shown or debtor.vat_number)
    if debtor.is_firm:
        return buyer.kind == "business" and not _has_another_company_number(buyer, debtor)
    return True


def _has_another_company_number(buyer: Buyer, debtor: DebtorRecord) -> bool:
    """Tell whether the debtor is known by a Belgian company number that is not in the buyer's VAT number."""
    number = debtor.card.get("CBE")
    is_belgian = buyer.vat_number is not None and buyer.vat_number.startswith("BE")
    return (
        number is not None and is_belgian and buyer.vat_number != f"BE{number.zfill(10)}"
    )  # older ones have 9


def _listed(words: tuple[str, ...]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
