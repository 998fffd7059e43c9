"""Any buyers and any debtors: no debtor is altered, and none is created twice."""

from __future__ import annotations

import tempfile
import time
import typing
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.switches import PartySwitches
from ppbillit_emulator.plugandpay.builder import build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, Buyer
from ppbillit_emulator.plugandpay.lines import Line
from support.billit_debtors import debtor_records, enter, our_debtors
from support.shop_orders import day, noon
from support.world import SENDING, World, document_key, new_world

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

# A random story that is cut off by a slow machine would be called a failure that nobody can reproduce.
pytestmark = [pytest.mark.timeout(600), pytest.mark.no_cover]

EXAMPLES = 12
RECENT, OLD = 3, 20  # days ago, on either side of go-live

EMAILS = ["an@x.example", "bert@x.example", "office@x.example"]
VAT_NUMBERS = ["BE0123456749", "BE0999400403"]

# Houses as shops have them; the first two are one.
HOUSES: list[dict[str, str | None]] = [
    {"street": "Veldstraat", "housenumber": "5", "zipcode": "9000", "city": "Gent"},
    {"street": "VELDSTRAAT 5", "housenumber": None, "zipcode": "9000", "city": "Gent"},
    {"street": "Kouter", "housenumber": "7 bus 3", "zipcode": "9000", "city": "Gent"},
    {"street": None, "housenumber": None, "zipcode": None, "city": None},
]

# And as Billit has them: listed, flat, in one field, or not at all.
GENT = {"Zipcode": "9000", "City": "Gent", "CountryCode": "BE"}
FLAT = {"Street": "Veldstraat", "StreetNumber": "5", **GENT}
KOUTER = {**GENT, "Street": "Kouter"}
LIVING: list[dict[str, Any]] = [
    {"Addresses": [{"AddressType": "InvoiceAddress", **FLAT}]},
    {"Addresses": [], **FLAT},
    {"Addresses": [{"AddressType": "InvoiceAddress", **KOUTER, "StreetNumber": "7 bus 3"}]},
    {"Addresses": [{"AddressType": "InvoiceAddress", **KOUTER, "StreetNumber": "7", "Box": "3"}]},
    {"Addresses": []},
]


def buyers() -> SearchStrategy[Buyer]:
    """Consumers, associations and firms who share addresses, houses and names."""
    firm = st.sampled_from(
        [
            {},
            {},
            {"company": "De Vrienden vzw"},
            *({"company": "Voorbeeld BV", "vat_id_number": number} for number in VAT_NUMBERS),
        ]
    )
    return st.builds(
        lambda who, email, invoices, house, name: replace(
            CONSUMER_BE, email=email, invoice_email=invoices, firstname=name, **house, **who
        ),
        firm,
        st.sampled_from([*EMAILS, EMAILS[0].upper()]),
        st.sampled_from([None, None, None, *EMAILS]),
        st.sampled_from(HOUSES),
        st.sampled_from(["An", "Bert"]),
    )


def debtors() -> SearchStrategy[dict[str, Any]]:
    """Whoever is in Billit before: entered by hand, or by another connector."""
    emails = [None, *EMAILS, EMAILS[0].upper(), "; ".join(EMAILS[:2])]
    return st.fixed_dictionaries(
        {"living": st.sampled_from(LIVING), "VATLiable": st.booleans()},
        optional={
            "VATNumber": st.sampled_from(VAT_NUMBERS),
            "Email": st.sampled_from(emails).filter(bool),
            "Nr": st.sampled_from(["WEBSHOP", "7"]),
            "ExternalProviderID": st.sampled_from(["shop-1", "plugandpay-4712-debtor-0123456789abcdef"]),
        },
    )


def settings_of_the_switches() -> SearchStrategy[dict[str, Any]]:
    """Every setting of every switch that is about debtors."""
    choices: dict[str, SearchStrategy[Any]] = {}
    for name, hint in typing.get_type_hints(PartySwitches).items():
        choices[name] = st.booleans() if hint is bool else st.sampled_from(typing.get_args(hint))
    # With this one no document can be made at all, so it is not for half of the examples.
    choices["pinned_needs_name"] = st.sampled_from([False] * 9 + [True])
    return st.fixed_dictionaries(choices)


@dataclass(frozen=True)
class Mishap:
    """An answer of Billit about debtors that gets lost."""

    kind: FaultKind
    method: Literal["POST", "PATCH"]
    nth: int


