"""What Billit or a person sent is not sent again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.sending import auto_send
from ppbillit_emulator.plugandpay.buyers import FIRM_BE
from support.sending import (
    BE,
    assert_quiet,
    calls_to_send,
    channel,
    later,
    send_by_hand,
    sent,
    stop_before_sending,
)
from support.shop_orders import first_run_of_a_day, sell
from support.stuck_orders import get_stuck, not_sent_yet, stuck_reasons
from support.world import SENDING, World, document_of

if TYPE_CHECKING:
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

AN_HOUR = 3600


def test_what_billit_mails_at_nine_in_the_middle_of_a_long_run_is_not_mailed_again(world: World) -> None:
    """Otherwise: made and compared at five to nine, mailed by Billit at nine, and by us at a quarter past."""
    channel(world, "email")
    first, second = sell(world), sell(world)
    office = world.emulator.office
    office.switches.update(
        delivery_seconds=60, delivery_result="Delivered"
    )  # so that it is in no queue any more
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:

        def nine_o_clock(request: Request, phase: Phase) -> None:
            is_a_creation = (request.method, request.path, phase) == ("POST", "/v1/orders", "after")
            if is_a_creation and len(office.documents) == 2 and not office.deliveries:
                auto_send(office, document_of(world, first))
                clock.shift(15 * 60)  # the rest of the run takes a quarter of an hour

        world.emulator.on_request = nine_o_clock
        assert world.run_in_process("sync").returncode == 0
    assert sorted(sent(world)) == [(first, "SMTP"), (second, "SMTP")]


def test_a_document_with_a_wrong_total_that_billit_sent_is_told_as_sent(world: World) -> None:
    """Otherwise: the customer has the wrong invoice, and `status` says for ever that it was not sent."""
    order_id = get_stuck(world, "held")
    world.emulator.office.switches.update(auto_send=True)
    with later(days=1):
        told = world.run_in_process("sync", "--json")
        assert (told.returncode, told.reasons(order_id)) == (3, ["sent_with_other_total"])
        assert sent(world) == [(order_id, "SMTP")]
        assert "not sent" not in world.run_in_process("status").stdout


def test_what_was_only_marked_as_sent_is_not_said_to_be_under_way(world: World) -> None:
    order_id = get_stuck(world, "failed")
    send_by_hand(world, order_id)
    with later(days=1):
        world.run_in_process("sync")
    with later(days=2, hours=1):
        assert world.run_in_process("sync", "--json").reasons(order_id) == ["sent_without_trace"]


def failed_by_mail(world: World, firm: bool = False) -> int:
    channel(world, "email")
    world.emulator.office.switches.update(delivery_result="Error")
    order_id = sell(world, buyer=FIRM_BE) if firm else sell(world)
    world.run_in_process("sync")
    world.emulator.clock.advance(AN_HOUR)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "failed"}
    world.emulator.office.switches.update(delivery_result="never")
    return order_id


def test_a_payment_on_a_failed_document_that_waits_for_its_receiver_is_no_sending(world: World) -> None:
    """Otherwise: a reminder changes the invoice, and it counts as sent by somebody."""
    order_id = failed_by_mail(world, firm=True)
    channel(world, "peppol")
    assert world.run_in_process("retry", str(order_id), "--json").outcomes == {order_id: "unsent"}
    world.emulator.office.touch(document_of(world, order_id))
    assert world.run_in_process("sync", "--json").outcomes == {}
    world.emulator.office.peppol.add(BE)
    with later(days=8):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}


def test_a_payment_between_a_retry_and_its_sending_is_no_sending(world: World) -> None:
    order_id = failed_by_mail(world)
    stop_before_sending(world)
    assert world.run_in_process("retry", str(order_id)).returncode == 75
    assert stuck_reasons(world) == {order_id: []}
    world.emulator.disarm()
    world.emulator.office.touch(document_of(world, order_id))
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    assert len(sent(world)) == 2


# --- between two runs ---------------------------------------------------------------------------


def test_what_somebody_sent_in_the_meantime_is_not_sent_again(world: World) -> None:
    """Otherwise: the owner loses patience, presses Send in Billit, and the customer gets it twice."""
    order_id = not_sent_yet(world)
    document_of(world, order_id).is_sent = True
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    assert world.emulator.office.deliveries == []


def test_a_failed_sending_that_somebody_made_good_in_billit_is_followed(world: World) -> None:
    """Otherwise: it is counted as stuck for ever."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(str(FIRM_BE.vat_id_number))
    world.emulator.office.switches.update(account_verified=False)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "failed"}
    first_run_of_a_day(world)
    assert world.run_in_process("sync", "--json").outcomes == {}
    document_of(world, order_id).is_sent = True
    first_run_of_a_day(world)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}


