"""Step 4, create: the attempt is on disk before the POST, and what came of it right after it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from ppbillit.billit.responses import has_code
from ppbillit.debtors import MatchedDebtor, NoDebtor, debtor_for, new_notes, refresh_debtors
from ppbillit.debtors.mirror import refetch_debtor
from ppbillit.debtors.redact import names_of, names_of_debtor, redacted_problems
from ppbillit.errors import Unavailable
from ppbillit.exactly_once.write_once import Intent, Unanswered, write_once
from ppbillit.exactly_once.writes import CreateDocument
from ppbillit.invoicing.credit_notes import known_original, waits_for_original
from ppbillit.invoicing.document_keys import read_with_keys
from ppbillit.invoicing.existing import adopt, may_adopt, number_taken
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.plan import park
from ppbillit.invoicing.resolve import resolve, take_as_created
from ppbillit.mapping.mapper import Mapped, map_order
from ppbillit.outcomes import Done, Refused
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Attempt, Stage, transitions

if TYPE_CHECKING:
    from ppbillit.billit.ports import DocumentCreator
    from ppbillit.invoicing.credit_notes import Planned
    from ppbillit.run import Run
    from ppbillit.state import Channel

_ORIGINAL_NOT_FOUND = "TheAboutInvoiceNumberCouldNotBeFound"


def create(run: Run, creator: DocumentCreator, planned: Planned) -> None:
    """Create one document; whatever happens to it is on record and in the report."""
    mapped = _with_original(run, planned)
    if mapped is not None:
        _Creation(run, creator, planned.originals, mapped).create()


class _Creation:
    """One document on its way into Billit."""

    def __init__(
        self, run: Run, creator: DocumentCreator, originals: tuple[int, ...], mapped: Mapped
    ) -> None:
        self.run, self.creator = run, creator
        self.originals, self.mapped = originals, mapped
        self.order = run.facts(mapped)
        configured = run.settings.channel_for(mapped.buyer.kind)
        self.configured_channel: Channel = "none" if run.scope.backfill else configured

    def create(self) -> None:
        """Create it for its debtor, which is created too where Billit has none."""
        refused = self._try()
        if refused and self._debtor_is_gone(*refused):
            # Deleted or merged in Billit since its debtors were read: once more, with the debtor there is now.
            self.run.state.orders.apply(transitions.REFUSED_FOR_NOW, self.order, key=self._key)
            refused = self._try()
        if refused:
            self._refused(refused[1])

    @property
    def _key(self) -> str:
        return self.run.rules.document_key(self.order.order_id)

    def _try(self) -> tuple[int, Refused] | None:
        """Try it once.  Where Billit refuses, the attempt stays open, and debtor and refusal are returned."""
        debtor = debtor_for(self.run, self.creator, self.mapped.buyer)
        if isinstance(debtor, NoDebtor):
            park(self.run, self.mapped, debtor.reason, self.mapped.digest() if debtor.is_refused else None)
            return None
        ending = write_once(
            self.run.state.attempts,
            Intent("document", self._key, lambda: self._begin(debtor), self._forget),
            CreateDocument(self.creator, self.mapped.draft, debtor.party_id),
        )
        match ending:
            case Done(value=billit_id):
                with self.run.state.together():  # what is news of the debtor is stored as said
                    notes = (*self.mapped.notes, *self._notes(debtor))
                    self.run.record(self.order, transitions.CREATED, notes=notes, billit_id=billit_id)
            case Refused():
                return debtor.party_id, ending
            case Unanswered(why=why, key_used=key_used):
                unknown = reason(
                    "outcome_unknown", why="it says that this attempt was made before" if key_used else why
                )
                resolve(self.run, self.run.order(self.order.order_id), unknown)
        return None

    def _begin(self, debtor: MatchedDebtor) -> Attempt:
        """Record what is about to be created.  What is not in the buyer's own name gets no channel."""
        applied = self.run.record(
            self.order,
            transitions.CREATE,
            channel=self.configured_channel if debtor.is_the_buyer else "none",
            buyer=self.mapped.buyer.kind,
            digest=self.mapped.digest(),
            party_id=debtor.party_id,
        )
        if applied.attempt is None:
            raise TypeError(applied)
        return applied.attempt

    def _forget(self, why: str) -> None:
        """The error that ends the run says it; the order's record only has to say why it is not there yet."""
        self.run.record(self.order, transitions.CREATE_NOT_SENT, (reason("not_sent_to_billit", why=why),))

    def _notes(self, debtor: MatchedDebtor) -> list[Reason]:
        """Return what is to be said of the debtor: what is news about it, and that it gets nothing."""
        notes = [*new_notes(self.run, self.mapped.buyer, debtor)]
        if not debtor.is_the_buyer and self.configured_channel != "none":
            notes.append(reason("default_debtor_unsent"))
        return notes

    def _debtor_is_gone(self, party_id: int, refused: Refused) -> bool:
        """Return whether Billit has the debtor no more: 401 and 404 may mean that (billit.md §9.4)."""
        if not _may_pass(refused):
            return False
        try:
            if refetch_debtor(self.run, party_id):
                return False
        except Unavailable:
            return False  # nobody can say: the order is parked, and tried again by the next run
        refresh_debtors(self.run)  # what it was merged into has changed, and is the buyer now
        return True

    def _refused(self, refused: Refused) -> None:
        """Park it.  A number refused as taken is looked up, so that the person sees by what."""
        run, mapped = self.run, self.mapped
        with_number = [
            document
            for document in (run.billit.documents_by_number(mapped.number) if mapped.number else ())
            if document.order_type == mapped.draft.order_type
        ]
        with_number = read_with_keys(run.billit, with_number)
        ours = [document for document in with_number if document.external_provider_id == self._key]
        if ours:  # an earlier attempt, which the lists did not show until now
            take_as_created(run, self.order, ours[0])
            return
        names = [*names_of_debtor(run, run.order(mapped.order_id).party_id), *names_of(mapped.buyer.draft)]
        why = (
            number_taken(run, mapped, with_number[0])
            if with_number
            else reason("billit_refused", problems=redacted_problems(refused, names))
        )
        parked = transitions.REFUSED_FOR_NOW if _may_pass(refused) else transitions.REFUSED
        run.state.orders.apply(parked, self.order, (why,), key=self._key)
        is_adopted = False
        try:
            if with_number and may_adopt(run, mapped, with_number[0]):
                adopt(run, mapped, with_number[0])
                is_adopted = True
        finally:  # also where Billit cannot be asked: the next run has no news to tell
            if not is_adopted:
                run.say(self.order, Outcome.PARKED, (why,))
        if has_code(refused, _ORIGINAL_NOT_FOUND) and _mend_original(run, self.originals):
            run.state.orders.let_try_again(mapped.order_id)


def _may_pass(refused: Refused) -> bool:
    """Return whether a refusal names no reason that would last."""
    return refused.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}


def _with_original(run: Run, planned: Planned) -> Mapped | None:
    """Map a credit note anew, now that its original has its number in Billit, or has not; None: it waits."""
    if planned.mapped.kind != "credit_note":
        return planned.mapped
    mapped = map_order(planned.order, run.rules, known_original(run, planned.originals, {}))
    if not isinstance(mapped, Mapped):
        raise TypeError(mapped)  # it was mapped a moment ago, and the original only adds a number
    if waits := waits_for_original(run, planned.order.id, planned.originals, {}):
        park(run, mapped, waits)
        return None
    return mapped


def _mend_original(run: Run, originals: tuple[int, ...]) -> bool:
    """Find out what became of the invoice that a credit note names, and return whether that changes the note."""
    original = known_original(run, originals, {})
    if original is None:
        return False
    record = run.order(original.order_id)
    document = document_of(run, record)
    if document is None:  # if it was deleted, the credit note goes without it
        return run.order(original.order_id).stage is Stage.DELETED
    if not document.order_number or document.order_number == record.number:
        return False
    run.state.orders.renumber(record.order_id, document.order_number)
    return True
