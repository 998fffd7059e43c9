"""Whatever happens to payments on both sides, in whatever order: after enough runs both say the same.

And on the way there each order was written at most once, and no invoice was marked as unpaid unless the owner
wants that.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT, OPEN_TRANSFER, Payment
from support.payments import (
    change,
    first_payment_run_of_a_day,
    pay_in_billit,
    pay_some_in_billit,
    set_status,
    status,
    unpay_in_billit,
)
from support.shop_orders import sell
from support.world import document_key, document_of, new_world, today

if TYPE_CHECKING:
    from ppbillit_emulator.billit.records import Document
    from support.world import World

# A random story that is cut off by a slow machine would be called a failure that nobody can reproduce.
pytestmark = [pytest.mark.timeout(600), pytest.mark.no_cover]

EXAMPLES = 25
ENOUGH = 4
ORDERS = 3

# What can happen to the one write; only the refusal is not tried again before a person asks.
LOST = [
    FaultKind.CLOSE_BEFORE,
    FaultKind.CLOSE_AFTER,
    FaultKind.ERROR_500_AFTER,
    FaultKind.HTML_200_BEFORE,
    FaultKind.REFUSE,
]
SYNC = ("sync", "--with-payments")
RETRY = ("retry", "--all")
PENDING = "SELECT orders.stage FROM payments JOIN orders USING (order_id) WHERE pending IS NOT NULL"

# What can happen to one order; each changes nothing where it cannot happen now.
IN_BILLIT = ["paid in Billit", "paid in part", "marked as unpaid", "deleted", "given another total"]
EVENTS = [
    *IN_BILLIT,
    "paid in the shop",
    "paid without a moment",
    "debit begins",
    "debit fails",
    "charged back",
    "credited",
    "set back",
    "opened again after a charge-back",
]

# After these what both sides say is a person's to look at, and to be listed.
BY_HAND = ["set back", "opened again after a charge-back", "marked as unpaid", "given another total"]
SWITCHES = ["to_plugandpay", "to_billit", "reopen_reversed"]
PRICE = Decimal("97.00")
Event = tuple[str, int]


class Story:
    """One world in which things happen to payments, and what was done on purpose there."""

    def __init__(self, world: World, sold: list[Payment]) -> None:
        self.world = world
        self.half = sell(world, "50.00", days_ago=9)
        self.orders = [sell(world, payment=payment, days_ago=9) for payment in sold]
        assert world.run_in_process("sync").returncode == 0
        self.turned_back: set[int] = (
            set()
        )  # by a person, or after a charge-back: what is then is a person's to look at
        self.paid_by_bank: set[int] = set()  # though charged back in the shop: that is never undone
        self.days = 0

    def document(self, order_id: int) -> Document | None:
        """Return an order's document, None where it was deleted."""
        found = self.world.emulator.office.by_external_id(document_key(order_id))
        return found[0] if found else None

    def happen(self, what: str, which: int) -> None:
        """Let it happen, as the shop or a bookkeeper would; nothing where it cannot happen now."""
        order_id = self.orders[which % len(self.orders)]
        document = self.document(order_id)
        if document is None:
            return
        self.turned_back |= {order_id} if what in BY_HAND else set()
        if what in IN_BILLIT:
            self._in_billit(what, order_id, document)
        else:
            self._in_shop(what, order_id)

    def _in_shop(self, what: str, order_id: int) -> None:
        world, now = self.world, status(self.world, order_id)
        match what:
            case "paid in the shop" if now in {"open", "processing", "reversed"}:
                world.emulator.shop.mark_paid(order_id)
                self.paid_by_bank.discard(order_id)
            case "paid without a moment" if now in {"open", "processing"}:
                set_status(world, order_id, "paid")
                self.paid_by_bank.discard(order_id)
            case "debit begins" if now == "open":
                set_status(world, order_id, "processing")
            case "debit fails" if now == "processing":
                set_status(world, order_id, "open")
            case "charged back" if now == "paid":
                world.emulator.shop.charge_back(order_id)
            case "credited" if now in {"open", "paid"}:
                world.emulator.shop.credit(order_id)
            case "set back" if now == "paid":
                set_status(world, order_id, "open")
            case "opened again after a charge-back" if now == "reversed":
                set_status(world, order_id, "open")

    def _in_billit(self, what: str, order_id: int, document: Document) -> None:
        world = self.world
        match what:
            case "paid in Billit" if not document.paid:
                self.days += 3  # each payment has a day of its own
                pay_in_billit(world, order_id, on=today() + timedelta(days=self.days))
                if status(world, order_id) == "reversed":
                    self.paid_by_bank.add(order_id)
            case "paid in part" if not document.paid:
                pay_some_in_billit(world, order_id, "10.00")
            case "marked as unpaid" if document.paid:
                unpay_in_billit(world, order_id)
                self.paid_by_bank.discard(order_id)
            case "deleted":
                document.deleted = world.emulator.clock.now()
            case "given another total" if not document.paid and not document.payments:
                document.totals = document_of(world, self.half).totals
                change(world, order_id, InternalInfo="halved")

    def switch(self, name: str) -> None:
        """Let the owner change the config."""
        self.world.configure(payments={name: not self.world.settings["payments"][name]})

    def run(self, lost: FaultKind | None = None, verb: tuple[str, ...] = SYNC) -> None:
        """Look at payments, on a day of its own; one write may go wrong.  What is written had to be."""
        world = self.world
        first_payment_run_of_a_day(world)
        if lost:
            world.emulator.arm(Fault(lost, method="PATCH"))  # sync itself has no PATCH
        before = {order_id: self.is_paid(order_id) for order_id in self.orders}
        patched = len(world.emulator.shop.patches)
        assert world.run_in_process(*verb).returncode in {0, 3}
        world.emulator.disarm()
        time.sleep(0.01)
        for order_id, was_paid in before.items():
            is_paid, now = self.is_paid(order_id), status(world, order_id)
            if was_paid and not is_paid:
                assert world.settings["payments"]["reopen_reversed"]
                assert now == "reversed"
                assert order_id not in self.paid_by_bank
            if is_paid and not was_paid:
                assert now == "paid"
        for patch in world.emulator.shop.patches[patched:]:
            assert before[patch["order_id"]]
            assert patch["before"] == "open"

    def is_paid(self, order_id: int) -> bool:
        """Check whether Billit holds the invoice, over all that the order costs, and calls it paid."""
        document = self.document(order_id)
        return bool(document and document.paid and document.to_pay == 0 and document.totals.incl == PRICE)

    def agree(self, order_id: int) -> bool:
        """Check whether both sides say the same, as far as nothing but a person stands in the way."""
        document = self.document(order_id)
        if document is None:
            return True
        match status(self.world, order_id):
            case "paid":
                # What is paid in part in Billit is a person's to look at.
                return self.is_paid(order_id) or bool(document.payments)
            case "open":
                return not document.paid
        return True  # under way, credited or charged back: never written


