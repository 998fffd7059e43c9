"""`explain` shows one order from Plug&Pay to the JSON that would be posted, with the evidence of each step."""

from __future__ import annotations

import hashlib
import json
import signal
from dataclasses import replace
from decimal import Decimal
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
import simplejson

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.plugandpay.builder import build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, CONSUMER_NL
from ppbillit_emulator.plugandpay.lines import Line, Product
from support.shop_orders import (
    credit,
    noon,
    sell,
    sell_abroad,
    sell_lines,
    sell_mixed,
    sell_net,
    three_documents,
)
from support.world import SENDING, World, document_key

if TYPE_CHECKING:
    from ppbillit_emulator import Request
    from support.world import Result


def told(world: World, order_id: int) -> dict[str, Any]:
    result = world.run("explain", str(order_id), "--json")
    assert (result.returncode, result.stderr) == (0, "")
    return result.json


def words(world: World, order_id: int) -> str:
    result = world.run("explain", str(order_id))
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def codes(document: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in document["reasons"]]


def fingerprint(world: World) -> dict[str, str]:
    files = [path for path in world.state_file.parent.rglob("*") if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def posted(world: World, path: str) -> list[Any]:
    """Return what arrived in Billit, with its numbers as they were written."""
    return [
        simplejson.loads(each.body, use_decimal=True)
        for each in world.emulator.journal
        if (each.method, each.path) == ("POST", path)
    ]


def test_the_draft_it_shows_is_byte_for_byte_what_the_next_sync_posts(world: World) -> None:
    """Otherwise: the owner approves one document, and another one is made."""
    orders = [sell(world), sell_net(world), sell_mixed(world), sell_abroad(world)]
    orders.append(credit(world, orders[0]))
    shown = {}
    for order_id in orders:
        result = world.run("explain", str(order_id), "--json")
        document = simplejson.loads(result.stdout, use_decimal=True)
        shown[document_key(order_id)] = document["draft"], document["debtor_draft"]
    assert world.run("sync").returncode == 0
    made = {body["ExternalProviderID"]: body for body in posted(world, "/v1/orders")}
    assert made.keys() == shown.keys()
    for each, body in made.items():
        assert body.pop("Customer").keys() == {"PartyID"}
        assert body == shown[each][0]
    debtors = {debtor["ExternalProviderID"]: debtor for _, debtor in shown.values()}
    assert {body["ExternalProviderID"]: body for body in posted(world, "/v1/parties")} == debtors


def test_it_names_each_decision_and_its_evidence(world: World) -> None:
    """Otherwise: the bookkeeper has to take our word for it."""
    product = Product(311, "cursus", "Cursus", "705100")
    order_id = sell_lines(world, [Line("Cursus", "97.00", product=product)], CONSUMER_BE)
    world.configure(ledger={"default": 700000}, sending=SENDING)
    decisions = told(world, order_id)["decisions"]
    assert decisions["kind"]["value"] == "invoice"
    assert decisions["amounts"]["reading"]["amounts_per"] == "line"
    [vat] = decisions["vat"]
    assert (vat["rule"], vat["treatment"]["percentage"]) == ("domestic", "21")
    assert vat["because"]["country of the rate"] == "BE"
    assert vat["evidence"]["goods"] == "no"
    assert decisions["ledger"][0]["account"] == 705100
    assert "product 311" in decisions["ledger"][0]["because"]
    assert decisions["debtor"]["made_new"]
    tried = {form["name"]: form["predicted"] for form in decisions["form"]["tried"]}
    assert tried["net lines"]["kept"]["gross"] == "97.01"
    assert tried["gross-led lines"]["kept"]["gross"] == "97.00"
    assert tried["gross-led lines"]["recomputed"]["gross"] == "97.01"
    assert decisions["form"]["chosen"] == "gross-led lines"
    said = words(world, order_id)
    for fact in (
        f"Order {order_id} becomes invoice",
        "An Peeters",
        "(Europe/Brussels)",
        "80.17 net, 97.00 gross",
        "rule: domestic",
        "705100: the ledger code of product 311",
        "97.00 (80.17 + 16.83 VAT) if Billit keeps amounts with VAT as they are, 97.01",
        "it will be sent by e-mail",
        '"TotalIncl": 97.00',
    ):
        assert fact in said


def test_a_parked_order_is_explained_with_its_reasons_and_what_to_do(world: World) -> None:
    """Otherwise: the orders that most need an explanation get none."""
    order_id = sell_lines(world, [Line("Cadeaubon", "50.00", "0")], CONSUMER_BE)
    world.run("sync")
    document = told(world, order_id)
    assert (document["verdict"], codes(document)) == ("parked", ["vat_zero_unexplained"])
    assert document["reasons"][0]["fix"]
    assert document["decisions"]["vat"][0]["rule"] == "no VAT, and no reason for it"
    assert (document["draft"], document["state"]["stage"]) == (None, "parked")
    said = words(world, order_id)
    assert "and is parked" in said
    assert "→ if such lines are exempt, set zero_rate" in said


def test_an_order_that_adds_up_in_no_way_is_shown_with_the_sums_of_every_reading(world: World) -> None:
    """Otherwise: nobody sees by how much, and where, the shop's amounts are off."""
    lines = [Line("Boek", "34.50", "6", quantity=3)]
    order_id = world.emulator.shop.add(build_order(lines, CONSUMER_BE, extra={"amount_with_tax": "96.00"}))
    document = told(world, order_id)
    assert codes(document) == ["amounts_unexplained"]
    amounts = document["decisions"]["amounts"]
    assert amounts["reading"] is None
    assert {each["gross"] for each in amounts["tried"]} == {"103.50", "310.50"}
    assert not any(each["meets_the_total"] for each in amounts["tried"])
    assert "310.50 gross, does not: amounts per unit" in words(world, order_id)


def test_a_total_that_no_form_gives_is_shown_with_what_each_would_give(world: World) -> None:
    """Otherwise: the bookkeeper cannot choose between a rounding line and a cent."""
    lines = [Line("A", "1.00", "21", quantity=3), Line("B", "0.99", "6")]
    order = build_order(lines, CONSUMER_BE, id=810_050, created_at=noon(3))
    order["amount_with_tax"] = str(Decimal(order["amount_with_tax"]) + Decimal("0.02"))
    order_id = world.emulator.shop.add(order)
    document = told(world, order_id)
    assert codes(document) == ["total_unreachable"]
    assert [form["name"] for form in document["decisions"]["form"]["tried"]] == [
        "net lines",
        "gross-led lines",
        "one gross-led line per rate",
    ]
    assert document["decisions"]["form"]["chosen"] is None
    assert "lines priced without VAT: " in words(world, order_id)


@pytest.mark.parametrize(
    "settings, chosen, because",
    [
        ({"on_cent_difference": "rounding_line"}, "net lines and a rounding line", "rounding_line"),
        ({"group_lines": True}, "gross-led lines", "if Billit keeps amounts with VAT"),
    ],
)
def test_the_form_of_the_lines_is_explained_by_the_config(
    world: World, settings: dict[str, Any], chosen: str, because: str
) -> None:
    """Otherwise: a line of one cent nobody ordered, and no word about it."""
    world.configure(invoice=settings)
    order_id = sell(world)
    form = told(world, order_id)["decisions"]["form"]
    assert (form["chosen"], form["grouped"]) == (chosen, "group_lines" in settings)
    assert because in form["because"]
    assert ("lines added up" in words(world, order_id)) is form["grouped"]


def test_a_cent_that_is_accepted_is_named(world: World) -> None:
    """Otherwise: the invoice is a cent off, and the explanation says that all is well."""
    world.configure(invoice={"on_cent_difference": "accept"})
    order = build_order([Line("A", "1.00", "21", quantity=3)], CONSUMER_BE, id=810_051, created_at=noon(3))
    order["amount_with_tax"] = str(Decimal(order["amount_with_tax"]) + Decimal("0.01"))
    document = told(world, world.emulator.shop.add(order))
    assert document["verdict"] == "document"
    assert [note["code"] for note in document["notes"]] == ["cents_accepted"]
    assert "comes closest" in document["decisions"]["form"]["because"]


def test_the_source_of_each_ledger_account_is_named(world: World) -> None:
    """Otherwise: a wrong account is looked for in the wrong place."""
    world.configure(ledger={"default": 700000, "products": {"12": 701200}})
    odd, named = Product(11, "a", "A", "ABC"), Product(12, "b", "B", "705100")
    lines = [Line("A", "10.00", product=odd), Line("B", "10.00", product=named), Line("C", "10.00")]
    ledger = told(world, sell_lines(world, lines, CONSUMER_BE))["decisions"]["ledger"]
    assert [each["account"] for each in ledger] == [None, 701200, 700000]
    assert "is not a number" in ledger[0]["because"]
    assert "[ledger.products]" in ledger[1]["because"]
    assert ledger[2]["because"] == "default in [ledger]"


def test_a_credit_note_names_the_invoice_it_credits(world: World) -> None:
    """Otherwise: what Billit gets and what was shown differ in the one field a credit note needs."""
    invoice, _, note = three_documents(world)
    document = told(world, note)
    assert (document["kind"], document["draft"]["OrderType"]) == ("credit_note", "CreditNote")
    assert document["draft"]["AboutInvoiceNumber"] == told(world, invoice)["number"]
    assert document["draft"]["OrderLines"][0]["TotalIncl"] == 97.00
    assert f"credits    order {invoice}, invoice " in words(world, note)


@pytest.mark.parametrize("related", ["both", "absent"])
def test_a_credit_note_waits_for_an_invoice_that_billit_refused(world: World, related: str) -> None:
    """Otherwise: it looks ready, and the next run does not make it."""
    world.emulator.shop.switches.update(related_orders=related)
    invoice = sell(world)
    refusal = {"errors": [{"Code": "SomethingIsWrong", "Description": "Dat gaat niet."}]}
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", method="POST", path="/v1/orders$", body=refusal))
    world.run("sync")
    note = credit(world, invoice)
    document = told(world, note)
    assert (document["verdict"], codes(document)) == ("parked", ["original_unsettled"])
    assert document["draft"]["OrderType"] == "CreditNote"
    said = words(world, note)
    assert f"it credits order {invoice}, which is not in Billit yet" in said
    assert "Nothing, as long as it is parked; then this:" in said
    assert world.run("sync", "--json").reasons(note) == ["original_unsettled"]


def test_a_credit_note_of_an_invoice_that_the_same_run_will_make_is_not_held_back(world: World) -> None:
    """Otherwise: a mistake in the config that was just mended is still shown as an obstacle."""
    invoice = sell_lines(world, [Line("Bon", "50.00", "0")], CONSUMER_BE)
    world.run("sync")
    note = credit(world, invoice)
    assert codes(told(world, note)) == ["vat_zero_unexplained"]
    world.configure(vat={"zero_rate": "102"})
    document = told(world, note)
    assert document["verdict"] == "document"
    assert document["draft"]["AboutInvoiceNumber"] == told(world, invoice)["number"]
    assert world.run("sync", "--json").outcomes == {invoice: "created", note: "created"}


def test_reverse_charge_is_explained_by_the_vat_number_and_not_by_the_rate(world: World) -> None:
    """Otherwise: nobody can tell why an invoice to a Dutch firm has no VAT."""
    order_id = sell_abroad(world)
    document = told(world, order_id)
    [vat] = document["decisions"]["vat"]
    assert (vat["rule"], vat["treatment"]["code"]) == ("EU services", "55")
    assert vat["because"]["tax_exempt in Plug&Pay"] == "reverse"
    assert vat["because"]["VAT number of the buyer"] == "valid"
    assert document["draft"]["VentilationCode"] == "55"
    assert document["decisions"]["debtor"]["vat_number"] == "NL999900018B01"


def test_a_debtor_that_billit_has_is_named_with_what_it_was_recognised_by(world: World) -> None:
    """Otherwise: an order lands on somebody's account and nobody knows why."""
    first = sell(world)
    firm = sell_net(world)
    world.run("sync")
    second, other = sell(world, "49.00"), sell_net(world)
    document = told(world, second)
    party_id = document["draft"]["Customer"]["PartyID"]
    assert document["decisions"]["debtor"]["party_id"] == party_id
    assert document["decisions"]["debtor"]["recognised_by"] == "the e-mail address an.peeters@example.be"
    assert told(world, first)["draft"]["Customer"] == {"PartyID": party_id}
    assert "recognised by the VAT number BE0123456749" in words(world, other)
    assert told(world, firm)["debtor_draft"] is None


def test_an_order_that_is_in_billit_says_where_it_stands_and_that_nothing_will_be_posted(
    world: World,
) -> None:
    """Otherwise: somebody reads the JSON, and thinks the order is invoiced again."""
    order_id = sell(world)
    world.run("sync")
    state = told(world, order_id)["state"]
    [document] = world.emulator.office.live
    assert (state["stage"], state["billit_id"]) == ("checked", document.order_id)
    assert state["made_as_it_would_be_now"] is True
    assert "Nothing, since it has been made" in words(world, order_id)
    world.configure(invoice={"number": "order_number"})
    assert told(world, order_id)["state"]["made_as_it_would_be_now"] is False
    assert "today it would become another document" in words(world, order_id)


@pytest.mark.parametrize(
    "facts, verdict, code",
    [
        ({"status": "concept"}, "waiting", "concept"),
        ({"mode": "test"}, "ignored", "test_order"),
    ],
)
def test_an_order_that_is_not_to_be_invoiced_says_so(
    world: World, facts: dict[str, Any], verdict: str, code: str
) -> None:
    """Otherwise: the owner waits for an invoice that will never come."""
    order_id = sell(world, **facts)
    document = told(world, order_id)
    assert (document["verdict"], codes(document), document["draft"]) == (verdict, [code], None)
    assert "→ nothing to do" in words(world, order_id)


def test_an_order_that_cannot_be_read_names_the_field(world: World) -> None:
    """Otherwise: a new quirk of the shop ends in a traceback."""
    order_id = sell(world)
    world.emulator.shop.orders[order_id]["amount"] = "kanarie"
    document = told(world, order_id)
    assert (document["verdict"], codes(document), document["order"]) == ("unreadable", ["unreadable"], None)
    assert "amount" in document["reasons"][0]["message"]
    assert "cannot be read" in words(world, order_id)


def test_an_order_of_before_the_go_live_date_is_said_to_be_for_an_export(world: World) -> None:
    """Otherwise: the owner waits for a sync that never takes it."""
    world.configure(sending=SENDING)
    said = words(world, sell(world, days_ago=40))
    assert "only `ppbillit export-existing` takes it" in said
    assert "it will not be sent" in said


def test_nothing_is_written_here_or_there(world: World) -> None:
    """Otherwise: looking at an order changes what the next run does."""
    orders = three_documents(world)
    for order_id in orders:
        words(world, order_id)
    assert (world.writes(), world.state_file.parent.exists()) == (0, False)
    world.run("sync")
    before, writes = fingerprint(world), world.writes()
    for order_id in [*orders, sell(world, "49.00")]:
        told(world, order_id)
    assert (fingerprint(world), world.writes()) == (before, writes)


def test_it_can_be_asked_while_a_run_is_at_work(world: World) -> None:
    """Otherwise: one has to wait for the nightly run to look at an order."""
    order_id = sell(world)
    hold = Fault(FaultKind.LATE_AFTER, api="billit", method="POST", path="/v1/orders$", seconds=5)
    world.emulator.arm(hold)
    run = world.start("sync")
    try:
        assert told(world, order_id)["order_id"] == order_id
    finally:
        world.finish(run)


@pytest.mark.parametrize("as_json", [True, False])
def test_an_order_the_shop_does_not_have_is_said_in_words(world: World, *, as_json: bool) -> None:
    """Otherwise: an invoice number typed for an order number gives nothing, or a traceback."""
    result = world.run("explain", "20260001", *(["--json"] if as_json else []))
    assert result.returncode == 2
    assert "no order 20260001" in result.stderr
    assert "Traceback" not in result.stderr
    if as_json:
        assert (result.json["error"]["message"], result.json["exit_code"]) == (
            "Plug&Pay has no order 20260001.",
            2,
        )
    else:
        assert result.stdout == ""


@pytest.mark.parametrize("section", ["plugandpay", "billit"])
def test_a_bad_key_ends_it_like_any_run(world: World, section: str) -> None:
    """Otherwise: a script cannot tell a bad key from an order that does not exist."""
    order_id = sell(world)
    world.configure(**{section: {"api_key": "wrong"}})
    result = world.run("explain", str(order_id), "--json")
    assert (result.returncode, result.json["exit_code"]) == (77, 77)
    assert "does not accept the key" in result.json["error"]["message"]
    assert "Traceback" not in result.stderr


def test_ctrl_c_ends_it_at_once_and_in_words(world: World) -> None:
    """Otherwise: a traceback, or a wait for a service that does not answer."""
    order_id = sell(world)
    asked = Event()

    def hook(request: Request, _phase: object) -> None:
        if request.path.endswith(str(order_id)):
            asked.set()

    world.emulator.on_request = hook
    world.emulator.arm(Fault(FaultKind.LATENCY, path=rf"/v2/orders/{order_id}$", seconds=3))
    run = world.start("explain", str(order_id), "--json")
    assert asked.wait(30)
    run.send_signal(signal.SIGINT)
    result = world.finish(run)
    assert (result.returncode, result.json["exit_code"]) == (130, 130)
    assert "Traceback" not in result.stderr


def test_a_state_file_of_another_shop_is_refused(world: World) -> None:
    """Otherwise: an order is said to be in Billit that is another shop's."""
    order_id = sell(world)
    world.run("sync")
    world.configure(plugandpay={"shop": "another"})
    assert refused(world.run("explain", str(order_id), "--json")) == 78


def refused(result: Result) -> int:
    assert result.json["error"]["fix"]
    return result.returncode


def test_what_the_shop_says_is_printed_as_it_is_on_one_line(world: World) -> None:
    """Otherwise: a product's name colours the terminal, moves the cursor or breaks the page."""
    buyer = replace(CONSUMER_NL, firstname="[bold]An[/bold]")
    order_id = sell_lines(world, [Line("[red]Boek[/red]\n\x1b[31mrood\u2028", "97.00", "21", "NL")], buyer)
    said = words(world, order_id)
    assert "[bold]An[/bold]" in said
    assert "[red]Boek[/red]" in said
    assert "\x1b" not in said
    body = said.partition("POST /v1/orders\n")[2]
    assert json.loads(body)["OrderLines"][0]["VATPercentage"] == 21
