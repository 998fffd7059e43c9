"""Create a debtor, once: on disk before the POST, and what came of it right after it, as with a document.

Where Billit could take the new debtor for one that it has, it is created bare, with nothing in it that could be
matched, and given its VAT number, e-mail address and address afterwards, by its PartyID.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ppbillit.debtors.card import ADDRESS, address_key, card_of_draft, details, fingerprint, plain_number
from ppbillit.debtors.match import (
    MatchedDebtor,
    NoDebtor,
    match_debtor,
    might_be_mistaken,
    with_our_key,
)
from ppbillit.debtors.mirror import is_ours, refetch_debtor, refresh_debtors
from ppbillit.debtors.redact import names_of, redacted_problems
from ppbillit.exactly_once.resolve import may_be_made, note_miss
from ppbillit.exactly_once.write_once import Intent, Unanswered, write_again, write_once
from ppbillit.exactly_once.writes import CompleteDebtor, CreateDebtor
from ppbillit.outcomes import Done, Refused
from ppbillit.reasons import reason
from ppbillit.state import DebtorRecord

if TYPE_CHECKING:
    from ppbillit.billit.models import DebtorDraft
    from ppbillit.billit.ports import DocumentCreator
    from ppbillit.mapping.buyer import Buyer
    from ppbillit.run import Run


def debtor_for(run: Run, creator: DocumentCreator, buyer: Buyer) -> MatchedDebtor | NoDebtor:
    """Return the debtor of a buyer, creating it where nobody in Billit matches."""
    found = match_debtor(run, buyer)
    attempt = run.state.attempts.open("debtor", buyer.key)
    if attempt and _may_be_ours(found) and (ours := with_our_key(run, buyer)):
        mine = ours[0].party_id
        if found is None or not _is_surely_another(run, buyer, found, mine):
            return _complete(run, creator, buyer, mine, attempt.token)
    if found:
        return found
    if attempt:
        # The mirror, just refreshed, has to miss it as often as a document before it is created again.
        note_miss(run, "debtor", buyer.key)
        if not may_be_made(run, "debtor", buyer.key):
            return NoDebtor(reason("debtor_unknown", why="an earlier attempt was not answered"))
    return _create(run, creator, buyer)


def _create(run: Run, creator: DocumentCreator, buyer: Buyer) -> MatchedDebtor | NoDebtor:
    debtors = run.state.debtors
    draft = _bare(buyer.draft) if might_be_mistaken(run, buyer) else buyer.draft
    ending = write_once(
        run.state.attempts,
        Intent(
            "debtor",
            buyer.key,
            begin=lambda: debtors.begin(buyer.key, draft.digest()),
            forget=lambda _why: debtors.record_not_sent(buyer.key),
        ),
        CreateDebtor(creator, draft),
    )
    match ending:
        case Done(value=party_id) if debtors.get(party_id):  # not created, but written over
            debtors.record_refused(buyer.key)
            return NoDebtor(reason("debtor_written_over", party_id=party_id), is_refused=True)
        case Done(value=party_id) if draft is buyer.draft:
            return _created(run, buyer, party_id)
        case Done(value=party_id):
            debtors.mirror([_record(buyer, draft, party_id)])  # found by its key if this is cut off
            return _complete(run, creator, buyer, party_id, run.state.attempts.token("debtor", buyer.key))
        case Refused():
            debtors.record_refused(buyer.key)
            return _refused(buyer, ending)
        case Unanswered(why=why):  # what Billit lists now decides; if it lists nothing, it stays unknown
            refresh_debtors(run)
            if ours := with_our_key(run, buyer):
                token = run.state.attempts.token("debtor", buyer.key)
                return _complete(run, creator, buyer, ours[0].party_id, token)
            return NoDebtor(reason("debtor_unknown", why=why))


def _complete(
    run: Run, creator: DocumentCreator, buyer: Buyer, party_id: int, token: str
) -> MatchedDebtor | NoDebtor:
    """Complete a debtor of ours that was created bare; its attempt stays open until it is complete."""
    known = run.state.debtors.get(party_id)
    if known and _is_whole(known, buyer):
        return _created(run, buyer, party_id)
    # Not the token of its creation: the same key for another request would be refused as used.  Nor the same in
    # all runs: doing this twice does no harm, and a key that got stuck would keep it from ever being done.
    key = sha256(f"{token} details {run.report.run_id}".encode()).hexdigest()
    ending = write_again(CompleteDebtor(creator, party_id, details(buyer.draft)), key)
    if isinstance(ending, Refused):
        return _refused(buyer, ending)
    if isinstance(ending, Unanswered):
        known = refetch_debtor(run, party_id)
        if known is None or not _is_whole(known, buyer):
            return NoDebtor(reason("debtor_unknown", why="its new debtor is not complete yet"))
    return _created(run, buyer, party_id)


def _refused(buyer: Buyer, refused: Refused) -> NoDebtor:
    problems = redacted_problems(refused, names_of(buyer.draft))
    return NoDebtor(reason("debtor_refused", problems=problems), is_refused=True)


def _may_be_ours(found: MatchedDebtor | NoDebtor | None) -> bool:
    """Return whether a debtor of ours on its way may be the buyer's: not where the default debtor stands in."""
    return found is None or (isinstance(found, MatchedDebtor) and found.is_the_buyer)


def _is_surely_another(run: Run, buyer: Buyer, found: MatchedDebtor | NoDebtor, mine: int) -> bool:
    """Return whether the buyer is not the debtor on its way: by VAT number, or without one by e-mail address.

    The one on its way is another order's, of the same main address, and one of ours has the other address of this
    order already: completed by this order, both would have the same.
    """
    if not isinstance(found, MatchedDebtor) or found.party_id == mine:
        return False
    known = run.state.debtors.get(found.party_id)
    return found.by == "VAT number" or (not buyer.vat_number and known is not None and is_ours(run, known))


def _is_whole(debtor: DebtorRecord, buyer: Buyer) -> bool:
    """Return whether a debtor of ours shows what it is to have: VAT number, e-mail address, address."""
    wanted = card_of_draft(buyer.draft)
    has_address = any(name in debtor.card for name in ADDRESS) or not any(name in wanted for name in ADDRESS)
    return (
        debtor.vat_number == buyer.vat_number and bool(debtor.emails or not buyer.draft.email) and has_address
    )


def _bare(draft: DebtorDraft) -> DebtorDraft:
    return draft.model_copy(update={"email": None, "phone": None, "vat_number": None, "addresses": ()})


def _created(run: Run, buyer: Buyer, party_id: int) -> MatchedDebtor:
    created = _record(buyer, buyer.draft, party_id)
    run.state.debtors.record_created(created, buyer.key, fingerprint(created.card))
    return MatchedDebtor(party_id, "making")


def _record(buyer: Buyer, draft: DebtorDraft, party_id: int) -> DebtorRecord:
    """Return what the mirror is to know of a debtor created from this draft; it gets one e-mail address."""
    card = card_of_draft(draft)
    return DebtorRecord(
        party_id=party_id,
        key=buyer.key,
        vat_number=draft.vat_number,
        emails=(draft.email.casefold(),) if draft.email else (),
        nr=draft.nr,
        card=card,
        address=address_key(card),
        vat_shown=plain_number(draft.vat_number),
        is_firm=draft.vat_liable,
    )
