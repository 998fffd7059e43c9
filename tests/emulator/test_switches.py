"""Setting switches by name."""

from __future__ import annotations

import pytest

from ppbillit_emulator.billit.switches import BillitSwitches
from ppbillit_emulator.plugandpay.switches import ShopSwitches


def test_a_value_of_the_wrong_type_is_refused_and_sets_nothing() -> None:
    switches = BillitSwitches()
    with pytest.raises(ValueError, match="page_size"):
        switches.update(next_page_link="relative", page_size="many")
    assert switches.next_page_link == "full"
    switches.update(page_size=2, search_lag_seconds=1, idempotency_lifetime_seconds=None)
    switches.reset()
    assert switches == BillitSwitches()


def test_an_unknown_name_or_value_is_refused() -> None:
    switches = ShopSwitches()
    with pytest.raises(ValueError, match="no such switch: colour"):
        switches.update(colour="red")
    with pytest.raises(ValueError, match="drift is one of none, insert, move, not 'inserted'"):
        switches.update(drift="inserted")
