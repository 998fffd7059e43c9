"""The debtor of an order: VAT number, then e-mail address, then our own key; never similarity."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.billit.models import Debtor, DebtorDraft, DraftAddress, Identifier
from ppbillit.debtors import MatchedDebtor, NoDebtor, match_debtor, refresh_debtors
from ppbillit.debtors.card import address_key, card_of_draft
from ppbillit.debtors.match import is_for, might_be_mistaken
from ppbillit.debtors.mirror import record_of
from ppbillit.mapping.buyer import Buyer
from ppbillit.run import Run
from ppbillit.state import DebtorRecord, Identity, dry_copy
from support.schema_defaults import RULES, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

VAT, OTHER_VAT = "BE0123456749", "BE0999400403"
SETTINGS = settings()
SHOP = Identity("4711", 588708, "https://api.billit.be")

HOME = DraftAddress(street="Kerkstraat", street_number="12", zipcode="9000", city="Gent", country_code="BE")
CARD = card_of_draft(
    DebtorDraft(name="Voorbeeld", vat_liable=False, external_provider_id="x", addresses=(HOME,))
)
HERE = address_key(CARD)
CBE = Identifier(identifier_type="CBE", identifier="0123.456.749")
SHORT = Identifier(identifier_type="CBE", identifier="123.456.749")


def buyer(*emails: str, vat_number: str | None = None, **facts: Any) -> Buyer:
    """Return a buyer without an address, a consumer who is not reverse charged, unless the facts say otherwise."""
    addresses, given = facts.pop("addresses", ()), facts.pop("given", vat_number)
    draft = DebtorDraft(
        name="Voorbeeld", vat_liable=bool(vat_number), external_provider_id="our-key", addresses=addresses
    )
    facts = {"kind": "consumer", "country": "BE", "reverse_charged": False, **facts}
    return Buyer(vat_number=vat_number, vat_number_given=given, emails=emails, draft=draft, **facts)


@pytest.fixture(name="run")
def _run() -> Iterator[Any]:
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        run = SimpleNamespace(state=state, settings=SETTINGS, rules=RULES)
        run.changed_since = lambda what: Run.changed_since(run, what)  # type: ignore[arg-type]
        yield run


def found(run: Any, of: Buyer) -> int | None:
    """Return the debtor that a buyer is recognised as."""
    match match_debtor(run, of):
        case MatchedDebtor(party_id=party_id):
            return party_id
        case NoDebtor() as none:
            raise AssertionError(none)
    return None


def know(run: Any, *debtors: DebtorRecord) -> None:
    run.state.debtors.mirror(debtors)


def test_nobody_is_recognised_where_nobody_matches(run: Any) -> None:
    know(run, DebtorRecord(1, "their-key", OTHER_VAT, ("ann@x.example",)))
    assert found(run, buyer("an@x.example")) is None


def test_the_vat_number_leads(run: Any) -> None:
    know(run, DebtorRecord(1, None, None, ("a@x.example",)), DebtorRecord(2, None, VAT))
    assert found(run, buyer("a@x.example", vat_number=VAT)) == 2


def test_then_the_address_the_order_was_placed_with_then_the_one_for_invoices(run: Any) -> None:
    know(
        run,
        DebtorRecord(1, None, None, ("invoices@x.example",)),
        DebtorRecord(2, None, None, ("an@x.example",)),
    )
    assert found(run, buyer("an@x.example", "invoices@x.example")) == 2
    assert found(run, buyer("nobody@x.example", "invoices@x.example")) == 1


def test_two_firms_that_share_an_address_stay_two(run: Any) -> None:
    know(run, DebtorRecord(1, None, OTHER_VAT, ("office@x.example",)))
    assert found(run, buyer("office@x.example", vat_number=VAT)) is None
    assert found(run, buyer("office@x.example")) == 1  # a private order is linked, as the manual says


def test_a_debtor_without_vat_number_may_turn_out_to_be_a_firm(run: Any) -> None:
    know(run, DebtorRecord(1, None, None, ("office@x.example",)))
    assert found(run, buyer("office@x.example", vat_number=VAT)) == 1


def test_our_own_key_finds_what_we_made_before(run: Any) -> None:
    know(run, DebtorRecord(1, "our-key", None, ("moved@x.example",)))
    assert found(run, buyer("an@x.example")) == 1


def test_of_several_the_oldest_is_taken_and_it_is_said(run: Any) -> None:
    know(run, *(DebtorRecord(number, None, None, ("an@x.example",)) for number in (9, 3, 5)))
    choice = match_debtor(run, buyer("an@x.example"))
    assert isinstance(choice, MatchedDebtor)
    assert (choice.party_id, [note.code for note in choice.notes]) == (3, ["debtor_ambiguous"])
    assert "3 debtors" in choice.notes[0].message


def test_what_billit_says_is_reduced_to_what_recognises(run: Any) -> None:
    """Several addresses in one field, VAT numbers with dots, debtors without either."""
    said = [
        Debtor(party_id=1, vat_number="BE 0123.456.749", email="An@X.example; office@x.example;"),
        Debtor(party_id=2, vat_number="nonsense"),
    ]
    asked: list[object] = []

    def debtors(since: datetime | None) -> list[Debtor]:
        asked.append(since)
        return said

    run.billit = SimpleNamespace(debtors=debtors)
    run.now = lambda: datetime(2026, 10, 5, tzinfo=UTC)
    refresh_debtors(run)
    refresh_debtors(run)
    assert found(run, buyer(vat_number=VAT)) == 1
    assert found(run, buyer("office@x.example")) == 1
    assert found(run, buyer("an@x.example")) == 1
    assert asked[0] is None
    assert str(asked[1]) == "2026-10-04 00:00:00+00:00"


# --- as the config says -------------------------------------------------------------------------


def test_the_default_debtor_comes_before_everything_for_those_it_is_for(run: Any) -> None:
    know(run, DebtorRecord(1, None, VAT), DebtorRecord(2, None, None, nr="WEBSHOP"))
    firm = buyer(vat_number=VAT, kind="business")
    assert found(run, firm) == 1
    run.settings = replace(SETTINGS, default_debtor="WEBSHOP")
    choice = match_debtor(run, firm)
    assert isinstance(choice, MatchedDebtor)
    assert (choice.party_id, choice.by, choice.is_the_buyer) == (2, "number", False)
    run.settings = replace(SETTINGS, default_debtor="WEBSHOP", default_debtor_for="consumers")
    assert (found(run, firm), found(run, buyer("an@x.example"))) == (1, 2)


def test_where_the_default_debtor_is_missing_nobody_stands_in(run: Any) -> None:
    """Otherwise: a typing error in the config books on whoever has the address."""
    know(run, DebtorRecord(1, None, VAT, ("an@x.example",), nr="webshop"))
    run.settings = replace(SETTINGS, default_debtor="WEBSHOP")
    choice = match_debtor(run, buyer("an@x.example", vat_number=VAT))
    assert isinstance(choice, NoDebtor)
    assert (choice.reason.code, choice.is_refused) == ("default_debtor_missing", False)


def test_with_match_email_off_only_our_own_debtors_have_addresses(run: Any) -> None:
    run.settings = replace(SETTINGS, match_email=False)
    know(
        run,
        DebtorRecord(1, None, None, ("an@x.example",)),
        DebtorRecord(2, "plugandpay-4712-debtor-1", None, ("an@x.example",)),
        DebtorRecord(3, "plugandpay-47110-debtor-1", None, ("an@x.example",)),
    )
    assert found(run, buyer("an@x.example")) is None
    know(
        run, DebtorRecord(4, "plugandpay-4711-debtor-1", None, ("an@x.example",)), DebtorRecord(5, None, VAT)
    )
    assert found(run, buyer("an@x.example")) == 4
    assert found(run, buyer("an@x.example", vat_number=VAT)) == 5


# --- what is reported about the choice ----------------------------------------------------------


def codes(run: Any, of: Buyer) -> list[str]:
    choice = match_debtor(run, of)
    assert isinstance(choice, MatchedDebtor)
    return [note.code for note in choice.notes]


def test_a_difference_is_said_but_not_of_a_firm_by_a_private_order(run: Any) -> None:
    other = {**CARD, "Street": "Langestraat"}
    know(run, DebtorRecord(1, None, VAT, ("an@x.example",), card=other))
    assert codes(run, buyer(vat_number=VAT, addresses=(HOME,))) == ["debtor_differs"]
    assert codes(run, buyer("an@x.example", addresses=(HOME,))) == []
    assert codes(run, buyer(vat_number=VAT)) == []
    know(run, DebtorRecord(1, None, VAT, ("an@x.example",), card=CARD))
    assert codes(run, buyer(vat_number=VAT, addresses=(HOME,))) == []


def test_a_reverse_charge_without_a_vat_number_on_the_debtor_is_said_before_all_else(run: Any) -> None:
    know(run, DebtorRecord(1, None, None, ("an@x.example",), card={**CARD, "Street": "Langestraat"}))
    reversed_charge = buyer("an@x.example", vat_number=VAT, reverse_charged=True, addresses=(HOME,))
    assert codes(run, reversed_charge) == ["debtor_without_vat_number"]
    know(run, DebtorRecord(1, None, VAT, ("an@x.example",), card=CARD))
    assert codes(run, reversed_charge) == []


# --- for whom Billit might take a new debtor ----------------------------------------------------


def living(party_id: int, **other: str) -> DebtorRecord:
    card = {**CARD, **other}
    return DebtorRecord(party_id, None, None, card=card, address=address_key(card))


def test_nobody_is_mistaken_who_shares_neither_e_mail_address_nor_house(run: Any) -> None:
    assert not might_be_mistaken(run, buyer("an@x.example", addresses=(HOME,)))
    know(run, living(1, Street="Langestraat"), DebtorRecord(2, None, VAT, ("a@x.example",)))
    assert not might_be_mistaken(run, buyer("an@x.example", addresses=(HOME,)))
    assert not might_be_mistaken(run, buyer("an@x.example"))


@pytest.mark.parametrize("other", [{}, {"Name": "B"}, {"City": "Gand"}, {"Street": "KERKSTRAAT"}], ids=str)
def test_who_lives_in_the_house_of_another_might_be_mistaken_for_them(
    run: Any, other: dict[str, str]
) -> None:
    know(run, living(1, **other))
    assert might_be_mistaken(run, buyer("an@x.example", addresses=(HOME,)))
    assert not might_be_mistaken(run, buyer("an@x.example"))


def test_who_shares_any_e_mail_address_might_be_mistaken(run: Any) -> None:
    """Two firms with one bookkeeper; or, with `match_email` off, anybody."""
    know(run, DebtorRecord(1, None, OTHER_VAT, ("office@x.example",)))
    assert might_be_mistaken(run, buyer("an@x.example", "office@x.example", vat_number=VAT))


def test_where_lists_show_no_addresses_anybody_with_one_might_be_mistaken(run: Any) -> None:
    listed(run, Debtor(party_id=1, vat_number=VAT), Debtor(party_id=2, email="a@x.example"))
    assert might_be_mistaken(run, buyer("an@x.example", addresses=(HOME,)))
    assert not might_be_mistaken(run, buyer("an@x.example"))
    know(run, living(3, Street="Langestraat"))  # read by its id, which says nothing of lists
    assert might_be_mistaken(run, buyer("an@x.example", addresses=(HOME,)))
    listed(run, Debtor(party_id=1, vat_number=VAT), Debtor(party_id=2, city="Gent"))
    assert not might_be_mistaken(run, buyer("an@x.example", addresses=(HOME,)))
    listed(run, Debtor(party_id=2), anew=False)
    assert not might_be_mistaken(run, buyer("an@x.example", addresses=(HOME,)))
    listed(run, Debtor(party_id=1, vat_number=VAT), Debtor(party_id=2))
    assert might_be_mistaken(run, buyer("an@x.example", addresses=(HOME,)))


# --- what lists do not show ---------------------------------------------------------------------


def listed(run: Any, *debtors: Debtor, anew: bool = True) -> list[int]:
    """Let Billit list these, and no others, at noon of a later day; gives who was looked at by the id."""
    looked_at: list[int] = []

    def debtor(party_id: int) -> Debtor | None:
        looked_at.append(party_id)
        return next((each for each in run.in_full if each.party_id == party_id), None)

    run.in_full = getattr(run, "in_full", [])
    run.billit = SimpleNamespace(debtors=lambda _since: list(debtors), debtor=debtor)
    run.now = lambda: datetime.now(UTC) + getattr(run, "later", timedelta())
    refresh_debtors(run, anew=anew)
    return looked_at


OURS = "plugandpay-4711-debtor-1"


def test_what_a_row_does_not_show_stays_as_it_was_known(run: Any) -> None:
    """Otherwise: a firm's house and our own debtors are forgotten, for want of two members in a list."""
    card = {**CARD, "CBE": "0123456749"}
    know(run, DebtorRecord(1, OURS, None, ("a@x.example",), card=card, address="x", is_firm=True))
    listed(run, Debtor(party_id=1, name="New", email="b@x.example"))
    known = run.state.debtors.get(1)
    assert (known.key, known.card, known.address) == (
        OURS,
        {**card, "Name": "New", "Email": "b@x.example"},
        HERE,
    )
    assert (known.emails, known.is_firm) == (("b@x.example",), True)
    listed(run, Debtor(party_id=1, name="New", city="Brugge", identifiers=(), vat_liable=False))
    known = run.state.debtors.get(1)
    assert (known.key, known.card, known.address) == (OURS, {"Name": "New", "City": "Brugge"}, None)
    assert not known.is_firm


