"""A document that Billit refuses is parked, and tried again when its order changed."""

from __future__ import annotations

import pytest

from ppbillit_emulator import Fault, FaultKind
from support.faults import ROUTES
from support.shop_orders import sell, sell_net, three_documents
from support.world import SENDING, EndState, World, run_until_quiet


@pytest.mark.parametrize("route", ROUTES)
def test_a_rate_limit_in_mid_run_takes_back_what_was_announced(
    world: World, route: str, undisturbed_end: EndState
) -> None:
    """Otherwise: a refusal that did nothing is treated as a riddle, and delays invoices by a day."""
    world.configure(sending=SENDING)
    three_documents(world)
    fault = Fault(
        FaultKind.RATE_LIMITED, api="billit", method="POST", path=ROUTES[route], nth=2, times=None,
        retry_after=3600,
    )  # fmt: skip
    world.emulator.arm(fault)
    limited = world.run_in_process("sync", "--json")
    assert limited.returncode == limited.json["exit_code"] == 75
    assert "rate limit" in limited.stderr
    world.emulator.disarm()
    assert run_until_quiet(world) == 1
    assert world.end_state() == undisturbed_end


def test_a_refused_document_is_parked_and_tried_again_when_the_order_changed(world: World) -> None:
    """Otherwise: one order that Billit dislikes stops the rest, or is posted again every hour."""
    world.configure(sending=SENDING)
    disliked, other = sell(world), sell_net(world)
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path=ROUTES["document"]))
    first = world.run_in_process("sync", "--json")
    assert first.returncode == 3
    assert first.outcomes == {disliked: "parked", other: "sent"}
    assert first.reasons(disliked) == ["billit_refused"]
    again = world.run_in_process("sync", "--json")
    assert (again.returncode, again.outcomes, again.json["counts"]["stuck"]) == (0, {}, 1)
    world.emulator.shop.orders[disliked]["billing"]["contact"]["lastname"] = "Pieters"
    world.emulator.shop.orders[disliked]["payment"].update(status="open", paid_at=None)
    third = world.run_in_process("sync", "--json")
    assert (third.returncode, third.outcomes) == (0, {disliked: "sent"})
