"""Which way each document goes, whom the directory is asked about, and that nothing goes twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.http import RetryPolicy
from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.debtors import merge_by_hand
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_BE_WITHOUT_VAT, FIRM_NL, NO_ADDRESS
from system.parties import debtor_of, edit, enter
from system.sendings import (
    BE,
    NL,
    asked,
    assert_quiet,
    calls_to_send,
    channel,
    later,
    refuse_to_send,
    sent,
    stop_before_sending,
)
from system.shops import credit, sell
from system.world import SENDING, World

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.buyers import Buyer

ACTIVE = "TheCustomerIsNotActiveOnPeppol"
TYPE = "TheCustomerDoesNotSupportPeppolForType_0"
COMPANY = BE.removeprefix("BE")


# --- channels --------------------------------------------------------------------------------------


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
    result = world.here("sync", "--json")
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
    world.here("sync")
    assert sent(world) == [(consumer, "SMTP")]
    assert asked(world) == []  # who gets nothing is not asked about


@pytest.mark.parametrize("kind", ["businesses", "consumers"])
def test_paper_letters_need_a_second_word(world: World, kind: str) -> None:
    """Otherwise: one word too many in the config, and Billit bills a stamp for every invoice."""
    sell(world)
    world.configure(sending={kind: "letter"})
    result = world.here("sync")
    assert (result.returncode, world.totals()) == (78, {})
    assert "allow_letters" in result.stderr
    world.configure(sending={"allow_letters": True})
    assert world.here("sync").returncode == 0


def test_letters_that_are_allowed_are_not_sent_for_that(world: World) -> None:
    world.configure(sending={"allow_letters": True, "consumers": "email"})
    without_email = sell(world, buyer=replace(CONSUMER_BE, email="geen"))
    with_email = sell(world, buyer=NO_ADDRESS)
    assert world.here("sync", "--json").outcomes == {without_email: "failed", with_email: "sent"}
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
    world.here("sync")
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
    world.here("sync")
    world.emulator.office.peppol.remove(BE)
    second = sell(world, buyer=FIRM_BE)  # the directory's answer is kept, and now wrong
    assert world.here("sync", "--json").outcomes == {second: "unsent"}
    assert sent(world) == [(first, "Peppol")]


def test_a_channel_that_was_switched_off_after_the_making_sends_nothing(world: World) -> None:
    """Otherwise: the owner pulls the brake, and what was made before goes out all the same."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=FIRM_BE)
    stop_before_sending(world)
    assert world.here("sync").returncode == 75
    world.emulator.disarm()
    channel(world, "none")
    told = world.here("sync", "--json")
    assert (told.returncode, told.reasons(order_id)) == (3, ["sending_off"])
    assert_quiet(world)
    with later(days=8):
        assert_quiet(world)
    assert (sent(world), calls_to_send(world)[1:]) == ([], [])
    assert world.here("skip", str(order_id), "--reason", "met de post").returncode == 0
    assert world.here("status").returncode == 0


@pytest.mark.parametrize("name", ["auto", "email"])
def test_a_channel_that_was_changed_after_the_making_forgets_no_document(world: World, name: str) -> None:
    """Otherwise: what waited to be sent is never sent, and nobody is told."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=FIRM_BE)
    stop_before_sending(world)
    assert world.here("sync").returncode == 75
    world.emulator.disarm()
    channel(world, name)
    with later(days=1):
        world.here("sync")
        stuck = [each["order_id"] for each in world.here("status", "--json").json["stuck"]]
    assert [order for order, _ in sent(world)] == [order_id] or stuck == [order_id]


def test_a_dry_run_asks_the_directory_and_sends_nothing(world: World) -> None:
    channel(world, "auto")
    world.emulator.office.peppol.add(BE)
    firm, consumer = sell(world, buyer=FIRM_BE), sell(world)
    rehearsed = world.here("sync", "--dry-run", "--json")
    assert rehearsed.outcomes == {firm: "sent", consumer: "sent"}
    assert (world.writes(), world.state_file.exists()) == (0, False)
    assert asked(world) == [BE]


def test_a_dry_run_says_nothing_of_what_was(world: World) -> None:
    """Otherwise: an invoice that does not exist "was not sent", and somebody looks for it in Billit."""
    world.configure(sending=SENDING)
    sell(world, buyer=FIRM_BE)
    [order] = world.here("sync", "--dry-run", "--json").json["orders"]
    assert order["outcome"] == "unsent"
    [reason] = order["reasons"]
    assert reason["message"].startswith("it is not sent: ")


# --- the directory ---------------------------------------------------------------------------------


@pytest.mark.parametrize("finds_company", [True, False])
def test_a_receiver_is_asked_for_by_vat_number_and_then_by_company_number(
    world: World, *, finds_company: bool
) -> None:
    """Otherwise: a firm that is on Peppol by its company number alone counts as unreachable."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.switches.update(peppol_vat_finds_cbe=finds_company)
    world.emulator.office.peppol.add(COMPANY)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.here("sync").returncode == 0
    assert sent(world) == [(order_id, "Peppol")]
    assert asked(world) == ([BE] if finds_company else [BE, COMPANY])


