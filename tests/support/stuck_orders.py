"""Stuck orders, one of each kind, and what a person does to mend each of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.sending import BE, lose_sends, stop_before_sending
from support.shop_orders import day, sell, sell_lines
from support.world import SENDING, World, document_of

if TYPE_CHECKING:
    from collections.abc import Callable

POST = r"/v1/orders$"
READ = r"/v1/orders/\d+$"


def run(world: World, *verb: str) -> None:
    """Run once, with businesses on Peppol and consumers by e-mail, and forget all faults."""
    world.configure(sending=SENDING)
    world.run_in_process(*(verb or ("sync",)))
    world.emulator.disarm()


def parked(world: World) -> int:
    """A voucher without VAT, of which nobody knows why."""
    order_id = sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE)
    run(world)
    return order_id


def refused(world: World) -> int:
    """An order that Billit does not want."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path=POST))
    run(world)
    return order_id


def backfilled(world: World) -> int:
    """A voucher of before the go-live date, which an export could not make."""
    order_id = sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE, days_ago=20)
    run(world, "export-existing", "--since", day(30))
    return order_id


def held(world: World) -> int:
    """An invoice to which somebody added a euro in Billit before it was sent."""
    order_id = sell(world)
    stop_before_sending(world)
    run(world)
    add_euros(world, order_id, 1)
    run(world)
    return order_id


def add_euros(world: World, order_id: int, euros: int) -> None:
    """Change the total of a document in Billit's own screens."""
    document = document_of(world, order_id)
    [group] = document.totals.groups
    document.totals = replace(document.totals, groups=(replace(group, excl=group.excl + euros),))
    world.emulator.office.touch(document)


def unsent(world: World) -> int:
    """An invoice for a firm that Peppol does not reach."""
    world.emulator.office.peppol.remove(BE)
    order_id = sell(world, buyer=FIRM_BE)
    run(world)
    return order_id


def failed(world: World) -> int:
    """An invoice that Billit did not send."""
    order_id = sell(world)
    world.emulator.office.switches.update(account_verified=False)
    run(world)
    world.emulator.office.switches.update(account_verified=True)
    return order_id


def undelivered(world: World) -> int:
    """An invoice that Billit could not deliver, an hour ago."""
    world.emulator.clock.advance(-3600)
    order_id = sell(world)
    world.emulator.office.switches.update(delivery_result="Error")
    run(world)
    world.emulator.clock.advance(3600)
    run(world)
    world.emulator.office.switches.update(delivery_result="never")
    return order_id


def pending(world: World) -> int:
    """An invoice that Billit took for sending more than a day ago, and not delivered."""
    order_id = sell(world)
    run(world)
    document = document_of(world, order_id)
    document.messages[:] = [replace(each, success=False) for each in document.messages]
    long_ago = datetime.now(UTC) - timedelta(hours=30)
    world.write("UPDATE orders SET sent_at = ? WHERE order_id = ?", long_ago.isoformat(), order_id)
    run(world)
    return order_id


def creating(world: World) -> int:
    """An order whose creation was not answered, and did not reach Billit either."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_BEFORE, api="billit", method="POST", path=POST))
    run(world)
    return order_id


def sending(world: World) -> int:
    """An invoice whose sending was not answered, and did not reach Billit either."""
    order_id = sell(world)
    lose_sends(world)
    run(world)
    return order_id


def hidden(world: World) -> int:
    """An invoice that Billit did not show when it was to be compared."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="GET", path=READ, status=404))
    run(world)
    return order_id


# Each with the stage it is in and the word that `status` has for it.
STUCK: dict[str, tuple[Callable[[World], int], str, str]] = {
    "parked": (parked, "parked", "parked"),
    "refused": (refused, "parked", "parked"),
    "backfilled": (backfilled, "parked", "parked"),
    "held": (held, "held", "held"),
    "unsent": (unsent, "checked", "unsent"),
    "failed": (failed, "failed", "failed"),
    "undelivered": (undelivered, "failed", "failed"),
    "pending": (pending, "sent", "pending"),
    "creating": (creating, "creating", "unknown"),
    "sending": (sending, "sending", "unknown"),
    "hidden": (hidden, "created", "unknown"),
}


def get_stuck(world: World, kind: str) -> int:
    """Get an order stuck in this way; return its id."""
    make, stage, _ = STUCK[kind]
    world.configure(sync={"settle_seconds": 0.01 if kind != "creating" else 3600})
    order_id = make(world)
    assert world.stages()[order_id] == stage
    return order_id


def mend_nothing(_world: World, _order_id: int) -> None:
    """Nothing was wrong but the moment."""


def name_a_code(world: World, _order_id: int) -> None:
    world.configure(vat={"zero_rate": "22"})


def take_the_euro_off(world: World, order_id: int) -> None:
    add_euros(world, order_id, -1)


def join_peppol(world: World, _order_id: int) -> None:
    world.emulator.office.peppol.add(BE)


def deliver(world: World, order_id: int) -> None:
    delivery = document_of(world, order_id).delivery
    assert delivery
    delivery.due, delivery.outcome = world.emulator.clock.now(), "Delivered"


MENDED: dict[str, tuple[Callable[[World, int], None], str]] = {
    "parked": (name_a_code, "sent"),
    "refused": (mend_nothing, "sent"),
    "backfilled": (name_a_code, "created"),
    "held": (take_the_euro_off, "sent"),
    "unsent": (join_peppol, "sent"),
    "failed": (mend_nothing, "sent"),
    "undelivered": (mend_nothing, "sent"),
    "pending": (deliver, "delivered"),
    "sending": (mend_nothing, "sent"),
    "hidden": (mend_nothing, "sent"),
}


def stuck_reasons(world: World) -> dict[int, list[str]]:
    """Return what `status` lists: the codes of the reasons, by order."""
    listed = world.run_in_process("status", "--json").json["stuck"]
    return {each["order_id"]: [reason["code"] for reason in each["reasons"]] for each in listed}


def not_sent_yet(world: World) -> int:
    """Make an invoice in a run that ends before it is sent."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    fault = Fault(FaultKind.RATE_LIMITED, api="billit", path="commands/send", retry_after=3600, times=None)
    world.emulator.arm(fault)
    assert world.run_in_process("sync").returncode == 75
    world.emulator.disarm()
    assert world.stages() == {order_id: "checked"}
    return order_id
