"""What is looked at again before it is believed, sent or written off."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from ppbillit.mapping.amounts import read_amounts
from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import FIRM_BE
from system.shops import by_hand, credit, sell, sell_net
from system.world import SENDING, World, key, today

EMAIL = {"businesses": "email", "consumers": "email"}


def first_run_of_a_day(world: World) -> None:
    """Let the next run take the long look back."""
    world.write("UPDATE meta SET value = '2000-01-01' WHERE name = 'deep_read'")


def document_of(world: World, order_id: int):  # type: ignore[no-untyped-def]  # noqa: ANN201  (the emulator's own)
    [document] = world.emulator.office.by_external_id(key(order_id))
    return document


# --- gone, or only not shown -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 401])
def test_one_stumble_of_billit_writes_no_invoice_off(world: World, status: int) -> None:
    """Otherwise: a 404 on the read-back, and the invoice is never checked, sent or mentioned again."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    body = {"errors": [{"Code": "AccessDenied"}]}
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="billit", method="GET", path=r"/v1/orders/\d+$", status=status, body=body)
    )
    first = world.here("sync", "--json")
    assert (first.returncode, first.reasons(order_id)) == (3, ["not_shown"])
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}


def test_what_billit_lists_as_deleted_is_gone_and_stays_gone(world: World) -> None:
    """Otherwise: the owner deletes an invoice on purpose, and the next run makes it again."""
    world.configure(sending={"businesses": "none", "consumers": "email"})
    order_id = sell(world)
    fault = Fault(FaultKind.RATE_LIMITED, api="billit", path="commands/send", retry_after=3600, times=None)
    world.emulator.arm(fault)
    assert world.here("sync").returncode == 75  # made and checked, not sent
    world.emulator.disarm()
    document_of(world, order_id).deleted = world.emulator.clock.now()
    looked = world.here("sync", "--json")
    assert (looked.returncode, looked.outcomes) == (0, {order_id: "deleted"})
    first_run_of_a_day(world)
    assert world.here("sync").stdout == ""
    assert world.totals() == {}


def test_what_was_deleted_while_its_answer_was_lost_is_not_made_again(world: World) -> None:
    """Otherwise: the same, in the one run in which nobody knew yet whether it was made."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="/v1/orders$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    assert world.here("sync").returncode == 3
    document_of(world, order_id).deleted = world.emulator.clock.now()
    world.emulator.office.switches.update(search_lag_seconds=0)
    for _ in range(4):
        time.sleep(0.01)
        world.here("sync")
    assert world.stages() == {order_id: "deleted"}
    assert world.totals() == {}


# --- before sending --------------------------------------------------------------------------------


def held_up(world: World) -> int:
    """Make an invoice in a run that ends before it is sent."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    fault = Fault(FaultKind.RATE_LIMITED, api="billit", path="commands/send", retry_after=3600, times=None)
    world.emulator.arm(fault)
    assert world.here("sync").returncode == 75
    world.emulator.disarm()
    assert world.stages() == {order_id: "checked"}
    return order_id


def test_what_somebody_sent_in_the_meantime_is_not_sent_again(world: World) -> None:
    """Otherwise: the owner loses patience, presses Send in Billit, and the customer gets it twice."""
    order_id = held_up(world)
    document_of(world, order_id).is_sent = True
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}
    assert world.emulator.office.deliveries == []


def test_what_somebody_changed_in_the_meantime_is_held(world: World) -> None:
    """Otherwise: a total that was edited in Billit goes to the customer unseen."""
    order_id = held_up(world)
    document = document_of(world, order_id)
    total = document.totals
    [group] = total.groups
    document.totals = replace(total, groups=(replace(group, excl=group.excl + 1),))
    assert world.here("sync", "--json").outcomes == {order_id: "held"}
    document.totals = total
    first_run_of_a_day(world)  # once a day, what was put right is found
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}
    assert len(world.emulator.office.deliveries) == 1


def test_sending_that_was_switched_off_for_a_kind_of_buyer_is_off_for_what_waits(world: World) -> None:
    """Otherwise: the owner switches mails to consumers off, and the waiting ones go out all the same."""
    world.configure(sending=EMAIL)
    consumer, firm = sell(world), sell(world, buyer=FIRM_BE)
    fault = Fault(FaultKind.RATE_LIMITED, api="billit", path="commands/send", retry_after=3600, times=None)
    world.emulator.arm(fault)
    assert world.here("sync").returncode == 75
    world.emulator.disarm()
    world.configure(sending={"consumers": "none"})
    assert world.here("sync", "--json").outcomes == {consumer: "unsent", firm: "sent"}
    assert world.stages() == {consumer: "checked", firm: "sent"}


