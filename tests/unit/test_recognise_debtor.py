"""Which debtor an order is booked on: the VAT number, the e-mail address, our own key; never by similarity."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from ppbillit.billit.models import Debtor, DebtorDraft
from ppbillit.mapping.debtor import Buyer
from ppbillit.mapping.rules import Rules
from ppbillit.state import DebtorRecord, Identity, dry_copy
from ppbillit.sync.debtors import Found, NotFound, recognise, refresh_debtors
from ppbillit.sync.job import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

VAT, OTHER_VAT = "BE0123456749", "BE0999400403"
SETTINGS = Settings(go_live=date(2026, 10, 1))
RULES = Rules("4711", ZoneInfo("Europe/Brussels"))
SHOP = Identity("4711", 588708, "https://api.billit.be")


def buyer(*emails: str, vat_number: str | None = None) -> Buyer:
    draft = DebtorDraft(name="Voorbeeld", vat_liable=bool(vat_number), external_provider_id="our-key")
    return Buyer("consumer", "BE", vat_number, vat_number, reverse_charged=False, emails=emails, draft=draft)


@pytest.fixture(name="job")
def _job() -> Iterator[Any]:
    with dry_copy(Path("/nowhere/state.sqlite3"), SHOP) as state:
        yield SimpleNamespace(state=state, settings=SETTINGS, rules=RULES)


def found(job: Any, of: Buyer) -> int | None:
    """Give the debtor that a buyer is recognised as."""
    match recognise(job, of):
        case Found(party_id=party_id):
            return party_id
        case NotFound() as none:
            raise AssertionError(none)
    return None


def know(job: Any, *debtors: DebtorRecord) -> None:
    job.state.debtors.mirror(debtors)


def test_nobody_is_recognised_where_nobody_matches(job: Any) -> None:
    know(job, DebtorRecord(1, "their-key", OTHER_VAT, ("ann@x.example",)))
    assert found(job, buyer("an@x.example")) is None


def test_the_vat_number_leads(job: Any) -> None:
    know(job, DebtorRecord(1, None, None, ("a@x.example",)), DebtorRecord(2, None, VAT))
    assert found(job, buyer("a@x.example", vat_number=VAT)) == 2


def test_then_the_address_the_order_was_placed_with_then_the_one_for_invoices(job: Any) -> None:
    know(
        job,
        DebtorRecord(1, None, None, ("invoices@x.example",)),
        DebtorRecord(2, None, None, ("an@x.example",)),
    )
    assert found(job, buyer("an@x.example", "invoices@x.example")) == 2
    assert found(job, buyer("nobody@x.example", "invoices@x.example")) == 1


def test_two_firms_that_share_an_address_stay_two(job: Any) -> None:
    know(job, DebtorRecord(1, None, OTHER_VAT, ("office@x.example",)))
    assert found(job, buyer("office@x.example", vat_number=VAT)) is None
    assert found(job, buyer("office@x.example")) == 1  # a private order is linked, as the manual says


def test_a_debtor_without_vat_number_may_turn_out_to_be_a_firm(job: Any) -> None:
    know(job, DebtorRecord(1, None, None, ("office@x.example",)))
    assert found(job, buyer("office@x.example", vat_number=VAT)) == 1


def test_our_own_key_finds_what_we_made_before(job: Any) -> None:
    know(job, DebtorRecord(1, "our-key", None, ("moved@x.example",)))
    assert found(job, buyer("an@x.example")) == 1


def test_of_several_the_oldest_is_taken_and_it_is_said(job: Any) -> None:
    know(job, *(DebtorRecord(number, None, None, ("an@x.example",)) for number in (9, 3, 5)))
    choice = recognise(job, buyer("an@x.example"))
    assert isinstance(choice, Found)
    assert (choice.party_id, [note.code for note in choice.notes]) == (3, ["debtor_ambiguous"])
    assert "3 debtors" in choice.notes[0].message


def test_what_billit_says_is_reduced_to_what_recognises(job: Any) -> None:
    """Several addresses in one field, VAT numbers with dots, debtors without either."""
    said = [
        Debtor(party_id=1, vat_number="BE 0123.456.749", email="An@X.example; office@x.example;"),
        Debtor(party_id=2, vat_number="nonsense"),
    ]
    asked: list[object] = []

    def debtors(since: datetime | None) -> list[Debtor]:
        asked.append(since)
        return said

    job.reader = SimpleNamespace(debtors=debtors)
    job.now = lambda: datetime(2026, 10, 5, tzinfo=UTC)
    refresh_debtors(job)
    refresh_debtors(job)
    assert found(job, buyer(vat_number=VAT)) == 1
    assert found(job, buyer("office@x.example")) == 1
    assert found(job, buyer("an@x.example")) == 1
    assert asked[0] is None
    assert str(asked[1]) == "2026-10-04 00:00:00+00:00"