def test_a_debtor_without_vat_number_is_asked_for_by_its_company_number(world: World) -> None:
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add("0402940374")
    association: dict[str, Any] = {
        "name": FIRM_BE_WITHOUT_VAT.company,
        "Email": FIRM_BE_WITHOUT_VAT.email,
        "Identifiers": [{"IdentifierType": "CBE", "Identifier": "0402940374"}],
    }
    party_id = enter(world, **association)
    order_id = sell(world, buyer=FIRM_BE_WITHOUT_VAT)
    world.here("sync")
    assert debtor_of(world, order_id) == party_id
    assert asked(world) == ["0402940374"]
    assert sent(world) == [(order_id, "Peppol")]


def test_a_foreign_firm_is_asked_for_by_its_vat_number_alone(world: World) -> None:
    world.configure(sending={"businesses": "peppol"})
    order_id = sell(world, buyer=FIRM_NL)
    assert world.here("sync", "--json").reasons(order_id) == ["not_on_peppol"]
    assert asked(world) == [NL]


def test_a_receiver_of_invoices_may_take_no_credit_notes(world: World) -> None:
    """Otherwise: the credit note bounces, and the customer keeps an invoice that was taken back."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(BE, ("BISv3Invoice",))
    invoice = sell(world, buyer=FIRM_BE)
    note = credit(world, invoice)
    result = world.here("sync", "--json")
    assert result.outcomes == {invoice: "sent", note: "unsent"}
    [reason] = result.json["orders"][1]["reasons"]
    assert (reason["code"], "credit notes" in reason["message"]) == ("not_on_peppol", True)
    assert sent(world) == [(invoice, "Peppol")]
    assert asked(world) == [BE, COMPANY]  # one answer serves both kinds
    world.emulator.office.peppol.add(BE)
    with later(days=8):
        assert world.here("sync", "--json").outcomes[note] == "sent"


def test_auto_mails_a_credit_note_that_its_receiver_does_not_take(world: World) -> None:
    channel(world, "auto")
    world.emulator.office.peppol.add(BE, ("BISv3Invoice",))
    invoice = sell(world, buyer=FIRM_BE)
    note = credit(world, invoice)
    assert world.here("sync").returncode == 0
    assert sent(world) == [(invoice, "Peppol"), (note, "SMTP")]


def test_ten_documents_to_one_receiver_cost_one_question_in_a_week(world: World) -> None:
    """Otherwise: a shop with a thousand orders asks the directory a thousand times."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(BE)
    for _ in range(5):
        sell(world, buyer=FIRM_BE)
    world.here("sync")
    assert asked(world) == [BE]
    for _ in range(5):
        sell(world, buyer=FIRM_BE)
    world.here("sync")
    assert (asked(world), len(sent(world))) == ([BE], 10)
    with later(days=8):
        world.here("sync")
        assert asked(world) == [BE]  # nobody is asked about without something to send
        sell(world, buyer=FIRM_BE, days_ago=3)
        world.here("sync")
        assert asked(world) == [BE, BE]


def test_who_cannot_be_reached_is_told_once_and_asked_for_again_every_week(world: World) -> None:
    """Otherwise: cron mails the same line four times an hour, or the invoice waits for ever."""
    world.configure(sending={"businesses": "peppol"})
    orders = [sell(world, buyer=FIRM_BE) for _ in range(3)]
    first = world.here("sync", "--json")
    assert (first.returncode, first.json["counts"]["unsent"], first.json["counts"]["stuck"]) == (3, 3, 3)
    assert first.outcomes == dict.fromkeys(orders, "unsent")
    assert first.reasons(orders[0]) == ["not_on_peppol"]
    assert asked(world) == [BE, COMPANY]
    assert_quiet(world)
    with later(days=6, hours=23):
        assert_quiet(world)
        assert asked(world) == [BE, COMPANY]
    with later(days=7, minutes=5):
        assert_quiet(world)  # still not there, which is no news
        assert asked(world) == [BE, COMPANY] * 2
        listed = world.here("status")
        assert listed.returncode == 3
        assert all(f"order {each}," in listed.stdout for each in orders)
    world.emulator.office.peppol.add(BE)
    with later(days=14, minutes=10):
        joined = world.here("sync", "--json")
        assert (joined.returncode, joined.outcomes) == (0, dict.fromkeys(orders, "sent"))
        assert asked(world) == [BE, COMPANY] * 2 + [BE]
        assert_quiet(world)
        assert world.here("status").returncode == 0
    assert sent(world) == [(each, "Peppol") for each in orders]
    assert len(calls_to_send(world)) == 3  # Billit itself was never bothered before


