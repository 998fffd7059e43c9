"""Which debtors are listed as odd, and which are not."""

from __future__ import annotations

import time
import tracemalloc
from hashlib import sha256
from typing import Any

import pytest

from ppbillit.billit.models import Debtor, DebtorAddress
from ppbillit.debtors.review import find_oddities

VAT, OTHER_VAT = "BE0123456749", "BE0999400403"


def debtor(party_id: int, name: str | None = "", **facts: Any) -> Debtor:
    """Make a debtor of Belgium, with a name unlike the others' unless one is given."""
    name = NAMES[party_id % len(NAMES)] if name == "" else name
    return Debtor(party_id=party_id, **{"name": name, "country_code": "BE", **facts})


NAMES = ["An Peeters", "Bram D'Hondt", "Élise Fournier", "Zeynep Öztürk", "Tom Maes", "Greet Van den Broeck"]


def odd(*debtors: Debtor) -> list[tuple[str, list[int], str]]:
    return [
        (found.what, [each.party_id for each in found.debtors], found.shared)
        for found in find_oddities(debtors)
    ]


def test_ordinary_debtors_are_not_odd() -> None:
    assert odd() == []
    firm = debtor(8, "Voorbeeld BV", vat_number=VAT, email="office@x.example")
    assert odd(debtor(1, email="a@x.example"), debtor(2, email="b@x.example"), firm) == []


def test_one_vat_number_on_several_debtors_is_odd_however_it_is_written() -> None:
    same = [debtor(3, vat_number="be 0123.456.749"), debtor(1, vat_number=VAT), debtor(2, vat_number=VAT)]
    assert odd(*same) == [("same VAT number", [1, 2, 3], VAT)]


def test_what_is_no_vat_number_is_not_shared() -> None:
    """Otherwise: all that got a dash in that field seem to be one firm."""
    assert odd(*(debtor(number, vat_number="-") for number in (1, 2))) == []


def test_one_address_on_several_debtors_is_odd_also_as_one_of_several() -> None:
    three = [
        debtor(1, email="An@X.example; office@x.example"),
        debtor(2, email="an@x.example;"),
        debtor(3, email="OFFICE@x.example"),
    ]
    assert odd(*three) == [
        ("same e-mail address", [1, 2], "an@x.example"),
        ("same e-mail address", [1, 3], "office@x.example"),
    ]


def test_an_address_that_stands_twice_on_one_debtor_is_not_odd() -> None:
    assert odd(debtor(1, email="a@x.example;A@x.example")) == []


@pytest.mark.parametrize(
    "one, other",
    [
        ("An Peeters", "Peeters An"),
        ("An Peeters", "AN PEETERS"),
        ("Bloemen Goossens", "Bloemen-Goossens"),
        ("Koninklijke Harmonie De Ware Vrienden", "Koninklijke Harmonie De Ware Vriende"),
    ],
)
def test_names_that_are_much_alike_are_a_hint(one: str, other: str) -> None:
    assert odd(debtor(1, one), debtor(2, other)) == [("similar name", [1, 2], "")]


@pytest.mark.parametrize(
    "one, other",
    [("An Peeters", "Jan Pieters"), ("An Peeters", "Tom Peeters"), ("An Peeters", "Anna Peeters")],
)
def test_names_that_are_only_a_little_alike_are_none(one: str, other: str) -> None:
    """Otherwise: the list is as long as the telephone book of Flanders."""
    assert odd(debtor(1, one), debtor(2, other)) == []


def test_two_firms_with_numbers_of_their_own_are_two_firms_whatever_they_are_called() -> None:
    firms = [debtor(1, "Bakkerij Aerts", vat_number=VAT), debtor(2, "Bakkerij Aerts", vat_number=OTHER_VAT)]
    assert odd(*firms) == []


def test_names_are_not_mentioned_where_something_surer_links_two() -> None:
    same = [debtor(number, "An Peeters", email="an@x.example") for number in (1, 2)]
    third = debtor(3, "An Peeters")
    assert odd(*same) == [("same e-mail address", [1, 2], "an@x.example")]
    assert odd(*same, third) == [
        ("same e-mail address", [1, 2], "an@x.example"),
        ("similar name", [1, 2, 3], ""),
    ]


