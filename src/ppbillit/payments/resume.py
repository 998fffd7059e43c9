"""Writes of payments whose outcome is not known: what was to be written is read, before anything is repeated.

What is not there yet may still be on its way; it is believed to be lost once the settle delay has passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.invoicing.lookup import document_of, missing_reasons
from ppbillit.invoicing.payment_facts import billit_says, note_document
from ppbillit.payments import to_billit, to_shop
from ppbillit.payments.decide import may_be_reopened, next_step
from ppbillit.payments.payment_run import left_alone, say
from ppbillit.payments.read import payment_of
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Stage

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.state import OrderRecord, PaymentWrite


def resume(till: PaymentRun, record: OrderRecord, pending: PaymentWrite) -> None:
    """Find out what became of a pending write, and repeat it only if it was not done and is still wanted."""
    match pending:
        case "plugandpay":
            _resume_in_shop(till, record)
        case "billit" | "reopening":
            document = document_of(till.run, record)
            if document is None:
                if till.run.record(record.order_id).stage is Stage.DELETED:
                    _drop(till, record, pending)
            elif pending == "billit":
                _resume_in_billit(till, record, document)
            else:
                _resume_reopening(till, record, document)
        case _:
            assert_never(pending)


def _resume_in_shop(till: PaymentRun, record: OrderRecord) -> None:
    payment = payment_of(till, record)
    if payment is None:
        return  # it is on record; what became of the write is still to be seen
    if payment.status == "paid":
        to_shop.record_paid(till, record, payment)
        return
    if not _is_settled(till, record, "plugandpay"):
        say(till.run, record, reason("payment_unknown", service="Plug&Pay"), Outcome.UNKNOWN)
        return
    step = _step(till, record)
    if payment.status == "open" and step == "to_shop":
        step = to_shop.still_paid_in_billit(till, record)
    if payment.status == "open" and step == "to_shop":
        to_shop.write_paid(till, record)
    elif not _is_hidden(till, record):
        _drop(till, record, "plugandpay")


def _resume_in_billit(till: PaymentRun, record: OrderRecord, document: Document) -> None:
    if billit_says(document, record)[0] == "paid":
        to_billit.record_paid(till, record, document.paid_date)
        return
    note_document(till.run, record, document)
    if not _is_settled(till, record, "billit"):
        say(till.run, record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
    elif _step(till, record) == "to_billit" and to_billit.still_paid_in_shop(till, record) == "to_billit":
        to_billit.write_paid(till, record)
    elif not _is_hidden(till, record):
        _drop(till, record, "billit")


def _resume_reopening(till: PaymentRun, record: OrderRecord, document: Document) -> None:
    if not document.paid:
        to_billit.record_reopened(till, record)
        return
    note_document(till.run, record, document)
    if not _is_settled(till, record, "reopening"):
        say(till.run, record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
        return
    if payment_of(till, record) is None:
        return
    known = till.run.state.payments.of(record.order_id)
    if till.run.settings.reopen_reversed and may_be_reopened(known):
        to_billit.write_unpaid(till, record)
    else:
        _drop(till, record, "reopening")


def _is_hidden(till: PaymentRun, record: OrderRecord) -> bool:
    """Tell whether either side does not show it just now: then nothing says that it is wanted no longer."""
    now = till.run.record(record.order_id)
    is_unseen = bool(missing_reasons(now)) and now.stage is not Stage.DELETED
    return is_unseen or till.run.state.payments.of(record.order_id).unread


def _is_settled(till: PaymentRun, record: OrderRecord, what: PaymentWrite) -> bool:
    attempt = till.run.state.payments.attempt(till.run.rules.document_key(record.order_id), what)
    return attempt is None or till.run.settled_by_now(attempt.unknown_since)


def _step(till: PaymentRun, record: OrderRecord) -> str | Reason | None:
    return next_step(till.run.state.payments.of(record.order_id), record.total, till.run.settings)


def _drop(till: PaymentRun, record: OrderRecord, what: PaymentWrite) -> None:
    """It was not done, and is no longer what should be done; say what is, if that needs saying."""
    key = till.run.rules.document_key(record.order_id)
    till.run.state.payments.record_not_needed(record.order_id, key, what)
    step = _step(till, record)
    if isinstance(step, Reason):
        left_alone(till.run, record, step)
