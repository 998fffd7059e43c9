"""Any sequence of actions around sending: nothing is sent twice, and nothing stays unreported."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT, FIRM_NL, Buyer
from support.sending import BE, NL, SEND, refuse_to_send, send_by_hand, sent
from support.shop_orders import day, sell
from support.world import Result, World, document_key, new_world

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from ppbillit_emulator.billit.records import Document

# A random story that is cut off by a slow machine would be called a failure that nobody can reproduce.
pytestmark = [pytest.mark.timeout(600), pytest.mark.no_cover]

EXAMPLES = 25
MOST_STEPS = 7
RECENT, OLD = 3, 20  # days ago, on either side of go-live
BUYERS: dict[str, Buyer] = {
    "Belgian firm": FIRM_BE,
    "Dutch firm": FIRM_NL,
    "association": FIRM_BE_WITHOUT_VAT,
    "consumer": CONSUMER_BE,
}
CHANNELS = ["email", "auto", "peppol", "none"]
LOST = [
    FaultKind.CLOSE_BEFORE,
    FaultKind.CLOSE_AFTER,
    FaultKind.ERROR_500_BEFORE,
    FaultKind.HTML_200_AFTER,
    FaultKind.EMPTY_200,
]
CALLS = [("POST", SEND), ("POST", r"/v1/orders$"), ("GET", r"/v1/orders/\d+$")]
REFUSED = ["TheCustomerIsNotActiveOnPeppol", "GenericError", "TheCustomer_0_DoesNotHaveAValidEmailAddress"]

# What happens, to what, and how many hours later cron runs; 0: not before the next thing happens.
Step = tuple[str, Any, int]


def steps() -> SearchStrategy[list[Step]]:
    """What happens in turn; the first run is a plain one, so that there is something it can happen to."""
    which, vat_number = st.integers(0, 3), st.sampled_from([BE, NL])
    facts: dict[str, SearchStrategy[Any]] = {
        "sell": which,
        "retry": st.one_of(st.none(), which),
        "skip": which,
        "set_channels": channels(),
        "join": vat_number,
        "leave": vat_number,
        "deliveries_end": st.sampled_from(["Error", "Delivered", "never"]),
        "lose": st.tuples(st.sampled_from(LOST), st.sampled_from(CALLS)),
        "refuse": st.sampled_from(REFUSED),
        "send_by_hand": which,
        "export": st.none(),
    }
    hours = st.sampled_from([1, 0, 26, 8 * 24])
    each = [st.tuples(st.just(name), strategy, hours) for name, strategy in facts.items()]
    return st.lists(st.one_of(*each), min_size=3, max_size=MOST_STEPS)


def channels() -> SearchStrategy[tuple[str, str]]:
    """The channels for businesses and for consumers."""
    return st.tuples(st.sampled_from(CHANNELS), st.sampled_from(CHANNELS))


@dataclass
class Story:
    """A world in which things happen, and what may be sent in it, by our own book-keeping."""

    world: World
    clock: time_machine.Traveller
    channels: tuple[str, str] = ("none", "none")
    orders: list[int] = field(default_factory=list)
    seen: int = 0  # how many deliveries were looked at
    may_go: dict[int, int] = field(default_factory=dict)  # how often each may still be sent
    skipped: set[int] = field(default_factory=set)
    by_hand: set[int] = field(default_factory=set)

    def order(self, which: int) -> int:
        return self.orders[which % len(self.orders)]

    def let_happen(self, step: Step) -> None:
        name, facts, hours = step
        getattr(self, name)(facts)
        if hours:
            self.wait(hours)
            self.run("sync")

    def sell(self, which: int) -> None:
        """One more order; the test begins with some."""
        buyer = BUYERS[sorted(BUYERS)[which]]
        self.orders.append(sell(self.world, buyer=buyer, days_ago=RECENT))
        self.may_go[self.orders[-1]] = 1

    def export(self, _: None) -> None:
        self.run("export-existing", "--since", day(60))

    def wait(self, hours: int) -> None:
        self.clock.shift(timedelta(hours=hours))

    def skip(self, which: int) -> None:
        if self.run("skip", str(self.order(which)), "--reason", "anders geregeld").returncode == 0:
            self.skipped.add(self.order(which))

    def set_channels(self, channels: tuple[str, str]) -> None:
        self.channels = channels
        self.world.configure(sending={"businesses": channels[0], "consumers": channels[1]})

    def join(self, vat_number: str) -> None:
        self.world.emulator.office.peppol.add(vat_number)

    def leave(self, vat_number: str) -> None:
        self.world.emulator.office.peppol.remove(vat_number)

    def deliveries_end(self, result: str) -> None:
        self.world.emulator.office.switches.update(delivery_result=result)

    def lose(self, what: tuple[FaultKind, tuple[str, str]]) -> None:
        kind, (method, path) = what
        self.world.emulator.arm(Fault(kind, api="billit", method=method, path=path))

    def refuse(self, code: str) -> None:
        refuse_to_send(self.world, code)

    def send_by_hand(self, which: int) -> None:
        """A person sends it in Billit; from then on the customer has it."""
        order_id = self.order(which)
        document = self.document(order_id)
        if document and not document.is_sent:
            send_by_hand(self.world, order_id)
            self.by_hand.add(order_id)
            self.may_go[order_id] = 0

    def retry(self, which: int | None) -> None:
        """A person wants one tried again, or all that are stuck; what failed to arrive may then go once more."""
        if which is not None:
            asked = [self.orders[which % len(self.orders)]]
        elif self.world.state_file.exists():
            asked = [each["order_id"] for each in self.world.run_in_process("status", "--json").json["stuck"]]
        else:
            asked = []
        for order_id in asked:
            self.skipped.discard(order_id)
            if self.has_failed(order_id):
                self.may_go[order_id] = 1
        self.run("retry", *([str(asked[0])] if which is not None else ["--all"]))

    def run(self, *verb: str) -> Result:
        """Run a command, and look at all that left the office in it."""
        result = self.world.run_in_process(*verb)
        assert result.returncode in ({0, 2, 3, 69, 78} if verb[0] in {"skip", "retry"} else {0, 3, 69}), (
            result
        )
        for order_id, way in sent(self.world)[self.seen :]:
            kind = self.channels[self.buyer_is_a_consumer(order_id)]
            assert way in {"auto": {"Peppol", "SMTP"}, "peppol": {"Peppol"}, "email": {"SMTP"}}.get(
                kind, set()
            )
            assert order_id not in self.skipped
            assert order_id in self.may_go, "it was exported, or is of before go-live"
            assert self.may_go[order_id] > 0, "the customer has it already"
            self.may_go[order_id] -= 1
        self.seen = len(sent(self.world))
        return result

    def buyer_is_a_consumer(self, order_id: int) -> bool:
        return not self.world.emulator.shop.orders[order_id]["billing"]["contact"]["company"]

    def document(self, order_id: int) -> Document | None:
        found = self.world.emulator.office.by_external_id(document_key(order_id))
        return found[0] if found else None

    def has_failed(self, order_id: int) -> bool:
        """Check whether Billit gave up delivering it, as things stand now; the office looks when it is asked."""
        document, now = self.document(order_id), self.world.emulator.clock.now()
        delivery = document.delivery if document else None
        if delivery is None or delivery.outcome != "Error" or order_id in self.by_hand:
            return False
        return delivery.ended is not None or (delivery.due is not None and delivery.due <= now)

    def settle(self) -> None:
        """Let all trouble end, and cron run on for a while, into another day."""
        self.world.emulator.disarm()
        for hours in (1, 1, 1, 24, 1):
            self.wait(hours)
            self.run("sync")
            for order_id, stage in self.world.stages().items():
                is_under_way = stage in {"sent", "delivered"}
                assert not (is_under_way and self.has_failed(order_id)), "it failed, and nobody is told"

    def assert_all_is_told(self) -> None:
        """Every order is settled, or listed as stuck, or put aside by a person."""
        stuck = {each["order_id"] for each in self.world.run_in_process("status", "--json").json["stuck"]}
        columns = "order_id, stage, channel, buyer, dismissed, backfill"
        rows = {row[0]: row[1:] for row in self.world.rows(f"SELECT {columns} FROM orders")}  # noqa: S608
        assert set(self.may_go) <= set(rows), "an order was lost"
        for order_id, (stage, channel, buyer, dismissed, _) in rows.items():
            document = self.document(order_id)
            if dismissed is not None or stage == "skipped":
                continue
            assert document or order_id in stuck, "it was not made"
            if stage in {"sent", "delivered"}:
                assert order_id in self.by_hand or (document and document.delivery), "it never left"
            elif stage == "checked" and order_id not in stuck:
                today = self.channels[buyer == "consumer"]
                assert "none" in {channel, today}, "it is to be sent, was not, and nobody is told"
            else:
                assert order_id in stuck, stage
        unsent = {order_id for order_id in stuck if rows[order_id][0] == "checked"}
        assert not unsent & self.by_hand, "the customer has it, and it is said to be unsent"


# A story is short enough to be read as it is; making it shorter would take minutes.
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(first=channels(), buyers=st.lists(st.integers(0, 3), min_size=1, max_size=2), happening=steps())
def test_nothing_is_sent_twice_and_nothing_is_left_untold(
    first: tuple[str, str], buyers: list[int], happening: list[Step]
) -> None:
    """Otherwise: some turn of events nobody thought of, and a customer gets an invoice twice, or never."""
    with (
        time_machine.travel(datetime.now(UTC), tick=True) as clock,
        tempfile.TemporaryDirectory() as folder,
        new_world(Path(folder)) as world,
    ):
        world.emulator.office.switches.update(delivery_seconds=60)
        world.emulator.office.peppol.add(BE)
        story = Story(world, clock)
        story.set_channels(first)
        story.orders.append(sell(world, buyer=FIRM_BE, days_ago=OLD))
        for buyer in buyers:
            story.sell(buyer)
        story.run("sync")
        for step in happening:
            story.let_happen(step)
        story.settle()
        story.assert_all_is_told()
