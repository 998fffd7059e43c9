"""`skip`: a person says that an order needs nothing more, and why; it is stuck no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.errors import WrongRequest
from ppbillit.state import OrderRecord, Stage
from ppbillit.sync.shown import UNSEEN

if TYPE_CHECKING:
    from ppbillit.state import StateStore


def dismiss(state: StateStore, order_id: int, why: str) -> OrderRecord:
    """Settle a stuck order by a person's word, and give it as it stands.

    Not made: it is never made, until it is retried.  In Billit: it stays there, and is not sent by ppbillit.
    Raises WrongRequest where there is nothing to settle, or where it is not known yet what Billit did.
    """
    record = state.orders.get(order_id)
    if record is None:
        raise WrongRequest(
            f"Order {order_id} is not on record.",
            "Give the number of the order in Plug&Pay; `ppbillit status` lists those that are stuck.",
        )
    is_hidden = any(each.code in UNSEEN for each in record.reasons)  # then no run finds out
    if record.stage is Stage.CREATING or (record.stage is Stage.SENDING and not is_hidden):
        raise WrongRequest(
            f"It is not known yet whether Billit has done what was asked for order {order_id}.",
            "Run `ppbillit sync` first: it looks that up; then skip the order if it is still needed.",
        )
    is_stuck = any(stuck.order_id == order_id for stuck in state.orders.stuck())
    if not is_stuck and record.stage is not Stage.WAITING and record.dismissed is None:
        raise WrongRequest(
            f"Order {order_id} is not stuck: it is {record.stage}.", "There is nothing to skip."
        )
    state.orders.dismiss(order_id, why)
    return record
