"""The Billit client against the emulated Billit, over real sockets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.billit.client import BillitClient, billit
from ppbillit.billit.models import DebtorDraft, DocumentDraft, DraftLine
from ppbillit.errors import KeysRefused, TryLater, Unavailable
from ppbillit.http import HttpClient
from ppbillit.outcomes import Done, KeyUsed, NotSent, Refused, Unknown
from ppbillit_emulator import Emulator, Fault, FaultKind
from ppbillit_emulator.billit.documents import enter_by_hand
from support.http_servers import NO_WAIT, FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.billit.ports import BillitReader, DocumentCreator, DocumentSender

FIFTH = date(2026, 10, 5)


@pytest.fixture(name="world")
def _world() -> Iterator[Emulator]:
    with Emulator() as world:
        yield world


@pytest.fixture(name="client")
def _client(world: Emulator) -> Iterator[BillitClient]:
    with _client_of(world) as client:
        yield client


def _client_of(world: Emulator, key: str | None = None, party_id: int | None = None) -> BillitClient:
    service = billit(
        world.billit_url,
        party_id or world.party_id,
        api_key=key or world.billit_key,
        requests_per_second=1000,
        timeout_seconds=0.5,
    )
    return BillitClient(HttpClient(service, retry=NO_WAIT, timing=FakeTime().timing()))


def _draft(number: int = 1) -> DocumentDraft:
    return DocumentDraft(
        order_type="Invoice",
        order_number=f"2026{number:04}",
        order_date=FIFTH,
        expiry_date=FIFTH + timedelta(days=14),
        external_provider_id=f"plugandpay-1-{number}",
        order_lines=(
            DraftLine(
                description="Cursus",
                quantity=Decimal(1),
                unit_price_excl=Decimal("40.50"),
                vat_percentage=Decimal(21),
            ),
        ),
    )


def _debtor(client: BillitClient, number: int = 1) -> int:
    draft = DebtorDraft(
        name=f"Klant {number}",
        email=f"klant{number}@example.org",
        vat_liable=False,
        external_provider_id=f"plugandpay-1-c{number}",
    )
    made = client.create_debtor(draft, f"d{number}")
    assert isinstance(made, Done)
    return made.value


def _create(client: BillitClient, count: int) -> list[int]:
    party = _debtor(client)
    made = [client.create_document(_draft(number), party, f"a{number}") for number in range(1, count + 1)]
    return [outcome.value for outcome in made if isinstance(outcome, Done)]


def test_the_client_is_all_three_parts_of_the_gateway(client: BillitClient) -> None:
    parts: tuple[BillitReader, DocumentCreator, DocumentSender] = (client, client, client)
    assert all(part is client for part in parts)


def test_what_is_created_can_be_read_and_found(world: Emulator, client: BillitClient) -> None:
    (made,) = _create(client, 1)
    document = client.document(made)
    assert document is not None
    assert (document.total_incl, document.external_provider_id) == (Decimal("49.01"), "plugandpay-1-1")
    assert [found.order_id for found in client.documents_by_key("plugandpay-1-1")] == [made]
    assert [found.order_id for found in client.documents_by_number("20260001")] == [made]
    assert [found.order_id for found in client.documents_between(FIFTH, FIFTH)] == [made]
    assert client.documents_by_key("plugandpay-1-2") == []
    assert [company.party_id for company in client.companies()] == [world.party_id]


@pytest.mark.parametrize("switch", ["Idempotency-Key", "Idempotent-Key", "both"])
def test_a_key_that_was_used_creates_nothing_whichever_spelling_counts(
    world: Emulator, client: BillitClient, switch: str
) -> None:
    world.office.switches.update(idempotency_header=switch)
    party = _debtor(client)
    assert isinstance(client.create_document(_draft(), party, "a1"), Done)
    assert client.create_document(_draft(), party, "a1") == KeyUsed()
    assert len(world.office.ledger()) == 1


@pytest.mark.parametrize(
    "switches",
    [
        {"bare_integer_type": "text", "order_create_status": 201},
        {"nulls": True, "unknown_fields": True},
        {"unknown_enums": True},
        {"time_zone": "utc"},
        {"party_id_header": "optional"},
    ],
)
def test_answers_may_look_otherwise(world: Emulator, client: BillitClient, switches: dict[str, Any]) -> None:
    world.office.switches.update(**switches)
    (made,) = _create(client, 1)
    assert client.document(made) is not None
    assert [found.order_id for found in client.documents_between(FIFTH, FIFTH)] == [made]
    assert len(client.debtors()) == 1


@pytest.mark.parametrize("link", ["full", "relative", "foreign", "absent"])
@pytest.mark.parametrize("top_ends_paging", [True, False])
def test_lists_are_whole_whatever_is_said_about_next_pages(
    world: Emulator, client: BillitClient, link: str, *, top_ends_paging: bool
) -> None:
    world.office.switches.update(page_size=3, next_page_link=link, top_ends_paging=top_ends_paging)
    ids = _create(client, 10)
    parties = [_debtor(client, number) for number in range(2, 9)]
    assert [document.order_id for document in client.all_documents()] == ids
    assert sorted(debtor.party_id for debtor in client.debtors())[1:] == parties
    assert world.strays == []


@pytest.mark.parametrize("drift", ["touch", "insert", "delete"])
def test_no_document_is_lost_while_others_move(world: Emulator, client: BillitClient, drift: str) -> None:
    by_hand = {
        **_draft(99).model_copy(update={"order_number": "HAND-1"}).body_for(_debtor(client, 99)),
        "ExternalProviderID": "",
    }
    enter_by_hand(world.office, by_hand)  # what the drift deletes: never what a client made
    ids = _create(client, 10)
    world.office.switches.update(page_size=3, drift=drift, drift_times=3)
    assert set(ids) <= {document.order_id for document in client.all_documents()}
    assert world.office.switches.drift_times < 3


def test_deleted_documents_are_listed_over_several_pages(world: Emulator, client: BillitClient) -> None:
    world.office.switches.update(page_size=3)
    ids = _create(client, 8)
    for number in ids[:5]:
        world.office.documents[number].deleted = world.office.clock.now()
    assert sorted(document.order_id for document in client.deleted_documents()) == ids[:5]
    assert client.documents_by_key("plugandpay-1-1") == []


@pytest.mark.parametrize("zone", ["local", "utc"])
def test_what_changed_just_now_is_found_in_either_zone(
    world: Emulator, client: BillitClient, zone: str
) -> None:
    world.office.switches.update(time_zone=zone)
    before = world.office.clock.now()
    ids = _create(client, 2)
    assert [document.order_id for document in client.documents_modified_since(before)] == ids
    assert len(client.debtors(before)) == 1
    assert client.documents_modified_since(before + timedelta(days=1)) == []


@pytest.mark.parametrize("status", [401, 404])
def test_an_unknown_document_is_none(world: Emulator, client: BillitClient, status: int) -> None:
    world.office.switches.update(wrong_id_status=status)
    assert client.document(999) is None


def test_a_wrong_key_is_refused_everywhere(world: Emulator) -> None:
    with _client_of(world, key="wrong") as client:
        for ask in (client.companies, client.all_documents, client.debtors, lambda: client.document(999)):
            with pytest.raises(KeysRefused):
                ask()
        with pytest.raises(KeysRefused):
            client.create_document(_draft(), 7, "a1")


def test_a_company_out_of_reach_is_refused(world: Emulator) -> None:
    with _client_of(world, party_id=1) as client, pytest.raises(KeysRefused):
        client.documents_by_key("plugandpay-1-1")


def test_a_refusal_carries_its_codes(client: BillitClient) -> None:
    outcome = client.create_document(_draft().model_copy(update={"order_lines": ()}), _debtor(client), "a1")
    assert isinstance(outcome, Refused)
    assert [problem.code for problem in outcome.problems] == ["ThereMustBeAtLeastOneOrderLine"]


def test_a_document_for_somebody_elses_debtor_is_refused_and_the_key_is_not_blamed(
    client: BillitClient,
) -> None:
    outcome = client.create_document(_draft(), 999, "a1")
    assert isinstance(outcome, Refused)
    assert outcome.status == 401


def test_a_document_is_sent_once_for_one_key(client: BillitClient) -> None:
    (made,) = _create(client, 1)
    assert client.send_document(made, "SMTP", "s1", strict=True) == Done(None)
    assert client.send_document(made, "SMTP", "s1", strict=True) == KeyUsed()
    document = client.document(made)
    assert document is not None
    assert document.is_sent


def test_a_document_that_cannot_go_by_its_channel_goes_by_no_other(
    world: Emulator, client: BillitClient
) -> None:
    (made,) = _create(client, 1)
    outcome = client.send_document(made, "Peppol", "s1", strict=True)
    assert isinstance(outcome, Refused)
    assert [problem.code for problem in outcome.problems] == ["TheCustomerIsNotActiveOnPeppol"]
    assert not world.office.documents[made].is_sent


STORED = [
    (FaultKind.CLOSE_AFTER, True),
    (FaultKind.RESET_AFTER, True),
    (FaultKind.HALF_BODY_AFTER, True),
    (FaultKind.LATE_AFTER, True),
    (FaultKind.HTML_200_AFTER, True),
    (FaultKind.EMPTY_200, True),
    (FaultKind.ERROR_500_AFTER, True),
    (FaultKind.BAD_GATEWAY_AFTER, True),
    (FaultKind.CLOSE_BEFORE, False),
    (FaultKind.RESET_BEFORE, False),
    (FaultKind.ERROR_500_BEFORE, False),
    (FaultKind.BAD_GATEWAY_502, False),
    (FaultKind.HTML_200_BEFORE, False),
    (FaultKind.REDIRECT_302, False),
]


@pytest.mark.parametrize("kind,stored", STORED)
def test_a_lost_answer_is_unknown_and_the_document_is_there_or_not(
    world: Emulator, client: BillitClient, kind: FaultKind, *, stored: bool
) -> None:
    party = _debtor(client)
    world.arm(Fault(kind, api="billit", method="POST", path=r"/v1/orders$", seconds=0.8))
    assert isinstance(client.create_document(_draft(), party, "a1"), Unknown)
    assert len(client.documents_by_key("plugandpay-1-1")) == int(stored)
    assert world.strays == []


def test_a_right_answer_under_the_wrong_name_is_believed(world: Emulator, client: BillitClient) -> None:
    party = _debtor(client)
    world.arm(Fault(FaultKind.WRONG_CONTENT_TYPE, api="billit", method="POST"))
    assert isinstance(client.create_document(_draft(), party, "a1"), Done)


def test_a_rate_limit_is_waited_for_and_then_the_document_is_made_once(
    world: Emulator, client: BillitClient
) -> None:
    party = _debtor(client)
    world.arm(Fault(FaultKind.RATE_LIMITED, api="billit", retry_after=30, times=2))
    assert isinstance(client.create_document(_draft(), party, "a1"), Done)
    assert len(world.office.ledger()) == 1
    world.arm(Fault(FaultKind.RATE_LIMITED, api="billit", retry_after=3600, times=None))
    with pytest.raises(TryLater):
        client.create_document(_draft(2), party, "a2")


def test_a_billit_that_is_gone_was_not_asked(world: Emulator, client: BillitClient) -> None:
    world.stop()
    assert isinstance(client.create_document(_draft(), 7, "a1"), NotSent)
    with pytest.raises(Unavailable):
        client.documents_modified_since(datetime(2026, 10, 5, tzinfo=UTC))
