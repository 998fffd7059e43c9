"""`probe` answers what the reference leaves open, shows no personal data, and writes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.cli.commands.demo.world import furnish
from ppbillit.cli.commands.probe.findings import add_shapes, kind_of
from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.documents import enter_by_hand
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_NL
from ppbillit_emulator.plugandpay.lines import Line, Product
from ppbillit_emulator.sample_shop import sample_orders
from support.shop_orders import credit, day, enter_document_by_hand, sell, sell_lines, sell_mixed
from support.world import World, today

if TYPE_CHECKING:
    from ppbillit.cli.commands.probe.findings import Shapes

NOT_OF_THE_SDK = (
    "products, shipping, collection_costs, related_orders, custom_fields, subscriptions, checkout, commissions, "
    "is_collectible, note, utm"
)


def probed(world: World, *flags: str) -> dict[str, Any]:
    result = world.run("probe", "--json", *flags)
    assert (result.returncode, result.stderr) == (0, "")
    return result.json


def answers(document: dict[str, Any], service: str) -> dict[str, str]:
    return {each["question"]: each["answer"] for each in document[service]["answers"]}


@pytest.fixture
def full(world: World) -> World:
    """The sample shop, and its books after a first run."""
    furnish(world.emulator)
    for order in sample_orders(today()):
        world.emulator.shop.add(order)
    assert world.run_in_process("sync").returncode == 3
    world.emulator.forget_journal()
    return world


def test_the_orders_answer_what_the_reference_leaves_open(full: World) -> None:
    document = probed(full)
    said = answers(document, "plugandpay")
    assert said["amounts are per"].startswith("line (")
    assert said["discounts are"].startswith("taken off (")
    assert said["shipping is"].startswith("extra (")
    assert said["tax.amount is"].startswith("the VAT (")
    assert said["invoice_date is"].startswith("a date (")
    assert said["page size without limit"] == "15"
    assert said["page size where 1000 are asked for"] == "100"
    assert said["without mode, the list holds"] == "live and test"
    assert "x-ratelimit-limit 120" in said["rate-limit headers"]
    assert document["settled"] == {
        "amounts_per": "line",
        "discounts": "taken off",
        "shipping": "extra",
        "tax_amount": "the VAT",
        "invoice_date": "a date",
    }
    books = answers(document, "billit")
    assert books["debtors filtered by Email"] == "refused (400)"
    assert books["debtors filtered by VATNumber"] == "accepted"
    assert books["$inlinecount"] == "gives a Count"
    assert document["billit"]["shapes"]["document.TotalIncl"] == ["number with decimals"]


def test_it_only_reads_and_a_dry_run_keeps_nothing(full: World) -> None:
    before = full.state_file.read_bytes()
    probed(full, "--dry-run")
    assert full.state_file.read_bytes() == before
    probed(full)
    assert full.rows("SELECT value FROM meta WHERE name = 'settled'") != []
    assert {arrival.method for arrival in full.emulator.journal} == {"GET"}
    assert full.emulator.strays == []


def test_a_later_run_warns_of_an_order_that_contradicts_it(world: World) -> None:
    """Otherwise: the shop's API changes its meaning, and the invoices follow it without a word."""
    sell(world)
    assert probed(world)["settled"]["invoice_date"] == "a date"
    assert world.run_in_process("sync", "--json").json["orders"][0]["reasons"] == []
    world.emulator.shop.switches.update(invoice_date="timestamp_local")
    odd = sell(world)
    result = world.run_in_process("sync", "--json")
    assert result.returncode == 0
    assert result.reasons(odd) == ["unlike_probe"]
    explained = world.run_in_process("explain", str(odd))
    assert explained.returncode == 0


