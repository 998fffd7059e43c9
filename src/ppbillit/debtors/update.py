"""`--update-debtors`: bring Billit's debtors up to date with the orders of the run; only where a person asks.

The newest order of a debtor leads, once: what somebody changed after the debtor was given that, stays.  A debtor
is only given what an order of its own says: a private order never changes a firm, nor one firm's order another
firm.  A credit note has the address of the order that it credits, which may be years old, and leads nobody.
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
from ppbillit.exactly_once.write import unreachable
from ppbillit.mapping.mapper import Mapped, map_or_park
from ppbillit.outcomes import NotSent, Refused
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

# So many that cannot be read are no odd ones: the others are not asked for any more.
_MOST_UNREAD = 3


def update_debtors(run: Run, updater: DebtorUpdater, orders: Iterable[Order | UnreadableOrder]) -> None:
    """Change every debtor of these orders that shows another name or address than its newest order.

    Costs a list of all debtors, and three requests for each that differs.  Where lists show no addresses, every
    debtor of these orders has to be looked at by its id.
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
        if run.newly_unreadable["debtors"] >= _MOST_UNREAD:
            logger.warning("several debtors cannot be read in Billit: no more are updated in this run")
            return
        _update(run, updater, party_id, mapped)


def _own_debtor(run: Run, mapped: Mapped) -> DebtorRecord | None:
    """Give the debtor that is the buyer, as far as this order may speak for it."""
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
    known = _in_full(run, party_id, mapped)
    if known is None:
        return
    changed = changes(known.card, wanted) if is_for(mapped.buyer, known) else {}
    if not changed:
        return
    what = " and ".join(changing(known.card, wanted, changed))
    is_asked_for = mapped.order_id in run.asked_for
    was_corrected = run.state.debtors.was_corrected(party_id, fingerprint(wanted), fingerprint(known.card))
    if was_corrected and not is_asked_for:
        _leave(run, known, mapped, what)
        return
    if run.is_rehearsal:
        _imagine(run, known, changed)
        _say(run, mapped, Outcome.UPDATED, reason("debtor_to_update", party_id=party_id, what=what))
        return
    text = "|".join(f"{name}={value}" for name, value in sorted(changed.items()))
    key = sha256(f"{party_id} {run.report.run_id} {text}".encode()).hexdigest()
    outcome = updater.update_debtor(party_id, changed, key)
    if isinstance(outcome, NotSent):
        raise unreachable(outcome.why)
    if isinstance(outcome, Refused):
        names = [*names_of_debtor(run, party_id), *names_of(mapped.buyer.draft)]
        refusal = reason(
            "debtor_update_refused", party_id=party_id, problems=redacted_problems(outcome, names)
        )
        _say(run, mapped, Outcome.NOT_UPDATED, refusal)
        return
    shown = refetch_debtor(run, party_id)  # what was not answered is not repeated, but looked at
    if shown and not changes(shown.card, wanted):
        # What a person asks for by its number is not undone for a newer order's sake either.
        stands = "" if is_asked_for else fingerprint(shown.card)
        run.state.debtors.note_given(party_id, fingerprint(wanted), stands)
        _say(run, mapped, Outcome.UPDATED, reason("debtor_updated", party_id=party_id, what=what))
    else:
        _say(run, mapped, Outcome.NOT_UPDATED, reason("debtor_not_updated", party_id=party_id, what=what))


def _in_full(run: Run, party_id: int, mapped: Mapped) -> DebtorRecord | None:
    """Read a debtor by itself, since a list may leave something out; None where there is none, or it is left.

    One that cannot be read keeps nobody from being invoiced.
    """
    try:
        known = refetch_debtor(run, party_id)
    except Unavailable:
        run.newly_unreadable["debtors"] += 1
        _say(run, mapped, Outcome.NOT_UPDATED, reason("debtor_not_readable", party_id=party_id))
        return None
    if known is None:
        refresh_debtors(run)  # what it was merged into has changed, and is the buyer now
    return known


def _leave(run: Run, known: DebtorRecord, mapped: Mapped, what: str) -> None:
    """Somebody changed it since it was given just this: a bookkeeper's correction is not undone in every run."""
    left = reason("debtor_left", party_id=known.party_id, what=what, order_id=mapped.order_id)
    if run.state.debtors.is_news(known.party_id, left, fingerprint(known.card), ""):
        _say(run, mapped, Outcome.NOT_UPDATED, left)


def _imagine(run: Run, known: DebtorRecord, changed: Mapping[str, str | None]) -> None:
    """Let a dry run go on with the debtor as it would be."""
    card = {name: value for name, value in {**known.card, **changed}.items() if value is not None}
    run.state.debtors.mirror([replace(known, card=card, address=address_key(card))])


def _say(run: Run, mapped: Mapped, outcome: Outcome, said: Reason) -> None:
    record = run.state.orders.get(mapped.order_id)
    run.found(record or run.facts(mapped), outcome, (said,))
