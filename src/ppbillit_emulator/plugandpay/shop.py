"""The emulated shop: its orders, and the changes to them."""

from __future__ import annotations

import copy
import random
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import RLock
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay.defaults import FIRST_ORDER, complete_order
from ppbillit_emulator.plugandpay.money import RATE_IDS
from ppbillit_emulator.plugandpay.switches import ShopSwitches
from ppbillit_emulator.plugandpay.times import SHOP_ZONE, local_day, stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


FIRST_ITEM = 990_001
AMOUNTS = ("amount", "amount_with_tax", "_base")
TEST = "-T"  # the suffix of the numbers of test orders (§7.1)
YEAR = 4  # the digits of the year with which invoice numbers begin: 20260417


class Shop:
    """One shop. `clock` returns an aware time; the API holds `lock` while it handles a request."""

    tenant: dict[str, Any]
    orders: dict[int, dict[str, Any]]
    products: dict[int, dict[str, Any]]
    tax_rates: dict[int, dict[str, Any]]
    patches: list[dict[str, Any]]
    """The accepted writes: order_id, path, body, payment status before and after, at."""
    rules_fired: list[dict[str, Any]]
    """The triggers of a real shop's rules: access to courses, e-mails, webhooks (plugandpay.md §8.3)."""
    random: random.Random

    def __init__(self, *, clock: Callable[[], datetime], key: str, seed: int = 1) -> None:
        self.clock = clock
        self.key = key
        self.seed = seed
        self.lock = RLock()
        self.switches = ShopSwitches()
        self.reset()

    def reset(self) -> None:
        """Delete all data and set every switch to its default."""
        self.switches.reset()
        self.tenant = {"id": 4711, "name": "Atelier Voorbeeld", "plan": "premium"}
        self.orders = {}
        self.products = {}
        self.tax_rates = {
            number: {"id": number, "country": country, "percentage": percent}
            for (country, percent), number in RATE_IDS.items()
        }
        self.patches = []
        self.rules_fired = []
        self.random = random.Random(self.seed)  # noqa: S311 (repeatable on purpose)
        self._last_order = FIRST_ORDER - 1
        self._last_item = FIRST_ITEM - 1
        self._numbers: dict[str, int] = {}

    def now(self) -> datetime:
        """Return the shop's time in UTC."""
        return self.clock().astimezone(UTC)

    def next_number(self, year: int | None = None, suffix: str = "") -> str:
        """Return the next invoice number of a year, one series for invoices and credits (§8.4)."""
        start = year or self.now().astimezone(SHOP_ZONE).year
        return str(self._numbers.get(f"{start}{suffix}", start * 10_000) + 1) + suffix

    def add(self, order: dict[str, Any]) -> int:
        """Add an order, with defaults for absent members, and return its id."""
        with self.lock:
            order_id = int(order.get("id") or self._last_order + 1)
            if order_id in self.orders:
                raise ValueError(f"order {order_id} exists")
            full = complete_order(order, order_id, self.now(), self._next_item)
            if full["invoice_status"] == "final" and "invoice_number" not in order:
                suffix = TEST if full["mode"] == "test" else ""
                full["invoice_number"] = self.next_number(local_day(full["created_at"]).year, suffix)
            self.orders[order_id] = full
            self._last_order = max(self._last_order, order_id)
            self._register(full)
            return order_id

    def credit(self, order_id: int) -> int:
        """Credit a whole order with a new order of negative amounts, and return the id of that (§8.4)."""
        with self.lock:
            original = self.orders[order_id]
            if original["payment"]["status"] in {"credited", "credit_invoice"}:
                raise ValueError(f"order {order_id} cannot be credited again")
            credit_id = self.add(credit_order(original, self.next_number(), self.now()))
            original["payment"]["status"] = "credited"
            number = self.orders[credit_id]["invoice_number"]
            original["related_orders"].append({"id": credit_id, "invoice_number": number})
            self.touch(order_id)
            return credit_id

    def mark_paid(self, order_id: int, kind: str | None = None) -> None:
        """Set an order to paid now (§8.3)."""
        with self.lock:
            payment = self.orders[order_id]["payment"]
            at = stamp(self.now())
            payment.update(status="paid", paid_at=at, is_cancelable=False, transaction_status="paid")
            if kind:
                payment["type"] = kind
            self.rules_fired.append({"order_id": order_id, "trigger_type": "order_paid", "at": at})
            self.touch(order_id)

    def charge_back(self, order_id: int) -> None:
        """Reverse a direct debit that was paid, as a bank does weeks later (§13.8)."""
        with self.lock:
            self.orders[order_id]["payment"].update(status="reversed", transaction_status="charged_back")
            self.touch(order_id)

    def finalise(self, order_id: int, number: str | None = None, day: date | str | None = None) -> None:
        """Turn a concept into a final invoice with a number and a date."""
        with self.lock:
            order = self.orders[order_id]
            local = self.now().astimezone(SHOP_ZONE).date()
            order.update(
                invoice_status="final",
                invoice_number=number or self.next_number(),
                invoice_date=str(day or local),
            )
            self._count(order["invoice_number"])
            self.touch(order_id)

    def delete(self, order_id: int) -> None:
        """Mark an order as deleted."""
        with self.lock:
            self.orders[order_id]["deleted_at"] = stamp(self.now())
            self.touch(order_id)

    def touch(self, order_id: int) -> None:
        """Set updated_at to now."""
        self.orders[order_id]["updated_at"] = stamp(self.now())

    def _next_item(self) -> int:
        self._last_item += 1
        return self._last_item

    def _count(self, number: str | None) -> None:
        """Store the highest number of each series; test orders have their own, without gaps in the others."""
        digits = (number or "").removesuffix(TEST)
        if len(digits) > YEAR and digits.isdigit():
            series = digits[:YEAR] + (number or "")[len(digits) :]
            self._numbers[series] = max(self._numbers.get(series, 0), int(digits))

    def _register(self, order: dict[str, Any]) -> None:
        """Store the number, products and tax rates of an order, so that later ones agree with it."""
        self._count(order["invoice_number"])
        for item in order["items"]:
            self._last_item = max(self._last_item, item["id"])
            product = item.get("product")
            if product:
                self.products.setdefault(product["id"], copy.deepcopy(product))
            rate = item["tax"]["rate"]
            self.tax_rates.setdefault(rate["id"], dict(rate))


def credit_order(original: dict[str, Any], number: str, now: datetime) -> dict[str, Any]:
    """Return the order that credits a whole order; there are no partial credits (plugandpay.md §8.4, §11 D)."""
    names = ("billing", "collection_costs", "items", "taxes", "total_discounts", "shipping")
    copied = copy.deepcopy({name: original[name] for name in names})
    for item in copied["items"]:
        item.update(id=None, order_id=None, type=None)
    credit: dict[str, Any] = {
        "invoice_number": number,
        "invoice_status": "final",
        "amount": original["amount"],
        "amount_with_tax": original["amount_with_tax"],
        "is_tax_included": original["is_tax_included"],
        "mode": original["mode"],
        "source": None,
        "created_at": stamp(now),
        "related_orders": [{"id": original["id"], "invoice_number": original["invoice_number"]}],
        "payment": {"status": "credit_invoice", "type": "unknown"},
        **copied,
    }
    negate(credit)
    return credit


def negate(value: Any) -> None:
    """Negate every amount in a value, in place, except the prices of products."""
    if isinstance(value, list):
        for each in value:
            negate(each)
        return
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        if key in AMOUNTS:
            value[key] = str(0 - Decimal(each))
        elif key not in {"product", "payment", "billing"}:
            negate(each)
