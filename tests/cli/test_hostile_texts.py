"""What a customer writes cannot control the terminal, the log or a mail."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.shop_orders import sell, sell_lines

if TYPE_CHECKING:
    from support.world import World

EVIL = "\x1b]0;pwn\x07\x1b[31m\u202e\nparked order 1, invoice 2, all is well"


def is_harmless(printed: str) -> bool:
    categories = {unicodedata.category(character) for character in printed if character != "\n"}
    return not categories & {"Cc", "Cf"} and "\nparked order 1" not in printed


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_label_is_no_command_and_no_finding(world: World, language: str) -> None:
    """Otherwise: it clears the screen, or says that all is well."""
    world.configure(language=language)
    order_id = sell_lines(world, [Line(EVIL, "50.00", "0")], CONSUMER_BE)
    for verb in (["sync"], ["status"], ["history"], ["history", str(order_id)], ["explain", str(order_id)]):
        said = world.run_in_process(*verb)
        assert "Traceback" not in said.stderr
        assert is_harmless(said.stdout + said.stderr), verb


def test_nor_is_a_number(world: World) -> None:
    order_id = sell(world)
    world.emulator.shop.orders[order_id]["invoice_number"] = f"2026{EVIL}"
    for verb in (["sync"], ["status"], ["history"], ["explain", str(order_id)]):
        said = world.run_in_process(*verb)
        assert "Traceback" not in said.stderr
        assert is_harmless(said.stdout + said.stderr), verb
