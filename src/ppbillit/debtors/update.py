"""`--update-debtors`: change Billit's debtors to what the orders of the run say; only where a person asks for it.

A debtor gets the name and address of its newest order, once: what somebody changes in Billit after that stays.
Only an order of its own counts: a private order never changes a firm, nor one firm's order another firm.  A credit
note does not count, since it has the address of the order that it credits, which may be years old.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from ppbillit.debtors.card import address_key, card_of_draft, changes, changing, differing, fingerprint
from ppbillit.debtors.match import MatchedDebtor, is_for, match_debtor
from ppbillit.debtors.mirror import addresses_are_listed, refetch_debtor, refresh_debtors
from ppbillit.debtors.redact import names_of, names_of_debtor, redacted_problems
from ppbillit.errors import Unavailable
from ppbillit.exactly_once.write_once import write_again
from ppbillit.exactly_once.writes import UpdateDebtor
from ppbillit.mapping.mapper import Mapped, map_or_park
from ppbillit.outcomes import Refused
from ppbillit.plugandpay.models import Order
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ppbillit.billit.ports import DebtorUpdater
    from ppbillit.plugandpay.models import UnreadableOrder
    from ppbillit.run import Run
    from ppbillit.state import DebtorRecord

logger = logging.getLogger("ppbillit.sync")

# After so many debtors that cannot be read, no more are tried.
_MOST_UNREADABLE = 3


def update_debtors(run: Run, updater: DebtorUpdater, orders: Iterable[Order | UnreadableOrder]) -> None:
    """Change every debtor of these orders that shows another name or address than its newest order.

    This costs a list of all debtors, and three requests for each debtor that differs.  Where lists show no
    addresses, every debtor of these orders is read by its id.
    """
    refresh_debtors(run, anew=True)
    newest: dict[int, Mapped] = {}
    for order in sorted((each for each in orders if isinstance(each, Order)), key=lambda each: each.id):
        mapped = map_or_park(order, run.rules)
        if isinstance(mapped, Mapped) and mapped.kind == "invoice" and (known := _own_debtor(run, mapped)):
            newest[known.party_id] = mapped
    for party_id, mapped in sorted(newest.items()):
        if run.stopping():
            return
        if run.unreadable["debtors"] >= _MOST_UNREADABLE:
            logger.warning("several debtors cannot be read in Billit: no more are updated in this run")
            return
        _update(run, updater, party_id, mapped)


def _own_debtor(run: Run, mapped: Mapped) -> DebtorRecord | None:
    """Return the debtor that is the buyer, if it should show what this order says; else None."""
    found = match_debtor(run, mapped.buyer)
    known = (
        run.state.debtors.get(found.party_id)
        if isinstance(found, MatchedDebtor) and found.is_the_buyer
        else None
    )
    return known if known and is_for(mapped.buyer, known) else None


def _update(run: Run, updater: DebtorUpdater, party_id: int, mapped: Mapped) -> None:
    wanted = card_of_draft(mapped.buyer.draft)
    known = run.state.debtors.get(party_id)
    if known and addresses_are_listed(run) and not differing(known.card, wanted, in_full=True):
        return
    known = _read_in_full(run, party_id, mapped)
    if known is None:
        return
    changed = changes(known.card, wanted) if is_for(mapped.buyer, known) else {}
    if not changed:
        return
    what = " and ".join(changing(known.card, wanted, changed))
    is_asked_for = run.is_asked_for(mapped.order_id)
    was_corrected = run.state.debtors.was_corrected(party_id, fingerprint(wanted), fingerprint(known.card))
    if was_corrected and not is_asked_for:
        _report_left(run, known, mapped, what)
        return
    if run.scope.dry_run:
        _update_mirror(run, known, changed)
        _report(run, mapped, Outcome.UPDATED, reason("debtor_to_update", party_id=party_id, what=what))
        return
    text = "|".join(f"{name}={value}" for name, value in sorted(changed.items()))
    key = sha256(f"{party_id} {run.report.run_id} {text}".encode()).hexdigest()
    ending = write_again(UpdateDebtor(updater, party_id, changed), key)
    if isinstance(ending, Refused):
        names = [*names_of_debtor(run, party_id), *names_of(mapped.buyer.draft)]
        problems = redacted_problems(ending, names)
        refusal = reason("debtor_update_refused", party_id=party_id, problems=problems)
        _report(run, mapped, Outcome.NOT_UPDATED, refusal)
        return
    shown = refetch_debtor(run, party_id)  # an update without an answer is not repeated: the debtor is read
    if shown and not changes(shown.card, wanted):
        # What a person asks for by the order's number is not undone by a newer order either.
        shows = "" if is_asked_for else fingerprint(shown.card)
        run.state.debtors.note_given(party_id, fingerprint(wanted), shows)
        _report(run, mapped, Outcome.UPDATED, reason("debtor_updated", party_id=party_id, what=what))
    else:
        _report(run, mapped, Outcome.NOT_UPDATED, reason("debtor_not_updated", party_id=party_id, what=what))


def _read_in_full(run: Run, party_id: int, mapped: Mapped) -> DebtorRecord | None:
    """Return a debtor read by its id, since a list may leave something out.

    None where Billit has it no more or it cannot be read, which does not end the run.
    """
    try:
        known = refetch_debtor(run, party_id)
    except Unavailable:
        run.unreadable["debtors"] += 1
        _report(run, mapped, Outcome.NOT_UPDATED, reason("debtor_not_readable", party_id=party_id))
        return None
    if known is None:
        refresh_debtors(run)  # it may be merged: the other debtor has changed then, and is the buyer's now
    return known


def _report_left(run: Run, known: DebtorRecord, mapped: Mapped, what: str) -> None:
    """Report, once, that a debtor is left as it is: somebody corrected what it was given before."""
    left = reason("debtor_left", party_id=known.party_id, what=what, order_id=mapped.order_id)
    if run.state.debtors.note(known.party_id, left, fingerprint(known.card), ""):
        _report(run, mapped, Outcome.NOT_UPDATED, left)


def _update_mirror(run: Run, known: DebtorRecord, changed: Mapping[str, str | None]) -> None:
    """Change the debtor in the mirror only, so that a dry run goes on with the debtor as it would be."""
    card = {name: value for name, value in {**known.card, **changed}.items() if value is not None}
    run.state.debtors.mirror([replace(known, card=card, address=address_key(card))])


def _report(run: Run, mapped: Mapped, outcome: Outcome, said: Reason) -> None:
    record = run.state.orders.get(mapped.order_id)
    run.say(record or run.facts(mapped), outcome, (said,))
