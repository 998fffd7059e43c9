"""Find a buyer among Billit's debtors: the default debtor, by VAT number, by e-mail address, by our own key.

They are tried in this order, and nothing is matched by similarity.  A debtor that is found is used by its PartyID
and is not changed.
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
    """The debtor to invoice, what it was found by, and what is to be reported about the choice.

    `by` "number": it is the default debtor, who is not the buyer.  `by` "making": it was created now.
    """

    party_id: int
    by: By
    value: str = ""
    notes: tuple[Reason, ...] = ()

    @property
    def is_the_buyer(self) -> bool:
        """Return whether the debtor is the buyer."""
        return self.by != "number"


@dataclass(frozen=True)
class NoDebtor:
    """There is no debtor: refused, or not known yet."""

    reason: Reason
    is_refused: bool = False


def match_debtor(run: Run, buyer: Buyer) -> MatchedDebtor | NoDebtor | None:
    """Return the debtor of a buyer from the mirror; None where no debtor is the buyer.

    Return NoDebtor where the default debtor is to be used, and Billit has none with its number.
    """
    debtors, settings = run.state.debtors, run.settings
    if settings.default_debtor and (settings.default_debtor_for == "all" or buyer.kind == "consumer"):
        return _default_debtor(run)
    if buyer.vat_number and (same := debtors.by("vat_number", buyer.vat_number)):
        return _matched(same, "VAT number", buyer.vat_number, buyer)
    for email in buyer.emails:
        if same := [each for each in debtors.by("email", email) if _may_be_buyer(run, buyer, each)]:
            return _matched(same, "e-mail address", email, buyer)
    if same := with_our_key(run, buyer):
        return _matched(same, "key", buyer.key, buyer)
    return None


def with_our_key(run: Run, buyer: Buyer) -> list[DebtorRecord]:
    """Return the debtors that ppbillit created for this buyer, oldest first.

    Where lists show no keys, a debtor that was created and not read since (its answer or the state file was lost)
    still shows the number that it was given.  It is read in full, and is ours only if it has our key.
    """
    debtors = run.state.debtors
    if same := debtors.by("key", buyer.key):
        return same
    with_number = debtors.by("nr", buyer.draft.nr) if buyer.draft.nr else []
    in_full = [refetch_debtor(run, each.party_id) for each in with_number if each.key is None]
    return [each for each in in_full if each and each.key == buyer.key]


def might_be_mistaken(run: Run, buyer: Buyer) -> bool:
    """Return whether Billit could take a new debtor for one that it has, and overwrite that one (billit.md §3.4).

    Billit is said to match by VAT number, e-mail address and address when an invoice is posted; whether it does so
    when a debtor is posted is not documented.  Where lists show no addresses, any debtor may have this one.
    """
    debtors = run.state.debtors
    if any(debtors.by("email", email) for email in buyer.emails):
        return True
    address = address_key(card_of_draft(buyer.draft))
    return address is not None and (bool(debtors.by("address", address)) or not addresses_are_listed(run))


def new_notes(run: Run, buyer: Buyer, found: MatchedDebtor) -> tuple[Reason, ...]:
    """Return the notes on the choice that were not reported yet, and store that they are reported now.

    A difference is reported once for what the order says and the debtor shows; it is news again when the debtor
    was changed in between.
    """
    debtors, known = run.state.debtors, run.state.debtors.get(found.party_id)
    card, wanted = known.card if known else {}, card_of_draft(buyer.draft)
    shown = fingerprint(card)
    debtors.drop_notes(found.party_id, _DIFFERS, shown)
    about = fingerprint(wanted, differing(card, wanted))
    return tuple(
        note
        for note in found.notes
        if debtors.note(found.party_id, note, *((shown, about) if note.code == _DIFFERS else ("", "")))
    )


def _default_debtor(run: Run) -> MatchedDebtor | NoDebtor:
    number = run.settings.default_debtor
    same = run.state.debtors.by("nr", number)
    if not same:
        return NoDebtor(reason("default_debtor_missing", number=number))
    return _matched(same, "number", number, None)


def _may_be_buyer(run: Run, buyer: Buyer, debtor: DebtorRecord) -> bool:
    """Return whether a debtor with the buyer's e-mail address may be the buyer.

    Two firms may share an e-mail address: a debtor with another VAT number or company number is not the buyer.
    With `match_email` off, only a debtor that ppbillit created may be.
    """
    if buyer.vat_number and debtor.vat_number and debtor.vat_number != buyer.vat_number:
        return False
    if _has_another_company_number(buyer, debtor):
        return False
    return run.settings.match_email or is_ours(run, debtor)


def _matched(same: list[DebtorRecord], by: By, value: str, buyer: Buyer | None) -> MatchedDebtor:
    """Return the oldest of several matches, so that the choice is the same in every run."""
    oldest = same[0]
    notes = []
    if len(same) > 1:
        notes.append(reason("debtor_ambiguous", count=len(same), by=by, party_id=oldest.party_id))
    if buyer is not None:
        notes += _notes_on(buyer, oldest)
    return MatchedDebtor(oldest.party_id, by, value, tuple(notes))


def _notes_on(buyer: Buyer, debtor: DebtorRecord) -> list[Reason]:
    """Return what the debtor shows otherwise than the order."""
    if buyer.reverse_charged and debtor.vat_number is None:
        return [reason("debtor_without_vat_number", party_id=debtor.party_id)]
    if not is_for(buyer, debtor):
        return []
    differ = differing(debtor.card, card_of_draft(buyer.draft))
    return [reason("debtor_differs", party_id=debtor.party_id, what=_joined(differ))] if differ else []


def is_for(buyer: Buyer, debtor: DebtorRecord) -> bool:
    """Return whether the debtor should show the buyer's name and address.

    A private order by somebody of a firm is linked to the firm, but says nothing about the firm's name and
    address.  Nor does one firm's order about another firm: a debtor with a VAT number, of whichever country,
    should show what orders with that number say.
    """
    if debtor.vat_number or debtor.vat_shown:
        is_same = buyer.vat_number is not None and buyer.vat_number == debtor.vat_number
        return is_same or plain_number(buyer.vat_number_given) == (debtor.vat_shown or debtor.vat_number)
    if debtor.is_firm:
        return buyer.kind == "business" and not _has_another_company_number(buyer, debtor)
    return True


def _has_another_company_number(buyer: Buyer, debtor: DebtorRecord) -> bool:
    """Return whether the debtor has a Belgian company number that is not the one in the buyer's VAT number."""
    number = debtor.card.get("CBE")
    is_belgian = buyer.vat_number is not None and buyer.vat_number.startswith("BE")
    # Older company numbers have 9 digits.
    return number is not None and is_belgian and buyer.vat_number != f"BE{number.zfill(10)}"


def _joined(words: tuple[str, ...]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