def test_debtors_without_a_name_are_not_alike() -> None:
    assert odd(*(debtor(number, name=" ") for number in (1, 2, 3))) == []


@pytest.mark.parametrize(
    "name",
    [
        "Voorbeeld BV",
        "voorbeeld bv",
        "Voorbeeld B.V.",
        "Voorbeeld BVBA",
        "Voorbeeld b.v.b.a.",
        "N.V. Voorbeeld",
        "Bakkerij Aerts V.O.F.",
        "De Ware Vrienden vzw",
        "Les Amis ASBL",
        "Exemple SRL",
        "Exemple s.p.r.l.",
        "Exemple SA",
        "Werkstatt Schäfer GmbH",
        "Beispiel AG",
        "Example Ltd.",
        "Example Inc.",
        "Stichting Voorbeeld",
        "Notariskantoor (BV) Peeters",
    ],
)
def test_a_firm_s_name_without_a_vat_number_is_odd(name: str) -> None:
    """Otherwise: an invoice over Peppol fails, and nobody knows that a number is missing."""
    assert odd(debtor(1, name)) == [("looks like a firm", [1], "")]
    assert odd(debtor(1, name, vat_number=VAT)) == []
    assert odd(debtor(1, name=None, display_name=name)) == [("looks like a firm", [1], "")]


@pytest.mark.parametrize(
    "name",
    [
        "An Peeters",
        "Nvard Sarkissian",
        "Sa Nguyen",
        "Inc\u00e9 Van Damme",
        "Cv Janssens",
        "Bvlgari Fan",
        "Stichtingen Jan",
        "Ug Peters",
    ],
)
def test_a_person_s_name_is_none(name: str) -> None:
    """Otherwise: a Vietnamese customer is a public limited company."""
    assert odd(debtor(1, name)) == []


def test_a_debtor_without_a_country_is_odd_wherever_the_address_stands() -> None:
    address = DebtorAddress(address_type="InvoiceAddress", street="Kerkstraat", country_code="BE")
    without = address.model_copy(update={"country_code": None})
    assert odd(debtor(1, country_code=None)) == [("no country", [1], "")]
    assert odd(debtor(1, country_code=None, addresses=(address,))) == []
    assert odd(debtor(1, country_code=None, addresses=(without,))) == [("no country", [1], "")]


def test_the_surest_comes_first() -> None:
    everything = [
        debtor(5, "Voorbeeld BV", country_code=None),
        debtor(4, "Voorbeeld B V"),
        debtor(3, "Tom Maes", email="a@x.example"),
        debtor(2, vat_number=VAT, email="a@x.example"),
        debtor(1, vat_number=VAT),
    ]
    assert [what for what, *_ in odd(*everything)] == [
        "same VAT number",
        "same e-mail address",
        "similar name",
        "looks like a firm",
        "no country",
    ]


def test_some_thousands_of_debtors_are_looked_through_in_a_breath() -> None:
    """Otherwise: the shop that needs the list most waits minutes for it."""
    many = [debtor(number, f"{NAMES[number % 6]} {number * 7919 % 100_003:06}") for number in range(2000)]
    started = time.process_time()
    find_oddities(many)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("shared", ["name", "e-mail address"])
def test_thousands_that_are_called_or_mailed_alike_are_one_thing_to_look_at(shared: str) -> None:
    """Otherwise: a shop that gives all its consumers one name or address fills the memory, and the screen."""
    count = 3000
    if shared == "name":
        everybody = [debtor(number, "Particuliere klant") for number in range(count)]
    else:
        names = [sha256(str(number).encode()).hexdigest() for number in range(count)]
        everybody = [debtor(number, name, email="info@x.example") for number, name in enumerate(names)]
    tracemalloc.start()
    [found] = odd(*everybody)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found[1]) == count
    assert most < 50_000_000
