"""Mark an invoice as paid in Billit whose order was paid in Plug&Pay, with its date and method.

Both sides are read right before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.debtors.redact import names_of_record, redacted_problems
from ppbillit.exactly_once.write_once import Unanswered
from ppbillit.exactly_once.writes import MarkPaid, MarkUnpaid
from ppbillit.invoicing.document_facts import total_difference
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.payment_facts import billit_says, note_document
from ppbillit.mapping.header import paid_date, payment_method
from ppbillit.money import ZERO
from ppbillit.outcomes import Done, Refused
from ppbillit.payments.decide import may_be_reopened, next_step
from ppbillit.payments.read import payment_of
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from ppbillit.payments.decide import Step
    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.state import OrderRecord


def mark_paid(run: PaymentRun, record: OrderRecord) -> None:
    """Read the invoice, and mark it if it is open and to the cent; else say what stands in the way."""
    document = document_of(run, record)
    if document is None:
        run.look_no_more(record)
        return
    note_document(run, record, document)
    step = _step(run, record)
    if step == "to_billit" and not total_difference(document, record):
        step = still_paid_in_shop(run, record)
    elif step == "to_billit":
        run.look_no_more(record)  # it shows no total, which is said elsewhere
        return
    if isinstance(step, Reason):
        run.leave_alone(record, step)
    elif step == "to_billit":
        write_paid(run, record)


def still_paid_in_shop(run: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    """Read the order's payment, and give the step that follows from it: it may have been taken back since."""
    if payment_of(run, record) is None:
        run.look_no_more(record)
        return None
    return _step(run, record)


def _step(run: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    return next_step(run.state.payments.of(record.order_id), record.total, run.settings)


def write_paid(run: PaymentRun, record: OrderRecord) -> None:
    """Mark the invoice as paid on the day on which the shop was paid."""
    known = run.state.payments.of(record.order_id)
    paid_on = paid_date(known.shop_paid_at or run.now(), run.rules)
    mark = MarkPaid(run.billit_payments, record.document_id, paid_on, payment_method(known.method))
    ending = run.write(record, "billit", mark)
    match ending:
        case Done():
            record_paid(run, record, paid_on)
        case Refused():
            key = run.rules.document_key(record.order_id)
            run.state.payments.record_refused(record.order_id, key, "billit")
            run.say_once(record, _refusal(run, record, ending), Outcome.FAILED)
        case Unanswered():
            document = run.billit.document(record.document_id)
            if document is not None and billit_says(document, record)[0] == "paid":
                record_paid(run, record, document.paid_date)
            else:
                run.say_once(record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)


def _refusal(run: PaymentRun, record: OrderRecord, refused: Refused) -> Reason:
    problems = redacted_problems(refused, names_of_record(run, record))
    return reason("payment_refused", service="Billit", problems=problems, order_id=record.order_id)


def record_paid(run: PaymentRun, record: OrderRecord, paid_on: datetime | None) -> None:
    """The invoice is marked, by the answer or by what was read back."""
    key = run.rules.document_key(record.order_id)
    run.state.payments.note_billit(record.order_id, "paid", paid_on, record.total)
    run.state.payments.record_done(record.order_id, key, "billit")
    day = paid_on.date() if paid_on else run.today
    run.say_payment(record, Outcome.PAID, reason("marked_in_billit", day=day))


def reverse(run: PaymentRun, record: OrderRecord) -> None:
    """Say that a payment was charged back, or take it back in Billit too."""
    known = run.state.payments.of(record.order_id)
    if known.billit_status not in {"paid", "differs"}:
        run.state.payments.record_reversed(record.order_id, (), is_reopened=False)
    elif run.settings.reopen_reversed and may_be_reopened(known):
        _reopen(run, record)
    else:
        why = reason("payment_reversed")
        run.state.payments.record_reversed(record.order_id, (why,), is_reopened=False)
        run.say_payment(record, Outcome.REVERSED, why)


def _reopen(run: PaymentRun, record: OrderRecord) -> None:
    """Look at both sides once more, then mark the invoice as unpaid."""
    if payment_of(run, record) is None or (document := document_of(run, record)) is None:
        run.look_no_more(record)
        return
    note_document(run, record, document)
    if may_be_reopened(run.state.payments.of(record.order_id)):  # else it is another matter, for the next run
        write_unpaid(run, record)


def write_unpaid(run: PaymentRun, record: OrderRecord) -> None:
    """Mark the invoice as unpaid."""
    ending = run.write(record, "reopening", MarkUnpaid(run.billit_payments, record.document_id))
    match ending:
        case Done():
            record_reopened(run, record)
        case Refused():  # the charge-back is said all the same, with why the invoice still says paid
            key = run.rules.document_key(record.order_id)
            run.state.payments.record_refused(record.order_id, key, "reopening")
            reasons = (reason("payment_reversed"), _refusal(run, record, ending))
            run.state.payments.record_reversed(record.order_id, reasons, is_reopened=False)
            run.say_payment(record, Outcome.REVERSED, *reasons)
        case Unanswered():
            document = run.billit.document(record.document_id)
            if document is not None and not document.paid:
                record_reopened(run, record)
            else:
                run.say_once(record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)


def record_reopened(run: PaymentRun, record: OrderRecord) -> None:
    """The invoice is unpaid again, by the answer or by what was read back."""
    key = run.rules.document_key(record.order_id)
    why = reason("payment_reopened")
    run.state.payments.record_reversed(record.order_id, (why,), is_reopened=True)
    run.state.payments.note_billit(record.order_id, "open", None, ZERO)
    run.state.payments.record_done(record.order_id, key, "reopening")
    run.say_payment(record, Outcome.REVERSED, why)
