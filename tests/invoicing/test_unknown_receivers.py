"""A directory or a debtor that cannot be read keeps only its own documents waiting."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ppbillit.http import RetryPolicy
from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.debtors import merge_by_hand
from ppbillit_emulator.plugandpay.buyers import FIRM_BE, FIRM_DE, FIRM_NL
from support.billit_debtors import debtor_of, enter
from support.sending import BE, COMPANY, NL, assert_quiet, channel, directory_requests, later, sent
from support.shop_orders import sell
from support.stuck_orders import stuck_reasons
from support.world import SENDING, World, document_of


def vat_number(which: int) -> str:
    """Return a good Belgian VAT number."""
    return f"BE{(base := 4000000 + which):08d}{97 - base % 97:02d}"


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
    world.run_in_process("sync")
    with later(hours=1):
        world.run_in_process("sync")
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
        before = len(directory_requests(world))
        world.run_in_process("sync")
        assert (
            len(directory_requests(world)) - before <= 30
        )  # three receivers with two numbers, each tried several times


def test_documents_of_a_debtor_that_was_merged_away_cost_no_request_each_in_every_run(world: World) -> None:
    channel(world, "peppol")
    orders = [sell(world, buyer=FIRM_BE) for _ in range(3)]
    world.run_in_process("sync")
    merge_by_hand(world.emulator.office, debtor_of(world, orders[0]), enter(world, "Behouden"))
    world.write("DELETE FROM debtors")
    world.run_in_process("sync")
    looked = len(world.emulator.journal)
    world.run_in_process("sync")
    reads = [each.path for each in world.emulator.journal[looked:] if re.search(r"/\d+$", each.path)]
    assert len(reads) <= 1


def test_documents_of_a_debtor_that_is_gone_cost_no_request_each_in_every_run(world: World) -> None:
    channel(world, "peppol")
    world.emulator.office.peppol.remove(BE)
    orders = [sell(world, buyer=FIRM_BE) for _ in range(3)]
    world.run_in_process("sync")
    world.write("DELETE FROM debtors")
    gone = Fault(FaultKind.REFUSE, api="billit", method="GET", path=r"/parties/\d+$", status=404, times=None)
    world.emulator.arm(gone)
    world.run_in_process("sync")
    world.emulator.forget_journal()
    world.run_in_process("sync")
    assert not [
        each.path for each in world.emulator.journal if re.search(r"/(parties|orders)/\d+$", each.path)
    ]
    assert stuck_reasons(world) == {order_id: ["not_on_peppol"] for order_id in orders}
    world.emulator.office.peppol.add(BE)
    with later(days=8):
        assert set(world.run_in_process("sync", "--json").outcomes.values()) == {"sent"}


def test_of_a_debtor_that_is_gone_nothing_is_kept_for_longer_because_the_clock_was_ahead(
    world: World,
) -> None:
    """Otherwise: the number that somebody mends on the invoice is not seen for as long as the clock was ahead."""
    channel(world, "peppol")
    world.emulator.office.peppol.remove(BE)
    sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    world.write("DELETE FROM debtors")
    gone = Fault(FaultKind.REFUSE, api="billit", method="GET", path=r"/parties/\d+$", status=404, times=None)
    world.emulator.arm(gone)
    with later(days=300):
        world.run_in_process("sync")
    world.emulator.forget_journal()
    world.run_in_process("sync")
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
    world.run_in_process("sync")
    good = sell(world, buyer=FIRM_BE)
    world.emulator.arm(replace(odd, path="participantInformation"))
    world.run_in_process("sync")
    world.emulator.disarm()
    world.emulator.arm(odd)
    for hours in (1, 2, 3, 4, 5):
        with later(hours=hours):
            world.run_in_process("sync")
    assert (good, "Peppol") in sent(world)


@pytest.mark.parametrize("what", ["debtor", "debtor and document"])
def test_a_debtor_that_cannot_be_read_keeps_only_its_own_documents(world: World, what: str) -> None:
    channel(world, "peppol")
    order_id = sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    world.write("DELETE FROM debtors")
    status = FaultKind.ERROR_500_BEFORE if what == "debtor" else FaultKind.REFUSE
    party = Fault(status, api="billit", method="GET", path=r"/v1/parties/\d+$", status=404, times=None)
    world.emulator.arm(party)
    if what != "debtor":
        own = rf"/{document_of(world, order_id).order_id}$"
        world.emulator.arm(
            Fault(FaultKind.ERROR_500_BEFORE, api="billit", method="GET", path=own, times=None)
        )
    codes = [world.run_in_process("sync").returncode for _ in range(4)]
    assert codes[2:] == [0, 0]
    assert codes.count(69) <= 1
    assert list(stuck_reasons(world)) == [order_id]


def test_several_debtors_that_cannot_be_read_do_not_end_every_run(world: World) -> None:
    """Otherwise: three duplicates are tidied up in Billit, and nothing is sent any more."""
    channel(world, "peppol")
    orders = [sell(world, buyer=replace(FIRM_BE, company=f"Firma {n} BV", invoice_email=f"{n}@x.example",
                                        vat_id_number=vat_number(n))) for n in range(4)]  # fmt: skip
    world.run_in_process("sync")
    world.write("DELETE FROM debtors")
    world.write("UPDATE orders SET reasons = '[]'")
    unreadable = r"/v1/parties/\d+$"
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="GET", path=unreadable, times=None))
    codes = [world.run_in_process("sync").returncode for _ in range(4)]
    assert codes == [69, 3, 0, 0]
    assert stuck_reasons(world) == {order_id: ["receiver_unknown"] for order_id in orders}


# --- a directory that does not answer -----------------------------------------------------------

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
    result = world.run_in_process("sync", "--json")
    assert result.returncode == 3
    assert result.outcomes == {waits: "unsent", firm: "sent", consumer: "sent"}
    assert result.reasons(waits) == ["receiver_unknown"]
    assert_quiet(world)  # it is asked again, and still not known: no news
    world.emulator.disarm()
    assert world.run_in_process("sync", "--json").outcomes == {waits: "sent"}
    assert dict(sent(world)) == {waits: "Peppol", firm: "Peppol", consumer: "SMTP"}


@pytest.mark.usefixtures("hasty")
def test_one_number_that_cannot_be_asked_for_leaves_the_other(world: World) -> None:
    """Otherwise: auto mails a firm that is on Peppol, since half of the question was answered."""
    channel(world, "auto")
    world.emulator.office.peppol.add(COMPANY)
    directory_down(world, BE)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    world.emulator.office.peppol.remove(COMPANY)
    world.write("DELETE FROM receivers")
    other = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync", "--json").reasons(other) == ["receiver_unknown"]
    assert sent(world) == [(order_id, "Peppol")]


@pytest.mark.usefixtures("hasty")
def test_a_directory_that_is_wholly_down_is_not_asked_for_every_document(world: World) -> None:
    """Otherwise: each of a hundred documents waits for its own time-outs, and the run takes hours."""
    channel(world, "peppol")
    for _ in range(10):
        sell(world, buyer=FIRM_BE)
    directory_down(world)
    result = world.run_in_process("sync", "--json")
    assert result.json["counts"]["unsent"] == 10
    assert len(directory_requests(world)) <= 12  # as for three documents: two numbers each, each tried twice


@pytest.mark.usefixtures("hasty")
def test_what_the_directory_said_this_week_holds_while_it_is_down(world: World) -> None:
    channel(world, "peppol")
    world.emulator.office.peppol.add(BE)
    sell(world, buyer=FIRM_BE)
    world.run_in_process("sync")
    directory_down(world)
    order_id = sell(world, buyer=FIRM_BE)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}


def test_a_directory_that_takes_no_more_questions_ends_the_run_and_loses_nothing(world: World) -> None:
    world.configure(sending=SENDING)
    world.emulator.office.peppol.add(BE)
    limit = Fault(
        FaultKind.RATE_LIMITED, api="billit", path="participantInformation", retry_after=3600, times=None
    )
    world.emulator.arm(limit)
    firm, consumer = sell(world, buyer=FIRM_BE), sell(world)
    assert world.run_in_process("sync").returncode == 75
    world.emulator.disarm()
    assert world.run_in_process("sync", "--json").outcomes == {firm: "sent", consumer: "sent"}
