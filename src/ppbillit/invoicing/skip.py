"""`skip`: a person says that an order needs nothing more, and why; it is stuck no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.errors import WrongRequest
from ppbillit.invoicing.lookup import missing_reasons
from ppbillit.state import OrderRecord, Stage

if TYPE_CHECKING:
    from ppbillit.state import StateStore


def skip_order(state: StateStore, order_id: int, why: str) -> OrderRecord:
    """Settle a stuck order by a person's word, and give it as it stands.

    Not made: it is never made, until it is retried.  In Billit: it stays there, and is not sent by ppbillit.  What
    is stuck may be its payment: that is left as it is, until either side says something new of it.
    Raises WrongRequest where there is nothing to settle, or where it is not known yet what Billit did.
    """
    record = state.orders.get(order_id)
    if record is None:
        raise WrongRequest(
            f"Order {order_id} is not on record.",
            "Give the number of the order in Plug&Pay; `ppbillit status` lists those that are stuck.",
        )
    is_hidden = bool(missing_reasons(record))  # then no run finds out
    if record.stage is Stage.CREATING or (record.stage is Stage.SENDING and not is_hidden):
        raise WrongRequest(
            f"It is not known yet whether Billit has done what was asked for order {order_id}.",
            "Run `ppbillit sync` first: it looks that up; then skip the order if it is still needed.",
        )
    has_stuck_payment = _dismiss_payment(state, order_id, why)
    is_stuck = any(stuck.order_id == order_id for stuck in state.orders.stuck())
    if is_stuck or record.stage is Stage.WAITING or record.dismissed is not None:
        state.orders.dismiss(order_id, why)
    elif not has_stuck_payment:
        raise WrongRequest(
            f"Order {order_id} is not stuck: it is {record.stage}.", "There is nothing to skip."
        )
    return record


def _dismiss_payment(state: StateStore, order_id: int, why: str) -> bool:
    """Settle the payment too, if it is stuck, and tell whether it was."""
    known = {each.order_id: each for each in (*state.payments.told(), *state.payments.dismissed())}
    payment = known.get(order_id)
    if payment is None:
        return False
    if payment.pending:
        raise WrongRequest(
            f"It is not known yet whether the payment of order {order_id} was taken over.",
            f"Run `ppbillit retry {order_id}` first: it looks that up; then skip it if that is still needed.",
        )
    state.payments.dismiss(order_id, why)
    return True
