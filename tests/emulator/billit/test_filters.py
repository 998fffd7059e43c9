"""$filter: what it finds, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.billit.client import Billit, codes, firm, invoice, line
from ppbillit_emulator.billit.odata import ORDER_PROPERTIES, ORDER_TYPE_NAME, parse_filter
from ppbillit_emulator.billit.switches import BillitSwitches


def refused(billit: Billit, **query: str | int) -> str:
    parameters = {f"${name}": value for name, value in query.items()}
    response = billit.client.get("/v1/orders", params=parameters)
    assert (response.status_code, codes(response)) == (400, ["GenericError"])
    return str(response.json()["errors"][0]["Description"])


@pytest.mark.parametrize(
    "wanted, found",
    [
        ("OrderNumber eq 'A''1'", "A"),
        ("OrderNumber ne 'A''1'", "BC"),
        ("ExternalProviderID eq 'key-b'", "B"),
        ("OrderType eq 'Invoice' and OrderDirection eq 'Income'", "AB"),
        ("OrderType eq 'CreditNote' or Paid eq true", "BC"),
        ("not (Paid eq true)", "AC"),
        ("Paid", "B"),
        ("not Paid and TotalIncl gt 100", "C"),
        ("TotalIncl ge 60.49m and TotalIncl lt 121", "AB"),
        ("OrderDate ge datetime'2026-10-02T00:00:00'", "BC"),
        ("OrderDate lt DateTime'2026-10-02'", "A"),
        ("OrderDate eq datetime'2026-10-03T00:00:00Z'", ""),
        ("(OrderDate gt datetime'2026-10-01' and OrderDate le datetime'2026-10-03')", "BC"),
        ("PaidDate eq null", "AC"),
        ("PaidDate ne null", "B"),
        ("PaidDate gt datetime'2020-01-01'", "B"),
        ("CounterParty/PartyID eq 879264", "C"),
        ("IsSent eq false and OrderStatus eq 'ToSend'", "ABC"),
        ("ExternalProvider eq 'APIFeed'", "ABC"),
        ("OrderID ge 1684999", "BC"),
        ("OrderNumber eq 'a''1'", ""),
        ("false or true", "ABC"),
    ],
)
def test_a_filter_finds_the_matching_documents(billit: Billit, wanted: str, found: str) -> None:
    one = billit.create(
        invoice("A'1", OrderDate="2026-10-01", ExternalProviderID="key-a", OrderLines=[line("49.99")])
    )
    two = billit.create(
        invoice(
            "B", OrderDate="2026-10-02", ExternalProviderID="key-b", Paid=True, PaidDate="2026-10-02T10:00:00"
        )
    )
    three = billit.create(
        invoice(
            "C",
            OrderDate="2026-10-03",
            OrderType="CreditNote",
            ExternalProviderID="key-c",
            Customer=firm(),
            OrderLines=[line("100.00")],
        )
    )
    names = {one: "A", two: "B", three: "C"}
    if wanted == "false or true":
        wanted = "Paid eq false or Paid eq true"
    assert "".join(names[each] for each in billit.ids(wanted)) == found


@pytest.mark.parametrize(
    "wanted",
    [
        "Customer/Name eq 'x'",
        "VATNumber eq 'x'",
        "OrderTitle eq 'x'",
        "ordernumber eq 'x'",
        "CounterParty/DisplayName eq 'x'",
    ],
)
def test_a_property_off_the_list_is_refused_by_name(billit: Billit, wanted: str) -> None:
    name = wanted.partition(" ")[0]
    expected = f"Could not find a property named '{name}' on type '{ORDER_TYPE_NAME}'."
    assert refused(billit, filter=wanted) == expected
    assert refused(billit, orderby=name) == expected


@pytest.mark.parametrize(
    "wanted",
    [
        "OrderNumber eq",
        "OrderNumber 'x'",
        "OrderNumber = 'x'",
        "OrderNumber eq 'x",
        "(OrderNumber eq 'x'",
        "OrderNumber eq 'x')",
        "OrderNumber eq 'x' und Paid",
        "OrderNumber EQ 'x'",
        "OrderNumber eq 5",
        "TotalIncl gt '5'",
        "OrderDate ge '2026-10-01'",
        "OrderDate ge datetime'yesterday'",
        "OrderDate ge 2026-10-01",
        "contains(OrderNumber,'x')",
        "substringof('x',OrderNumber)",
        "startswith(OrderNumber,'x')",
        "OrderNumber",
        "#",
        "and",
    ],
)
def test_a_filter_with_a_syntax_error_is_refused(billit: Billit, wanted: str) -> None:
    refused(billit, filter=wanted)


@pytest.mark.parametrize(
    "query",
    [{"top": "many"}, {"top": "-1"}, {"skip": "1.5"}, {"select": "OrderID"}, {"orderby": "OrderID up"}],
)
def test_an_invalid_option_is_refused(billit: Billit, query: dict[str, str]) -> None:
    refused(billit, **query)


def test_functions_and_loose_comparison_are_switches(billit: Billit, switches: BillitSwitches) -> None:
    one = billit.create(invoice("Alpha-1"))
    switches.update(substring_functions=True, text_compare="ignore_case")
    assert billit.ids("substringof('pha',OrderNumber)") == [one]
    assert billit.ids("startswith(OrderNumber,'alp') and OrderNumber eq 'ALPHA-1'") == [one]
    assert billit.ids("not startswith(OrderNumber,'beta')") == [one]


TEXTS = st.text(max_size=12)


@given(TEXTS, TEXTS)
def test_an_escaped_text_equals_itself_and_nothing_else(one: str, other: str) -> None:
    escaped = one.replace("'", "''")
    holds = parse_filter(
        f"ExternalProviderID eq '{escaped}'", ORDER_PROPERTIES, ORDER_TYPE_NAME, BillitSwitches()
    )
    assert holds({"ExternalProviderID": one})
    assert holds({"ExternalProviderID": other}) is (one == other)


@given(st.lists(st.booleans(), min_size=2, max_size=6), st.data())
def test_and_binds_tighter_than_or(values: list[bool], data: st.DataObject) -> None:
    words = [data.draw(st.sampled_from(["and", "or"])) for _ in values[1:]]
    names = ["Paid eq true" if each else "Paid eq false" for each in values]
    text = " ".join([names[0], *(f"{word} {name}" for word, name in zip(words, names[1:], strict=True))])
    python = " ".join([str(values[0]), *(f"{w} {v}" for w, v in zip(words, values[1:], strict=True))])
    expected: Any = eval(python)  # noqa: S307  (made of True, False, and, or)
    assert parse_filter(text, ORDER_PROPERTIES, ORDER_TYPE_NAME, BillitSwitches())({"Paid": True}) is expected
