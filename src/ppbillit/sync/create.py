"""Create a document: the attempt is on record and on disk before the POST, its outcome right after it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, assert_never

from ppbillit.billit.models import Created, KeyUsed, NotSent, Refused, Unknown
from ppbillit.errors import Unavailable
from ppbillit.mapping.document import Mapped, map_order
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Stage
from ppbillit.sync.debtors import Found, NotFound, debtor_for, refresh_debtors, unsaid
from ppbillit.sync.debtors.mirror import look_again
from ppbillit.sync.keys import read_with_keys
from ppbillit.sync.look import adopt, may_adopt, number_taken
from ppbillit.sync.nameless import names_of, names_of_debtor
from ppbillit.sync.originals import known_original, waits_for_original
from ppbillit.sync.plan import Planned, set_aside
from ppbillit.sync.refusals import has_code, taken_back, unreachable, words
from ppbillit.sync.settle import settle, take_as_created
from ppbillit.sync.shown import document_of
from ppbillit.sync.verify import verify

if TYPE_CHECKING:
    from ppbillit.state import Channel, OrderFacts
    from ppbillit.sync.job import Job

_ORIGINAL_NOT_FOUND = "TheAboutInvoiceNumberCouldNotBeFound"


def create(job: Job, planned: Planned) -> None:
    """Make one document and compare it; whatever happens is on record and in the report."""
    mapped = _with_original(job, planned)
    if mapped is None:
        return
    refused = _create(job, mapped)
    if refused and _is_gone(job, *refused):
        # Deleted or merged in Billit since its debtors were read: once more, with the debtor there is now.
        key = job.rules.document_key(mapped.order_id)
        job.state.orders.record_refused(mapped.order_id, key, (), may_change=True)
        refused = _create(job, mapped)
    if refused:
        _refused(job, planned.originals, mapped, refused[1])


def _create(job: Job, mapped: Mapped) -> tuple[int, Refused] | None:
    """Try it once; where Billit refuses, the attempt stays open, and debtor and refusal are given."""
    facts = job.facts(mapped)
    debtor = debtor_for(job, mapped.buyer)
    if isinstance(debtor, NotFound):
        set_aside(job, facts, Stage.PARKED, (debtor.reason,), mapped.digest() if debtor.is_refused else None)
        return None
    channel = _channel(job, mapped, debtor)
    key = job.rules.document_key(mapped.order_id)
    attempt = job.state.orders.begin(
        facts,
        key,
        mapped.digest(),
        channel=channel,
        buyer=mapped.buyer.kind,
        party_id=debtor.party_id,
    )
    with taken_back(lambda why: _not_sent(job, facts, key, why)):
        outcome = job.creator.create_document(mapped.draft, debtor.party_id, attempt.token)
    match outcome:
        case Created(id=billit_id):
            job.state.orders.record_created(mapped.order_id, key, billit_id)
            job.found(facts, Outcome.CREATED, (*mapped.notes, *_notes(job, mapped, debtor)), billit_id)
            verify(job, job.record(mapped.order_id))
        case Refused():
            return debtor.party_id, outcome
        case NotSent(why=why):
            _not_sent(job, facts, key, why)
            raise unreachable(why)
        case KeyUsed():
            job.state.attempts.note_contested("document", key)
            used = reason("outcome_unknown", why="it says that this attempt was made before")
            settle(job, job.record(mapped.order_id), used)
        case Unknown(why=why):
            job.state.attempts.note_lost("document", key)
            settle(job, job.record(mapped.order_id), reason("outcome_unknown", why=why))
        case _:
            assert_never(outcome)
    return None


def _is_gone(job: Job, party_id: int, refused: Refused) -> bool:
    """Tell whether it is the debtor that Billit has no more: 401 and 404 may mean that (billit sheet §9.4)."""
    if refused.status not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
        return False
    try:
        if look_again(job, party_id):
            return False
    except Unavailable:
        return False  # nobody can say: the order is parked, and tried again by the next run
    refresh_debtors(job)  # what it was merged into has changed, and is the buyer now
    return True


def _notes(job: Job, mapped: Mapped, debtor: Found) -> tuple[Reason, ...]:
    """What is to be said of the debtor: what was not said of it the last time, and that it gets nothing."""
    notes = [*unsaid(job, mapped.buyer, debtor)]
    if not debtor.is_the_buyer and _configured_channel(job, mapped) != "none":
        notes.append(reason("default_debtor_unsent"))
    return tuple(notes)


def _with_original(job: Job, planned: Planned) -> Mapped | None:
    """Map a credit note anew, now that its original has its number in Billit, or has not."""
    if planned.mapped.kind != "credit_note":
        return planned.mapped
    mapped = map_order(planned.order, job.rules, known_original(job, planned.originals, {}))
    if not isinstance(mapped, Mapped):
        raise TypeError(mapped)  # it was mapped a moment ago, and the original only adds a number
    if waits := waits_for_original(job, planned.order.id, planned.originals, {}):
        set_aside(job, job.facts(mapped), Stage.PARKED, (waits,))
        return None
    return mapped


def _channel(job: Job, mapped: Mapped, debtor: Found) -> Channel:
    """How it will be sent, decided when it is made; what is not on the buyer's own name is not."""
    return _configured_channel(job, mapped) if debtor.is_the_buyer else "none"


