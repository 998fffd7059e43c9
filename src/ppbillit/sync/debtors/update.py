"""`--update-debtors`: bring Billit's debtors up to date with the orders of the run; only where a person asks.

The newest order of a debtor leads.  A debtor is only given what an order of its own says: a private order never
changes a firm, nor one firm's order another firm.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ppbillit.billit.models import Accepted, NotSent, Refused
from ppbillit.mapping.debtor_card import card_of_draft, changes, differing
from ppbillit.mapping.document import Mapped
from ppbillit.plugandpay.models import Order
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.sync.debtors.mirror import look_again, refresh_debtors
from ppbillit.sync.debtors.recognise import Found, is_for, recognise
from ppbillit.sync.plan import map_or_park
from ppbillit.sync.refusals import unreachable, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.billit.gateway import DebtorUpdater
    from ppbillit.plugandpay.models import UnreadableOrder
    from ppbillit.sync.job import Job


def update_debtors(job: Job, updater: DebtorUpdater, orders: Iterable[Order | UnreadableOrder]) -> None:
    """Change every debtor of these orders that shows another name or address than its newest order."""
    refresh_debtors(job, anew=True)
    newest: dict[int, Mapped] = {}
    for order in sorted((each for each in orders if isinstance(each, Order)), key=lambda each: each.id):
        mapped = map_or_park(order, job.rules)
        found = recognise(job, mapped.buyer) if isinstance(mapped, Mapped) else None
        if isinstance(mapped, Mapped) and isinstance(found, Found) and found.is_the_buyer:
            newest[found.party_id] = mapped
    for party_id, mapped in sorted(newest.items()):
        if job.stopping():
            return
        _update(job, updater, party_id, mapped)


def _update(job: Job, updater: DebtorUpdater, party_id: int, mapped: Mapped) -> None:
    wanted = card_of_draft(mapped.buyer.draft)
    known = job.state.debtors.get(party_id)
    if known is None or not is_for(mapped.buyer, known) or not differing(known.card, wanted):
        return
    known = look_again(job, party_id)  # in full: a list may leave something out
    if known is None or not is_for(mapped.buyer, known):
        return
    changed = changes(known.card, wanted)
    if not changed:
        return
    what = " and ".join(differing(known.card, wanted))
    text = "|".join(f"{name}={value}" for name, value in sorted(changed.items()))
    key = sha256(f"{party_id} {job.report.run_id} {text}".encode()).hexdigest()
    outcome = updater.update_debtor(party_id, changed, key)
    if isinstance(outcome, NotSent):
        raise unreachable(outcome.why)
    if isinstance(outcome, Refused):
        _say(job, mapped, reason("debtor_update_refused", party_id=party_id, problems=words(outcome)))
        return
    shown = look_again(job, party_id)  # what was not answered is not repeated, but looked at
    is_done = isinstance(outcome, Accepted) if job.is_rehearsal else shown and not changes(shown.card, wanted)
    if is_done:
        _say(job, mapped, reason("debtor_updated", party_id=party_id, what=what))
    else:
        _say(job, mapped, reason("debtor_not_updated", party_id=party_id, what=what))


def _say(job: Job, mapped: Mapped, said: Reason) -> None:
    record = job.state.orders.get(mapped.order_id)
    job.found(record or job.facts(mapped), Outcome.UPDATED, (said,))