@pytest.mark.parametrize(
    "switches, question, answer",
    [
        ({"tax_amount": "base"}, "tax.amount is", "the base (1)"),
        ({"invoice_date": "absent"}, "invoice_date is", "not given (1)"),
        ({"tenants_me": "forbidden"}, "may the key ask whose it is (tenants/me)", "refused (403)"),
        ({"rate_limit_headers": False}, "rate-limit headers", "none"),
        ({"max_page_size": 50}, "page size where 1000 are asked for", "50"),
        ({"unknown_include": "refuse"}, "a relation that does not exist", "refused (422)"),
        (
            {"unknown_include": "refuse", "known_includes": "sdk"},
            "all relations asked for together",
            f"refused (422); by itself: {NOT_OF_THE_SDK}",
        ),
    ],
)
def test_the_answers_are_the_services_own(
    world: World, switches: dict[str, Any], question: str, answer: str
) -> None:
    world.configure(plugandpay={"shop": "my-shop"})
    sell(world)
    world.emulator.shop.switches.update(**switches)
    assert answers(probed(world), "plugandpay")[question] == answer


@pytest.mark.parametrize(
    "switch, answer",
    [
        ("difference", "the amounts with VAT are kept (1)"),
        ("recomputed", "the VAT is worked out again (1)"),
    ],
)
def test_the_books_tell_how_gross_led_lines_are_rounded(world: World, switch: str, answer: str) -> None:
    world.emulator.office.switches.update(gross_group_vat=switch)
    lines = [
        {
            "Description": "x",
            "Quantity": 1,
            "InclLeading": True,
            "TotalIncl": Decimal(gross),
            "VATPercentage": Decimal(21),
        }
        for gross in ("97.00", "5.95")
    ]
    known = {"OrderType": "Invoice", "OrderDirection": "Income", "OrderDate": day(3), "ExpiryDate": day(-3)}
    customer = {"Customer": {"Name": "An Peeters", "PartyType": "Customer"}}
    enter_by_hand(world.emulator.office, {**known, **customer, "OrderLines": lines})
    assert answers(probed(world), "billit")["VAT of several lines priced with VAT"] == answer


def test_hundreds_of_names_of_keys_are_printed_only_to_who_asks(full: World) -> None:
    """Otherwise: the dozen answers are above what the screen shows."""
    short, whole = full.run("probe").stdout, full.run("probe", "--all").stdout
    assert "amounts are per: line (" in short
    assert len(short.splitlines()) < 60
    assert "keys and types" not in short
    assert "orders.data[].id: number" in whole
    assert {line.partition(":")[0] for line in short.splitlines()} <= {
        line.partition(":")[0] for line in whole.splitlines()
    }


def test_an_empty_shop_leaves_all_open(world: World) -> None:
    document = probed(world)
    assert document["settled"] == {}
    assert answers(document, "plugandpay")["amounts are per"].startswith("open")


def test_an_order_that_cannot_be_read_does_not_end_it(world: World) -> None:
    sell(world, extra={"amount_with_tax": "ninety-seven"})
    assert probed(world)["plugandpay"]["shapes"]["orders.data[].amount_with_tax"] == ["text"]


def test_a_service_that_fails_ends_it_in_words_and_keeps_what_it_answered(full: World) -> None:
    """Otherwise: the one tool for an odd day throws its findings away on an odd day."""
    full.emulator.arm(Fault(FaultKind.HTML_200_AFTER, api="billit", path="/v1/parties", times=None))
    result = full.run("probe", "--json")
    assert result.returncode == 69
    assert "Traceback" not in result.stderr
    assert result.json["error"]["fix"]
    assert answers(result.json, "billit")["all other questions"].startswith("not asked")
    assert answers(result.json, "billit")["$inlinecount"] == "gives a Count"
    assert result.json["settled"]
    assert full.rows("SELECT count(*) FROM meta WHERE name = 'settled'") == [(1,)]


def test_one_question_that_is_not_answered_soundly_is_one_line(full: World) -> None:
    full.emulator.arm(Fault(FaultKind.ERROR_500_BEFORE, api="plugandpay", path="/products", times=None))
    full.emulator.arm(Fault(FaultKind.HTML_200_AFTER, api="billit", path="/deleted", times=None))
    result = full.run("probe", "--json")
    assert result.returncode == 0
    assert answers(result.json, "plugandpay")["products"] == "no sound answer"
    assert answers(result.json, "billit")["list of deleted documents"] == "no sound answer"
    assert "rate-limit headers" in answers(result.json, "billit")


