"""Create a document: the attempt is on record and on disk before the POST, its outcome right after it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, assert_never

from ppbillit.billit.responses import has_code
from ppbillit.debtors import MatchedDebtor, NoDebtor, debtor_for, refresh_debtors, unsaid_notes
from ppbillit.debtors.mirror import refetch_debtor
from ppbillit.debtors.redact import names_of, names_of_debtor, redacted_problems
from ppbillit.errors import Unavailable
from ppbillit.exactly_once.write import taken_back, unreachable
from ppbillit.invoicing.credit_notes import Planned, known_original, waits_for_original
from ppbillit.invoicing.document_keys import read_with_keys
from ppbillit.invoicing.existing import adopt, may_adopt, number_taken
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.plan import set_aside
from ppbillit.invoicing.resolve import resolve, take_as_created
from ppbillit.invoicing.verify import verify
from ppbillit.mapping.mapper import Mapped, map_order
from ppbillit.outcomes import Done, KeyUsed, NotSent, Refused, Unknown
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Stage

if TYPE_CHECKING:
    from ppbillit.run import Run
    from ppbillit.state import Channel, OrderFacts

_ORIGINAL_NOT_FOUND = "TheAboutInvoiceNumberCouldNotBeFound"


def create(run: Run, planned: Planned) -> None:
    """Make one document and compare it; whatever happens is on record and in the report."""
    mapped = _with_original(run, planned)
    if mapped is None:
        return
    refused = _create(run, mapped)
    if refused and _is_gone(run, *refused):
        # Deleted or merged in Billit since its debtors were read: once more, with the debtor there is now.
        key = run.rules.document_key(mapped.order_id)
        run.state.orders.record_refused(mapped.order_id, key, (), may_change=True)
        refused = _create(run, mapped)
    if refused:
        _refused(run, planned.originals, mapped, refused[1])


def _create(run: Run, mapped: Mapped) -> tuple[int, Refused] | None:
    """Try it once; where Billit refuses, the attempt stays open, and debtor and refusal are given."""
    facts = run.facts(mapped)
    debtor = debtor_for(run, mapped.buyer)
    if isinstance(debtor, NoDebtor):
        set_aside(run, facts, Stage.PARKED, (debtor.reason,), mapped.digest() if debtor.is_refused else None)
        return None
    channel = _channel(run, mapped, debtor)
    key = run.rules.document_key(mapped.order_id)
    attempt = run.state.orders.begin(
        facts,
        key,
        mapped.digest(),
        channel=channel,
        buyer=mapped.buyer.kind,
        party_id=debtor.party_id,
    )
    with taken_back(lambda why: _not_sent(run, facts, key, why)):
        outcome = run.creator.create_document(mapped.draft, debtor.party_id, attempt.token)
    match outcome:
        case Done(billit_id):
            run.state.orders.record_created(mapped.order_id, key, billit_id)
            run.found(facts, Outcome.CREATED, (*mapped.notes, *_notes(run, mapped, debtor)), billit_id)
            verify(run, run.record(mapped.order_id))
        case Refused():
            return debtor.party_id, outcome
        case NotSent(why=why):
            _not_sent(run, facts, key, why)
            raise unreachable(why)
        case KeyUsed():
            run.state.attempts.note_contested("document", key)
            used = reason("outcome_unknown", why="it says that this attempt was made before")
            resolve(run, run.record(mapped.order_id), used)
        case Unknown(why=why):
            run.state.attempts.note_lost("document", key)
            resolve(run, run.record(mapped.order_id), reason("outcome_unknown", why=why))
        case _:
            assert_never(outcome)
    return None


def _is_gone(run: Run, party_id: int, refused: Refused) -> bool:
    """Tell whether it is the debtor that Billit has no more: 401 and 404 may mean that (billit.md §9.4)."""
    if refused.status not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
        return False
    try:
        if refetch_debtor(run, party_id):
            return False
    except Unavailable:
        return False  # nobody can say: the order is parked, and tried again by the next run
    refresh_debtors(run)  # what it was merged into has changed, and is the buyer now
    return True


def _notes(run: Run, mapped: Mapped, debtor: MatchedDebtor) -> tuple[Reason, ...]:
    """What is to be said of the debtor: what was not said of it the last time, and that it gets nothing."""
    notes = [*unsaid_notes(run, mapped.buyer, debtor)]
    if not debtor.is_the_buyer and _configured_channel(run, mapped) != "none":
        notes.append(reason("default_debtor_unsent"))
    return tuple(notes)


def _with_original(run: Run, planned: Planned) -> Mapped | None:
    """Map a credit note anew, now that its original has its number in Billit, or has not."""
    if planned.mapped.kind != "credit_note":
        return planned.mapped
    mapped = map_order(planned.order, run.rules, known_original(run, planned.originals, {}))
    if not isinstance(mapped, Mapped):
        raise TypeError(mapped)  # it was mapped a moment ago, and the original only adds a number
    if waits := waits_for_original(run, planned.order.id, planned.originals, {}):
        set_aside(run, run.facts(mapped), Stage.PARKED, (waits,))
        return None
    return mapped


def _channel(run: Run, mapped: Mapped, debtor: MatchedDebtor) -> Channel:
    """How it will be sent, decided when it is made; what is not on the buyer's own name is not."""
    return _configured_channel(run, mapped) if debtor.is_the_buyer else "none"


