"""Each kind of buyer gets the channel of the config, and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT, FIRM_NL, NO_ADDRESS
from support.sending import (
    BE,
    assert_quiet,
    calls_to_send,
    channel,
    directory_requests,
    later,
    sent,
    stop_before_sending,
)
from support.shop_orders import sell
from support.world import SENDING, World


@pytest.mark.parametrize(
    "name, ways",
    [
        ("none", [None, None, None]),
        ("auto", ["Peppol", "SMTP", "SMTP"]),
        ("peppol", ["Peppol", None, None]),
        ("email", ["SMTP", "SMTP", "SMTP"]),
        ("letter", ["Letter", "Letter", "Letter"]),
    ],
)
def test_each_channel_sends_each_kind_of_buyer_its_way(
    world: World, name: str, ways: list[str | None]
) -> None:
    channel(world, name)
    world.emulator.office.peppol.add(BE)
    orders = [sell(world, buyer=buyer) for buyer in (FIRM_BE, FIRM_NL, CONSUMER_BE)]
    result = world.run_in_process("sync", "--json")
    wanted = [(order_id, way) for order_id, way in zip(orders, ways, strict=True) if way]
    assert sent(world) == wanted
    assert result.returncode == (3 if name == "peppol" else 0)
    others = "created" if name == "none" else "unsent"
    assert result.outcomes == {each: "sent" if each in dict(wanted) else others for each in orders}
    assert_quiet(world)


def test_each_kind_of_buyer_has_its_own_channel(world: World) -> None:
    world.configure(sending={"businesses": "none", "consumers": "email"})
    world.emulator.office.peppol.add(BE)
    _firm, consumer = sell(world, buyer=FIRM_BE), sell(world)
    _association = sell(world, buyer=FIRM_BE_WITHOUT_VAT)
    world.run_in_process("sync")
    assert sent(world) == [(consumer, "SMTP")]
    assert directory_requests(world) == []  # who gets nothing is not asked about


@pytest.mark.parametrize("kind", ["businesses", "consumers"])
def test_paper_letters_need_a_second_word(world: World, kind: str) -> None:
    """Otherwise: one word too many in the config, and Billit bills a stamp for every invoice."""
    sell(world)
    world.configure(sending={kind: "letter"})
    result = world.run_in_process("sync")
    assert (result.returncode, world.totals()) == (78, {})
    assert "allow_letters" in result.stderr
    world.configure(sending={"allow_letters": True})
    assert world.run_in_process("sync").returncode == 0


def test_letters_that_are_allowed_are_not_sent_for_that(world: World) -> None:
    world.configure(sending={"allow_letters": True, "consumers": "email"})
    without_email = sell(world, buyer=replace(CONSUMER_BE, email="geen"))
    with_email = sell(world, buyer=NO_ADDRESS)
    assert world.run_in_process("sync", "--json").outcomes == {without_email: "failed", with_email: "sent"}
    assert sent(world) == [(with_email, "SMTP")]


@pytest.mark.parametrize("name", ["auto", "peppol", "email", "letter"])
@pytest.mark.parametrize("strict", [True, False, None])
def test_billit_is_told_to_choose_no_other_way_unless_the_owner_wants_it(
    world: World, name: str, strict: bool | None
) -> None:
    """Otherwise: Billit turns an invoice into an e-mail or a paper letter by itself."""
    channel(world, name)
    world.configure(sending={} if strict is None else {"strict": strict})
    world.emulator.office.peppol.add(BE)
    sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    [command] = [each for each in world.emulator.journal if each.path == "/v1/orders/commands/send"]
    assert command.headers.get("stricttransporttype") == (None if strict is False else "true")
    [body] = calls_to_send(world)
    assert body["TransportType"] == {"email": "SMTP", "letter": "Letter"}.get(name, "Peppol")
    assert len(body["OrderIDs"]) == 1


def test_a_billit_that_falls_back_by_itself_is_kept_from_it(world: World) -> None:
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.switches.update(peppol_falls_back=True)
    world.emulator.office.peppol.add(BE)
    first = sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    world.emulator.office.peppol.remove(BE)
    second = sell(world, buyer=FIRM_BE)  # the directory's answer is kept, and now wrong
    assert world.run_in_process("sync", "--json").outcomes == {second: "unsent"}
    assert sent(world) == [(first, "Peppol")]


def test_a_channel_that_was_switched_off_after_the_making_sends_nothing(world: World) -> None:
    """Otherwise: the owner pulls the brake, and what was made before goes out all the same."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=FIRM_BE)
    stop_before_sending(world)
    assert world.run_in_process("sync").returncode == 75
    world.emulator.disarm()
    channel(world, "none")
    told = world.run_in_process("sync", "--json")
    assert (told.returncode, told.reasons(order_id)) == (3, ["sending_off"])
    assert_quiet(world)
    with later(days=8):
        assert_quiet(world)
    assert (sent(world), calls_to_send(world)[1:]) == ([], [])
    assert world.run_in_process("skip", str(order_id), "--reason", "met de post").returncode == 0
    assert world.run_in_process("status").returncode == 0


@pytest.mark.parametrize("name", ["auto", "email"])
def test_a_channel_that_was_changed_after_the_making_forgets_no_document(world: World, name: str) -> None:
    """Otherwise: what waited to be sent is never sent, and nobody is told."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=FIRM_BE)
    stop_before_sending(world)
    assert world.run_in_process("sync").returncode == 75
    world.emulator.disarm()
    channel(world, name)
    with later(days=1):
        world.run_in_process("sync")
        stuck = [each["order_id"] for each in world.run_in_process("status", "--json").json["stuck"]]
    assert [order for order, _ in sent(world)] == [order_id] or stuck == [order_id]


def test_a_dry_run_asks_the_directory_and_sends_nothing(world: World) -> None:
    channel(world, "auto")
    world.emulator.office.peppol.add(BE)
    firm, consumer = sell(world, buyer=FIRM_BE), sell(world)
    rehearsed = world.run_in_process("sync", "--dry-run", "--json")
    assert rehearsed.outcomes == {firm: "sent", consumer: "sent"}
    assert (world.writes(), world.state_file.exists()) == (0, False)
    assert directory_requests(world) == [BE]


def test_a_dry_run_says_nothing_of_what_was(world: World) -> None:
    """Otherwise: an invoice that does not exist "was not sent", and somebody looks for it in Billit."""
    world.configure(sending=SENDING)
    sell(world, buyer=FIRM_BE)
    [order] = world.run_in_process("sync", "--dry-run", "--json").json["orders"]
    assert order["outcome"] == "unsent"
    [reason] = order["reasons"]
    assert reason["message"].startswith("it is not sent: ")


def test_letters_that_billit_does_not_send_are_refused_in_words(world: World) -> None:
    channel(world, "letter")
    world.emulator.office.switches.update(environment="sandbox")
    order_id = sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.outcomes, result.reasons(order_id)) == ({order_id: "failed"}, ["send_refused"])
