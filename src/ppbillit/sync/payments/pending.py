"""Writes of payments whose outcome is not known: what was to be written is read, before anything is repeated.

What is not there yet may still be on its way; it is believed to be lost once the settle delay has passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Stage
from ppbillit.sync.payments import reversal, to_billit, to_shop
from ppbillit.sync.payments.at_shop import payment_of
from ppbillit.sync.payments.learn import billit_says, learn_document
from ppbillit.sync.payments.steps import may_be_reopened, next_step
from ppbillit.sync.payments.telling import left_alone, say
from ppbillit.sync.shown import document_of, unseen

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.state import OrderRecord, PaymentWrite
    from ppbillit.sync.job import Till


def resume(till: Till, record: OrderRecord, pending: PaymentWrite) -> None:
    """Find out what became of a pending write, and repeat it only if it was not done and is still wanted."""
    match pending:
        case "plugandpay":
            _resume_in_shop(till, record)
        case "billit" | "reopening":
            document = document_of(till.job, record)
            if document is None:
                if till.job.record(record.order_id).stage is Stage.DELETED:
                    _drop(till, record, pending)
            elif pending == "billit":
                _resume_in_billit(till, record, document)
            else:
                _resume_reopening(till, record, document)
        case _:
            assert_never(pending)


def _resume_in_shop(till: Till, record: OrderRecord) -> None:
    payment = payment_of(till, record)
    if payment is None:
        return  # it is on record; what became of the write is still to be seen
    if payment.status == "paid":
        to_shop.is_paid(till, record, payment)
        return
    if not _is_settled(till, record, "plugandpay"):
        say(till.job, record, reason("payment_unknown", service="Plug&Pay"), Outcome.UNKNOWN)
        return
    step = _step(till, record)
    if payment.status == "open" and step == "to_shop":
        step = to_shop.still_paid_in_billit(till, record)
    if payment.status == "open" and step == "to_shop":
        to_shop.write(till, record)
    elif not _is_hidden(till, record):
        _drop(till, record, "plugandpay")


def _resume_in_billit(till: Till, record: OrderRecord, document: Document) -> None:
    if billit_says(document, record)[0] == "paid":
        to_billit.is_paid(till, record, document.paid_date)
        return
    learn_document(till.job, record, document)
    if not _is_settled(till, record, "billit"):
        say(till.job, record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
    elif _step(till, record) == "to_billit" and to_billit.still_paid_in_shop(till, record) == "to_billit":
        to_billit.write(till, record)
    elif not _is_hidden(till, record):
        _drop(till, record, "billit")


def _resume_reopening(till: Till, record: OrderRecord, document: Document) -> None:
    if not document.paid:
        reversal.is_reopened(till, record)
        return
    learn_document(till.job, record, document)
    if not _is_settled(till, record, "reopening"):
        say(till.job, record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
        return
    if payment_of(till, record) is None:
        return
    known = till.job.state.payments.of(record.order_id)
    if till.job.settings.reopen_reversed and may_be_reopened(known):
        reversal.write(till, record)
    else:
        _drop(till, record, "reopening")


def _is_hidden(till: Till, record: OrderRecord) -> bool:
    """Tell whether either side does not show it just now: then nothing says that it is wanted no longer."""
    now = till.job.record(record.order_id)
    is_unseen = bool(unseen(now)) and now.stage is not Stage.DELETED
    return is_unseen or till.job.state.payments.of(record.order_id).unread


def _is_settled(till: Till, record: OrderRecord, what: PaymentWrite) -> bool:
    attempt = till.job.state.payments.attempt(till.job.rules.document_key(record.order_id), what)
    return attempt is None or till.job.settled_by_now(attempt.unknown_since)


def _step(till: Till, record: OrderRecord) -> str | Reason | None:
    return next_step(till.job.state.payments.of(record.order_id), record.total, till.job.settings)


def _drop(till: Till, record: OrderRecord, what: PaymentWrite) -> None:
    """It was not done, and is no longer what should be done; say what is, if that needs saying."""
    key = till.job.rules.document_key(record.order_id)
    till.job.state.payments.record_not_needed(record.order_id, key, what)
    step = _step(till, record)
    if isinstance(step, Reason):
        left_alone(till.job, record, step)