def test_what_we_made_of_late_is_not_forgotten_because_a_list_misses_it(run: Any) -> None:
    """Otherwise: two full reads within Billit's lag, and the customer is made a second time."""
    run.state.debtors.begin(OURS, "digest")
    run.state.debtors.record_created(DebtorRecord(1, OURS, None), OURS, "shown")
    know(run, DebtorRecord(2, "their-key", None))
    assert listed(run) == []
    assert (found_ids(run), listed(run, Debtor(party_id=2), anew=True)) == ([1], [])
    run.later = timedelta(days=1)
    run.in_full = [Debtor(party_id=1, external_provider_id=OURS)]
    assert (listed(run), found_ids(run)) == ([1], [1])  # it is there, if not in the list
    run.in_full = []
    assert (listed(run, anew=False), found_ids(run)) == ([], [1])
    assert (listed(run), found_ids(run)) == ([1], [])


def found_ids(run: Any) -> list[int]:
    return sorted(run.state.debtors.all())


def test_our_own_debtor_is_found_where_lists_show_no_keys(run: Any) -> None:
    """Otherwise: an answer is lost, and the search for our key finds nobody for ever."""
    draft = DebtorDraft(name="An", vat_liable=False, nr="PP-1", external_provider_id=OURS)
    who = Buyer("consumer", "BE", None, None, False, ("an@x.example",), draft)  # noqa: FBT003
    theirs, mine = Debtor(party_id=1, nr="PP-1"), Debtor(party_id=2, nr="PP-1")
    run.in_full = [theirs, mine.model_copy(update={"external_provider_id": OURS})]
    listed(run, theirs, mine)
    assert found(run, who) == 2
    assert listed(run, theirs, mine) == []
    assert found(run, who) == 2


