"""Idempotency keys, and the switches for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.billit.client import Billit, codes, consumer, invoice, without
from ppbillit_emulator.billit.idempotency import IdempotencyKeys

if TYPE_CHECKING:
    from ppbillit_emulator import BillitSwitches, Emulator

KEY = "0123abcd"


def test_a_repeated_idempotency_key_gets_409_without_the_order_id(world: Emulator, billit: Billit) -> None:
    billit.create(Idempotency_Key=KEY)
    response = billit.call("POST", "/v1/orders", invoice("2"), Idempotency_Key=KEY)
    assert response.status_code == 409
    assert response.json() == {"errors": [{"Code": "Idempotent token already exists"}]}
    assert len(world.office.ledger()) == 1
    assert world.office.idempotency_keys.used == [KEY]


@pytest.mark.parametrize(
    "setting, plain_works, other_works",
    [
        ("Idempotency-Key", True, False),
        ("Idempotent-Key", False, True),
        ("both", True, True),
        ("neither", False, False),
    ],
)
def test_the_spelling_that_does_not_work_protects_nothing(
    billit: Billit,
    switches: BillitSwitches,
    setting: str,
    plain_works: bool,
    other_works: bool,
) -> None:
    switches.update(idempotency_header=setting, duplicate_order_number="accept")
    for header, key, works in (("Idempotency_Key", "a", plain_works), ("Idempotent_Key", "b", other_works)):
        first, second = (billit.call("POST", "/v1/orders", invoice(), **{header: key}) for _ in range(2))
        assert first.status_code == 200
        assert (second.status_code == 409) is works


def test_a_refused_request_may_use_its_key_again_or_not(billit: Billit, switches: BillitSwitches) -> None:
    wrong = without(invoice(), "Customer")
    billit.call("POST", "/v1/orders", wrong, Idempotency_Key=KEY)
    billit.create(Idempotency_Key=KEY)
    switches.idempotency_key_kept_on_refusal = True
    billit.call("POST", "/v1/orders", wrong, Idempotency_Key="other1")
    assert billit.call("POST", "/v1/orders", invoice("2"), Idempotency_Key="other1").status_code == 409


def test_a_stuck_key_blocks_without_a_document(
    world: Emulator, billit: Billit, switches: BillitSwitches
) -> None:
    switches.idempotency_stuck_creates = 1
    statuses = [
        billit.call("POST", "/v1/orders", invoice(), Idempotency_Key=key).status_code
        for key in (KEY, KEY, KEY, "fresh1")
    ]
    assert statuses == [500, 409, 409, 200]
    assert world.writes()["billit"]["documents"] == 1


def test_the_scope_of_a_key_is_a_switch(world: Emulator, billit: Billit, switches: BillitSwitches) -> None:
    billit.create(Idempotency_Key=KEY)
    assert billit.call("POST", "/v1/parties", consumer(), Idempotency_Key=KEY).status_code == 409
    switches.idempotency_scope = "endpoint"
    world.office.idempotency_keys = IdempotencyKeys()
    billit.create(invoice("2"), Idempotency_Key=KEY)
    assert billit.call("POST", "/v1/parties", consumer(), Idempotency_Key=KEY).status_code == 200
    assert billit.call("POST", "/v1/orders", invoice("3"), Idempotency_Key=KEY).status_code == 409


def test_a_key_of_one_company_is_free_in_another(billit: Billit, switches: BillitSwitches) -> None:
    switches.second_company = True
    billit.create(Idempotency_Key=KEY)
    billit.create(Idempotency_Key=KEY, PartyID="588709")
    switches.idempotency_scope = "account"
    billit.create(invoice("2"), Idempotency_Key="fresh1")
    elsewhere = billit.call("POST", "/v1/orders", invoice("2"), Idempotency_Key="fresh1", PartyID="588709")
    assert elsewhere.status_code == 409


def test_the_same_key_with_another_body_is_a_switch(billit: Billit, switches: BillitSwitches) -> None:
    switches.idempotency_other_body = "new"
    billit.create(Idempotency_Key=KEY)
    assert billit.call("POST", "/v1/orders", invoice(), Idempotency_Key=KEY).status_code == 409
    billit.create(invoice("2"), Idempotency_Key=KEY)


def test_a_key_can_expire(world: Emulator, billit: Billit, switches: BillitSwitches) -> None:
    switches.update(idempotency_lifetime_seconds=60, duplicate_order_number="accept")
    billit.create(Idempotency_Key=KEY)
    world.clock.advance(61)
    billit.create(Idempotency_Key=KEY)


def test_a_key_must_be_alphanumeric(billit: Billit, switches: BillitSwitches) -> None:
    response = billit.call("POST", "/v1/orders", invoice(), Idempotency_Key="a-b")
    assert (response.status_code, codes(response)) == (400, ["GenericError"])
    switches.idempotency_alphanumeric = False
    billit.create(Idempotency_Key="a-b")


def test_a_send_has_idempotency_keys_too(billit: Billit) -> None:
    order_id = billit.create()
    assert billit.send(order_id, Idempotency_Key="send1").status_code == 200
    assert billit.send(order_id, Idempotency_Key="send1").status_code == 409
