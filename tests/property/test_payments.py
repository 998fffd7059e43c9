"""Whatever happens to payments on both sides, in whatever order: after enough runs both say the same.

And on the way there each order was written at most once, and no invoice was marked as unpaid unless the owner
wants that.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ppbillit.emulator import Fault, FaultKind
from ppbillit.emulator.plugandpay.builder import DIRECT_DEBIT, OPEN_TRANSFER, Payment
from system.shops import sell
from system.tills import (
    document_of,
    first_run_of_a_day,
    pay_in_billit,
    pay_some_in_billit,
    set_status,
    status,
    unpay_in_billit,
)
from system.world import new_world

if TYPE_CHECKING:
    from system.world import World

EXAMPLES = 25
ENOUGH = 4
ORDERS = 3
LOST = [FaultKind.CLOSE_BEFORE, FaultKind.CLOSE_AFTER, FaultKind.ERROR_500_AFTER, FaultKind.HTML_200_BEFORE]

# What can happen to one order; each changes nothing where it cannot happen now.
EVENTS = [
    "paid in the shop",
    "debit begins",
    "debit fails",
    "charged back",
    "credited",
    "paid in Billit",
    "paid in part",
]
BY_HAND = ["set back in the shop", "marked as unpaid in Billit"]
Event = tuple[str, int]


def happen(world: World, what: str, order_id: int) -> None:
    """Let it happen, as the shop or a bookkeeper would."""
    now, document = status(world, order_id), document_of(world, order_id)
    match what:
        case "paid in the shop" if now in {"open", "processing", "reversed"}:
            world.emulator.shop.mark_paid(order_id)
        case "debit begins" if now == "open":
            set_status(world, order_id, "processing")
        case "debit fails" if now == "processing":
            set_status(world, order_id, "open")
        case "charged back" if now == "paid":
            world.emulator.shop.charge_back(order_id)
        case "credited" if now in {"open", "paid"}:
            world.emulator.shop.credit(order_id)
        case "paid in Billit" if not document.paid:
            pay_in_billit(world, order_id)
        case "paid in part" if not document.paid:
            pay_some_in_billit(world, order_id, "10.00")
        case "set back in the shop" if now == "paid":
            set_status(world, order_id, "open")
        case "marked as unpaid in Billit" if document.paid:
            unpay_in_billit(world, order_id)


def run(world: World, lost: FaultKind | None) -> None:
    """Look at payments, on a day of its own; one write may go wrong."""
    first_run_of_a_day(world)
    if lost:
        world.emulator.arm(Fault(lost, method="PATCH"))  # sync itself has no PATCH
    before = {order_id: document_of(world, order_id).paid for order_id in originals(world)}
    assert world.here("sync", "--with-payments").returncode in {0, 3}
    world.emulator.disarm()
    time.sleep(0.01)
    reopens = world.settings["payments"]["reopen_reversed"]
    for order_id, was_paid in before.items():
        unmarked = was_paid and not document_of(world, order_id).paid
        assert not unmarked or (reopens and status(world, order_id) == "reversed"), order_id


def originals(world: World) -> list[int]:
    return [
        order_id
        for order_id, order in sorted(world.emulator.shop.orders.items())
        if order["payment"]["status"] != "credit_invoice"
    ]


def agree(world: World, order_id: int) -> bool:
    """Tell whether both sides say the same, as far as nothing but a person stands in the way."""
    document = document_of(world, order_id)
    is_paid = document.paid and document.to_pay == 0
    match status(world, order_id):
        case "paid":
            # What is paid in part in Billit is a person's to look at.
            return is_paid or bool(document.payments)
        case "open":
            return not is_paid
    return True  # under way, credited or charged back: never written


@pytest.mark.parametrize("reopens", [True, False])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sold=st.lists(st.sampled_from([Payment(), OPEN_TRANSFER, DIRECT_DEBIT]), min_size=1, max_size=ORDERS),
    story=st.lists(
        st.one_of(
            st.tuples(st.sampled_from([*EVENTS, *BY_HAND]), st.integers(0, ORDERS - 1)),
            st.sampled_from([None, *LOST]),
        ),
        max_size=14,
    ),
)
@example(
    sold=[Payment()], story=[("charged back", 0), None, ("paid in Billit", 0), None, ("paid in the shop", 0)]
)
@example(sold=[DIRECT_DEBIT], story=[("paid in Billit", 0), None, ("debit fails", 0), FaultKind.CLOSE_AFTER])
def test_after_enough_runs_both_sides_agree_and_nothing_was_done_twice(
    sold: list[Payment], story: list[Event | FaultKind | None], *, reopens: bool
) -> None:
    """Otherwise: some order of events nobody thought of pays an order twice, or leaves one side behind."""
    with (
        tempfile.TemporaryDirectory() as folder,
        new_world(Path(folder), payments={"reopen_reversed": reopens}) as world,
    ):
        orders = [sell(world, payment=payment) for payment in sold]
        assert world.here("sync").returncode == 0
        turned_back = set()  # by a person, whose word stands
        for step in story:
            if isinstance(step, tuple):
                order_id = orders[step[1] % len(orders)]
                happen(world, step[0], order_id)
                turned_back |= {order_id} if step[0] in BY_HAND else set()
            else:
                run(world, step)
        for _ in range(ENOUGH):
            run(world, None)
        assert [each for each in orders if each not in turned_back and not agree(world, each)] == []
        patched = Counter(patch["order_id"] for patch in world.emulator.shop.patches)
        assert set(patched.values()) <= {1}
        assert all(patch["before"] == "open" for patch in world.emulator.shop.patches)
        fired = len(world.emulator.shop.patches), world.emulator.office.revision
        assert world.here("sync-payments").stdout == ""
        assert (len(world.emulator.shop.patches), world.emulator.office.revision) == fired
        assert world.rows("SELECT order_id FROM payments WHERE pending IS NOT NULL") == []