def test_auto_mails_who_cannot_be_reached(world: World) -> None:
    channel(world, "auto")
    order_id = sell(world, buyer=FIRM_BE)
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {order_id: "sent"})
    assert (sent(world), asked(world)) == ([(order_id, "SMTP")], [BE, COMPANY])


@pytest.mark.parametrize("code", [ACTIVE, TYPE, ACTIVE.lower()])
def test_billit_knows_better_than_the_directory(world: World, code: str) -> None:
    """Otherwise: the same refusal in every run, or an invoice that is given up."""
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(BE)
    refuse_to_send(world, code)
    first, second = (sell(world, buyer=FIRM_BE) for _ in range(2))
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {first: "unsent", second: "unsent"})
    assert result.reasons(first) == result.reasons(second) == ["not_on_peppol"]
    assert len(calls_to_send(world)) == 1  # the second one is spared it
    assert_quiet(world)
    with later(days=6):
        assert_quiet(world)
    with later(days=8):
        again = world.here("sync", "--json")
        assert (again.returncode, again.outcomes) == (0, {first: "sent", second: "sent"})
        assert_quiet(world)
    assert sent(world) == [(first, "Peppol"), (second, "Peppol")]


@pytest.mark.parametrize("code", [ACTIVE, TYPE])
def test_auto_mails_at_once_what_billit_refuses_to_send_over_peppol(world: World, code: str) -> None:
    channel(world, "auto")
    world.emulator.office.peppol.add(BE)
    refuse_to_send(world, code)
    first, second = (sell(world, buyer=FIRM_BE) for _ in range(2))
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (0, {first: "sent", second: "sent"})
    assert [body["TransportType"] for body in calls_to_send(world)] == ["Peppol", "SMTP", "SMTP"]
    assert sent(world) == [(first, "SMTP"), (second, "SMTP")]
    assert_quiet(world)


def test_a_refusal_for_credit_notes_leaves_invoices_alone(world: World) -> None:
    world.configure(sending={"businesses": "peppol"})
    world.emulator.office.peppol.add(BE)
    invoice = sell(world, buyer=FIRM_BE)
    world.here("sync")
    world.emulator.office.peppol.add(BE, ("BISv3Invoice",))
    note = credit(world, invoice)
    assert world.here("sync", "--json").outcomes == {note: "unsent"}
    other = sell(world, buyer=FIRM_BE)
    assert world.here("sync", "--json").outcomes == {other: "sent"}
    assert asked(world) == [BE]


DOWN: dict[str, tuple[FaultKind, dict[str, Any]]] = {
    "an error": (FaultKind.ERROR_500_BEFORE, {}),
    "a web page": (FaultKind.HTML_200_BEFORE, {}),
    "a bad gateway": (FaultKind.BAD_GATEWAY_502, {}),
    "a closed door": (FaultKind.CLOSE_BEFORE, {}),
    "a time-out": (FaultKind.LATENCY, {"seconds": 0.6}),
    "nothing of use": (FaultKind.EMPTY_200, {}),
    "not found": (FaultKind.REFUSE, {"status": 404, "body": "no"}),
}


