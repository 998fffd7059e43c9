"""The Plug&Pay client against the emulated shop, over real sockets."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.errors import KeysRefused, TryLater, Unavailable
from ppbillit.http import HttpClient
from ppbillit.plugandpay.client import PlugAndPayClient, plug_and_pay
from ppbillit.plugandpay.models import Order
from ppbillit_emulator import Emulator, Fault, FaultKind
from support.http_servers import NO_WAIT, FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterator

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture(name="world")
def _world() -> Iterator[Emulator]:
    with Emulator() as world:
        world.shop.switches.max_page_size = 4
        yield world


@pytest.fixture(name="client")
def _client(world: Emulator) -> Iterator[PlugAndPayClient]:
    with _client_of(world, world.plugandpay_key) as client:
        yield client


def _client_of(world: Emulator, key: str) -> PlugAndPayClient:
    service = plug_and_pay(key, world.plugandpay_url, requests_per_second=1000, timeout_seconds=0.5)
    return PlugAndPayClient(HttpClient(service, retry=NO_WAIT, timing=FakeTime().timing()))


def _fill(world: Emulator, count: int = 10, **fields: Any) -> list[int]:
    line = {"label": "Cursus", "amount": "40.50", "amount_with_tax": "49.00"}
    return [
        world.shop.add(
            {
                "invoice_date": "2026-10-05",
                "amount": "40.50",
                "amount_with_tax": "49.00",
                "items": [line],
                **fields,
            }
        )
        for _ in range(count)
    ]


def _ids(client: PlugAndPayClient) -> list[int]:
    return [order.id for order in client.orders(*OCTOBER)]


def test_all_live_orders_are_found_over_several_pages(world: Emulator, client: PlugAndPayClient) -> None:
    ids = _fill(world)
    _fill(world, 2, mode="test")
    world.shop.delete(_fill(world, 1)[0])
    assert _ids(client) == ids
    assert world.strays == []


@pytest.mark.parametrize("drift", ["insert", "move"])
def test_no_order_is_lost_while_others_move(world: Emulator, client: PlugAndPayClient, drift: str) -> None:
    world.shop.switches.update(drift=drift, drift_times=2)
    ids = _fill(world)
    assert set(ids) <= set(_ids(client))


def test_no_order_is_lost_when_one_is_deleted_between_two_pages(
    world: Emulator, client: PlugAndPayClient
) -> None:
    ids = _fill(world)
    pages = iter(range(100))

    def delete_after_the_first_page(_: object, phase: str) -> None:
        if phase == "after" and next(pages) == 0:
            world.shop.delete(ids[0])

    world.on_request = delete_after_the_first_page
    assert set(_ids(client)) >= set(ids[1:])


@pytest.mark.parametrize(
    "switches",
    [
        {"shuffle_ties": True},
        {"links_host": "https://api.plugandpay.invalid"},
        {"links_in_meta": True, "extra_fields": True},
        {"wrap_single": False},
        {"known_includes": "sdk", "unknown_include": "refuse"},
        {"known_includes": "sdk", "unknown_include": "ignore"},
        {"date_filter": "ignored"},
        {"date_filter": "utc", "until_inclusive": False},
        {"default_mode": "both", "default_direction": "asc"},
        {"invoice_date": "timestamp_local"},
        {"invoice_date": "timestamp_utc"},
        {"amounts": "numbers", "short_timestamps": True, "ledger": "number"},
        {"null_source": True, "null_product": True, "null_address": True, "null_item_type": True},
        {"unknown_source": "tv", "unknown_item_type": "gift-wrap", "unknown_tax_exempt": "half"},
        {"unknown_method": "wero", "unknown_provider": "whop", "unknown_payment_status": "lost"},
        {"empty_paid_at": True, "tax_amount_with_tax": True, "related_orders": "absent"},
        {"rate_limit_headers": False, "unknown_filter": "refuse"},
    ],
)
def test_what_nobody_has_proven_may_be_either_way(
    world: Emulator, client: PlugAndPayClient, switches: dict[str, Any]
) -> None:
    world.shop.switches.update(**switches)
    ids = _fill(world)
    orders = client.orders(*OCTOBER)
    single = client.order(ids[0])
    assert [order.id for order in orders] == ids
    assert all(isinstance(order, Order) and order.items for order in orders)
    assert isinstance(single, Order)


@pytest.mark.parametrize("tenants_me,expected", [("allowed", True), ("forbidden", False), ("missing", False)])
def test_the_shop_is_known_or_the_key_is_tried_otherwise(
    world: Emulator, client: PlugAndPayClient, tenants_me: str, *, expected: bool
) -> None:
    world.shop.switches.update(tenants_me=tenants_me)
    assert (client.shop() is not None) is expected


def test_a_wrong_key_is_refused(world: Emulator) -> None:
    with _client_of(world, "eyJ-wrong") as client, pytest.raises(KeysRefused):
        client.shop()
    with _client_of(world, "eyJ-wrong") as client, pytest.raises(KeysRefused):
        client.orders(*OCTOBER)


def test_an_order_that_is_not_there_is_none(client: PlugAndPayClient) -> None:
    assert client.order(1) is None


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.BAD_GATEWAY_502,
        FaultKind.CLOSE_BEFORE,
        FaultKind.CLOSE_AFTER,
        FaultKind.RESET_AFTER,
        FaultKind.HALF_BODY_AFTER,
        FaultKind.EMPTY_200,
        FaultKind.RATE_LIMITED,
        FaultKind.WRONG_CONTENT_TYPE,
    ],
)
def test_what_passes_does_not_stop_the_reading(
    world: Emulator, client: PlugAndPayClient, kind: FaultKind
) -> None:
    ids = _fill(world)
    world.arm(Fault(kind, api="plugandpay", nth=2, retry_after=1))
    assert _ids(client) == ids


def test_an_answer_that_comes_too_late_is_asked_for_again(world: Emulator, client: PlugAndPayClient) -> None:
    ids = _fill(world, 2)
    world.arm(Fault(FaultKind.LATE_AFTER, api="plugandpay", seconds=0.8))
    assert _ids(client) == ids


@pytest.mark.parametrize(
    "kind,error,words",
    [
        (FaultKind.REDIRECT_302, Unavailable, "redirect"),
        (FaultKind.HTML_200_BEFORE, Unavailable, "web page"),
        (FaultKind.ERROR_500_BEFORE, Unavailable, "answer 500"),
        (FaultKind.BAD_GATEWAY_502, Unavailable, "answer 502"),
        (FaultKind.CLOSE_BEFORE, Unavailable, "broke off"),
        (FaultKind.RATE_LIMITED, TryLater, "no more requests"),
    ],
)
def test_what_stays_ends_the_run_in_plain_words(
    world: Emulator, client: PlugAndPayClient, kind: FaultKind, error: type[Exception], words: str
) -> None:
    _fill(world)
    world.arm(Fault(kind, api="plugandpay", times=None))
    with pytest.raises(error, match=words):
        client.orders(*OCTOBER)
    assert world.strays == []
