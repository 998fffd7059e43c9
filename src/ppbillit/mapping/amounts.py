"""What was sold for how much: find the one reading of the shop's amounts that meets the order's totals.

Whether a Plug&Pay line amount is per unit or per line, before or after its discounts, and whether shipping
and collection costs are in the order's total or beside it, is documented nowhere.  So every reading is tried
(plugandpay.md §7.6), and only an order that can be read in exactly one way is invoiced.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, get_args

from ppbillit.money import CENT, ZERO, cents, euros_text
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.plugandpay.models import Discount, Item, Order, Product, Rate

Per = Literal["line", "unit"]
Discounts = Literal["taken off", "to take off", "on the order"]
ShippingIs = Literal["extra", "inside"]
CollectionIs = Literal["outside", "inside"]


@dataclass(frozen=True)
class Reading:
    """One way to read an order's amounts; the defaults are the likely ones."""

    amounts_per: Per = "line"
    discounts: Discounts = "taken off"
    shipping: ShippingIs = "extra"
    collection: CollectionIs = "outside"

    def __str__(self) -> str:
        """Name the reading for a person."""
        return (
            f"amounts per {self.amounts_per}, discounts {self.discounts}, "
            f"shipping {self.shipping}, collection costs {self.collection}"
        )


@dataclass(frozen=True)
class Part:
    """Something charged: net and gross euros of the whole line, to the cent, discount taken off.

    A discount on the whole order is a part of its own, with a negative amount.
    """

    origin: Literal["item", "discount", "shipping", "collection"]
    label: str | None
    quantity: Decimal
    net: Decimal
    gross: Decimal
    rate: Rate | None = None
    product_id: int | None = None
    product: Product | None = None
    discounts: tuple[Discount, ...] = ()

    @property
    def vat(self) -> Decimal:
        """VAT in euros: gross less net, never the shop's `tax.amount` (plugandpay.md §7.5)."""
        return self.gross - self.net


@dataclass(frozen=True)
class Amounts:
    """The order's parts, and the reading that gave them."""

    parts: tuple[Part, ...]
    reading: Reading


@dataclass(frozen=True)
class Tried:
    """A reading, the sums it gives, and whether they meet the order's totals."""

    reading: Reading
    net: Decimal
    gross: Decimal
    fits: bool


# Fewest departures from the likely reading first, so that the one named is the plainest.
READINGS = sorted(
    (
        Reading(per, discounts, shipping, collection)
        for per in get_args(Per)
        for discounts in get_args(Discounts)
        for shipping in get_args(ShippingIs)
        for collection in get_args(CollectionIs)
    ),
    key=lambda reading: sum(getattr(reading, name) != default for name, default in vars(Reading()).items()),
)


def read_amounts(order: Order) -> Amounts | Reason:
    """Give the order's parts under the one reading that meets both totals, or why there is none."""
    if not order.items:
        return reason("no_lines")
    # A discount on the order is for the order that no discount on its lines explains.  Tried beside the others, it
    # would make every order ambiguous whose total discounts merely add up those of its lines.
    fitting = _fitting(order, [reading for reading in READINGS if reading.discounts != "on the order"])
    fitting = fitting or _fitting(order, READINGS)
    if not fitting:
        return reason(
            "amounts_unexplained",
            net=euros_text(order.amount),
            gross=euros_text(order.amount_with_tax),
            tried=_figures({parts_under(order, reading): reading for reading in reversed(READINGS)}),
        )
    if len(fitting) > 1:
        return reason("amounts_ambiguous", tried=_figures(fitting))
    [(parts, reading)] = fitting.items()
    return Amounts(parts, reading)


def tried_readings(order: Order) -> tuple[Tried, ...]:
    """Give every reading that differs from the others in what it gives, the plainest first."""
    different: dict[tuple[Part, ...], Reading] = {}
    for reading in READINGS:
        different.setdefault(parts_under(order, reading), reading)
    return tuple(
        Tried(
            reading,
            sum((part.net for part in parts), ZERO),
            sum((part.gross for part in parts), ZERO),
            _meets_totals(parts, order, reading),
        )
        for parts, reading in different.items()
    )


def fitting_readings(order: Order, readings: Iterable[Reading]) -> list[Reading]:
    """Give every one of the readings that meets the totals, also where they give the same parts."""
    return [reading for reading in readings if _meets_totals(parts_under(order, reading), order, reading)]