def _configured_channel(run: Run, mapped: Mapped) -> Channel:
    if run.backfill or run.sender is None:
        return "none"
    return run.settings.channel_for(mapped.buyer.kind)


def _refused(run: Run, originals: tuple[int, ...], mapped: Mapped, outcome: Refused) -> None:
    """Park it; a number refused as taken is looked up, so that the person sees by what (docs/exactly-once.md)."""
    facts, key = run.facts(mapped), run.rules.document_key(mapped.order_id)
    namesakes = [
        document
        for document in (run.reader.documents_by_number(mapped.number) if mapped.number else ())
        if document.order_type == mapped.draft.order_type
    ]
    namesakes = read_with_keys(run.reader, namesakes)
    ours = [document for document in namesakes if document.external_provider_id == key]
    if ours:  # an earlier attempt, which the lists did not show until now
        take_as_created(run, facts, ours[0])
        return
    names = [*names_of_debtor(run, run.record(mapped.order_id).party_id), *names_of(mapped.buyer.draft)]
    refusal = (
        number_taken(run, mapped, namesakes[0])
        if namesakes
        else reason("billit_refused", problems=redacted_problems(outcome, names))
    )
    # A 401 or 404 names no reason that would last.
    may_change = outcome.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}
    run.state.orders.record_refused(mapped.order_id, key, (refusal,), may_change=may_change)
    if namesakes and may_adopt(run, mapped, namesakes[0]):
        adopt(run, mapped, namesakes[0])
        return
    run.found(facts, Outcome.PARKED, (refusal,))
    if has_code(outcome, _ORIGINAL_NOT_FOUND) and _mend_original(run, originals):
        run.state.orders.let_try_again(mapped.order_id)


def _mend_original(run: Run, originals: tuple[int, ...]) -> bool:
    """Find out what became of the invoice that a credit note names; tell whether that changes the credit note."""
    original = known_original(run, originals, {})
    if original is None:
        return False
    record = run.record(original.order_id)
    document = document_of(run, record)
    if document is None:  # if it was deleted, the credit note goes without it
        return run.record(original.order_id).stage is Stage.DELETED
    if not document.order_number or document.order_number == record.number:
        return False
    run.state.orders.renumber(record.order_id, document.order_number)
    return True


def _not_sent(run: Run, facts: OrderFacts, key: str, why: str) -> None:
    """The error that ends the run says it; the order's record only has to say why it is not there yet."""
    run.state.orders.record_not_sent(facts.order_id, key, (reason("not_sent_to_billit", why=why),))
