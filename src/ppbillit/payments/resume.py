"""Writes of payments whose outcome is not known: what was to be written is read, before anything is repeated.

What is not there yet may still be on its way; it is believed to be lost once the settle delay has passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.exactly_once.resolve import delay_is_over
from ppbillit.invoicing.lookup import document_of, missing_reasons
from ppbillit.invoicing.payment_facts import billit_says, note_document
from ppbillit.payments import to_billit, to_shop
from ppbillit.payments.decide import may_be_reopened, next_step
from ppbillit.payments.read import payment_of
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome
from ppbillit.state import Stage
from ppbillit.state.records import PAYMENT_SUBJECTS

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.state import OrderRecord, PaymentWrite


def resume(run: PaymentRun, record: OrderRecord, pending: PaymentWrite) -> None:
    """Find out what became of a pending write, and repeat it only if it was not done and is still wanted."""
    match pending:
        case "plugandpay":
            _resume_in_shop(run, record)
        case "billit" | "reopening":
            document = document_of(run, record)
            if document is None:
                if run.order(record.order_id).stage is Stage.DELETED:
                    _drop(run, record, pending)
            elif pending == "billit":
                _resume_in_billit(run, record, document)
            else:
                _resume_reopening(run, record, document)
        case _:
            assert_never(pending)


def _resume_in_shop(run: PaymentRun, record: OrderRecord) -> None:
    payment = payment_of(run, record)
    if payment is None:
        return  # it is on record; what became of the write is still to be seen
    if payment.status == "paid":
        to_shop.record_paid(run, record, payment)
        return
    if not _delay_is_over(run, record, "plugandpay"):
        run.say_once(record, reason("payment_unknown", service="Plug&Pay"), Outcome.UNKNOWN)
        return
    step = _step(run, record)
    if payment.status == "open" and step == "to_shop":
        step = to_shop.still_paid_in_billit(run, record)
    if payment.status == "open" and step == "to_shop":
        to_shop.write_paid(run, record)
    elif not _is_hidden(run, record):
        _drop(run, record, "plugandpay")


def _resume_in_billit(run: PaymentRun, record: OrderRecord, document: Document) -> None:
    if billit_says(document, record)[0] == "paid":
        to_billit.record_paid(run, record, document.paid_date)
        return
    note_document(run, record, document)
    if not _delay_is_over(run, record, "billit"):
        run.say_once(record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
    elif _step(run, record) == "to_billit" and to_billit.still_paid_in_shop(run, record) == "to_billit":
        to_billit.write_paid(run, record)
    elif not _is_hidden(run, record):
        _drop(run, record, "billit")


def _resume_reopening(run: PaymentRun, record: OrderRecord, document: Document) -> None:
    if not document.paid:
        to_billit.record_reopened(run, record)
        return
    note_document(run, record, document)
    if not _delay_is_over(run, record, "reopening"):
        run.say_once(record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
        return
    if payment_of(run, record) is None:
        return
    known = run.state.payments.of(record.order_id)
    if run.settings.reopen_reversed and may_be_reopened(known):
        to_billit.write_unpaid(run, record)
    else:
        _drop(run, record, "reopening")


def _is_hidden(run: PaymentRun, record: OrderRecord) -> bool:
    """Return whether either side does not show it just now: then nothing says that it is wanted no longer."""
    now = run.order(record.order_id)
    is_unseen = bool(missing_reasons(now)) and now.stage is not Stage.DELETED
    return is_unseen or run.state.payments.of(record.order_id).unread


def _delay_is_over(run: PaymentRun, record: OrderRecord, what: PaymentWrite) -> bool:
    return delay_is_over(run, PAYMENT_SUBJECTS[what], run.rules.document_key(record.order_id))


def _step(run: PaymentRun, record: OrderRecord) -> str | Reason | None:
    return next_step(run.state.payments.of(record.order_id), record.total, run.settings)


def _drop(run: PaymentRun, record: OrderRecord, what: PaymentWrite) -> None:
    """It was not done, and is no longer what should be done; say what is, if that needs saying."""
    key = run.rules.document_key(record.order_id)
    run.state.payments.record_not_needed(record.order_id, key, what)
    step = _step(run, record)
    if isinstance(step, Reason):
        run.leave_alone(record, step)
