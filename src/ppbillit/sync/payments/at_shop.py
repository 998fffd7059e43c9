"""What the shop shows of one order's payment.  One that cannot be read must not hold up all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.errors import NotAllowed, Unavailable
from ppbillit.plugandpay.models import Payment
from ppbillit.reasons import reason
from ppbillit.report import Outcome
from ppbillit.sync.outage import may_be_an_outage
from ppbillit.sync.payments.learn import GONE, learn_payment
from ppbillit.sync.payments.telling import tell

if TYPE_CHECKING:
    from ppbillit.state import OrderRecord
    from ppbillit.sync.job import Till


def payment_of(till: Till, record: OrderRecord) -> Payment | None:
    """Learn an order's payment as the shop shows it now, and give it; None where it cannot be read, on record.

    The payment of an order that the shop does not have any more is `GONE`.  Raises Unavailable or NotAllowed where
    it could be read the last time: that may be an outage, or a new key, with which nothing more is to be begun.
    In the day after one such run others are only left out, up to a few.
    """
    job = till.job
    if record.order_id in till.unread:
        return None
    try:
        payment = till.desk.payment(record.order_id)
    except (Unavailable, NotAllowed):
        till.unread.add(record.order_id)
        is_news = job.state.payments.note_unread(record.order_id)
        if is_news or record.order_id in job.asked_for:
            tell(job, record, Outcome.UNKNOWN, reason("payment_not_readable"))
        if is_news and may_be_an_outage(job, "unreadable_payments_at"):
            raise
        return None
    job.state.payments.note_unread(record.order_id, unread=False)
    learn_payment(job, record.order_id, payment, record.total)
    return payment or Payment(status=GONE)
