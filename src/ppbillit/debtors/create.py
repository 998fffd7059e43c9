"""Make a debtor, once: on record, POST, on record, as a document is (docs/exactly-once.md).

Where Billit could take the new debtor for one that it has, it is made bare, with nothing in it that could be
matched, and given its VAT number, e-mail address and address afterwards, by its PartyID.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, assert_never

from ppbillit.debtors.card import ADDRESS, address_key, card_of_draft, details, fingerprint, plain_number
from ppbillit.debtors.match import MatchedDebtor, NoDebtor, match_debtor, might_be_mistaken, with_our_key
from ppbillit.debtors.mirror import is_ours, refetch_debtor, refresh_debtors
from ppbillit.debtors.redact import names_of, redacted_problems
from ppbillit.exactly_once.resolve import is_lost
from ppbillit.exactly_once.write import taken_back, unreachable
from ppbillit.outcomes import Done, KeyUsed, NotSent, Refused, Unknown
from ppbillit.reasons import reason
from ppbillit.state import DebtorRecord

if TYPE_CHECKING:
    from ppbillit.billit.models import DebtorDraft
    from ppbillit.mapping.buyer import Buyer
    from ppbillit.run import Run
    from ppbillit.state import Attempt


def debtor_for(run: Run, buyer: Buyer) -> MatchedDebtor | NoDebtor:
    """Give the debtor of a buyer, making it where nobody in Billit is recognised."""
    found = match_debtor(run, buyer)
    lost = run.state.attempts.open("debtor", buyer.key)
    if lost and _may_be_ours(found) and (ours := with_our_key(run, buyer)):
        mine = ours[0].party_id
        if found is None or not _is_surely_another(run, buyer, found, mine):
            return _complete(run, buyer, mine, lost)
    if found:
        return found
    if lost:
        # The mirror, just refreshed, has to miss it twice, a settle delay apart, before it is made again.
        if run.settled_by_now(lost.unknown_since):
            run.state.attempts.note_miss("debtor", lost.key)
            lost = replace(lost, misses=lost.misses + 1)
        if not is_lost(lost):
            return NoDebtor(reason("debtor_unknown", why="an earlier attempt was not answered"))
    return _make(run, buyer)


def _make(run: Run, buyer: Buyer) -> MatchedDebtor | NoDebtor:
    draft = buyer.draft
    if might_be_mistaken(run, buyer):
        draft = _bare(draft)
    attempt = run.state.debtors.begin(buyer.key, draft.digest())
    with taken_back(lambda _why: run.state.debtors.record_not_sent(buyer.key)):
        outcome = run.creator.create_debtor(draft, attempt.token)
    match outcome:
        case Done(party_id):
            if run.state.debtors.get(party_id):  # not made, but written over
                run.state.debtors.record_refused(buyer.key)
                return NoDebtor(reason("debtor_written_over", party_id=party_id), is_refused=True)
            if draft is buyer.draft:
                return _made(run, buyer, party_id)
            run.state.debtors.mirror([_record(buyer, draft, party_id)])  # found by its key if this is cut off
            return _complete(run, buyer, party_id, attempt)
        case Refused():
            run.state.debtors.record_refused(buyer.key)
            names = names_of(buyer.draft)
            return NoDebtor(
                reason("debtor_refused", problems=redacted_problems(outcome, names)), is_refused=True
            )
        case NotSent(why=why):
            run.state.debtors.record_not_sent(buyer.key)
            raise unreachable(why)
        case KeyUsed():
            run.state.attempts.note_contested("debtor", buyer.key)
            return _look_up(run, buyer, attempt, "says that this attempt was made before")
        case Unknown(why=why):
            run.state.attempts.note_lost("debtor", buyer.key)
            return _look_up(run, buyer, attempt, why)
        case _:
            assert_never(outcome)


def _look_up(run: Run, buyer: Buyer, attempt: Attempt, why: str) -> MatchedDebtor | NoDebtor:
    """No sound answer came: what Billit lists now decides, and if it lists nothing, nobody knows yet."""
    refresh_debtors(run)
    if ours := with_our_key(run, buyer):
        return _complete(run, buyer, ours[0].party_id, attempt)
    return NoDebtor(reason("debtor_unknown", why=why))


def _complete(run: Run, buyer: Buyer, party_id: int, attempt: Attempt) -> MatchedDebtor | NoDebtor:
    """Give a debtor of ours what it was made without, if anything; the attempt stays open until it has it."""
    known = run.state.debtors.get(party_id)
    if known and _is_whole(known, buyer):
        return _made(run, buyer, party_id)
    # Not the token of its making: the same key for another request would be refused as used.  Nor the same in all
    # runs: doing this twice does no harm, and a key that got stuck would keep it from ever being done.
    key = sha256(f"{attempt.token} details {run.report.run_id}".encode()).hexdigest()
    outcome = run.creator.complete_debtor(party_id, details(buyer.draft), key)
    if isinstance(outcome, NotSent):
        raise unreachable(outcome.why)
    if isinstance(outcome, Refused):
        names = names_of(buyer.draft)
        return NoDebtor(reason("debtor_refused", problems=redacted_problems(outcome, names)), is_refused=True)
    if not isinstance(outcome, Done):
        known = refetch_debtor(run, party_id)
        if known is None or not _is_whole(known, buyer):
            return NoDebtor(reason("debtor_unknown", why="its new debtor is not complete yet"))
    return _made(run, buyer, party_id)


def _may_be_ours(found: MatchedDebtor | NoDebtor | None) -> bool:
    """Tell whether a debtor of ours on its way may be the buyer's: not where the default debtor stands in."""
    return found is None or (isinstance(found, MatchedDebtor) and found.is_the_buyer)


def _is_surely_another(run: Run, buyer: Buyer, found: MatchedDebtor | NoDebtor, mine: int) -> bool:
    """Tell whether the buyer is not the debtor on its way: by VAT number, or without one by e-mail address.

    The one on its way is another order's, of the same main address, and one of ours has the other address of this
    order already: completed by this order, both would have the same.
    """
    if not isinstance(found, MatchedDebtor) or found.party_id == mine:
        return False
    known = run.state.debtors.get(found.party_id)
    return found.by == "VAT number" or (not buyer.vat_number and known is not None and is_ours(run, known))


def _is_whole(debtor: DebtorRecord, buyer: Buyer) -> bool:
    """Tell whether a debtor of ours shows what it is to have: VAT number, e-mail address, address."""
    wanted = card_of_draft(buyer.draft)
    has_address = any(name in debtor.card for name in ADDRESS) or not any(name in wanted for name in ADDRESS)
    return (
        debtor.vat_number == buyer.vat_number and bool(debtor.emails or not buyer.draft.email) and has_address
    )


def _bare(draft: DebtorDraft) -> DebtorDraft:
    return draft.model_copy(update={"email": None, "phone": None, "vat_number": None, "addresses": ()})


def _made(run: Run, buyer: Buyer, party_id: int) -> MatchedDebtor:
    made = _record(buyer, buyer.draft, party_id)
    run.state.debtors.record_created(made, buyer.key)
    run.state.debtors.note_given(party_id, fingerprint(made.card), fingerprint(made.card))
    return MatchedDebtor(party_id, "making")


def _record(buyer: Buyer, draft: DebtorDraft, party_id: int) -> DebtorRecord:
    """Give what the mirror is to know of a debtor that was made of this draft; it gets one e-mail address."""
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
