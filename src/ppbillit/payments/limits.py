"""The brake on payments: a run that would write more than it may to one side writes none there.

Without it, the first run after a direction is switched on could set hundreds of old orders to paid, and Plug&Pay
would mail each of their buyers.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from ppbillit.errors import Brake
from ppbillit.payments.decide import may_be_reopened, next_step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.run import Run
    from ppbillit.state import PaymentRecord

Side = Literal["plugandpay", "billit"]

_WOULD_DO: dict[Side, str] = {
    "plugandpay": "set {count} orders to paid in Plug&Pay",
    "billit": "change the payments of {count} invoices in Billit",
}
_NOT_DONE: dict[Side, str] = {
    "plugandpay": "No order was set to paid.",
    "billit": "No payment was changed in Billit.",
}


def too_many(run: Run, payments: Iterable[PaymentRecord]) -> dict[Side, int]:
    """Return the number of payments to be written, for each side to which a run may not write that many."""
    planned = Counter(side for payment in payments if (side := side_of_write(run, payment)))
    return {side: count for side, count in planned.items() if count > run.settings.max_new_per_run}


def side_of_write(run: Run, payment: PaymentRecord) -> Side | None:
    """Return the side to which a payment is to be written now, as far as is known; None where to neither."""
    if payment.pending or payment.refused or payment.looked_on == run.today:
        return None
    match next_step(payment, run.order(payment.order_id).total, run.settings):
        case "to_shop" if payment.shop_status in {None, "open"}:
            was_written = run.state.payments.was_written(run.rules.document_key(payment.order_id))
            return None if was_written else "plugandpay"
        case "to_billit":
            return "billit"
        case "reversal" if run.settings.reopen_reversed and may_be_reopened(payment):
            return "billit"
    return None


def brake_on(run: Run, held_back: dict[Side, int]) -> Brake:
    """Return the error that ends a run which would have written that many payments."""
    allowed = run.settings.max_new_per_run
    would = " and ".join(_WOULD_DO[side].format(count=count) for side, count in held_back.items())
    return Brake(
        f"This run would {would}, and {allowed} are allowed (max_new_per_run, --max-new). "
        + " ".join(_NOT_DONE[side] for side in held_back),
        f"If that is right, run it with --max-new {max(held_back.values())}; else see what --dry-run would write, "
        "and check [payments].",
    )
