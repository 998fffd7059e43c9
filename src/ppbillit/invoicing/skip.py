"""`skip`: a person says that a stuck order needs nothing more, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.errors import WrongRequest
from ppbillit.invoicing.lookup import missing_reasons
from ppbillit.state import OrderRecord, Stage

if TYPE_CHECKING:
    from ppbillit.state import StateStore


def skip_order(state: StateStore, order_id: int, why: str) -> OrderRecord:
    """Skip a stuck order, and return it as it was before.

    Without a document: it gets none until it is retried.  With a document in Billit: the document stays there, and
    ppbillit does not send it.  Its payment, if that is stuck: it is left alone until either side says something
    new.  Raise WrongRequest where nothing is stuck, or where it is not known yet what Billit did.
    """
    record = state.orders.get(order_id)
    if record is None:
        raise WrongRequest(
            f"Order {order_id} is not on record.",
            "Give the number of the order in Plug&Pay; `ppbillit status` lists those that are stuck.",
        )
    is_hidden = bool(missing_reasons(record))  # then no run finds out what Billit did
    if record.stage is Stage.CREATING or (record.stage is Stage.SENDING and not is_hidden):
        raise WrongRequest(
            f"It is not known yet whether Billit has done what was asked for order {order_id}.",
            "Run `ppbillit sync` first: it looks that up; then skip the order if it is still needed.",
        )
    has_stuck_payment = _skip_payment(state, order_id, why)
    is_stuck = any(stuck.order_id == order_id for stuck in state.orders.stuck())
    if is_stuck or record.stage is Stage.WAITING or record.dismissed is not None:
        state.orders.dismiss(order_id, why)
    elif not has_stuck_payment:
        raise WrongRequest(
            f"Order {order_id} is not stuck: it is {record.stage}.", "There is nothing to skip."
        )
    return record


def _skip_payment(state: StateStore, order_id: int, why: str) -> bool:
    """Skip the payment of an order too, if it is stuck, and return whether it was."""
    known = {each.order_id: each for each in (*state.payments.with_remarks(), *state.payments.dismissed())}
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
