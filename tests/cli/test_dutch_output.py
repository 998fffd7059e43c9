"""With `language = "nl"` reasons and their fixes are in Dutch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ppbillit.reasons import reason, translate
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE
from ppbillit_emulator.plugandpay.lines import Line
from support.notification_server import notification_server
from support.shop_orders import sell, sell_lines, stock
from support.stuck_orders import refused, unsent
from support.world import SENDING

if TYPE_CHECKING:
    from typing import Any

    from support.world import World

# A product that is called by words of ours.
LABEL = "an invoice, a credit note and a VAT number"
ENGLISH = reason("vat_zero_unexplained", line=LABEL)
[DUTCH] = translate([ENGLISH], "nl")


@pytest.fixture(name="order_id")
def _order_id(world: World) -> int:
    """Sell something that is parked, in a shop that is told of it in Dutch."""
    world.configure(language="nl")
    return sell_lines(world, [Line(LABEL, "50.00", "0")], CONSUMER_BE)


def one(reasons: list[dict[str, Any]]) -> dict[str, Any]:
    [only] = reasons
    return only


def test_a_run_tells_in_dutch_why_and_what_to_do(world: World, order_id: int) -> None:
    said = world.run_in_process("sync").stdout
    assert f"niet gemaakt: bestelling {order_id}, factuur " in said
    assert said.endswith("\n1 niet gemaakt\n")
    assert f"    {DUTCH.message}\n    → {DUTCH.fix}\n" in said
    assert ENGLISH.message not in said


@pytest.mark.usefixtures("order_id")
def test_a_machine_is_told_the_same_codes_with_dutch_words(world: World) -> None:
    told = world.run_in_process("sync", "--json").json
    assert one(told["orders"][0]["reasons"]) == DUTCH.json()
    assert DUTCH.code == ENGLISH.code


def test_every_command_that_tells_reasons_tells_them_in_dutch(world: World, order_id: int) -> None:
    """Otherwise: half of it is in a language that the reader does not expect any more."""
    world.run_in_process("sync")
    for command in (["status"], ["history", str(order_id)], ["explain", str(order_id)]):
        said = world.run_in_process(*command).stdout
        assert DUTCH.message in said, command
        assert DUTCH.fix in said, command
        assert ENGLISH.message not in said, command
    assert DUTCH.message in world.run_in_process("history").stdout
    status = world.run_in_process("status", "--json").json
    assert one(status["stuck"][0]["reasons"]) == DUTCH.json()
    history = world.run_in_process("history", str(order_id), "--json").json
    assert history["events"][-1]["why"] == f"{DUTCH.message} ({DUTCH.code})"
    explained = world.run_in_process("explain", str(order_id), "--json").json
    assert one(explained["reasons"]) == one(explained["state"]["reasons"]) == DUTCH.json()
    assert explained["decisions"]["vat"][0]["reason"] == DUTCH.json()


def test_a_rehearsal_tells_in_dutch_too(world: World, order_id: int) -> None:
    told = world.run_in_process("sync", "--dry-run", "--json").json
    assert [order["order_id"] for order in told["orders"]] == [order_id]
    assert one(told["orders"][0]["reasons"]) == DUTCH.json()


def test_a_price_that_cannot_be_written_is_told_in_dutch(world: World) -> None:
    stock(world, ("97.00", "21"))
    world.configure(language="nl", invoice={"on_cent_difference": "rounding_line"}, vat={"rounding": ""})
    [row] = world.run_in_process("prices", "--json").json["prices"]
    assert row["reason"]["code"] == "vat_code_missing"
    assert (
        "is een afrondingsverschil, en daarvoor noemt rounding in [vat] geen code" in row["reason"]["message"]
    )
    assert row["reason"]["message"] in world.run_in_process("prices").stdout


def test_the_state_file_keeps_english_and_the_way_back_is_open(world: World, order_id: int) -> None:
    """Otherwise: a switch of the language leaves old orders in the old one for ever."""
    world.run_in_process("sync")
    [(kept,)] = world.rows("SELECT reasons FROM orders")
    assert one(json.loads(kept)) == {**ENGLISH.json(), "facts": {"line": LABEL}}
    assert DUTCH.message not in str(world.tables())
    world.configure(language="en")
    assert one(world.run_in_process("status", "--json").json["stuck"][0]["reasons"]) == ENGLISH.json()
    told = world.run_in_process("history", str(order_id), "--json").json["events"]
    assert told[-1]["why"] == f"{ENGLISH.message} ({ENGLISH.code})"


def test_a_switch_of_the_language_is_no_news(world: World, order_id: int) -> None:
    """Otherwise: whoever switches gets every stuck order told and mailed anew."""
    with notification_server() as listener:
        world.configure(notify={"urls": [listener.url]})
        assert world.run_in_process("sync").returncode == 3
        [(_, notice)] = listener.came
        assert (
            f"bestelling {order_id} is niet gemaakt\n  {DUTCH.message}\n  → {DUTCH.fix}" in notice["message"]
        )
        assert notice["title"] == "ppbillit: een bestelling heeft u nodig"
        assert "Dit wordt één keer gemeld. Run " in notice["message"]
        before = world.tables()
        for language in ("en", "nl"):
            world.configure(language=language)
            again = world.run_in_process("sync")
            assert (again.returncode, again.stdout) == (0, "")
        assert len(listener.came) == 1
    assert world.tables() == before


def test_a_refusal_is_in_dutch_around_the_words_of_billit(world: World) -> None:
    world.configure(language="nl")
    refused(world)
    said = one(world.run_in_process("status", "--json").json["stuck"][0]["reasons"])
    assert said["code"] == "billit_refused"
    assert said["message"].startswith("Billit weigerde ze: ")
    assert "Billit noemt" in said["fix"]


def test_a_kind_of_document_in_a_fact_is_in_dutch(world: World) -> None:
    world.configure(language="nl", sending=SENDING)
    unsent(world)
    said = one(world.run_in_process("status", "--json").json["stuck"][0]["reasons"])
    assert "haar klant in Billit ontvangt geen facturen via Peppol" in said["message"]


def test_a_rebuild_tells_in_dutch(world: World) -> None:
    sell(world)
    world.run_in_process("sync")
    world.lose_state()
    world.configure(language="nl")
    [note] = translate([reason("adopted_unsent")], "nl")
    assert one(world.run_in_process("rebuild-state", "--json").json["orders"][0]["reasons"]) == note.json()


def test_another_language_is_refused_with_those_that_there_are(world: World) -> None:
    world.configure(language="fr")
    said = world.run_in_process("sync")
    assert said.returncode == 78
    assert "language" in said.stderr
    assert "nl" in said.stderr


ENGLISH_AROUND = [
    *(
        "order ",
        "invoice",
        "would be",
        "nothing",
        "on record",
        "exit code",
        "parked",
        "unsent",
        "the next sync",
    ),
    *("by hand", "it is ", "created", "checked", "sent:", "known first"),
]


def test_no_line_of_a_dutch_answer_is_half_english(world: World) -> None:
    """Otherwise: a sentence begins in the one language and ends in the other."""
    world.configure(language="nl", sending=SENDING)
    stuck, sold = unsent(world), sell(world)
    parked = sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE)
    commands = [
        *(["sync", "--dry-run"], ["sync"], ["status"], ["history"], ["history", str(stuck)]),
        *(["history", str(sold)], ["sync", "--order", str(parked)]),
    ]
    for command in commands:
        for line in world.run_in_process(*command).stdout.splitlines():
            assert not [word for word in ENGLISH_AROUND if word in line.replace("ppbillit", "")], (
                command,
                line,
            )


def test_codes_are_the_same_in_every_language(world: World) -> None:
    """Otherwise: a script breaks when somebody switches the language."""
    order_id = unsent(world)
    told = {}
    for language in ("en", "nl"):
        world.configure(language=language)
        status = world.run_in_process("status", "--json").json
        history = world.run_in_process("history", str(order_id), "--json").json
        told[language] = (
            [each["standing"] for each in status["stuck"]],
            status["stages"],
            [each["what"] for each in history["events"]],
        )
    assert told["en"] == told["nl"]