def test_a_failed_sending_that_somebody_made_good_in_billit_is_followed(world: World) -> None:
    """Otherwise: it is counted as stuck for ever."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(str(FIRM_BE.vat_id_number))
    world.emulator.office.switches.update(account_verified=False)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.here("sync", "--json").outcomes == {order_id: "failed"}
    first_run_of_a_day(world)
    assert world.here("sync", "--json").outcomes == {}
    document_of(world, order_id).is_sent = True
    first_run_of_a_day(world)
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}


# --- before creating -------------------------------------------------------------------------------


def test_a_list_that_lags_longer_than_the_settle_delay_makes_no_double(world: World) -> None:
    """Otherwise: the retry takes a new key, which switches off the one layer that still knew."""
    # Billit's own numbers, so that no number stops it either.
    world.configure(invoice={"number": "billit"}, sync={"settle_seconds": 0.3})
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path="/v1/orders$"))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    for _ in range(3):  # lost, missed, missed again and tried again, and answered 409
        world.here("sync")
        time.sleep(0.3)
    assert [arrival.status for arrival in world.emulator.journal if arrival.path == "/v1/orders"][-2:] == [
        409,
        200,
    ]
    assert len(world.emulator.office.live) == 1
    world.emulator.office.switches.update(search_lag_seconds=0)
    assert world.here("sync", "--json").outcomes == {order_id: "created"}
    assert len(world.emulator.office.live) == 1


def test_two_orders_with_one_number_are_not_both_invoiced(world: World) -> None:
    """Otherwise: two invoices with the same number are in the books, where Billit lets them."""
    world.emulator.office.switches.update(duplicate_order_number="accept")
    first, second = sell(world), sell(world, "49.00")
    world.emulator.shop.orders[second]["invoice_number"] = world.emulator.shop.orders[first]["invoice_number"]
    result = world.here("sync", "--json")
    assert result.outcomes == {first: "created", second: "parked"}
    assert result.reasons(second) == ["number_twice"]


def test_an_invoice_of_another_day_with_the_same_number_is_seen(world: World) -> None:
    """Otherwise: the invoice that Combidesk made under its own date is made a second time."""
    order_id = sell(world)
    by_hand(world, world.emulator.shop.orders[order_id]["invoice_number"], days_ago=40)
    result = world.here("sync", "--json")
    assert result.reasons(order_id) == ["number_taken"]
    assert {arrival.method for arrival in world.emulator.journal if arrival.api == "billit"} == {"GET"}


@pytest.mark.parametrize("shows_keys", [True, False])
@pytest.mark.parametrize("run", ["first", "later"])
def test_an_odd_date_on_somebody_s_document_keeps_nothing_from_being_made(
    world: World, run: str, *, shows_keys: bool
) -> None:
    """Otherwise: a bookkeeper mistypes a year on an invoice of his own, and the shop is not invoiced any more."""
    world.emulator.office.switches.update(summary_external_id=shows_keys)
    if run == "later":
        sell(world)
        world.here("sync")
    other = by_hand(world, "HAND-1")
    with world.emulator.lock:
        world.emulator.office.documents[other].paid_date = "20206-01-05"  # type: ignore[assignment]
    order_id = sell(world)
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order_id: "created"})


def test_an_odd_document_with_our_number_or_key_is_still_seen(world: World) -> None:
    """Otherwise: what cannot be read is passed over, and its order is invoiced twice."""
    numbered, keyed = sell(world), sell(world)
    other = by_hand(world, world.emulator.shop.orders[numbered]["invoice_number"])
    ours = by_hand(world, "A-1", own_key=key(keyed))
    with world.emulator.lock:
        for document_id in (other, ours):
            world.emulator.office.documents[document_id].paid_date = "20206-01-05"  # type: ignore[assignment]
    world.here("sync")
    assert not world.emulator.office.by_external_id(key(numbered))
    assert [each.number for each in world.emulator.office.by_external_id(key(keyed))] == ["A-1"]


def test_a_debtor_that_was_merged_away_does_not_block_its_customer(world: World) -> None:
    """Otherwise: Billit refuses every further order of this customer, and nothing mends it."""
    first = sell(world)
    assert world.here("sync").returncode == 0
    [party] = world.emulator.office.parties
    del world.emulator.office.parties[party]
    document_of(world, first).deleted = world.emulator.clock.now()
    second = sell(world, "49.00")
    assert world.here("sync", "--json").outcomes == {second: "created"}


def test_a_refused_debtor_is_tried_again_when_its_details_were_mended_and_not_before(world: World) -> None:
    """Otherwise: it is posted on every run, or never again."""
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path="/v1/parties$"))
    assert world.here("sync", "--json").reasons(order_id) == ["debtor_refused"]
    posted = len(world.emulator.journal)
    assert world.here("sync").stdout == ""
    assert "POST" not in {arrival.method for arrival in world.emulator.journal[posted:]}
    world.emulator.shop.orders[order_id]["billing"]["contact"]["lastname"] = "Pieters"
    assert world.here("sync", "--json").outcomes == {order_id: "created"}


# --- the shop --------------------------------------------------------------------------------------


def test_one_odd_order_does_not_stop_the_shop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise: something that nobody foresaw about one order, and nothing is invoiced any more."""
    odd, ordinary = sell(world, "12.34"), sell(world)

    def stumble(order):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if order.id == odd:
            raise OverflowError
        return read_amounts(order)

    monkeypatch.setattr("ppbillit.mapping.mapper.read_amounts", stumble)
    result = world.here("sync", "--json")
    assert result.outcomes == {odd: "parked", ordinary: "created"}
    assert result.reasons(odd) == ["unreadable"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31"])
def test_a_date_that_no_shop_means_parks_its_order_alone(world: World, day: str) -> None:
    odd, ordinary = sell(world), sell(world)
    world.emulator.shop.orders[odd]["invoice_date"] = day
    world.emulator.shop.switches.update(date_filter="ignored")
    result = world.here("sync", "--json")
    assert result.outcomes[ordinary] == "created"
    assert result.outcomes.get(odd, "parked") == "parked"


def test_a_go_live_date_that_is_moved_back_brings_the_orders_in_between(world: World) -> None:
    """Otherwise: they are too new for the export, too old for the sync, and lost without a word."""
    recent, earlier = sell(world), sell(world, days_ago=150)
    assert world.here("sync", "--json").outcomes == {recent: "created"}
    world.configure(sync={"go_live": today() - timedelta(days=200)})
    assert world.here("sync", "--json").outcomes == {earlier: "created"}


def test_an_unfinished_order_that_the_shop_has_no_more_is_let_go(world: World) -> None:
    """Otherwise: it is counted as stuck for ever, and asked for in every run."""
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path="/v1/orders$"))
    order_id = sell(world)
    assert world.here("sync", "--json").outcomes == {order_id: "parked"}
    del world.emulator.shop.orders[order_id]
    gone = world.here("sync", "--json")
    assert (gone.outcomes, gone.reasons(order_id)) == ({order_id: "skipped"}, ["gone_from_shop"])
    assert gone.json["counts"]["stuck"] == 0


