"""A refused sending is reported with a fix and not repeated; "already sent" counts as sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE
from support.faults import WRITE_PATHS
from support.sending import BE, assert_quiet, calls_to_send, later, refuse_to_send, sent
from support.shop_orders import sell
from support.world import SENDING, World

if TYPE_CHECKING:
    from ppbillit_emulator import Request
    from ppbillit_emulator.server import Phase


def test_a_sending_that_billit_says_was_made_already_counts_as_made(world: World) -> None:
    """Otherwise: what somebody sent by hand a minute ago is reported as a failure."""
    world.configure(sending=SENDING)
    order_id = sell(world)

    def send_by_hand(request: Request, phase: Phase) -> None:
        if (request.path, phase) == (WRITE_PATHS[2], "before"):
            body = {
                "errors": [{"Code": "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue"}]
            }
            world.emulator.arm(Fault(FaultKind.REFUSE, method="POST", path=WRITE_PATHS[2], body=body))

    world.emulator.on_request = send_by_hand
    world.emulator.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=f"{WRITE_PATHS[2]}$"))
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    assert len(world.emulator.office.deliveries) == 1


# --- each refusal -------------------------------------------------------------------------------


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
    result = world.run_in_process("sync", "--json")
    assert (result.returncode, result.outcomes) == (3, {order_id: "failed"})
    [reason] = result.json["orders"][0]["reasons"]
    assert reason["code"] == code
    assert f"ppbillit retry {order_id}" in reason["fix"]
    assert len(calls_to_send(world)) == 1
    assert_quiet(world)
    with later(days=8):
        assert_quiet(world)
        assert world.run_in_process("status").returncode == 3
    assert (len(calls_to_send(world)), sent(world)) == (1, [])


def test_one_refused_sending_keeps_no_other_from_going(world: World) -> None:
    world.configure(sending=SENDING)
    first, refused, last = sell(world), sell(world, buyer=replace(CONSUMER_BE, email="an@")), sell(world)
    world.run_in_process("sync")
    assert world.stages() == {first: "sent", refused: "failed", last: "sent"}


def test_a_refusal_in_plain_text_is_still_a_refusal(world: World) -> None:
    world.configure(sending=SENDING)
    world.emulator.office.switches.update(plain_text_errors=True, account_verified=False)
    order_id = sell(world)
    result = world.run_in_process("sync", "--json")
    assert (result.outcomes, result.reasons(order_id)) == ({order_id: "failed"}, ["send_refused"])
    assert_quiet(world)


def test_what_billit_says_was_sent_already_counts_as_sent(world: World) -> None:
    """Otherwise: a document that is in Billit's queue is told to be refused."""
    world.configure(sending=SENDING)
    order_id = sell(world)
    refuse_to_send(world, "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue", times=None)
    assert world.run_in_process("sync", "--json").outcomes == {order_id: "sent"}
    assert_quiet(world)