def _fitting(order: Order, readings: list[Reading]) -> dict[tuple[Part, ...], Reading]:
    """Give the readings that meet the totals; of those that give the same parts, the plainest."""
    fitting: dict[tuple[Part, ...], Reading] = {}
    for reading in readings:
        parts = parts_under(order, reading)
        if _meets_totals(parts, order, reading):
            fitting.setdefault(parts, reading)
    return fitting


def parts_under(order: Order, reading: Reading) -> tuple[Part, ...]:
    """Give what was charged under a reading, whether or not it meets the totals."""
    parts = [_item_part(item, reading) for item in order.items]
    if reading.discounts == "on the order":
        parts.extend(_discount_parts(order, parts))
    if order.shipping and reading.shipping == "extra":
        # Several rates inside one shipping amount cannot be told apart: no rate, and VAT parks it.
        rates = {tax.rate for tax in order.shipping.taxes}
        parts.append(
            Part(
                "shipping",
                None,
                Decimal(1),
                cents(order.shipping.amount),
                cents(order.shipping.amount_with_tax),
                rates.pop() if len(rates) == 1 else None,
            )
        )
    if reading.collection == "inside":
        parts.extend(
            Part("collection", None, Decimal(1), cents(cost.amount), cents(cost.amount_with_tax))
            for cost in order.collection_costs
            if cost.amount is not None and cost.amount_with_tax is not None
        )
    return tuple(part for part in parts if part.origin == "item" or part.net or part.gross)


def _item_part(item: Item, reading: Reading) -> Part:
    times = item.quantity if reading.amounts_per == "unit" else Decimal(1)
    net, gross = item.amount * times, item.amount_with_tax * times
    if reading.discounts == "to take off":
        # A discount takes off, whatever its sign: on a credit, whose lines are negative, it may have either.
        towards_zero = -1 if gross >= 0 else 1
        net += towards_zero * sum(abs(discount.amount) for discount in item.discounts)
        gross += towards_zero * sum(abs(discount.amount_with_tax) for discount in item.discounts)
    return Part(
        "item",
        item.label,
        abs(item.quantity) or Decimal(1),
        cents(net),
        cents(gross),
        item.tax.rate if item.tax else None,
        item.product_id,
        item.product,
        item.discounts,
    )


def _discount_parts(order: Order, sold: list[Part]) -> list[Part]:
    """Give the discounts that no line names; those that one names are in the lines' amounts."""
    on_lines = {(discount.code, discount.type) for item in order.items for discount in item.discounts}
    # Over several rates it cannot be split without guessing: no rate, and VAT parks it.
    rates = {part.rate for part in sold if part.net or part.gross}
    rate = rates.pop() if len(rates) == 1 else None
    towards_zero = -1 if order.amount_with_tax >= 0 else 1
    return [
        Part(
            "discount",
            discount.code,
            Decimal(1),
            cents(towards_zero * abs(discount.amount)),
            cents(towards_zero * abs(discount.amount_with_tax)),
            rate,
        )
        for discount in order.total_discounts
        if (discount.code, discount.type) not in on_lines
    ]


def _meets_totals(parts: tuple[Part, ...], order: Order, reading: Reading) -> bool:
    """A cent for each amount that was rounded is allowed here; the form of lines must hit the total.

    An amount per unit was rounded before it was multiplied, so there each unit may be a cent off.
    """
    rounded = sum(part.quantity for part in parts) if reading.amounts_per == "unit" else len(parts)
    slack = CENT * max(1, rounded)
    net = sum((part.net for part in parts), ZERO)
    gross = sum((part.gross for part in parts), ZERO)
    return abs(net - order.amount) <= slack and abs(gross - order.amount_with_tax) <= slack


def _figures(readings: dict[tuple[Part, ...], Reading]) -> str:
    """List each reading with the sums it gives, plainest first."""
    ranked = sorted(readings.items(), key=lambda entry: READINGS.index(entry[1]))
    return "; ".join(
        f"{reading}: {euros_text(sum((part.net for part in parts), ZERO))} net, "
        f"{euros_text(sum((part.gross for part in parts), ZERO))} gross"
        for parts, reading in ranked
    )