def test_a_shop_under_a_new_name_is_not_invoiced_all_over_again(world: World) -> None:
    """Otherwise: new keys, nothing of "ours" in Billit, and every invoice is made a second time."""
    order_id = sell(world)
    assert world.here("sync").returncode == 0
    world.configure(plugandpay={"shop": "my-shop"})
    renamed = world.here("sync")
    assert renamed.returncode == 78
    assert 'shop = "4711"' in renamed.stderr
    world.lose_state()
    lost = world.here("sync")
    assert lost.returncode == 78
    assert 'shop = "4711"' in lost.stderr
    assert world.totals() == {key(order_id): "97.00"}


def test_another_shop_of_the_same_company_is_no_trouble(world: World) -> None:
    by_hand(world, "A-1", days_ago=20, own_key="plugandpay-4712-999999")
    order_id = sell(world)
    assert world.here("sync", "--json").outcomes == {order_id: "created"}


def test_two_credits_that_name_each_other_do_not_wait_for_ever(world: World) -> None:
    """Otherwise: each takes the other for its invoice, and both are parked."""
    firsts = [sell(world), sell_net(world)]
    both = [credit(world, first) for first in firsts]
    for one, other in (both, reversed(both)):
        world.emulator.shop.orders[one]["related_orders"] = [{"id": other, "invoice_number": "x"}]
    result = world.here("sync", "--json")
    assert {result.outcomes[each] for each in both} == {"created"}
