"""Step 3, to_billit: mark an invoice as paid in Billit whose order was paid in Plug&Pay, with its date and method.

After a charge-back it is reported, and where the config says so the invoice is marked as unpaid again.  Both sides
are read right before a write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.debtors.redact import names_of_record, redacted_problems
from ppbillit.exactly_once.write_once import Unanswered
from ppbillit.exactly_once.writes import MarkPaid, MarkUnpaid
from ppbillit.invoicing.document_facts import total_difference
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.payment_facts import billit_payment_status, note_document
from ppbillit.mapping.header import paid_date, payment_method
from ppbillit.money import ZERO
from ppbillit.outcomes import Done, Refused
from ppbillit.payments.decide import may_be_reopened
from ppbillit.payments.read import next_step_after_shop, payment_of
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.state import OrderRecord


# --- paid -----------------------------------------------------------------------------------------------


def mark_paid(run: PaymentRun, record: OrderRecord) -> None:
    """Read the invoice, and mark it as paid if it is open and its total is right; else report why not."""
    document = document_of(run, record)
    if document is None:
        run.leave_for_today(record)
        return
    note_document(run, record, document)
    step = run.next_step(record)
    if step == "to_billit" and not total_difference(document, record):
        step = next_step_after_shop(run, record)
    elif step == "to_billit":
        run.leave_for_today(record)  # Billit shows no total, which another step reports
        return
    if isinstance(step, Reason):
        run.leave_alone(record, step)
    elif step == "to_billit":
        write_paid(run, record)


def write_paid(run: PaymentRun, record: OrderRecord) -> None:
    """Mark the invoice as paid on the day on which the shop was paid."""
    known = run.payment(record)
    paid_on = paid_date(known.shop_paid_at or run.now(), run.rules)
    mark = MarkPaid(run.billit_payments, record.document_id, paid_on, payment_method(known.method))
    ending = run.write(record, "billit", mark)
    match ending:
        case Done():
            record_paid(run, record, paid_on)
        case Refused():
            run.record_refused(record, "billit")
            run.say_once(record, _refusal(run, record, ending), Outcome.FAILED)
        case Unanswered():
            document = run.billit.document(record.document_id)
            if document is not None and billit_payment_status(document, record)[0] == "paid":
                record_paid(run, record, document.paid_date)
            else:
                run.say_unknown(record, "billit")


def record_paid(run: PaymentRun, record: OrderRecord, paid_on: datetime | None) -> None:
    """Record and report that the invoice is marked as paid, as the answer said or as it was read back."""
    run.state.payments.note_billit(record.order_id, "paid", paid_on, record.total)
    run.record_done(record, "billit")
    day = paid_on.date() if paid_on else run.today
    run.say_payment(record, Outcome.PAID, reason("marked_in_billit", day=day))


# --- charged back ---------------------------------------------------------------------------------------


def reverse(run: PaymentRun, record: OrderRecord) -> None:
    """Report that a payment was charged back; where the config says so, mark the invoice as unpaid."""
    known = run.payment(record)
    if known.billit_status not in {"paid", "differs"}:
        run.state.payments.record_reversed(record.order_id, (), is_reopened=False)
    elif run.settings.reopen_reversed and may_be_reopened(known):
        _mark_unpaid(run, record)
    else:
        why = reason("payment_reversed")
        run.state.payments.record_reversed(record.order_id, (why,), is_reopened=False)
        run.say_payment(record, Outcome.REVERSED, why)


def _mark_unpaid(run: PaymentRun, record: OrderRecord) -> None:
    """Read both sides once more, and mark the invoice as unpaid if that may still be done."""
    if payment_of(run, record) is None or (document := document_of(run, record)) is None:
        run.leave_for_today(record)
        return
    note_document(run, record, document)
    if may_be_reopened(run.payment(record)):  # else the next run decides again
        write_unpaid(run, record)


def write_unpaid(run: PaymentRun, record: OrderRecord) -> None:
    """Mark the invoice as unpaid."""
    ending = run.write(record, "reopening", MarkUnpaid(run.billit_payments, record.document_id))
    match ending:
        case Done():
            record_reopened(run, record)
        case Refused():  # the charge-back is reported all the same, with why the invoice still says paid
            run.record_refused(record, "reopening")
            reasons = (reason("payment_reversed"), _refusal(run, record, ending))
            run.state.payments.record_reversed(record.order_id, reasons, is_reopened=False)
            run.say_payment(record, Outcome.REVERSED, *reasons)
        case Unanswered():
            document = run.billit.document(record.document_id)
            if document is not None and not document.paid:
                record_reopened(run, record)
            else:
                run.say_unknown(record, "reopening")


def record_reopened(run: PaymentRun, record: OrderRecord) -> None:
    """Record and report that the invoice is unpaid again, as the answer said or as it was read back."""
    why = reason("payment_reopened")
    run.state.payments.record_reversed(record.order_id, (why,), is_reopened=True)
    run.state.payments.note_billit(record.order_id, "open", None, ZERO)
    run.record_done(record, "reopening")
    run.say_payment(record, Outcome.REVERSED, why)


def _refusal(run: PaymentRun, record: OrderRecord, refused: Refused) -> Reason:
    problems = redacted_problems(refused, names_of_record(run, record))
    return reason("payment_refused", service="Billit", problems=problems, order_id=record.order_id)
