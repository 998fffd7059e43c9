"""Payments on both sides: make them, take them back, read them, and count what was written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from ppbillit_emulator import Fault, FaultKind
from ppbillit_emulator.billit.changes import patch_document, pay
from ppbillit_emulator.plugandpay.builder import OPEN_TRANSFER, Payment
from support.shop_orders import sell
from support.world import World, document_of, today

if TYPE_CHECKING:
    from ppbillit_emulator.faults import Api

SHOP_WRITES = ("plugandpay", "payments")
BILLIT_WRITES = ("billit", "order_patches")
NOTHING = (0, 0)
KEYS_AND_COMPANY = 2  # the two questions with which every run begins

Side = Literal["shop", "billit"]
PATHS: dict[Side, tuple[Api, str]] = {
    "shop": ("plugandpay", r"^/v2/orders/\d+/payment$"),
    "billit": ("billit", r"^/v1/orders/\d+$"),
}


def sell_open(world: World, price: str = "97.00", *, payment: Payment = OPEN_TRANSFER, **facts: Any) -> int:
    """Sell a course by bank transfer: the money is still to come."""
    return sell(world, price, payment=payment, **facts)


def pay_in_billit(world: World, order_id: int, on: date | None = None) -> None:
    """Let the bookkeeper mark an invoice as paid in Billit's own screens, on the day of the bank's statement."""
    with world.emulator.lock:
        day = on or today() - timedelta(days=1)
        change(world, order_id, Paid=True, PaidDate=f"{day}T00:00:00")


def unpay_in_billit(world: World, order_id: int) -> None:
    """Let the bookkeeper take that back."""
    change(world, order_id, Paid=False, PaidDate=None)


def change(world: World, order_id: int, **members: Any) -> None:
    """Change an invoice in Billit's own screens."""
    with world.emulator.lock:
        patch_document(world.emulator.office, document_of(world, order_id), members)


def pay_some_in_billit(world: World, order_id: int, amount: str) -> None:
    """Let the bank bring a part of it."""
    with world.emulator.lock:
        pay(world.emulator.office, document_of(world, order_id), {"Amount": Decimal(amount)})


def status(world: World, order_id: int) -> str:
    """Return what the shop says of an order's payment."""
    found = world.emulator.shop.orders[order_id]["payment"]["status"]
    assert isinstance(found, str)
    return found


def set_status(world: World, order_id: int, word: str) -> None:
    """Let the shop say something else of an order's payment, without a moment of payment."""
    shop = world.emulator.shop
    with shop.lock:
        shop.orders[order_id]["payment"].update(status=word, paid_at=None)
        shop.touch(order_id)


def writes(world: World) -> tuple[int, int]:
    """Count the payments that were written, to the shop and to Billit."""
    counts = world.emulator.writes()
    (shop, theirs), (billit, ours) = SHOP_WRITES, BILLIT_WRITES
    return counts[shop][theirs], counts[billit][ours]


def first_payment_run_of_a_day(world: World) -> None:
    """Let the next run look at all that is open, and try again what led to nothing today."""
    world.write("UPDATE meta SET value = '2000-01-01' WHERE name = 'payments_looked'")
    world.write("UPDATE payments SET looked_on = '2000-01-01' WHERE looked_on IS NOT NULL")


def requests_made(world: World) -> list[str]:
    """Return the requests since the journal was forgotten."""
    return [f"{arrival.method} {arrival.path}" for arrival in world.emulator.journal]


def moment(days_ago: int) -> datetime:
    """Return an aware time of some days ago."""
    return datetime.now(UTC) - timedelta(days=days_ago)


def synced(world: World, *order_ids: int) -> tuple[int, ...]:
    """Invoice the orders, and let the first run about payments be over."""
    assert world.run_in_process("sync").returncode in {0, 3}
    assert world.run_in_process("sync-payments").stdout == ""
    assert writes(world) == NOTHING
    world.emulator.forget_journal()
    return order_ids


def payment_fault(kind: FaultKind, side: Side, *, times: int | None = 1, **facts: int) -> Fault:
    api, path = PATHS[side]
    return Fault(kind, api=api, method="PATCH", path=path, times=times, **facts)  # type: ignore[arg-type]


def one_sided(world: World, side: Side) -> int:
    """Let an order be paid on the other side alone."""
    order_id = sell_open(world)
    world.run_in_process("sync", "--with-payments")
    if side == "shop":
        pay_in_billit(world, order_id)
    else:
        world.emulator.shop.mark_paid(order_id)
    return order_id


def agree(world: World, order_id: int) -> bool:
    return status(world, order_id) == "paid" and document_of(world, order_id).paid


def sell_and_sync(world: World, price: str) -> int:
    order_id = sell_open(world, price)
    world.run_in_process("sync")
    return order_id