def test_a_rate_limit_in_the_middle_keeps_what_was_answered(full: World) -> None:
    limit = Fault(FaultKind.RATE_LIMITED, api="billit", path="/v1/parties", retry_after=3600, times=None)
    full.emulator.arm(limit)
    result = full.run("probe")
    assert result.returncode == 75
    assert "all other questions: not asked" in result.stdout


# --- no personal data ---------------------------------------------------------------------------

PERSON = replace(
    CONSUMER_BE,
    firstname="Kanarie",
    lastname="Kanarie",
    street="Kanarie",
    city="Kanarie",
    email="kanarie@example.be",
    telephone="+32477000111",
    zipcode="9999",
)
BIRD = Product(320, "kanarieboek", "Kanarieboek", ledger="700100", sku="KANARIE-1")


def test_nothing_of_anybody_is_in_the_report(world: World) -> None:
    """Otherwise: "send us the report" is a data breach."""
    world.emulator.office.switches.update(second_company=True)
    first = sell_lines(world, [Line("Kanarieboek", "43.21", "6", product=BIRD)], PERSON)
    sell_lines(world, [Line("Kanarie", "97.00")], replace(FIRM_BE, company="Kanarie BV"))
    sell_lines(world, [Line("Kanarie", "297.00")], replace(FIRM_NL, company="Kanarie NV"))
    sell_mixed(world)
    credit(world, first)
    shop = world.emulator.shop
    for order in shop.orders.values():
        order["meta"] = {"Kanarie": {"Kanarievogel": "kanarie"}, "x@kanarie.be": 1}
        order["note"] = "Kanarie"
        order["tags"] = ["Kanarie"]
    world.run_in_process("sync")
    enter_document_by_hand(world, "KANARIE-7")
    for document in world.emulator.office.live:
        document.fields["CustomFields"] = {"Kanarie": "kanarie"}
    for flags in ((), ("--all",), ("--json",)):
        result = world.run("probe", *flags)
        assert result.returncode == 0, result.stderr
        text = (result.stdout + result.stderr).casefold()
        secrets = [
            *("kanarie", "+32477000111", "be0123456749", "43.21", "297.00", "9999"),
            *("atelier", "voorbeeld", "4711", str(world.emulator.party_id)),
            *(world.emulator.billit_key, world.emulator.plugandpay_key.casefold()),
            *(str(order_id) for order_id in shop.orders),
        ]
        assert [secret for secret in secrets if secret in text] == []


@pytest.mark.parametrize(
    "value, kind",
    [
        (None, "null"),
        (True, "true/false"),
        (5, "number"),
        ("", "empty text"),
        ("12", "text, whole number"),
        ("12.5", "text, 1 decimal"),
        ("12.50", "text, 2 decimals"),
        ("40.4959", "text, more decimals"),
        ("2026-10-05", "text, date"),
        ("2026-10-05T12:00:00.000000Z", "text, time in UTC"),
        ("2026-10-05T12:00:00+02:00", "text, time with offset"),
        ("2026-10-05T12:00:00.5", "text, time without zone"),
        ("Kanarie", "text"),
        ([], "empty list"),
        ({}, "object"),
    ],
)
def test_the_kind_of_a_value_is_not_the_value(value: object, kind: str) -> None:
    assert kind_of(value) == kind


def test_keys_that_are_somebodys_words_are_hidden() -> None:
    shapes: Shapes = {}
    value = {
        "CustomFields": {"Kanarie": {"Vogel": 1}},
        "data": [{"meta": {"Kanarie": 1}}],
        "meta": {"per_page": 15},
        "kanarie@example.be": 1,
        "Jan Janssens": 2,
    }
    add_shapes(shapes, value, "orders")
    assert "anarie" not in json.dumps(list(shapes))
    assert "Jan" not in json.dumps(list(shapes))
    assert shapes["orders.meta.per_page"] == {"number"}
