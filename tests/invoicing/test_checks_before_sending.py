"""Documents are read again right before they are sent, and the sending settings of that moment apply."""

from __future__ import annotations

from dataclasses import replace

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import FIRM_BE
from support.sending import channel, sent, stop_before_sending
from support.shop_orders import first_run_of_a_day, sell
from support.stuck_orders import add_euros, get_stuck, not_sent_yet
from support.world import World, document_of


def test_a_failed_one_is_not_lost_when_it_is_retried_while_nothing_is_to_be_sent(world: World) -> None:
    """Otherwise: not sent, not stuck, not settled: forgotten."""
    order_id = get_stuck(world, "failed")
    channel(world, "none")
    told = world.run_in_process("retry", str(order_id), "--json")
    assert (told.returncode, told.outcomes) == (3, {order_id: "failed"})
    assert told.reasons(order_id)[-1] == "sending_off"
    assert world.run_in_process("status").returncode == 3


def test_what_was_mended_goes_by_the_way_of_today_at_once(world: World) -> None:
    order_id = get_stuck(world, "held")
    add_euros(world, order_id, -1)
    world.configure(sending={"consumers": "letter", "allow_letters": True})
    assert world.run_in_process("retry", str(order_id), "--json").outcomes == {order_id: "sent"}
    assert sent(world) == [(order_id, "Letter")]


def test_what_a_run_did_not_get_to_send_is_listed_and_can_be_stopped(world: World) -> None:
    """Otherwise: "nothing is stuck", and the next run sends what the owner wanted to hold back."""
    channel(world, "email")
    order_id = sell(world)
    stop_before_sending(world)
    assert world.run_in_process("sync").returncode == 75
    assert world.run_in_process("status").returncode == 3
    assert world.run_in_process("skip", str(order_id), "--reason", "met de post").returncode == 0
    world.emulator.disarm()
    world.run_in_process("sync")
    assert sent(world) == []


# --- changed since the document was made --------------------------------------------------------

EMAIL = {"businesses": "email", "consumers": "email"}


def test_what_somebody_changed_in_the_meantime_is_held(world: World) -> None:
    """Otherwise: a total that was edited in Billit goes to the customer unseen."""
    order_id = not_sent_yet(world)
    document = document_of(world, order_id)
    total = document.totals
    [group] = total.groups
    document.totals = replace(total, groups=(replace(group, excl=group.excl + 1),))
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "held"}
    document.totals = total
    first_run_of_a_day(world)  # once a day, what was put right is found
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    assert len(world.emulator.office.deliveries) == 1


def test_sending_that_was_switched_off_for_a_kind_of_buyer_is_off_for_what_waits(world: World) -> None:
    """Otherwise: the owner switches mails to consumers off, and the waiting ones go out all the same."""
    world.configure(sending=EMAIL)
    consumer, firm = sell(world), sell(world, buyer=FIRM_BE)
    fault = Fault(FaultKind.RATE_LIMITED, api="billit", path="commands/send", retry_after=3600, times=None)
    world.emulator.arm(fault)
    assert world.run_in_process("sync").returncode == 75
    world.emulator.disarm()
    world.configure(sending={"consumers": "none"})
    assert world.run_in_process("sync", "--json").outcomes == {consumer: "unsent", firm: "sent"}
    assert world.stages() == {consumer: "checked", firm: "sent"}
