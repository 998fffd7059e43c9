"""Adding and changing orders in the shop."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ppbillit_emulator.plugandpay.builder import OPEN_TRANSFER, build_order
from ppbillit_emulator.plugandpay.lines import Line, Shipping
from ppbillit_emulator.plugandpay.money import exact, rounded

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import Clock
    from ppbillit_emulator.plugandpay.shop import Shop

COURSE = [Line("Cursus", "97.00")]


def test_an_order_is_completed_with_defaults(shop: Shop) -> None:
    item = {"label": "x", "amount": "10.00", "amount_with_tax": "12.10"}
    order = shop.orders[shop.add({"items": [item], "payment": {"status": "paid"}})]
    assert (order["id"], order["items"][0]["id"], order["invoice_number"]) == (810001, 990001, "20260001")
    assert (order["amount"], order["invoice_date"]) == ("10.00", "2026-10-12")
    assert order["taxes"][0]["amount"] == "2.10"
    assert order["payment"]["url"].endswith(order["reference"])


def test_ids_are_unique_and_continue_from_the_highest(shop: Shop) -> None:
    shop.add(build_order(COURSE, id=900))
    with pytest.raises(ValueError, match="900 exists"):
        shop.add(build_order(COURSE, id=900))
    shop.add(build_order(COURSE, id=820000))
    assert shop.add(build_order(COURSE)) == 820001


def test_numbers_are_a_series_per_year_and_test_orders_leave_no_gap(shop: Shop) -> None:
    shop.add(build_order(COURSE, number="20260416"))
    test = shop.add(build_order(COURSE, mode="test"))
    live = shop.add(build_order(COURSE))
    new_year = shop.add(build_order(COURSE, created_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC)))
    numbers = [shop.orders[each]["invoice_number"] for each in (test, live, new_year)]
    assert numbers == ["20260001-T", "20260417", "20270001"]


def test_changing_an_added_order_does_not_change_the_shop(shop: Shop) -> None:
    order = build_order(COURSE, id=7)
    shop.add(order)
    order["items"].clear()
    assert len(shop.orders[7]["items"]) == 1


def test_a_float_anywhere_is_refused(shop: Shop) -> None:
    with pytest.raises(TypeError, match=r"order\.items\.0\.amount is a float"):
        shop.add({"items": [{"label": "x", "amount": 10.0, "amount_with_tax": "12.10"}]})
    with pytest.raises(TypeError, match="never a float"):
        exact(0.1)  # type: ignore[arg-type]


def test_a_credit_cannot_be_credited_and_no_order_twice(shop: Shop) -> None:
    order_id = shop.add(build_order(COURSE))
    credit_id = shop.credit(order_id)
    for each in (order_id, credit_id):
        with pytest.raises(ValueError, match="cannot be credited again"):
            shop.credit(each)


def test_a_credit_negates_every_amount(shop: Shop) -> None:
    lines = [Line("Boek", "49.00", "6", quantity=2, discount="9.80", code="X")]
    order_id = shop.add(build_order(lines, shipping=Shipping("4.95", "6"), collection_costs="12.50"))
    original, credit = shop.orders[order_id], shop.orders[shop.credit(order_id)]
    for key in ("amount", "amount_with_tax"):
        assert exact(credit[key]) == -exact(original[key])
        assert exact(credit["shipping"][key]) == -exact(original["shipping"][key])
        assert exact(credit["total_discounts"][0][key]) == -exact(original["total_discounts"][0][key])
        assert exact(credit["collection_costs"][0][key]) == -exact(original["collection_costs"][0][key])
    assert credit["taxes"][0]["amount"].startswith("-")


def test_a_concept_becomes_final_with_a_number_and_a_date(shop: Shop) -> None:
    first, second = (shop.add(build_order(COURSE, status="concept", payment=OPEN_TRANSFER)) for _ in "ab")
    concept = shop.orders[first]
    assert (concept["invoice_number"], concept["invoice_date"]) == (None, None)
    shop.finalise(first, "20260500", date(2026, 10, 1))
    shop.finalise(second)
    final = shop.orders[second]
    assert (concept["invoice_status"], concept["invoice_date"]) == ("final", "2026-10-01")
    assert (final["invoice_number"], final["invoice_date"]) == ("20260501", "2026-10-12")


def test_an_order_is_paid_and_charged_back(shop: Shop, clock: Clock) -> None:
    order_id = shop.add(build_order(COURSE, payment=OPEN_TRANSFER))
    clock.now += timedelta(days=1)
    shop.mark_paid(order_id)
    payment = shop.orders[order_id]["payment"]
    assert (payment["status"], payment["paid_at"]) == ("paid", "2026-10-13T07:15:00.000000Z")
    shop.charge_back(order_id)
    assert payment["status"] == "reversed"


def test_a_reset_shop_is_empty(shop: Shop) -> None:
    shop.add(build_order(COURSE))
    shop.switches.drift = "move"
    shop.reset()
    assert (shop.orders, shop.products, shop.patches, shop.switches.drift) == ({}, {}, [], "none")
    assert shop.add(build_order(COURSE)) == 810001


def test_halves_are_rounded_away_from_zero() -> None:
    assert [str(rounded(exact(each))) for each in ("0.005", "-0.005", "2.675", "0.0049")] == [
        "0.01",
        "-0.01",
        "2.68",
        "0.00",
    ]