def directory_down(world: World, identifier: str = "", trouble: str = "a closed door") -> None:
    """Let questions about an identifier, or about all, go wrong."""
    kind, facts = DOWN[trouble]
    path = f"participantInformation/{identifier}"
    world.emulator.arm(Fault(kind, api="billit", path=path, times=None, **facts))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a failed question be tried a second time at once, and then no more."""
    policy = RetryPolicy(attempts=2, wait_initial=0, wait_jitter=0)
    monkeypatch.setattr("ppbillit.http.client.RetryPolicy", lambda: policy)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("name", ["peppol", "auto"])
@pytest.mark.parametrize("trouble", DOWN)
def test_a_directory_that_does_not_answer_keeps_only_that_document_waiting(
    world: World, trouble: str, name: str
) -> None:
    """Otherwise: one bad entry stops the shop, or auto mails what should have gone over Peppol."""
    world.configure(billit={"timeout_seconds": 0.5})
    world.configure(sending={"businesses": name, "consumers": "email"})
    for vat_number in (BE, NL):
        world.emulator.office.peppol.add(vat_number)
    directory_down(world, "(BE)?" + COMPANY, trouble)
    waits, firm, consumer = sell(world, buyer=FIRM_BE), sell(world, buyer=FIRM_NL), sell(world)
    result = world.here("sync", "--json")
    assert result.returncode == 3
    assert result.outcomes == {waits: "unsent", firm: "sent", consumer: "sent"}
    assert result.reasons(waits) == ["receiver_unknown"]
    assert_quiet(world)  # it is asked again, and still not known: no news
    world.emulator.disarm()
    assert world.here("sync", "--json").outcomes == {waits: "sent"}
    assert dict(sent(world)) == {waits: "Peppol", firm: "Peppol", consumer: "SMTP"}


@pytest.mark.usefixtures("hasty")
def test_one_number_that_cannot_be_asked_for_leaves_the_other(world: World) -> None:
    """Otherwise: auto mails a firm that is on Peppol, since half of the question was answered."""
    channel(world, "auto")
    world.emulator.office.peppol.add(COMPANY)
    directory_down(world, BE)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}
    world.emulator.office.peppol.remove(COMPANY)
    world.write("DELETE FROM receivers")
    other = sell(world, buyer=FIRM_BE)
    assert world.here("sync", "--json").reasons(other) == ["receiver_unknown"]
    assert sent(world) == [(order_id, "Peppol")]


@pytest.mark.usefixtures("hasty")
def test_a_directory_that_is_wholly_down_is_not_asked_for_every_document(world: World) -> None:
    """Otherwise: each of a hundred documents waits for its own time-outs, and the run takes hours."""
    channel(world, "peppol")
    for _ in range(10):
        sell(world, buyer=FIRM_BE)
    directory_down(world)
    result = world.here("sync", "--json")
    assert result.json["counts"]["unsent"] == 10
    assert len(asked(world)) <= 12  # as for three documents: two numbers each, each tried twice


@pytest.mark.usefixtures("hasty")
def test_what_the_directory_said_this_week_holds_while_it_is_down(world: World) -> None:
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    sell(world, buyer=FIRM_BE)
    world.here("sync")
    directory_down(world)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}


def test_a_directory_that_takes_no_more_questions_ends_the_run_and_loses_nothing(world: World) -> None:
    world.configure(sending=SENDING)
    world.emulator.office.peppol.add(BE)
    limit = Fault(
        FaultKind.RATE_LIMITED, api="billit", path="participantInformation", retry_after=3600, times=None
    )
    world.emulator.arm(limit)
    firm, consumer = sell(world, buyer=FIRM_BE), sell(world)
    assert world.here("sync").returncode == 75
    world.emulator.disarm()
    assert world.here("sync", "--json").outcomes == {firm: "sent", consumer: "sent"}


# --- debtors without numbers, and debtors that are gone --------------------------------------------


@pytest.mark.parametrize("buyer", [CONSUMER_BE, FIRM_BE_WITHOUT_VAT], ids=["person", "association"])
def test_a_debtor_without_any_number_waits_until_it_has_one(world: World, buyer: Buyer) -> None:
    """Otherwise: what the message says to do is done, and does not help."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=buyer)
    result = world.here("sync", "--json")
    assert (result.returncode, result.reasons(order_id)) == (3, ["no_peppol_number"])
    assert (asked(world), calls_to_send(world)) == ([], [])
    assert_quiet(world)
    edit(world, debtor_of(world, order_id), VATNumber=BE)
    assert world.here("retry", str(order_id), "--json").outcomes == {order_id: "sent"}
    assert sent(world) == [(order_id, "Peppol")]


def test_a_number_that_was_corrected_in_billit_is_the_one_that_is_asked_for(world: World) -> None:
    """Otherwise: the old number is asked for every week, as long as no new order comes in."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(NL)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.here("sync", "--json").outcomes == {order_id: "unsent"}
    edit(world, debtor_of(world, order_id), VATNumber=NL)
    assert world.here("retry", str(order_id), "--json").outcomes == {order_id: "sent"}
    assert asked(world) == [BE, COMPANY, NL]


def test_a_debtor_that_was_merged_into_another_is_reached_there(world: World) -> None:
    """Otherwise: the owner clears up doubles, and what was for them is never sent."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=FIRM_BE_WITHOUT_VAT)
    stop_before_sending(world)
    world.here("sync")
    world.emulator.disarm()
    kept = enter(world, "De Ware Vrienden", VATNumber=BE)
    merge_by_hand(world.emulator.office, debtor_of(world, order_id), kept)
    with later(days=1):
        sell(world, days_ago=1)
        world.here("sync")
        if not sent(world):
            world.here("retry", str(order_id))
    assert sent(world) == [(order_id, "Peppol")]


