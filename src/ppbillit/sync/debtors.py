"""The debtor of an order: recognised among Billit's, or made, once (DESIGN §6).

Recognition asks the mirror in the state file, in this order: the VAT number, the e-mail address, our own key.
Never by similarity.  A debtor that is found is used by its PartyID and left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from ppbillit.billit.models import Accepted, Debtor, KeyUsed, NotSent, Refused, Unknown
from ppbillit.mapping.debtor import Buyer, valid_vat_number
from ppbillit.reasons import Reason, reason
from ppbillit.state import DebtorRecord
from ppbillit.sync.refusals import taken_back, unreachable, words
from ppbillit.sync.settle import is_lost
from ppbillit.sync.since import last_read

if TYPE_CHECKING:
    from ppbillit.sync.job import Job


@dataclass(frozen=True)
class Found:
    """The debtor to invoice, and what is to be said about the choice."""

    party_id: int
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class NotFound:
    """No debtor: refused, or not known yet."""

    reason: Reason
    is_refused: bool = False


def refresh_debtors(job: Job, *, anew: bool = False) -> None:
    """Bring the mirror up to date: one request for what changed since the last time.

    `anew` reads all of them, and forgets those that Billit has no more.
    """
    now = job.now()
    since = None if anew else last_read(job, "debtors_read")
    job.state.debtors.mirror(
        (_record(debtor) for debtor in job.reader.debtors(since)), all_of_them=since is None
    )
    job.state.remember("debtors_read", now.isoformat())


def debtor_for(job: Job, buyer: Buyer) -> Found | NotFound:
    """Give the debtor of a buyer, making it where nobody in Billit is recognised."""
    if found := recognise(job, buyer):
        return found
    if lost := job.state.attempts.open("debtor", buyer.key):
        # The mirror, just refreshed, has to miss it twice, a settle delay apart, before it is made again.
        if job.settled_by_now(lost.unknown_since):
            job.state.attempts.note_miss("debtor", lost.key)
            lost = replace(lost, misses=lost.misses + 1)
        if not is_lost(lost):
            return NotFound(reason("debtor_unknown", why="an earlier attempt was not answered"))
    return _make(job, buyer)


def recognise(job: Job, buyer: Buyer) -> Found | None:
    """Find the buyer in the mirror.

    Two firms may share an e-mail address: a debtor with another VAT number than the buyer's is not the buyer.
    """
    debtors = job.state.debtors
    if buyer.vat_number and (found := _choose(debtors.by("vat_number", buyer.vat_number), "VAT number")):
        return found
    for email in buyer.emails:
        candidates = [
            debtor
            for debtor in debtors.by("email", email)
            if not (buyer.vat_number and debtor.vat_number and debtor.vat_number != buyer.vat_number)
        ]
        if found := _choose(candidates, "e-mail address"):
            return found
    return _choose(debtors.by("key", buyer.key), "key")


def _choose(candidates: list[DebtorRecord], by: str) -> Found | None:
    """The oldest of several, so that the choice is the same in every run."""
    if not candidates:
        return None
    oldest = candidates[0]
    notes = (
        (reason("debtor_ambiguous", count=len(candidates), by=by, party_id=oldest.party_id),)
        if len(candidates) > 1
        else ()
    )
    return Found(oldest.party_id, notes)


def _make(job: Job, buyer: Buyer) -> Found | NotFound:
    """Make a debtor under the same protocol as a document: on record, POST, on record."""
    attempt = job.state.debtors.begin(buyer.key, buyer.draft.digest())
    with taken_back(lambda _why: job.state.debtors.record_not_sent(buyer.key)):
        outcome = job.creator.create_debtor(buyer.draft, attempt.token)
    match outcome:
        case Accepted(id=int(party_id)):
            return _made(job, buyer, party_id)
        case Refused():
            job.state.debtors.record_refused(buyer.key)
            return NotFound(reason("debtor_refused", problems=words(outcome)), is_refused=True)
        case NotSent(why=why):
            job.state.debtors.record_not_sent(buyer.key)
            raise unreachable(why)
        case KeyUsed():
            job.state.attempts.note_contested("debtor", buyer.key)
            return _look_up(job, buyer, "says that this attempt was made before")
        case Unknown() | Accepted():
            job.state.attempts.note_lost("debtor", buyer.key)
            return _look_up(job, buyer, outcome.why if isinstance(outcome, Unknown) else "named no debtor")
        case _:
            assert_never(outcome)


def _made(job: Job, buyer: Buyer, party_id: int) -> Found:
    made = DebtorRecord(party_id, buyer.key, buyer.vat_number, buyer.emails)
    job.state.debtors.record_created(made, buyer.key)
    return Found(party_id)


def _look_up(job: Job, buyer: Buyer, why: str) -> Found | NotFound:
    """No sound answer came: what Billit lists now decides, and if it lists nothing, nobody knows yet."""
    refresh_debtors(job)
    ours = job.state.debtors.by("key", buyer.key)
    if ours:
        return _made(job, buyer, ours[0].party_id)
    return NotFound(reason("debtor_unknown", why=why))


def _record(debtor: Debtor) -> DebtorRecord:
    """Reduce a debtor to what recognises it; several e-mail addresses are parted by semicolons."""
    emails = [email.strip().casefold() for email in (debtor.email or "").split(";")]
    return DebtorRecord(
        debtor.party_id,
        debtor.external_provider_id,
        valid_vat_number(debtor.vat_number, None),
        tuple(email for email in emails if email),
    )