# --- by Billit, or by hand ----------------------------------------------------------------------


def test_what_billit_sends_by_itself_at_nine_is_not_sent_again(world: World) -> None:
    """Otherwise: the account mails everything that is unsent every morning, and we send it once more."""
    world.configure(sending=SENDING)
    world.emulator.office.peppol.add(BE)
    firm, consumer = sell(world, buyer=FIRM_BE), sell(world)
    stop_before_sending(world)
    assert world.run_in_process("sync").returncode == 75
    world.emulator.disarm()
    world.emulator.office.switches.update(auto_send=True)
    with later(days=1):
        assert world.run_in_process("sync", "--json").outcomes == {firm: "sent", consumer: "sent"}
    assert len(sent(world)) == 2
    with later(days=1, hours=1):
        assert_quiet(world)
    assert [each["OrderIDs"] for each in calls_to_send(world)][1:] == []


@pytest.mark.parametrize("who", ["Billit at nine", "a person"])
def test_what_was_sent_before_we_could_compare_it_is_not_sent_again(world: World, who: str) -> None:
    """Otherwise: a run dies before the read-back, Billit mails it at nine, and the next run sends it again."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    hidden = Fault(
        FaultKind.REFUSE, api="billit", method="GET", path=r"/v1/orders/\d+$", status=404, times=None
    )
    world.emulator.arm(hidden)
    assert world.run_in_process("sync").returncode == 3
    assert world.stages() == {order_id: "created"}
    world.emulator.disarm()
    if who == "a person":
        send_by_hand(world, order_id)
    else:
        world.emulator.office.switches.update(auto_send=True)
    with later(days=1):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
        assert_quiet(world)
    assert len(sent(world)) == (0 if who == "a person" else 1)
    assert calls_to_send(world) == []


def test_what_was_sent_while_nobody_knew_whether_it_was_made_is_not_sent_again(world: World) -> None:
    """Otherwise: the answer to a create is lost, Billit mails the invoice at nine, and we send it again."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="/v1/orders$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    assert world.run_in_process("sync").returncode == 3
    assert world.stages() == {order_id: "creating"}
    world.emulator.office.switches.update(auto_send=True)
    with later(days=1):
        assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
        assert_quiet(world)
    assert (sent(world), calls_to_send(world)) == ([(order_id, "SMTP")], [])


@pytest.mark.parametrize("who", ["Billit at nine", "a person"])
def test_an_unsent_document_that_somebody_sent_is_stuck_no_longer(world: World, who: str) -> None:
    """Otherwise: the owner mails it from Billit, and `status` says for ever that it was not sent."""
    world.configure(sending={"businesses": "peppol"})
    order_id = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "unsent"}
    if who == "a person":
        send_by_hand(world, order_id)
    else:
        world.emulator.office.switches.update(auto_send=True)
    world.emulator.office.peppol.add(BE)
    with later(days=1):
        world.run_in_process("sync")
        assert world.run_in_process("status", "--json").json["stuck"] == []
    with later(days=9):
        world.run_in_process("sync")  # the receiver is there now: it must not go a second time
    assert calls_to_send(world) == []
    assert world.stages() == {order_id: "sent"}


def test_an_unsent_document_that_somebody_sent_is_not_sent_again_when_its_receiver_joins(
    world: World,
) -> None:
    """Otherwise: by e-mail in spring, by Peppol in summer, and the customer pays twice."""
    world.configure(sending={"businesses": "peppol"})
    order_id = sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    send_by_hand(world, order_id)
    world.emulator.office.peppol.add(BE)
    with later(days=8):
        world.run_in_process("sync")
        world.run_in_process("sync")
    assert (sent(world), calls_to_send(world)) == ([], [])


def test_what_is_not_to_be_sent_is_left_to_whoever_sends_it(world: World) -> None:
    order_id = sell(world)
    world.run_in_process("sync")
    world.emulator.office.switches.update(auto_send=True)
    with later(days=1):
        assert_quiet(world)
    assert world.stages() == {order_id: "checked"}
    assert calls_to_send(world) == []