# --- which order may change a debtor ------------------------------------------------------------

SWISS = "CHE-116.281.710"


@pytest.mark.parametrize(
    "shown, of, speaks",
    [
        (Debtor(party_id=1), buyer(), True),
        (Debtor(party_id=1), buyer(vat_number=VAT, kind="business"), True),
        (Debtor(party_id=1, vat_number=VAT), buyer(), False),
        (Debtor(party_id=1, vat_number=VAT), buyer(kind="business"), False),
        (Debtor(party_id=1, vat_number=VAT), buyer(vat_number=VAT), True),
        (Debtor(party_id=1, vat_number=SWISS), buyer(), False),
        (Debtor(party_id=1, vat_number=SWISS), buyer(kind="business"), False),
        (Debtor(party_id=1, vat_number=SWISS), buyer(vat_number=VAT, kind="business"), False),
        (Debtor(party_id=1, vat_number=SWISS), buyer(given="che116281710", kind="business"), True),
        (Debtor(party_id=1, vat_liable=True), buyer(), False),
        (Debtor(party_id=1, vat_liable=True), buyer(kind="business"), True),
        (Debtor(party_id=1, identifiers=(CBE,)), buyer(), False),
        (Debtor(party_id=1, identifiers=(CBE,)), buyer(kind="business"), True),
        (Debtor(party_id=1, identifiers=(CBE,)), buyer(vat_number=VAT, kind="business"), True),
        (Debtor(party_id=1, identifiers=(SHORT,)), buyer(vat_number=VAT, kind="business"), True),
        (Debtor(party_id=1, identifiers=(CBE,)), buyer(vat_number=OTHER_VAT, kind="business"), False),
    ],
)
def test_a_debtor_is_changed_by_its_own_orders_only(shown: Debtor, of: Buyer, *, speaks: bool) -> None:
    """Otherwise: a club is renamed after its treasurer, or the baker after the florist."""
    assert is_for(of, record_of(shown)) is speaks


