"""Step 0, resume: a write of a payment that was not answered is read back before anything is repeated.

Where it does not show, it may still be on its way; it is believed lost once the settle delay has passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.exactly_once.resolve import delay_is_over
from ppbillit.invoicing.lookup import document_of, missing_reasons
from ppbillit.invoicing.payment_facts import billit_payment_status, note_document
from ppbillit.payments import to_billit, to_shop
from ppbillit.payments.decide import may_be_reopened
from ppbillit.payments.read import next_step_after_billit, next_step_after_shop, payment_of
from ppbillit.reasons import Reason
from ppbillit.state import Stage
from ppbillit.state.records import PAYMENT_SUBJECTS

if TYPE_CHECKING:
    from ppbillit.billit.models import Document
    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.state import OrderRecord, PaymentWrite


def resume(run: PaymentRun, record: OrderRecord, pending: PaymentWrite) -> None:
    """Look up what became of a pending write, and repeat it only if it was not done and is still wanted."""
    match pending:
        case "plugandpay":
            _resume_set_paid(run, record)
        case "billit" | "reopening":
            document = document_of(run, record)
            if document is None:
                if run.order(record.order_id).stage is Stage.DELETED:
                    _abandon(run, record, pending)
            elif pending == "billit":
                _resume_mark_paid(run, record, document)
            else:
                _resume_mark_unpaid(run, record, document)
        case _:
            assert_never(pending)


def _resume_set_paid(run: PaymentRun, record: OrderRecord) -> None:
    payment = payment_of(run, record)
    if payment is None:
        return  # `payment_of` stored that it cannot be read; the write stays pending
    if payment.status == "paid":
        to_shop.record_paid(run, record, payment)
        return
    if not _delay_is_over(run, record, "plugandpay"):
        run.say_unknown(record, "plugandpay")
        return
    is_wanted = payment.status == "open" and run.next_step(record) == "to_shop"
    if is_wanted and next_step_after_billit(run, record) == "to_shop":
        to_shop.write_paid(run, record)
    elif not _is_missing(run, record):
        _abandon(run, record, "plugandpay")


def _resume_mark_paid(run: PaymentRun, record: OrderRecord, document: Document) -> None:
    if billit_payment_status(document, record)[0] == "paid":
        to_billit.record_paid(run, record, document.paid_date)
        return
    note_document(run, record, document)
    if not _delay_is_over(run, record, "billit"):
        run.say_unknown(record, "billit")
    elif run.next_step(record) == "to_billit" and next_step_after_shop(run, record) == "to_billit":
        to_billit.write_paid(run, record)
    elif not _is_missing(run, record):
        _abandon(run, record, "billit")


def _resume_mark_unpaid(run: PaymentRun, record: OrderRecord, document: Document) -> None:
    if not document.paid:
        to_billit.record_reopened(run, record)
        return
    note_document(run, record, document)
    if not _delay_is_over(run, record, "reopening"):
        run.say_unknown(record, "reopening")
        return
    if payment_of(run, record) is None:
        return
    if run.settings.reopen_reversed and may_be_reopened(run.payment(record)):
        to_billit.write_unpaid(run, record)
    else:
        _abandon(run, record, "reopening")


def _is_missing(run: PaymentRun, record: OrderRecord) -> bool:
    """Return whether one side does not show it now: then it is not known whether the write is still wanted."""
    now = run.order(record.order_id)
    has_no_document = bool(missing_reasons(now)) and now.stage is not Stage.DELETED
    return has_no_document or run.payment(record).unread


def _delay_is_over(run: PaymentRun, record: OrderRecord, what: PaymentWrite) -> bool:
    return delay_is_over(run, PAYMENT_SUBJECTS[what], run.rules.document_key(record.order_id))


def _abandon(run: PaymentRun, record: OrderRecord, what: PaymentWrite) -> None:
    """Record that a write was not done and is not wanted any more; report what follows, if there is a reason."""
    key = run.rules.document_key(record.order_id)
    run.state.payments.record_not_needed(record.order_id, key, what)
    step = run.next_step(record)
    if isinstance(step, Reason):
        run.leave_alone(record, step)
