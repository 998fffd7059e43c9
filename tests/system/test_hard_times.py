"""What goes wrong around a sending: Billit is quicker than we are, hides a document, or never answers."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.debtors import merge_by_hand
from ppbillit_emulator.billit.sending import auto_send
from ppbillit_emulator.plugandpay.buyers import FIRM_BE, FIRM_DE, FIRM_NL
from system.parties import debtor_of, enter
from system.sendings import (
    BE,
    SEND,
    asked,
    calls_to_send,
    channel,
    document_of,
    later,
    send_by_hand,
    sent,
    stop_before_sending,
)
from system.shops import by_hand, credit, sell
from system.stuck import POST, READ, add_euros, get_stuck
from system.world import World, key

if TYPE_CHECKING:
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase

AN_HOUR = 3600


def hide(world: World, *, times: int | None = 1) -> None:
    """Let reads of single documents answer 404."""
    world.emulator.arm(
        Fault(FaultKind.REFUSE, api="billit", method="GET", path=READ, status=404, times=times)
    )


def vat_number(which: int) -> str:
    """Give a good Belgian VAT number."""
    return f"BE{(base := 4000000 + which):08d}{97 - base % 97:02d}"


def stuck(world: World) -> dict[int, list[str]]:
    """Give what `status` lists: the codes of the reasons, by order."""
    listed = world.here("status", "--json").json["stuck"]
    return {each["order_id"]: [reason["code"] for reason in each["reasons"]] for each in listed}


# --- Billit sends by itself --------------------------------------------------------------------------


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
        assert world.here("sync").returncode == 0
    assert sorted(sent(world)) == [(first, "SMTP"), (second, "SMTP")]


def test_a_document_with_a_wrong_total_that_billit_sent_is_told_as_sent(world: World) -> None:
    """Otherwise: the customer has the wrong invoice, and `status` says for ever that it was not sent."""
    order_id = get_stuck(world, "held")
    world.emulator.office.switches.update(auto_send=True)
    with later(days=1):
        told = world.here("sync", "--json")
        assert (told.returncode, told.reasons(order_id)) == (3, ["sent_with_other_total"])
        assert sent(world) == [(order_id, "SMTP")]
        assert "not sent" not in world.here("status").stdout


def test_what_was_only_marked_as_sent_is_not_said_to_be_under_way(world: World) -> None:
    order_id = get_stuck(world, "failed")
    send_by_hand(world, order_id)
    with later(days=1):
        world.here("sync")
    with later(days=2, hours=1):
        assert world.here("sync", "--json").reasons(order_id) == ["sent_without_trace"]


# --- Billit hides a document -------------------------------------------------------------------------


def test_one_stray_not_found_of_a_mailed_invoice_is_made_good_by_the_next_look(world: World) -> None:
    """Otherwise: "it is looked at again on the next runs", and it never is."""
    channel(world, "email")
    order_id = sell(world)
    world.here("sync")
    with later(hours=12):
        world.here("sync")
    with later(hours=25):
        hide(world)
        assert world.here("sync", "--json").reasons(order_id) == ["not_shown"]
        assert world.here("sync", "--json").outcomes == {order_id: "delivered"}


def test_a_stray_not_found_does_not_take_the_place_of_what_is_to_be_mended(world: World) -> None:
    """Otherwise: the owner is told to do nothing about an invoice that nobody received."""
    order_id = get_stuck(world, "undelivered")
    before = stuck(world)
    with later(days=1):
        hide(world)
        world.here("sync")
        assert stuck(world) == {order_id: [*before[order_id], "not_shown"]}
    with later(days=3):
        world.here("sync")
        assert stuck(world) == before


def test_what_was_skipped_is_not_looked_at_any_more(world: World) -> None:
    order_id = get_stuck(world, "failed")
    world.here("skip", str(order_id), "--reason", "anders geregeld")
    with later(days=1):
        hide(world)
        assert world.here("sync").returncode == 0


@pytest.mark.parametrize("stage", ["created", "checked"])
def test_one_document_that_billit_cannot_give_stops_one_run_and_no_more(world: World, stage: str) -> None:
    """Otherwise: Billit stumbles over one old invoice, and the shop is not invoiced any more."""
    channel(world, "email")
    order_id = sell(world)
    if stage == "checked":
        stop_before_sending(world)
        world.here("sync")
        world.emulator.disarm()
        which = rf"/{document_of(world, order_id).order_id}$"
    else:
        which = READ
    broken = Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=which, times=None)
    world.emulator.arm(broken)
    assert world.here("sync").returncode == 69
    world.emulator.disarm()
    own = rf"/{document_of(world, order_id).order_id}$"
    world.emulator.arm(replace(broken, path=own))
    other = sell(world)
    with later(hours=2):
        result = world.here("sync", "--json")
        assert (result.returncode, result.outcomes) == (0, {other: "sent"})
        assert stuck(world) == {order_id: ["not_readable"]}
        world.emulator.disarm()
        assert world.here("sync", "--json").outcomes[order_id] == "sent"
        assert stuck(world) == {}


@pytest.mark.parametrize("kind", ["unsent", "pending"])
def test_what_was_deleted_in_billit_is_noticed_within_a_day(world: World, kind: str) -> None:
    """Otherwise: the owner made it anew by hand, and is told for ever that the old one was not sent."""
    order_id = get_stuck(world, kind)
    document_of(world, order_id).deleted = world.emulator.clock.now()
    with later(days=1):
        assert world.here("sync", "--json").outcomes == {order_id: "deleted"}
        assert stuck(world) == {}


def test_a_sending_that_is_not_known_and_whose_document_is_hidden_can_be_skipped(world: World) -> None:
    """Otherwise: no run finds out, and nobody can settle it."""
    order_id = get_stuck(world, "sending")
    hide(world, times=None)
    world.here("sync")
    assert world.here("skip", str(order_id), "--reason", "opgezocht").returncode == 0
    assert world.here("status").returncode == 0
    looked = len(world.emulator.journal)
    world.here("sync")
    assert not [each for each in world.emulator.journal[looked:] if re.search(READ, each.path)]


def test_an_order_that_was_deleted_in_the_shop_while_it_was_being_made_is_given_up(world: World) -> None:
    """Otherwise: it is looked for in every run, and nobody can settle it."""
    order_id = get_stuck(world, "creating")
    del world.emulator.shop.orders[order_id]
    world.configure(sync={"settle_seconds": 0.01})
    for _ in range(3):
        time.sleep(0.05)
        world.here("sync")
    assert world.stages() == {order_id: "skipped"}
    assert world.here("status").returncode == 0


# --- a failed delivery that is tried again -----------------------------------------------------------


def failed_by_mail(world: World, firm: bool = False) -> int:
    channel(world, "email")
    world.emulator.office.switches.update(delivery_result="Error")
    order_id = sell(world, buyer=FIRM_BE) if firm else sell(world)
    world.here("sync")
    world.emulator.clock.advance(AN_HOUR)
    assert world.here("sync", "--json").outcomes == {order_id: "failed"}
    world.emulator.office.switches.update(delivery_result="never")
    return order_id


def test_a_payment_on_a_failed_document_that_waits_for_its_receiver_is_no_sending(world: World) -> None:
    """Otherwise: a reminder changes the invoice, and it counts as sent by somebody."""
    order_id = failed_by_mail(world, firm=True)
    channel(world, "peppol")
    assert world.here("retry", str(order_id), "--json").outcomes == {order_id: "unsent"}
    world.emulator.office.touch(document_of(world, order_id))
    assert world.here("sync", "--json").outcomes == {}
    world.emulator.office.peppol.add(BE)
    with later(days=8):
        assert world.here("sync", "--json").outcomes == {order_id: "sent"}


def test_a_payment_between_a_retry_and_its_sending_is_no_sending(world: World) -> None:
    order_id = failed_by_mail(world)
    stop_before_sending(world)
    assert world.here("retry", str(order_id)).returncode == 75
    assert stuck(world) == {order_id: []}
    world.emulator.disarm()
    world.emulator.office.touch(document_of(world, order_id))
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}
    assert len(sent(world)) == 2


def test_a_failed_one_is_not_lost_when_it_is_retried_while_nothing_is_to_be_sent(world: World) -> None:
    """Otherwise: not sent, not stuck, not settled: forgotten."""
    order_id = get_stuck(world, "failed")
    channel(world, "none")
    told = world.here("retry", str(order_id), "--json")
    assert (told.returncode, told.outcomes) == (3, {order_id: "failed"})
    assert told.reasons(order_id)[-1] == "sending_off"
    assert world.here("status").returncode == 3


def test_a_failure_after_a_slow_one_was_skipped_is_told(world: World) -> None:
    """Otherwise: somebody was patient once, and it did not arrive."""
    order_id = get_stuck(world, "pending")
    world.here("skip", str(order_id), "--reason", "even geduld")
    delivery = document_of(world, order_id).delivery
    assert delivery
    delivery.due, delivery.outcome = world.emulator.clock.now(), "Error"
    assert world.here("sync", "--json").outcomes == {order_id: "failed"}
    assert list(stuck(world)) == [order_id]


def test_what_was_mended_goes_by_the_way_of_today_at_once(world: World) -> None:
    order_id = get_stuck(world, "held")
    add_euros(world, order_id, -1)
    world.configure(sending={"consumers": "letter", "allow_letters": True})
    assert world.here("retry", str(order_id), "--json").outcomes == {order_id: "sent"}
    assert sent(world) == [(order_id, "Letter")]


# --- what is to be sent, and was not yet -------------------------------------------------------------


def test_what_a_run_did_not_get_to_send_is_listed_and_can_be_stopped(world: World) -> None:
    """Otherwise: "nothing is stuck", and the next run sends what the owner wanted to hold back."""
    channel(world, "email")
    order_id = sell(world)
    stop_before_sending(world)
    assert world.here("sync").returncode == 75
    assert world.here("status").returncode == 3
    assert world.here("skip", str(order_id), "--reason", "met de post").returncode == 0
    world.emulator.disarm()
    world.here("sync")
    assert sent(world) == []


def test_a_sending_that_never_gets_an_answer_is_told_once(world: World) -> None:
    """Otherwise: a mail every quarter of an hour, all with the same news."""
    channel(world, "email")
    sell(world)
    world.emulator.arm(Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="POST", path=SEND, times=None))
    codes = []
    for _ in range(4):
        time.sleep(0.05)
        codes.append(world.here("sync").returncode)
    assert codes == [3, 0, 0, 0]
    assert len(calls_to_send(world)) >= 3
    assert len(world.rows("SELECT 1 FROM events WHERE what = 'sending'")) <= 2  # or: thousands in a month
    assert len(world.rows("SELECT 1 FROM events WHERE what = 'checked'")) <= 2
    assert world.here("status").returncode == 3


def test_the_one_that_is_left_of_two_with_the_same_key_is_sent_as_it_was_to_be(world: World) -> None:
    """Otherwise: the owner does what he is told, and the invoice is never sent, without a word."""
    channel(world, "email")
    order_id = sell(world)
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=POST))
    world.emulator.office.switches.update(search_lag_seconds=3600)
    world.here("sync")
    by_hand(world, "A-1", own_key=key(order_id))
    world.emulator.office.switches.update(search_lag_seconds=0)
    assert world.here("sync", "--json").reasons(order_id) == ["key_taken_twice"]
    [copy] = [each for each in world.emulator.office.live if each.number == "A-1"]
    copy.deleted = world.emulator.clock.now()
    assert world.here("sync", "--order", str(order_id), "--json").outcomes == {order_id: "sent"}
    assert sent(world) == [(order_id, "SMTP")]


def test_a_credit_for_an_invoice_that_was_renumbered_after_its_sending_finds_it(world: World) -> None:
    """Otherwise: every second run ends with a bug, and sends nothing."""
    channel(world, "email")
    order_id = sell(world)
    world.here("sync")
    document_of(world, order_id).number = "2026-A1"
    note, other = credit(world, order_id), sell(world)
    codes = [world.here("sync").returncode for _ in range(3)]
    assert 70 not in codes
    assert world.stages() == {order_id: "sent", note: "sent", other: "sent"}


# --- the directory and the debtors -------------------------------------------------------------------


def test_bad_entries_in_the_directory_do_not_keep_the_others_from_being_asked_for(world: World) -> None:
    """Otherwise: three old customers with odd numbers, and nothing goes over Peppol any more."""
    channel(world, "peppol")
    world.configure(customers={"match_email": False})
    world.emulator.office.peppol.add(BE)
    third = replace(FIRM_NL, vat_id_number="NL820646660B01", email="d@example.com")
    for firm in (FIRM_NL, FIRM_DE, third):
        sell(world, buyer=firm)
    good = sell(world, buyer=FIRM_BE)
    odd = Fault(FaultKind.ERROR_500_BEFORE, api="billit", path="participantInformation/(NL|DE)", times=None)
    world.emulator.arm(odd)
    world.here("sync")
    with later(hours=1):
        world.here("sync")
    assert (good, "Peppol") in sent(world)


def test_a_directory_that_is_down_costs_a_few_questions_a_run(world: World) -> None:
    channel(world, "peppol")
    for number in range(12):
        sell(
            world,
            buyer=replace(FIRM_NL, vat_id_number=None, company=f"BV {number}", email=f"{number}@example.com"),
        )
        sell(world, buyer=FIRM_BE)
    world.emulator.arm(
        Fault(FaultKind.ERROR_500_BEFORE, api="billit", path="participantInformation", times=None)
    )
    for _ in range(4):
        before = len(asked(world))
        world.here("sync")
        assert len(asked(world)) - before <= 30  # three receivers with two numbers, each tried several times


def test_documents_of_a_debtor_that_was_merged_away_cost_no_request_each_in_every_run(world: World) -> None:
    channel(world, "peppol")
    orders = [sell(world, buyer=FIRM_BE) for _ in range(3)]
    world.here("sync")
    merge_by_hand(world.emulator.office, debtor_of(world, orders[0]), enter(world, "Behouden"))
    world.write("DELETE FROM debtors")
    world.here("sync")
    looked = len(world.emulator.journal)
    world.here("sync")
    reads = [each.path for each in world.emulator.journal[looked:] if re.search(r"/\d+$", each.path)]
    assert len(reads) <= 1


def test_documents_of_a_debtor_that_is_gone_cost_no_request_each_in_every_run(world: World) -> None:
    channel(world, "peppol")
    world.emulator.office.peppol.remove(BE)
    orders = [sell(world, buyer=FIRM_BE) for _ in range(3)]
    world.here("sync")
    world.write("DELETE FROM debtors")
    gone = Fault(FaultKind.REFUSE, api="billit", method="GET", path=r"/parties/\d+$", status=404, times=None)
    world.emulator.arm(gone)
    world.here("sync")
    world.emulator.forget_journal()
    world.here("sync")
    assert not [
        each.path for each in world.emulator.journal if re.search(r"/(parties|orders)/\d+$", each.path)
    ]
    assert stuck(world) == {order_id: ["not_on_peppol"] for order_id in orders}
    world.emulator.office.peppol.add(BE)
    with later(days=8):
        assert set(world.here("sync", "--json").outcomes.values()) == {"sent"}


def test_of_a_debtor_that_is_gone_nothing_is_kept_for_longer_because_the_clock_was_ahead(
    world: World,
) -> None:
    """Otherwise: the number that somebody mends on the invoice is not seen for as long as the clock was ahead."""
    channel(world, "peppol")
    world.emulator.office.peppol.remove(BE)
    sell(world, buyer=FIRM_BE)
    world.here("sync")
    world.write("DELETE FROM debtors")
    gone = Fault(FaultKind.REFUSE, api="billit", method="GET", path=r"/parties/\d+$", status=404, times=None)
    world.emulator.arm(gone)
    with later(days=300):
        world.here("sync")
    world.emulator.forget_journal()
    world.here("sync")
    assert [each.path for each in world.emulator.journal if re.search(r"/orders/\d+$", each.path)]


def test_one_that_had_no_answer_once_is_not_starved_by_bad_entries_before_it(world: World) -> None:
    """Otherwise: one blip, and a good customer waits for ever behind three bad ones."""
    channel(world, "peppol")
    world.configure(customers={"match_email": False})
    world.emulator.office.peppol.add(BE)
    third = replace(FIRM_NL, vat_id_number="NL820646660B01", email="d@example.com")
    for firm in (FIRM_NL, FIRM_DE, third):
        sell(world, buyer=firm)
    odd = Fault(FaultKind.ERROR_500_BEFORE, api="billit", path="participantInformation/(NL|DE)", times=None)
    world.emulator.arm(odd)
    world.here("sync")
    good = sell(world, buyer=FIRM_BE)
    world.emulator.arm(replace(odd, path="participantInformation"))
    world.here("sync")
    world.emulator.disarm()
    world.emulator.arm(odd)
    for hours in (1, 2, 3, 4, 5):
        with later(hours=hours):
            world.here("sync")
    assert (good, "Peppol") in sent(world)


# --- trouble that must stay small --------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 404, 403])
def test_invoices_are_made_where_the_list_of_deleted_ones_cannot_be_had(world: World, status: int) -> None:
    """Otherwise: housekeeping stops the shop."""
    channel(world, "email")
    sell(world)
    world.here("sync")
    listed = r"/v1/orders/deleted$"
    fault = Fault(FaultKind.REFUSE, api="billit", method="GET", path=listed, status=status, times=None)
    world.emulator.arm(fault)
    other = sell(world)
    with later(days=1):
        result = world.here("sync", "--json")
        assert (result.returncode, result.outcomes[other]) == (0, "sent")
        assert "deleted documents" in result.stderr
        assert world.here("sync").stderr == ""  # once a day


def test_an_unsent_document_that_cannot_be_read_is_told_once(world: World) -> None:
    """Otherwise: every run ends there, and nothing that was sent is followed any more."""
    order_id = get_stuck(world, "unsent")
    own = rf"/{document_of(world, order_id).order_id}$"
    world.emulator.office.touch(document_of(world, order_id))
    broken = Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=own, times=None)
    world.emulator.arm(broken)
    codes = []
    for hours in (1, 2, 3, 26, 27):
        with later(hours=hours):
            codes.append(world.here("sync").returncode)
    assert codes == [69, 0, 0, 0, 0]
    assert stuck(world) == {order_id: ["not_on_peppol", "not_readable"]}


@pytest.mark.parametrize("what", ["debtor", "debtor and document"])
def test_a_debtor_that_cannot_be_read_keeps_only_its_own_documents(world: World, what: str) -> None:
    channel(world, "peppol")
    order_id = sell(world, buyer=FIRM_BE)
    world.here("sync")
    world.write("DELETE FROM debtors")
    status = FaultKind.ERROR_500_BEFORE if what == "debtor" else FaultKind.REFUSE
    party = Fault(status, api="billit", method="GET", path=r"/v1/parties/\d+$", status=404, times=None)
    world.emulator.arm(party)
    if what != "debtor":
        own = rf"/{document_of(world, order_id).order_id}$"
        world.emulator.arm(
            Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=own, times=None)
        )
    codes = [world.here("sync").returncode for _ in range(4)]
    assert codes[2:] == [0, 0]
    assert codes.count(69) <= 1
    assert list(stuck(world)) == [order_id]


def test_several_debtors_that_cannot_be_read_do_not_end_every_run(world: World) -> None:
    """Otherwise: three duplicates are tidied up in Billit, and nothing is sent any more."""
    channel(world, "peppol")
    orders = [sell(world, buyer=replace(FIRM_BE, company=f"Firma {n} BV", invoice_email=f"{n}@x.example",
                                        vat_id_number=vat_number(n))) for n in range(4)]  # fmt: skip
    world.here("sync")
    world.write("DELETE FROM debtors")
    world.write("UPDATE orders SET reasons = '[]'")
    unreadable = r"/v1/parties/\d+$"
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="GET", path=unreadable, times=None))
    codes = [world.here("sync").returncode for _ in range(4)]
    assert codes == [69, 3, 0, 0]
    assert stuck(world) == {order_id: ["receiver_unknown"] for order_id in orders}


def test_several_documents_that_were_all_deleted_are_not_made_anew(world: World) -> None:
    """Otherwise: what a person deleted is made again, and mailed."""
    channel(world, "email")
    other = sell(world)
    assert world.here("sync").returncode == 0
    order_id = sell(world)
    for number in ("A-1", "A-2"):
        by_hand(world, number, own_key=key(order_id))
    world.emulator.office.switches.update(search_lag_seconds=0)
    assert world.here("sync", "--json").reasons(order_id) == ["key_taken_twice"]
    for document in world.emulator.office.live:
        if document.external_id == key(order_id):
            document.deleted = world.emulator.clock.now()
    assert world.here("sync", "--json").outcomes == {order_id: "deleted"}
    assert [each for each, _ in sent(world)] == [other]


def test_a_refused_credit_is_on_record_as_refused_before_its_invoice_is_looked_at(world: World) -> None:
    """Otherwise: Billit refused it, and it is said that nobody knows."""
    channel(world, "email")
    order_id = sell(world)
    world.here("sync")
    document_of(world, order_id).number = "2026-A1"
    note = credit(world, order_id)
    own = rf"/{document_of(world, order_id).order_id}$"
    world.emulator.arm(Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=own, times=None))
    world.here("sync")
    assert world.stages()[note] == "parked"


def test_what_was_sent_just_now_is_not_asked_after(world: World) -> None:
    """Otherwise: twice the requests, and one stray answer makes "unknown" of "sent"."""
    channel(world, "email")
    world.emulator.office.switches.update(delivery_result="never")
    sell(world)
    world.here("sync")
    orders = [sell(world) for _ in range(3)]
    looked = len(world.emulator.journal)
    assert world.here("sync", "--json").outcomes == dict.fromkeys(orders, "sent")
    own = [rf"/v1/orders/{document_of(world, order_id).order_id}" for order_id in orders]
    reads = [each.path for each in world.emulator.journal[looked:] if each.method == "GET"]
    assert [reads.count(path) for path in own] == [1, 1, 1]  # read back once


def test_an_order_that_is_not_known_is_counted_as_such(world: World) -> None:
    order_id = get_stuck(world, "hidden")
    world.write("UPDATE orders SET reasons = '[]' WHERE order_id = ?", order_id)
    hide(world)
    counts = world.here("sync", "--json").json["counts"]
    assert counts["unknown"] == 1