def _configured_channel(job: Job, mapped: Mapped) -> Channel:
    if job.backfill or job.sender is None:
        return "none"
    return job.settings.channel_for(mapped.buyer.kind)


def _refused(job: Job, originals: tuple[int, ...], mapped: Mapped, outcome: Refused) -> None:
    """Park it; a number refused as taken is looked up, so that the person sees by what (DESIGN §10)."""
    facts, key = job.facts(mapped), job.rules.document_key(mapped.order_id)
    namesakes = [
        document
        for document in (job.reader.documents_by_number(mapped.number) if mapped.number else ())
        if document.order_type == mapped.draft.order_type
    ]
    namesakes = read_with_keys(job.reader, namesakes)
    ours = [document for document in namesakes if document.external_provider_id == key]
    if ours:  # an earlier attempt, which the lists did not show until now
        take_as_created(job, facts, ours[0])
        return
    names = [*names_of_debtor(job, job.record(mapped.order_id).party_id), *names_of(mapped.buyer.draft)]
    refusal = (
        number_taken(job, mapped, namesakes[0])
        if namesakes
        else reason("billit_refused", problems=words(outcome, names))
    )
    # A 401 or 404 names no reason that would last.
    may_change = outcome.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}
    job.state.orders.record_refused(mapped.order_id, key, (refusal,), may_change=may_change)
    if namesakes and may_adopt(job, mapped, namesakes[0]):
        adopt(job, mapped, namesakes[0])
        return
    job.found(facts, Outcome.PARKED, (refusal,))
    if has_code(outcome, _ORIGINAL_NOT_FOUND) and _mend_original(job, originals):
        job.state.orders.let_try_again(mapped.order_id)


def _mend_original(job: Job, originals: tuple[int, ...]) -> bool:
    """Find out what became of the invoice that a credit note names; tell whether that changes the credit note."""
    original = known_original(job, originals, {})
    if original is None:
        return False
    record = job.record(original.order_id)
    document = document_of(job, record)
    if document is None:  # if it was deleted, the credit note goes without it
        return job.record(original.order_id).stage is Stage.DELETED
    if not document.order_number or document.order_number == record.number:
        return False
    job.state.orders.renumber(record.order_id, document.order_number)
    return True


def _not_sent(job: Job, facts: OrderFacts, key: str, why: str) -> None:
    """The error that ends the run says it; the order's record only has to say why it is not there yet."""
    job.state.orders.record_not_sent(facts.order_id, key, (reason("not_sent_to_billit", why=why),))