def test_a_firm_known_by_another_company_number_is_not_the_buyer(run: Any) -> None:
    """Otherwise: two firms with one bookkeeper, and the e-invoice goes to the wrong one."""
    listed(run, Debtor(party_id=1, email="office@x.example", identifiers=(CBE,)))
    assert found(run, buyer("office@x.example", vat_number=OTHER_VAT)) is None
    assert found(run, buyer("office@x.example", vat_number=VAT)) == 1


# --- VAT numbers as people enter them -----------------------------------------------------------


@pytest.mark.parametrize(
    "entered, country, number",
    [
        ("0123456749", "BE", VAT),
        ("0123.456.749", "BE", VAT),
        ("0123456749", None, VAT),
        ("123456749", "BE", VAT),
        ("123456749", None, None),  # nine digits are any country's
        ("0123456740", None, None),
        ("0123456749", "NL", None),
        ("999900018B01", "NL", "NL999900018B01"),
        ("999900018B01", None, None),
        ("0123456749", "Belgium", VAT),
        (SWISS, "CH", None),
    ],
)
def test_a_number_without_its_country_is_one_of_the_debtor_s_own(
    entered: str, country: str | None, number: str | None
) -> None:
    """Otherwise: a firm whose number somebody typed without BE is made a second time."""
    assert record_of(Debtor(party_id=1, vat_number=entered, country_code=country)).vat_number == number
