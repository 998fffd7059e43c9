"""Building orders with exact amounts, in any of the readings that are possible (plugandpay.md §7.6).

order = build_order([Line("Online cursus", "49.00")], CONSUMER_BE, number="20260417")
shop.add(order)                      # or, without a shop:
body = as_api(order)                 # what GET /v2/orders/{id} has in `data`
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, Buyer
from ppbillit_emulator.plugandpay.defaults import FIRST_ORDER, complete_order
from ppbillit_emulator.plugandpay.lines import Line, PricedLine, Reading, Shipping, Terms, price_line
from ppbillit_emulator.plugandpay.money import Amount, Money, amount_text, exact, total
from ppbillit_emulator.plugandpay.render import RECOMMENDED, render_order
from ppbillit_emulator.plugandpay.switches import ShopSwitches
from ppbillit_emulator.plugandpay.times import moment_of, stamp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

DEFAULT_CREATED = datetime(2026, 10, 5, 18, 42, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Payment:
    """How an order was or will be paid (plugandpay.md §8.1)."""

    status: str = "paid"
    method: str | None = "bancontact"
    provider: str | None = "mollie"
    type: str | None = "mail"
    paid_at: datetime | str | None = None
    """Default of a paid order: 50 seconds after it was created."""
    transaction_id: str | None = None
    customer_id: str | None = None
    mandate_id: str | None = None


OPEN_TRANSFER = Payment("open", "banktransfer")
DIRECT_DEBIT = Payment("processing", "directdebit", type="mandate", mandate_id="mdt_h3gAaD5zP")
NOTHING_TO_PAY = Payment("paid", None, None, "manual")


class Facts(TypedDict, total=False):
    """The members of an order besides lines and buyer; each has a default."""

    id: int
    number: str | None
    """None: no number (concepts). Absent: the shop assigns the next one."""
    status: Literal["final", "concept"]
    invoice_date: str | None
    """Absent: the local day of created_at."""
    created_at: datetime | str
    updated_at: datetime | str
    gross_led: bool
    reading: Reading
    reverse_rate: Literal["zero", "normal"]
    shipping: Shipping | None
    collection_costs: Amount
    payment: Payment
    mode: Literal["live", "test"]
    source: str | None
    is_first: bool
    is_hidden: bool
    product_group: str | None
    customer_id: str | None
    reference: str
    extra: dict[str, Any]
    """Members that replace what was computed."""


def build_order(lines: Sequence[Line], buyer: Buyer = CONSUMER_BE, **facts: Unpack[Facts]) -> dict[str, Any]:
    """Return an order for Shop.add; its totals are the sums of its lines."""
    reading = facts.get("reading", Reading())
    gross_led = facts.get("gross_led", True)
    terms = Terms(gross_led, buyer.tax_exempt == "reverse", facts.get("reverse_rate") != "normal", reading)
    sold = [price_line(each, terms) for each in lines]
    shipping = facts.get("shipping")
    sent = price_line(shipping.line(), terms) if shipping else None
    costs = exact(facts.get("collection_costs", 0))
    parts = [*sold, *([sent] if sent else [])]
    inside = [Money(costs, costs)] if reading.collection_inside else []
    order: dict[str, Any] = {
        **_plain_members(facts),
        **total([each.total for each in parts] + inside).fields(),
        "is_tax_included": gross_led,
        "billing": buyer.billing(),
        "items": [_item(each) for each in (parts if reading.shipping_inside else sold)],
        "total_discounts": _total_discounts(sold),
        "taxes": _taxes(parts),
        "shipping": _shipping(sent) if sent else None,
        "collection_costs": [{"id": 1, **Money(costs, costs).fields()}] if costs else [],
        "_reading": asdict(reading),
        **facts.get("extra", {}),
    }
    payment = _payment(facts, order)
    if payment["paid_at"] and "updated_at" not in facts:
        order["updated_at"] = payment["paid_at"]
    order["payment"] = {**payment, **order.get("payment", {})}
    return order


def as_api(
    order: dict[str, Any], include: str = RECOMMENDED, switches: ShopSwitches | None = None
) -> dict[str, Any]:
    """Return an order as the API shows it, without a shop."""
    items = iter(range(990_001, 10**9))
    full = complete_order(order, order.get("id", FIRST_ORDER), DEFAULT_CREATED, lambda: next(items))
    if full["invoice_status"] == "final" and "invoice_number" not in order:
        full["invoice_number"] = f"{full['created_at'][:4]}0001"
    return render_order(full, frozenset(include.split(",")), switches or ShopSwitches())


def _plain_members(facts: Facts) -> dict[str, Any]:
    """Return the members without arithmetic; the shop adds those that are absent."""
    created = _stamp(facts.get("created_at", DEFAULT_CREATED))
    head: dict[str, Any] = {
        "invoice_status": facts.get("status", "final"),
        "created_at": created,
        "updated_at": _stamp(facts.get("updated_at", created)),
    }
    plain = ("id", "invoice_date", "mode", "source", "is_first", "is_hidden")
    for name in (*plain, "product_group", "customer_id", "reference"):
        if name in facts:
            head[name] = facts[name]  # type: ignore[literal-required]
    if "number" in facts or head["invoice_status"] == "concept":
        head["invoice_number"] = facts.get("number")
    return head


def _stamp(moment: datetime | str) -> str:
    return stamp(moment_of(moment) if isinstance(moment, str) else moment)


def _item(part: PricedLine) -> dict[str, Any]:
    line = part.line
    item: dict[str, Any] = {
        "id": line.id,
        "product_id": line.product.id if line.product else line.product_id,
        "label": line.label,
        "quantity": line.quantity,
        "type": line.type,
        "interval": line.interval,
        **part.shown.fields(),
        "discounts": [_discount(part.line, part.discount)] if part.line.discount else [],
        "tax": _tax(part.shown, part.rate),
        "custom_fields": [
            {"id": number, "label": label, "input": answer} for number, label, answer in line.custom_fields
        ],
    }
    if line.product:
        item["product"] = line.product.body()
    return item


def _discount(line: Line, amount: Money) -> dict[str, Any]:
    return {**amount.fields(), "code": line.code, "type": line.discount_type}


def _total_discounts(sold: list[PricedLine]) -> list[dict[str, Any]]:
    """Return the discounts of all lines, added up per code and type (§7.4)."""
    sums: dict[tuple[str | None, str], list[PricedLine]] = {}
    for each in sold:
        if each.line.discount:
            sums.setdefault((each.line.code, each.line.discount_type), []).append(each)
    return [_discount(same[0].line, total([each.discount for each in same])) for same in sums.values()]


def _tax(amount: Money, rate: dict[str, Any]) -> dict[str, Any]:
    return {"amount": amount_text(amount.vat), "_base": amount_text(amount.net), "rate": rate}


def _taxes(parts: list[PricedLine]) -> list[dict[str, Any]]:
    """Return the taxes of all lines and shipping, added up per rate (§7.6)."""
    sums: dict[int, list[PricedLine]] = {}
    for each in parts:
        sums.setdefault(each.rate["id"], []).append(each)
    return [_tax(total([each.total for each in same]), same[0].rate) for same in sums.values()]


def _shipping(sent: PricedLine) -> dict[str, Any]:
    return {**sent.total.fields(), "taxes": [_tax(sent.total, sent.rate)]}


def _payment(facts: Facts, order: dict[str, Any]) -> dict[str, Any]:
    payment = facts.get("payment", Payment())
    paid = payment.status in {"paid", "credited", "reversed"}
    paid_at = payment.paid_at or (moment_of(order["created_at"]) + timedelta(seconds=50) if paid else None)
    own = asdict(payment)
    own.update(
        customer_id=payment.customer_id or facts.get("customer_id"),
        paid_at=_stamp(paid_at) if paid_at else None,
        is_cancelable=payment.status == "open",
        transaction_status="paid" if paid and payment.provider else None,
    )
    if payment.provider == "mollie" and payment.status != "open" and not payment.transaction_id:
        seen = f"{order['created_at']} {order['billing']['contact']['email']}"
        own["transaction_id"] = f"tr_{hashlib.sha256(seen.encode()).hexdigest()[:10]}"
    return own