@pytest.mark.parametrize("reopens", [True, False])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sold=st.lists(st.sampled_from([Payment(), OPEN_TRANSFER, DIRECT_DEBIT]), min_size=1, max_size=ORDERS),
    story=st.lists(
        st.one_of(
            st.tuples(st.sampled_from(EVENTS), st.integers(0, ORDERS - 1)),
            st.sampled_from([None, "retry", *LOST]),
            st.sampled_from(SWITCHES),
        ),
        max_size=14,
    ),
)
@example(
    sold=[Payment()], story=[("charged back", 0), None, ("paid in Billit", 0), None, ("paid in the shop", 0)]
)
@example(sold=[DIRECT_DEBIT], story=[("paid in Billit", 0), None, ("debit fails", 0), FaultKind.CLOSE_AFTER])
@example(
    sold=[Payment()],
    story=[
        None,
        ("charged back", 0),
        ("marked as unpaid", 0),
        ("paid in Billit", 0),
        None,
        "reopen_reversed",
    ],
)
@example(
    sold=[DIRECT_DEBIT],
    story=["to_plugandpay", ("paid in Billit", 0), None, ("deleted", 0), ("debit fails", 0)],
)
def test_after_enough_runs_both_sides_agree_and_nothing_was_done_twice(
    sold: list[Payment], story: list[Event | FaultKind | str | None], *, reopens: bool
) -> None:
    """Otherwise: some order of events nobody thought of pays an order twice, or leaves one side behind."""
    switched_on = {"to_plugandpay": True, "to_billit": True}
    with (
        tempfile.TemporaryDirectory() as folder,
        new_world(Path(folder), payments={**switched_on, "reopen_reversed": reopens}) as world,
    ):
        play = Story(world, sold)
        for step in story:
            if isinstance(step, tuple):
                play.happen(*step)
            elif step == "retry":
                play.run(verb=RETRY)
            elif isinstance(step, FaultKind) or step is None:
                play.run(step)
            else:
                play.switch(step)
        world.configure(payments=switched_on)
        for verb in [*[SYNC] * ENOUGH, RETRY, SYNC]:
            play.run(verb=verb)
        differing = {each for each in play.orders if not play.agree(each)}
        assert differing <= play.turned_back
        assert differing <= {
            each["order_id"] for each in world.run_in_process("status", "--json").json["payments"]
        }
        patched = Counter(patch["order_id"] for patch in world.emulator.shop.patches)
        assert set(patched.values()) <= {1}
        fired = len(world.emulator.shop.patches), world.emulator.office.revision
        assert world.run_in_process("sync-payments").stdout == ""
        assert (len(world.emulator.shop.patches), world.emulator.office.revision) == fired
        assert [each for each in world.rows(PENDING) if each[0] != "deleted"] == []