KINDS = [FaultKind.CLOSE_BEFORE, FaultKind.CLOSE_AFTER, FaultKind.HTML_200_AFTER, FaultKind.ERROR_500_BEFORE]
MISHAPS = st.one_of(
    st.none(),
    st.builds(Mishap, st.sampled_from(KINDS), st.sampled_from(["POST", "PATCH"]), st.integers(1, 2)),
)
CUSTOMERS = st.fixed_dictionaries(
    {
        "match_email": st.booleans(),
        "default_debtor": st.sampled_from(["", "", "", "WEBSHOP"]),
        "default_debtor_for": st.sampled_from(["all", "consumers"]),
    }
)
SALES = st.lists(st.tuples(buyers(), st.sampled_from([RECENT, RECENT, OLD])), min_size=1, max_size=5)


@dataclass(frozen=True)
class Case:
    """Who was in Billit, who buys first and who buys after that, and how Billit behaves."""

    before: list[dict[str, Any]]
    sales: tuple[list[tuple[Buyer, int]], list[tuple[Buyer, int]]]
    switches: dict[str, Any]
    customers: dict[str, Any]
    mishap: Mishap | None


CASES = st.builds(
    Case,
    before=st.lists(debtors(), max_size=4),
    sales=st.tuples(SALES, SALES),
    switches=settings_of_the_switches(),
    customers=CUSTOMERS,
    mishap=MISHAPS,
)


@pytest.mark.parametrize("upsert", ["party_id", "matching"])
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # An example takes a second, so a failure is shown as it was found: take this out to have it made small.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(case=CASES)
def test_nobody_is_altered_nobody_made_twice_and_nothing_sent_that_should_not_be(
    upsert: str, case: Case
) -> None:
    """Otherwise: some mix of customers nobody thought of spoils the books of somebody who trusted us."""
    with tempfile.TemporaryDirectory() as folder, new_world(Path(folder), sending=SENDING) as world:
        world.configure(customers=case.customers)
        world.emulator.office.switches.update(
            **{**case.switches, "party_upsert": upsert, "peppol_unlisted": True}
        )
        for number, debtor in enumerate(case.before):
            members = {name: value for name, value in debtor.items() if name != "living"}
            enter(world, f"Debtor {number}", **debtor["living"], **members)
        mishap = case.mishap
        if mishap:
            world.emulator.arm(
                Fault(mishap.kind, api="billit", method=mishap.method, path="^/v1/parties", nth=mishap.nth)
            )
        sold: dict[int, int] = {}
        there = debtor_records(world)
        for sales in case.sales:
            sold |= {sell_to(world, buyer, days_ago): days_ago for buyer, days_ago in sales}
            run_until_quiet(world)
            now = debtor_records(world)
            assert {number: now[number] for number in there} == there  # also those that we made before
            there = now
        assert world.emulator.office.overwritten == []
        assert all("Email" in debtor for debtor in our_debtors(world).values())  # none was left bare
        assert_one_debtor_per_address(world)
        assert_sent_once_and_only_what_is_new(world, sold)
        assert set(world.stages()) == set(sold)


def sell_to(world: World, buyer: Buyer, days_ago: int) -> int:
    return world.emulator.shop.add(build_order([Line("Cursus", "97.00")], buyer, created_at=noon(days_ago)))


# Orders of which it is not known what Billit made: a look must miss that twice before it is made again.
UNKNOWN = "SELECT 1 FROM orders WHERE stage = 'creating' OR reasons LIKE '%debtor_unknown%'"


def run_until_quiet(world: World, most: int = 5) -> None:
    """Bring the old orders and the new ones to Billit, past whatever gets lost on the way."""
    for _ in range(most):
        written, armed = world.writes(), len(world.emulator.faults.fired)
        for arguments in (("export-existing", "--since", day(OLD + 10)), ("sync",)):
            time.sleep(0.01)  # the settle delay
            assert world.run_in_process(*arguments).returncode in {0, 3}
        if (world.writes(), len(world.emulator.faults.fired)) == (written, armed) and not world.rows(UNKNOWN):
            return
    raise AssertionError("something is written in every run")


def assert_one_debtor_per_address(world: World) -> None:
    """No e-mail address has two debtors of ours, but for firms with VAT numbers of their own."""
    owners: dict[str, list[str | None]] = defaultdict(list)
    for debtor in our_debtors(world).values():
        owners[debtor["Email"].casefold()].append(debtor.get("VATNumber"))
    for email, numbers in owners.items():
        assert len(numbers) == 1 or len(set(numbers) - {None}) == len(numbers), (email, numbers)


def assert_sent_once_and_only_what_is_new(world: World, sold: dict[int, int]) -> None:
    office = world.emulator.office
    world.totals()  # no key twice
    sent = [office.documents[each.document_id].external_id for each in office.deliveries]
    assert len(sent) == len(set(sent))
    assert set(sent) <= {document_key(order) for order, days_ago in sold.items() if days_ago == RECENT}
