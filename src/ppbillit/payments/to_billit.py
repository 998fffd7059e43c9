"""Mark an invoice as paid in Billit whose order was paid in Plug&Pay, with its date and method.

Both sides are read right before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ppbillit.debtors.redact import names_of_record, redacted_problems
from ppbillit.exactly_once.write import taken_back, unreachable
from ppbillit.invoicing.document_facts import total_difference
from ppbillit.invoicing.lookup import document_of
from ppbillit.invoicing.payment_facts import billit_says, note_document
from ppbillit.mapping.header import paid_date, payment_method
from ppbillit.money import ZERO
from ppbillit.outcomes import Done, KeyUsed, NotSent, Refused, Unknown
from ppbillit.payments.decide import may_be_reopened, next_step
from ppbillit.payments.payment_run import left_alone, say, tell
from ppbillit.payments.read import payment_of
from ppbillit.reasons import Reason, reason
from ppbillit.report import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from ppbillit.payments.decide import Step
    from ppbillit.payments.payment_run import PaymentRun
    from ppbillit.state import OrderRecord


def mark_paid(till: PaymentRun, record: OrderRecord) -> None:
    """Read the invoice, and mark it if it is open and to the cent; else say what stands in the way."""
    run = till.run
    document = document_of(run, record)
    if document is None:
        run.state.payments.looked(record.order_id, run.today)
        return
    note_document(run, record, document)
    step = _step(till, record)
    if step == "to_billit" and not total_difference(document, record):
        step = still_paid_in_shop(till, record)
    elif step == "to_billit":
        run.state.payments.looked(record.order_id, run.today)  # it shows no total, which is said elsewhere
        return
    if isinstance(step, Reason):
        left_alone(run, record, step)
    elif step == "to_billit":
        write_paid(till, record)


def still_paid_in_shop(till: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    """Read the order's payment, and give the step that follows from it: it may have been taken back since."""
    if payment_of(till, record) is None:
        till.run.state.payments.looked(record.order_id, till.run.today)
        return None
    return _step(till, record)


def _step(till: PaymentRun, record: OrderRecord) -> Step | Reason | None:
    return next_step(till.run.state.payments.of(record.order_id), record.total, till.run.settings)


def write_paid(till: PaymentRun, record: OrderRecord) -> None:
    """Mark it; on record before it leaves."""
    run, key = till.run, till.run.rules.document_key(record.order_id)
    payments = run.state.payments
    known = payments.of(record.order_id)
    paid_on = paid_date(known.shop_paid_at or run.now(), run.rules)
    attempt = payments.begin(record.order_id, key, "billit")
    with taken_back(lambda _why: payments.record_not_sent(record.order_id, key, "billit")):
        outcome = till.marker.mark_paid(
            record.document_id, paid_on, payment_method(known.method), attempt.token
        )
    match outcome:
        case Done(None):
            record_paid(till, record, paid_on)
        case Refused():
            payments.record_refused(record.order_id, key, "billit")
            problems = redacted_problems(outcome, names_of_record(run, record))
            why = reason("payment_refused", service="Billit", problems=problems, order_id=record.order_id)
            say(run, record, why, Outcome.FAILED)
        case NotSent(why=why_not):
            payments.record_not_sent(record.order_id, key, "billit")
            raise unreachable(why_not)
        case Unknown() | KeyUsed():
            payments.note_lost(key, "billit", contested=isinstance(outcome, KeyUsed))
            document = run.reader.document(record.document_id)
            if document is not None and billit_says(document, record)[0] == "paid":
                record_paid(till, record, document.paid_date)
            else:
                say(run, record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
        case _:
            assert_never(outcome)


def record_paid(till: PaymentRun, record: OrderRecord, paid_on: datetime | None) -> None:
    """The invoice is marked, by the answer or by what was read back."""
    run, key = till.run, till.run.rules.document_key(record.order_id)
    run.state.payments.learn_from_billit(record.order_id, "paid", paid_on, record.total)
    run.state.payments.record_done(record.order_id, key, "billit")
    day = paid_on.date() if paid_on else run.today
    tell(run, record, Outcome.PAID, reason("marked_in_billit", day=day))


def reverse(till: PaymentRun, record: OrderRecord) -> None:
    """Say that a payment was charged back, or take it back in Billit too."""
    run = till.run
    known = run.state.payments.of(record.order_id)
    if known.billit_status not in {"paid", "differs"}:
        run.state.payments.record_reversed(record.order_id, (), is_reopened=False)
    elif run.settings.reopen_reversed and may_be_reopened(known):
        _reopen(till, record)
    else:
        why = reason("payment_reversed")
        run.state.payments.record_reversed(record.order_id, (why,), is_reopened=False)
        tell(run, record, Outcome.REVERSED, why)


def _reopen(till: PaymentRun, record: OrderRecord) -> None:
    """Look at both sides once more, then mark the invoice as unpaid."""
    run = till.run
    if payment_of(till, record) is None or (document := document_of(run, record)) is None:
        run.state.payments.looked(record.order_id, run.today)
        return
    note_document(run, record, document)
    if may_be_reopened(run.state.payments.of(record.order_id)):  # else it is another matter, for the next run
        write_unpaid(till, record)


def write_unpaid(till: PaymentRun, record: OrderRecord) -> None:
    """Mark the invoice as unpaid; on record before it leaves."""
    run, key = till.run, till.run.rules.document_key(record.order_id)
    payments = run.state.payments
    attempt = payments.begin(record.order_id, key, "reopening")
    with taken_back(lambda _why: payments.record_not_sent(record.order_id, key, "reopening")):
        outcome = till.marker.mark_unpaid(record.document_id, attempt.token)
    match outcome:
        case Done(None):
            record_reopened(till, record)
        case Refused():
            payments.record_refused(record.order_id, key, "reopening")
            _refused(till, record, redacted_problems(outcome, names_of_record(run, record)))
        case NotSent(why=why):
            payments.record_not_sent(record.order_id, key, "reopening")
            raise unreachable(why)
        case Unknown() | KeyUsed():
            payments.note_lost(key, "reopening", contested=isinstance(outcome, KeyUsed))
            document = run.reader.document(record.document_id)
            if document is not None and not document.paid:
                record_reopened(till, record)
            else:
                say(run, record, reason("payment_unknown", service="Billit"), Outcome.UNKNOWN)
        case _:
            assert_never(outcome)


def record_reopened(till: PaymentRun, record: OrderRecord) -> None:
    """The invoice is unpaid again, by the answer or by what was read back."""
    run, key = till.run, till.run.rules.document_key(record.order_id)
    why = reason("payment_reopened")
    run.state.payments.record_reversed(record.order_id, (why,), is_reopened=True)
    run.state.payments.learn_from_billit(record.order_id, "open", None, ZERO)
    run.state.payments.record_done(record.order_id, key, "reopening")
    tell(run, record, Outcome.REVERSED, why)


def _refused(till: PaymentRun, record: OrderRecord, problems: str) -> None:
    """The charge-back is said all the same, with why the invoice still says paid."""
    reasons: tuple[Reason, ...] = (
        reason("payment_reversed"),
        reason("payment_refused", service="Billit", problems=problems, order_id=record.order_id),
    )
    till.run.state.payments.record_reversed(record.order_id, reasons, is_reopened=False)
    till.run.found(record, Outcome.REVERSED, reasons, beside=True)