def test_a_document_of_before_debtors_were_noted_is_sent_too(world: World) -> None:
    """Otherwise: what an older ppbillit made and did not send stays where it is for ever."""
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    order_id = sell(world, buyer=FIRM_BE)
    stop_before_sending(world)
    world.here("sync")
    world.emulator.disarm()
    world.write("UPDATE orders SET party_id = NULL")
    world.write("DELETE FROM debtors")
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}
    assert asked(world) == [BE]


# --- refusals --------------------------------------------------------------------------------------


def no_reference(world: World) -> tuple[int, str]:
    world.emulator.office.peppol.add(BE)
    refuse_to_send(world, "PleaseSupplyAValidPONumberInTheFieldYourReference", times=None)
    return sell(world, buyer=FIRM_BE), "send_po_number_missing"


def no_address(world: World) -> tuple[int, str]:
    return sell(world, buyer=replace(CONSUMER_BE, email="an@")), "send_no_email"


def no_country(world: World) -> tuple[int, str]:
    world.emulator.office.peppol.add(BE)
    return sell(world, buyer=replace(FIRM_BE, country=None)), "rule_country"


def rule(text: str, code: str) -> Any:
    def trouble(world: World) -> tuple[int, str]:
        world.emulator.office.peppol.add(BE)
        refuse_to_send(world, "GenericError", text, times=None)
        return sell(world, buyer=FIRM_BE), code

    return trouble


def no_account(world: World) -> tuple[int, str]:
    world.emulator.office.switches.update(account_verified=False)
    return sell(world), "send_refused"


def no_sender(world: World) -> tuple[int, str]:
    world.emulator.office.switches.update(sender_email_validated=False)
    return sell(world), "send_refused"


REFUSALS = {
    "no PO number": no_reference,
    "no e-mail address": no_address,
    "no country": no_country,
    "no VAT number": rule("[BR-IC-02]-An Invoice shall contain the Buyer VAT identifier.", "rule_vat_number"),
    "no buyer reference": rule("PEPPOL-EN16931-R003: A buyer reference MUST be provided.", "rule_reference"),
    "any other rule": rule("[BR-O-11]-An Invoice shall not contain other breakdowns.", "rule_broken"),
    "an account that is not verified": no_account,
    "a sender that is not validated": no_sender,
}


@pytest.mark.parametrize("trouble", REFUSALS)
def test_a_refused_sending_is_said_in_words_with_a_fix_and_not_repeated(world: World, trouble: str) -> None:
    """Otherwise: a code nobody understands, in every run anew."""
    world.configure(sending=SENDING)
    order_id, code = REFUSALS[trouble](world)
    result = world.here("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {order_id: "failed"})
    [reason] = result.json["orders"][0]["reasons"]
    assert reason["code"] == code
    assert f"ppbillit retry {order_id}" in reason["fix"]
    assert len(calls_to_send(world)) == 1
    assert_quiet(world)
    with later(days=8):
        assert_quiet(world)
        assert world.here("status").returncode == 3
    assert (len(calls_to_send(world)), sent(world)) == (1, [])


def test_one_refused_sending_keeps_no_other_from_going(world: World) -> None:
    world.configure(sending=SENDING)
    first, refused, last = sell(world), sell(world, buyer=replace(CONSUMER_BE, email="an@")), sell(world)
    world.here("sync")
    assert world.stages() == {first: "sent", refused: "failed", last: "sent"}


def test_a_refusal_in_plain_text_is_still_a_refusal(world: World) -> None:
    world.configure(sending=SENDING)
    world.emulator.office.switches.update(plain_text_errors=True, account_verified=False)
    order_id = sell(world)
    result = world.here("sync", "--json")
    assert (result.outcomes, result.reasons(order_id)) == ({order_id: "failed"}, ["send_refused"])
    assert_quiet(world)


def test_what_billit_says_was_sent_already_counts_as_sent(world: World) -> None:
    """Otherwise: a document that is in Billit's queue is told to be refused."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    refuse_to_send(world, "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue", times=None)
    assert world.here("sync", "--json").outcomes == {order_id: "sent"}
    assert_quiet(world)


def test_letters_that_billit_does_not_send_are_refused_in_words(world: World) -> None:
    channel(world, "letter")
    world.emulator.office.switches.update(environment="sandbox")
    order_id = sell(world)
    result = world.here("sync", "--json")
    assert (result.outcomes, result.reasons(order_id)) == ({order_id: "failed"}, ["send_refused"])
